"""Every lint rule: its bad examples fire it where they are marked, its good ones do not."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jifen_rules import LintRule, Problem, Severity, lint_scheme, load_scheme
from jifen_rules.compile import check_plan
from jifen_rules.core.problem import Quote
from jifen_rules.lint import RULES, policy, select_rules
from jifen_rules.lint.draft import LintContext
from jifen_rules.report.render.language import problem_words, translate
from jifen_rules.report.render.to_text import render_problem

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "jifen_rules" / "lint" / "rules"
HEAD = {
    "scheme": "demo",
    "name": "示例村积分",
    "effective_from": "2024-01-01",
    "basis": "2023年12月20日村民会议表决通过",
    "subject": "household",
    "period": "year",
    "base": "100",
    "full": "200 kept",
    "floor": "0 kept",
    "at_period_end": "clear",
    "process": """
  - {step: declare, who: [self, 村民小组长]}
  - {step: check, who: [评议小组]}
  - {step: check, who: [村监督委员会]}
  - {step: publish, lasts: 7 days}
  - {step: count}
  - {step: object, who: [anyone], within: 7 days}
  - {step: answer, who: [村监督委员会], within: 7 days}""",
    "categories": """
  - id: yard
    name: 美丽庭院
    indicators:
      - {id: flowers, name: 栽花种树, points: 5, caps: [{at_most: 1 time, per: quarter}]}""",
    "indicators": """
  - {id: sewage, name: 乱排污水, points: -2}""",
    "tiers": """
  - id: star
    name: 星级
    by: total
    levels: [{name: 五星, at_least: 120, then: [{action: 授五星户牌}]}, {name: 其他}]""",
}
"""A scheme with which no rule finds fault; an example says what is different."""


def whole(snippet: str) -> str:
    """An example under the head, so far as it does not say those keys itself, or `absent`."""
    own = {line.partition(":")[0].strip("«»") for line in snippet.splitlines()}
    head = "".join(
        f"{key}:{value if value.startswith(chr(10)) else ' ' + value}\n"
        for key, value in HEAD.items()
        if key not in own
    )
    return head + re.sub(r"^\w+: *absent\n", "", snippet, flags=re.MULTILINE)


def marks(marked: str) -> list[tuple[int, int]]:
    """Line and column of each mark, as if the marks were not there."""
    return [
        (number, mark.start() + 1 - 2 * count)
        for number, line in enumerate(marked.splitlines(), 1)
        for count, mark in enumerate(re.finditer("«", line))
    ]


def rests_on_reach(rule: LintRule) -> bool:
    return rule.family == "feasibility" or rule.name == "one-award-is-enough"


OTHER = tuple(rule for rule in RULES if not rests_on_reach(rule))


def found(marked: str, rules: tuple[LintRule, ...] = OTHER) -> tuple[Problem, ...]:
    text = re.sub("[«»]", "", marked)
    return lint_scheme(load_scheme("demo.yaml", text=text), rules)


def beside(rule: LintRule) -> tuple[LintRule, ...]:
    """Choose the rules an example is held against: other kinds need not show what is in reach."""
    return RULES if rests_on_reach(rule) else OTHER


BAD = [
    pytest.param(rule, text, id=f"{rule.code}-{n}")
    for rule in RULES
    for n, text in enumerate(rule.bad, 1)
]
GOOD = [
    pytest.param(rule, text, id=f"{rule.code}-{n}")
    for rule in RULES
    for n, text in enumerate(rule.good, 1)
]


@pytest.mark.parametrize(("rule", "text"), BAD)
def test_a_bad_example_fires_its_rule_where_it_is_marked_and_no_other(
    rule: LintRule, text: str
) -> None:
    marked = whole(text)
    assert marks(marked), "a bad example marks where the caret stands"
    problems = [problem for problem in found(marked, beside(rule)) if not problem.accepted]
    assert [(p.code, p.place.line, p.place.column) for p in problems] == [
        (rule.code, line, column) for line, column in marks(marked)
    ]


@pytest.mark.parametrize(("rule", "text"), GOOD)
def test_a_good_example_is_free_of_findings(rule: LintRule, text: str) -> None:
    assert [
        (p.code, p.place.line) for p in found(whole(text), beside(rule)) if not p.accepted
    ] == []


@pytest.mark.parametrize(("rule", "text"), [*BAD, *GOOD])
def test_an_example_is_a_sound_scheme(rule: LintRule, text: str) -> None:
    text = re.sub("[«»]", "", whole(text))
    problems = check_plan(load_scheme("demo.yaml", text=text))
    assert [p for p in problems if p.severity is not Severity.ADVICE] == []


@pytest.mark.parametrize(("rule", "text"), BAD)
def test_a_finding_is_said_in_both_languages(rule: LintRule, text: str) -> None:
    """No sentence falls back to English where Chinese is asked for."""
    for problem in found(whole(text), (rule,)):
        for language in ("en", "zh"):
            shown = render_problem(problem, re.sub("[«»]", "", whole(text)), language)
            assert not re.search(r"\{\w+\}", "".join(problem_words(problem, language)))
            assert f": {rule.code} {rule.name}" in shown
        for template in (problem.fault.message, problem.fault.help, rule.why):
            assert template == "{hint}" or translate(template, "zh") != template
            assert template == "{hint}" or re.search("[\u4e00-\u9fff]", translate(template, "zh"))


def test_the_head_of_the_examples_is_clean() -> None:
    assert found(whole(""), RULES) == ()


# --- the house of rules ---------------------------------------------------------------------------


def test_every_rule_file_is_listed_once_and_in_order() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    listed = {rule.name.replace("-", "_") for rule in RULES if rule.family != "comments"}
    assert listed == files
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))


def test_the_hundreds_are_the_families() -> None:
    hundreds = {
        "1": "compliance",
        "2": "feasibility",
        "3": "fairness",
        "4": "process",
        "5": "incentives",
        "6": "clarity",
        "7": "budget",
        "9": "comments",
    }
    for rule in RULES:
        assert re.fullmatch(r"J\d{3}", rule.code) and hundreds[rule.code[1]] == rule.family


def test_every_rule_has_a_bad_and_a_good_example_and_says_why() -> None:
    assert [rule.code for rule in RULES if not (rule.bad and rule.good and rule.why)] == []


def test_every_finding_of_compliance_quotes_the_policy() -> None:
    known = {quote.text for quote in vars(policy).values() if isinstance(quote, Quote)}
    for rule in RULES:
        assert {quote.text for quote in rule.quotes} <= known
        assert rule.quotes or rule.family != "compliance"


def test_a_quote_is_a_whole_sentence_with_its_place() -> None:
    quotes = [quote for quote in vars(policy).values() if isinstance(quote, Quote)]
    assert len({quote.text for quote in quotes}) == len(quotes)
    for quote in quotes:
        assert quote.text.endswith("。") and quote.text.count("。") == 1
        assert quote.part in ("一", "二") and quote.point in ("", *"一二三四五六")


def test_an_error_is_only_what_breaks_the_law() -> None:
    errors = {rule.name for rule in RULES if rule.severity is Severity.ERROR}
    assert errors <= {
        "subsidy-withheld",
        "dividend-withheld",
        "service-refused",
        "fine-by-the-village",
        "village-rights-lost",
    }


def test_the_page_is_the_one_the_rules_make() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    pages = importlib.import_module("make_pages")
    assert (ROOT / "docs" / "LINT.md").read_text("utf-8") == pages.lint_page("en")
    assert (ROOT / "docs" / "LINT.zh-CN.md").read_text("utf-8") == pages.lint_page("zh")


# --- sensitive matters ---------------------------------------------------------------------------

PENALTY = """rules:
  - {{id: low, per: year, when: total < 60, then: [{{action: {0}}}]}}
"""
DEDUCT = "indicators:\n  - {{id: one, name: {0}, points: -2}}\n"
PRIZE = "rewards:\n  - {{id: prize, name: {0}, spends: 20, gives: 一份, basis: 年度预算3000元}}\n"
SENSITIVE = [
    ("S1", "subsidy-withheld", PENALTY.format("取消享受补贴补助"), PENALTY.format("上门了解困难")),
    ("S1", "subsidy-by-points", PRIZE.format("临时救助"), PRIZE.format("洗衣粉")),
    ("S2", "dividend-withheld", PENALTY.format("高价彩礼户冻结分红"), PENALTY.format("上门谈心")),
    (
        "S2",
        "dividend-without-bound",
        "rewards:\n  - {id: pv, name: 光伏收益, gives: unknown, touches: [dividend]}\n",
        (
            "rewards:\n"
            "  - {id: pv, name: 善治分红, for: [village], gives: {formula: 'quantity * 0.2'}, to: "
            "{households: by total, village: rest}, round: 1 down, touches: [dividend], basis: "
            "成员大会通过}\n"
        ),
    ),
    (
        "S3",
        "service-refused",
        PENALTY.format("三个月不予办理手续"),
        PENALTY.format("三个月内请村干部上门代办"),
    ),
    ("S3", "service-refused", PENALTY.format("停水停电"), PENALTY.format("提醒节水节电")),
    (
        "S4",
        "others-bear",
        "indicators:\n  - {id: breach, name: 家人违规, points: -5, to: {head: whole}}\n",
        "indicators:\n  - {id: breach, name: 本人违规, points: -5}\n",
    ),
    ("S5", "black-list", PENALTY.format("在群里公开检讨"), PENALTY.format("私下提醒")),
    ("S6", "fine-by-the-village", PENALTY.format("罚款200元"), PENALTY.format("补种一棵树")),
    (
        "S7",
        "complaint-punished",
        DEDUCT.format("不实热线投诉"),
        DEDUCT.format("损坏公物").replace("损坏公物", "损坏路灯"),
    ),
    (
        "S7",
        "complaint-punished",
        DEDUCT.format("举报不实"),
        "indicators:\n  - {id: one, name: 举报隐患, points: 5}\n",
    ),
    (
        "S8",
        "private-life-punished",
        DEDUCT.format("新建超标墓"),
        "indicators:\n  - {id: one, name: 生态安葬, points: 5}\n",
    ),
    (
        "S9",
        "village-rights-lost",
        PENALTY.format("取消参加村级事务的资格"),
        PENALTY.format("请他参加议事会"),
    ),
    ("S9", "party-standing-lost", PENALTY.format("取消预备党员资格"), PENALTY.format("党小组谈话")),
    (
        "S10",
        "points-for-inspection",
        "indicators:\n  - {id: one, name: 知晓帮扶政策, points: 5}\n",
        "indicators:\n  - {id: one, name: 参加技能培训, points: 5}\n",
    ),
    (
        "S11",
        "balance-wiped",
        "indicators:\n  - {id: one, name: 参与赌博, points: clear}\n",
        DEDUCT.format("参与赌博"),
    ),
    (
        "S11",
        "penalty-for-ever",
        (
            "indicators:\n"
            "  - {id: one, name: 参与赌博, then: [{veto: rewards, lasts: ever, basis: "
            "村规民约}]}\n"
        ),
        (
            "indicators:\n"
            "  - {id: one, name: 参与赌博, then: [{veto: rewards, lasts: until repaired, basis: "
            "村规民约}], repair: {then: []}}\n"
        ),
    ),
    (
        "S12",
        "credit-made-worse",
        PENALTY.format("上调利率、停止贷款"),
        (
            "rewards:\n"
            "  - {id: loan, name: 贷款额度上浮, when: total > 120, gives: 上浮一成, touches: "
            "[credit]}\n"
        ),
    ),
    (
        "S13",
        "personal-data-published",
        PENALTY.format("姓名和扣分发微信群"),
        PENALTY.format("当面告知本户"),
    ),
    (
        "S14",
        "deduct-at-discretion",
        DEDUCT.format("乱堆乱放酌情扣分"),
        DEDUCT.format("乱堆乱放每处"),
    ),
    ("S14", "catch-all-wrong", DEDUCT.format("其他违反村规民约"), DEDUCT.format("占道摆摊")),
    ("S15", "home-or-job-lost", PENALTY.format("解除公益岗位"), PENALTY.format("推荐公益岗位")),
    ("S15", "home-or-job-lost", PENALTY.format("停批宅基地"), PENALTY.format("上门谈心")),
]


@pytest.mark.parametrize(("matter", "name", "bad", "lawful"), SENSITIVE)
def test_a_sensitive_matter_fires_and_its_lawful_neighbour_does_not(
    matter: str, name: str, bad: str, lawful: str
) -> None:
    family = select_rules(RULES, ["compliance"])
    assert {problem.fault.name for problem in found(whole(bad), family)} >= {name}
    assert found(whole(lawful), family) == ()


def test_every_sensitive_matter_has_its_examples() -> None:
    assert {matter for matter, *_ in SENSITIVE} == {f"S{number}" for number in range(1, 16)}


def test_a_veto_of_a_reward_touches_what_the_reward_touches() -> None:
    text = (
        "rewards:\n"
        "  - {id: relief, name: 临时金, when: total > 60, gives: 一份, touches: [subsidy]}\n"
        "indicators:\n"
        "  - {id: fraud, name: 弄虚作假, then: [{veto: [«relief»], lasts: period, basis: "
        "村规民约}]}\n"
    )
    (problem,) = found(whole(text), select_rules(RULES, ["J101"]))
    assert [(problem.place.line, problem.place.column)] == marks(whole(text))
    assert problem.severity is Severity.ERROR and len(problem.related) == 1


def test_words_alone_are_advice_and_say_so() -> None:
    said, meant = PENALTY.format("罚款200元"), PENALTY.format("交200元, touches: [fine]")
    (suggested,), (stated,) = (
        found(whole(t), select_rules(RULES, ["J108"])) for t in (said, meant)
    )
    assert suggested.severity is Severity.ADVICE and stated.severity is Severity.ERROR
    assert problem_words(suggested, "en")[0].startswith("the words '罚款' suggest: ")
    assert problem_words(suggested, "zh")[0].startswith("从“罚款”的字面看：")


def test_what_is_touched_around_is_not_suggested_again_inside() -> None:
    text = (
        "categories:\n  - id: morals\n    name: 风尚\n    touches: [«private_life»]\n"
        "    indicators:\n      - {id: feast, name: 大操大办婚丧, points: -2}\n"
        "      - {id: simple, name: 喜事新办, points: 5}\n"
    )
    (problem,) = found(whole(text), select_rules(RULES, ["J110"]))
    assert [(problem.place.line, problem.place.column)] == marks(whole(text))
    assert [place.line for place in problem.related] == [problem.place.line + 2]


# --- selecting ------------------------------------------------------------------------------------


def test_rules_are_selected_by_code_beginning_name_and_family() -> None:
    def codes(*select: str, ignore: tuple[str, ...] = ()) -> set[str]:
        return {rule.code for rule in select_rules(RULES, select, ignore)}

    assert codes() == {rule.code for rule in RULES}
    assert codes("J107") == codes("black-list") == codes("j107") == {"J107"}
    assert codes("J1") == codes("compliance") and len(codes("J1")) >= 1
    assert codes("J", ignore=("compliance",)) == codes() - codes("compliance")
    assert codes("J107", "J304", ignore=("J3",)) == {"J107"}
    with pytest.raises(ValueError, match="J99"):
        select_rules(RULES, ("J107", "J99"))


# --- accepting ------------------------------------------------------------------------------------

LISTED = (
    "indicators:\n  - id: litter\n    name: 乱扔垃圾\n    points: -2\n    then:\n"
    "      - {action: 上黑榜}\n"
    "  - {id: smoke, name: 焚烧垃圾, points: -2, then: [{action: 上黑榜}]}\n"
)


def accepted(text: str) -> list[tuple[str, int, str]]:
    return [(p.code, p.place.line - OFFSET, p.accepted) for p in found(whole(text))]


OFFSET = whole(LISTED).count("\n") - LISTED.count("\n")


def at(line: int, comment: str, own: bool = False) -> str:
    rows = LISTED.splitlines()
    if own:
        rows.insert(line - 1, comment)
    else:
        rows[line - 1] += f"   {comment}"
    return "\n".join(rows) + "\n"


WHY = "# jifen: ignore J107 because 村民会议表决同意"
SAID = "村民会议表决同意"


def test_nothing_is_accepted_without_a_comment() -> None:
    assert accepted(LISTED) == [("J107", 6, ""), ("J107", 7, "")]


@pytest.mark.parametrize("line", [2, 5, 6])
def test_a_comment_covers_what_begins_on_its_line_with_everything_inside(line: int) -> None:
    assert accepted(at(line, WHY)) == [("J107", 6, SAID), ("J107", 7, "")]


def test_a_comment_above_covers_what_begins_below_it() -> None:
    assert accepted(at(2, WHY, own=True)) == [("J107", 7, SAID), ("J107", 8, "")]
    assert accepted(at(7, WHY, own=True)) == [("J107", 6, ""), ("J107", 8, SAID)]


def test_a_comment_on_a_list_covers_the_list() -> None:
    assert accepted(at(1, WHY)) == [("J107", 6, SAID), ("J107", 7, SAID)]


def test_a_comment_at_the_top_covers_the_file() -> None:
    text = f"# a remark\n{WHY}\n" + whole(LISTED)
    assert [p.accepted for p in found(text)] == [SAID, SAID]


def test_a_comment_in_chinese_and_for_several_codes() -> None:
    text = at(1, "# jifen: 忽略 J107、J304 因为 表决同意")
    said = "表决同意"
    assert accepted(text) == [("J903", 1, ""), ("J107", 6, said), ("J107", 7, said)]


def test_a_comment_without_a_reason_accepts_nothing_and_is_a_finding() -> None:
    text = at(7, "# jifen: ignore J107")
    assert accepted(text) == [("J107", 6, ""), ("J107", 7, ""), ("J901", 7, "")]


def test_a_comment_with_no_code_or_an_unknown_one_is_a_finding() -> None:
    assert ("J902", 7, "") in accepted(at(7, "# jifen: ignore because 同意"))
    (slip,) = [
        p for p in found(whole(at(7, "# jifen: ignore J170 because 同意"))) if p.code == "J902"
    ]
    assert problem_words(slip, "en")[1].startswith("did you mean 'J")


def test_a_comment_that_accepts_nothing_is_a_finding_only_if_its_rule_was_asked() -> None:
    text = whole(at(4, "# jifen: ignore J304 because 同意"))
    assert [p.code for p in found(text)] == ["J903", "J107", "J107"]
    assert [p.code for p in found(text, select_rules(OTHER, ignore=["J304"]))] == ["J107", "J107"]


def test_what_looks_like_a_comment_inside_a_word_is_none() -> None:
    text = LISTED.replace("上黑榜", '"上黑榜 # jifen: ignore J107 because 同意"', 1)
    assert [code for code, _, why in accepted(text) if not why] == ["J107", "J107"]


def test_what_is_accepted_is_shown_with_its_reason() -> None:
    text = whole(at(6, WHY))
    problem = found(text)[0]
    assert render_problem(problem, text, "zh").splitlines()[-1] == f" 已说明理由保留：{SAID}"
    assert render_problem(problem, text, "en").splitlines()[-1] == f" accepted: {SAID}"


def test_of_a_flood_of_comments_the_first_thousand_are_read() -> None:
    """Each accepts nothing, which is said; what later ones would accept stays open."""
    flood = "# jifen: ignore J107 because 同意\n" * 20_000
    findings = found(whole(LISTED + flood))
    assert sum(problem.code == "J903" for problem in findings) == 1_000
    assert [p.accepted for p in findings if p.code == "J107"] == ["", ""]
    spaces = " " * 500_000
    assert (
        found(whole(LISTED) + f"#{spaces}jifen: ignore{spaces}because{spaces}\n")[-1].code == "J902"
    )


def test_the_innermost_comment_gives_the_reason() -> None:
    inner = "# jifen: ignore J107 because 里面"
    text = f"# jifen: ignore J107 because 外面\n{whole(at(6, inner))}"
    assert [problem.accepted for problem in found(text)] == ["里面", "外面"]


def test_users_bring_rules_of_their_own() -> None:
    def check(draft: LintContext) -> Iterator[Problem]:
        yield mine.at(draft.place(("name",)), name=draft.scheme.name)

    mine = LintRule(
        "X001",
        "my-rule",
        "clarity",
        Severity.ADVICE,
        "the name {name}",
        "nothing",
        "why",
        check,
        (),
        (),
    )
    assert [p.code for p in found(whole(""), (*OTHER, mine))] == ["X001"]
    assert [
        p.accepted for p in found("# jifen: ignore X001 because so\n" + whole(""), (*OTHER, mine))
    ] == ["so"]


@pytest.mark.parametrize(
    ("per", "lasts", "holds"),
    [
        ("year", "1 year", False),  # 31 December to 30 December
        ("year", "year", False),  # to 31 December, the day of the decision itself
        ("year", "365 days", False),
        ("year", "366 days", True),  # 31 December 2024 to 31 December 2025
        ("quarter", "3 months", True),  # 31 March to 30 June, since June has no 31st
        ("quarter", "90 days", False),  # the shortest, 31 December to 31 March, are 91
        ("quarter", "year", True),  # of the first three quarters
        ("month", "1 month", True),  # 31 January to 29 February, which has no 31st
        ("month", "28 days", False),  # 31 January to 27 February, in a year of 28
    ],
)
def test_a_protection_that_ends_before_the_next_decision_is_told(
    per: str, lasts: str, holds: bool
) -> None:
    text = whole(
        "tiers:\n  - id: star\n    name: 星级\n    by: total\n"
        f"    per: {per}\n    levels:\n"
        f"      - {{name: 五星, at_least: 120, lasts: {lasts}, then: [{{action: 授牌}}]}}\n"
        "      - {name: 其他}\n"
    )
    problems = lint_scheme(load_scheme("demo.yaml", text=text))
    assert any(p.code == "J207" for p in problems) is not holds

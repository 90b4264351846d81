"""What the language says besides the mechanics: newer words, lowered, in both spellings."""

import json
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from jifen_rules import lint_scheme, load_scheme
from jifen_rules.analysis.monotone import find_dips
from jifen_rules.analysis.reach import measure_reach
from jifen_rules.compile import check_plan, compile_plan, compile_versions
from jifen_rules.core.problem import SchemeError
from jifen_rules.core.terms import Window, add_points, plain
from jifen_rules.plan import Choice, Graded, Held, Plan
from jifen_rules.report.render.to_card import render_card
from jifen_rules.scheme.dump import format_text
from jifen_rules.scheme.load import read_scheme
from jifen_rules.scheme.model import FORM_CLASSES, FORMS, Indicator
from jifen_rules.scheme.model.grammar import shape_at
from shards import examples
from villages import village

HEAD = {
    "scheme": "demo",
    "effective_from": "2024-01-01",
    "subject": "household",
    "period": "year",
    "base": "0",
    "at_period_end": "clear",
    "floor": "none",
}


def text_of(rules: str) -> str:
    own = {line.partition(":")[0] for line in rules.splitlines()}
    return "".join(f"{k}: {v}\n" for k, v in HEAD.items() if k not in own) + rules


def plan_of(rules: str) -> Plan:
    return compile_plan(load_scheme("demo.yaml", text=text_of(rules)))


def problems_of(rules: str) -> list[str]:
    found = check_plan(load_scheme("demo.yaml", text=text_of(rules)))
    return [problem.fault.name for problem in found]


# Every new word once: both spellings mean one thing, and what is written in one comes back in it.
WORDS = """
kinds: [household, 网格, 自然村, village]
fields:
  event: {露天焚烧: {type: yes_no, blank: no}, 何日: date}
ties: [yard, dense]
to: {total: whole, wallet: whole added, coins: whole added}
categories:
  - {id: yard, for: [网格], base: 12, indicators: [{id: x, points: 1}]}
indicators:
  - {id: fire, when: given(何日) and 何日 >= '2024-07-01', points: -5, lasts: next year,
     then: [{veto: later_added, lasts: 30 days, gives: nothing},
            {veto: total, at: 60, lasts: year}]}
  - id: bad
    points: -1
    then: [{grade: {at_best: 二星}, lasts: year}, {grade: {at_least: 二星}, lasts: year}]
  - {id: back, points: 0, revokes: to zero}
  - id: good
    points: 1
    when: "in_a_row(yard, level == '优') >= 3 and granted(good, 'year') < 5 and time < '22:00'"
    to: {各网格: whole}
ledgers:
  - {id: wallet, floor: 0 kept, at_period_end: carry}
  - {id: coins, floor: 0 kept, at_period_end: carry}
tiers:
  - id: star
    by: total
    ties: dense
    levels:
      - {name: 三星, at_least: 9, once: ever, then: [{action: 挂牌}]}
      - {name: 二星, rank: top 3}
      - {name: 一星}
rules:
  - {id: warn, per: event, once: year, when: total < 0, then: [{action: 劝导}]}
rewards:
  - id: oil
    spends: [30 wallet, 20 coins]
    gives: 油
    caps: [{at_most: 30% wallet, per: event}, {at_most: 3 桶, per: year, among: village}]
"""


def test_each_new_word_reaches_the_plan() -> None:
    plan = plan_of(WORDS)
    assert plan.kinds == (
        "person",
        "party_member",
        "household",
        "网格",
        "自然村",
        "group",
        "village",
        "township",
    )
    assert plan.blanks == {"露天焚烧": "no"}
    assert (plan.board_deciders, plan.board_dense) == (("yard",), True)
    (start,) = plan.starts
    assert start.kinds == (("网格",),)
    fire = plan.grants["fire"]
    assert fire.lasts == "next year"
    later, total = fire.effects
    assert isinstance(later, Held) and (later.target, later.later) == ("added", True)
    assert isinstance(total, Held) and total.value == 60 * plan.scale
    bounds = [e.bound for e in plan.grants["bad"].effects if isinstance(e, Graded)]
    assert bounds == ["at_best", "at_least"]
    assert plan.grants["back"].to_zero and not fire.to_zero
    assert [post.account for post in plan.grants["good"].posts] == ["网格s"]
    star = plan.ladders["star"]
    assert star.ties == "dense" and star.rungs[0].once == Window("ever")
    assert plan.rules[0].once == Window("year")
    oil = plan.rewards["oil"]
    assert oil.prices == (("wallet", 30 * plan.scale), ("coins", 20 * plan.scale))
    (share,) = oil.balance_caps
    assert (share.ledger, share.part) == ("wallet", Fraction(3, 10))
    (units,) = oil.quantity_caps
    assert (units.bound, units.among) == (3, ("village",))


def test_each_new_word_has_a_chinese_spelling_and_comes_back() -> None:
    english = format_text(text_of(WORDS), "en")
    chinese = format_text(english, "zh")
    for word in (
        "对象层级",
        "空白视为: 否",
        "并列不占名次",
        "次年",
        "此后加分",
        "记为",
        "不高于",
        "追回: 扣完为止",
        "限一次: 永久",
        "已填(",
        "连续次数(",
        "实得(",
    ):
        assert word in chinese, word
    assert format_text(chinese, "en") == english


@pytest.mark.parametrize("word", ["village", "村"])
@pytest.mark.parametrize("place", ["indicators", "ledgers", "tiers", "rules", "rewards"])
def test_a_kind_may_be_spelled_either_way_wherever_for_stands(word: str, place: str) -> None:
    rules = {
        "indicators": "  - {id: b, points: 1, for: [%s]}\n",
        "ledgers": "ledgers: [{id: p, for: [%s], at_period_end: carry}]\n",
        "tiers": "tiers: [{id: p, for: [%s], levels: [{name: 好}]}]\n",
        "rules": "rules: [{id: p, for: [%s], per: year, when: total > 5, "
        "then: [{action: 表扬}]}]\n",
        "rewards": "rewards: [{id: p, for: [%s], gives: 匾}]\n",
    }[place] % word
    plan = plan_of("indicators:\n  - {id: a, points: 1}\n" + rules)
    part = {
        "indicators": lambda: plan.grants["b"].kinds[0],
        "ledgers": lambda: plan.ledgers["p"].kinds,
        "tiers": lambda: plan.ladders["p"].kinds,
        "rules": lambda: plan.rules[0].kinds,
        "rewards": lambda: plan.rewards["p"].kinds,
    }[place]()
    assert set(part) == {"village", "村"}


# --- facts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "needs"),
    [
        ("quantity <= 2", {"quantity"}),
        ("given(quantity) and quantity <= 2", set()),
        ("not given(quantity) or quantity <= 2", set()),
        ("quantity <= 2 if given(quantity) else level == '优'", {"level"}),
        ("quantity <= 2 or given(quantity)", {"quantity"}),
        ("evidence", set()),
        ("evidence == 'x'", {"evidence"}),
        ("缺席 > 1", {"缺席"}),
        ("合格", set()),
        ("time < '22:00'", {"time"}),
        ("date < '2024-07-01' and year == 2024", set()),
    ],
)
def test_what_a_condition_asks_for_must_be_stated(condition: str, needs: set[str]) -> None:
    rules = "fields: {event: {缺席: number, 合格: {type: yes_no, blank: no}}}\n"
    rules += f'indicators: [{{id: a, points: 1, when: "{condition}"}}]\n'
    assert plan_of(rules).grants["a"].needs == needs


def test_a_branch_asks_for_its_own_value_only() -> None:
    rules = "indicators: [{id: b, points: {by: {level: {国: {between: [0, 10]}, 省: 5}}}}]\n"
    plan = plan_of(rules)
    value = plan.grants["b"].value
    assert plan.grants["b"].needs == {"level"}
    assert isinstance(value, Choice)
    table = value.table
    assert plan.needs_of(table["国"]) == {"points"} and plan.needs_of(table["省"]) == frozenset()


# --- what makes no sense --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "grows"),
    [
        ("total + 5", False),
        ("total * 2", False),
        ("total * quantity", False),
        ("total * total", True),
        ("a * total", True),
        ("sum(a, 'year') * total", True),
        ("max(0, min(total * total, 100))", False),
        ("min(total * total, 100)", True),
        ("(total if quantity else 0) * total", True),
        ("abs(-total * total)", True),
        ("total * count(a, 'year')", False),
        ("d * 1", True),
    ],
)
def test_a_product_of_figures_that_enters_a_figure_grows_without_end(
    formula: str, grows: bool
) -> None:
    """`d` is total * total; counts and quantities are no figures."""
    rules = "ledgers: [{id: d, formula: total * total}]\n"
    rules += f'indicators: [{{id: a, points: 1}}, {{id: b, points: {{formula: "{formula}"}}}}]\n'
    assert ("grows-without-end" in problems_of(rules)) is grows


def test_a_chain_of_derived_ledgers_that_doubles_each_time_is_a_problem() -> None:
    """Each is the product of the one before with itself: degrees 1, 2, 4, 8."""
    ledgers = ", ".join(
        f"{{id: d{n}, formula: d{n - 1} * d{n - 1}}}" if n else "{id: d0, formula: total}"
        for n in range(30)
    )
    found = problems_of(f"ledgers: [{ledgers}]\nindicators: [{{id: a, points: 1}}]\n")
    assert found.count("grows-without-end") == 27  # all from the degree 8 on: d3 to d29


@pytest.mark.parametrize(
    ("rules", "beyond"),
    [
        # 100 + 2 x 10 = 120 lies above 110
        (
            (
                "base: 100\nfull: 110 kept\n"
                "categories: [{id: c, base: 10, weight: 2, indicators: [{id: a, points: 1}]}]\n"
            ),
            True,
        ),
        # 100 + 0.5 x 10 = 105 does not
        (
            (
                "base: 100\nfull: 110 kept\n"
                "categories: [{id: c, base: 10, weight: 0.5, indicators: [{id: a, points: 1}]}]\n"
            ),
            False,
        ),
        # who is 甲类 begins at 20, others at 10: only the former above 15
        (
            (
                "base: {by: {class: {甲类: 20, 乙类: 10}}}\nfull: 15 kept\n"
                "indicators: [{id: a, points: 1}]\n"
            ),
            True,
        ),
        # the base of a category for some is missing to the others, who begin at 0 below 5
        (
            (
                "fields: {subject: {class: [甲类]}}\n"
                "categories: [{id: c, floor: 5 kept, categories: [{id: d, for: [甲类], base: 5, "
                "indicators: [{id: a, points: 1}]}]}]\n"
            ),
            True,
        ),
        # a base stands in no window but the period's
        (
            (
                "base: 100\ncaps: [{at_most: 10 net kept, per: month}]\n"
                "indicators: [{id: a, points: 1}]\n"
            ),
            False,
        ),
        # an indicator begins at 0
        ("indicators: [{id: a, points: 1, floor: 5 kept}]\n", True),
    ],
)
def test_bases_add_up_inside_the_limits_of_the_whole(rules: str, beyond: bool) -> None:
    assert ("base-beyond-limits" in problems_of(rules)) is beyond


def test_points_of_any_size_are_written_and_added_up_exactly() -> None:
    huge = 10**6000 + 1
    assert plain(huge) == "1" + "0" * 5999 + "1"
    assert plain(huge * 10 + 5, 10) == "1" + "0" * 5999 + "1.5"
    assert add_points([Decimal(10**40), Decimal("0.01")]) == Decimal(f"1{'0' * 40}.01")


# --- absurd values -----------------------------------------------------------------------------

ABSURD = (
    "-1",
    "0",
    "1e50",
    "-1e50",
    "0.0000000001",
    "-0.5",
    "0 小时",
    "-3 times",
    "1.5 times",
    "0 added",
    "-5 deducted",
    "-9 net kept",
    "1e50 net lost",
    "0%",
    "-20%",
    "300%",
    "9999 years",
    "9999 days",
    "top 0.001%",
    "bottom 9999",
    "0.0001 up",
    "1e40 half_up",
    "-5 kept",
    "1e50 lost",
    "none",
    "unknown",
    "ever",
    "event",
    "x0",
    "x-1",
    "x1e50",
    "total * total",
    "min(total, 0)",
    "1 / 3",
    "streak(star, '好')",
    "0 wallet",
    "-8 wallet",
    "200% wallet",
    "period",
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from leaves(inner, (*path, key))
    else:
        yield path


SCHEMES = [yaml.load(text_of(WORDS), yaml.BaseLoader), *(village(n).scheme for n in range(30))]


@settings(max_examples=examples(300), deadline=None)
@given(st.data())
def test_no_absurd_value_breaks_the_check(data: st.DataObject) -> None:
    """Whatever stands at a place of a scheme: problems, or a card, never a traceback."""
    scheme = deepcopy(data.draw(st.sampled_from(SCHEMES)))
    for *around, last in data.draw(
        st.lists(st.sampled_from(list(leaves(scheme))), min_size=1, max_size=3)
    ):
        parent = scheme
        for key in around:
            parent = parent[key]
        parent[last] = data.draw(st.sampled_from(ABSURD))
    file, problems = read_scheme("v.yaml", text=json.dumps(scheme, ensure_ascii=False))
    if file is None:
        assert problems
        return
    try:
        plan = compile_plan(file)
    except SchemeError as error:
        assert error.problems
        return
    lint_scheme(file)
    find_dips(compile_versions(file))
    assert render_card(plan, measure_reach(plan), (), "zh")


def test_each_form_that_points_may_have_is_found_by_keys_of_its_own() -> None:
    assert set(FORM_CLASSES) == set(shape_at(Indicator, "points").parts)
    assert len(FORMS) == sum(len(form.CHOSEN_BY) for form in FORM_CLASSES)


def test_a_limit_of_which_one_word_is_unknown_is_listed_and_named_by_entries() -> None:
    """What loses or keeps nobody knows what binds nothing, and says so."""
    rules = "{}indicators:\n  - {{id: x, points: 5, caps: [{{at_most: {}, per: year}}]}}\n"
    for more, cap in (
        ("full: 30 unknown\n", "9 added"),
        ("floor: 0 unknown\n", "9 added"),
        ("", "9 net unknown"),
        ("", "2 times unknown"),
    ):
        found = check_plan(load_scheme("d.yaml", text=text_of(rules.format(more, cap))))
        assert [problem.fault.name for problem in found] == ["not-stated"]
    plan = plan_of(rules.format("floor: 0 unknown\nfull: 30 unknown\n", "9 net unknown"))
    assert {mark.basis for mark in plan.grants["x"].unstated} == {"floor", "full", "caps"}

"""The table to be posted: said in plain words, and read back as what it was."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import yaml
from hypothesis import given, settings, strategies as st

from jifen_rules import load_scheme
from jifen_rules.compile import check_plan
from jifen_rules.core.problem import Severity
from jifen_rules.report.render.language import words
from jifen_rules.report.render.to_draft import render_draft
from jifen_rules.report.render.to_posting import (
    posting_csv,
    posting_docx,
    posting_markdown,
    posting_xlsx,
)
from jifen_rules.scheme.load import read_scheme
from jifen_rules.scheme.model import Indicator, Scheme
from jifen_rules.tables import Answers, Posting, draft_scheme, post_scheme
from jifen_rules.tables.posting.formula_wording import say_formula
from jifen_rules.tables.posting.names import names_in
from jifen_rules.tables.posting.rule_wording import say_cap, say_consequence
from jifen_rules.tables.posting.wording import say_form
from shards import examples

SCHEMES = sorted((Path(__file__).parents[2] / "schemes").rglob("scheme.yaml"))
HEAD = {
    "scheme": "t",
    "name": "某村积分细则",
    "effective_from": "2024-01-01",
    "subject": "household",
    "period": "year",
    "base": "100",
    "floor": "0 kept",
    "at_period_end": "clear",
}


def loaded(data: dict[str, Any]) -> Scheme:
    import json

    return load_scheme("t.yaml", text=json.dumps(data, ensure_ascii=False)).scheme


def indicator(points: Any, caps: Any = ()) -> Indicator:
    scheme = loaded({**HEAD, "indicators": [{"name": "甲", "points": points, "caps": list(caps)}]})
    return scheme.indicators[0]


SAID = [
    ("5", "每次加5分", "+5 each time"),
    ("-0.5", "每次扣0.5分", "-0.5 each time"),
    ({"each": {"小时": "1"}}, "每小时加1分", "+1 for each 小时"),
    (
        {"each": {"4 小时": "1"}, "per": "year", "round": "1 down"},
        "每年累计每满4小时加1分",
        "added up each year, +1 for each full 4 小时",
    ),
    ({"each": {"次": "-2"}}, "按数量每计1次扣2分", "by quantity, -2 for each 1 次"),
    (
        {"each": {"天": "1"}, "round": "0.1 half_up"},
        "按数量每计1天加1分按比例四舍五入到0.1",
        "by quantity, +1 for each 1 天, in proportion, rounded to 0.1",
    ),
    (
        {"by": {"level": {"村级": "3", "区级": "5"}}},
        "按级别：村级加3分、区级加5分",
        "by level: 村级 +3, 区级 +5",
    ),
    ({"between": ["5", "10"]}, "酌情加5至10分", "as judged, +5 to +10"),
    ({"between": ["-10", "-5"]}, "酌情扣5至10分", "as judged, -5 to -10"),
    ({"between": ["-5", "5"]}, "评定-5分至+5分", "judged, from -5 to +5"),
    ({"one_of": ["1", "5"]}, "任选加1、5分", "one of these, added: 1, 5"),
    (
        {"full": "10", "each": {"处": "-2"}, "floor": "0"},
        "满分10分，每处扣2分，扣完为止",
        "full marks 10, -2 for each 处, until nothing is left",
    ),
    (
        {"full": "10", "each": {"处": "-2"}, "floor": "3"},
        "满分10分，每处扣2分，最低3分",
        "full marks 10, -2 for each 处, never below 3",
    ),
    (
        {"at_least": {"10": "2"}, "above": {"20": "5"}},
        "达到10加2分、超过20加5分",
        "from 10 on +2, above 20 +5",
    ),
    ({"formula": "quantity * 2"}, "按公式：数量 × 2", "by the formula: quantity × 2"),
    ("clear", "清零", "the balance is wiped"),
    ("unknown", "未载明", "not stated"),
]


@pytest.mark.parametrize(("points", "chinese", "english"), SAID, ids=[said for _, said, _ in SAID])
def test_a_form_is_said_in_plain_words(points: Any, chinese: str, english: str) -> None:
    form = indicator(points).points
    assert form is not None
    assert (words(say_form(form), "zh"), words(say_form(form), "en")) == (chinese, english)


CAPS = [
    ({"at_most": "10 added", "per": "month"}, "每月最多加10分", "at most +10 each month"),
    ({"at_most": "3 times", "per": "quarter"}, "每季最多3次", "at most 3 times each quarter"),
    ({"at_most": "1 time", "per": "ever"}, "一次性", "once only"),
    ({"at_most": "10 added", "per": "unknown"}, "最多加10分", "at most +10"),
    (
        {"at_most": "10 deducted", "per": "6 months"},
        "任意6个月内最多扣10分",
        "at most -10 in any 6 months",
    ),
    (
        {"at_most": "9 net kept", "per": "year"},
        "每年净分最多9分余额保留",
        "net at most 9 each year, the excess kept",
    ),
    (
        {"at_most": "9 added", "per": "period", "among": ["village"]},
        "本期最多加9分，同一村共用",
        "at most +9 in the period, shared by all of one village",
    ),
]


@pytest.mark.parametrize(("cap", "chinese", "english"), CAPS, ids=[said for _, said, _ in CAPS])
def test_a_cap_is_said_in_plain_words(cap: Any, chinese: str, english: str) -> None:
    (rule,) = indicator("5", [cap]).caps
    assert (words(say_cap(rule), "zh"), words(say_cap(rule), "en")) == (chinese, english)


# --- export, then import --------------------------------------------------------------------------

NUMBERS = st.integers(1, 200).map(lambda n: f"{n // 2}.5" if n % 7 == 0 else str(n))
UNITS = st.sampled_from(["小时", "处", "4 小时", "100 元", "2 亩", "次", "户", "天", "3 天"])
WINDOWS = st.sampled_from(
    [
        "event",
        "day",
        "week",
        "month",
        "quarter",
        "half_year",
        "year",
        "period",
        "ever",
        "6 months",
        "30 days",
        "unknown",
    ]
)
LEVELS = st.lists(
    st.sampled_from(["村级", "镇级", "县级及以上", "一等奖", "二等奖", "优秀", "参加", "第一名"]),
    min_size=2,
    max_size=4,
    unique=True,
)


@st.composite
def forms(draw: st.DrawFn) -> tuple[Any, str]:
    """A form that the phrases know, and its side."""
    sign = draw(st.sampled_from(["", "-"]))
    number = sign + draw(NUMBERS)
    side = "deducted" if sign else "added"
    kind = draw(
        st.sampled_from(
            ["plain", "each", "whole", "by", "mixed", "between", "one_of", "full", "steps", "word"]
        )
    )
    if kind == "plain":
        return number, side
    if kind in ("each", "whole"):
        unit = draw(UNITS)
        data: dict[str, Any] = {"each": {unit: number}}
        if kind == "whole":
            data["round"] = f"{number.lstrip('-')} down"
        elif unit[0].isdigit():
            data["round"] = draw(st.sampled_from(["0.01 half_up", "0.5 up", "7 down"]))
            data["each"] = {unit: f"{sign}3"}
        if draw(st.booleans()):
            data["per"] = draw(st.sampled_from(["year", "month", "period"]))
        return data, side
    if kind == "by":
        field = draw(st.sampled_from(["level", "place", "rating", "role"]))
        return {"by": {field: {word: sign + draw(NUMBERS) for word in draw(LEVELS)}}}, side
    if kind == "mixed":
        first, second, *_ = draw(LEVELS)
        return {"by": {"level": {first: draw(NUMBERS), second: "-" + draw(NUMBERS)}}}, "both"
    pair = sorted(draw(st.lists(st.integers(1, 99), min_size=2, max_size=2, unique=True)))
    low, high = (str(n) for n in (pair if not sign else [-n for n in reversed(pair)]))
    if kind == "between":
        return draw(
            st.sampled_from(
                [
                    ({"between": [low, high]}, side),
                    ({"between": [f"-{pair[0]}", str(pair[1])]}, "both"),
                ]
            )
        )
    if kind == "one_of":
        return {"one_of": [low, high]}, side
    if kind == "full":
        unit = draw(st.sampled_from(["处", "次", "天"]))
        return {"full": str(pair[1]), "each": {unit: f"-{pair[0]}"}, "floor": "0"}, "added"
    if kind == "steps":
        return {
            draw(st.sampled_from(["at_least", "above"])): {
                low.lstrip("-"): number,
                str(pair[1] + 100): number,
            }
        }, side
    return draw(st.sampled_from(["clear", "unknown"])), "both"


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    """Some indicators, in categories or not, in forms that the phrases know."""
    names = draw(st.permutations(["甲事", "乙事", "丙事", "丁事", "戊事"]))
    items = []
    for name in names[: draw(st.integers(1, 5))]:
        points, side = draw(forms())
        caps = []
        for _ in range(draw(st.integers(0, 2)) if side != "both" else 0):
            what = draw(st.sampled_from([side, "times"]))
            if what == "times" and not isinstance(points, str):
                what = draw(st.sampled_from(["times first", "times highest", "times unknown"]))
            caps.append({"at_most": f"{draw(st.integers(2, 60))} {what}", "per": draw(WINDOWS)})
        items.append({"name": name, "points": points, "caps": caps})
    cut = draw(st.integers(0, len(items)))
    inner = {"name": "内类", "indicators": items[cut:]}
    return {
        **HEAD,
        "indicators": items[:cut],
        "categories": [{"name": "外类", "categories": [inner]}],
    }


def read_back(scheme: dict[str, Any], ending: str) -> Scheme:
    """Write a scheme as a table and read the table as a scheme."""
    import json

    posting = post_scheme(load_scheme("t.yaml", text=json.dumps(scheme, ensure_ascii=False)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"t.{ending}"
        if ending == "csv":
            file.write_text(posting_csv(posting), encoding="utf-8", newline="")
        else:
            file.write_bytes(posting_xlsx(posting) if ending == "xlsx" else posting_docx(posting))
        draft, problems = draft_scheme(file, Answers(date(2024, 1, 1)))
    assert draft is not None, problems
    found, faults = read_scheme("back.yaml", text=render_draft(draft, "zh", "en"))
    assert found is not None and faults == ()
    assert [p for p in check_plan(found) if p.severity is Severity.ERROR] == []
    return found.scheme


def said_by(scheme: Scheme) -> list[object]:
    """Where each indicator stands, and its points and caps."""
    return [
        ([c.name for c in around], item.name, item.points, [(c.at_most, c.per) for c in item.caps])
        for _, around, item in scheme.walk()
    ]


@settings(max_examples=examples(300), deadline=None)
@given(schemes())
def test_a_table_posted_is_read_back_as_the_scheme_it_was(scheme: dict[str, Any]) -> None:
    back = read_back(scheme, "csv")
    assert said_by(back) == said_by(loaded(scheme))
    assert (back.name, back.base, back.floor, back.at_period_end, back.period) == (
        loaded(scheme).name,
        loaded(scheme).base,
        loaded(scheme).floor,
        "clear",
        loaded(scheme).period,
    )


@settings(max_examples=examples(25), deadline=None)
@given(schemes(), st.sampled_from(["xlsx", "docx"]))
def test_with_joined_cells_too(scheme: dict[str, Any], ending: str) -> None:
    assert said_by(read_back(scheme, ending)) == said_by(loaded(scheme))


def plain_form(value: object) -> str:
    """A form without the clause it rests on, which a table says elsewhere."""
    from dataclasses import asdict, is_dataclass

    from pydantic import BaseModel

    def strip(part: object) -> object:
        if isinstance(part, BaseModel):
            return {n: strip(getattr(part, n)) for n in type(part).model_fields if n != "basis"}
        if isinstance(part, dict):
            return {str(key): strip(inner) for key, inner in part.items()}
        if isinstance(part, tuple):
            return [strip(inner) for inner in part]
        if is_dataclass(part) and not isinstance(part, type):
            return {name: inner for name, inner in asdict(part).items() if name != "text"}
        return part

    return repr(strip(value))


def test_of_the_shipped_schemes_each_indicator_comes_back_as_it_was_or_not_at_all(
    tmp_path: Path,
) -> None:
    """Never as something else; and three of four come back."""
    equal = total = 0
    for path in SCHEMES:
        source = load_scheme(path)
        file = tmp_path / "t.csv"
        file.write_text(posting_csv(post_scheme(source)), encoding="utf-8", newline="")
        draft, _ = draft_scheme(file, Answers(date(2024, 1, 1)))
        assert draft is not None, path
        found, faults = read_scheme("back.yaml", text=render_draft(draft))
        assert found is not None and faults == (), path
        back = {item.name: item for _, _, item in found.scheme.walk()}
        for _, _, item in source.scheme.walk():
            total += 1
            other = back[" ".join(item.label.split())]
            if str(other.points) == "unknown" and str(item.points) != "unknown":
                continue
            if item.points is None and other.points is None:
                equal += 1
                continue
            assert plain_form(other.points) == plain_form(item.points), (path, item.label)
            kept = [plain_form((c.at_most, c.per, c.among)) for c in other.caps]
            wanted = [plain_form((c.at_most, c.per, c.among)) for c in item.caps]
            assert set(kept) <= set(wanted), (path, item.label)
            equal += kept == wanted
    assert equal >= 0.75 * total, (equal, total)


# --- what else decides points, levels, rewards and consequences -----------------------------------

CLEAN = {"id": "clean", "name": "整洁", "points": "5"}
YARD = {"id": "yard", "name": "庭院", "indicators": [CLEAN]}
WALLET = {"id": "wallet", "name": "可兑积分"}
STAR = {
    "id": "star",
    "name": "星级",
    "by": "total",
    "levels": [{"name": "五星", "at_least": "150"}, {"name": "一星"}],
}
LINES: list[tuple[dict[str, Any], str, str]] = [
    (
        {"categories": [{**YARD, "weight": "30%", "round": "0.1 half_up"}]},
        "类别（庭院）：按权重30%计入；取整：本类得分四舍五入到0.1",
        "category (庭院): counts with the weight 30%; rounding: its figure rounded to 0.1",
    ),
    (
        {"categories": [{**YARD, "base": "10", "floor": "0 lost"}]},
        "类别（庭院）：基础分：10；合计不低于0（余额作废）",
        "category (庭院): base points: 10; in all at least 0, the debt lost",
    ),
    (
        {"categories": [{**YARD, "full": "36 kept", "for": ["党员"], "lasts": "2 years"}]},
        "类别（庭院）：仅限：党员；合计不高于36（余额保留）；有效期：2年",
        "category (庭院): only for: 党员; in all at most 36, the excess kept; lasts: 2 years",
    ),
    (
        {"to": {"total": "whole", "wallet": "50% added"}, "ledgers": [WALLET]},
        "记入：总分（全额）、可兑积分（50%，只计加分）",
        "points go to: total (the whole), 可兑积分 (50% of adds)",
    ),
    (
        {
            "ledgers": [
                {
                    **WALLET,
                    "base": "5",
                    "floor": "0 kept",
                    "at_period_end": "carry",
                    "lasts": "6 months",
                }
            ]
        },
        "账本（可兑积分）：从5开始；合计不低于0（余额保留）；期末处理：结转；结转的分有效期：6个月",
        (
            "ledger (可兑积分): begins at 5; in all at least 0, the debt kept; at the period's "
            "end: carry; what is carried lasts: 6 months"
        ),
    ),
    (
        {
            "ledgers": [
                {
                    "id": "mean",
                    "name": "户均分",
                    "for": ["household"],
                    "formula": "mean_of(members, total)",
                    "round": "0.1 half_up",
                }
            ]
        },
        "账本（户均分）：仅限：户；由此得出：成员的总分的平均；四舍五入到0.1",
        (
            "ledger (户均分): only for: household; read from: the mean of total over members; "
            "rounded to 0.1"
        ),
    ),
    (
        {"round": "1 down", "full": "300 lost", "combine": {"highest": "matter"}},
        "全部合计：总分上限：300（余额作废）；同一事由多次：就高不就低；取整：总分舍去到1",
        (
            "for everything together: highest total: 300, the excess lost; several of one matter: "
            "highest; rounding: the total rounded down to 1"
        ),
    ),
    (
        {"at_period_end": {"formula": "min(total - 100, 20)"}},
        "期末结转：（总分 − 100、20）中最小的",
        "at the period's end is carried: the least of (total − 100, 20)",
    ),
    (
        {"escalate": {"year": ["劝导", "x1", "x2"]}},
        "逐次递进：每年第1次劝导、第2次按1倍、第3次及以上按2倍",
        (
            "by the nth time: each year time 1: 劝导, time 2: 1 times the points, time 3 and "
            "later: 2 times the points"
        ),
    ),
    (
        {
            "indicators": [
                {
                    "id": "bad",
                    "name": "违建",
                    "points": "-5",
                    "repair": {"within": "30 days", "when": "evidence", "then": [{"points": "3"}]},
                }
            ]
        },
        "整改（违建）：30天内；条件：凭据；另计：每次加3分",
        "when put right (违建): within 30 days; condition: evidence; and further: +3 each time",
    ),
    (
        {
            "rules": [
                {
                    "id": "five",
                    "name": "五次",
                    "per": "event",
                    "when": "count(clean, 'year') >= 5",
                    "then": [{"action": "约谈"}],
                }
            ],
            "categories": [YARD],
        },
        "规则（五次）：每次计分之后，凡当年“整洁”的次数不小于5；措施：约谈",
        (
            "rule (五次): after each event, if the times of “整洁” this year is at least 5; "
            "measure: 约谈"
        ),
    ),
    (
        {
            "tiers": [
                {
                    **STAR,
                    "per": "quarter",
                    "for": ["党员"],
                    "when": "total > 0",
                    "up": "1",
                    "down": "2",
                }
            ]
        },
        (
            "等级（星级）：五星：150 分及以上；一星：其余；仅限：党员；按总分评定；每季末评定；"
            "参评条件：总分大于0；每次最多升1档；每次最多降2档"
        ),
        (
            "levels (星级): 五星: 150 points or more; 一星: the rest; only for: 党员; decided by "
            "total; decided at the end of each quarter; rated are those with: total is above 0; "
            "at most 1 level up at a time; at most 2 levels down at a time"
        ),
    ),
    (
        {
            "tiers": [
                {
                    "id": "best",
                    "name": "先进",
                    "by": "total",
                    "among": "village",
                    "ties": ["yard", "none"],
                    "round": "1 down",
                    "levels": [{"name": "先进户", "rank": "top 10%"}, {"name": "其他"}],
                }
            ],
            "categories": [YARD],
        },
        "等级（先进）：先进户：前10%；其他：其余；按总分评定；同一村内一起评；并列的看庭院—名次并列的都不计入；名额按整数取，不进位",
        (
            "levels (先进): 先进户: the first 10%; 其他: the rest; decided by total; rated: "
            "together within one village; between equals decides 庭院, then of equals at the edge "
            "none counts; places are whole; a part of one is dropped"
        ),
    ),
    (
        {
            "tiers": [
                {
                    **STAR,
                    "levels": [
                        {
                            "name": "五星",
                            "at_least": "150",
                            "lasts": "1 year",
                            "then": [{"points": "5"}],
                        },
                        {"name": "一星"},
                    ],
                }
            ]
        },
        "等级（星级）的“五星”：另计：每次加5分；保级：1年",
        "levels (星级), 五星: and further: +5 each time; protected from falling: 1 year",
    ),
    (
        {
            "tiers": [
                {
                    **STAR,
                    "levels": [
                        {"name": "五星", "at_least": "150"},
                        {
                            "name": "一星",
                            "then": [{"veto": "rewards", "lasts": "quarter", "gives": "nothing"}],
                        },
                    ],
                }
            ]
        },
        "等级（星级）的“一星”：一票否决：兑换激励不计（有效期：至季末；期满不恢复）",
        (
            "levels (星级), 一星: veto: rewards counts for nothing (lasts: to the end of the "
            "quarter; nothing comes back)"
        ),
    ),
    (
        {
            "ledgers": [WALLET],
            "tiers": [STAR],
            "rewards": [
                {
                    "id": "rice",
                    "name": "大米",
                    "spends": "50 wallet",
                    "gives": "大米10斤",
                    "when": "reached(star, '五星')",
                    "caps": [{"at_most": "2 times", "per": "year"}],
                }
            ],
        },
        "兑换（大米）：可兑积分50分换大米10斤；条件：“星级”达到“五星”；每年最多2次",
        (
            "reward (大米): 50 points of 可兑积分 for 大米10斤; condition: “星级” has reached "
            "“五星”; at most 2 times each year"
        ),
    ),
    (
        {
            "rewards": [
                {
                    "id": "money",
                    "name": "奖金（元）",
                    "for": ["village"],
                    "gives": {"formula": "quantity * 0.49"},
                    "to": {"households": "by total", "village": "rest"},
                    "round": "1 half_up",
                }
            ]
        },
        (
            "兑换（奖金（元））：按公式：数量 × 0.49；仅限：村；四舍五入到1；记入："
            "各户（按总分分摊）、村（余数）"
        ),
        (
            "reward (奖金（元）): by the formula: quantity × 0.49; only for: village; rounded to "
            "1; points go to: households (in proportion to total), village (what is left over)"
        ),
    ),
    (
        {
            "rewards": [
                {
                    "id": "off",
                    "name": "折扣",
                    "gives": {"at_least": {"100": "9.5", "500": "8"}},
                    "by": "total",
                    "per": "quarter",
                }
            ]
        },
        "兑换（折扣）：达到100为9.5、达到500为8；按总分计算；每季末核给",
        (
            "reward (折扣): from 100 on 9.5, from 500 on 8; by total; worked out at the end of "
            "each quarter"
        ),
    ),
    (
        {
            "process": [
                {"step": "declare", "who": ["self", "小组长"], "within": "30 days"},
                {"step": "check", "within": "day 10", "per": "month"},
                {"step": "publish", "lasts": "7 days"},
                {"step": "count"},
                {"step": "object", "within": "5 working_days"},
            ]
        },
        "程序：申报（由本人、小组长；30天内）—审核（次月10日前；每月一次）—公示（为期7天）—计入—异议（5个工作日内）",
        (
            "process: declare (by self, 小组长; within 30 days), then check (by day 10 of the "
            "next month; held each month), then publish (for 7 days), then count, then object "
            "(within 5 working days)"
        ),
    ),
    (
        {"fields": {"event": {"档": ["甲", "乙"]}, "subject": {"示范户": "yes_no"}}},
        "台账另记：档（甲或乙）",
        "an event also says: 档 (甲 or 乙)",
    ),
]


@pytest.mark.parametrize(("said", "chinese", "english"), LINES, ids=[zh for _, zh, _ in LINES])
def test_what_stands_above_and_below_the_table(
    said: dict[str, Any], chinese: str, english: str
) -> None:
    import json

    data = {**HEAD, **({} if "categories" in said else {"indicators": [CLEAN]}), **said}
    posting = post_scheme(load_scheme("t.yaml", text=json.dumps(data, ensure_ascii=False)))
    lines = [*posting.above, *posting.below]
    assert chinese in [words(line, "zh") for line in lines]
    assert english in [words(line, "en") for line in lines]


REMARKS: list[tuple[dict[str, Any], str, str]] = [
    ({"to": {"head": "whole"}}, "记入：户主（全额）", "points go to: head (the whole)"),
    (
        {"to": {"named": "1/3", "nobody": "rest"}, "round": "1 down"},
        "记入：指名人（1/3）、无人（余数）",
        "points go to: named (1/3), nobody (what is left over)",
    ),
    (
        {"to": {"head.wallet": "20%"}},
        "记入：户主的可兑积分（20%）",
        "points go to: 可兑积分 of head (20%)",
    ),
    ({"round": "0.1 up"}, "取整：每次进一到0.1", "rounding: each time rounded up to 0.1"),
    ({"lasts": "until repaired"}, "有效期：至整改", "lasts: until repaired"),
    (
        {"lasts": {"at_least": {"0": "1 year"}, "above": {"40": "2 years"}}},
        "有效期：按分值大小：达到0为1年、超过40为2年",
        "lasts: by the points: from 0 on 1 year, above 40 2 years",
    ),
    (
        {"lasts": {"by": {"level": {"国家级": "5 years", "村级": "year"}}}},
        "有效期：按级别：国家级5年、村级至年末",
        "lasts: by level: 国家级 5 years, 村级 to the end of the year",
    ),
    ({"floor": "-10 kept"}, "合计不低于-10（余额保留）", "in all at least -10, the debt kept"),
    (
        {"caps": [{"at_most": "5 added", "per": "year", "basis": "第六条"}]},
        "依据：第六条",
        "basis: 第六条",
    ),
    (
        {"when": "evidence and not (quantity < 2 or month > 6)"},
        "条件：凭据且并非（数量小于2或月大于6）",
        "condition: evidence, and not (quantity is below 2, or month is above 6)",
    ),
]


@pytest.mark.parametrize(("said", "chinese", "english"), REMARKS, ids=[zh for _, zh, _ in REMARKS])
def test_what_stands_beside_an_indicator(said: dict[str, Any], chinese: str, english: str) -> None:
    import json

    data = {**HEAD, "ledgers": [WALLET], "indicators": [{**CLEAN, **said}]}
    (row,) = post_scheme(load_scheme("t.yaml", text=json.dumps(data, ensure_ascii=False))).rows
    assert chinese in [words(remark, "zh") for remark in row.remarks]
    assert english in [words(remark, "en") for remark in row.remarks]


def test_a_consequence_says_how_long_on_what_condition_and_for_whom() -> None:
    then = [
        {"veto": "total", "lasts": "2 years", "gives": "all", "when": "quantity > 1"},
        {"points": "-3", "to": {"head": "whole"}},
        {"grade": "一星", "lasts": "until repaired"},
    ]
    scheme = loaded({**HEAD, "tiers": [STAR], "indicators": [{"name": "大过", "then": then}]})
    (_, _, item) = next(iter(scheme.walk()))
    assert [words(say_consequence(effect), "zh") for effect in item.then] == [
        "一票否决：总分不计（条件：数量大于1；有效期：2年；期满全部恢复）",
        "另计：每次扣3分（记入：户主（全额））",
        "直接判级：一星（有效期：至整改）",
    ]


FORMULAS = [
    ("1 + (1 if 使用机械 else 0)", "1 + （“使用机械”时为1，否则为0）"),
    ("(total - 100) / 3 * 2", "（总分 − 100） ÷ 3 × 2"),
    ("10 - (3 - 2)", "10 − （3 − 2）"),
    ("-5 if level == '严重' else -(quantity + 1)", "级别为“严重”时为−5，否则为−（数量 + 1）"),
    ("class != '党员' or 10 <= day <= 20", "身份不为“党员”或10不大于日且日不大于20"),
    (
        "sum(clean, '6 months') > 3 and streak(star, '五星') >= 2",
        "最近6个月“整洁”的应得分合计大于3且“星级”连续达到“五星”的次数不小于2",
    ),
    ("highest(total, 'quarter') - latest(clean)", "各季末总分的最高 − “整洁”最近一次的应得分"),
    ("round(total / 3, 1)", "（总分 ÷ 3）四舍五入到1位小数"),
    (
        "share_of(members, total >= 60, class == '党员') > 0.5",
        "成员中（身份为“党员”）的里面，（总分不小于60）的占比大于0.5",
    ),
    ("total ** 2", "total ** 2"),
    ("round()", "round()"),
    ("1 +", "1 +"),
]


@pytest.mark.parametrize(("formula", "chinese"), FORMULAS)
def test_a_formula_is_said_in_words_or_as_it_is_written(formula: str, chinese: str) -> None:
    names = names_in(loaded({**HEAD, "tiers": [STAR], "categories": [YARD]}))
    assert words(say_formula(formula, names), "zh") == chinese


# --- the files ------------------------------------------------------------------------------------

EXAMPLE = {
    **HEAD,
    "illustrative": "yes",
    "categories": [
        {
            "name": "环境",
            "caps": [{"at_most": "20 added", "per": "year"}],
            "indicators": [
                {
                    "name": "扫地",
                    "points": "1",
                    "caps": [{"at_most": "1 time", "per": "day"}],
                    "basis": "第六条",
                },
                {"name": "=1+1", "points": "-2", "for": ["党员"]},
            ],
        },
    ],
    "tiers": [
        {
            "id": "star",
            "name": "星级",
            "by": "total",
            "levels": [{"name": "五星", "at_least": "150"}, {"name": "一星"}],
        }
    ],
    "rewards": [{"id": "rice", "name": "大米", "spends": "50", "gives": "大米10斤"}],
    "process": [{"step": "declare"}, {"step": "count"}],
}


def example() -> Any:
    import json

    return post_scheme(load_scheme("t.yaml", text=json.dumps(EXAMPLE, ensure_ascii=False)))


def test_markdown_shows_the_whole_scheme() -> None:
    assert (
        posting_markdown(example(), "zh")
        == """\
# 某村积分细则

积分对象：户；考核周期：年；基础分：100；期末处理：清零；总分下限：0（余额保留）；生效日期：2024-01-01

本方案的数值为虚构（示例）

| 类别 | 指标 | 分值 | 上限 | 周期 | 备注/依据 |
| --- | --- | --- | --- | --- | --- |
| 环境（每年最多加20分） | 扫地 | 每次加1分 | 每日最多1次 |  | 第六条 |
| 环境（每年最多加20分） | =1+1 | 每次扣2分 |  |  | 仅限：党员 |

等级（星级）：五星：150 分及以上；一星：其余；按总分评定

兑换（大米）：50分换大米10斤

程序：申报—计入
"""
    )


def test_the_sheet_joins_categories_prints_well_and_runs_no_formula(tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    file.write_bytes(posting_xlsx(example()))
    sheet = openpyxl.load_workbook(file).worksheets[0]
    stretches = {str(stretch) for stretch in sheet.merged_cells.ranges}
    assert {"A1:F1", "A5:A6"} <= stretches
    assert (sheet["B6"].value, sheet["B6"].data_type) == ("=1+1", "s")
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$4:$4")
    assert sheet["A4"].value == "类别" and sheet["C5"].value == "每次加1分"


def test_a_long_line_under_the_table_is_as_high_as_its_words_need() -> None:
    """300 Chinese signs take 600 of room.

    A line has 142 (the widths of six columns): five lines of 15.
    """
    import json

    data = {**HEAD, "indicators": [CLEAN], "basis": "据" * 297}
    posting = post_scheme(load_scheme("t.yaml", text=json.dumps(data, ensure_ascii=False)))
    sheet = openpyxl.load_workbook(io.BytesIO(posting_xlsx(posting))).worksheets[0]
    last = sheet.max_row
    assert len(str(sheet.cell(last, 1).value)) == 300
    assert sheet.cell(last, 1).alignment.wrap_text
    assert sheet.row_dimensions[last].height == 75


def test_word_and_csv_hold_the_same_cells(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(posting_csv(example()).removeprefix("\ufeff"))))
    at = rows.index(["类别", "指标", "分值", "上限", "周期", "备注/依据"])
    file = tmp_path / "t.docx"
    file.write_bytes(posting_docx(example()))
    (table,) = docx.Document(str(file)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == rows[at : at + 3]


# --- levels, periods, what is not stated ----------------------------------------------------------

BANDS = {"id": "credit", "name": "信用", "by": "total"}
PLAIN_LEVELS = [
    {"name": "AAA", "at_least": "1050"},
    {"name": "A", "at_least": "960"},
    {"name": "B", "above": "800"},
    {"name": "D"},
    {"name": "DA"},
]


def posted(changes: dict[str, Any]) -> Posting:
    """The wall of the smallest scheme, with these changes."""
    data = {
        "scheme": "t",
        "effective_from": "2024-01-01",
        "subject": "household",
        "period": "year",
        "base": "100",
        "floor": "none",
        "at_period_end": "clear",
        "indicators": [{"name": "扫地", "points": "1"}, {"name": "打架", "points": "-2"}],
    }
    text = yaml.safe_dump(data | changes, allow_unicode=True)
    return post_scheme(load_scheme("t.yaml", text=text))


def below(changes: dict[str, Any]) -> list[str]:
    return [words(line, "zh") for line in posted(changes).below]


def test_a_level_goes_from_its_figure_to_the_one_above_it_and_one_takes_the_rest() -> None:
    ladder = {**BANDS, "levels": PLAIN_LEVELS}
    # points are whole (+1 and -2 each time, base 100): 1049 is the last before 1050; 960 is the
    # first that is more than B, whose own edge is open
    (line,) = [x for x in below({"tiers": [ladder]}) if x.startswith("等级")]
    assert line.startswith(
        "等级（信用）：AAA：1050 分及以上；A：960 至 1049 分；B：高于 800 分、不满 960 分；D："
        "其余；DA：只能直接定级；"
    )


def test_where_points_may_be_parts_no_total_falls_between_two_levels() -> None:
    ladder = {**BANDS, "levels": PLAIN_LEVELS}
    half = {"name": "半分", "points": "0.5"}  # 1049.5 is A too
    (line,) = [x for x in below({"tiers": [ladder], "indicators": [half]}) if x.startswith("等级")]
    assert "A：960 分及以上、不满 1050 分；" in line


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2 years", "考核周期：2年一个周期，自2024年1月1日起"),
        ("year from 07-01", "考核周期：年（自7月1日起算）"),
        ("month from 26", "考核周期：月（自每月26日起算）"),
    ],
)
def test_a_period_says_its_first_day_as_a_date(period: str, said: str) -> None:
    assert said in words(posted({"period": period}).above[0], "zh")


def test_points_that_are_not_stated_are_neither_added_nor_deducted() -> None:
    for points, said in (
        ({"each": {"6 个月": "unknown"}}, "每6个月计分，分值未载明"),
        ("0", "不加分"),
    ):
        rows = posted({"indicators": [{"name": "外出", "points": points}]}).rows
        assert [words(row.points, "zh") for row in rows] == [said]

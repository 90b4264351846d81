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
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen_rules import load_scheme
from jifen_rules.compile import check_plan
from jifen_rules.draft import Answers, draft_scheme, post_scheme
from jifen_rules.draft.rule_wording import say_cap
from jifen_rules.draft.wording import say_form
from jifen_rules.load import read_scheme
from jifen_rules.model import Indicator, Scheme
from jifen_rules.problem import Severity
from jifen_rules.render.language import words
from jifen_rules.render.to_draft import render_draft
from jifen_rules.render.to_posting import (
    posting_csv,
    posting_docx,
    posting_markdown,
    posting_xlsx,
)

SCHEMES = sorted((Path(__file__).parent.parent / "schemes").rglob("scheme.yaml"))
HEAD = {
    "scheme": "t", "name": "某村积分细则", "effective_from": "2024-01-01", "subject": "household",
    "period": "year", "base": "100", "floor": "0 kept", "at_period_end": "clear",
}  # fmt: skip


def loaded(data: dict[str, Any]) -> Scheme:
    import json

    return load_scheme("t.yaml", text=json.dumps(data, ensure_ascii=False)).scheme


def indicator(points: Any, caps: Any = ()) -> Indicator:
    scheme = loaded({**HEAD, "indicators": [{"name": "甲", "points": points, "caps": list(caps)}]})
    return scheme.indicators[0]


SAID = [
    ("5", "每次加5分", "+5 each time"), ("-0.5", "每次扣0.5分", "-0.5 each time"),
    ({"each": {"小时": "1"}}, "每小时加1分", "+1 for each 小时"),
    ({"each": {"4 小时": "1"}, "per": "year", "round": "1 down"}, "每年累计每满4小时加1分", "added up each year, +1 for each full 4 小时"),
    ({"each": {"次": "-2"}}, "按数量每计1次扣2分", "by quantity, -2 for each 1 次"),
    ({"each": {"天": "1"}, "round": "0.1 half_up"}, "按数量每计1天加1分按比例四舍五入到0.1", "by quantity, +1 for each 1 天, in proportion, rounded to 0.1"),
    ({"by": {"level": {"村级": "3", "区级": "5"}}}, "按级别：村级加3分、区级加5分", "by level: 村级 +3, 区级 +5"),
    ({"between": ["5", "10"]}, "酌情加5至10分", "as judged, +5 to +10"),
    ({"between": ["-10", "-5"]}, "酌情扣5至10分", "as judged, -5 to -10"),
    ({"between": ["-5", "5"]}, "评定-5分至+5分", "judged, from -5 to +5"),
    ({"one_of": ["1", "5"]}, "任选加1、5分", "one of these, added: 1, 5"),
    ({"full": "10", "each": {"处": "-2"}, "floor": "0"}, "满分10分，每处扣2分，扣完为止", "full marks 10, -2 for each 处, until nothing is left"),
    ({"full": "10", "each": {"处": "-2"}, "floor": "3"}, "满分10分，每处扣2分，最低3分", "full marks 10, -2 for each 处, never below 3"),
    ({"at_least": {"10": "2"}, "above": {"20": "5"}}, "达到10加2分、超过20加5分", "from 10 on +2, above 20 +5"),
    ({"formula": "quantity * 2"}, "按公式：数量 × 2", "by the formula: quantity × 2"),
    ("clear", "清零", "the balance is wiped"), ("unknown", "未载明", "not stated"),
]  # fmt: skip


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
    ({"at_most": "10 deducted", "per": "6 months"}, "任意6个月内最多扣10分", "at most -10 in any 6 months"),
    ({"at_most": "9 net kept", "per": "year"}, "每年净分最多9分余额保留", "net at most 9 each year, the excess kept"),
    ({"at_most": "9 added", "per": "period", "among": ["village"]}, "本期最多加9分，同一村共用", "at most +9 in the period, shared by all of one village"),
]  # fmt: skip


@pytest.mark.parametrize(("cap", "chinese", "english"), CAPS, ids=[said for _, said, _ in CAPS])
def test_a_cap_is_said_in_plain_words(cap: Any, chinese: str, english: str) -> None:
    (rule,) = indicator("5", [cap]).caps
    assert (words(say_cap(rule), "zh"), words(say_cap(rule), "en")) == (chinese, english)


# --- export, then import --------------------------------------------------------------------------

NUMBERS = st.integers(1, 200).map(lambda n: f"{n // 2}.5" if n % 7 == 0 else str(n))
UNITS = st.sampled_from(["小时", "处", "4 小时", "100 元", "2 亩", "次", "户", "天", "3 天"])
WINDOWS = st.sampled_from(["event", "day", "week", "month", "quarter", "half_year", "year", "period", "ever", "6 months", "30 days", "unknown"])  # fmt: skip
LEVELS = st.lists(st.sampled_from(["村级", "镇级", "县级及以上", "一等奖", "二等奖", "优秀", "参加", "第一名"]), min_size=2, max_size=4, unique=True)  # fmt: skip


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


@settings(max_examples=300, deadline=None)
@given(schemes())
def test_a_table_posted_is_read_back_as_the_scheme_it_was(scheme: dict[str, Any]) -> None:
    back = read_back(scheme, "csv")
    assert said_by(back) == said_by(loaded(scheme))
    assert (back.name, back.base, back.floor, back.at_period_end, back.period) == (
        loaded(scheme).name, loaded(scheme).base, loaded(scheme).floor, "clear", loaded(scheme).period,
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
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


# --- the files ------------------------------------------------------------------------------------

EXAMPLE = {
    **HEAD, "illustrative": "yes",
    "categories": [
        {"name": "环境", "caps": [{"at_most": "20 added", "per": "year"}],
         "indicators": [
             {"name": "扫地", "points": "1", "caps": [{"at_most": "1 time", "per": "day"}], "basis": "第六条"},
             {"name": "=1+1", "points": "-2", "for": ["党员"]},
         ]},
    ],
    "tiers": [{"id": "star", "name": "星级", "by": "total", "levels": [{"name": "五星", "at_least": "150"}, {"name": "一星"}]}],
    "rewards": [{"id": "rice", "name": "大米", "spends": "50", "gives": "大米10斤"}],
    "process": [{"step": "declare"}, {"step": "count"}],
}  # fmt: skip


def example() -> Any:
    import json

    return post_scheme(load_scheme("t.yaml", text=json.dumps(EXAMPLE, ensure_ascii=False)))


def test_markdown_shows_the_whole_scheme() -> None:
    assert (
        posting_markdown(example(), "zh")
        == """\
# 某村积分细则

积分对象：家庭；考核周期：年；基础分：100；期末处理：清零；总分下限：0（余额保留）；生效日期：2024-01-01

本方案的数值为虚构（示例）

| 类别 | 指标 | 分值 | 上限 | 周期 | 备注/依据 |
| --- | --- | --- | --- | --- | --- |
| 环境（每年最多加20分） | 扫地 | 每次加1分 | 每日最多1次 |  | 第六条 |
| 环境（每年最多加20分） | =1+1 | 每次扣2分 |  |  | 仅限：党员 |

等级（星级）：五星150分起、一星为其余；按总分评定

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


def test_word_and_csv_hold_the_same_cells(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(posting_csv(example()).removeprefix("\ufeff"))))
    at = rows.index(["类别", "指标", "分值", "上限", "周期", "备注/依据"])
    file = tmp_path / "t.docx"
    file.write_bytes(posting_docx(example()))
    (table,) = docx.Document(str(file)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == rows[at : at + 3]

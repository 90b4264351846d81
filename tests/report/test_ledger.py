"""The workbook for events: its columns and lists, and that a filled one scores like JSON."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from jifen_rules import load_scheme, read_events, read_roster
from jifen_rules.cli import app
from jifen_rules.core.vocabulary import COLUMNS, english
from jifen_rules.report.pages import build_event_book
from jifen_rules.report.pages.event_book_xlsx import event_book_xlsx

ROOT = Path(__file__).parents[2]
SCHEMES = ROOT / "schemes"
YEAR = ROOT / "examples" / "wendeng-year"
Row = Mapping[str, str | int | float | date | None]


def jifen(*call: object) -> tuple[int, str, str]:
    run = CliRunner().invoke(app, [*map(str, call), "--lang", "zh"])
    return run.exit_code, run.stdout, run.stderr


def fill(path: Path, rows: Sequence[Row]) -> None:
    """Write rows under the headings of the first sheet, as a clerk does, and save the file."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for number, row in enumerate(rows, 2):
        for heading, value in row.items():
            sheet.cell(number, heads.index(heading) + 1, value)
    book.save(path)


def lines(rows: Sequence[Row]) -> str:
    """The same events as JSON Lines, each with an id in the order of its row."""
    found = []
    for number, row in enumerate(rows, 1):
        named = {"编号": f"r{number:03}", **row}
        found.append({english(COLUMNS, key): str(value) for key, value in named.items()})
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in found)


WENDENG = [
    {
        "日期": date(2024, 3, 1),
        "积分对象": "李福收",
        "指标": "志愿服务时长（村级）",
        "数量": 10,
        "环节": "计入",
    },
    {
        "日期": date(2024, 4, 1),
        "积分对象": "李福收",
        "指标": "文艺演出",
        "级别": "区级",
        "环节": "计入",
    },
]
TONGDE = [
    {"日期": date(2024, 5, 1), "积分对象": "甲", "指标": "家前屋后干净整洁", "环节": "计入"},
    {
        "日期": date(2024, 5, 2),
        "积分对象": "甲",
        "指标": "喜事新办、丧事简办",
        "事由": "婚事",
        "环节": "计入",
    },
    {
        "日期": date(2024, 5, 3),
        "积分对象": "甲",
        "指标": "喜事新办、丧事简办",
        "事由": "婚事",
        "环节": "计入",
    },
]
SHOP = [
    {"日期": date(2024, 5, 1), "积分对象": "甲", "指标": "五类行为", "评定分": 5, "环节": "计入"},
    {"日期": date(2024, 5, 9), "积分对象": "甲", "指标": "爱心超市", "数量": 3, "环节": "计入"},
]
PARTY = [
    {
        "日期": date(2024, 5, 1),
        "积分对象": "甲",
        "指标": "支部清单加分",
        "评定分": 12,
        "环节": "计入",
    },
    {
        "日期": date(2024, 5, 2),
        "积分对象": "乙",
        "指标": "支部清单扣分",
        "评定分": -1,
        "环节": "计入",
    },
]
HAMLET = [
    {"日期": date(2024, 5, 1), "积分对象": "王家", "指标": "庭院绿化"},
    {"编号": "w1", "日期": date(2024, 5, 2), "积分对象": "王家", "指标": "乱堆物"},
    {"日期": date(2024, 5, 3), "积分对象": "李家", "指标": "乱堆物"},
    {"日期": date(2024, 5, 4), "积分对象": "王家", "指标": "乱堆物", "整改": "w1"},
]
HAMLET_ROSTER = "id,name,kind,unit\nH1,王家,household,G\nH2,李家,household,G\nG,一组,group,\n"
WAYS = [
    # 1000, and of 10 hours every whole 4 give 1: +2; a district's performance +3;
    # and +1 at the end of each of two quarters, since the roster calls the household exemplary
    pytest.param("wendeng-rural", YEAR / "roster.csv", WENDENG, {"李福收": "1007"}, id="wendeng"),
    # the base is not stated and counts as nothing; +10, +5, and the same wedding once more: nothing
    pytest.param("tongde", None, TONGDE, {"甲": "15"}, id="tongde"),
    # 5 given, goods for 3
    pytest.param("huwu-wuxing", None, SHOP, {"甲": "2"}, id="a shop"),
    # 60 + 12, 60 - 1
    pytest.param("huaning-party", None, PARTY, {"甲": "72", "乙": "59"}, id="a party ladder"),
    # 100 + 5 - 10 + 10 put right; 100 - 10
    pytest.param(
        "illustrative/eco-hamlet", HAMLET_ROSTER, HAMLET, {"王家": "105", "李家": "90"}, id="hamlet"
    ),
]


@pytest.mark.parametrize(("name", "roster", "rows", "totals"), WAYS)
def test_a_filled_workbook_scores_like_the_same_events_in_json_lines(
    tmp_path: Path,
    name: str,
    roster: Path | str | None,
    rows: list[Row],
    totals: Mapping[str, str],
) -> None:
    scheme, book = SCHEMES / name / "scheme.yaml", tmp_path / "台账.xlsx"
    people = roster
    if isinstance(roster, str):
        people = tmp_path / "roster.csv"
        people.write_text(roster, "utf-8")
    more = ("--roster", people) if people is not None else ()
    assert jifen("ledger", scheme, *more, "-o", book)[0] == 0
    fill(book, rows)
    (tmp_path / "events.jsonl").write_text(lines(rows), "utf-8")
    call = (*more, "--as-of", "2024-06-30", "--format", "csv")
    code, by_book, said = jifen("score", scheme, book, *call)
    assert (code, by_book) == jifen("score", scheme, tmp_path / "events.jsonl", *call)[:2]
    assert code == 0, said
    assert "选项" not in said and "填写说明" not in said
    found = {row[1]: row[4] for row in csv.reader(io.StringIO(by_book))}
    assert {name: found[name] for name in totals} == totals


def sheet_of(path: Path) -> Worksheet:
    sheet = load_workbook(path).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


SCHEME = """scheme: demo
effective_from: 2024-01-01
subject: household
period: year
floor: none
at_period_end: clear
fields: {event: {bags: number, seen: date, dirty: {type: yes_no, blank: no}, who: [甲, 乙]}}
indicators:
  - {id: a, name: 获奖, points: {by: {level: {村级: 1, 镇级: 2}}}}
  - {id: b, name: 演出, points: {by: {level: {区级: 3}}}}
  - {id: c, name: 收垃圾, points: {formula: bags * 2}}
  - {id: d, name: 月月得, points: 1, per: month}
  - {id: e, name: 同名, points: 1}
  - {id: f, name: 同名, points: 2}
"""
ROSTER = (
    "id,name,kind,unit\nH1,王芳,household,一组\nH2,王芳,household,二组\nH3,李强,household,一组\n"
    "一组,,group,\n"
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "s.yaml").write_text(SCHEME, "utf-8")
    (tmp_path / "r.csv").write_text(ROSTER, "utf-8")
    out = tmp_path / "o.xlsx"
    call = ("ledger", tmp_path / "s.yaml", "--roster", tmp_path / "r.csv", "-o", out)
    assert jifen(*call)[0] == 0
    return out


def test_the_columns_are_those_that_the_scheme_asks_for(book: Path) -> None:
    heads = [cell.value for cell in sheet_of(book)[1]]
    # no quantity, place or matter: nothing asks for them
    assert heads == ["日期", "积分对象", "指标", "级别", "bags", "seen", "dirty", "who", "备注"]


@pytest.mark.parametrize(
    ("indicator", "more"),
    [
        ("points: -2, lasts: until repaired", ["id", "repairs"]),
        ("points: -2, lasts: period after repair", ["id", "repairs"]),
        ("then: [{veto: total, lasts: until repaired, gives: all}]", ["id", "repairs"]),
        ("points: -2, lasts: until repaired, repair: {then: []}", ["id", "repairs"]),
        ("points: -2, lasts: {by: {level: {村: until repaired, 县: ever}}}", ["id", "repairs"]),
        ("points: -2, then: [{action: 劝导}]", []),
        ("then: [{veto: total, lasts: period, gives: all}]", []),
    ],
)
def test_what_waits_for_a_repair_has_the_columns_to_say_it(indicator: str, more: list[str]) -> None:
    head = SCHEME.partition("fields:")[0]
    text = f"{head}indicators:\n  - {{id: wrong, {indicator}}}\n  - {{id: right, points: 1}}\n"
    columns = [column.name for column in build_event_book(load_scheme("s.yaml", text=text)).columns]
    assert [name for name in columns if name not in ("level", "note")][3:] == more


def test_lists_and_checks_stand_on_the_columns(book: Path) -> None:
    checks = {str(check.sqref): check for check in sheet_of(book).data_validations.dataValidation}
    lists = load_workbook(book)["选项"]
    column = [row[0].value for row in lists.iter_rows()]

    def listed(at: str) -> Sequence[object]:
        first, last = (
            int(part)
            for part in checks[at].formula1.split("$A$")[1:]
            for part in [part.rstrip(":")]
        )
        return column[first - 1 : last]

    assert lists.sheet_state == "hidden"
    # those who share a name are listed by their ids; a group has no points of its own
    assert listed("B2:B5001") == ["H1", "H2", "李强"]
    # an award for a standing fact is nobody's to record; those who share a name go by their ids
    assert listed("C2:C5001") == ["获奖", "演出", "收垃圾", "e", "f"]
    assert listed("G2:G5001") == ["是", "否"] and listed("H2:H5001") == ["甲", "乙"]
    # the levels of the indicator that stands in the row
    assert (
        checks["D2:D5001"].formula1.startswith("OFFSET(") and "$C2" in checks["D2:D5001"].formula1
    )
    day = checks["A2:A5001"]
    assert (day.type, day.operator, day.formula1) == (
        "date",
        "greaterThanOrEqual",
        "DATE(2024,1,1)",
    )
    assert checks["E2:E5001"].type == "decimal" and checks["F2:F5001"].type == "date"


def test_the_sheet_that_explains_says_what_each_indicator_is_worth(book: Path) -> None:
    rows = list(load_workbook(book)["填写说明"].iter_rows(values_only=True))
    assert (None, "获奖", "按级别：村级加1分、镇级加2分", "级别") in rows
    assert next(row for row in rows if row[1] == "收垃圾")[3] == "bags"
    assert ("dirty", "需要时填", "填“是”或“否”。不填按“否”。", None) in rows
    assert ("H1", "王芳", "一组", None) in rows and ("H2", "王芳", "二组", None) in rows


def test_an_empty_workbook_is_no_events_and_nothing_is_said_of_its_other_sheets(book: Path) -> None:
    assert read_events(book) == ((), ())


def test_other_sheets_without_known_headings_are_still_reported(tmp_path: Path, book: Path) -> None:
    made = load_workbook(book)
    made.create_sheet("另表").append(["随手记"])
    made.save(book)
    code, _, said = jifen("score", tmp_path / "s.yaml", book, "--as-of", "2024-12-31")
    assert code == 0 and "另表" in said and "选项" not in said


def test_records_on_a_sheet_that_calls_itself_an_explanation_are_read(tmp_path: Path) -> None:
    """What stands under known headings is data, whatever the first cell says."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.append(["本页只供说明和选择，不登记事件。"])
    sheet.append(["编号", "日期", "积分对象", "指标"])
    sheet.append(["1", "2024-03-01", "甲", "a"])
    made.save(tmp_path / "e.xlsx")
    events, _ = read_events(tmp_path / "e.xlsx")
    assert [event.subject for event in events] == ["甲"]


def test_what_cannot_be_written_ends_with_2(tmp_path: Path, book: Path) -> None:
    scheme = tmp_path / "s.yaml"
    (tmp_path / "s.xlsx").write_text(SCHEME, "utf-8")
    for call, said in (
        ((scheme, "-o", tmp_path / "o.csv"), "请以 .xlsx 结尾"),
        ((scheme, "-o", tmp_path / "台账"), "“台账”"),
        ((scheme, "-o", book), "已经存在"),
        ((scheme, "-o", tmp_path / "no" / "o.xlsx"), "无法写入"),
        ((tmp_path / "s.xlsx", "-o", tmp_path / "s.xlsx", "--force"), "换一个文件名"),
        ((tmp_path / "none.yaml", "-o", tmp_path / "n.xlsx"), "none.yaml"),
    ):
        code, _, stderr = jifen("ledger", *call)
        assert (code, said in stderr) == (2, True), stderr
    assert (tmp_path / "s.xlsx").read_text("utf-8") == SCHEME


def test_a_scheme_with_errors_gets_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCHEME.replace("bags * 2", "bag * 2"), "utf-8")
    code, _, stderr = jifen("ledger", tmp_path / "s.yaml", "-o", tmp_path / "o.xlsx")
    assert code == 1 and "bag" in stderr and not (tmp_path / "o.xlsx").exists()


def test_a_cell_is_never_a_formula() -> None:
    text = SCHEME.replace("获奖", '"=1+1"')
    made = load_workbook(
        io.BytesIO(event_book_xlsx(build_event_book(load_scheme("s.yaml", text=text))))
    )
    kinds = {c.data_type for s in made.worksheets for row in s.iter_rows() for c in row if c.value}
    assert kinds == {"s"}


@pytest.mark.thorough
@pytest.mark.parametrize("path", sorted(SCHEMES.rglob("scheme.yaml")), ids=lambda p: p.parent.name)
def test_every_shipped_scheme_has_a_workbook_that_reads_as_empty(
    path: Path, tmp_path: Path
) -> None:
    book = build_event_book(load_scheme(path), read_roster(YEAR / "roster.csv"))
    for language in ("zh", "en"):
        (tmp_path / "o.xlsx").write_bytes(event_book_xlsx(book, language))
        assert read_events(tmp_path / "o.xlsx") == ((), ())
    assert book.deeds

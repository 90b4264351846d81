"""Cells as people have them: zeros in front, errors, what is hidden, days of a roster, blanks.

Each is of a kind of the public fault reports, and of another make. What a cell shows was worked out
by hand from its format, as a spreadsheet shows it.
"""

import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from test_odd_files import GOOD, TOP, table
from typer.testing import CliRunner

from jifen_rules import load_scheme, read_events, read_roster
from jifen_rules.cli import app
from jifen_rules.inputs.intake import read_event_file
from jifen_rules.session.binding import bind_events
from made_files import SHEET, SheetChange, book, changed, formatted

NEXT = [2, *GOOD[1:]]


# --- zeros in front -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (12, "0000", "0012"),
        (110101, "000000000000", "000000110101"),
        (7, "00#", "007"),  # right of a 0 each place is filled
        (7, "#00", "07"),
        (7, "000_ ", "007"),  # a blank as wide as a sign
        (7, "[$-804]000;@", "007"),
        (3, '"第"00"户"', "第03户"),
        (3, r"\H00", "H03"),
        (0, "000", "000"),
        (102, "00-00", "01-02"),
        (123456, "00-00", "1234-56"),  # more digits than places stand in front
        (13800001234, "000 0000 0000", "138 0000 1234"),
        (10203, '00"组"00"户"00', "01组02户03"),
    ],
)
def test_a_household_has_the_zeros_that_its_cell_shows(
    tmp_path: Path, value: int, code: str, shown: str
) -> None:
    """On the sheet of events and on that of the roster alike."""
    row = [1, GOOD[1], value, "tidy"]
    events, bad = read_events(book(tmp_path / "e.xlsx", TOP, row, change=formatted("C2", code)))
    people: list[list[object]] = [["户号", "户主"], [value, "张三"]]
    roster = read_roster(book(tmp_path / "r.xlsx", *people, change=formatted("A2", code)))
    assert ([event.subject for event in events], bad, [*roster.subjects]) == ([shown], (), [shown])


def test_two_ids_that_differ_in_their_zeros_are_two_events(tmp_path: Path) -> None:
    file = book(tmp_path / "e.xlsx", TOP, GOOD, GOOD, change=formatted("A2", "000"))
    events, bad = read_events(file)
    assert ([event.id for event in events], bad) == (["001", "1"], ())


# --- errors ---------------------------------------------------------------------------------------

ERRORS = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#SPILL!", "#GETTING_DATA", "########"]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_that_was_saved_as_text_is_no_household(tmp_path: Path, error: str) -> None:
    """In a CSV, and in a sheet with pasted values; ######## is a number too wide for its column."""
    (tmp_path / "e.csv").write_text(
        table(f"1,2024-03-01,{error},tidy", "2,2024-03-01,张三,tidy"), "utf-8"
    )
    sheet = book(tmp_path / "e.xlsx", TOP, [1, GOOD[1], f" {error}", "tidy"], NEXT)
    for file in (tmp_path / "e.csv", sheet):
        events, bad = read_events(file)
        assert [event.subject for event in events] == ["张三"]
        assert [(row.place.line, row.reason) for row in bad if row.place] == [
            (2, "a cell shows an error")
        ]


@pytest.mark.parametrize("row", ["{},2024-03-01,张三,tidy", "1,2024-03-01,张三,{}"])
def test_nor_is_it_an_id_or_an_indicator(tmp_path: Path, row: str) -> None:
    (tmp_path / "e.csv").write_text(table(row.format("#N/A"), "2,2024-03-01,李四,help"), "utf-8")
    events, bad = read_events(tmp_path / "e.csv")
    assert ([event.id for event in events], [row.reason for row in bad]) == (
        ["2"],
        ["a cell shows an error"],
    )


def test_a_name_that_begins_with_the_sign_of_a_number_is_one(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(table("#1,2024-03-01,#3栋,tidy"), "utf-8")
    ((event,), bad) = read_events(tmp_path / "e.csv")
    assert (event.id, event.subject, bad) == ("#1", "#3栋", ())


def test_an_error_on_a_roster_costs_its_row(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("户号,户主\nH1,#N/A\nH2,李四\n#REF!,王五\n", "utf-8")
    roster = read_roster(tmp_path / "r.csv")
    assert [*roster.subjects] == ["H2"]
    assert [row.place.line for row in roster.refused if row.place] == [2, 4]


def test_a_formula_whose_worked_out_value_is_an_error_is_named_by_its_cell(tmp_path: Path) -> None:
    file = book(tmp_path / "e.xlsx", TOP, [1, GOOD[1], "=NA()", "tidy"], NEXT)
    with zipfile.ZipFile(file) as archive:
        found = re.search('<c r="C2".*?</c>', archive.read(SHEET).decode())
    assert found
    changed(file, SHEET, found[0], '<c r="C2" t="e"><f>NA()</f><v>#N/A</v></c>')
    events, bad = read_events(file)
    assert [event.id for event in events] == ["2"]
    assert [(row.place.cell, row.reason) for row in bad if row.place] == [
        ("台账!C2", "a cell shows an error")
    ]


# --- hidden ---------------------------------------------------------------------------------------


def grouped(_: Workbook, sheet: Worksheet) -> None:
    sheet.row_dimensions.group(2, 2, hidden=True)


def filtered(_: Workbook, sheet: Worksheet) -> None:
    sheet.auto_filter.ref = "A1:E3"
    sheet.auto_filter.add_filter_column(0, ["2"])
    sheet.row_dimensions[2].hidden = True


def joined(_: Workbook, sheet: Worksheet) -> None:
    sheet.row_dimensions[2].hidden = True
    sheet.merge_cells("C2:C3")


@pytest.mark.parametrize("change", [grouped, filtered, joined])
def test_a_row_that_is_folded_or_filtered_away_is_told_and_not_data(
    tmp_path: Path, change: SheetChange
) -> None:
    """A name joined over it and the next row is still the name of that one."""
    events, bad = read_events(book(tmp_path / "e.xlsx", TOP, GOOD, NEXT, change=change))
    assert [(event.id, event.subject) for event in events] == [("2", "张三")]
    assert [row.place.cell for row in bad if row.place] == ["台账!2"]


def test_a_row_without_height_is_hidden(tmp_path: Path) -> None:
    file = changed(
        book(tmp_path / "e.xlsx", TOP, GOOD, NEXT), SHEET, '<row r="2"', '<row r="2" ht="0"'
    )
    events, bad = read_events(file)
    assert ([event.id for event in events], [row.place.cell for row in bad if row.place]) == (
        ["2"],
        ["台账!2"],
    )


def test_a_column_without_width_is_told(tmp_path: Path) -> None:
    file = book(tmp_path / "e.xlsx", TOP, [*GOOD, 3])
    changed(
        file,
        SHEET,
        "<sheetData>",
        '<cols><col min="5" max="5" width="0" customWidth="1"/></cols><sheetData>',
    )
    read = read_event_file(file)
    assert [str(event.quantity) for event in read.events] == ["3"]
    assert [notice.place.cell for notice in read.notices] == ["台账!E1"]


def test_a_hidden_row_of_a_roster_is_told_and_nobody(tmp_path: Path) -> None:
    def hide(_: Workbook, sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True

    people = [["户号", "户主"], ["H1", "张三"], ["H2", "李四"]]
    roster = read_roster(book(tmp_path / "r.xlsx", *people, change=hide))
    assert [*roster.subjects] == ["H2"]
    assert [row.place.cell for row in roster.refused if row.place] == ["台账!2"]


# --- days of a roster -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "read"),
    [
        ("2024.1.1", True),
        ("2024年1月1日", True),
        ("20240101", True),
        ("２０２４-１-１", True),
        ("2024-01-01 08:30", True),
        ("2024-02-30", False),
        ("2024年1月", False),
        ("45292", False),
        ("正月初一", False),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_day_on_a_roster_is_read_as_in_events(
    tmp_path: Path, day: str, read: bool, ending: str
) -> None:
    path = tmp_path / f"r.{ending}"
    rows = [{"id": "H1", "name": "张三", "since": day}, {"id": "H2", "name": "李四", "since": ""}]
    lines = (
        [json.dumps(row) for row in rows]
        if ending == "jsonl"
        else ["id,name,since", *(",".join(row.values()) for row in rows)]
    )
    path.write_text("\n".join(lines), "utf-8")
    roster = read_roster(path)
    since = {row.id: row.since.isoformat() for row in roster.rows}
    assert since == ({"H1": "2024-01-01"} if read else {}) | {"H2": "0001-01-01"}
    first = 1 if ending == "jsonl" else 2
    assert [row.place.line for row in roster.refused if row.place] == ([] if read else [first])


def test_a_day_cell_of_a_roster_sheet_is_a_day_and_a_bare_number_is_none(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["户号", "户主", "起"],
        ["H1", "张三", datetime(2024, 1, 1)],
        ["H2", "李四", 45292],
    ]
    roster = read_roster(book(tmp_path / "r.xlsx", *rows))
    assert [(row.id, row.since.isoformat()) for row in roster.rows] == [("H1", "2024-01-01")]
    assert [row.place.line for row in roster.refused if row.place] == [3]


# --- blanks that somebody asks for ----------------------------------------------------------------

ASKING = """scheme: a
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
fields: {event: {缺席: number}, subject: {人口: number, 低保: yes_no}}
indicators:
  - {id: subject_formula, points: {formula: "人口 * 2"}}
  - {id: subject_condition, points: 5, when: not 低保}
  - {id: per_unit, points: {each: {小时: 1}}}
  - {id: level, points: {by: {level: {优: 5, 良: 3}}}}
  - {id: steps, points: {at_least: {10: 2, 20: 5}}}
  - {id: judged, points: {between: [5, 10]}}
  - {id: stated, points: 5, when: given(缺席)}
  - {id: unstated, points: 5, when: not given(缺席)}
"""


def test_a_blank_cell_that_somebody_asks_for_is_missing_and_never_0_or_no(tmp_path: Path) -> None:
    """Only `given` may ask for what nobody stated: the last is worth 5 points, all others none."""
    asking = ["subject_formula", "subject_condition", "per_unit", "level", "steps", "judged"]
    lines = [
        f"{n},2024-03-01,H1,{name},,,," for n, name in enumerate([*asking, "stated", "unstated"])
    ]
    (tmp_path / "s.yaml").write_text(ASKING, "utf-8")
    text = table(*lines, head="id,date,subject,indicator,quantity,level,points,缺席")
    (tmp_path / "e.csv").write_text(text, "utf-8")
    (tmp_path / "r.csv").write_text("id,name,人口,低保\nH1,张三,,\n", "utf-8")
    files = [str(tmp_path / name) for name in ("s.yaml", "e.csv")]
    words = ["score", *files, "--roster", str(tmp_path / "r.csv"), "--as-of", "2024-12-31"]
    run = CliRunner().invoke(
        app,
        [*words, "--status", "count", "--format", "json", "--trace", str(tmp_path / "t.jsonl")],
    )
    entries = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text("utf-8").splitlines()]
    outcome = {e["indicator"]: e["outcome"] for e in entries if e.get("event")}
    assert {name: outcome[name] for name in asking} == dict.fromkeys(asking, "missing_value")
    assert [s["total"] for s in json.loads(run.stdout)["scores"]] == ["5"]


# --- what nobody asks for -------------------------------------------------------------------------

LOST = 320101198001011234
"""The number of an identity card, typed as a number: three of its digits are lost."""


def unread(kind: str) -> SheetChange:
    values: dict[str, str | int] = {"error": "#N/A", "formula": "=D2+1", "digits": LOST}

    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet["E2"] = values[kind]

    return change


@pytest.mark.parametrize("kind", ["error", "formula", "digits"])
def test_a_cell_that_cannot_be_read_costs_no_row_where_nobody_asks_for_it(
    tmp_path: Path, kind: str
) -> None:
    """The scheme declares no 身份证号; where one does, the row is refused at the cell."""
    top = [*TOP[:4], "身份证号"]
    file = book(tmp_path / "e.xlsx", top, GOOD, NEXT, change=unread(kind))
    read = read_event_file(file)
    assert ([event.id for event in read.events], read.refused) == (["1", "2"], ())
    asked = read_event_file(file, {"身份证号"})
    assert [event.id for event in asked.events] == ["2"]
    assert [row.place.cell for row in asked.refused if row.place] == ["台账!E2"]


def test_whoever_declares_it_after_it_was_read_gets_no_wrong_number(tmp_path: Path) -> None:
    top = [*TOP[:4], "身份证号"]
    events, _ = read_events(book(tmp_path / "e.xlsx", top, GOOD, NEXT, change=unread("digits")))
    scheme = load_scheme(
        "s.yaml",
        text="scheme: a\neffective_from: 2024-01-01\nsubject: household\nperiod: year\n"
        "at_period_end: clear\nfloor: none\nfields: {event: {身份证号: text}}\n"
        "indicators:\n  - {id: tidy, points: 5}\n",
    )
    kept, bad = bind_events([scheme], None, events)
    assert [event.id for event in kept] == ["2"]
    assert [row.reason for row in bad] == ["a cell shows an error"]


def test_a_number_that_lost_its_digits_costs_no_household_its_place(tmp_path: Path) -> None:
    people: list[list[object]] = [
        ["户主", "身份证号"],
        ["张三", LOST],
        ["李四", "32010119800101123X"],
    ]
    roster = read_roster(book(tmp_path / "r.xlsx", *people))
    assert ([*roster.subjects], roster.refused) == (["张三", "李四"], ())


def test_of_two_lines_of_headings_the_one_that_says_more_is_read(tmp_path: Path) -> None:
    """日期 and 户主 are joined over both lines, 积分情况 stands over 指标 and 分值."""

    def join(_: Workbook, sheet: Worksheet) -> None:
        for cells in ("A2:A3", "B2:B3", "C2:D2"):
            sheet.merge_cells(cells)

    rows: list[list[object]] = [
        ["2024年积分台账"],
        ["日期", "户主", "积分情况"],
        [None, None, "指标", "分值"],
        ["3月1日", "张三", "tidy", 5],
    ]
    events, bad = read_events(book(tmp_path / "e.xlsx", *rows, change=join))
    assert [(str(e.date), e.subject, e.indicator, str(e.points)) for e in events] == [
        ("2024-03-01", "张三", "tidy", "5")
    ]
    assert bad == ()


def test_a_refused_row_is_told_by_its_columns_alone(tmp_path: Path) -> None:
    """No blank cells, and a field by its name as any other column."""
    (tmp_path / "s.yaml").write_text(ASKING, "utf-8")
    (tmp_path / "e.csv").write_text(
        table("1,2024-03-01,H1,stated,3亩", head="id,date,subject,indicator,缺席"), "utf-8"
    )
    (tmp_path / "r.csv").write_text("户号,户主,起\nH1,张三,\n,王芳,正月\n", "utf-8")
    words = ["score", "s.yaml", "e.csv", "--roster", "r.csv", "--lang", "en"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        run = CliRunner().invoke(app, words)
    told = re.findall(r"^  (\S+:\d+): .*\[(.*)\]", run.stderr, re.MULTILINE)
    assert [(place, {*text.split(", ")}) for place, text in told] == [
        ("e.csv:2", {"缺席 3亩", "date 2024-03-01", "id 1", "indicator stated", "subject H1"}),
        ("r.csv:3", {"起 正月", "户主 王芳"}),
    ]

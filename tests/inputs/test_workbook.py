"""Excel files as people fill them in, and as nobody should: what is seen is what is read."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from jifen_rules import EventError, read_events, read_roster
from jifen_rules.cli import app
from jifen_rules.inputs.archive import Limits
from jifen_rules.inputs.workbook import read_workbook
from timing import seconds_of

SMALL = Limits(bytes=4_000_000, cells=50_000, rows=100_000)


def book(path: Path, rows: list[list[Any]], formats: dict[str, str] | None = None) -> Path:
    """Write rows into the first sheet of a new file."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(row)
    for address, number_format in (formats or {}).items():
        sheet[address].number_format = number_format
    workbook.save(path)
    return path


def patched(path: Path, part: str, old: str, new: str) -> Path:
    """Write the file anew with something changed inside one of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"
EVENTS: list[list[Any]] = [
    ["编号", "日期", "积分对象", "指标", "数量"],
    [1, datetime(2024, 3, 1), "张家", "help", 0.1],
    [2, "2024-03-02", "张家", "help", 1.005],
]


def test_dates_are_days_and_numbers_keep_the_digits_that_are_seen(tmp_path: Path) -> None:
    events, bad = read_events(book(tmp_path / "e.xlsx", EVENTS))
    assert bad == ()
    assert [(e.id, e.date, e.quantity) for e in events] == [
        ("1", date(2024, 3, 1), Decimal("0.1")),
        ("2", date(2024, 3, 2), Decimal("1.005")),
    ]


def test_the_seventeen_digits_that_excel_stores_are_the_short_number_it_shows(
    tmp_path: Path,
) -> None:
    file = book(tmp_path / "e.xlsx", [["a"], [0.1]])
    patched(file, SHEET, "<v>0.1</v>", "<v>0.10000000000000001</v>")
    (sheet,), problems = read_workbook(file)
    assert ([cell.text for cell in sheet.cells], problems) == (["a", "0.1"], ())


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.3, "0%", "30%"),
        (0.125, "0.00%", "12.5%"),
        (5, '"扣"0"分"', "扣5分"),
        (5, "+0;-0", "+5"),
        (-5, "+0;-0", "-5"),
        (5, '0"分/次"', "5分/次"),
        (-2.5, '0.0"分"', "-2.5分"),
        (0, '"加"0;"扣"0;"无"', "无"),
        (1234.5, "#,##0.00", "1234.5"),
        (True, "General", "TRUE"),
        (datetime(2024, 5, 10, 8, 30), "yyyy-mm-dd hh:mm", "2024-05-10 08:30:00"),
        (0.5, "# ?/?", None),
        (0.5 - 0.4 - 0.1, "General", "0"),
        (0.0000000001, "General", "0.0000000001"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(
    tmp_path: Path, value: object, number_format: str, text: str | None
) -> None:
    """With words around the figure the words are read too; what is not understood is said."""
    file = book(tmp_path / "e.xlsx", [[value]], {"A1": number_format})
    (sheet,), problems = read_workbook(file)
    if text is None:
        assert [(p.code, p.place.cell) for p in problems] == [("D505", "Sheet!A1")]
    else:
        assert ([cell.text for cell in sheet.cells], problems) == ([text], ())


def test_a_title_above_and_joined_cells_and_more_sheets_are_read(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    first = workbook.worksheets[0]
    first.append(["三月台账"])
    for row in [EVENTS[0], [1, "2024-03-01", "张家", "a"], [2, None, "李家", "a"]]:
        first.append(row)
    first.merge_cells("B3:B4")
    second = workbook.create_sheet("四月")
    for row in [EVENTS[0], [3, "2024-04-01", "王家", "a"]]:
        second.append(row)
    workbook.save(tmp_path / "e.xlsx")
    events, bad = read_events(tmp_path / "e.xlsx")
    assert [(e.id, e.date.isoformat()) for e in events] == [
        ("1", "2024-03-01"),
        ("2", "2024-03-01"),
        ("3", "2024-04-01"),
    ]
    assert bad == ()


def test_a_row_with_a_formula_nobody_worked_out_is_set_aside(tmp_path: Path) -> None:
    rows = [*EVENTS, [3, "2024-03-03", "张家", "help", "=1+1"]]
    events, bad = read_events(book(tmp_path / "e.xlsx", rows))
    assert ([e.id for e in events], len(bad)) == (["1", "2"], 1)


def test_a_roster_may_be_a_sheet(tmp_path: Path) -> None:
    file = book(tmp_path / "r.xlsx", [["编号", "名称", "类型"], ["H1", "张家", "户"]])
    assert read_roster(file).name("H1") == "张家"


@pytest.mark.parametrize("data", [b"", b"<html><table><tr><td>1</td></tr></table></html>"])
def test_what_is_called_a_workbook_and_is_none_is_said_in_words(
    tmp_path: Path, data: bytes
) -> None:
    """Many systems export a page of the web under the name of a workbook."""
    (tmp_path / "e.xlsx").write_bytes(data)
    with pytest.raises(EventError) as caught:
        read_events(tmp_path / "e.xlsx")
    (problem,) = caught.value.problems
    assert problem.message("zh") == "这个文件不能当作 Excel 读取：里面不是 Excel 的内容"


def test_score_takes_an_excel_file_and_says_what_is_wrong_with_one(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(
        "scheme: a\neffective_from: 2024-01-01\nsubject: household\nperiod: year\n"
        "at_period_end: clear\nfloor: none\nindicators: [{id: help, points: {each: {小时: 1}}}]\n",
        encoding="utf-8",
    )
    good = book(tmp_path / "e.xlsx", EVENTS)
    run = CliRunner().invoke(app, ["score", str(tmp_path / "s.yaml"), str(good), "--format", "csv"])
    assert run.exit_code == 0 and "1.105" in run.stdout  # 0.1 + 1.005
    (tmp_path / "bad.xlsx").write_bytes(b"PK no archive")
    run = CliRunner().invoke(
        app, ["score", str(tmp_path / "s.yaml"), str(tmp_path / "bad.xlsx"), "--lang", "en"]
    )
    assert run.exit_code == 1 and "D501 table-not-readable" in run.output


# --- hostile files ------------------------------------------------------------------------------


def hostile(tmp_path: Path, name: str) -> Path:
    """One of the files that unfold, hang or break."""
    file = book(tmp_path / "x.xlsx", [["a", 1]])
    match name:
        case "bomb":
            patched(file, SHEET, "</sheetData>", "</sheetData>" + " " * 50_000_000)
        case "many columns":
            patched(
                file,
                SHEET,
                "</sheetData>",
                '<row r="2"><c r="ZZZZ2"><v>1</v></c></row></sheetData>',
            )
        case "wide rows":
            rows = "".join(f'<row r="{n}"><c r="ZZZ{n}"><v>1</v></c></row>' for n in range(2, 9999))
            patched(file, SHEET, "</sheetData>", rows + "</sheetData>")
        case "far row":
            patched(
                file,
                SHEET,
                "</sheetData>",
                '<row r="999999999999"><c><v>1</v></c></row></sheetData>',
            )
        case "entities":
            patched(file, SHEET, "<worksheet", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet')
        case "not xml":
            patched(file, SHEET, "<worksheet", "<<worksheet")
        case "no parts":
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr("a.txt", "a")
        case "empty":
            file.write_bytes(b"")
        case "text":
            file.write_text("类别,指标", encoding="utf-8")
        case "wrong string":
            patched(file, SHEET, 't="n"><v>1</v>', 't="s"><v>99</v>')
        case "joined over each other":
            rows = "".join(
                f'<row r="{n}">'
                + "".join(f'<c r="{a}{n}"><v>1</v></c>' for a in "ABCDEFGHIJ")
                + "</row>"
                for n in range(2, 502)
            )
            joined = "".join(
                f'<mergeCell ref="{a}{n}:J501"/>' for n in range(2, 502) for a in "ABCDEFGHIJ"
            )
            patched(
                file, SHEET, "</sheetData>", f"{rows}</sheetData><mergeCells>{joined}</mergeCells>"
            )
        case "deep":
            patched(file, SHEET, "<sheetData>", "<a>" * 100_000 + "<sheetData>")
    return file


HOSTILE = [
    "bomb",
    "many columns",
    "wide rows",
    "far row",
    "entities",
    "not xml",
    "no parts",
    "empty",
    "text",
    "wrong string",
    "deep",
    "joined over each other",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_a_problem_within_a_second(tmp_path: Path, name: str) -> None:
    file = hostile(tmp_path, name)

    def read() -> None:
        sheets, problems = read_workbook(file, SMALL)
        assert sheets == () and [p.code for p in problems] in (["D501"], ["D503"])

    assert seconds_of(read) < 1
    with pytest.raises(EventError):
        read_events(file)


def test_a_stated_size_and_joined_cells_beyond_all_rows_cost_nothing(tmp_path: Path) -> None:
    file = book(tmp_path / "x.xlsx", EVENTS)
    patched(file, SHEET, 'ref="A1:E3"', 'ref="A1:XFD1048576"')
    merge = '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    patched(file, SHEET, "</sheetData>", merge)
    assert seconds_of(lambda: read_events(file)) < 1


def test_without_openpyxl_the_remedy_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"")
    _, problems = read_workbook(file)
    assert [(p.code, str(p.values["extra"])) for p in problems] == [("D502", "excel")]

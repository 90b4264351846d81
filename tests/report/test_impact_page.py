"""The page on a change for a meeting: its pictures say what the figures say, in every format."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from typer.testing import CliRunner

from jifen_rules.cli import app
from jifen_rules.core.sentences import say
from jifen_rules.report.pages.impact_columns import find_columns
from jifen_rules.report.pages.pictures import column_picture, mark_pictures
from jifen_rules.report.pages.values import BarMark, Columns

OLD = """\
scheme: demo
name: 示例村积分
illustrative: true
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: 0 kept
at_period_end: clear
indicators:
  - {id: help, name: 帮忙, points: 5}
  - {id: litter, name: 乱扔, points: -2}
tiers:
  - {id: star, name: 星级, by: total, levels: [{name: 好, at_least: 110}, {name: 其他}]}
rewards:
  - {id: rice, name: 大米, per: year, by: total, gives: {each: {1 分: 1}}}
"""
NEW = OLD.replace("points: 5}", "points: 3}").replace("points: -2}", "points: 1}")
EVENTS = """id,date,subject,indicator
1,2024-03-01,H1,help
2,2024-03-02,H1,help
3,2024-04-01,H2,litter
4,2024-05-02,H4,unheard
"""
ROSTER = """id,name,kind,unit,class
G1,一组,group,,
G2,二组,group,,
H1,司马大海,household,G1,党员
H2,欧阳小芳,household,G2,村民
H3,诸葛平,household,G2,村民
"""
# H1: 100 + 5 + 5 = 110, good; with 3 each 106, other. H2: 100 - 2 = 98, then 101. H3 stays at 100.


def call(folder: Path, *options: str) -> list[str]:
    for file, text in (("o.yaml", OLD), ("n.yaml", NEW), ("e.csv", EVENTS), ("r.csv", ROSTER)):
        (folder / file).write_text(text, "utf-8")
    files = [str(folder / name) for name in ("o.yaml", "n.yaml", "e.csv")]
    return ["impact", *files, "--roster", str(folder / "r.csv"), "--as-of", "2024-12-31", *options]


@pytest.mark.parametrize(
    ("file", "row"), [("e.csv", "5,no day,H1,help"), ("r.csv", "H4,,household,,,no day")]
)
def test_a_row_that_cannot_be_read_ends_the_command_with_1(
    tmp_path: Path, file: str, row: str
) -> None:
    """The impact of the other rows is printed all the same."""
    options = call(tmp_path)
    assert CliRunner().invoke(app, options).exit_code == 0
    text = (tmp_path / file).read_text("utf-8")
    head, _, rest = text.partition("\n")
    since = ",since" if file == "r.csv" else ""
    (tmp_path / file).write_text(f"{head}{since}\n{rest}{row}\n", "utf-8")
    run = CliRunner().invoke(app, [*options, "--lang", "en"])
    assert (run.exit_code, "a date of the row cannot be read" in run.stderr) == (1, True)
    assert "106" in run.stdout


def written(folder: Path, name: str, *options: str) -> Path:
    out = folder / name
    run = CliRunner().invoke(app, [*call(folder, "-o", str(out)), *(options or ("--lang", "en"))])
    assert run.exit_code == 0, run.output
    return out


def test_the_page_says_who_gains_and_who_loses_and_by_what(tmp_path: Path) -> None:
    text = written(tmp_path, "o.md").read_text("utf-8")
    # -4 and +3 make -1
    assert "**1 gain, 1 lose, 1 keep their total; together -1**" in text
    assert "| -4 | 1 |\n| unchanged | 1 |\n| +3 | 1 |" in text
    # change 1 takes 2 + 2 of H1; change 2 gives H2 3 more
    assert "| 1 帮忙 | 1 | 0 | -4 | -4 |" in text
    assert "| 2 乱扔 | 1 | +3 | 0 | +3 |" in text
    assert "| only together | 0 | 0 | 0 | 0 |" in text
    assert "| 司马大海 | 110 | 106 | -4 | change 1: -4; 星级: 好 → 其他" in text
    # rice: 110 + 98 + 100 = 308, then 106 + 101 + 100 = 307
    assert "| 大米 | 308 | 307 | -1 |" in text
    assert "invented" in text or "illustrative" in text


def test_the_matrix_of_levels_counts_everybody_once(tmp_path: Path) -> None:
    """H1 falls from good to other; H2 and H3 stay. An arrow tells it without colour."""
    text = written(tmp_path, "o.md").read_text("utf-8")
    assert "Levels before and after (星级): 1 change" in text
    assert "| 好 |  | ▼ 1 | 1 |" in text
    assert "| 其他 |  | 2 | 2 |" in text
    assert "| all after | 0 | 3 | 3 |" in text


def test_who_bears_it_is_by_group_class_and_quarter(tmp_path: Path) -> None:
    """一组 has H1 alone; 二组 H2 and H3: +3 of two is 1.5 each."""
    text = written(tmp_path, "o.md").read_text("utf-8")
    assert "| 一组 | 1 | 0 | 1 | -4 | -4 |" in text
    assert "| 二组 | 2 | 1 | 0 | +3 | +1.5 |" in text
    assert "| 党员 | 1 | 0 | 1 | -4 | -4 |" in text
    # 98, 100, 110: of three, quarters 1, 2 and 3
    assert "| lowest quarter | 1 | 1 | 0 | +3 | +3 |" in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_html_page_is_whole_and_its_pictures_are_sound(tmp_path: Path, lang: str) -> None:
    text = written(tmp_path, "o.html", "--lang", lang).read_text("utf-8")
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text
    assert "@page" in text
    assert '<td class="n worse">▼ 1</td>' in text
    pictures = [part[: part.index("</svg>") + 6] for part in text.split("<svg")[1:]]
    assert len(pictures) > 8
    for picture in pictures:
        ElementTree.fromstring(f"<svg{picture}")
    assert ("各有多少" in text) == (lang == "zh")


def test_the_workbook_holds_numbers_shades_and_bars(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, "o.xlsx"))
    sheet = book.worksheets[0]
    cells = {cell.coordinate: cell for row in sheet.iter_rows() for cell in row}
    (fallen,) = (cell for cell in cells.values() if cell.value == "▼ 1")
    assert fallen.fill.fgColor.rgb == "00F3CFCA"
    ranges = [str(found.sqref) for found in sheet.conditional_formatting]
    numbers = {cells[name].value for name in ranges}
    assert numbers == {1}  # one household loses 4, one gains 3
    assert len(book.worksheets) == 2  # the picture, and the list


def test_csv_and_json_files_are_what_the_formats_print(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, call(tmp_path, "--format", "csv", "--lang", "en"))
    text = written(tmp_path, "o.csv").read_text("utf-8")
    assert text == run.stdout
    rows = {row["name"]: row["difference"] for row in csv.DictReader(io.StringIO(text[1:]))}
    assert rows == {"司马大海": "-4", "欧阳小芳": "3", "诸葛平": "0"}
    data = json.loads(written(tmp_path, "o.json").read_text("utf-8"))
    assert [change["sum"] for change in data["changes"]] == ["-4", "3"]
    run = CliRunner().invoke(app, call(tmp_path, "--format", "markdown", "--lang", "en"))
    assert run.stdout == written(tmp_path, "o.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["m.html", "m.md", "m.xlsx", "m.docx"])
def test_a_mask_leaves_no_name_on_the_page(tmp_path: Path, name: str) -> None:
    from test_report import everything

    assert "司马大海" in everything(written(tmp_path, f"o{name}"))
    masked = everything(written(tmp_path, name, "--mask", "--lang", "zh"))
    assert "司马大海" not in masked
    assert "司***" in masked
    assert "一组" in masked  # a group is nobody


def test_what_cannot_be_written_ends_with_2(tmp_path: Path) -> None:
    out = written(tmp_path, "o.html")
    for more, said in (
        (["-o", str(out)], "is there already"),
        (["-o", str(tmp_path / "o.pdf")], "is no kind of file"),
        (["-o", str(tmp_path / "e.csv"), "--force"], "is read or written already"),
        (["-o", str(tmp_path / "n.csv"), "--mask"], "--mask is for pages"),
        (["--mask"], "--mask is for pages"),
    ):
        run = CliRunner().invoke(app, call(tmp_path, *more, "--lang", "en"))
        assert (run.exit_code, said in run.stderr) == (2, True), run.output


def columns_of(*changes: str) -> dict[str, str]:
    picture = next(iter(find_columns([Decimal(change) for change in changes])))
    assert isinstance(picture, Columns)
    return {
        say(row[0]) if not isinstance(row[0], str) else row[0]: str(row[1])
        for row in picture.table.rows
    }


def test_few_figures_have_a_column_each_and_many_are_put_into_ranges() -> None:
    assert columns_of("0", "-1", "2", "2.5", "2") == {
        "-1": "1",
        "unchanged": "1",
        "+2": "2",
        "+2.5": "1",
    }
    # ten columns of 2 from -16 to +4; -16 lies in the range that ends there, 0.5 in 0 to +2
    found = columns_of("-16", "-11", "-10", "-8", "-4.1", "-2", "0", "0.5", "3")
    assert found == {
        "-16 to -14": "1",
        "-14 to -12": "0",
        "-12 to -10": "1",
        "-10 to -8": "1",
        "-8 to -6": "1",
        "-6 to -4": "1",
        "-4 to -2": "0",
        "-2 to 0": "1",
        "unchanged": "1",
        "0 to +2": "1",
        "+2 to +4": "1",
    }
    assert not list(find_columns([Decimal(0)]))


def test_marks_stand_on_one_scale_around_zero() -> None:
    """From -10 to +30 the line of 0 stands at a quarter of the 96: 2 + 24 = 26."""
    pictures = mark_pictures(
        [
            [BarMark(Decimal(0), Decimal(-10))],
            [BarMark(Decimal(0), Decimal(30))],
            [BarMark(Decimal(0), Decimal(0))],
        ]
    )
    assert ['<path d="M26.00 0V10"' in picture for picture in pictures] == [True] * 3
    assert 'x="2.00" y="1" width="24.00"' in pictures[0] and 'fill="#fff"' in pictures[0]
    assert 'x="26.00" y="1" width="72.00"' in pictures[1] and 'fill="#4b6b4f"' in pictures[1]
    assert "<rect" not in pictures[2]


def test_a_column_is_as_high_as_its_share_and_says_its_number() -> None:
    (picture,) = find_columns([Decimal(1), Decimal(1), Decimal(-3)])
    assert isinstance(picture, Columns)
    root = ElementTree.fromstring(column_picture(picture, "en"))
    heights = [float(found.attrib["height"]) for found in root.iter("rect")]
    assert heights[0] * 2 == heights[1]
    assert [text.text for text in root.iter("text")] == ["1", "-3", "2", "+1"]

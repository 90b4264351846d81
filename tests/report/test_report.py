"""Reports: what is on the pages, in every format, and that a mask leaves no name anywhere."""

import io
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from jifen_rules.cli import app
from jifen_rules.report.pages import Page, PageTable, Paper, to_xlsx
from jifen_rules.report.pages.masking import Mask, mask_name
from jifen_rules.report.pages.to_xlsx import xlsx_report

SCHEME = """scheme: demo
name: 示例村积分
illustrative: true
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: 0 kept
at_period_end: clear
indicators:
  - {id: help, name: 帮忙, points: 5, caps: [{at_most: 1 time, per: year}]}
  - {id: litter, name: 乱扔, points: -2}
tiers:
  - {id: star, name: 星级, by: total, per: year, levels: [{name: 好, at_least: 110}, {name: 其他}]}
"""
EVENTS = """id,date,subject,indicator,matter
1,2024-03-01,H1,help,帮了欧阳小芳
2,2024-04-01,H1,help,
3,2024-05-01,H2,litter,
4,2024-05-02,H2,unheard,
"""
ROSTER = "id,name,kind\nH1,司马大海,household\nH2,欧阳小芳,household\n"
NAMES = ("司马大海", "欧阳小芳")


def written(
    folder: Path,
    name: str,
    *options: str,
    scheme: str = SCHEME,
    events: str = EVENTS,
    roster: str = ROSTER,
) -> Path:
    for file, text in (("s.yaml", scheme), ("e.csv", events), ("r.csv", roster)):
        (folder / file).write_text(text, "utf-8")
    call = [
        "report",
        str(folder / "s.yaml"),
        str(folder / "e.csv"),
        "--roster",
        str(folder / "r.csv"),
    ]
    out = folder / name
    run = CliRunner().invoke(
        app, [*call, "--as-of", "2024-12-31", "-o", str(out), "--lang", "zh", *options]
    )
    assert run.exit_code == 0, run.output
    return out


def everything(path: Path) -> str:
    """All text of a file or folder, with its names.

    Of Excel and Word files each part, properties too.
    """
    if path.is_dir():
        return "".join(file.name + everything(file) for file in sorted(path.iterdir()))
    data = path.read_bytes()
    if data[:2] == b"PK":
        book = zipfile.ZipFile(io.BytesIO(data))
        parts = (book.read(name).decode("utf-8", "replace") for name in book.namelist())
        return unescape("".join(parts))  # some writers spell Chinese as character references
    return data.decode("utf-8")


@pytest.mark.parametrize("name", ["o.html", "o.md", "o.csv", "o.xlsx", "o.docx", "o"])
def test_a_mask_leaves_no_name_in_any_format(tmp_path: Path, name: str) -> None:
    part = () if name == "o" else ("--part", "all")
    open_text = everything(written(tmp_path, name, *part))
    masked = everything(written(tmp_path, f"m{name}", "--mask", *part))
    for person in NAMES:
        assert person in open_text
        assert person not in masked
    assert "司***" in masked and "欧***" in masked


def test_the_board_and_the_statement_say_what_the_entries_say(tmp_path: Path) -> None:
    text = everything(written(tmp_path, "o.md", "--part", "all"))
    # H1: 100 + 5 (once a year) = 105; H2: 100 - 2 = 98; 好 asks for 110, so 5 are missing
    assert "| 1 | 司马大海 | 100 | +5 | 0 | 105 |" in text
    assert "| 2 | 欧阳小芳 | 100 | 0 | -2 | 98 |" in text
    assert "要达到好还差 5 分" in text
    assert "“帮忙”每年的次数已满，这一次不计" in text
    assert "方案没有这个指标 | 1 |" in text
    assert "虚构" in text and "方案未载明向谁提出" in text


def test_no_column_is_empty_and_what_was_carried_is_called_so(tmp_path: Path) -> None:
    text = everything(written(tmp_path, "o.md", "--part", "all"))
    assert "| 指标 | 分值 | 上限与说明 |" in text  # no indicator has a category
    scheme = SCHEME.replace("period: year", "period: month").replace("end: clear", "end: carry")
    text = everything(written(tmp_path, "c.md", "--part", "all", scheme=scheme))
    # 100 in January, 5 more in March: all that goes beyond the base of 100 is carried
    assert "| 2024-12-01 | 上期结转 | +5 |  |" in text


@pytest.mark.parametrize(
    ("name", "as_csv", "as_markdown"),
    [
        ("-1+cmd|'/c calc'!A0", "'-1+cmd|'/c calc'!A0", "-1+cmd\\|'/c calc'!A0"),
        ("+1-1", "'+1-1", "+1-1"),
        ("=1+1", "'=1+1", "=1+1"),
        ("<script>x", "<script>x", "&lt;script>x"),
    ],
)
def test_no_name_is_a_formula_or_a_tag(
    name: str, as_csv: str, as_markdown: str, tmp_path: Path
) -> None:
    roster = ROSTER.replace("司马大海", name)
    lines = written(tmp_path, "o.csv", roster=roster).read_text("utf-8-sig").splitlines()
    assert f"1,{as_csv},100,+5,0,105,其他 ○" in lines  # and +5 stays a number
    assert f"| 1 | {as_markdown} | 100 | +5 |" in everything(
        written(tmp_path, "o.md", roster=roster)
    )


def test_what_cannot_be_written_or_found_ends_with_2(tmp_path: Path) -> None:
    out = written(tmp_path, "o.html")
    call = ["report", str(tmp_path / "s.yaml"), str(tmp_path / "e.csv"), "--lang", "en", "-o"]
    for more, said in (
        ([str(out)], "is there already"),
        ([str(tmp_path / "o.pdf")], "is no kind of report"),
        ([str(tmp_path / "n.md"), "--period", "1999"], "there is no period"),
        ([str(tmp_path / "n.md"), "--unit", "三组"], "there is no unit"),
    ):
        run = CliRunner().invoke(app, [*call, *more])
        assert (run.exit_code, said in run.stderr) == (2, True), run.output


def test_a_folder_with_old_pages_is_never_written_into(tmp_path: Path) -> None:
    """An unmasked page of an earlier run would stay beside the masked ones."""
    out = written(tmp_path, "o")
    before = everything(out)
    call = ["report", str(tmp_path / "s.yaml"), str(tmp_path / "e.csv"), "--mask", "--force", "-o"]
    run = CliRunner().invoke(app, [*call, str(out), "--lang", "en"])
    assert (run.exit_code, everything(out)) == (2, before)
    assert "not an empty folder" in run.stderr


def test_a_mask_spares_figures_and_longer_words() -> None:
    mask = Mask(frozenset({"H1", "张三", "12"} - {"12"}))
    assert mask.text("张三 H1 H12 12 分") == "张* H* H12 12 分"
    assert mask.text("13800138000") == "1***"
    assert mask_name("王") == "*"


def test_rows_of_the_board_are_one_cell_for_each_figure_and_look_alike(tmp_path: Path) -> None:
    """Whoever has the file can sort and filter it: Excel refuses to where cells are joined."""
    sheet = load_workbook(written(tmp_path, "o.xlsx")).worksheets[0]
    heading = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "名次")
    first, second = heading + 1, heading + 2  # one row is worked out, the other looks like it
    joined = {row for r in sheet.merged_cells.ranges for row in range(r.min_row, r.max_row + 1)}
    assert not joined & {heading, first, second}
    assert [cell.value for cell in sheet[first]][:6] == [1, "司马大海", 100, "+5", 0, 105]
    for one, other in zip(sheet[first], sheet[second], strict=True):
        looks = [
            (cell.font.bold, cell.alignment.horizontal, cell.border.left.style)
            for cell in (one, other)
        ]
        assert looks[0] == looks[1] and looks[0][::2] == (False, "thin")
    assert sheet.cell(heading, 1).font.bold


def test_a_table_of_fewer_columns_is_joined_over_those_of_the_sheet(tmp_path: Path) -> None:
    sheet = load_workbook(written(tmp_path, "o.xlsx")).worksheets[0]
    heading = next(
        cell.row for row in sheet.iter_rows() for cell in row if cell.value == "各类加分"
    )
    spans = [r for r in sheet.merged_cells.ranges if r.min_row == heading]
    assert {(r.min_row, r.max_row) for r in spans} == {(heading, heading)}
    assert max(r.max_col for r in spans) == 7  # as many as the board has columns


def sheets_of(pages: list[Page]) -> dict[str, list[str]]:
    """The sheets of a workbook of statements, and the first text of each of their rows."""
    data = xlsx_report("表", [], pages, "en", Paper.A4)
    book = load_workbook(io.BytesIO(data))
    return {
        s.title: [str(row[0].value) for row in s.iter_rows() if row[0].value]
        for s in book.worksheets
    }


def test_many_statements_stand_on_several_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sheet for so many; a statement of more columns than its sheet has begins another."""
    monkeypatch.setattr(to_xlsx, "STATEMENTS", 3)
    narrow = PageTable("t", ("a", "b"), (("1", "2"),), (50, 50))
    wide = PageTable("t", ("a", "b", "c"), (("1", "2", "3"),), (40, 30, 30))
    names = "甲乙丙丁戊己庚"

    def pages(*wides: str) -> list[Page]:
        return [Page(n, n, "", "", (wide if n in wides else narrow,)) for n in names]

    found = sheets_of(pages())
    assert [*found] == ["statements 1-3", "statements 4-6", "statements 7-7"]
    people = [[text for text in texts if text in names] for texts in found.values()]
    assert people == [["甲", "乙", "丙"], ["丁", "戊", "己"], ["庚"]]
    found = sheets_of(pages("乙", "丙"))
    assert [*found] == ["statements 1-1", "statements 2-4", "statements 5-7"]
    assert [*sheets_of(pages()[:3])] == ["statements"]


GROUPS = SCHEME.replace("period: year", "period: quarter").replace(
    "tiers:\n",
    (
        "tiers:\n"
        "  - {id: g, name: 优秀组, for: [group], levels: [{name: 优秀组, when: 'headcount > 5'}, "
        "{name: 其他组}]}\n"
    ),
)
UNITS = "id,name,kind,unit\nH1,司马大海,household,G\nH2,欧阳小芳,household,G\nG,一组,group,\n"


def test_a_board_counts_in_the_words_of_its_kind_and_says_only_what_is_about_it(
    tmp_path: Path,
) -> None:
    text = everything(written(tmp_path, "o.md", scheme=GROUPS, roster=UNITS))
    households, groups = text.split("积分榜（村民小组）")
    assert "积分榜（户）" in households and "家庭" not in text
    assert "共 2 户。" in households and "共 1 个组。" in groups
    assert "优秀组" not in households.split("## 名次表")[1].split("# 示例村积分")[0]
    # a group holds no points here: it has its level, and no columns of noughts
    assert "| 名称 | 优秀组 |" in groups and "名次" not in groups.split("积分办法")[0]
    # the last quarter: nobody did anything in it, and in none before it either
    assert "增减是同2024年第3季度相比。" in households


@pytest.mark.parametrize("part", ["board", "all"])
def test_nothing_is_called_a_red_or_black_list_unless_the_scheme_does(
    tmp_path: Path, part: str
) -> None:
    assert not re.search("[红黑]榜", everything(written(tmp_path, "o.md", "--part", part)))


def test_a_list_that_a_scheme_has_is_on_the_board_by_its_name(tmp_path: Path) -> None:
    more = "indicators:\n  - {id: more, name: 见义勇为, points: 9}\n"
    scheme = SCHEME.replace("name: 好", "name: 红榜").replace("indicators:\n", more)
    out = written(tmp_path, "o.md", scheme=scheme, events=EVENTS + "5,2024-06-01,H1,more,\n")
    # 100 + 5 + 9 = 114, from 110 on the red list
    assert re.search(r"司马大海 .* 114 \| 红榜", everything(out))

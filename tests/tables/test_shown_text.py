"""A cell is what its author sees: tracked changes, controls, fields, struck and hidden words.

The Word files are made from the XML that Word writes. What each cell says was worked out by
reading the XML as Word shows it.
"""

from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.enum.style import WD_STYLE_TYPE
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from jifen_rules.tables import Answers, Draft, DraftPart, draft_scheme
from made_files import cell, control, row, run, table, word

HEADINGS = row(cell(run("内容")), cell(run("分值")), cell(run("上限")))


def draft_of(path: Path) -> Draft:
    draft, problems = draft_scheme(path, Answers(date(2024, 1, 1)))
    assert draft is not None, problems
    return draft


def indicators(part: DraftPart) -> dict[str, object]:
    """The points of each indicator, by its name."""
    found: dict[str, object] = {}
    found |= {str(item.data["name"]): item.data.get("points") for item in part.indicators}
    for inner in part.categories:
        found |= indicators(inner)
    return found


def told(draft: Draft) -> set[str]:
    """The cells of which something is said."""
    return {problem.place.cell for problem in draft.problems if problem.place.cell}


DEL = '<w:del w:id="1" w:author="a">{}</w:del>'
INS = '<w:ins w:id="2" w:author="a">{}</w:ins>'

SHOWN = [
    # an insertion within a content control, a deletion within an insertion
    (INS.format(f"<w:sdt><w:sdtContent>{run('加1')}</w:sdtContent></w:sdt>") + run("5分"), "15"),
    (
        run("加1")
        + INS.format(run("2") + DEL.format("<w:r><w:delText>0</w:delText></w:r>"))
        + run("分"),
        "12",
    ),
    # a move: what went from here, what came here
    (run("加") + f'<w:moveFrom w:id="3" w:author="a">{run("9")}</w:moveFrom>' + run("5分"), "5"),
    (run("加") + f'<w:moveTo w:id="3" w:author="a">{run("9")}</w:moveTo>' + run("5分"), "95"),
    # a field of several runs: its code is not shown, its result is; one within another's code
    (
        run("加")
        + '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> = 7 </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("7")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        + run("分"),
        "7",
    ),
    (
        run("加")
        + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        + run("8")
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("6")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        + run("分"),
        "6",
    ),
    (f'<w:fldSimple w:instr="= 1">{run("加1")}</w:fldSimple>' + run("0分"), "10"),
    # smart tags in smart tags, a link, a custom mark around the runs
    (f"<w:smartTag><w:smartTag>{run('加2')}</w:smartTag></w:smartTag>" + run("0分"), "20"),
    (f"<w:hyperlink>{run('加3')}</w:hyperlink>" + run("0分"), "30"),
    (f"<w:customXml>{run('加4')}</w:customXml>" + run("0分"), "40"),
    # struck, struck twice, hidden; and struck turned off again
    (run("加") + run("5", "<w:strike/>") + run("3分"), "3"),
    (run("加") + run("5", "<w:dstrike/>") + run("4分"), "4"),
    (run("加") + run("5", "<w:vanish/>") + run("6分"), "6"),
    (run("加") + run("5", '<w:strike w:val="0"/>') + run("6分"), "56"),
    # signs that are elements of their own
    ("<w:r><w:noBreakHyphen/><w:t>5分</w:t></w:r>", "-5"),
    (run("每次") + "<w:r><w:tab/><w:t>加5分</w:t></w:r>", "5"),
    # two paragraphs whose mark was deleted are one
    (
        '<w:p><w:pPr><w:rPr><w:del w:id="4" w:author="a"/></w:rPr></w:pPr>'
        + run("加1")
        + "</w:p><w:p>"
        + run("5分")
        + "</w:p>",
        "15",
    ),
]


@pytest.mark.parametrize(("inside", "points"), SHOWN, ids=range(len(SHOWN)))
def test_a_cell_says_what_word_shows(inside: str, points: str, tmp_path: Path) -> None:
    body = table(HEADINGS, row(cell(run("巡逻")), cell(inside), cell("")))
    assert indicators(draft_of(word(tmp_path, body)).scheme) == {"巡逻": points}


def test_what_is_struck_or_hidden_in_word_is_told(tmp_path: Path) -> None:
    body = table(
        HEADINGS,
        row(cell(run("旧条款", "<w:strike/>")), cell(run("加50分", "<w:strike/>")), cell("")),
        row(cell(run("巡逻")), cell(run("加5分")), cell("")),
        row(cell(run("藏起来的")), cell(run("加60分")), cell(""), props="<w:hidden/>"),
    )
    draft = draft_of(word(tmp_path, body))
    assert indicators(draft.scheme) == {"巡逻": "5"}
    assert {"表1!A2", "表1!B2", "表1!A4", "表1!B4"} <= told(draft)


def test_a_style_may_strike_or_hide_too(tmp_path: Path) -> None:
    path = tmp_path / "t.docx"
    document = docx.Document()
    style = document.styles.add_style("作废", WD_STYLE_TYPE.CHARACTER)
    style.font.strike = True
    made = document.add_table(2, 2)
    for place, text in (((0, 0), "内容"), ((0, 1), "分值"), ((1, 0), "巡逻")):
        made.cell(*place).text = text
    paragraph = made.cell(1, 1).paragraphs[0]
    paragraph.add_run("加")
    paragraph.add_run("5", style="作废")
    paragraph.add_run("6分")
    document.save(str(path))
    assert indicators(draft_of(path).scheme) == {"巡逻": "6"}


def test_tracked_changes_are_read_as_accepted_and_that_is_said(tmp_path: Path) -> None:
    deleted = row(
        cell(run("旧条款")), cell(run("加9分")), cell(""), props='<w:del w:id="9" w:author="a"/>'
    )
    body = table(HEADINGS, deleted, row(cell(run("巡逻")), cell(run("加5分")), cell("")))
    draft = draft_of(word(tmp_path, body))
    assert indicators(draft.scheme) == {"巡逻": "5"}
    assert "changes-accepted" in {problem.fault.name for problem in draft.problems}


def marked(inside: str) -> str:
    return f"<w:customXml>{inside}</w:customXml>"


NAME, POINTS, LIMIT = cell(run("巡逻")), cell(run("加5分")), cell(run("每月10分"))
CONTROLLED = {
    "a cell": row(NAME, control(POINTS), LIMIT),
    "two cells": row(control(NAME + POINTS), LIMIT),
    "a row": control(row(NAME, POINTS, LIMIT)),
    "a paragraph": row(NAME, cell(control(f"<w:p>{run('加5分')}</w:p>") + "<w:p></w:p>"), LIMIT),
    "a control in a control": row(NAME, control(control(POINTS)), LIMIT),
    "custom marks": marked(row(NAME, marked(POINTS), LIMIT)),
}


@pytest.mark.parametrize("line", CONTROLLED.values(), ids=CONTROLLED.keys())
def test_cells_in_controls_stay_in_their_columns(line: str, tmp_path: Path) -> None:
    draft = draft_of(word(tmp_path, table(HEADINGS, line)))
    assert [dict(item.data) for item in draft.scheme.indicators] == [
        {"name": "巡逻", "points": "5", "caps": [{"at_most": "10 added", "per": "month"}]}
    ]


def test_a_whole_table_may_stand_in_a_control_or_in_a_cell(tmp_path: Path) -> None:
    line = row(cell(run("巡逻")), cell(run("加5分")), cell(""))
    inner = table(HEADINGS, line)
    for body in (
        control(inner),
        table(row(f"<w:tc><w:tcPr/><w:p>{run('附表')}</w:p>{inner}<w:p/></w:tc>")),
    ):
        assert indicators(draft_of(word(tmp_path, body)).scheme) == {"巡逻": "5"}


def test_a_prompt_that_nobody_filled_in_is_no_text(tmp_path: Path) -> None:
    prompt = control(cell(run("每月3分"))).replace(
        "<w:sdt>", "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
    )
    body = table(HEADINGS, row(NAME, POINTS, prompt))
    assert [dict(item.data) for item in draft_of(word(tmp_path, body)).scheme.indicators] == [
        {"name": "巡逻", "points": "5"}
    ]


def test_cells_joined_the_old_way_keep_their_columns(tmp_path: Path) -> None:
    head = row(
        cell(run("内容"), '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>"), cell(run("分值"))
    )
    line = row(
        cell(run("巡逻"), '<w:hMerge w:val="restart"/>'),
        cell("", "<w:hMerge/>"),
        cell(run("加5分")),
    )
    assert indicators(draft_of(word(tmp_path, table(head, line))).scheme) == {"巡逻": "5"}


# --- Excel ----------------------------------------------------------------------------------------


def test_struck_and_hidden_rules_of_a_sheet_are_left_out_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "积分表"
    lines: list[list[str | None]] = [
        ["内容", "分值", "备注"],
        ["巡逻", "加5分", None],
        ["旧条款", "加50分", None],
        ["划掉的", "加60分", None],
        ["改过的", None, None],
        ["扫地", "加3分", "每月最多100分"],
    ]
    for line in lines:
        sheet.append(line)
    sheet.row_dimensions[3].hidden = True
    for struck in sheet[4]:
        struck.font = Font(strike=True)
    sheet["B5"] = CellRichText("每次加", TextBlock(InlineFont(strike=True), "10"), "5分")
    sheet.column_dimensions["C"].hidden = True
    old = book.create_sheet("作废")
    old.append(["内容", "分值"])
    old.append(["隐藏表的条款", "加70分"])
    old.sheet_state = "hidden"
    book.save(tmp_path / "t.xlsx")
    draft = draft_of(tmp_path / "t.xlsx")
    assert indicators(draft.scheme) == {"巡逻": "5", "改过的": "5", "扫地": "3"}
    assert all("caps" not in item.data for item in draft.scheme.indicators)
    where = " ".join(told(draft))
    assert all(f"积分表!{place}" in where for place in ("A3", "A4", "B5", "C"))
    assert "作废" in where


def test_a_joined_cell_is_shown_while_one_of_its_rows_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "积分表"
    lines: list[list[str | None]] = [
        ["类别", "内容", "分值"],
        ["环境", "旧条款", "加50分"],
        [None, "扫地", "加3分"],
    ]
    for line in lines:
        sheet.append(line)
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[2].hidden = True
    book.save(tmp_path / "t.xlsx")
    draft = draft_of(tmp_path / "t.xlsx")
    assert [part.data["name"] for part in draft.scheme.categories] == ["环境"]
    assert indicators(draft.scheme) == {"扫地": "3"}

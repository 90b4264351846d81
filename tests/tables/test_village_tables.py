"""Tables in the manner of villages: each cell is read right or noted, and none is read wrong.

The tables stand in `village_tables/`, each with what its cells must become, written by hand.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
import yaml
from docx.table import Table

from jifen_rules.compile import check_plan
from jifen_rules.core.problem import Severity
from jifen_rules.inputs.sheet import column_letters
from jifen_rules.report.render.to_draft import render_draft
from jifen_rules.scheme.load import read_scheme
from jifen_rules.tables import Answers, Draft, DraftPart, draft_scheme
from timing import seconds_of

FOLDER = Path(__file__).parents[1] / "village_tables"
TABLES = sorted(FOLDER.glob("*.txt"))


@dataclass
class Block:
    """Lines above, or the name of the sheet, and rows of cells."""

    titles: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class VillageTable:
    """A table in plain text, and what its cells must become."""

    kind: str
    blocks: list[Block]
    names: frozenset[str]
    becomes: Mapping[str, object]


def read_table(path: Path) -> VillageTable:
    text, _, expected = path.read_text("utf-8").partition("\n----\n")
    kind, *lines = text.splitlines()
    blocks = [Block()]
    for line in lines:
        if line.startswith("== "):
            if blocks[-1].rows:
                blocks.append(Block())
            blocks[-1].titles.append(line.removeprefix("== "))
        else:
            blocks[-1].rows.append(line.split("|"))
    names: frozenset[str] = frozenset()
    becomes: dict[str, object] = {}
    for line in expected.splitlines():
        cell, _, said = line.partition(" ")
        if cell == "names:":
            names = frozenset(said.split())
        else:
            becomes[cell] = said if said.startswith("noted") else yaml.load(said, yaml.BaseLoader)
    return VillageTable(kind, blocks, names, becomes)


def make_file(table: VillageTable, folder: Path) -> Path:
    path = folder / f"t.{table.kind}"
    if table.kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table.blocks[0].rows)
    elif table.kind == "xlsx":
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for block in table.blocks:
            sheet = book.create_sheet(block.titles[0] if block.titles else "Sheet1")
            for row in block.rows:
                sheet.append([None if t in ("", "<", "^") else number(t) for t in row])
            for top, left, bottom, right in joined(block.rows):
                sheet.merge_cells(
                    start_row=top, start_column=left, end_row=bottom, end_column=right
                )
        book.save(path)
    else:
        document = docx.Document()
        for block in table.blocks:
            for title in block.titles:
                document.add_paragraph(title)
            fill(document.add_table(len(block.rows), len(block.rows[0])), block.rows)
        document.save(str(path))
    return path


def number(text: str) -> int | str:
    """Figures are figures in Excel."""
    return int(text) if text.isdigit() else text


def fill(table: Table, rows: list[list[str]]) -> None:
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text not in ("", "<", "^"):
                table.cell(row, column).text = text
    for top, left, bottom, right in joined(rows):
        table.cell(top - 1, left - 1).merge(table.cell(bottom - 1, right - 1))


def joined(rows: list[list[str]]) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of joined cells, counted from 1."""
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text in ("<", "^"):
                continue
            right = column
            while right + 1 < len(texts) and texts[right + 1] == "<":
                right += 1
            bottom = row
            while (
                bottom + 1 < len(rows)
                and column < len(rows[bottom + 1])
                and rows[bottom + 1][column] == "^"
            ):
                bottom += 1
            if (right, bottom) != (column, row):
                yield row + 1, column + 1, bottom + 1, right + 1


def draft_of(path: Path) -> Draft:
    draft, problems = draft_scheme(path, Answers(date(2024, 1, 1)))
    assert draft is not None, problems
    return draft


NOTED = {"D511", "D512", "D514", "D515", "D517", "D518"}


def fates(draft: Draft, *, single: bool) -> tuple[dict[str, object], set[str]]:
    """What each cell became, by its name; and the cells that are noted."""

    def named(cell: str) -> str:
        name = re.sub(r"^表(\d+)!", r"\1", cell)
        return re.sub(r"^(?:\d+(?=[A-Z])|Sheet1!)", "", name) if single else name

    became = {named(cell.place.cell): as_text(cell.became) for cell in draft.cells}
    noted = {named(p.place.cell) for p in draft.problems if p.code in NOTED}
    kept = [note for part in parts_of(draft.scheme) for note in part.notes if note.kind == "kept"]
    return became, noted | {named(note.place.cell) for note in kept}


def parts_of(part: DraftPart) -> Iterator[DraftPart]:
    yield part
    for inner in (*part.categories, *part.indicators):
        yield from parts_of(inner)


def as_text(value: object) -> object:
    """Plain data, all scalars text."""
    if isinstance(value, Mapping):
        return {str(key): as_text(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(inner) for inner in value]
    return str(value)


def cells_of(table: VillageTable) -> Iterator[tuple[str, str, str]]:
    """Each filled cell: its name, its column's, its text."""
    for number, block in enumerate(table.blocks, 1):
        where = f"{block.titles[0]}!" if table.kind == "xlsx" and block.titles else str(number)
        where = where if len(table.blocks) > 1 else ""
        for row, texts in enumerate(block.rows, 1):
            for column, text in enumerate(texts, 1):
                if text not in ("", "<", "^"):
                    letters = f"{where}{column_letters(column)}"
                    yield f"{letters}{row}", letters, text


def is_right(wanted: object, found: object, *, noted: bool) -> bool:
    """Whether a cell became what was wanted: its rule, or a note and at most a name."""
    if wanted == "noted":
        return noted and isinstance(found, Mapping) and found.keys() <= {"name"}
    return found == wanted


def test_there_are_twenty_tables_of_ten_layouts() -> None:
    assert len(TABLES) >= 20


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_each_cell_is_read_right_or_noted(path: Path, tmp_path: Path) -> None:
    table = read_table(path)
    draft = draft_of(make_file(table, tmp_path))
    became, noted = fates(draft, single=len(table.blocks) == 1)
    ruled = {re.sub("[A-Z]+(?=[0-9]+$)", "", cell) for cell in table.becomes}
    wrong = {}
    for cell, column, text in cells_of(table):
        found = became.get(cell, {})
        in_line = re.sub("[A-Z]+(?=[0-9]+$)", "", cell) in ruled
        usual: object = {"name": text} if column in table.names and in_line else {}
        wanted = table.becomes.get(cell, usual)
        if not is_right(wanted, found, noted=cell in noted):
            wrong[cell] = (text, found, wanted)
    assert wrong == {}
    assert table.becomes.keys() <= {cell for cell, _, _ in cells_of(table)}


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_the_draft_of_a_table_loads_in_both_spellings(path: Path, tmp_path: Path) -> None:
    draft = draft_of(make_file(read_table(path), tmp_path))
    for keys in ("en", "zh"):
        loaded, problems = read_scheme("draft.yaml", text=render_draft(draft, "zh", keys))
        assert loaded is not None and problems == ()
        assert [p for p in check_plan(loaded) if p.severity is Severity.ERROR] == []


# --- no deduct ever becomes an add ----------------------------------------------------------------

DEDUCTING = [
    "扣分",
    "减分",
    "罚分",
    "扣（罚）分",
    "处罚标准",
    "减分值",
    "扣减分值",
    "应扣分值",
    "倒扣分",
    "扣分标准",
    "分值（扣分）",
    "分值（减）",
    "处罚分值",
    "负面积分",
    "惩戒分值",
    "扣减积分",
]
EITHER = [
    "加减分",
    "加/扣分",
    "奖惩分值",
    "分值（加分、扣分）",
    "奖罚标准",
    "加扣分标准",
    "积分（扣分用负数）",
    "增减分",
]
UNSIGNED = [
    "5",
    "5分",
    "每次5分",
    "每处2分",
    "1-3分",
    "2分/次",
    "每人每次2分",
    "每小时1分",
    "一次性10分",
    "村级3分、区级5分",
    "优秀5分，良好3分",
    "每期3分",
    "任选1、2、3分",
    "每月2分",
    "按次2分，每月封顶6分",
    "县级及以上10分",
    "十分",
    "满分10分",
    "达到10人2分，达到20人5分",
    "国家级、省级分别30、20分",
]
ADDING = ["+5", "加5分", "奖励5分", "每次加2分", "加1-3分"]


def figures(value: object) -> Iterator[float]:
    """The figures of points in a part of a draft, wherever they stand."""
    if isinstance(value, str) and re.fullmatch(r"-?\d+(?:\.\d+)?", value):
        yield float(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from figures(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from figures(inner)


def points_under(heading: str, cells: list[str], folder: Path) -> list[float]:
    """Every figure that the cells below a heading became; the indicators' names say no side."""
    path = folder / "t.csv"
    rows = [["内容", heading], *([f"事项{n}", text] for n, text in enumerate(cells))]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    draft, _ = draft_scheme(path, Answers(date(2024, 1, 1)))
    parts = list(parts_of(draft.scheme)) if draft else []
    return [n for part in parts for n in figures(part.data.get("points"))]


@pytest.mark.parametrize("heading", DEDUCTING)
def test_below_a_heading_that_deducts_nothing_is_added(heading: str, tmp_path: Path) -> None:
    assert max(points_under(heading, [*UNSIGNED, *ADDING], tmp_path), default=0) <= 0


@pytest.mark.parametrize("heading", EITHER)
def test_below_a_heading_of_both_sides_a_figure_needs_its_sign(
    heading: str, tmp_path: Path
) -> None:
    assert points_under(heading, UNSIGNED, tmp_path) == []
    assert points_under(heading, ["+5", "-5", "加3分", "扣2分", "减1分", "罚4分"], tmp_path) == [
        5,
        -5,
        3,
        -2,
        -1,
        -4,
    ]


@pytest.mark.parametrize("word", ["扣", "减", "罚", "扣除", "扣减", "倒扣", "减少", "核减"])
def test_a_word_in_the_cell_decides(word: str, tmp_path: Path) -> None:
    cells = [
        f"{word}5分",
        f"每次{word}5分",
        f"{word}5分/次",
        f"每处{word}5分",
        f"发现一次{word}5分",
    ]
    assert set(points_under("分值", cells, tmp_path)) == {-5}
    assert points_under("加分", cells, tmp_path) == []


@pytest.mark.parametrize(
    "name", ["乱倒垃圾", "不参加会议", "违反村规", "破坏公物", "未按时缴费", "受处罚的", "扣分情形"]
)
def test_a_bare_figure_beside_a_wrong_is_not_taken_for_an_award(name: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"内容,分值\n{name},5\n植树,5\n", encoding="utf-8")
    points = {
        part.data.get("name"): part.data.get("points") for part in parts_of(draft_of(path).scheme)
    }
    assert (points[name], points["植树"]) == ("unknown", "5")


@pytest.mark.parametrize("place", ["name", "points", "limit", "remark", "category", "title"])
def test_fifty_thousand_blanks_are_no_more_work_than_as_many_letters(
    place: str, tmp_path: Path
) -> None:
    def took(filler: str) -> float:
        cells = {
            "category": "环境",
            "name": "扫地",
            "points": "加5分",
            "limit": "每月10分",
            "remark": "就高",
        }
        cells = {k: f"{v}（{filler}（x" if k == place else v for k, v in cells.items()}
        title = f"细则{filler}（x" if place == "title" else "细则"
        path = tmp_path / "t.csv"
        rows = [[title], ["类别", "内容", "分值", "上限", "备注"], list(cells.values())]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

        def read_and_write() -> None:
            draft, _ = draft_scheme(path, Answers(date(2024, 1, 1)))
            assert draft is not None or "\n" in filler  # a cell of so many lines has an open quote
            if draft is not None:
                render_draft(draft, "zh", "zh")

        return seconds_of(read_and_write)

    took("a")
    letters = took("a" * 50_000)
    assert all(
        took(sign * 50_000) < 20 * letters + 0.5 for sign in (" ", "\u3000", "\t", "\u00a0", "\n")
    )

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
from jifen_rules.draft import Answers, Draft, DraftPart, draft_scheme
from jifen_rules.load import read_scheme
from jifen_rules.problem import Severity
from jifen_rules.render.to_draft import render_draft
from jifen_rules.workbook import column_letters

FOLDER = Path(__file__).parent / "village_tables"
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

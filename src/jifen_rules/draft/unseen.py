"""What a sheet of Excel holds and does not show as a rule: hidden, or struck through.

Takes the sheets as they were read; gives them without it, and says each stretch that went.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..faults import FAULTS
from ..problem import Problem
from ..workbook import Cell, Sheet

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_ROW: Final = re.compile(rb"<(?:\w+:)?row\s([^<>]{0,1000})")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\s([^<>]{0,1000})")
_HIDDEN: Final = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")


def leave_out_unseen(
    path: Path, sheets: tuple[Sheet, ...]
) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Leave out hidden sheets, rows and columns, and words that are struck through."""
    import openpyxl

    problems: list[Problem] = []
    seen = []
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, rich_text=True)
        for sheet in sheets:
            source = book[sheet.name]
            left_out = _LeftOut(str(path), sheet)
            if source.sheet_state == "visible":
                cells = tuple(left_out.of(source))
            else:
                cells = ()
                for row in sorted({cell.row for cell in sheet.cells}):
                    left_out.say([cell for cell in sheet.cells if cell.row == row])
            seen.append(replace(sheet, cells=cells))
            problems += left_out.problems
    return tuple(seen), tuple(problems)


@dataclass(slots=True)
class _LeftOut:
    file: str
    sheet: Sheet
    problems: list[Problem] = field(default_factory=list)

    def say(self, cells: list[Cell], text: str = "") -> None:
        """Say what is left out of the cells of one row."""
        words = text or " ".join(" ".join(cell.text.split()) for cell in cells)
        place = self.sheet.place(self.file, cells[0])
        self.problems.append(Problem(FAULTS["text-left-out"], place, {"text": words}))

    def of(self, source: "ReadOnlyWorksheet") -> Iterator[Cell]:
        """The cells that are shown, with the words that are not struck."""
        rows, columns = _hidden(source)
        struck = _struck(source)
        gone: dict[int, list[Cell]] = {}
        for cell in self.sheet.cells:
            across = range(cell.column, cell.last_column + 1)
            down = range(cell.row, cell.last_row + 1)
            hidden = all(n in rows for n in down) or all(n in columns for n in across)
            kept, lost = struck.get((cell.row, cell.column), (cell.text, ""))
            if hidden or not kept.strip():
                gone.setdefault(cell.row, []).append(cell)
                continue
            if lost:
                self.say([cell], lost)
            yield replace(cell, text=kept.strip())
        for cells in gone.values():
            self.say(cells)


def _hidden(source: "ReadOnlyWorksheet") -> tuple[set[int], set[int]]:
    """The numbers of the hidden rows and columns."""
    with source._get_source() as file:  # type: ignore[attr-defined]  # a sheet that is only read knows them not
        text = file.read()
    rows, columns, number = set(), set(), 0
    for found in _ROW.finditer(text):
        number = _attribute(found.group(1), b"r", number + 1)
        if _HIDDEN.search(found.group(1)):
            rows.add(number)
    for found in _COLUMN.finditer(text):
        if _HIDDEN.search(found.group(1)):
            first = _attribute(found.group(1), b"min", 1)
            last = min(_attribute(found.group(1), b"max", first), 16_384)
            columns |= set(range(first, last + 1))
    return rows, columns


def _attribute(text: bytes, name: bytes, usual: int) -> int:
    found = re.search(rb"(?<![\w:])" + name + rb"=[\"'](\d{1,9})[\"']", text)
    return int(found.group(1)) if found else usual


def _struck(source: "ReadOnlyWorksheet") -> dict[tuple[int, int], tuple[str, str]]:
    """The cells with struck words: what stays of each, and what goes."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.worksheet._reader import WorkSheetParser

    book: Any = source.parent
    strings = source._shared_strings  # type: ignore[attr-defined]
    found = {}
    with source._get_source() as file:  # type: ignore[attr-defined]  # it alone gives runs of text
        parser = WorkSheetParser(file, strings, data_only=True, epoch=book.epoch, rich_text=True)
        for _, row in parser.parse():
            for cell in row:
                at, value = (cell["row"], cell["column"]), cell["value"]
                if isinstance(value, CellRichText):
                    off = [isinstance(one, TextBlock) and bool(one.font.strike) for one in value]
                    parts = list(zip(map(str, value), off, strict=True))
                    lost = "".join(text for text, gone in parts if gone)
                    if lost:
                        found[at] = ("".join(text for text, gone in parts if not gone), lost)
                elif value is not None:
                    style = book._cell_styles[cell["style_id"]]
                    if book._fonts[style.fontId].strike:
                        found[at] = ("", str(value))
    return found

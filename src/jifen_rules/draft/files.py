"""A file of a table (Excel, CSV, Word) -> sheets, or the problem that stopped it.

The only room of this package that opens files. Refuses what is too large for a table of
indicators; knows nothing of what a table means.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import ZipFile

from ..faults import FAULTS
from ..message import N_, Value, say
from ..problem import Place, Problem
from ..rows import decode_text
from ..workbook import Cell, Limits, Sheet, TooLarge, check_archive, read_workbook

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

LIMITS: Final = Limits(bytes=4_000_000, cells=50_000, rows=100_000)
"""A table of indicators is small; what is larger is something else."""

MAX_WORD_COLUMNS: Final = 63
"""The columns of a Word table."""

KINDS: Final = (".xlsx", ".xlsm", ".csv", ".docx")


def read_sheets(path: Path) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Read every table of a file, by the ending of its name. OSError if it cannot be opened."""
    match path.suffix.lower():
        case ".xlsx" | ".xlsm":
            return read_workbook(path, LIMITS)
        case ".docx":
            return _word(path)
        case ".csv":
            return _csv(path)
    with path.open("rb"):
        return (), (
            _problem(path, "table-not-readable", kind=say(N_("table")), detail=path.suffix),
        )


def _problem(path: Path, fault: str, **values: Value) -> Problem:
    return Problem(FAULTS[fault], Place(str(path)), values)


def _too_large(path: Path, error: TooLarge) -> Problem:
    return _problem(path, "table-too-large", limit=str(error.limit), what=say(error.what))


def _csv(path: Path) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    with path.open("rb") as file:
        data = file.read(LIMITS.bytes + 1)
    if len(data) > LIMITS.bytes:
        return (), (_too_large(path, TooLarge(LIMITS.bytes, N_("bytes"))),)
    cells: list[Cell] = []
    reader = csv.reader(io.StringIO(decode_text(data).replace("\0", ""), newline=""))
    try:
        for row, texts in enumerate(reader, 1):
            if len(cells) + len(texts) > LIMITS.cells or row > LIMITS.rows:
                raise TooLarge(LIMITS.cells, N_("rows or cells"))
            cells += (_one(t, row, n) for n, t in enumerate(texts, 1) if t.strip())
    except TooLarge as error:
        return (), (_too_large(path, error),)
    except csv.Error as error:
        return (), (_problem(path, "table-not-readable", kind="CSV", detail=str(error)),)
    return (Sheet("", tuple(cells)),), ()


def _one(text: str, row: int, column: int) -> Cell:
    return Cell(text.strip(), row, column, row, column)


# --- Word ---------------------------------------------------------------------------------------


def _word(path: Path) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    try:
        import docx
    except ImportError:
        values = {"kind": "Word", "package": "python-docx", "extra": "word"}
        return (), (_problem(path, "reader-not-installed", **values),)
    with path.open("rb") as file:
        try:
            check_archive(ZipFile(file), LIMITS)
            return tuple(_tables(docx.Document(file))), ()
        except TooLarge as error:
            return (), (_too_large(path, error),)
        except Exception as error:  # a broken file breaks python-docx in many ways
            detail = str(error)[:80] or "?"
            return (), (_problem(path, "table-not-readable", kind="Word", detail=detail),)


def _tables(document: "Document") -> Iterator[Sheet]:
    """Each table as a sheet; the paragraphs before it are its first rows, as titles are in Excel.

    Rows are counted as one sees them in the table, so that titles stand in rows 0, -1, …
    """
    from docx.table import Table

    titles: list[str] = []
    number = 0
    for block in document.iter_inner_content():
        if not isinstance(block, Table):
            titles += [block.text.strip()] if block.text.strip() else []
            continue
        number += 1
        above = [_one(text, row - len(titles) + 1, 1) for row, text in enumerate(titles)]
        yield Sheet(f"表{number}", (*above, *_word_cells(block)))
        titles = []
    if number and titles:
        yield Sheet("文末", tuple(_one(text, row, 1) for row, text in enumerate(titles, 1)))


def _word_cells(table: "Table") -> Iterator[Cell]:
    """Every cell once, with the stretch that it covers; tables within a cell are its text.

    Goes by the rows themselves: python-docx gives a joined cell anew for each place it covers,
    which takes as long as the file says it is wide.
    """
    open_above: dict[int, _Stretch] = {}
    found: list[_Stretch] = []
    for number, row in enumerate(table._tbl.tr_lst, 1):
        column = 1 + row.grid_before
        for cell in row.tc_lst:
            last = column + cell.grid_span - 1
            if last > MAX_WORD_COLUMNS:
                raise TooLarge(MAX_WORD_COLUMNS, N_("columns"))
            above = open_above.get(column)
            if cell.vMerge == "continue" and above is not None:
                above.last_row = number
            else:
                text = "\n".join(p.text.strip() for p in cell.xpath(".//w:p") if p.text.strip())
                open_above[column] = _Stretch(text, number, column, number, last)
                found.append(open_above[column])
            column = last + 1
    for one in found:
        if one.text:
            yield Cell(one.text, one.row, one.column, one.last_row, one.last_column)


@dataclass(slots=True)
class _Stretch:
    """A cell of Word that may go on in the row below."""

    text: str
    row: int
    column: int
    last_row: int
    last_column: int

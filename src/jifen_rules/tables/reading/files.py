"""A file of a table (Excel, CSV, Word) -> sheets, or the problem that stopped it.

The only room of this package that opens files. Refuses what is too large for a table of
indicators; knows nothing of what a table means.
"""

import csv
import io
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from ...core.faults import FAULTS
from ...core.message import N_, Value, say
from ...core.problem import Place, Problem
from ...inputs.archive import Limits, TooLarge, check_archive
from ...inputs.sheet import Cell, Sheet
from ...inputs.texts import decode_text
from ...inputs.workbook import read_workbook
from .word import WordTables

LIMITS: Final = Limits(bytes=4_000_000, cells=50_000, rows=100_000)
"""A table of indicators is small; what is larger is something else."""

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
    reader = csv.reader(io.StringIO(decode_text(data).replace("\0", ""), newline=""), strict=True)
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


def _word(path: Path) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    try:
        import docx
    except ImportError:
        values = {"kind": "Word", "package": "python-docx", "extra": "word"}
        return (), (_problem(path, "reader-not-installed", **values),)
    with path.open("rb") as file:
        try:
            check_archive(ZipFile(file), LIMITS)
            tables = WordTables(docx.Document(file), str(path))
        except TooLarge as error:
            return (), (_too_large(path, error),)
        except Exception as error:  # a broken file breaks python-docx in many ways
            detail = str(error)[:80] or "?"
            return (), (_problem(path, "table-not-readable", kind="Word", detail=detail),)
    return tuple(tables.sheets), tuple(tables.problems)

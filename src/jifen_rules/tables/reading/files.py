"""A file of a table (Excel, CSV, Word) -> sheets, or the problem that stopped it.

The only room of this package that opens files. Refuses what is too large for a table of
indicators; knows nothing of what a table means.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

from ...core.faults import FAULTS
from ...core.message import N_, Value, msg
from ...core.problem import Place, Problem
from ...inputs.archive import Limits, TooLarge, check_archive
from ...inputs.csv_rows import read_records
from ...inputs.parts import Spoilt
from ...inputs.sheet import Cell, Sheet
from ...inputs.sheet_rows import is_book
from ...inputs.texts import find_encoding, read_texts, shown
from ...inputs.workbook import BROKEN, read_workbook
from .table import count_headings
from .word import WordTables

LIMITS: Final = Limits(bytes=4_000_000, cells=50_000, rows=100_000)
"""A table of indicators is small; what is larger is something else."""

MANY_BROKEN: Final = 10
"""With more broken rows than this, and than sound ones, a file is no CSV at all."""
_BOOKS: Final = (".xlsx", ".xlsm")
_TEXTS: Final = (".csv", ".tsv", ".tab", ".txt")


def read_sheets(path: Path) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Read every table of a file, known by its name and first bytes. OSError if it cannot be."""
    ending = path.suffix.lower()
    if ending == ".docx":
        return _word(path)
    with path.open("rb") as file:
        is_excel = ending in _BOOKS or is_book(file)
    if is_excel:
        return read_workbook(path, LIMITS)
    if ending in _TEXTS:
        return _csv(path)
    return (), (_problem(path, "table-not-readable", kind=msg(N_("table")), detail=path.suffix),)


def _problem(path: Path, fault: str, **values: Value) -> Problem:
    return Problem(FAULTS[fault], Place(str(path)), values)


def _too_large(path: Path, error: TooLarge) -> Problem:
    return _problem(path, "table-too-large", limit=str(error.limit), what=msg(error.what))


def _csv(path: Path) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    with path.open("rb") as file:
        data = file.read(LIMITS.bytes + 1)
    if len(data) > LIMITS.bytes:
        return (), (_too_large(path, TooLarge(LIMITS.bytes, N_("bytes"))),)
    cells, problems, count, rows = list[Cell](), list[Problem](), 0, 0
    for row, found in _csv_rows(path, data):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        count, rows = count + len(found), rows + 1
        if count > LIMITS.cells or row > LIMITS.rows:
            return (), (_too_large(path, TooLarge(LIMITS.cells, N_("rows or cells"))),)
        cells += (_one(t, row, n) for n, t in enumerate(found, 1) if t.strip())
    if problems and (not cells or len(problems) > max(rows, MANY_BROKEN)):
        detail = problems[0].values["why"]
        return (), (_problem(path, "table-not-readable", kind="CSV", detail=detail),)
    return (Sheet("", tuple(cells)),), tuple(problems)


def _csv_rows(path: Path, data: bytes) -> Iterator[tuple[int, list[str] | Problem]]:
    """Yield each row by its number in a spreadsheet, for which a cell of two lines is one row."""
    texts = read_texts(io.BytesIO(data), find_encoding([data]))
    within = 0
    for part in read_records(str(path), texts, count_headings):
        if isinstance(part, Spoilt):
            row = part.place.line - within
            values: dict[str, Value] = {"why": msg(part.reason), "text": part.text}
            yield row, Problem(FAULTS["row-not-readable"], _row_place(path, row), values)
            within += part.text.count("\n")
            continue
        for line, cells in zip(*part):
            yield line - within, [shown(cell) for cell in cells]
            within += sum(cell.count("\n") for cell in cells)


def _row_place(path: Path, row: int) -> Place:
    return Place(str(path), row, 1, 1, f"A{row}")


def _one(text: str, row: int, column: int) -> Cell:
    return Cell(text.strip(), row, column, row, column)


def _word(path: Path) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    with path.open("rb") as file:
        try:
            archive = ZipFile(file)
            check_archive(archive, LIMITS)
            tables = WordTables(*_word_parts(archive), str(path))
        except TooLarge as error:
            return (), (_too_large(path, error),)
        except Exception:  # a broken file breaks its readers in many ways
            detail = msg(BROKEN)
            return (), (_problem(path, "table-not-readable", kind="Word", detail=detail),)
    return tuple(tables.sheets), tuple(tables.problems)


def _word_parts(archive: ZipFile) -> tuple[Element, Element | None]:
    """Read the body of a Word file and its styles, where the file says that they are.

    By the standard library, so that a page in a browser can do it too. ValueError for another file.
    """
    text = _related(archive, "", "officeDocument")
    body = None if text is None else fromstring(archive.read(text)).find(_BODY)
    if text is None or body is None:
        raise ValueError(WORD_WITHOUT_TEXT)
    styles = _related(archive, text, "styles")
    return body, None if styles is None else fromstring(archive.read(styles))


def _related(archive: ZipFile, part: str, kind: str) -> str | None:
    """Return the part of a kind that a part of the file, or the file itself, says belongs to it."""
    folder, _, name = part.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels".lstrip("/")
    if listed not in archive.namelist():
        return None
    for relation in fromstring(archive.read(listed)):
        if relation.get("Type", "").endswith(f"/{kind}"):
            target = relation.get("Target", "")
            found = target.lstrip("/") if target[:1] == "/" else f"{folder}/{target}".lstrip("/")
            return found if found in archive.namelist() else None
    return None


_BODY: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}body"
WORD_WITHOUT_TEXT: Final = "there is no word/document.xml"

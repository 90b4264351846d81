"""A file of a table (Excel, CSV, Word) -> sheets, or the problem that stopped it.

The only room of this package that opens files. Refuses what is too large for a table of
indicators; knows nothing of what a table means.
"""

import csv
import io
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

from ...core.faults import FAULTS
from ...core.message import N_, Value, msg
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
            _problem(path, "table-not-readable", kind=msg(N_("table")), detail=path.suffix),
        )


def _problem(path: Path, fault: str, **values: Value) -> Problem:
    return Problem(FAULTS[fault], Place(str(path)), values)


def _too_large(path: Path, error: TooLarge) -> Problem:
    return _problem(path, "table-too-large", limit=str(error.limit), what=msg(error.what))


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
    with path.open("rb") as file:
        try:
            archive = ZipFile(file)
            check_archive(archive, LIMITS)
            tables = WordTables(*_word_parts(archive), str(path))
        except TooLarge as error:
            return (), (_too_large(path, error),)
        except Exception as error:  # a broken file breaks its readers in many ways
            detail = str(error)[:80] or "?"
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

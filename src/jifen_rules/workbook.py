"""An Excel file -> sheets of cells that say what their author sees, or the problem.

Refuses what would unfold beyond its size before any of it is unfolded. Knows nothing of
what a table means. Needs openpyxl (the extra `excel`), and imports it only when it is asked.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile

from .faults import FAULTS
from .message import N_, Value, say
from .problem import Place, Problem
from .terms import plain

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_RATIO: Final = 100
"""A part of more than a megabyte may be at most so many times as large as it is packed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be once it is unpacked: bytes of text, cells and rows of all sheets.

    Gaps between rows count as rows; an Excel sheet has at most 1,048,576.
    """

    bytes: int = 400_000_000
    cells: int = 20_000_000
    rows: int = 1_048_576


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as its author sees it; where cells are joined, the whole of them."""

    text: str
    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def address(self) -> str:
        """Its name: `C5`."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its cells that hold something, by row and column; joined cells stand once."""

    name: str
    cells: tuple[Cell, ...]

    def place(self, file: str, cell: Cell) -> Place:
        """The place of a cell, called as its program calls it (above row 1: by the sheet)."""
        address = cell.address if cell.row > 0 else ""
        named = "!".join(part for part in (self.name, address) if part)
        return Place(file, cell.row, cell.column, 1, named)


def column_letters(number: int) -> str:
    """Name a column: 1 is A, 28 is AB."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_workbook(
    path: Path, limits: Limits = Limits()
) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Read every sheet. Nothing is given beside a problem that stopped it (D501 to D503).

    Numbers have the digits that the program shows when asked for all of them, dates are
    ISO; a cell that cannot be read is a problem (D504, D505) and is not there. OSError if
    the file cannot be opened.
    """
    reader = _Reader(str(path), limits)
    try:
        import openpyxl
    except ImportError:
        reader.say("reader-not-installed", kind="Excel", package="openpyxl", extra="excel")
        return (), tuple(reader.problems)
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of parts it leaves out
        try:
            has_formulas = check_archive(ZipFile(file), limits)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            formulas = openpyxl.load_workbook(file, read_only=True) if has_formulas else None
            sheets = tuple(
                reader.sheet(sheet, formulas[sheet.title] if formulas else None)
                for sheet in book.worksheets
            )
        except TooLarge as error:
            reader.say("table-too-large", limit=str(error.limit), what=say(error.what))
            return (), tuple(reader.problems)
        except Exception as error:  # a broken file breaks openpyxl in many ways
            reader.say("table-not-readable", kind="Excel", detail=str(error)[:80] or "?")
            return (), tuple(reader.problems)
    return sheets, tuple(reader.problems)


class TooLarge(Exception):
    """The file unfolds beyond its limit."""

    def __init__(self, limit: int, what: str) -> None:
        super().__init__(what)
        self.limit, self.what = limit, what


def check_archive(archive: ZipFile, limits: Limits) -> bool:
    """Refuse an archive that unfolds beyond its limits; tell whether a sheet has formulas.

    TooLarge, or BadZipFile where a part declares entities, which no office program writes.
    """
    parts = [part for part in archive.infolist() if part.filename.endswith((".xml", ".rels"))]
    if sum(part.file_size for part in parts) > limits.bytes:
        raise TooLarge(limits.bytes, N_("bytes"))
    for part in parts:
        if part.file_size > 1_000_000 and part.file_size > MAX_RATIO * part.compress_size:
            raise TooLarge(MAX_RATIO * part.compress_size, N_("bytes"))
    formulas = False
    for part in parts:
        text = archive.read(part)
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise BadZipFile(f"{part.filename} declares entities")
        formulas = formulas or ("/worksheets/" in part.filename and b"<f" in text)
    return formulas


def covered(cells: tuple[Cell, ...]) -> int:
    """How many places cells cover, joined ones as far as the sheet goes; overlaps count anew."""
    bottom = max((cell.row for cell in cells), default=0)
    right = max((cell.column for cell in cells), default=0)
    return sum(
        (min(cell.last_row, bottom) - cell.row + 1)
        * (min(cell.last_column, right) - cell.column + 1)
        for cell in cells
    )


_MERGE: Final = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\""
)


@dataclass(slots=True)
class _Reader:
    file: str
    limits: Limits
    problems: list[Problem] = field(default_factory=list)
    _seen: int = 0

    def say(self, fault: str, place: Place | None = None, **values: Value) -> None:
        self.problems.append(Problem(FAULTS[fault], place or Place(self.file), values))

    def sheet(self, sheet: "ReadOnlyWorksheet", formulas: "ReadOnlyWorksheet | None") -> Sheet:
        """Read one sheet; `formulas` is the same sheet with formulas in place of values."""
        joined = _joined(sheet)
        cells = tuple(self._cells(sheet, joined))
        found = Sheet(sheet.title, cells)
        if covered(cells) > min(self.limits.cells, 100_000 + 20 * len(cells)):
            raise TooLarge(self.limits.cells, N_("rows or cells"))
        if formulas is not None:
            worked_out = {(cell.row, cell.column) for cell in cells}
            for cell in self._all(formulas):
                at = (cell.row, cell.column)
                if cell.data_type == "f" and at not in worked_out:
                    place = found.place(self.file, Cell("", *at, *at))
                    self.say("formula-without-value", place)
        return found

    def _cells(
        self, sheet: "ReadOnlyWorksheet", joined: Mapping[tuple[int, int], tuple[int, int]]
    ) -> Iterator[Cell]:
        for cell in self._all(sheet):
            text = _shown(cell.value, cell.number_format or "General")
            at = (cell.row, cell.column)
            if text is None:
                place = Sheet(sheet.title, ()).place(self.file, Cell("", *at, *at))
                self.say("shown-otherwise", place, text=str(cell.number_format))
            elif text:
                yield Cell(text, *at, *joined.get(at, at))

    def _all(self, sheet: "ReadOnlyWorksheet") -> "Iterator[ReadOnlyCell]":
        """Every cell that holds something; counts empty ones too, since they take their time."""
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows()):  # type: ignore[misc]  # stubs give it the whole sheet's type
            self._seen += len(row)
            if number > self.limits.rows or self._seen > self.limits.cells:
                raise TooLarge(min(self.limits.rows, self.limits.cells), N_("rows or cells"))
            yield from (cell for cell in row if cell.value is not None)  # type: ignore[misc]


def _joined(sheet: "ReadOnlyWorksheet") -> dict[tuple[int, int], tuple[int, int]]:
    """The first cell of each joined stretch, and its last."""
    with sheet._get_source() as source:  # type: ignore[attr-defined]  # joined cells have no other way
        text = source.read()
    return {
        (int(top), _column(left)): (int(bottom), _column(right))
        for left, top, right, bottom in _MERGE.findall(text)
    }


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


# --- what the author sees -----------------------------------------------------------------------


def _shown(value: object, number_format: str) -> str | None:
    """What a cell says; None where its number is shown in a way that is not understood."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _shown_number(Decimal(repr(value)), number_format)
    return str(value).strip()


_LITERAL: Final = r'(?:"[^"]*"|\\.|[+\-()（）¥￥$\s\u4e00-\u9fff])*'
_SECTION: Final = re.compile(rf"({_LITERAL})(?:General|[#0?,.]+)({_LITERAL})\Z")


def _shown_number(number: Decimal, number_format: str) -> str | None:
    """Write a number as its format has it: percentages, and words around the figure."""
    if "%" in number_format:
        return f"{plain(number * 100)}%"
    bare = re.sub(r"\[[^\]]*\]|_.|\*.|@", "", number_format)
    if not re.search(r'"|\\|[+\-\u4e00-\u9fff]', bare):
        return plain(number)
    sections = bare.split(";")
    which = 1 if number < 0 and len(sections) > 1 else 2 if not number and len(sections) > 2 else 0
    found = _SECTION.match(sections[which].strip())
    if not found:
        return None
    before, after = (re.sub(r'["\\]', "", part) for part in found.groups())
    sign = "-" if number < 0 and not which else ""
    return f"{sign}{before}{plain(abs(number))}{after}".strip()

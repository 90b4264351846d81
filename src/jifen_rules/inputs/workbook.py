"""An Excel file -> sheets of cells as their author sees them, or the problem.

A file that is too large when unpacked is refused before unpacking. Knows nothing of the meaning of
a table. Needs openpyxl (the extra `excel`), which is imported on first use.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from ..core.faults import FAULTS
from ..core.message import N_, Value, msg
from ..core.problem import Place, Problem
from .archive import OFFICE, OLD_EXCEL, USUAL_LIMITS, Limits, TooLarge, check_archive
from .number_format import Format, ShownCell
from .sheet import Cell, Sheet, covered
from .workbook_strings import (
    Words,
    is_on,
    plain_string,
    read_formats,
    read_strings,
    tag_of,
    words_in,
)

if TYPE_CHECKING:
    pass

MAX_COLUMNS: Final = 16_384
"""Number of columns of an Excel sheet."""


def read_workbook(
    path: Path, limits: Limits = USUAL_LIMITS
) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Read the visible cells of every sheet. A problem that stops reading (D501 to D503) is alone.

    Dates are ISO, numbers have the digits that their format shows. A cell that cannot be read is a
    problem (D504, D505, D508, D509) and is left out; hidden and struck-out cells are left out with
    a problem too (D507). OSError if the file cannot be opened.
    """
    with path.open("rb") as file:
        sheets, problems = open_workbook(str(path), file, limits)
    seen = [_seen(str(path), sheet) for sheet in sheets]
    found = [problem for sheet, own in seen for problem in (*sheet.problems, *own)]
    return tuple(s for s, _ in seen if not s.hidden), (*problems, *found)


def open_workbook(
    name: str, file: BinaryIO, limits: Limits = USUAL_LIMITS
) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Read all cells of every sheet, hidden ones included.

    Problems are those that stopped reading (D501 to D503).
    """
    reader = _Reader(name, limits)
    try:
        import openpyxl  # noqa: F401  (asked for by its own name first)
        from openpyxl.reader.excel import ExcelReader
    except ImportError:
        reader.report("reader-not-installed", kind="Excel", package="openpyxl", extra="excel")
        return (), tuple(reader.problems)
    start = file.read(len(OLD_EXCEL))
    file.seek(0)
    if start[: len(OFFICE)] != OFFICE:
        old = N_("it is an old .xls file, or locked with a password")
        detail = msg(old if start == OLD_EXCEL else N_("what is in it is no workbook"))
        reader.report("table-not-readable", kind="Excel", detail=detail)
        return (), tuple(reader.problems)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of parts it leaves out
        try:
            archive = ZipFile(file)
            check_archive(archive, limits)
            book = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
            book.read()
            strings = read_strings(archive, book.package)
            reader.formats = read_formats(book.wb)
            reader.is_1904 = book.wb.epoch.year == 1904
            sheets = tuple(reader.sheet(archive, sheet, strings) for sheet in book.wb.worksheets)
        except TooLarge as error:
            reader.report("table-too-large", limit=str(error.limit), what=msg(error.what))
            return (), tuple(reader.problems)
        except Exception:  # a broken file raises many kinds of errors
            detail = msg(BROKEN)
            reader.report("table-not-readable", kind="Excel", detail=detail)
            return (), tuple(reader.problems)
    return sheets, ()


def _seen(file: str, sheet: Sheet) -> tuple[Sheet, list[Problem]]:
    """Return a sheet without its hidden cells, and the problems about them."""
    if sheet.hidden:
        place = Place(file, 0, 0, 1, sheet.name)
        return replace(sheet, problems=()), [_unseen(place, HIDDEN_SHEET)] if sheet.cells else []
    left: dict[tuple[int, int], Problem] = {}
    kept = []
    for cell in sheet.cells:
        at, why = (0, 0), ""
        if all(row in sheet.hidden_rows for row in range(cell.row, cell.last_row + 1)):
            at, why = (cell.row, 0), HIDDEN_ROW
        elif all(n in sheet.hidden_columns for n in range(cell.column, cell.last_column + 1)):
            at, why = (0, cell.column), HIDDEN_COLUMN
        elif (cell.row, cell.column) in sheet.struck:
            at, why = (cell.row, cell.column), STRUCK
        elif (cell.row, cell.column) in sheet.partly_struck:
            at, why = (cell.row, cell.column), PARTLY_STRUCK
        if not why or why == PARTLY_STRUCK:
            kept.append(cell)
        if why and at not in left:
            left[at] = _unseen(sheet.place(file, cell), why)
    return replace(sheet, cells=tuple(kept)), list(left.values())


BROKEN = N_("it is damaged, or a part of it is missing")
HIDDEN_SHEET = N_("the sheet is hidden")
HIDDEN_ROW = N_("the row is hidden, by hand or by a filter")
HIDDEN_COLUMN = N_("the column is hidden")
STRUCK = N_("the text is struck out")
PARTLY_STRUCK = N_("a part of the text is struck out")


def _unseen(place: Place, why: str) -> Problem:
    return Problem(FAULTS["left-out-unseen"], place, {"why": msg(why)})


# --- sheets -------------------------------------------------------------------------------------

_ADDRESS: Final = re.compile(r"([A-Z]{1,3})(\d{1,12})\Z")
_STRETCH: Final = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\Z")
_Address: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class _Reader:
    file: str
    limits: Limits
    problems: list[Problem] = field(default_factory=list)
    formats: list[tuple[Format, bool]] = field(default_factory=list)
    is_1904: bool = False
    _seen: int = 0

    def report(self, fault: str, place: Place | None = None, **values: Value) -> None:
        self.problems.append(Problem(FAULTS[fault], place or Place(self.file), values))

    def sheet(self, archive: ZipFile, sheet: Any, strings: Sequence[Words]) -> Sheet:
        """Read one sheet from its own part of the archive."""
        name, state = sheet.title, sheet.sheet_state
        part = sheet._worksheet_path  # noqa: SLF001 - openpyxl has no public way to it
        raw = _RawSheet()
        begun = len(self.problems)
        with archive.open(part.removeprefix("/")) as source:
            cells = [*self._cells(name, raw, iterparse(source, ("start", "end")), strings)]
        joined = {(cell.row, cell.column) for cell in cells} & raw.joined.keys()
        whole = tuple(
            replace(cell, last_row=raw.joined[at][0], last_column=raw.joined[at][1])
            if (at := (cell.row, cell.column)) in joined
            else cell
            for cell in cells
        )
        if covered(whole) > min(self.limits.cells, 100_000 + 20 * len(whole)):
            raise TooLarge(self.limits.cells, N_("rows or cells"))
        own, self.problems[begun:] = tuple(self.problems[begun:]), []
        return Sheet(
            name,
            _on_top(whole),
            own,
            state in ("hidden", "veryHidden"),
            frozenset(raw.rows),
            frozenset(raw.columns),
            frozenset(raw.struck),
            frozenset(raw.partly),
        )

    def _cells(
        self,
        name: str,
        raw: "_RawSheet",
        nodes: Iterator[tuple[str, Element]],
        strings: Sequence[Words],
    ) -> Iterator[Cell]:
        row = column = 0
        data: Element | None = None
        for event, node in nodes:
            tag = tag_of(node)
            if event == "start":
                if tag == "sheetData":
                    data = node
                elif tag == "row":
                    row, column = _number(node.get("r"), row + 1), 0
                    self._count(row)
                    if is_on(node.get("hidden")) or node.get("ht") == "0":
                        raw.rows.add(row)
            elif tag == "c":
                at = _ADDRESS.match(node.get("r", ""))
                column = _column(at[1]) if at else column + 1
                self._count(int(at[2]) if at else row)
                if column > MAX_COLUMNS or (at and int(at[2]) != row) or (not at and node.get("r")):
                    raise ValueError(f"a cell at {node.get('r')}")
                self._seen += 1
                found = self._cell(name, node, row, column, raw, strings)
                if found is not None:
                    yield found
            elif tag == "row" and data is not None:
                data.clear()
            elif tag == "col" and (is_on(node.get("hidden")) or node.get("width") == "0"):
                first, last = _number(node.get("min"), 1), _number(node.get("max"), 1)
                raw.columns.update(range(first, min(last, MAX_COLUMNS) + 1))
            elif tag == "mergeCell" and (stretch := _STRETCH.match(node.get("ref", ""))):
                left, top, right, bottom = stretch.groups()
                raw.joined[int(top), _column(left)] = (int(bottom), _column(right))

    def _count(self, row: int) -> None:
        if row > self.limits.rows or self._seen > self.limits.cells:
            raise TooLarge(min(self.limits.rows, self.limits.cells), N_("rows or cells"))

    def _cell(
        self,
        name: str,
        node: Element,
        row: int,
        column: int,
        raw: "_RawSheet",
        strings: Sequence[Words],
    ) -> Cell | None:
        parts = {tag_of(part): part for part in node}
        kind, said = node.get("t", "n"), words_in(parts["is"]) if "is" in parts else None
        value = parts["v"].text if "v" in parts else None
        if value is None and said is None:
            if "f" in parts:
                self.report("formula-without-value", self._place(name, row, column))
            return None
        style = _number(node.get("s"), 0)
        shape, struck = (
            self.formats[style] if style < len(self.formats) else (Format("General"), False)
        )
        shown: ShownCell | None
        partly = False
        if said is not None or kind == "s":
            words, whole, partly = said or strings[int(value or "")]
            struck, shown = struck or whole, ShownCell(words)
        elif kind == "e":
            self.report("error-value", self._place(name, row, column), text=str(value))
            return None
        elif kind == "b":
            shown = ShownCell("TRUE" if value == "1" else "FALSE")
        elif kind in ("str", "d"):
            shown = ShownCell(plain_string(value or ""))
        else:
            shown = shape.show(value or "", is_1904=self.is_1904)
        if shown is None or shown.lost:
            fault, told = ("digits-lost", shown.text) if shown else ("shown-otherwise", shape.code)
            self.report(fault, self._place(name, row, column), text=told)
            return None
        text = shown.text.strip()
        if not text:
            return None
        if struck or partly:
            (raw.struck if struck else raw.partly).add((row, column))
        return Cell(text, row, column, row, column, shown.figure)

    def _place(self, name: str, row: int, column: int) -> Place:
        return Sheet(name, ()).place(self.file, Cell("", row, column, row, column))


@dataclass(slots=True)
class _RawSheet:
    """The information of a sheet besides its cells."""

    joined: dict[_Address, _Address] = field(default_factory=dict)
    """The first and the last cell of each merged range."""
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    struck: set[_Address] = field(default_factory=set)
    partly: set[_Address] = field(default_factory=set)


def _on_top(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Leave out cells that a merged cell covers: nobody sees them."""
    bottom = max((cell.row for cell in cells), default=0)
    right = max((cell.column for cell in cells), default=0)
    under = {
        (row, column)
        for cell in cells
        if (cell.last_row, cell.last_column) != (cell.row, cell.column)
        for row in range(cell.row, min(cell.last_row, bottom) + 1)
        for column in range(cell.column, min(cell.last_column, right) + 1)
        if (row, column) != (cell.row, cell.column)
    }
    return tuple(cell for cell in cells if (cell.row, cell.column) not in under) if under else cells


def _number(text: str | None, otherwise: int) -> int:
    return otherwise if text is None else int(text[:13])


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number

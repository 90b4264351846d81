"""An Excel file -> sheets of cells that say what their author sees, or the problem.

Refuses what would unfold beyond its size before any of it is unfolded. Knows nothing of
what a table means. Needs openpyxl (the extra `excel`), and imports it only when it is asked. Gives
the bytes of a file that was made, too.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias
from xml.etree.ElementTree import Element, iterparse
from zipfile import BadZipFile, ZipFile

from ..core.faults import FAULTS
from ..core.message import N_, Value, say
from ..core.problem import Place, Problem
from .number_format import Format, ShownCell

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_RATIO: Final = 100
"""A part of more than a megabyte may be at most so many times as large as it is packed."""
MAX_COLUMNS: Final = 16_384
"""The columns of an Excel sheet."""


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
    """A cell as its author sees it; where cells are joined, the whole of them.

    `figure` is the number alone where the format puts words around it: 5 of `5分`.
    """

    text: str
    row: int
    column: int
    last_row: int
    last_column: int
    figure: str = ""

    @property
    def address(self) -> str:
        """Its name: `C5`."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its cells that hold something, by row and column; joined cells stand once.

    What nobody sees is among the cells of `open_workbook` and marked here: a hidden sheet, hidden (or
    filtered) rows and columns, cells that are struck out. `problems` are those of single cells.
    """

    name: str
    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    partly_struck: frozenset[tuple[int, int]] = frozenset()

    def place(self, file: str, cell: Cell) -> Place:
        """Return the place of a cell, called as its program calls it (above row 1: by the sheet)."""
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
    """Read every sheet as it is seen. Nothing is given beside a problem that stopped it (D501 to D503).

    Dates are ISO, numbers have the digits that their format shows; a cell that cannot be read is a
    problem (D504, D505, D508, D509) and is not there; nor is what is hidden or struck out, which
    is told (D507). OSError if the file cannot be opened.
    """
    with path.open("rb") as file:
        sheets, problems = open_workbook(str(path), file, limits)
    seen = [_seen(str(path), sheet) for sheet in sheets]
    found = [problem for sheet, own in seen for problem in (*sheet.problems, *own)]
    return tuple(s for s, _ in seen if not s.hidden), (*problems, *found)


def open_workbook(
    name: str, file: BinaryIO, limits: Limits = Limits()
) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Read every sheet with all that stands in it; problems are those that stopped it (D501 to D503)."""
    reader = _Reader(name, limits)
    try:
        import openpyxl  # noqa: F401  (asked for by its own name first)
        from openpyxl.reader.excel import ExcelReader
    except ImportError:
        reader.say("reader-not-installed", kind="Excel", package="openpyxl", extra="excel")
        return (), tuple(reader.problems)
    start = file.read(len(OLD_EXCEL))
    file.seek(0)
    if start[: len(_ZIP)] != _ZIP:
        old = N_("it is an old .xls file, or locked with a password")
        detail = say(old if start == OLD_EXCEL else N_("what is in it is no workbook"))
        reader.say("table-not-readable", kind="Excel", detail=detail)
        return (), tuple(reader.problems)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of parts it leaves out
        try:
            archive = ZipFile(file)
            check_archive(archive, limits)
            book = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
            book.read()
            strings = _strings(archive, book.package)
            reader.formats = _formats(book.wb)
            reader.is_1904 = book.wb.epoch.year == 1904
            sheets = tuple(reader.sheet(archive, sheet, strings) for sheet in book.wb.worksheets)
        except TooLarge as error:
            reader.say("table-too-large", limit=str(error.limit), what=say(error.what))
            return (), tuple(reader.problems)
        except Exception as error:  # a broken file breaks its readers in many ways
            reader.say("table-not-readable", kind="Excel", detail=str(error)[:80] or "?")
            return (), tuple(reader.problems)
    return sheets, ()


OLD_EXCEL: Final = bytes.fromhex("D0CF11E0A1B11AE1")
"""The first bytes of an .xls file, and of any Office file with a password."""
_ZIP: Final = b"PK"
"""The first bytes of an .xlsx file."""


def _seen(file: str, sheet: Sheet) -> tuple[Sheet, list[Problem]]:
    """Return a sheet without what nobody sees, and what was left out."""
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


HIDDEN_SHEET = N_("the sheet is hidden")
HIDDEN_ROW = N_("the row is hidden, by hand or by a filter")
HIDDEN_COLUMN = N_("the column is hidden")
STRUCK = N_("the text is struck out")
PARTLY_STRUCK = N_("a part of the text is struck out")


def _unseen(place: Place, why: str) -> Problem:
    return Problem(FAULTS["left-out-unseen"], place, {"why": say(why)})


class TooLarge(Exception):
    """The file unfolds beyond its limit."""

    def __init__(self, limit: int, what: str) -> None:
        super().__init__(what)
        self.limit, self.what = limit, what


def check_archive(archive: ZipFile, limits: Limits) -> None:
    """Refuse an archive that unfolds beyond its limits, whatever its parts are called.

    TooLarge, or BadZipFile where a part declares entities, which no office program writes.
    """
    parts = archive.infolist()
    if sum(part.file_size for part in parts if not _is_picture(part.filename)) > limits.bytes:
        raise TooLarge(limits.bytes, N_("bytes"))
    for part in parts:
        if part.file_size > 1_000_000 and part.file_size > MAX_RATIO * part.compress_size:
            raise TooLarge(MAX_RATIO * part.compress_size, N_("bytes"))
    for part in parts:
        if _is_picture(part.filename):
            continue
        text = archive.read(part).replace(b"\0", b"")
        starts = text[:2] in (b"\xff\xfe", b"\xfe\xff") or text.lstrip()[:1] in (b"<", b"\xef")
        if starts and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
            raise BadZipFile(f"{part.filename} declares entities")


def _is_picture(name: str) -> bool:
    return "/media/" in name and name.lower().endswith(_PICTURES)


_PICTURES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".bmp",
    ".emf",
    ".wmf",
    ".tif",
    ".tiff",
    ".svg",
    ".webp",
)


def covered(cells: tuple[Cell, ...]) -> int:
    """How many places cells cover, joined ones as far as the sheet goes; overlaps count anew."""
    bottom = max((cell.row for cell in cells), default=0)
    right = max((cell.column for cell in cells), default=0)
    return sum(
        (min(cell.last_row, bottom) - cell.row + 1)
        * (min(cell.last_column, right) - cell.column + 1)
        for cell in cells
    )


# --- strings and styles -------------------------------------------------------------------------

_Words: TypeAlias = tuple[str, bool, bool]
"""What a string says, and whether all of it, or a part, is struck out."""
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def _strings(archive: ZipFile, package: Any) -> list[_Words]:
    """Return the texts that cells share."""
    from openpyxl.xml.constants import SHARED_STRINGS

    part = package.find(SHARED_STRINGS)
    if part is None:
        return []
    found = []
    with archive.open(part.PartName.removeprefix("/")) as source:
        for _, node in iterparse(source):
            if _tag(node) == "si":
                found.append(_words(node))
                node.clear()
    return found


def _words(node: Element) -> _Words:
    """Return what a text says without its runs that are struck out; what shows how to read it aloud is none of it."""
    said, struck = list[str](), list[str]()
    for part in node:
        if _tag(part) == "t":
            said.append(part.text or "")
        elif _tag(part) == "r":
            marks = [mark for props in part if _tag(props) == "rPr" for mark in props]
            text = "".join(t.text or "" for t in part if _tag(t) == "t")
            if any(
                _tag(mark) in ("strike", "dstrike") and _on(mark.get("val", "1")) for mark in marks
            ):
                struck += [text] if text.strip() else []
            else:
                said.append(text)
    text = "".join(said)
    whole = bool(struck) and not text.strip()
    return _plain("".join(struck) if whole else text), whole, bool(struck) and not whole


def _plain(text: str) -> str:
    """Return what stands for signs that XML cannot hold: `_x000D_`."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _tag(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _on(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _formats(book: "Workbook") -> list[tuple[Format, bool]]:
    """How cells of each style show their number, and whether they are struck out."""
    known: dict[str, Format] = {}
    found = []
    for style in book._cell_styles:  # type: ignore[attr-defined]  # no other way to all of them
        code = _format_code(style.numFmtId, book._number_formats)  # type: ignore[attr-defined]
        shape = known.get(code) or known.setdefault(code, Format(code))
        font = book._fonts[style.fontId]  # type: ignore[attr-defined]
        found.append((shape, bool(font.strike)))
    return found


def _format_code(number: int, own: Sequence[str]) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if number >= 164:
        return own[number - 164]
    return _CHINESE.get(number) or BUILTIN_FORMATS.get(number, "General")


_CHINESE: Final = {
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: 'h"时"mm"分"',
    35: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: 'h"时"mm"分"',
    56: 'h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
"""Formats that Chinese Excel has by number alone: 3月23日 is stored in number 58."""

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

    def say(self, fault: str, place: Place | None = None, **values: Value) -> None:
        self.problems.append(Problem(FAULTS[fault], place or Place(self.file), values))

    def sheet(self, archive: ZipFile, sheet: Any, strings: Sequence[_Words]) -> Sheet:
        """Read one sheet from its own part of the archive."""
        name, part, state = sheet.title, sheet._worksheet_path, sheet.sheet_state
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
        strings: Sequence[_Words],
    ) -> Iterator[Cell]:
        row = column = 0
        data: Element | None = None
        for event, node in nodes:
            tag = _tag(node)
            if event == "start":
                if tag == "sheetData":
                    data = node
                elif tag == "row":
                    row, column = _number(node.get("r"), row + 1), 0
                    self._count(row)
                    if _on(node.get("hidden")) or node.get("ht") == "0":
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
            elif tag == "col" and (_on(node.get("hidden")) or node.get("width") == "0"):
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
        strings: Sequence[_Words],
    ) -> Cell | None:
        parts = {_tag(part): part for part in node}
        kind, said = node.get("t", "n"), _words(parts["is"]) if "is" in parts else None
        value = parts["v"].text if "v" in parts else None
        if value is None and said is None:
            if "f" in parts:
                self.say("formula-without-value", self._place(name, row, column))
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
            self.say("error-value", self._place(name, row, column), text=str(value))
            return None
        elif kind == "b":
            shown = ShownCell("TRUE" if value == "1" else "FALSE")
        elif kind in ("str", "d"):
            shown = ShownCell(_plain(value or ""))
        else:
            shown = shape.show(value or "", is_1904=self.is_1904)
        if shown is None or shown.lost:
            fault, told = ("digits-lost", shown.text) if shown else ("shown-otherwise", shape.code)
            self.say(fault, self._place(name, row, column), text=told)
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
    """What is found beside the cells of a sheet."""

    joined: dict[_Address, _Address] = field(default_factory=dict)
    """The first cell of each joined stretch, and its last."""
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    struck: set[_Address] = field(default_factory=set)
    partly: set[_Address] = field(default_factory=set)


def _on_top(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Leave out what stands under a joined cell: nobody sees it."""
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


# --- a file that was made ------------------------------------------------------------------------


def workbook_bytes(book: "Workbook") -> bytes:
    """Return the bytes of a workbook. OSError where its temporary files cannot be written."""
    data = io.BytesIO()
    with temporary_files():
        book.save(data)
    return data.getvalue()


@contextmanager
def temporary_files() -> Iterator[None]:
    """Give an OSError where openpyxl cannot write the files in which it keeps sheets.

    Where the disk is full, lxml says it in an error of its own.
    """
    try:
        yield
    except Exception as error:
        if type(error).__name__ != "SerialisationError":
            raise
        raise OSError(f"a temporary file: {error}") from None

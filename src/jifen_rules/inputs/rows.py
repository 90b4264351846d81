"""Files of rows (JSON Lines, CSV, Excel) -> rows of plain values by their headings, in their order.

Whatever cannot be read costs its own row and is told with its place; numbers keep the digits they were
written with. Knows what headings are called, and nothing of what a row means.
"""

import codecs
import io
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn, TypeAlias
from zipfile import is_zipfile

from ..core.faults import FAULTS
from ..core.message import N_, Message, Value, say
from ..core.problem import EventError, Place, Problem
from ..core.sentences import translate
from .headings import ASIDE, Headings
from .reasons import DAMAGED, NO_HEADING, NOT_A_ROW, OPEN_QUOTE
from .workbook import (
    HIDDEN_ROW,
    HIDDEN_SHEET,
    OLD_EXCEL,
    PARTLY_STRUCK,
    STRUCK,
    Cell,
    Sheet,
    column_letters,
    open_workbook,
)

MAX_LINE = 1_000_000
BLOCK = 1 << 16
"""How much of a file is read at a time: what is held of it beside what it says."""

Row: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows under the same headings, each a list of its cells; of JSON (no headings), mappings."""

    lines: Sequence[int]
    rows: Sequence[Any]
    header: tuple[str, ...] | None = None
    sheet: str = ""
    year: int = 0
    """The year that stands above the headings, for days that name none; 0 for no year."""
    columns: tuple[int, ...] = ()
    """The number of each column in its sheet."""

    def place(self, file: str, line: int, index: int = -1) -> Place:
        """Return the place of a row, or of the cell under a heading."""
        if not self.sheet:
            return Place(file, line, 1)
        column = self.columns[index] if index >= 0 else 0
        return Place(file, line, column, 1, f"{self.sheet}!{column_letters(column)}{line}")


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A row that cannot be used: its text, the reason (a message's id), the place."""

    text: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader of a file should know; no row is lost by it."""

    place: Place
    text: Message


Part: TypeAlias = Block | Spoilt | Notice


def read_parts(source: Path | BinaryIO, headings: Headings) -> Iterator[Part]:
    """Give the rows of a file, and what else is to be said of it, in their order.

    Excel files are known by their first bytes, tables by their name or by a first line that is no JSON.
    OSError if the file cannot be opened, EventError (D501 to D503) if nothing in it can be read.
    """
    name = str(source) if isinstance(source, Path) else "-"
    with _opened(source) as file:
        ending = Path(name).suffix.lower()
        if ending in _BOOKS or (ending not in _LINES and _is_book(file)):
            yield from _workbook_parts(name, file, headings)
            return
        encoding = find_encoding(_blocks(file))
        file.seek(0)
        texts = _texts(file, encoding)
        first = next(texts, "")
        if ending in _TABLES or (ending not in _LINES and _is_table(first, headings)):
            yield from _table_parts(name, _chained(first, texts), headings)
        else:
            yield from _json_parts(name, _chained(first, texts))


_TABLES: Final = (".csv", ".tsv", ".tab")
_BOOKS: Final = (".xlsx", ".xlsm", ".xls")
_LINES: Final = (".jsonl", ".ndjson")

# --- a file, so much at a time ------------------------------------------------------------------

MAX_PIPE: Final = 400_000_000
"""How much is taken from what can be read only once."""


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    """Open a file that can be read twice. A device that never ends is no file (OSError)."""
    if not isinstance(source, Path):
        yield source if source.seekable() else _held(source, "-")
        return
    with source.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        is_device = (stat.S_ISCHR(mode) or stat.S_ISBLK(mode)) and not file.isatty()
        if is_device and not os.path.samefile(source, os.devnull):
            raise OSError(22, "no file", str(source))
        yield file if stat.S_ISREG(mode) else _held(file, str(source))


def _held(file: BinaryIO, name: str) -> BinaryIO:
    data = file.read(MAX_PIPE + 1)
    if len(data) > MAX_PIPE:
        values: dict[str, Value] = {"limit": str(MAX_PIPE), "what": say(N_("bytes"))}
        raise EventError([Problem(FAULTS["table-too-large"], Place(name), values)])
    return io.BytesIO(data)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines, but of UTF-16: in no other encoding that is read here is the end of a line a part of a sign."""
    while block := file.read(BLOCK):
        yield block + file.readline()


def _texts(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Return the text of a file, in whole lines. A damaged byte is half a surrogate, which no text has."""
    if encoding.startswith("utf-16"):
        yield from _wide_texts(file, encoding)
        return
    for block in _blocks(file):
        yield _decoded(block, encoding)
        encoding = encoding.removesuffix("-sig")


def _wide_texts(file: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("jifen.damaged")
    rest = ""
    while block := file.read(BLOCK):
        rest += decoder.decode(block)
        whole, newline, rest = rest.rpartition("\n")
        if newline:
            yield whole + newline
    if rest := rest + decoder.decode(b"", True):
        yield rest


def _damaged(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff" * (error.end - error.start), error.end


codecs.register_error("jifen.damaged", _damaged)


def _decoded(block: bytes, encoding: str) -> str:
    """Half a sign at the end is one sign that cannot be read, and takes nothing with it that stands after it."""
    try:
        return block.decode(encoding)
    except UnicodeDecodeError:
        return (block + _ENDS).decode(encoding, "jifen.damaged").removesuffix(_ENDS.decode())


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ENDS = b"\n\n\n"
"""As many as a sign of four bytes may lack, and none of them part of a sign."""
_HURT = re.compile("[\ud800-\udfff\0\ufffd]")
_HALF = re.compile("[\ud800-\udfff]")


def _is_hurt(text: str) -> bool:
    """Whether somewhere in a long text something is damaged."""
    return "\udcff" in text or "\ufffd" in text or "\0" in text


def is_damaged(text: str) -> bool:
    """Whether a text was made of damaged bytes, or holds what an earlier damage left."""
    return _HURT.search(text) is not None


def shown(text: str) -> str:
    """Return a text that may be damaged, as it can be printed."""
    return _HALF.sub("\ufffd", text)


def _chained(first: str, rest: Iterable[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest


# --- encodings ----------------------------------------------------------------------------------

_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")


def decode_text(data: bytes) -> str:
    """Read what a program saved as text: UTF-8, UTF-16 or GB18030; a damaged byte is U+FFFD."""
    return shown("".join(_texts(io.BytesIO(data), find_encoding([data]))))


def find_encoding(blocks: Iterable[bytes]) -> str:
    """Tell the encoding of a whole file by what stands in it: UTF-8, UTF-16 or GB18030.

    One byte that is damaged speaks against UTF-8, and every letter for it.
    """
    even = odd = size = letters = wrong = pairs = 0
    chinese = True
    for number, block in enumerate(blocks):
        if not number and block[:2] in _WIDE:
            return "utf-16"
        if b"\0" in block:
            lone = block if size % 2 == 0 else b"\1" + block
            even, odd = even + lone[::2].count(0), odd + lone[1::2].count(0)
        size += len(block)
        if block.isascii():
            continue
        if not number:
            block = block.removeprefix(codecs.BOM_UTF8)
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            found = _LETTER.findall(block)
            long = sum(len(letter) > 2 for letter in found)
            letters, pairs = letters + long, pairs + len(found) - long
            wrong += _count(block, _HIGH_BYTES) - sum(map(len, found))
        else:
            letters, pairs = letters + _count(block, _LONG), pairs + _count(block, _SHORT)
        chinese = chinese and not letters and _is_gb2312(block)
    if (even or odd) and min(even, odd) * 20 <= max(even, odd) and max(even, odd) * 20 >= size:
        return "utf-16-be" if even > odd else "utf-16-le"
    if wrong > letters + pairs // 4 or (not letters and pairs and chinese):
        return "gb18030"
    return "utf-8-sig"


_HIGH_BYTES, _LONG, _SHORT = (
    bytes(range(128, 256)),
    bytes(range(0xE0, 0xF5)),
    bytes(range(0xC2, 0xE0)),
)


def _count(block: bytes, some: bytes) -> int:
    """How many bytes of a block are among some."""
    return len(block) - len(block.translate(None, some))


def _is_gb2312(block: bytes) -> bool:
    """Whether what is not ASCII are words of at least two Chinese characters, as GB2312 has them."""
    if any(len(run) < 4 or len(run) % 2 for run in _HIGH.findall(block)):
        return False
    try:
        block.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


# --- CSV ----------------------------------------------------------------------------------------

_SEPARATORS: Final = (",", "\t", ";", "，", "；", "|")
_TITLES: Final = 10
"""So many rows may stand above the headings."""
MAX_LINES: Final = 300
"""So many lines a cell between quotation marks may have."""
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年")


def _is_table(first: str, headings: Headings) -> bool:
    head = first.lstrip("\ufeff \t\r\n")[:20_000]
    if head[:1] in ("", "{", "["):
        return False
    lines = re.split("\r\n|\r|\n", head)[:_TITLES]
    return any(headings.known(line.split(sep)) >= 2 for line in lines for sep in _SEPARATORS)


def _table_parts(name: str, texts: Iterator[str], headings: Headings) -> Iterator[Part]:
    header: tuple[str, ...] | None = None
    year, above, held = 0, list[tuple[int, list[str]]](), list[Spoilt]()
    for part in _records(name, texts, headings):
        if isinstance(part, Spoilt):
            if header is None and above:
                held.append(part)
            else:
                yield part
            continue
        lines, rows = part
        if header is None and rows:
            at = next((n for n, row in enumerate(rows) if headings.known(row) >= 2), None)
            start = min(_TITLES, len(rows)) if at is None else at
            above += zip(lines[:start], rows[:start])
            lines, rows = lines[start:], rows[start:]
            if at is None and len(above) < _TITLES:
                continue
            if at is None:
                header = _shown_row(above[0][1])
                yield from _in_file_order(above[1:], held, header)
            else:
                header = _shown_row(rows[0])
                year = _year_above([cell for _, row in above for cell in row])
                yield from sorted((*_left_above(name, above), *held), key=_line)
                lines, rows = lines[1:], rows[1:]
        if header is not None and rows:
            yield Block(lines, rows, header, year=year)
    if header is None and above:
        yield from _in_file_order(above[1:], held, _shown_row(above[0][1]))


def _in_file_order(
    rows: Iterable[tuple[int, list[str]]], spoilt: Iterable[Spoilt], header: tuple[str, ...]
) -> Iterator[Part]:
    """Give rows that were held back, with what was spoilt between them.

    No headings are known: the first row stands for them.
    """
    blocks = (Block((line,), [row], header) for line, row in rows)
    parts: list[Block | Spoilt] = [*blocks, *spoilt]
    yield from sorted(parts, key=_line)


def _line(part: Block | Spoilt) -> int:
    return part.lines[0] if isinstance(part, Block) else part.place.line


def _shown_row(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(shown, cells))


def _year_above(cells: Iterable[str]) -> int:
    found = [int(year) for cell in cells for year in _YEAR.findall(cell)]
    return found[0] if len(set(found)) == 1 else 0


def _left_above(name: str, above: Iterable[tuple[int, list[str]]]) -> Iterator[Spoilt]:
    """Return what stands above the headings: a title in one cell is none of the rows, anything more is."""
    for line, cells in above:
        if len([cell for cell in cells if cell.strip()]) > 1:
            yield Spoilt(",".join(map(shown, cells)), NOT_A_ROW, Place(name, line, 1))


_Records: TypeAlias = tuple[Sequence[int], list[list[str]]]


def _records(name: str, texts: Iterator[str], headings: Headings) -> Iterator[_Records | Spoilt]:
    """Return the cells of each line of a CSV file, many at a time; what has no cells at all is no line."""
    start, held, sep, width = 1, "", "", 0
    text = next(texts, "")
    while text or held:
        following = next(texts, "")
        text = held + text.replace("\r\n", "\n").replace("\r", "\n")
        if not sep:
            sep, text, start = _separator(text, headings, start)
        whole = text.removesuffix("\n")
        lines = whole.split("\n") if whole or text else []
        is_hurt = _is_hurt(text)
        if '"' not in text and not is_hurt:
            held, rows = "", [line.split(sep) for line in lines]
            if rows:
                width = width or len(rows[0])
                yield _filled(range(start, start + len(rows)), rows)
            start += len(lines)
        else:
            quoted = _Quoted(name, lines, start, sep, width, last=not following, is_hurt=is_hurt)
            yield from quoted.records()
            width = quoted.width
            held, start = quoted.rest(), quoted.next_line
        text = following


def _filled(lines: Sequence[int], rows: list[list[str]]) -> _Records:
    """Leave out lines without cells."""
    if all(map(str.strip, map("".join, rows))):
        return lines, rows
    kept = [(line, row) for line, row in zip(lines, rows) if _says(row)]
    return [line for line, _ in kept], [row for _, row in kept]


def _says(row: list[str]) -> bool:
    return bool("".join(row).strip())


def _separator(text: str, headings: Headings, start: int) -> tuple[str, str, int]:
    """Return what stands between cells: what a `sep=` line says, else that under which the headings are known."""
    text = text.removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"')
    if said.lower().startswith("sep=") and len(said) <= 5:
        return said[4:] or ",", rest, start + 1
    lines = [line for line in text[:20_000].split("\n") if line.strip()][:_TITLES]
    best = max(
        _SEPARATORS,
        key=lambda sep: max((headings.known(_bare(line, sep)) for line in lines), default=0),
    )
    known = any(headings.known(_bare(line, best)) >= 2 for line in lines)
    return best if known else _usual(lines[:1]), text, start


def _usual(lines: list[str]) -> str:
    found = [sep for sep in _SEPARATORS if lines and sep in lines[0]]
    return found[0] if found else ","


def _bare(line: str, sep: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(sep)]


class _Quoted:
    """Lines among which quotation marks stand, or damaged bytes.

    A cell between quotation marks ends with one that a separator or the end of a line follows, and holds no
    line that is a row by itself; else its row cannot be read, and the next line is a row again.
    """

    def __init__(
        self,
        name: str,
        lines: list[str],
        start: int,
        sep: str,
        width: int,
        *,
        last: bool,
        is_hurt: bool,
    ) -> None:
        """`last` says that no lines follow, `is_hurt` that some byte of these is damaged."""
        self.name, self.lines, self.start, self.sep = name, lines, start, sep
        self.width, self.last, self.is_hurt, self.at = width, last, is_hurt, 0
        self.cell = re.compile(
            rf'[ \t]*"((?:[^"]++|"")*+)"[ \t]*(?={re.escape(sep)}|\n|\Z)'
            if sep.strip()
            else rf'[ ]*"((?:[^"]++|"")*+)"[ ]*(?={re.escape(sep)}|\n|\Z)'
        )

    @property
    def next_line(self) -> int:
        """The number of the first line that was not taken."""
        return self.start + self.at

    def rest(self) -> str:
        """Return the lines that were not taken, since their end has not been seen."""
        left = self.lines[self.at :]
        return "".join(f"{line}\n" for line in left)

    def records(self) -> Iterator[_Records | Spoilt]:
        """Give the rows, and what is none in its place."""
        numbers, rows = list[int](), list[list[str]]()
        while self.at < len(self.lines):
            line = self.lines[self.at]
            number, taken = self.next_line, 1
            cells: list[str] | None = line.split(self.sep)
            if '"' in line:
                cells, taken = self._cells(line)
                if not taken:
                    break
            text = "\n".join(self.lines[self.at : self.at + taken]) if taken > 1 else line
            self.at += taken
            damaged = DAMAGED if self.is_hurt and is_damaged(text) else ""
            reason = OPEN_QUOTE if cells is None else damaged
            if reason and (self.width or cells is None):
                yield from ([(numbers, rows)] if rows else [])
                numbers, rows = [], []
                yield Spoilt(shown(text), reason, Place(self.name, number, 1))
            elif cells is not None and _says(cells):
                self.width = self.width or len(cells)
                numbers.append(number)
                rows.append(cells)
        if rows:
            yield numbers, rows

    def _cells(self, line: str) -> tuple[list[str] | None, int]:
        """Return the cells of the row that begins here, None if it is none; and how many lines it has, 0 if that is not seen yet."""
        text, lines, at, cells = line, 1, 0, list[str]()
        while True:
            if not text[at : at + 64].lstrip(" ").startswith('"') and text[at : at + 1] != '"':
                end = text.find(self.sep, at, self._line_end(text, at))
                stop = end if end >= 0 else self._line_end(text, at)
                cells.append(text[at:stop])
            else:
                found = self.cell.match(text, at)
                if found is None and lines == 1:
                    window = self.lines[self.at : self.at + MAX_LINES]
                    if (
                        not self.last
                        and len(window) < MAX_LINES
                        and sum(map(len, window)) < MAX_LINE
                    ):
                        return None, 0
                    text, lines = "\n".join(window), len(window)
                    found = self.cell.match(text, at)
                if found is None or self._swallows(found[0]):
                    return None, 1
                cells.append(found[1].replace('""', '"'))
                stop = found.end()
            if not text.startswith(self.sep, stop):
                return cells, text.count("\n", 0, stop) + 1
            at = stop + len(self.sep)

    @staticmethod
    def _line_end(text: str, at: int) -> int:
        end = text.find("\n", at)
        return end if end >= 0 else len(text)

    def _swallows(self, cell: str) -> bool:
        """Whether some line within a cell is a row by itself."""
        _, *inner = cell.split("\n")
        return any(self._is_row(line) for line in inner)

    def _is_row(self, line: str) -> bool:
        cells = line.split(self.sep)
        if len(cells) < 2:
            return False
        return len(cells) == self.width or any(_DATED.match(cell.strip()) for cell in cells)


_DATED = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")


# --- Excel --------------------------------------------------------------------------------------


def _is_book(file: BinaryIO) -> bool:
    """Whether a file is one of Excel, whatever its name says."""
    start = file.read(8)
    found = start == OLD_EXCEL or (start[:4] == b"PK\3\4" and is_zipfile(file))
    file.seek(0)
    return found


def _workbook_parts(name: str, file: BinaryIO, headings: Headings) -> Iterator[Part]:
    sheets, problems = open_workbook(name, file)
    if problems:
        raise EventError(problems)
    tables = [sheet for sheet in sheets if _has_headings(sheet, headings)]
    for sheet in sheets:
        if sheet in tables or (not tables and not sheet.hidden):
            yield from _sheet_parts(name, sheet, headings)
        elif sheet.cells and not _is_aside(sheet):
            text = N_("the sheet {name} has no headings that are known, and is left out")
            yield Notice(Place(name, 0, 0, 1, sheet.name), say(text, name=sheet.name))


def _is_aside(sheet: Sheet) -> bool:
    """Whether a sheet says of itself that no records are on it, as those of `jifen ledger` do."""
    return sheet.cells[0].text in (translate(ASIDE, "en"), translate(ASIDE, "zh"))


def _has_headings(sheet: Sheet, headings: Headings) -> bool:
    return any(headings.known(_texts_in(cells)) >= 2 for _, cells in _rows_of(sheet, _TITLES))


def _rows_of(sheet: Sheet, most: int = 0) -> Iterator[tuple[int, dict[int, Cell]]]:
    """Return the cells of each row by column; what stands in joined cells holds for each row and column of them."""
    rows: dict[int, dict[int, Cell]] = {}
    bottom = sheet.cells[-1].row if sheet.cells else 0
    right = max((cell.column for cell in sheet.cells), default=0)
    for cell in sheet.cells:
        for row in range(cell.row, min(cell.last_row, bottom) + 1):
            for column in range(cell.column, min(cell.last_column, right) + 1):
                rows.setdefault(row, {})[column] = cell
        if most and len(rows) > most:
            break
    return iter(sorted(rows.items()))


def _spoilt_rows(sheet: Sheet) -> dict[int, tuple[int, str]]:
    """Return the rows with a cell that cannot be taken: the column of the first one, and why."""
    spoilt: dict[int, tuple[int, str]] = {}
    for problem in sheet.problems:
        spoilt.setdefault(problem.place.line, (problem.place.column, _REASONS[problem.fault.name]))
    for marked, reason in ((sheet.struck, STRUCK), (sheet.partly_struck, PARTLY_STRUCK)):
        for row, column in sorted(marked):
            spoilt.setdefault(row, (column, reason))
    return spoilt


def _sheet_parts(name: str, sheet: Sheet, headings: Headings) -> Iterator[Part]:
    if sheet.hidden:
        text = f"{sheet.name} ({len({cell.row for cell in sheet.cells})})"
        yield Spoilt(text, HIDDEN_SHEET, Place(name, 0, 0, 1, sheet.name))
        return
    rows = dict(_rows_of(sheet))
    spoilt = _spoilt_rows(sheet)
    first = next((n for n, cells in rows.items() if headings.known(_texts_in(cells)) >= 2), None)
    first = min(rows, default=0) if first is None else first
    heads = {column: cell.text for column, cell in rows.get(first, {}).items()}
    columns = sorted(heads)
    places = dict(zip(columns, headings.resolve([heads[column] for column in columns])))
    year = _year_above(
        [sheet.name, *(c.text for n, r in rows.items() if n < first for c in r.values())]
    )
    for column in sorted(sheet.hidden_columns.intersection(columns)):
        yield Notice(
            Place(name, first, column, 1, f"{sheet.name}!{column_letters(column)}{first}"),
            say(N_("the column {name} is hidden; it is read"), name=heads[column]),
        )
    lines, block = list[int](), list[list[str]]()
    for number in sorted(rows.keys() | spoilt.keys()):
        cells = rows.get(number, {})
        if number == first or (number < first and len({*map(id, cells.values())}) <= 1):
            continue
        column, reason = spoilt.get(number, (0, ""))
        if number < first or number in sheet.hidden_rows:
            column, reason = 0, NOT_A_ROW if number < first else HIDDEN_ROW
        elif not reason:
            column, reason = _wrong_cell(cells, places, headings)
        if reason:
            text = ",".join(_texts_in(cells)) or f"{sheet.name}!{number}"
            place = Place(name, number, column, 1, f"{sheet.name}!{column_letters(column)}{number}")
            yield Spoilt(text, reason, place)
            continue
        lines.append(number)
        block.append([_cell_text(cells.get(column), places[column]) for column in columns])
    if block:
        yield Block(
            lines,
            block,
            tuple(heads[column] for column in columns),
            sheet.name,
            year,
            tuple(columns),
        )


_NUMBERS: Final = ("quantity", "points")


def _cell_text(cell: Cell | None, column: str) -> str:
    """Return what a cell says; in a column of numbers without the words that its format puts around it."""
    if cell is None:
        return ""
    return cell.figure if cell.figure and column in _NUMBERS else cell.text


def _texts_in(cells: Mapping[int, Cell]) -> list[str]:
    return [cell.text for _, cell in sorted(cells.items())]


def _wrong_cell(
    cells: Mapping[int, Cell], places: Mapping[int, str], headings: Headings
) -> tuple[int, str]:
    for column, cell in sorted(cells.items()):
        if column not in places:
            return column, NO_HEADING
        if cell.text in ("TRUE", "FALSE") and places[column] in headings.own:
            return column, _TRUTH
    return 0, ""


_TRUTH = N_("TRUE or FALSE stands where a word or a number is asked for")
_REASONS: Final = {
    "formula-without-value": N_("a cell holds a formula and no worked out value"),
    "shown-otherwise": N_("a cell shows its number in a way that is not understood"),
    "error-value": N_("a cell shows an error"),
    "digits-lost": N_("a number has more digits than the program keeps; its last ones are lost"),
}


# --- JSON Lines ---------------------------------------------------------------------------------


def _json_parts(name: str, texts: Iterable[str]) -> Iterator[Part]:
    start = 1
    for text in texts:
        whole = text.rstrip()
        rows = _rows_at_once(whole) if len(text) <= MAX_LINE and not _is_hurt(whole) else None
        if rows is not None:
            yield Block(range(start, start + len(rows)), rows)
        else:
            yield from _json_lines(name, text, start)
        start += text.count("\n")


def _json_lines(name: str, text: str, start: int) -> Iterator[Part]:
    for number, line in enumerate(text.split("\n"), start):
        if not (line := line.strip()):
            continue
        row = _json_row(line)
        if isinstance(row, str):
            reason = DAMAGED if is_damaged(line) else NOT_A_ROW
            yield Spoilt(shown(row), reason, Place(name, number, 1))
        else:
            yield Block((number,), [row])


def _rows_at_once(text: str) -> list[Row] | None:
    """Read lines as one list, or not at all where a line alone might be read as something else.

    As many objects as lines and as many `{`, and each line after the first begins with one: then
    every object is in a line of its own, for no end of a line may stand within a text. As many
    colons as keys: then none stands twice.
    """
    lines, listed = text.count("{"), text.replace("\n{", ",\n{")
    if not lines == text.count("\n") + 1 == len(listed) - len(text) + 1:
        return None
    if "\\" in text and _SURROGATE.search(text):
        return None
    try:
        rows = _PLAIN.decode(f"[{listed}]")
        if len(rows) != lines or {*map(type, rows)} != {dict}:
            return None
        keys: int = sum(map(len, rows))
        found: list[Row] = rows if text.count(":") == keys else _STRICT.decode(f"[{listed}]")
    except (ValueError, RecursionError):
        return None
    return found


def _json_row(line: str) -> Row | str:
    if len(line) > MAX_LINE or is_damaged(line):
        return line[:200] if len(line) > MAX_LINE else line
    try:
        row = _STRICT.decode(line)
        if _SURROGATE.search(line):
            json.dumps(row, ensure_ascii=False).encode()  # half a sign is no text
    except (ValueError, RecursionError):
        return line
    return row if isinstance(row, dict) else line


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build an object; a key that stands twice makes the line unreadable."""
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a key stands twice")
    return row


_PLAIN = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse)
_STRICT = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=_once
)

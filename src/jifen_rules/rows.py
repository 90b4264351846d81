"""JSON Lines, CSV and Excel sheets -> rows of plain values, in their order.

A line that is no row is given as text, so that it can be told by its content; numbers
keep the digits they were written with. Refuses nothing else: what a row means is for
`intake` and `roster` to say.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NoReturn

from .problem import EventError, Problem
from .vocabulary import COLUMNS, english
from .workbook import Sheet, read_workbook

MAX_LINE = 1_000_000
BLOCK = 1 << 16
"""How much of a file is read at a time: what is held of it beside what it says."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

Row = dict[str, object]


def read_rows(path: Path) -> Iterator[Row | str]:
    """Give each row of a `.csv` or `.xlsx` file, or of JSON Lines under any other name.

    CSV may be UTF-8, with or without a byte order mark, or GB18030. Of Excel every sheet is
    read, each under its own headings; a row with a cell that cannot be read is given as text.
    OSError if the file cannot be opened, EventError (D501 to D503) if it is no Excel file.
    """
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return _workbook_rows(path)
    if is_table(path):
        return _table_rows(path)
    return chain.from_iterable(_json_blocks(path))


def read_lines(text: str) -> Iterator[Row | str]:
    """Give each row of JSON Lines."""
    return chain.from_iterable(map(_json_rows, _blocks_of(text)))


def is_table(path: Path) -> bool:
    """Whether a file is to be read by `read_table`."""
    return path.suffix.lower() == ".csv"


def read_table(path: Path) -> tuple[list[str], Iterator[list[str] | str]]:
    """Give the headings of a CSV file, and its rows: cells in their order, or what is no row as text."""
    rows = _cells(path)
    header = next(rows)
    return ([], iter([header])) if isinstance(header, str) else (header, rows)


def decode_text(data: bytes) -> str:
    """Read what a spreadsheet saved as CSV: UTF-8, else GB18030; any bytes are some text."""
    return _decoded(data, _encoding([data]))


# --- a file, so much at a time ------------------------------------------------------------------


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines: in no encoding that is read here is the end of a line a part of a sign."""
    while block := file.read(BLOCK):
        yield block + file.readline()


def _texts(file: BinaryIO, encoding: str) -> Iterator[str]:
    for block in _blocks(file):
        yield _decoded(block, encoding)
        encoding = encoding.removesuffix("-sig")


def _decoded(block: bytes, encoding: str) -> str:
    """Half a sign at the end is one sign that cannot be read, and takes nothing with it that stands after it."""
    return (block + _ENDS).decode(encoding, errors="replace").removesuffix(_ENDS.decode())


_ENDS = b"\n\n\n"
"""As many as a sign of four bytes may lack, and none of them part of a sign."""


def _blocks_of(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start + BLOCK) + 1 or len(text)
        yield text[start:end]
        start = end


def _encoding(blocks: Iterable[bytes]) -> str:
    try:
        for block in blocks:
            block.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


# --- CSV ----------------------------------------------------------------------------------------


def _csv_lines(path: Path) -> Iterator[str]:
    with path.open("rb") as opened:
        file = opened if opened.seekable() else io.BytesIO(opened.read())
        encoding = _encoding(_blocks(file))
        file.seek(0)
        for text in _texts(file, encoding):
            yield from io.StringIO(text.replace("\0", "\ufffd"), newline="")


def _table_rows(path: Path) -> Iterator[Row | str]:
    header, lines = read_table(path)
    for cells in lines:
        yield cells if isinstance(cells, str) else dict(zip(header, cells))


def _cells(path: Path) -> Iterator[list[str] | str]:
    reader = csv.reader(_csv_lines(path))
    try:
        header = next(reader, [])
        yield header
        for cells in reader:
            if any(map(str.strip, cells)):
                yield cells if len(cells) <= len(header) else ",".join(cells)
    except csv.Error as error:
        yield f"line {reader.line_num}: {error}"


# --- Excel --------------------------------------------------------------------------------------


def _workbook_rows(path: Path) -> Iterator[Row | str]:
    sheets, problems = read_workbook(path)
    if any(not problem.place.cell for problem in problems):
        raise EventError(problems)
    for sheet in sheets:
        yield from _sheet_rows(sheet, problems)


def _sheet_rows(sheet: Sheet, problems: tuple[Problem, ...]) -> Iterator[Row | str]:
    rows: dict[int, dict[int, str]] = {}
    for cell in sheet.cells:  # what stands in joined cells holds for each row and column of them
        last = min(cell.last_row, sheet.cells[-1].row)
        for row in range(cell.row, last + 1):
            rows.setdefault(row, {})[cell.column] = cell.text
    broken = {p.place.line for p in problems if p.place.cell.startswith(f"{sheet.name}!")}
    numbers = sorted(rows.keys() | broken)
    first = next((n for n in numbers if _is_heading(rows.get(n, {}))), min(rows, default=0))
    header = rows.get(first, {})
    for number in numbers:
        cells = rows.get(number, {})
        if number == first or (number < first and len(cells) == 1):
            continue
        if number in broken or number < first or cells.keys() - header.keys():
            yield ",".join(cells.values()) or f"{sheet.name}!{number}"
        else:
            yield {header[column]: text for column, text in cells.items()}


def _is_heading(cells: dict[int, str]) -> bool:
    return sum(english(COLUMNS, text.strip()) in COLUMNS for text in cells.values()) >= 2


# --- JSON Lines ---------------------------------------------------------------------------------


def _json_blocks(path: Path) -> Iterator[list[Row | str]]:
    with path.open("rb") as file:
        yield from map(_json_rows, _texts(file, "utf-8-sig"))


def _json_rows(text: str) -> list[Row | str]:
    """The rows of some lines."""
    rows = _rows_at_once(text.rstrip()) if len(text) <= MAX_LINE else None
    if rows is not None:
        return [*rows]
    return [_json_row(line.strip()) for line in text.split("\n") if line.strip()]


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
    if len(line) > MAX_LINE:
        return line[:200]
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

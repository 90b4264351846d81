"""JSON Lines, CSV and Excel sheets -> rows of plain values, in their order.

A line that is no row is given as text, so that it can be told by its content; numbers
keep the digits they were written with. Refuses nothing else: what a row means is for
`event` and `roster` to say.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from .problem import EventError, Problem
from .vocabulary import COLUMNS, english
from .workbook import Sheet, read_workbook

MAX_LINE = 1_000_000
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

Row = dict[str, object]


def read_rows(path: Path) -> Iterator[Row | str]:
    """Yield each row of a `.csv` or `.xlsx` file, or of JSON Lines under any other name.

    CSV may be UTF-8, with or without a byte order mark, or GB18030. Of Excel every sheet is
    read, each under its own headings; a row with a cell that cannot be read is given as text.
    OSError if the file cannot be opened, EventError (D501 to D503) if it is no Excel file.
    """
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        yield from _workbook_rows(path)
        return
    data = path.read_bytes()
    if path.suffix.lower() == ".csv":
        yield from _csv_rows(decode_text(data))
        return
    yield from read_lines(data.decode("utf-8-sig", errors="replace"))


def read_lines(text: str) -> Iterator[Row | str]:
    """Yield each row of JSON Lines."""
    for line in text.split("\n"):
        if line.strip():
            yield _json_row(line.strip())


def decode_text(data: bytes) -> str:
    """Read what a spreadsheet saved as CSV: UTF-8, else GB18030; any bytes are some text."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _csv_rows(text: str) -> Iterator[Row | str]:
    reader = csv.reader(io.StringIO(text.replace("\0", "\ufffd"), newline=""))
    try:
        header = next(reader, [])
        for cells in reader:
            if any(cell.strip() for cell in cells):
                too_many = len(cells) > len(header)
                yield ",".join(cells) if too_many else dict(zip(header, cells, strict=False))
    except csv.Error as error:
        yield f"line {reader.line_num}: {error}"


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


def _json_row(line: str) -> Row | str:
    if len(line) > MAX_LINE:
        return line[:200]
    try:
        row = json.loads(
            line, parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=_once
        )
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

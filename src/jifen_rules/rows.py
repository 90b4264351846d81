"""JSON Lines and CSV -> rows of plain values, in their order.

A line that is no row is given as text, so that it can be told by its content; numbers
keep the digits they were written with. Refuses nothing else: what a row means is for
`event` and `roster` to say.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

MAX_LINE = 1_000_000

Row = dict[str, object]


def read_rows(path: Path) -> Iterator[Row | str]:
    """Yield each row of a `.csv` file, or of JSON Lines under any other name.

    CSV may be UTF-8, with or without a byte order mark, or GB18030. OSError if the file
    cannot be opened.
    """
    data = path.read_bytes()
    if path.suffix.lower() == ".csv":
        yield from _csv_rows(_decoded(data))
        return
    yield from read_lines(data.decode("utf-8-sig", errors="replace"))


def read_lines(text: str) -> Iterator[Row | str]:
    """Yield each row of JSON Lines."""
    for line in text.split("\n"):
        if line.strip():
            yield _json_row(line.strip())


def _decoded(data: bytes) -> str:
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


def _json_row(line: str) -> Row | str:
    if len(line) > MAX_LINE:
        return line[:200]
    try:
        row = json.loads(
            line, parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=_once
        )
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

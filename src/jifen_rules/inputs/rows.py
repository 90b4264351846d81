"""Files of rows (JSON Lines, CSV, Excel) -> rows of plain values by their headings, in their order.

A row that cannot be read is refused alone, with its place; numbers keep their written digits.
Knows the names of headings, and nothing of the meaning of a row.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from .csv_rows import is_table, table_parts
from .headings import Headings
from .json_rows import json_parts
from .parts import Part
from .sheet_rows import is_book, workbook_parts
from .texts import find_encoding, open_source, put_before, read_blocks, read_texts


def read_parts(source: Path | BinaryIO, headings: Headings) -> Iterator[Part]:
    """Yield the rows and notices of a file, in their order.

    Excel files are recognized by their first bytes, tables by their name or by a first line that is
    no JSON. OSError if the file cannot be opened, EventError (D501 to D503) if nothing in it can be
    read.
    """
    name = str(source) if isinstance(source, Path) else "-"
    with open_source(source) as file:
        ending = Path(name).suffix.lower()
        if ending in _BOOKS or (ending not in _LINES and is_book(file)):
            yield from workbook_parts(name, file, headings)
            return
        encoding = find_encoding(read_blocks(file))
        file.seek(0)
        texts = read_texts(file, encoding)
        first = next(texts, "")
        if ending in _TABLES or (ending not in _LINES and is_table(first, headings)):
            yield from table_parts(name, put_before(first, texts), headings)
        else:
            yield from json_parts(name, put_before(first, texts))


_TABLES: Final = (".csv", ".tsv", ".tab")
_BOOKS: Final = (".xlsx", ".xlsm", ".xls")
_LINES: Final = (".jsonl", ".ndjson")

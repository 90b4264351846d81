"""A report as Markdown or CSV; a picture is its table."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from ...core.message import Value
from ..render.language import Language, markdown_cell, words
from ..render.to_csv import cell_text
from .values import Bars, Line, Page, PageTable, Plain, plain_block


def markdown_blocks(pages: Iterable[Page], language: Language) -> Iterator[bytes]:
    """Yield Markdown, a page at a time: its title as a heading."""
    for page in pages:
        lines = [
            f"# {markdown_cell(words(page.title, language))}",
            markdown_cell(words(page.under, language)),
        ]
        lines += [f"**{markdown_cell(words(page.figure, language))}**"] if page.figure else []
        for block in map(plain_block, page.blocks):
            lines += _markdown(block, language)
        yield ("\n\n".join(lines) + "\n\n").encode()


def _markdown(block: Plain, language: Language) -> Iterator[str]:
    if isinstance(block, Line):
        text = markdown_cell(words(block.text, language))
        yield f"**{text}**" if block.role == "strong" else text
        return
    headings, *rows = rows_of(block, language)
    yield f"## {markdown_cell(words(block.title, language))}"
    marks = ["---:" if number in _figures(block) else "---" for number in range(len(headings))]
    yield "\n".join(
        f"| {' | '.join(map(markdown_cell, row))} |" for row in (headings, marks, *rows)
    )


def csv_blocks(pages: Iterable[Page], language: Language) -> Iterator[bytes]:
    """Yield CSV, a page at a time, after a byte order mark that tells spreadsheets UTF-8."""
    yield b"\xef\xbb\xbf"
    for page in pages:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        for value in (page.title, page.under, page.figure):
            if value:
                writer.writerow([_safe(words(value, language))])
        for block in map(plain_block, page.blocks):
            if isinstance(block, Line):
                writer.writerow([_safe(words(block.text, language))])
            else:
                writer.writerow([_safe(words(block.title, language))])
                writer.writerows(map(_safe, row) for row in rows_of(block, language))
        writer.writerow([])
        yield text.getvalue().encode()


def rows_of(block: PageTable | Bars, language: Language) -> list[list[str]]:
    """Put the rows of a table or picture into words, its headings first."""
    rows: Sequence[Sequence[Value]] = (
        (block.headings, *block.rows)
        if isinstance(block, PageTable)
        else (block.headings, *((bar.label, bar.shown) for bar in block.bars))
    )
    return [[words(cell, language) for cell in row] for row in rows]


def _figures(block: PageTable | Bars) -> frozenset[int]:
    return block.figures if isinstance(block, PageTable) else frozenset({1})


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula.

    A signed number, with its unit, is none.
    """
    return text if _SIGNED.match(text) else cell_text(text)


_SIGNED = re.compile(r"[+-]\d[^-+*/^&|!=<>(]*\Z")

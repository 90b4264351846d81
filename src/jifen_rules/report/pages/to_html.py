"""A report as web pages: each is whole in one file, and prints on A4 or A3."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from html import escape
from importlib.resources import files
from itertools import groupby

from ...core.message import Value
from ..render.language import Language, words
from .pictures import bar_picture, column_picture, mark_pictures
from .values import Bars, Block, Columns, Line, Marked, Page, PageTable, Paper, Shaded, Tone

MANY = 8
"""A page with a table of more rows is printed a little smaller, so that it stays one page."""
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def html_blocks(
    title: Value, pages: Iterable[Page], language: Language, paper: Paper
) -> Iterator[bytes]:
    """Yield a web page in parts: head, each page as a section, end."""
    style = (files(__package__) / "style.css").read_text("utf-8")
    yield (
        f'<!DOCTYPE html>\n<html lang="{_LANGUAGES[language]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_said(title, language)}</title>\n"
        f"<style>\n{style}@page {{ size: {paper.upper()}; }}\n</style>\n</head>\n<body>\n"
    ).encode()
    for page in pages:
        yield "\n".join(_section(page, language)).encode()
    yield b"</body>\n</html>\n"


def _section(page: Page, language: Language) -> Iterator[str]:
    is_busy = any(isinstance(block, PageTable) and len(block.rows) > MANY for block in page.blocks)
    kind = ' class="busy"' if is_busy else ""
    yield f"<section{kind}>\n<h1>{_said(page.title, language)}</h1>"
    yield f'<p class="under">{_said(page.under, language)}</p>'
    if page.figure:
        yield f'<p class="figure">{_said(page.figure, language)}</p>'
    shown = map(_tightened, page.blocks) if is_busy else page.blocks
    for are_pictures, blocks in groupby(shown, lambda block: isinstance(block, Bars)):
        written = ("\n".join(_block(block, language)) for block in blocks)
        if are_pictures:  # side by side, where the page is wide enough
            yield f'<div class="pictures">{"".join(f"<div>{one}</div>" for one in written)}</div>'
        else:
            yield from written
    yield "</section>\n"


def _tightened(block: Block) -> Block:
    """Give a table the widths of a page that is printed small."""
    if isinstance(block, PageTable) and block.tight:
        return replace(block, widths=block.tight)
    return block


def _block(block: Block, language: Language) -> Iterator[str]:
    match block:
        case Line(text=text, role=role):
            yield f'<p class="{role}">{_said(text, language)}</p>'
        case PageTable():
            yield from _table(block, language)
        case Bars():
            yield from _bars(block, language)
        case Marked():
            yield from _marked(block, language)
        case Shaded():
            yield from _shaded(block, language)
        case Columns():
            yield f"<h2>{_said(block.table.title, language)}</h2>"
            yield f'<div class="beside">{column_picture(block, language)}'
            rows = [_cells("td", row, block.table, language) for row in block.table.rows]
            yield from _grid(block.table, block.table.widths, rows, language)
            yield "</div>"


def _table(table: PageTable, language: Language) -> Iterator[str]:
    yield f"<h2>{_said(table.title, language)}</h2>"
    if len(table.widths) == 1:  # of one column: a list, which takes half the height
        items = "".join(f"<li>{_said(cell, language)}</li>" for (cell,) in table.rows)
        kind = ' class="list"' if len(table.rows) > 2 else ""
        yield f"<ul{kind}>{items}</ul>"
        return
    rows = [_cells("td", row, table, language) for row in table.rows]
    yield from _grid(table, table.widths, rows, language)


def _marked(block: Marked, language: Language) -> Iterator[str]:
    """Write the table with one column more, as wide as two sevenths of the page."""
    table, at = block.table, block.at
    yield f"<h2>{_said(table.title, language)}</h2>"
    widths = (*table.widths[:at], 2 * sum(table.widths) // 5, *table.widths[at:])
    rows = []
    for row, picture in zip(table.rows, mark_pictures(block.marks), strict=True):
        cells = _cells("td", row, table, language)
        rows.append([*cells[:at], f'<td class="bar">{picture}</td>', *cells[at:]])
    heading = f'<th class="bar">{_said(block.heading, language)}</th>'
    yield from _grid(table, widths, rows, language, (at, heading), is_whole=True)


def _shaded(block: Shaded, language: Language) -> Iterator[str]:
    table = block.table
    yield f"<h2>{_said(table.title, language)}</h2>"
    rows = [
        _cells("td", row, table, language, tones)
        for row, tones in zip(table.rows, block.tones, strict=True)
    ]
    yield from _grid(table, table.widths, rows, language, is_whole=True)


def _grid(
    table: PageTable,
    widths: Sequence[int],
    rows: Sequence[Sequence[str]],
    language: Language,
    more: tuple[int, str] | None = None,
    *,
    is_whole: bool = False,
) -> Iterator[str]:
    """Write a table of ready cells; `more` is a heading that the table itself does not have.

    One that `is_whole` stays on one printed page where it fits on one.
    """
    whole = sum(widths)
    columns = "".join(f'<col style="width:{100 * width / whole:.1f}%">' for width in widths)
    headings = _cells("th", table.headings, table, language)
    if more is not None:
        headings.insert(*more)
    kind = ' class="whole"' if is_whole else ""
    yield (
        f"<table{kind}>\n<colgroup>{columns}</colgroup>\n"
        f"<thead><tr>{''.join(headings)}</tr></thead>\n<tbody>"
    )
    for row in rows:
        yield f"<tr>{''.join(row)}</tr>"
    yield "</tbody>\n</table>"


def _cells(
    tag: str,
    cells: Sequence[Value],
    table: PageTable,
    language: Language,
    tones: Sequence[Tone] | None = None,
) -> list[str]:
    written = []
    for number, cell in enumerate(cells):
        classes = ["n"] if number in table.figures else []
        if tones is not None and tones[number] != "none":
            classes.append(tones[number])
        kind = f' class="{" ".join(classes)}"' if classes else ""
        written.append(f"<{tag}{kind}>{_said(cell, language)}</{tag}>")
    return written


def _bars(bars: Bars, language: Language) -> Iterator[str]:
    label, shown = (_said(heading, language) for heading in bars.headings)
    yield f"<h2>{_said(bars.title, language)}</h2>\n<table>"
    yield (
        '<colgroup><col style="width:30%"><col style="width:33%"><col style="width:37%"></colgroup>'
    )
    yield (
        f'<thead><tr><th>{label}</th><th class="bar"></th>'
        f'<th class="n">{shown}</th></tr></thead><tbody>'
    )
    longest = max((abs(bar.size) for bar in bars.bars), default=Decimal(0))
    for bar in bars.bars:
        picture = bar_picture(bar.size, longest)
        yield (
            f'<tr><td>{_said(bar.label, language)}</td><td class="bar">{picture}</td>'
            f'<td class="n">{_said(bar.shown, language)}</td></tr>'
        )
    yield "</tbody></table>"


def _said(value: Value, language: Language) -> str:
    return escape(words(value, language))

"""A report as web pages: each is whole in one file, and prints on A4 or A3."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from html import escape
from importlib.resources import files
from itertools import groupby

from ..message import Value
from ..render.language import Language, words
from .values import Bars, Block, Line, Page, Paper, Table

MANY = 8
"""A table of more rows is printed a little smaller, so that a busy page stays one."""
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def html_blocks(
    title: Value, pages: Iterable[Page], language: Language, paper: Paper
) -> Iterator[bytes]:
    """Yield a web page so much at a time: head, each page as a section, end."""
    style = (files("jifen_rules.report") / "style.css").read_text("utf-8")
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
    yield f"<section>\n<h1>{_said(page.title, language)}</h1>"
    yield f'<p class="under">{_said(page.under, language)}</p>'
    if page.figure:
        yield f'<p class="figure">{_said(page.figure, language)}</p>'
    for are_pictures, blocks in groupby(page.blocks, lambda block: isinstance(block, Bars)):
        written = ("\n".join(_block(block, language)) for block in blocks)
        if are_pictures:  # side by side, where the page is wide enough
            yield f'<div class="pictures">{"".join(f"<div>{one}</div>" for one in written)}</div>'
        else:
            yield from written
    yield "</section>\n"


def _block(block: Block, language: Language) -> Iterator[str]:
    match block:
        case Line(text=text, role=role):
            yield f'<p class="{role}">{_said(text, language)}</p>'
        case Table():
            yield from _table(block, language)
        case Bars():
            yield from _bars(block, language)


def _table(table: Table, language: Language) -> Iterator[str]:
    look = ' class="dense"' if len(table.rows) > MANY else ""
    yield f"<h2>{_said(table.title, language)}</h2>\n<table{look}>\n<colgroup>"
    whole = sum(table.widths)
    yield "".join(f'<col style="width:{100 * width / whole:.1f}%">' for width in table.widths)
    yield "</colgroup>\n<thead>" + _row("th", table.headings, table, language) + "</thead>\n<tbody>"
    for row in table.rows:
        yield _row("td", row, table, language)
    yield "</tbody>\n</table>"


def _row(tag: str, cells: tuple[Value, ...], table: Table, language: Language) -> str:
    kinds = (' class="n"' if number in table.figures else "" for number in range(len(cells)))
    said = (f"<{tag}{kind}>{_said(cell, language)}</{tag}>" for kind, cell in zip(kinds, cells))
    return f"<tr>{''.join(said)}</tr>"


def _bars(bars: Bars, language: Language) -> Iterator[str]:
    label, shown = (_said(heading, language) for heading in bars.headings)
    yield f"<h2>{_said(bars.title, language)}</h2>\n<table>"
    yield '<colgroup><col style="width:30%"><col style="width:38%"><col style="width:32%"></colgroup>'
    yield f'<thead><tr><th>{label}</th><th class="bar"></th><th class="n">{shown}</th></tr></thead><tbody>'
    longest = max((abs(bar.size) for bar in bars.bars), default=Decimal(0))
    for bar in bars.bars:
        picture = _picture(bar.size, longest)
        yield (
            f'<tr><td>{_said(bar.label, language)}</td><td class="bar">{picture}</td>'
            f'<td class="n">{_said(bar.shown, language)}</td></tr>'
        )
    yield "</tbody></table>"


def _picture(size: Decimal, longest: Decimal) -> str:
    """Draw a bar; one below zero is hollow, so that it differs in a print without colour."""
    width = float(100 * abs(size) / longest) if longest else 0.0
    look = 'fill="#fff" stroke="#a3261d" stroke-width="2"' if size < 0 else 'fill="#4b6b4f"'
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect x="0.5" y="1" width="{max(width - 1, 0):.2f}" height="8" {look} '
        'vector-effect="non-scaling-stroke"/></svg>'
    )


def _said(value: Value, language: Language) -> str:
    return escape(words(value, language))

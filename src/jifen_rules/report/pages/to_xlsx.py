"""A report as an Excel file: a sheet for each page of the wall, one for all statements.

Needs the extra `excel`; without it an ImportError.
"""

import re
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ...core.message import N_, Value
from ..render.language import Language, translate, words
from ..workbook_file import workbook_bytes
from .to_text_files import rows_of
from .values import Bars, Block, Columns, Line, Page, PageTable, Paper, Plain, Shaded, plain_block
from .xlsx_pictures import add_data_bars, shade_cells

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.worksheet import Worksheet

_Parts: TypeAlias = dict[str, Any]
"""Fonts, borders, fills and sides, by the names that openpyxl gives them."""
COLUMNS = 12
"""The grid of a sheet: the columns of each table span so many of them, by their widths."""
COLUMN_WIDTH = 7.4
FONT = "Microsoft YaHei"
LINE_HEIGHT = 17.0
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


def xlsx_report(
    title: Value, wall: Iterable[Page], statements: Iterable[Page], language: Language, paper: Paper
) -> bytes:
    """Write the workbook. Its properties hold the title alone."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "jifen_rules"
    book.properties.title = _text(title, language)
    book.remove(book.worksheets[0])
    looks: dict[str, StyleArray] = {}
    for page in wall:
        name = _NOT_IN_NAMES.sub(" ", _text(page.under, language))[:31]
        sheet = book.create_sheet(name if name not in book.sheetnames else page.key[:31])
        _write(_Sheet(sheet, looks), [page], language)
        _set_up(sheet, paper, _first_heading(page))
    made = iter(statements)
    if (first := next(made, None)) is not None:
        sheet = book.create_sheet(translate(N_("statements"), language)[:31])
        _write(_Sheet(sheet, looks), chain([first], made), language)
        _set_up(sheet, paper, None)
    return workbook_bytes(book)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet that is written, and the looks of cells of its book, each worked out once.

    To work a look out openpyxl compares it with all others, which for a village takes minutes.
    """

    cells: "Worksheet"
    looks: dict[str, "StyleArray"]

    def dress(self, cell: "Cell | MergedCell", look: str, parts: Callable[[], _Parts]) -> None:
        """Give a cell a look: the same for all that have it, so none of them is changed alone."""
        if look not in self.looks:
            for name, part in parts().items():
                setattr(cell, name, part)
            # openpyxl has no public way to a whole look, nor have its stubs
            self.looks[look] = copy(cell._style)  # type: ignore[union-attr]  # noqa: SLF001
        cell._style = self.looks[look]  # type: ignore[union-attr]  # noqa: SLF001


def _write(on: _Sheet, pages: Iterable[Page], language: Language) -> None:
    from openpyxl.worksheet.pagebreak import Break

    row = 1
    for number, page in enumerate(pages):
        if number:
            on.cells.row_breaks.append(Break(id=row - 1))
        row = _wide(on, row, _text(page.title, language), size=18, bold=True)
        row = _wide(on, row, _text(page.under, language), size=11)
        if page.figure:
            row = _wide(on, row, _text(page.figure, language), size=16, bold=True)
        for block in page.blocks:
            row = _block(on, row, block, language)


def _block(on: _Sheet, row: int, block: Block, language: Language) -> int:
    plain = plain_block(block)
    below = _plain_block(on, row, plain, language)
    if isinstance(block, Shaded):
        shade_cells(on.cells, below - len(block.tones), block.tones, _spans(block.table))
    if isinstance(block, Columns):
        add_data_bars(on.cells, below - len(block.table.rows), block, _spans(block.table))
    return below


def _plain_block(on: _Sheet, row: int, block: Plain, language: Language) -> int:
    if isinstance(block, Line):
        size = 10 if block.role == "note" else 11
        text = _text(block.text, language)
        return _wide(on, row, text, size=size, bold=block.role == "strong")
    row = _wide(on, row + 1, _text(block.title, language), size=13, bold=True)
    figures = block.figures if isinstance(block, PageTable) else frozenset({1})
    spans = _spans(block)
    for number, cells in enumerate(rows_of(block, language)):
        _cells(on, row, cells, spans, figures, is_heading=number == 0)
        row += 1
    return row


def _spans(block: PageTable | Bars) -> list[tuple[int, int]]:
    return spread(block.widths if isinstance(block, PageTable) else (60, 40), COLUMNS)


def spread(widths: tuple[int, ...], columns: int) -> list[tuple[int, int]]:
    """Give each width its first and last column of a grid, at least one each.

    >>> spread((50, 25, 25), 12)
    [(1, 6), (7, 9), (10, 12)]
    """
    columns = max(columns, len(widths))
    edges, whole, used = [0], sum(widths), 0
    for number, width in enumerate(widths, 1):
        used += width
        least, most = edges[-1] + 1, columns - (len(widths) - number)
        edges.append(min(max(round(columns * used / whole), least), most))
    return [(first + 1, last) for first, last in pairwise(edges)]


def _cells(
    on: _Sheet,
    row: int,
    cells: list[str],
    spans: list[tuple[int, int]],
    figures: frozenset[int],
    *,
    is_heading: bool,
) -> None:
    """Write a row of a table."""
    most = 1
    for number, (text, (first, last)) in enumerate(zip(cells, spans)):
        cell = on.cells.cell(row, first)
        value = _number(text) if number in figures and not is_heading else None
        cell.value = _CONTROL.sub("\ufffd", text) if value is None else value
        if value is None:
            cell.data_type = "s"
        if last > first:
            _join(on.cells, row, first, last)
        _dress(on, row, (first, last), is_figure=number in figures, is_heading=is_heading)
        most = max(most, lines_taken(text, (last - first + 1) * COLUMN_WIDTH - 3))
    on.cells.row_dimensions[row].height = LINE_HEIGHT * most


def _dress(
    on: _Sheet, row: int, span: tuple[int, int], *, is_figure: bool, is_heading: bool
) -> None:
    """Give the cells of a span their lines, letters and sides."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    def around() -> _Parts:
        line = Side(style="thin", color="888888")
        fill = {"fill": PatternFill("solid", fgColor="F1EFE9")} if is_heading else {}
        return {"border": Border(line, line, line, line), **fill}

    def whole() -> _Parts:
        side = "right" if is_figure else "left"
        place = Alignment(horizontal=side, vertical="top", wrap_text=True, indent=1)
        return {**around(), "alignment": place, "font": Font(name=FONT, size=11, bold=is_heading)}

    first, last = span
    on.dress(on.cells.cell(row, first), f"cell {is_figure} {is_heading}", whole)
    for column in range(first + 1, last + 1):
        on.dress(on.cells.cell(row, column), f"inner {is_heading}", around)


def _join(sheet: "Worksheet", row: int, first: int, last: int) -> None:
    """Join cells of a row that no other join touches.

    `merge_cells` compares each with all before, which takes minutes for a village of thousands.
    """
    from openpyxl.worksheet.cell_range import CellRange

    joined = CellRange(min_row=row, max_row=row, min_col=first, max_col=last)
    sheet.merged_cells.ranges.add(joined)


def _wide(on: _Sheet, row: int, text: str, *, size: int, bold: bool = False) -> int:
    """Write a line over the whole width, as high as its words need: joined cells do not grow."""
    from openpyxl.styles import Alignment, Font

    def look() -> _Parts:
        place = Alignment(vertical="top", wrap_text=True)
        return {"font": Font(name=FONT, size=size, bold=bold), "alignment": place}

    on.dress(plain_cell(on.cells, row, 1, text), f"line {size} {bold}", look)
    _join(on.cells, row, 1, COLUMNS)
    room = COLUMNS * COLUMN_WIDTH * 11 / size
    on.cells.row_dimensions[row].height = LINE_HEIGHT * size / 11 * lines_taken(text, room)
    return row + 1


def plain_cell(sheet: "Worksheet", row: int, column: int, text: str) -> "Cell":
    """Write a text as such: never a formula, and no sign that XML refuses."""
    cell = sheet.cell(row, column)
    cell.value = _CONTROL.sub("\ufffd", text)
    cell.data_type = "s"
    return cast("Cell", cell)


def lines_taken(text: str, room: float) -> int:
    """How many lines a text takes, where so many narrow signs fit on one."""
    signs = sum(2 if ord(sign) > 0xFF else 1 for sign in text)
    return max(1, -(-signs // max(int(room) - 1, 1)))


def _number(text: str) -> Decimal | None:
    """Read a figure as a number where its text says no more; a sign is kept as text."""
    try:
        return None if text.startswith("+") else Decimal(text)
    except InvalidOperation:
        return None


def _first_heading(page: Page) -> int | None:
    """Return the row of the headings that are repeated on each printed page."""
    row = 3 + bool(page.figure)
    for block in page.blocks:
        if not isinstance(block, Line):
            return row + 2
        row += 1
    return None


def _set_up(sheet: "Worksheet", paper: Paper, heading: int | None) -> None:
    """One page wide, pages numbered, the headings of the first table on each page."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for number in range(1, COLUMNS + 1):
        sheet.column_dimensions[get_column_letter(number)].width = COLUMN_WIDTH
    sheet.page_setup.paperSize = {Paper.A4: 9, Paper.A3: 8}[paper]
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if heading is not None:
        sheet.freeze_panes = f"A{heading + 1}"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&P / &N"


def _text(value: Value, language: Language) -> str:
    return words(value, language)

"""One sheet of a report, written row after row: blocks on a grid of columns, and how cells look.

Written rows are not kept, so that thousands of statements take no more memory than a few; only
openpyxl keeps what belongs at the end of a sheet: merged cells and page breaks. Needs openpyxl.
"""

import re
from bisect import bisect
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from ...core.message import Value
from ..render.language import Language, words
from .to_text_files import rows_of
from .values import Bars, Block, Columns, Line, Page, PageTable, Paper, Shaded, Tone, plain_block
from .xlsx_pictures import SHADES, add_data_bars

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.dimensions import RowDimension
    from openpyxl.worksheet.worksheet import Worksheet

_Parts: TypeAlias = dict[str, Any]
"""Fonts, borders, fills and sides, by the names that openpyxl gives them."""
WIDTH: Final = 89.0
"""Width of a sheet, in narrow characters."""
NARROWEST: Final = 8.5
"""Minimum width of a column, enough for a word such as "points"."""
SHORT: Final = 0.7
"""A line up to this share of the width fits in any font."""
FONT: Final = "Microsoft YaHei"
LINE_HEIGHT: Final = 17.0
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class CellLooks:
    """The looks of cells of a book, each worked out once, and the heights of its rows.

    openpyxl compares each new look with all others, which takes minutes for a village.
    """

    def __init__(self, book: "Workbook") -> None:
        self.book = book
        self._made: dict[tuple[object, ...], StyleArray] = {}
        self._heights: dict[float, RowDimension] = {}

    def dress(self, cell: "Cell", look: Callable[..., _Parts], *kind: object) -> "Cell":
        """Give a cell its look of a kind: all of the kind share it, so none is changed alone."""
        if (look, *kind) not in self._made:
            for name, part in look(*kind).items():
                setattr(cell, name, part)
            # openpyxl has no public way to a whole look, nor have its stubs
            self._made[(look, *kind)] = copy(cell._style)  # type: ignore[attr-defined]  # noqa: SLF001
        cell._style = self._made[(look, *kind)]  # type: ignore[attr-defined]  # noqa: SLF001
        return cell

    def height(self, sheet: Any, points: float) -> "RowDimension":
        """Return a row of a height."""
        from openpyxl.worksheet.dimensions import RowDimension

        if points not in self._heights:
            self._heights[points] = RowDimension(sheet, ht=points)
        return self._heights[points]


@dataclass
class SheetWriter:
    """A sheet that is written row after row; `grid` are the widths of its columns, in shares.

    Cells are joined where a block does not fit the grid, which the widest table of the first page
    makes.
    """

    looks: CellLooks
    name: str
    grid: tuple[int, ...]
    paper: Paper
    language: Language
    heading: int | None = None
    cells: Any = field(init=False)
    """A sheet that is only written; the stubs of openpyxl leave most of it out."""
    row: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.cells = self.looks.book.create_sheet(self.name[:31])
        whole = sum(self.grid)
        self._widths = [max(WIDTH * share / whole, NARROWEST) for share in self.grid]
        self._spans: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        self._set_up()

    def has_room(self, page: Page) -> bool:
        """Return whether the grid has a column for each one of the tables of a page."""
        return len(grid_of(page)) <= len(self.grid)

    def write(self, page: Page) -> None:
        """Write a page below those that are there, to be printed on paper of its own."""
        from openpyxl.worksheet.pagebreak import Break

        if self.row:
            self.cells.row_breaks.append(Break(id=self.row))
        self._wide(page.title, size=18, bold=True)
        self._wide(page.under, size=11)
        if page.figure:
            self._wide(page.figure, size=16, bold=True)
        for block in page.blocks:
            self._block(block)

    def close(self, name: str = "") -> None:
        """Write the end of the sheet, and free its memory."""
        from openpyxl.worksheet.cell_range import MultiCellRange

        if name:
            self.cells.title = name[:31]
        self.cells.close()
        self.cells.merged_cells = MultiCellRange()

    def _block(self, block: Block) -> None:
        plain = plain_block(block)
        if isinstance(plain, Line):
            size = 10 if plain.role == "note" else 11
            self._wide(plain.text, size=size, bold=plain.role == "strong")
            return
        self.row += 1
        self.cells.append(())
        self._wide(plain.title, size=13, bold=True)
        self._table(plain, block.tones if isinstance(block, Shaded) else ())
        if isinstance(block, Columns):
            start = self.row - len(block.table.rows) + 1
            add_data_bars(self.cells, start, block, self._spans_of(plain)[1][0])

    def _table(self, block: PageTable | Bars, tones: Sequence[Sequence[Tone]]) -> None:
        figures = block.figures if isinstance(block, PageTable) else frozenset({1})
        spans = self._spans_of(block)
        plain: Sequence[Tone] = ["none"] * len(spans)
        for number, cells in enumerate(rows_of(block, self.language)):
            shades = tones[number - 1] if number and tones else plain
            self._cells(cells, spans, figures, shades, is_heading=number == 0)

    def _spans_of(self, block: PageTable | Bars) -> list[tuple[int, int]]:
        widths = _widths_of(block)
        if widths not in self._spans:
            self._spans[widths] = spread(widths, self.grid)
        return self._spans[widths]

    def _cells(
        self,
        texts: Sequence[str],
        spans: Sequence[tuple[int, int]],
        figures: frozenset[int],
        shades: Sequence[Tone],
        *,
        is_heading: bool,
    ) -> None:
        """Write a row of a table, as high as its words need."""
        most, made, row = 1, [], self.row + 1
        for number, (text, (first, last)) in enumerate(zip(texts, spans, strict=True)):
            value = _number(text) if number in figures and not is_heading else None
            cell = self._cell(text if value is None else value)
            is_figure, shade = number in figures, shades[number]
            wraps = value is None
            made.append(self.looks.dress(cell, _cell_look, is_figure, is_heading, shade, wraps))
            if last > first:
                inner = self.looks.dress(self._cell(None), _around, is_heading, shade)
                made += [inner] * (last - first)  # written one after the other
                self._join(row, first, last)
            most = max(most, lines_taken(text, sum(self._widths[first - 1 : last]) - 1))
        self._append(made, LINE_HEIGHT * most)

    def _wide(self, text: Value, *, size: int, bold: bool = False) -> None:
        """Write a line over the whole width, as high as its words need: joined cells do not grow.

        One that is short stands in one cell, and runs on over the empty ones beside it.
        """
        said, room = words(text, self.language), WIDTH * 11 / size
        is_short = lines_taken(said, room * SHORT) == 1
        cell = self.looks.dress(self._cell(said), _line_look, size, bold, not is_short)
        if len(self.grid) > 1 and not is_short:
            self._join(self.row + 1, 1, len(self.grid))
        self._append([cell], LINE_HEIGHT * size / 11 * lines_taken(said, room))

    def _cell(self, value: str | Decimal | None) -> "Cell":
        """Make a cell: a text as such, never a formula, and without signs that XML refuses."""
        from openpyxl.cell import WriteOnlyCell

        if not isinstance(value, str):
            return WriteOnlyCell(self.cells, value)  # type: ignore[arg-type]  # openpyxl takes decimals
        cell = WriteOnlyCell(self.cells, _CONTROL.sub("\ufffd", value))
        cell.data_type = "s"
        return cell

    def _append(self, cells: "list[Cell]", height: float) -> None:
        self.row += 1
        self.cells.row_dimensions[self.row] = self.looks.height(self.cells, height)
        self.cells.append(cells)
        del self.cells.row_dimensions[self.row]

    def _join(self, row: int, first: int, last: int) -> None:
        """Join cells of a row that no other join touches.

        `merge_cells` compares each with all before, which takes minutes for a village of thousands.
        """
        from openpyxl.worksheet.cell_range import CellRange

        joined = CellRange(min_row=row, max_row=row, min_col=first, max_col=last)
        self.cells.merged_cells.ranges.add(joined)

    def _set_up(self) -> None:
        """One page wide, pages numbered, the headings of the first table in sight."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.properties import PageSetupProperties

        for number, width in enumerate(self._widths, 1):
            self.cells.column_dimensions[get_column_letter(number)].width = width
        self.cells.page_setup.paperSize = {Paper.A4: 9, Paper.A3: 8}[self.paper]
        self.cells.page_setup.fitToWidth, self.cells.page_setup.fitToHeight = 1, 0
        self.cells.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        if self.heading is not None:
            self.cells.freeze_panes = f"A{self.heading + 1}"
        self.cells.oddFooter.center.text = "&P / &N"


def _cell_look(is_figure: bool, is_heading: bool, shade: Tone, wraps: bool) -> _Parts:
    """Return the look of a cell; numbers do not wrap, as LibreOffice then loses their indent."""
    from openpyxl.styles import Alignment, Font

    side = "right" if is_figure else "left"
    place = Alignment(horizontal=side, vertical="top", wrap_text=wraps, indent=1)
    font = Font(name=FONT, size=11, bold=is_heading)
    return {**_around(is_heading, shade), "alignment": place, "font": font}


def _around(is_heading: bool, shade: Tone) -> _Parts:
    from openpyxl.styles import Border, PatternFill, Side

    line = Side(style="thin", color="888888")
    colour = "F1EFE9" if is_heading else SHADES.get(shade)
    fill = {"fill": PatternFill("solid", fgColor=colour)} if colour else {}
    return {"border": Border(line, line, line, line), **fill}


def _line_look(size: int, bold: bool, wrap: bool) -> _Parts:
    from openpyxl.styles import Alignment, Font

    place = Alignment(vertical="top", wrap_text=wrap)
    return {"font": Font(name=FONT, size=size, bold=bold), "alignment": place}


def _widths_of(block: PageTable | Bars) -> tuple[int, ...]:
    return block.widths if isinstance(block, PageTable) else (60, 40)


def grid_of(page: Page) -> tuple[int, ...]:
    """Return the widths of a page's table with the most columns, and of those the most rows."""
    tables = [plain for block in page.blocks if not isinstance(plain := plain_block(block), Line)]
    rows = [block.rows if isinstance(block, PageTable) else block.bars for block in tables]
    sizes = [(len(_widths_of(block)), len(own)) for block, own in zip(tables, rows)]
    return _widths_of(tables[sizes.index(max(sizes))]) if tables else (1,)


def spread(widths: Sequence[int], grid: Sequence[int]) -> list[tuple[int, int]]:
    """Give each width its first and last column of a grid, at least one each.

    >>> spread((50, 25, 25), (10, 10, 10, 10, 10, 10))
    [(1, 3), (4, 5), (6, 6)]
    """
    ends = list(accumulate(grid))
    edges, whole, used = [0], sum(widths), 0
    for number, width in enumerate(widths, 1):
        used += width
        least, most = edges[-1] + 1, len(grid) - (len(widths) - number)
        edges.append(min(max(_nearest(ends, ends[-1] * used / whole), least), most))
    return [(first + 1, last) for first, last in pairwise(edges)]


def _nearest(ends: Sequence[int], place: float) -> int:
    """Return how many columns end nearest to a place."""
    after = min(bisect(ends, place), len(ends) - 1)
    before = ends[after - 1] if after else 0
    return after if place - before < ends[after] - place else after + 1


def plain_cell(sheet: "Worksheet", row: int, column: int, text: str) -> "Cell":
    """Write a text as such: never a formula, and no sign that XML refuses."""
    cell = sheet.cell(row, column)
    cell.value = _CONTROL.sub("\ufffd", text)
    cell.data_type = "s"
    return cast("Cell", cell)


def lines_taken(text: str, room: float) -> int:
    """Return the number of lines of a text, for a width in narrow characters."""
    signs = sum(2 if ord(sign) > 0xFF else 1 for sign in text)
    return max(1, -(-signs // max(int(room) - 1, 1)))


def _number(text: str) -> Decimal | None:
    """Read a figure as a number where its text says no more; a sign is kept as text."""
    try:
        return None if text.startswith("+") else Decimal(text)
    except InvalidOperation:
        return None

"""Pictures of a report in cells of a sheet: shades of a matrix, bars behind numbers."""

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Final

from .values import Columns, Tone

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_SHADES: Final = {"same": "E7E4DC", "better": "CFE0CF", "worse": "F3CFCA"}


def shade_cells(
    sheet: "Worksheet",
    row: int,
    tones: Sequence[Sequence[Tone]],
    spans: Sequence[tuple[int, int]],
) -> None:
    """Fill the cells of a matrix whose first row is `row`."""
    from openpyxl.styles import PatternFill

    for down, line in enumerate(tones):
        for tone, (first, last) in zip(line, spans, strict=True):
            for column in range(first, last + 1) if tone in _SHADES else ():
                cell = sheet.cell(row + down, column)
                # it shares its look with others; openpyxl has no public way to it
                cell._style = copy(cell._style)  # type: ignore[union-attr]  # noqa: SLF001
                cell.fill = PatternFill("solid", fgColor=_SHADES[tone])


def add_data_bars(
    sheet: "Worksheet", row: int, picture: Columns, spans: Sequence[tuple[int, int]]
) -> None:
    """Put a bar behind each number, losses and gains in their colours on one scale.

    The row between them, of those who stay as they are, has none.
    """
    from openpyxl.formatting.rule import DataBarRule
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(spans[1][0])
    losses = len(picture.bars) - len(picture.gains)
    most = max(int(bar.size) for bar in picture.bars)
    parts = (
        (row, losses, "D98A82"),
        (row + losses + 1, len(picture.gains), "8FB393"),
    )
    for first, count, colour in parts:
        if count:
            rule = DataBarRule("num", 0, "num", most, color=colour)  # type: ignore[no-untyped-call]  # openpyxl leaves it untyped
            sheet.conditional_formatting.add(f"{letter}{first}:{letter}{first + count - 1}", rule)

"""Pictures of a report in cells of a sheet: shades of a matrix, bars behind numbers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from .values import Columns, Tone

SHADES: Final[Mapping[Tone, str]] = MappingProxyType(
    {"same": "E7E4DC", "better": "CFE0CF", "worse": "F3CFCA"}
)
"""The colour of a cell by what it tells."""


def add_data_bars(sheet: Any, row: int, picture: Columns, column: int) -> None:
    """Put a bar behind each number of a column, losses and gains in their colours on one scale.

    The row between them, of those who stay as they are, has none.
    """
    from openpyxl.formatting.rule import DataBarRule
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(column)
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

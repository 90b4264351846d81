"""The results of reading a file: blocks of rows, unusable rows, notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..core.message import Message
from ..core.problem import Place
from .sheet import column_letters

Row: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows under the same headings, each a list of its cells.

    Of JSON (no headings), mappings.
    """

    lines: Sequence[int]
    rows: Sequence[Any]
    header: tuple[str, ...] | None = None
    sheet: str = ""
    year: int = 0
    """The year above the headings, for days without a year; 0 for no year."""
    columns: tuple[int, ...] = ()
    """The number of each column in the sheet."""

    def place(self, file: str, line: int, index: int = -1) -> Place:
        """Return the place of a row, or of the cell under a heading."""
        if not self.sheet:
            return Place(file, line, 1)
        column = self.columns[index] if index >= 0 else 0
        return Place(file, line, column, 1, f"{self.sheet}!{column_letters(column)}{line}")


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A row that cannot be used: its text, the reason (a message id), the place."""

    text: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark about a file that loses no row."""

    place: Place
    text: Message


Part: TypeAlias = Block | Spoilt | Notice

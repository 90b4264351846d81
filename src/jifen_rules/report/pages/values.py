"""The parts of a report, without language and format: lines, tables, pictures.

A renderer only writes them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeAlias

from ...core.message import Value


class Paper(StrEnum):
    """The paper of a report."""

    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; `strong` ones are read first, a `note` last."""

    text: Value
    role: Literal["plain", "strong", "note"] = "plain"


@dataclass(frozen=True, slots=True)
class PageTable:
    """Rows under headings; `figures` are columns of numbers, `widths` shares of the width.

    `tight` are the shares where a page is printed small; as `widths` where it is empty.
    """

    title: Value
    headings: tuple[Value, ...]
    rows: tuple[tuple[Value, ...], ...]
    widths: tuple[int, ...]
    figures: frozenset[int] = frozenset()
    tight: tuple[int, ...] = ()


def with_words_only(table: PageTable) -> PageTable:
    """Leave out the columns that are empty in all rows."""
    columns = range(len(table.headings))
    return with_columns(table, [n for n in columns if any(row[n] for row in table.rows)])


def with_columns(table: PageTable, kept: Sequence[int]) -> PageTable:
    """Return a table with some of its columns."""
    return replace(
        table,
        headings=tuple(table.headings[n] for n in kept),
        rows=tuple(tuple(row[n] for n in kept) for row in table.rows),
        widths=tuple(table.widths[n] for n in kept),
        figures=frozenset(new for new, n in enumerate(kept) if n in table.figures),
        tight=tuple(table.tight[n] for n in kept) if table.tight else (),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a picture: what it is, how long, and the figure in words."""

    label: Value
    size: Decimal
    shown: Value


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture that is a table too: each bar stands between its label and its figure."""

    title: Value
    headings: tuple[Value, Value]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class BarMark:
    """A bar from one figure to another; one that goes down is drawn as a loss."""

    start: Decimal
    end: Decimal


@dataclass(frozen=True, slots=True)
class Marked:
    """A table with a column of pictures: each row's marks, on one scale, before column `at`."""

    table: PageTable
    heading: Value
    at: int
    marks: tuple[tuple[BarMark, ...], ...]


Tone: TypeAlias = Literal["none", "same", "better", "worse"]


@dataclass(frozen=True, slots=True)
class Shaded:
    """A table whose cells are shaded by what they tell."""

    table: PageTable
    tones: tuple[tuple[Tone, ...], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """A picture of upright bars, with a table beside it that holds the same and more."""

    table: PageTable
    bars: tuple[Bar, ...]
    gains: frozenset[int]
    """Which bars are gains; the others are drawn as losses."""


Block: TypeAlias = Line | PageTable | Bars | Marked | Shaded | Columns
Plain: TypeAlias = Line | PageTable | Bars


def plain_block(block: Block) -> Plain:
    """Return what a format without pictures shows of a block: its table."""
    return block.table if isinstance(block, Marked | Shaded | Columns) else block


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title, what stands under it, one large figure, and the rest."""

    key: str
    title: Value
    under: Value
    figure: Value
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The pages to post, and one page for each subject, made one after the other."""

    title: Value
    wall: tuple[Page, ...]
    make_statements: Callable[[], Iterator[Page]]
    """Make the pages of subjects again."""
    count: int
    """The number of these pages."""

    @property
    def statements(self) -> Iterator[Page]:
        """The pages of subjects, in the order of the board."""
        return self.make_statements()

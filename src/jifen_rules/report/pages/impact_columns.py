"""Differences -> upright bars: how many lose or gain how much.

Unchanged subjects are only in the table; beside their bar the others would be invisible.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from itertools import count
from typing import Final

from ...core.message import N_, Message, Value, msg
from ..explain import signed
from .values import Bar, Columns, Line, PageTable

MOST_COLUMNS: Final = 12
MOST_FIGURES: Final = 6
"""Maximum number of single figures as columns; more are grouped into ranges of one width."""


def find_columns(changes: Sequence[Decimal]) -> Iterator[Columns | Line]:
    """Yield the picture of gains and losses; nothing if there are none."""
    moved = [change for change in changes if change]
    if not moved:
        return
    width = None if len(set(moved)) <= MOST_FIGURES else _width(moved)
    counts = Counter(change if width is None else _edge(change, width) for change in moved)
    edges = sorted(counts if width is None else _all_edges(counts, width))
    bars = tuple(Bar(_label(e, width), Decimal(counts[e]), str(counts[e])) for e in edges)
    rows: list[tuple[Value, ...]] = [(bar.label, bar.shown) for bar in bars]
    losses = sum(edge < 0 for edge in edges)
    rows.insert(losses, (msg(N_("unchanged")), str(len(changes) - len(moved))))
    headings = (msg(N_("change of the total")), msg(N_("scores")))
    title = msg(N_("How many gain or lose how much"))
    table = PageTable(title, headings, tuple(rows), (62, 38), frozenset({1}))
    yield Columns(table, bars, frozenset(range(losses, len(bars))))
    if width is not None:
        yield Line(msg(N_("A range holds the figure at its end that lies farther from 0.")), "note")


def _width(moved: Sequence[Decimal]) -> Decimal:
    """Choose the least of 1, 2, 5, 10, 20, … (or a tenth of these) that makes few columns."""
    least, most = min(min(moved), Decimal(0)), max(max(moved), Decimal(0))
    for power in count(-6):
        for digit in (1, 2, 5):
            width = Decimal(digit).scaleb(power)
            if _steps(most, width) + _steps(least, width) <= MOST_COLUMNS:
                return width
    raise AssertionError("some width is wide enough")


def _edge(change: Decimal, width: Decimal) -> Decimal:
    """Return the end of the range that is farther from 0."""
    return (_steps(change, width) * width).copy_sign(change)


def _steps(change: Decimal, width: Decimal) -> int:
    """Count the ranges between 0 and a figure, its own included."""
    return int((abs(change) / width).to_integral_value(ROUND_CEILING))


def _all_edges(found: Counter[Decimal], width: Decimal) -> list[Decimal]:
    """List every range between the first and the last, so that gaps are seen."""
    low, high = int(min(found) / width), int(max(found) / width)
    return [number * width for number in range(low, high + 1) if number]


def _label(edge: Decimal, width: Decimal | None) -> Value:
    if width is None:
        return signed(edge)
    near = edge - width.copy_sign(edge)
    ends = (signed(edge), signed(near)) if edge < 0 else (signed(near), signed(edge))
    return _between(*ends)


def _between(low: str, high: str) -> Message:
    return msg(N_("{low} to {high}"), low=low, high=high)

"""What flows through a stage in a period: for each window what single events can bring.

A stage is asked in its own windows. As long as each lies within those of the next stage, sums are
exact; where they cross, or where a later stage has the shorter ones, what it leaves is a bound.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ...core.slotted import set_while_open
from ...core.terms import Exact
from .gains import ENDLESS, Gains, Much, cut, merged, multiplied, sum_of
from .stretch import DAY, EVENT, PERIOD, Stretch

Cells = tuple[Gains, ...]
"""One for each window of a kind, or a single one where all are alike."""


@set_while_open
@dataclass(frozen=True, slots=True)
class Flow:
    """On one side, by kind of window: `event` where any number of events on any day bring it."""

    cells: Mapping[str, Cells] = field(default_factory=dict)
    ceiling: Much = ENDLESS
    """What all of it together cannot exceed."""
    why: frozenset[str] = frozenset()
    """Why the sum may be less; empty where it is met."""
    loose: frozenset[str] = frozenset()
    """Why fewer events may bring less than the best of them seem to."""

    @property
    def is_raw(self) -> bool:
        """Whether no window has limited it yet."""
        return set(self.cells) <= {EVENT}

    @property
    def is_endless(self) -> bool:
        """Whether events of any number bring it on any day, so that any sum is passed."""
        return bool(self.cells.get(EVENT, ((),))[0])

    @property
    def best(self) -> Much:
        """The most that one event brings."""
        return max(
            (cell[0][0] for cells in self.cells.values() for cell in cells if cell), default=0
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing flows at all."""
        return not any(cell for cells in self.cells.values() for cell in cells)


def together(flows: Iterable[Flow], stretch: Stretch) -> Flow:
    """Side by side."""
    flows = tuple(flows)
    parts = [flow for flow in flows if not flow.is_empty]
    by_grid: dict[str, list[Cells]] = {}
    for flow in parts:
        for grid, cells in flow.cells.items():
            by_grid.setdefault(grid, []).append(cells)
    ceiling: Much = ENDLESS
    if any(flow.ceiling != ENDLESS for flow in parts):
        ceiling = sum_of(tuple((sum_in(flow, stretch), 1) for flow in parts))
    joined = {grid: _side_by_side(rows) for grid, rows in by_grid.items()}
    why = frozenset().union(*(flow.why for flow in flows))
    loose = frozenset().union(*(flow.loose for flow in flows))
    if any(flow.is_endless and not flow.why for flow in parts):
        return Flow(joined, ceiling, frozenset(), loose | why)
    return Flow(joined, ceiling, why, loose)


def in_windows(flow: Flow, grid: str, stretch: Stretch) -> tuple[Cells, bool]:
    """Return the flow in the windows of a kind, and whether that is exact."""
    rows, exactly = [], True
    for name, cells in flow.cells.items():
        if name in (EVENT, grid):
            rows.append(cells)
            continue
        exactly = exactly and stretch.inside(name, grid) is not None
        rows.append(_gathered(cells, name, grid, stretch))
    return _side_by_side(rows), exactly


def limited(
    flow: Flow,
    grid: str,
    stretch: Stretch,
    leave: Callable[[Gains], Gains],
    first: Callable[[Gains], Gains] | None = None,
) -> tuple[Flow, bool]:
    """Let a limit act on what flows in each window; tells whether it took anything.

    `first` is what it does to the first window, if that is not what it does to the others.
    """
    cells, exactly = in_windows(flow, grid, stretch)
    left = tuple(leave(cell) for cell in cells)
    if first is not None:
        many = cells * stretch.count(grid) if len(cells) == 1 else cells
        rest = left * stretch.count(grid) if len(left) == 1 else left
        cells, left = _alike(many), _alike((first(many[0]), *rest[1:]))
    if left == cells:
        return flow, False
    left = _alike(left)
    if exactly:
        return replace(flow, cells={grid: left}), True
    ceiling = min(flow.ceiling, sum_in(flow, stretch))
    return replace(flow, cells={grid: left}, ceiling=ceiling, why=flow.why | {"windows"}), True


def over_period(flow: Flow, stretch: Stretch) -> Gains:
    """All that flows in the period, best events first."""
    (cell,), _ = in_windows(flow, PERIOD, stretch)
    return cut(cell, flow.ceiling)


def sum_in(flow: Flow, stretch: Stretch) -> Much:
    """All that flows in the period."""
    return sum_of(over_period(flow, stretch))


def of_event(gains: Gains, days: tuple[int, ...] | None, stretch: Stretch) -> Flow:
    """Return what an indicator brings: on any day, or on these only."""
    if not gains:
        return Flow()
    if days is None:
        return Flow({EVENT: (gains,)})
    those = set(days)
    cells = tuple(gains if n in those else () for n in range(stretch.days))
    return Flow({DAY: _alike(cells)}) if those else Flow()


def times_as_much(flow: Flow, factor: Exact) -> Flow:
    """All of it by a factor."""
    if factor == 1:
        return flow
    cells = {
        grid: tuple(multiplied(cell, factor) for cell in cells)
        for grid, cells in flow.cells.items()
    }
    return replace(flow, cells=cells, ceiling=flow.ceiling * factor)


def _gathered(cells: Cells, fine: str, coarse: str, stretch: Stretch) -> Cells:
    """Put together what flows in the windows of one kind that share a day with those of another."""
    if len(cells) == 1:
        counts = stretch.counts(fine, coarse)
        known = {count: merged(cells, count) for count in set(counts)}
        return tuple(known[count] for count in counts)
    return _alike(tuple(merged(cells[n] for n in row) for row in stretch.touching(fine, coarse)))


def _side_by_side(rows: list[Cells]) -> Cells:
    if not rows:
        return ((),)
    if len(rows) == 1:
        return rows[0]
    count = max(len(cells) for cells in rows)
    uniform = merged(cells[0] for cells in rows if len(cells) == 1)
    if count == 1:
        return (uniform,)
    several = [cells for cells in rows if len(cells) > 1]
    return tuple(merged([uniform, *(cells[n] for cells in several)]) for n in range(count))


def _alike(cells: Cells) -> Cells:
    return cells[:1] if len(cells) > 1 and all(cell == cells[0] for cell in cells) else cells

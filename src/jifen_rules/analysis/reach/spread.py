"""The most and the least that a tree of limits lets through, from the inside out.

One piece: the two sides go through one class, whose methods share the order of the limits.

Both sides go through together: adds and deducts meet only where a net limit stands. Where the
one-sided extreme is not the extreme of all (a limit that forgets what lay beyond it, around
another that does not), the figure is a bound and says why.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Literal

from ...core.rounding import Rounding
from ...core.slotted import set_while_open
from ...core.terms import Exact, Window, exact
from ...plan import Cap, Combine, Plan
from .flow import Flow, limited, over_period, sum_in, times_as_much, together
from .gains import ENDLESS, Gains, Much, cut, each_at_most, first, merged, repeated, without
from .leaves import Bounded, Leaf, bounds_of, common
from .spans import round_much
from .stretch import EVENT, PERIOD, Stretch
from .tree import ReachNode

SideName = Literal["added", "deducted"]


@set_while_open
@dataclass(frozen=True, slots=True)
class SideFlow:
    """One side at one place: what flows, from where it starts, what has cut it."""

    name: SideName
    flow: Flow
    start: Exact
    """What bases inside have brought here: the most of it for adds, the least for deducts."""
    binds: tuple[Cap, ...] = ()
    source: str = ""
    """Where only the best single part is followed: the indicator it comes from."""
    at_once: int = 1
    """Count the gains that one event may bring: its own, and those of its consequences."""

    @property
    def sign(self) -> int:
        """+1 for adds, -1 for deducts."""
        return 1 if self.name == "added" else -1


@set_while_open
@dataclass(frozen=True, slots=True)
class Both:
    """Both sides at one place, and what has become of points on the way there."""

    adds: SideFlow
    deducts: SideFlow
    bends: bool = False
    """Whether a net limit or a rounding stands inside."""
    returns: bool = False
    """Whether points can be taken back again: joined, expired or held."""
    rises: bool = False
    """Whether anything inside adds, and in `falls`, whether anything takes away."""
    falls: bool = False
    expires: bool = False
    """Whether points run out within the period; the roundings on their way keep what came."""
    shifts: str = ""
    """Windows within which an event can take back what an earlier one brought on another day."""
    grain: Exact | None = 0
    """What every sum here is a multiple of; None where it may be any number."""
    alone: str = ""
    """The slot of the one limit that bends so far, if no other and no rounding does."""
    trades: bool = False
    """Tell whether an add can take a deduct's place among the highest times.

    The deduct then returns as an add.
    """

    def each(self, change: "Callable[[SideFlow], SideFlow]") -> "Both":
        """Return the same with both sides changed."""
        adds, deducts = change(self.adds), change(self.deducts)
        if adds is self.adds and deducts is self.deducts:
            return self
        return replace(self, adds=adds, deducts=deducts)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a thing: kinds of limits, and combines that join it with others."""

    kinds: frozenset[str] = frozenset()
    joins: tuple[Combine, ...] = ()


@dataclass(slots=True)
class Spread:
    """One reading of a tree over one stretch of time."""

    plan: Plan
    stretch: Stretch
    tree: ReachNode
    leaves: Mapping[str, Leaf]
    bases: Callable[[ReachNode], tuple[Exact, Exact]]
    """The least and the most of a category's own base."""
    held: frozenset[str] = frozenset()
    """Places that some event of the scheme can hold down."""
    one_sided: bool = False
    """Whether a ledger takes one side only."""
    best_only: bool = False
    """Follow only the best of the parts of each thing, not all of them together."""
    own: dict[str, Both] = field(default_factory=dict)
    """What reaches the border of each thing, in its own points."""
    weighed: dict[str, Both] = field(default_factory=dict)
    """What of it enters what is around it."""

    def read(self) -> Both:
        """Return what passes the border around everything."""
        return self.of(self.tree, Around())

    def of(self, node: ReachNode, around: Around) -> Both:
        """Return what a thing lets out."""
        is_leaf = node.grant is not None
        joins = around.joins if is_leaf else (*around.joins, *node.combines)
        kinds = around.kinds | {cap.kind for cap in node.limits}
        both = self._of_leaf(node) if is_leaf else self._of_parts(node, Around(kinds, joins))
        for window, act in self._stages(node, joins):
            both = act(both) if not self._is_unseen(window) else both.each(_unseen)
        both = self.held_down(node.id, both)
        self.own[node.id] = both
        both = self._weigh(node, both, around.kinds)
        self.weighed[node.id] = both
        return both

    def _of_leaf(self, node: ReachNode) -> Both:
        leaf = self.leaves[node.id]
        adds = SideFlow("added", leaf.adds, 0, source=node.id)
        deducts = SideFlow("deducted", leaf.deducts, 0, source=node.id)
        moves = not leaf.adds.is_empty, not leaf.deducts.is_empty
        return Both(
            adds, deducts, False, leaf.returns, *moves, leaf.expires, leaf.shifts, leaf.grain
        )

    def _of_parts(self, node: ReachNode, around: Around) -> Both:
        parts = [self.of(inner, around) for inner in node.inside]
        least, most = self.bases(node)
        sides = (
            self._joined("added", [part.adds for part in parts], most),
            self._joined("deducted", [part.deducts for part in parts], least),
        )
        grain = common(common(0, least), most)
        for part in parts:
            grain = common(grain, part.grain)
        return Both(
            *sides,
            any(part.bends for part in parts),
            bool(node.combines) or any(part.returns for part in parts),
            any(part.rises for part in parts),
            any(part.falls for part in parts),
            any(part.expires for part in parts),
            self._widest([part.shifts for part in parts]),
            grain,
            trades=any(part.trades for part in parts),
        )

    def _joined(self, name: SideName, sides: list[SideFlow], base: Exact) -> SideFlow:
        start = base + sum(side.start for side in sides)
        if self.best_only and sides:
            best = max(sides, key=lambda side: sum_in(side.flow, self.stretch))
            return replace(best, start=start)
        flow = together([side.flow for side in sides], self.stretch)
        return SideFlow(name, flow, start, tuple(cap for side in sides for cap in side.binds))

    def enter(self, both: Both, limits: tuple[Cap, ...]) -> Both:
        """Enter a ledger: each of its net limits starts from where the ledger does."""
        starts = both.adds.start, both.deducts.start
        for cap in limits:
            both = self._net(both, cap)
            both = replace(
                both,
                adds=replace(both.adds, start=starts[0]),
                deducts=replace(both.deducts, start=starts[1]),
                grain=common(common(both.grain, cap.high or 0), cap.low or 0),
            )
        return both

    # --- limits --------------------------------------------------------------------------------

    def _stages(
        self, node: ReachNode, joins: tuple[Combine, ...]
    ) -> Iterator[tuple[Window, Callable[[Both], Both]]]:
        """Yield what bounds a thing, short windows first; a combine before caps of its window.

        A mean stands before all caps, for each event moves it on its own day.
        """
        bounds = tuple(self._bounds(node, joins))
        if not bounds and not node.limits:
            return
        days = self.plan.period.about_days
        found: list[tuple[tuple[int, int], Window, Callable[[Both], Both]]] = []
        for bound in bounds:
            length = -1 if bound.why == "ratings" else bound.window.days(days)
            found.append(((length, 0), bound.window, self._bounding(bound)))
        for cap in node.limits:
            found.append(((cap.window.days(days), 1), cap.window, self._capping(cap)))
        for _, window, act in sorted(found, key=lambda stage: stage[0]):
            yield window, act

    def _bounds(self, node: ReachNode, joins: tuple[Combine, ...]) -> Iterator[Bounded]:
        """Yield its own, and those of combines around it: they act before any cap does."""
        if node.grant is not None:
            yield from self.leaves[node.id].bounds
        for combine in joins:
            yield from bounds_of(combine, ENDLESS, ENDLESS, self.plan.scale)

    def _is_unseen(self, window: Window) -> bool:
        return self.stretch.is_long and window.name not in ("event", "period", "ever")

    def _bounding(self, bound: Bounded) -> Callable[[Both], Both]:
        def act(both: Both) -> Both:
            return both.each(lambda side: self._bounded(side, bound))

        return act

    def _bounded(self, side: SideFlow, bound: Bounded) -> SideFlow:
        if bound.kind == "times":
            if bound.side not in ("", side.name):
                return side
            return self._times(side, bound.window, bound.bound, None)
        if bound.kind != side.name:
            return side
        was_raw = side.flow.is_raw
        grid = _grid_of(bound.window)
        flow, took = limited(side.flow, grid, self.stretch, lambda gains: cut(gains, bound.bound))
        if not took:
            return side
        if not was_raw:
            flow = replace(flow, why=flow.why | {bound.why})
        return replace(side, flow=flow)

    def _capping(self, cap: Cap) -> Callable[[Both], Both]:
        def act(both: Both) -> Both:
            is_passed = False
            if both.shifts and not self._holds(cap.window, both.shifts) and self._takes(both, cap):
                both = both.each(lambda side: with_more(side, ENDLESS, "windows"))
            if cap.kind == "times":
                shifts = (
                    self._widest([both.shifts, _grid_of(cap.window)])
                    if cap.highest
                    else both.shifts
                )
                if cap.highest:
                    mixed = not (both.adds.flow.is_empty or both.deducts.flow.is_empty)
                    trades = both.trades or mixed
                    both = replace(both, returns=True, shifts=shifts, trades=trades)
            else:
                is_passed = both.trades and cap.kind != "net" and self._takes(both, cap)
                if is_passed:
                    both = both.each(lambda side: with_more(side, ENDLESS, "windows"))
                grain = common(common(both.grain, cap.high or 0), cap.low or 0)
                both = both if grain == both.grain else replace(both, grain=grain)
            if cap.kind == "net":
                return self._net(both, cap)
            both = both.each(lambda side: self._capped(side, cap))
            if is_passed and cap.kind == "added" and self.plan.joins:
                # a deduct whose value passes on lets an add in, past what holds adds alone
                both = replace(both, adds=with_more(both.adds, ENDLESS, "windows"))
            return both

        return act

    def _takes(self, both: Both, cap: Cap) -> bool:
        """Whether a limit takes anything of what flows."""
        after = (
            self._net(both, cap)
            if cap.kind == "net"
            else both.each(lambda side: self._capped(side, cap))
        )
        return (after.adds.flow, after.deducts.flow) != (both.adds.flow, both.deducts.flow)

    def _holds(self, window: Window, grid: str) -> bool:
        """Whether each window of a limit holds whole the windows of another kind."""
        if window.name in ("event", "length"):
            return False
        return self.stretch.inside(grid, _grid_of(window)) is not None

    def _widest(self, grids: list[str]) -> str:
        """Return the kind of window that has the fewest in the period."""
        known = [grid for grid in grids if grid]
        return min(known, key=self.stretch.count) if known else ""

    def _capped(self, side: SideFlow, cap: Cap) -> SideFlow:
        if cap.kind not in ("times", side.name) or cap.high is None:
            return side
        if cap.window.name == "length":
            return self._looking_back(side, cap)
        if cap.kind == "times":
            return self._times(side, cap.window, cap.high, cap)
        return self._cut(side, cap, cap.high)

    def _times(self, side: SideFlow, window: Window, bound: Much, cap: Cap | None) -> SideFlow:
        if window.name == "event" and bound >= 1:
            return side  # an event is one time
        grid = "day" if window.name == "event" else _grid_of(window)
        flow, took = limited(side.flow, grid, self.stretch, lambda gains: first(gains, bound))
        if not took:
            return side
        flow = replace(flow, why=flow.why | flow.loose)
        return _bound_by(side, flow, cap)

    def _cut(self, side: SideFlow, cap: Cap, bound: Much) -> SideFlow:
        if cap.window.name == "event":
            return self._each(side, cap, bound)
        grid = _grid_of(cap.window)
        flow, took = limited(side.flow, grid, self.stretch, lambda gains: cut(gains, bound))
        return _bound_by(side, flow, cap) if took else side

    def _each(self, side: SideFlow, cap: Cap, bound: Much) -> SideFlow:
        """Limit each event alone: exact where no window has limited them together before."""
        flow, took = side.flow, False
        for grid, cells in side.flow.cells.items():
            left = tuple(each_at_most(cell, bound) for cell in cells)
            if left != cells:
                why = flow.why | flow.loose | (frozenset() if grid == EVENT else {"windows"})
                flow, took = replace(flow, cells={**flow.cells, grid: left}, why=why), True
        return _bound_by(side, flow, cap) if took else side

    def _looking_back(self, side: SideFlow, cap: Cap) -> SideFlow:
        """Limit over a length: as much on each of the days that lie so far apart."""
        assert cap.high is not None
        bound = cap.high * self.stretch.apart(cap.window)
        was_raw = side.flow.is_raw
        leave = first if cap.kind == "times" else cut
        flow, took = limited(side.flow, PERIOD, self.stretch, lambda gains: leave(gains, bound))
        if took and not (was_raw and cap.kind != "times"):
            flow = replace(flow, why=flow.why | {"lengths"})
        if took:
            flow = replace(flow, loose=flow.loose | {"lengths"})
        return _bound_by(side, flow, cap) if took else side

    # --- net limits ----------------------------------------------------------------------------

    def _net(self, both: Both, cap: Cap) -> Both:
        """Limit the net: each side has the room between where it starts and its bound."""
        joined = bool(both.alone) and both.alone in cap.twins  # one figure: they bend as one limit
        if cap.lost and not (joined and not both.returns):
            both = self._forgetting(both, cap)
        both = both.each(lambda side: self._within(side, cap))
        return replace(both, bends=True, alone=cap.slot if joined or not both.bends else "")

    def _within(self, side: SideFlow, cap: Cap) -> SideFlow:
        ahead, behind = (cap.high, cap.low) if side.sign > 0 else (cap.low, cap.high)
        zero = cap.clamp(0)

        def leave(gains: Gains, start: Exact = 0) -> Gains:
            debt = 0 if behind is None else max((behind - start) * side.sign, 0)
            room = ENDLESS if ahead is None else max((ahead - cap.clamp(start)) * side.sign, 0)
            return cut(without(gains, debt), room)

        starts = cap.window.name == "period"  # a base stands in no other window
        start = cap.clamp(side.start) - zero if starts else side.start
        if cap.window.name == "event":
            moved = replace(side, start=start)
            return moved if ahead is None else self._each(moved, cap, max(ahead * side.sign, 0))
        from_start = partial(leave, start=side.start) if side.start and starts else None
        grid = _grid_of(cap.window)
        flow, took = limited(side.flow, grid, self.stretch, leave, from_start)
        took = took or start != side.start
        moved = side if start == side.start else replace(side, start=start)
        return _bound_by(moved, flow, cap) if took else moved

    def _forgetting(self, both: Both, cap: Cap) -> Both:
        """Lose what lies beyond: going there and back again may bring more than going one way."""
        if not (both.bends or both.returns):
            return both
        if (
            both.returns
        ):  # what ends takes no more than the limit let through, however much it brought inside
            return both.each(lambda side: with_more(side, ENDLESS))
        adds, deducts = both.adds, both.deducts
        gain: Much = ENDLESS if cap.window.name != "period" else 0
        loss: Much = gain
        down, up = (sum_in(side.flow, self.stretch) for side in (deducts, adds))
        if cap.low is not None and (gain or both.rises):
            gain = gain or max(cap.low - cap.clamp(adds.start) + down, 0)
            adds = with_more(adds, gain)
        if cap.high is not None and (loss or both.falls):
            loss = loss or max(cap.clamp(deducts.start) - cap.high + up, 0)
            deducts = with_more(deducts, loss)
        return replace(both, adds=adds, deducts=deducts)

    # --- borders -------------------------------------------------------------------------------

    def held_down(self, name: str, both: Both) -> Both:
        """Let a veto take what is there: of a base, or of a debt."""
        if name not in self.held:
            return both
        known = self.plan.ledgers
        if both.returns and name not in known:
            # What is taken back while it is held is taken once more from what is around.
            return both.each(lambda side: with_more(side, ENDLESS, "veto"))

        def hold(side: SideFlow) -> SideFlow:
            there = max(-side.start * side.sign, 0)
            if there <= sum_in(side.flow, self.stretch):
                return side
            why = frozenset() if name in known else side.flow.why | {"veto"}
            flow = Flow({PERIOD: (repeated(there, 1),)}, why=why)
            return replace(side, flow=flow)

        return replace(both.each(hold), returns=True)

    def _weigh(self, node: ReachNode, both: Both, outside: frozenset[str]) -> Both:
        factor, rounding = exact(node.border.factor), node.border.rounding
        if factor != 1:
            both = both.each(
                lambda side: replace(
                    side,
                    flow=times_as_much(side.flow, factor),
                    start=exact(Fraction(side.start) * factor),
                )
            )
            grain = None if both.grain is None else exact(Fraction(both.grain) * factor)
            both = replace(both, grain=grain)
        step = None if rounding is None else exact(Fraction(rounding.step) * self.plan.scale)
        if rounding is None or step is None or (both.grain is not None and not both.grain % step):
            return both
        sided = bool(outside & {"added", "deducted", "times"}) or self.one_sided
        if both.expires or (both.rises and both.falls and sided):
            both = both.each(lambda side: with_more(side, ENDLESS, "rounding"))
        both = both.each(lambda side: self._rounded(side, rounding))
        return replace(both, bends=True, alone="", grain=step)

    def _rounded(self, side: SideFlow, rounding: Rounding) -> SideFlow:
        """Round the sum, so that one event may bring up to a step more than its own."""
        scale = self.plan.scale
        start = rounding.apply(side.start, scale)
        if side.flow.is_empty:
            return replace(side, start=start)
        step = exact(Fraction(rounding.step) * scale)
        loose = side.flow.loose | {"rounding"}
        whole = sum_in(side.flow, self.stretch)
        if whole == ENDLESS:
            cells = {
                grid: tuple(_up(cell, step) for cell in cells)
                for grid, cells in side.flow.cells.items()
            }
            return replace(side, flow=replace(side.flow, cells=cells, loose=loose), start=start)
        after = round_much(side.start + whole * side.sign, rounding, scale)
        moved = (after - start) * side.sign
        gains = cut(_more(over_period(side.flow, self.stretch), step), moved)
        flow = Flow({PERIOD: (gains,)}, why=side.flow.why, loose=loose)
        return replace(side, flow=flow, start=start)


# --- small steps ----------------------------------------------------------------------------------


def _grid_of(window: Window) -> str:
    """Return the kind of window a limit is asked in; a length is asked over the whole period."""
    if window.name in ("ever", "length"):
        return PERIOD
    return window.name


def _bound_by(side: SideFlow, flow: Flow, cap: Cap | None) -> SideFlow:
    """Return what a limit left of the side, and the limit if it took something."""
    binds = side.binds if cap is None else (*side.binds, cap)
    return replace(side, flow=flow, binds=binds)


def _unseen(side: SideFlow) -> SideFlow:
    return replace(side, flow=replace(side.flow, why=side.flow.why | {"long"}))


def with_more(side: SideFlow, points: Much, why: str = "lost") -> SideFlow:
    """Return the same side with a bound so much higher."""
    if points <= 0:
        return side
    cells = dict(side.flow.cells)
    one = repeated(points, 1)
    cells[PERIOD] = tuple(merged([cell, one]) for cell in cells.get(PERIOD, ((),)))
    flow = replace(side.flow, cells=cells, ceiling=ENDLESS, why=side.flow.why | {why})
    return replace(side, flow=flow)


def _more(gains: Gains, step: Exact) -> Gains:
    """Return the best event a step better."""
    (gain, count), *rest = gains
    return merged([repeated(gain + step, 1), repeated(gain, count - 1), tuple(rest)])


def _up(gains: Gains, step: Exact) -> Gains:
    return merged(
        [((gain if isinstance(gain, float) else -(-gain // step) * step, n),) for gain, n in gains]
    )

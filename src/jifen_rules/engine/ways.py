"""The ways of plain grants: first what depends on the order of events, then what only adds up.

A border, and a limit that keeps what is beyond it, give for several amounts of a side what they
give for their sum. Where nothing else follows, points wait there, and go on together.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import chain
from typing import NamedTuple, TypeAlias

from ..core.terms import Exact
from ..plan import Plan, Post
from .frames import DayFrames
from .fusing import Driven, Driver
from .routes import Route
from .rows import Cut, Ledgers
from .stages import Run, Stage
from .state import Contribution, Side, SubjectState

_Ends: TypeAlias = tuple[tuple[Post, tuple[Stage, ...]], ...]
"""The ledgers at the end of a way, each with its limits."""

_SIDES: tuple[Side, Side] = ("added", "deducted")


Entered: TypeAlias = tuple[Exact, tuple[Cut, ...], Ledgers]
"""Holds what came of points: into the total, what was cut on the way, into other ledgers."""


class Rest:
    """The last part of a way, for one event: stages, then ledgers.

    Without a branch, all of it enters the total.
    """

    def __init__(self, stages: tuple[Stage, ...], ends: _Ends, make: Callable[..., Driver]) -> None:
        """`make` makes a function of stages, once points are run through them."""
        if [(post.ledger, post.part) for post, _ in ends] == [("total", 1)]:
            stages, ends = (*stages, *ends[0][1]), ()  # its limits are further stages
        self._stages, self._ends, self._make = stages, ends, make

    @cached_property
    def _drive(self) -> Driver:
        return self._make(self._stages)

    @cached_property
    def _branches(self) -> tuple[tuple[Post, Driver], ...]:
        return tuple((post, self._make(limits)) for post, limits in self._ends)

    def run(self, sums: DayFrames, item: Contribution, x: Exact) -> Entered:
        """Run points through it; no ledger changes."""
        x, cuts = self._drive(sums, item, x)
        if not self._branches:
            return x, cuts, ()
        granted: Exact = 0
        ledgers: dict[str, Exact] = {}
        for post, drive in self._branches if x else ():
            y, more = drive(sums, item, x if post.part == 1 else post.part * x)
            cuts += more
            if post.ledger == "total":
                granted = y
            elif y:
                ledgers[post.ledger] = y
        return granted, cuts, tuple(sorted(ledgers.items()))


class Basins:
    """Where points of several ways wait, and how they go on together, stage by stage."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._ledgers: list[tuple[int, str]] = []
        self._flows: list[tuple[int, int, Run | None, Exact]] = []
        """From where to where, by which stage, and what part; the last first."""

    def __len__(self) -> int:
        return len(self._numbers)

    def before(self, stages: tuple[Stage, ...], ends: _Ends | str) -> int:
        """Return the number of the basin before some stages and what lies at their end."""
        key = (stages, ends)
        found = self._numbers.get(key)
        if found is not None:
            return found
        number = self._numbers[key] = len(self._numbers)
        if stages:
            first, *others = stages
            run = first.pieces[0] if len(first.pieces) == 1 else first.run
            self._flows.append((number, self.before(tuple(others), ends), run, 1))
        elif isinstance(ends, str):
            self._ledgers.append((number, ends))
        else:
            onwards = [(self.before(limits, post.ledger), post.part) for post, limits in ends]
            self._flows += [(number, onward, None, part) for onward, part in onwards]
        return number

    def drain(
        self, came: list[Exact], state: SubjectState, sums: DayFrames, item: Contribution
    ) -> None:
        """Let what came to each basin go on, into the ledgers of a subject."""
        for at, onward, run, part in reversed(self._flows):
            x = came[at]
            if x:
                y = x if run is None else run(sums, item, x)
                came[onward] += y if part == 1 else part * y
        for at, ledger in self._ledgers:
            if came[at]:
                state.accounts[ledger].inner += came[at]


class Way(NamedTuple):
    """How points of one side of a grant go: to a basin, then the rest.

    Without a basin, the rest is all of it.
    """

    drive: Driver | None
    basin: int | None
    rest: Rest


class Ways:
    """The ways of several grants, who share what lies further out."""

    def __init__(
        self,
        plan: Plan,
        routes: Mapping[str, Route],
        driver: Callable[[Driven], Driver],
        *,
        waits: bool,
    ) -> None:
        """`driver` makes a function of stages; `waits` tells whether points may wait."""
        self._plan, self._routes, self._driver = plan, routes, driver
        self.basins = Basins()
        self._rests: dict[object, Rest] = {}
        self._onward: dict[Stage, object] = {}
        self._begins = self._begin_all() if waits else dict.fromkeys(routes)
        ends = (branch.limits for route in routes.values() for branch in route.branches)
        stages = chain(*(route.trunk for route in routes.values()), *ends)
        self.are_numbered = any(stage.tells_events_apart for stage in stages)
        """Tells whether a limit must know which event reaches it."""

    def of(self, name: str) -> dict[Side, Way]:
        """Return the ways of a grant by side."""
        return {side: self._way(self._routes[name], self._begins[name], side) for side in _SIDES}

    def _way(self, route: Route, begin: int | None, side: Side) -> Way:
        driver = self._driver  # a rest must not know these ways, which know it

        def make(stages: tuple[Stage, ...]) -> Driver:
            return driver(_driven(stages, side))

        head, stages = route.trunk[: begin or 0], route.trunk[begin or 0 :]
        ends = _ends(route, side)
        key = (stages, ends, side)
        rest = self._rests.get(key)
        if rest is None:
            rest = self._rests[key] = Rest(stages, ends, make)
        basin = None if begin is None else self.basins.before(*_felt(stages, ends, side))
        return Way(make(head) if _driven(head, side) else None, basin, rest)

    def _begin_all(self) -> dict[str, int | None]:
        """Find the stage from which on each way only adds up.

        None for all, where some ledger must know what each event brings, in order: one that loses,
        or one that others share a limit or a rounding with; or where what waits before a stage
        would meet there what does not.
        """
        begins = {name: self._begin(route) for name, route in self._routes.items()}
        several = [(route, begins[name]) for name, route in self._routes.items()]
        early = {stage for route, begin in several for stage in route.trunk[:begin]}
        late = {stage for route, begin in several for stage in route.trunk[begin or 0 :]}
        apart = None not in begins.values() and early.isdisjoint(late)
        waits = apart and all(self._parts_nowhere(route, begin or 0) for route, begin in several)
        return begins if waits else dict.fromkeys(begins)

    def _parts_nowhere(self, route: Route, begin: int) -> bool:
        """Tell whether all that meets at a limit or a rounding goes on from there by one way.

        So adds and deducts that meet there meet no limit of one side further out.
        """
        for side in _SIDES:
            stages, ends = _felt(route.trunk[begin:], _ends(route, side), side)
            for number, stage in enumerate(stages, 1):
                meets, onward = stage.cap is not None or stage.is_net, (stages[number:], ends)
                if meets and self._onward.setdefault(stage, onward) != onward:
                    return False
        return True

    def _begin(self, route: Route) -> int | None:
        """Find the first stage from which on a route only adds up; None if its ends do not."""
        ends = [stage for branch in route.branches for stage in branch.limits]
        if not all(map(self._adds_up, ends)):
            return None
        begin = len(route.trunk)
        while begin and self._adds_up(route.trunk[begin - 1]):
            begin -= 1
        return begin

    def _adds_up(self, stage: Stage) -> bool:
        """Tell whether a stage gives for several amounts of a side what their sum gives.

        They are those of one period.
        """
        cap = stage.cap
        if cap is None:
            return True
        rule, window = self._plan.period, cap.window.name
        is_calendar = (rule.count, rule.unit, rule.from_month, rule.from_day) == (1, "year", 1, 1)
        spans = window in ("period", "ever") or (window == "year" and is_calendar)
        return spans and stage.place is not None


def _ends(route: Route, side: Side) -> _Ends:
    return tuple((b.post, b.limits) for b in route.branches if b.post.side in (None, side))


def _felt(stages: tuple[Stage, ...], ends: _Ends, side: Side) -> tuple[tuple[Stage, ...], _Ends]:
    """Leave out the stages that change no points of a side."""

    def felt(several: tuple[Stage, ...]) -> tuple[Stage, ...]:
        return tuple(stage for stage, _, _ in _driven(several, side))

    return felt(stages), tuple((post, felt(limits)) for post, limits in ends)


def _driven(stages: tuple[Stage, ...], side: Side) -> Driven:
    """Return the stages that may change points of a side, each limit on that side unasked."""
    found = []
    for stage in stages:
        cap, pieces = stage.cap, stage.pieces
        if cap is not None and cap.kind not in ("net", "times"):
            pieces = pieces if cap.kind == side else ()
        if pieces:
            found.append((stage, pieces, cap is not None))
    return tuple(found)

"""The ways of plain grants: first what depends on the order of events, then what only adds up.

A border, and a limit on the net that keeps what is beyond it, give for several amounts what they
give for their sum. Where nothing else follows, points wait there, and go on together.
"""

from collections.abc import Callable, Mapping
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
"""What came of points: into the total, what was cut on the way, into other ledgers."""


class Rest:
    """The last part of a way, for one event: stages, then ledgers.

    Without a branch, all of it enters the total.
    """

    __slots__ = ("_branches", "_drive")

    def __init__(self, stages: tuple[Stage, ...], ends: _Ends, make: Callable[..., Driver]) -> None:
        """`make` makes a function of stages."""
        if [(post.ledger, post.part) for post, _ in ends] == [("total", 1)]:
            stages, ends = (*stages, *ends[0][1]), ()  # its limits are further stages
        self._drive = make(stages)
        self._branches = tuple((post, make(limits)) for post, limits in ends)

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
            onward = self.before(stages[1:], ends)
            self._flows.append((number, onward, stages[0].run if stages[0].pieces else None, 1))
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

    drive: Driver
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
        """Whether a limit must know which event reaches it."""

    def of(self, name: str) -> dict[Side, Way]:
        """Return the ways of a grant by side."""
        return {side: self._way(self._routes[name], self._begins[name], side) for side in _SIDES}

    def _way(self, route: Route, begin: int | None, side: Side) -> Way:
        def make(stages: tuple[Stage, ...]) -> Driver:
            return self._driver(_driven(stages, side))

        head, stages = route.trunk[: begin or 0], route.trunk[begin or 0 :]
        ends = _ends(route, side)
        key = (stages, ends, side)
        rest = self._rests.get(key)
        if rest is None:
            rest = self._rests[key] = Rest(stages, ends, make)
        basin = None if begin is None else self.basins.before(stages, ends)
        return Way(make(head), basin, rest)

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
        """Whether all that meets at a limit or a rounding goes on from there by one way."""
        for side in _SIDES:
            ends = _ends(route, side)
            for number, stage in enumerate(route.trunk[begin:], begin + 1):
                onward = (route.trunk[number:], ends)
                if stage.is_net and self._onward.setdefault(stage, onward) != onward:
                    return False
        return True

    def _begin(self, route: Route) -> int | None:
        ends = [stage for branch in route.branches for stage in branch.limits]
        if not all(map(self._adds_up, ends)):
            return None
        begin = len(route.trunk)
        while begin and self._adds_up(route.trunk[begin - 1]):
            begin -= 1
        return begin

    def _adds_up(self, stage: Stage) -> bool:
        """Whether a stage gives for several amounts of a period what it gives for their sum."""
        cap = stage.cap
        if cap is None:
            return True
        rule, window = self._plan.period, cap.window.name
        is_calendar = (rule.count, rule.unit, rule.from_month, rule.from_day) == (1, "year", 1, 1)
        spans = window in ("period", "ever") or (window == "year" and is_calendar)
        return spans and cap.kind == "net" and stage.place is not None


def _ends(route: Route, side: Side) -> _Ends:
    return tuple((b.post, b.limits) for b in route.branches if b.post.side in (None, side))


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

"""The ways of plain grants: first what depends on the order of events, then what only adds up.

A border, and a limit on the net that keeps what is beyond it, give for several amounts what they
give for their sum. Where nothing else follows, points wait there, and go on together.
"""

from collections.abc import Callable, Container, Iterable, Mapping
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


class Entered(NamedTuple):
    """What came of points: into the total, what was cut on the way, into other ledgers."""

    granted: Exact
    cuts: tuple[Cut, ...]
    ledgers: Ledgers


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
            return Entered(x, cuts, ())
        granted: Exact = 0
        ledgers: dict[str, Exact] = {}
        for post, drive in self._branches if x else ():
            y, more = drive(sums, item, x if post.part == 1 else post.part * x)
            cuts += more
            if post.ledger == "total":
                granted = y
            elif y:
                ledgers[post.ledger] = y
        return Entered(granted, cuts, tuple(sorted(ledgers.items())))


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
        self._begins = self._begin_all() if waits else dict.fromkeys(routes)
        stages = (stage for route in routes.values() for stage in _until(route, None))
        self.are_numbered = any(stage.tells_events_apart for stage in stages)
        """Whether a limit must know which event reaches it."""

    def of(self, name: str) -> dict[Side, Way]:
        """Return the ways of a grant by side."""
        return {side: self._way(self._routes[name], self._begins[name], side) for side in _SIDES}

    def _way(self, route: Route, begin: int | None, side: Side) -> Way:
        def make(stages: tuple[Stage, ...]) -> Driver:
            return self._driver(_driven(stages, side))

        head, stages = route.trunk[: begin or 0], route.trunk[begin or 0 :]
        ends = tuple((b.post, b.limits) for b in route.branches if b.post.side in (None, side))
        key = (stages, ends, side)
        rest = self._rests.get(key)
        if rest is None:
            rest = self._rests[key] = Rest(stages, ends, make)
        basin = None if begin is None else self.basins.before(stages, ends)
        return Way(make(head), basin, rest)

    def _begin_all(self) -> dict[str, int | None]:
        """Find the stage from which on each way only adds up; None where one does not.

        A stage that stands in the rest of one way stands in no other's beginning.
        """
        begins = {name: self._begin(route) for name, route in self._routes.items()}
        while None not in begins.values():
            early = {s for name, route in self._routes.items() for s in _until(route, begins[name])}
            later = {n: _after(route, begins[n], early) for n, route in self._routes.items()}
            if later == begins:
                return begins
            begins = later
        return dict.fromkeys(begins)  # some ledger must know what each event brings, in order

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


def _until(route: Route, begin: int | None) -> Iterable[Stage]:
    """Return the stages before the rest; all where there is none."""
    if begin is not None:
        return route.trunk[:begin]
    return chain(route.trunk, *(branch.limits for branch in route.branches))


def _after(route: Route, begin: int | None, early: Container[Stage]) -> int | None:
    """Return where the rest begins that has none of some stages; None where there is no such."""
    if begin is None or any(stage in early for branch in route.branches for stage in branch.limits):
        return None
    several = (n for n in range(len(route.trunk), begin, -1) if route.trunk[n - 1] in early)
    return next(several, begin)


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

"""Events of one group, in order: by programs over registers, and where they do not reach, by the fold.

A subject for whom nothing but programs has run has no State yet: its registers are a copy of those that
the fold opens everybody of its kind with. The fold gets it, and closes its period, when that is asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import TypeAlias

from ..entry import Entry, Outcome, Score
from ..event import Event
from ..plan import Cap, Fixed, Grant, Plan, Versions
from ..roster import Roster
from ..terms import Calendar, Exact, Period
from .fold import Fold
from .inputs import holds
from .program import (
    SHORT,
    Conditions,
    Pour,
    Program,
    Programs,
    Record,
    completed,
    pour_of,
    programs_of,
)
from .registers import (
    HISTORY,
    SUMS,
    Layout,
    Registers,
    flush,
    layout_of,
    load,
    spans_period,
)
from .state import Draft, State, Unfit, World
from .value import ask

Judge: TypeAlias = Callable[[Event], Outcome | None]
"""Why an event does not count, by all tests of admission but those about other events."""
Rows: TypeAlias = list[Entry | Record]
Refuse: TypeAlias = Callable[[Event, Outcome], Entry]
Words: TypeAlias = tuple[str, frozenset[str]]
"""The kind and the classes of a subject."""


@dataclass
class Table:
    """The programs of a plan for subjects of one kind that have the same ledgers."""

    layout: Layout
    programs: Mapping[str, Programs]
    short: dict[str, Program]
    """Those up to where all only adds up."""
    pour: Pour | None

    @cached_property
    def whole(self) -> dict[str, Program]:
        """Those that go the whole way."""
        return {name: programs.whole for name, programs in self.programs.items()}


@dataclass(frozen=True, slots=True)
class Opening:
    """How everybody of a kind begins, on whichever day from the first until the next boundary."""

    table: Table
    registers: Registers
    first: date
    until: date
    fold: Fold
    """The fold that opened the first of them."""
    state: State


@dataclass(slots=True)
class Fresh:
    """A subject that only programs have run for since it began."""

    subject: str
    start: date
    opening: Opening
    registers: Registers

    @property
    def period(self) -> Period:
        """The one period it has been in."""
        return self.opening.state.period


class Shop:
    """The programs of one evaluation, written when they are first asked for."""

    def __init__(
        self, versions: Versions, roster: Roster, as_of: date, workdays: Calendar | None,
        *, status: str, known_on: date | None, judge: Judge,
    ) -> None:  # fmt: skip
        self.versions, self.roster, self.judge = versions, roster, judge
        self.as_of, self.workdays, self.status = as_of, workdays, status
        self.last = min(as_of, known_on or as_of)
        """The last day of which every event is known."""
        self._wary = frozenset({"recorded_on"} if known_on is not None else ())
        self._layouts: dict[date, Layout] = {}
        self._tables: dict[tuple[date, Words, frozenset[str]], Table] = {}
        self._openings: dict[Words, list[Opening]] = {}
        self._world = World(versions, roster, as_of, workdays)
        self.closes_quietly = all(map(_closes_quietly, versions.plans))

    def fold(self) -> Fold:
        """A fold for one group."""
        return Fold(self.versions, self.roster, self.as_of, self.workdays)

    def table(self, plan: Plan, words: Words, ledgers: frozenset[str]) -> Table:
        """The programs for subjects with these words and ledgers."""
        key = (plan.version, words, ledgers)
        if key not in self._tables:
            if plan.version not in self._layouts:
                self._layouts[plan.version] = layout_of(plan)
            layout = self._layouts[plan.version].bare()
            mine = (pair for pair in plan.grants.items() if self._is_for(pair[1], words))
            found = ((name, self._programs(grant, layout, ledgers)) for name, grant in mine)
            programs = {name: p for name, p in found if p is not None}
            short = {name: p.short for name, p in programs.items()}
            self._tables[key] = Table(layout, programs, short, pour_of(layout))
        return self._tables[key]

    def opening(self, subject: str, start: date) -> Opening | None:
        """How a subject begins on a day, if all of its kind begin alike."""
        words = self.roster.always(subject)
        if words is None:
            return None
        for opening in self._openings.get(words, ()):
            if opening.first <= start <= opening.until:
                return opening
        plan = self.versions.on(start)
        return self._opened(plan, words, subject, start) if plan.kind == words[0] else None

    def _opened(self, plan: Plan, words: Words, subject: str, start: date) -> Opening | None:
        """Let the general stages open one subject, and see whether all others begin like it."""
        if not _begins_alike(plan):
            return None
        fold = self.fold()
        fold.begin(subject, start)
        until = fold.reach(start)
        state = fold.world.states.get(subject)
        if state is None or fold.entries or not is_plain(state):
            return None
        table = self.table(plan, words, frozenset(state.accounts))
        registers = load(table.layout, fold.world, state, start)
        opening = Opening(table, registers, start, min(until, self.last), fold, state)
        self._openings.setdefault(words, []).append(opening)
        return opening

    def _is_for(self, grant: Grant, words: Words) -> bool:
        kind, classes = words
        groups = grant.kinds or ((self.versions.first.kind,),)
        return all(kind in group or not classes.isdisjoint(group) for group in groups)

    def _programs(self, grant: Grant, layout: Layout, ledgers: frozenset[str]) -> Programs | None:
        passing = {s for s, step in grant.statuses.items() if step >= grant.count_step}
        if self.status in passing:
            passing.add("")
        under = Conditions(frozenset(passing), self._wary)
        return programs_of(grant, layout, ledgers, under, self._asked)

    def _asked(self, grant: Grant, event: Event) -> Exact | None:
        """What an event asks for by the general stages, if it says all it needs and its condition holds."""
        world = self._world
        world.plan = self.versions.on(event.date)
        said = {*(event.said or ()), *(name for name, text in event.attributes if text)}
        lacks = grant.needs - said - ({"quantity"} if event.quantity is not None else set())
        if lacks or not holds(world, grant.when, event):
            return None
        try:
            return ask(world, grant, event, Draft())
        except Unfit:
            return None


class Alone:
    """A subject that nothing ties to others, from its beginning for as long as nothing but programs is needed.

    As of `Lane`, no event may come here that speaks of another, undoes something, or shares its id.
    """

    def __init__(self, shop: Shop, subject: str, start: date | None) -> None:
        """Without a start it begins with its first event that counts."""
        self.shop, self.subject, self.start = shop, subject, start
        self.rows: Rows = []
        """What was written: a record or an entry for each event taken."""
        self._fresh: Fresh | None = None
        self._has_run = False

    def run(self, events: Sequence[Event], refuse: Refuse) -> bool:
        """Take events in the order of their keys; whether the general stages must go on with the next."""
        rows = self.rows
        while len(rows) < len(events):
            self._run_programs(events)
            if len(rows) == len(events):
                break
            event = events[len(rows)]
            outcome = self.shop.judge(event)
            if outcome is None:
                self.start = self.start or event.date
                return True
            rows.append(refuse(event, outcome))
        return False

    def finish(self) -> Fresh | None:
        """Who it is now, if that tells what its one period comes to."""
        fresh = self.fresh
        if fresh is None and self.start is not None:
            fresh = self._begun(self.start, writes=False)
        if fresh is None or not self.shop.closes_quietly:
            return None
        return fresh if fresh.opening.until >= self.shop.as_of else None

    @property
    def fresh(self) -> Fresh | None:
        """Who it is, once a program has run for it."""
        return self._fresh if self._has_run else None

    def _run_programs(self, events: Sequence[Event]) -> None:
        """Take what events programs take."""
        rows, shop, first = self.rows, self.shop, events[len(self.rows)].date
        if not shop.versions.first.version <= first <= shop.last:
            return
        fresh = self.fresh or self._begun(self.start or first)
        if fresh is None:
            return
        rest = iter(events) if not rows else islice(events, len(rows), None)
        before, until = len(rows), fresh.opening.until
        programs, registers = fresh.opening.table.short, fresh.registers
        if events[-1].date <= until:
            _straight_on(rest, programs, registers, rows)
        else:
            _go_on(rest, self.subject, until, programs, registers, rows)
        if len(rows) > before:
            self._fresh, self._has_run = fresh, True

    def _begun(self, start: date, *, writes: bool = True) -> Fresh | None:
        opening = self.shop.opening(self.subject, start)
        if opening is None:
            return None
        registers = opening.registers
        if writes:
            registers = registers.copy()
            registers[SUMS], registers[HISTORY] = {}, []
        return Fresh(self.subject, start, opening, registers)


class Lane:
    """One group of subjects: its fold, and the registers of those for whom programs run.

    Events that speak of another, undo something, or share their id with another do not come here.
    """

    def __init__(self, shop: Shop, starts: Mapping[str, date]) -> None:
        """`starts` says when those begin who are in the group from the start."""
        self.shop, self.fold = shop, shop.fold()
        self.entries: Rows = []
        """What was written so far; the fold writes to it too."""
        self.fold.world.entries = self.entries  # type: ignore[assignment]  # it only adds to them
        self._open: dict[str, tuple[Layout, Registers]] = {}
        for subject, day in starts.items():
            self.fold.begin(subject, day)

    @classmethod
    def after(cls, alone: Alone) -> "Lane":
        """Go on for a subject that was alone, where programs do not reach."""
        fresh, start = alone.fresh, alone.start
        lane = cls(alone.shop, {alone.subject: start} if start and fresh is None else {})
        lane.entries += give_back(lane.fold, fresh, alone.rows) if fresh else alone.rows
        return lane

    def run(self, events: Iterable[Event], refuse: Refuse) -> None:
        """Take events in the order of their keys."""
        rest = iter(events)
        event = next(rest, None)
        while event is not None:
            until, programs, registers = self._meet(event)
            program = programs.get(event.indicator)
            record = None if program is None else program(event, registers)
            if record is None:
                self._generally(event, refuse)
                event = next(rest, None)
                continue
            self.entries.append(record)
            event = _go_on(rest, event.subject, until, programs, registers, self.entries)

    def finish(self) -> list[Score]:
        """What each period of each subject comes to."""
        self._settle()
        return self.fold.finish()

    def _meet(self, event: Event) -> tuple[date, Mapping[str, Program], Registers]:
        """The programs for an event's subject, its registers, and until which day they are good."""
        day, who, shop, world = event.date, event.subject, self.shop, self.fold.world
        if day > shop.last or day < shop.versions.first.version:
            return day, {}, []
        if self.fold.is_due(day):
            self._settle()
        until = min(self.fold.reach(day), shop.last)
        state, words = world.states.get(who), shop.roster.always(who)
        if state is None or words is None or not is_plain(state):
            return until, {}, []
        table = shop.table(world.plan, words, frozenset(state.accounts))
        if who not in self._open:
            self._open[who] = table.layout, load(table.layout, world, state, day)
        return until, table.whole, self._open[who][1]

    def _generally(self, event: Event, refuse: Refuse) -> None:
        """Let admission and the fold have an event that programs do not reach."""
        outcome = self.shop.judge(event)
        if outcome is not None:
            self.entries.append(refuse(event, outcome))
            return
        self._settle()
        self.fold.take(event)

    def _settle(self) -> None:
        """Give every subject's registers back to the fold."""
        for subject, (layout, registers) in self._open.items():
            flush(layout, self.fold.world.states[subject], registers)
        self._open.clear()


def _go_on(
    rest: Iterator[Event], who: str, until: date, programs: Mapping[str, Program],
    registers: Registers, entries: list[Entry | Record],
) -> Event | None:  # fmt: skip
    """Run programs for a subject, until a day; gives the first event that they do not take."""
    add = entries.append
    for event in rest:
        program = programs.get(event.indicator)
        if program is None or event.date > until or event.subject != who:
            return event
        record = program(event, registers)
        if record is None:
            return event
        add(record)
    return None


def _straight_on(
    rest: Iterator[Event], programs: Mapping[str, Program], registers: Registers,
    entries: list[Entry | Record],
) -> Event | None:  # fmt: skip
    """The same where all that comes is of the subject and before the day."""
    add = entries.append
    for event in rest:
        try:
            program = programs[event.indicator]
        except KeyError:
            return event
        record = program(event, registers)
        if record is None:
            return event
        add(record)
    return None


def whole_rows(fresh: Fresh, rows: Rows) -> tuple[Rows, Registers]:
    """The records of a subject with what they brought the ledgers, and the registers after them."""
    registers = fresh.registers.copy()
    return [
        completed(row, registers) if type(row) is tuple and len(row) == SHORT else row
        for row in rows
    ], registers


def give_back(fold: Fold, fresh: Fresh, rows: Rows) -> Rows:
    """Open a subject in a fold, with what programs have made of it; gives its records whole."""
    whole, registers = whole_rows(fresh, rows)
    fold.begin(fresh.subject, fresh.start)
    fold.reach(fresh.start)
    flush(fresh.opening.table.layout, fold.world.states[fresh.subject], registers)
    return whole


def is_plain(state: State) -> bool:
    """Whether nothing is held down, nor beyond a bound that was lowered."""
    return not state.holds and not state.over


def _begins_alike(plan: Plan) -> bool:
    """Whether all subjects begin with the same figures, on whichever day of a period."""
    bases = [ledger.base for ledger in plan.ledgers.values()] + [s.value for s in plan.starts]
    stages = (stage for start in plan.starts for stage in start.path if isinstance(stage, Cap))
    steady = all(spans_period(cap.window, plan.period) for cap in stages if cap.kind == "net")
    return steady and all(isinstance(base, Fixed) for base in bases)


def _closes_quietly(plan: Plan) -> bool:
    """Whether the end of the last day writes no entry of its own."""
    standing = any(grant.standing for grant in plan.grants.values())
    windows = any(reward.window for reward in plan.rewards.values())
    return not (standing or windows or plan.rules)

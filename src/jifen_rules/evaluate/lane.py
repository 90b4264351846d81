"""Events of one group, in order: by programs over registers, and where they do not reach, by the fold.

A subject for whom nothing but programs has run has no State yet: its registers are a copy of those that
the fold opens everybody of its kind with. The fold gets it, and closes its period, when that is asked for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

from ..entry import Entry, Outcome, Score, Standing
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
    standings: dict[tuple[str, Exact], Standing]
    """Levels by ladder and figure, once they were looked at."""


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
        plan = self.versions.on(start)
        if words is None or plan.kind != words[0]:
            return None
        known = self._openings.setdefault(words, [])
        for opening in known:
            if opening.first <= start <= opening.until:
                return opening
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
        known.append(Opening(table, registers, start, min(until, self.last), fold, state, {}))
        return known[-1]

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


class Lane:
    """One group of subjects: its fold, and the registers of those for whom programs run.

    Events that speak of another, undo something, or share their id with another do not come here.
    """

    def __init__(self, shop: Shop, starts: Mapping[str, date], *, alone: str = "") -> None:
        """`starts` says when those begin who are on the roster; `alone` is the only subject."""
        self.shop, self.starts, self.alone = shop, starts, alone
        self.entries: list[Entry | Record] = []
        """What was written so far."""
        self.fresh: Fresh | None = None
        self.refused = 0
        self._open: dict[str, tuple[Layout, Registers]] = {}
        self._begun: set[str] = set()
        if not alone:
            for subject, day in starts.items():
                self._begin(subject, day)

    @cached_property
    def fold(self) -> Fold:
        """The fold of the group, made when something needs it; it writes to the same entries."""
        fold = self.shop.fold()
        fold.world.entries = self.entries  # type: ignore[assignment]  # it only adds to them
        return fold

    def run(self, events: Sequence[Event], refuse: Refuse) -> None:
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
            if self.alone and events[-1].date <= until:
                event = _straight_on(rest, programs, registers, self.entries)
            else:
                event = _go_on(rest, event.subject, until, programs, registers, self.entries)

    def finish(self) -> list[Score] | Fresh:
        """What each period of each subject comes to; of one who is fresh, what tells it."""
        shop = self.shop
        fresh = self.fresh = self.fresh if self._has_run() else None
        if fresh is None and self.alone in self.starts and self.alone not in self._begun:
            start = self.starts[self.alone]
            opening = shop.opening(self.alone, start)
            if opening is not None:
                fresh = Fresh(self.alone, start, opening, opening.registers)
        if fresh is not None and shop.closes_quietly and fresh.opening.until >= shop.as_of:
            return fresh
        self._settle()
        return self.fold.finish()

    # --- into the lane, and out of it ------------------------------------------------------------

    def _meet(self, event: Event) -> tuple[date, Mapping[str, Program], Registers]:
        """The programs for an event's subject, its registers, and until which day they are good."""
        day, who = event.date, event.subject
        if day > self.shop.last or day < self.shop.versions.first.version:
            return day, {}, []
        if who == self.alone and who not in self._begun:
            start = (
                self.fresh.start if self._has_run() and self.fresh else self.starts.get(who, day)
            )
            opening = self.shop.opening(who, start)
            if opening is not None and day <= opening.until:
                return self._begin_fresh(who, start, opening)
            if not self._has_run() and who not in self.starts:
                self.fresh = None
                return date.min, {}, []
            self._settle()
        return self._resume(who, day)

    def _begin_fresh(
        self, who: str, start: date, opening: Opening
    ) -> tuple[date, Mapping[str, Program], Registers]:
        if self.fresh is None or not self._has_run():
            registers = opening.registers.copy()
            registers[SUMS], registers[HISTORY] = {}, []
            self.fresh = Fresh(who, start, opening, registers)
        return opening.until, opening.table.short, self.fresh.registers

    def _resume(self, who: str, day: date) -> tuple[date, Mapping[str, Program], Registers]:
        world = self.fold.world
        if self.fold.is_due(day):
            self._settle()
        until = min(self.fold.reach(day), self.shop.last)
        state, words = world.states.get(who), self.shop.roster.always(who)
        if state is None or words is None or not is_plain(state):
            return until, {}, []
        table = self.shop.table(world.plan, words, frozenset(state.accounts))
        if who not in self._open:
            self._open[who] = table.layout, load(table.layout, world, state, day)
        return until, table.whole, self._open[who][1]

    def _generally(self, event: Event, refuse: Refuse) -> None:
        """Let admission and the fold have an event that programs do not reach."""
        outcome = self.shop.judge(event)
        if outcome is not None:
            self.entries.append(refuse(event, outcome))
            self.refused += 1
            return
        if self.alone and event.subject not in self._begun and not self._has_run():
            self.fresh = None
            self._begin(event.subject, self.starts.get(event.subject, event.date))
        self._settle()
        self.fold.take(event)

    def _has_run(self) -> bool:
        """Whether a program has run for the subject that is alone."""
        return self.fresh is not None and len(self.entries) > self.refused

    def _begin(self, subject: str, day: date) -> None:
        self._begun.add(subject)
        self.fold.begin(subject, day)

    def _settle(self) -> None:
        """Give every subject's registers back to the fold."""
        fresh, self.fresh = self.fresh, None
        if fresh is not None:
            self._begun.add(fresh.subject)
            self.entries[:] = give_back(self.fold, fresh, self.entries)
        elif self.alone in self.starts and self.alone not in self._begun:
            self._begin(self.alone, self.starts[self.alone])
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

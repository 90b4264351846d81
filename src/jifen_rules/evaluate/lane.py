"""Events of one group, in order: by programs over registers, and where they do not reach, by the fold.

A subject for whom nothing but programs has run has no State yet: its registers are a copy of those that
the fold opens everybody of its kind with. The fold gets it, and closes its period, when that is asked for.
"""

from collections.abc import (
    Callable,
    Container,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    ValuesView,
)
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from ..entry import Entry, Outcome, Score
from ..event import Event
from ..plan import Cap, Fixed, Grant, Plan, Versions
from ..roster import Roster, Spell
from ..terms import Calendar, Exact, Period
from .fold import Fold
from .inputs import holds
from .offers import Offers
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
M = TypeVar("M")
UNDOES = frozenset({"revokes", "repairs"})
"""What an event says that takes another one back, or puts it right."""


class Made(dict[str, M]):
    """By indicator, what is made of its programs when it is first asked for; KeyError where there are none."""

    def __init__(self, programs: Mapping[str, Programs], make: Callable[[Programs], M]) -> None:
        self._programs, self._make = programs, make

    def __missing__(self, indicator: str) -> M:
        self[indicator] = made = self._make(self._programs[indicator])
        return made


class Bench:
    """The programs of a plan for subjects that have the same ledgers, and where these keep their sums."""

    def __init__(self, layout: Layout, programs: Mapping[str, Programs]) -> None:
        self.layout, self.programs = layout, programs

    @cached_property
    def pour(self) -> Pour | None:
        """What takes the sums of short records on to the ledgers."""
        return pour_of(self.layout)


class Table:
    """What of a bench is for subjects of one kind and the same classes."""

    def __init__(self, bench: Bench, names: Iterable[str]) -> None:
        self.bench, self.layout = bench, bench.layout
        programs = {name: bench.programs[name] for name in names if name in bench.programs}
        self.short = Made[Program](programs, lambda made: made.short)
        """Those up to where all only adds up."""
        self.lasting = frozenset(name for name, made in programs.items() if made.lasts_on)
        """Those of which it must be known what an event brought."""
        self.whole = Made[tuple[Program, bool]](programs, lambda made: (made.whole, made.lasts_on))
        """Those that go the whole way, and whether they are among those."""


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
    until: date
    """So long it is of one kind and the same classes, and nothing ends."""

    @property
    def period(self) -> Period:
        """The one period it has been in."""
        return self.opening.state.period


class Shop:
    """The programs of one evaluation, written when they are first asked for."""

    def __init__(
        self, versions: Versions, roster: Roster, as_of: date, workdays: Calendar | None,
        *, status: str, known_on: date | None, judge: Judge, undone: frozenset[str],
    ) -> None:  # fmt: skip
        """`undone` are the ids of events that others take back or repair."""
        self.versions, self.roster, self.judge = versions, roster, judge
        self.as_of, self.workdays, self.status = as_of, workdays, status
        self.last = min(as_of, known_on or as_of)
        """The last day of which every event is known."""
        self._wary = frozenset({"recorded_on"} if known_on is not None else ()) | (
            UNDOES if undone else frozenset()
        )
        self.undone = undone
        self._layouts: dict[date, Layout] = {}
        self._benches: dict[tuple[date, frozenset[str]], Bench] = {}
        self._spells: dict[str, Spell] = {}
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
            names = [name for name, grant in plan.grants.items() if self._is_for(grant, words)]
            self._tables[key] = Table(self._bench(plan, ledgers), names)
        return self._tables[key]

    def spell(self, subject: str, day: date) -> Spell | None:
        """What a subject is on a day and for how long; no day may come before one that was asked for."""
        spell = self._spells.get(subject)
        if spell is None or spell.until < day:
            spell = self.roster.spell(subject, day)
            if spell is not None:
                self._spells[subject] = spell
        return spell

    def opening(self, subject: str, start: date, words: Words) -> Opening | None:
        """How a subject begins on a day, if all of its kind begin alike."""
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
        registers = load(table.layout, state, start)
        opening = Opening(table, registers, start, min(until, self.last), fold, state)
        self._openings.setdefault(words, []).append(opening)
        return opening

    def _bench(self, plan: Plan, ledgers: frozenset[str]) -> Bench:
        key = (plan.version, ledgers)
        if key not in self._benches:
            layout = self._layout(plan).bare()
            found = ((n, self._programs(g, layout, ledgers)) for n, g in plan.grants.items())
            self._benches[key] = Bench(layout, {n: made for n, made in found if made is not None})
        return self._benches[key]

    def _layout(self, plan: Plan) -> Layout:
        if plan.version not in self._layouts:
            self._layouts[plan.version] = layout_of(plan, undoes=bool(self.undone))
        return self._layouts[plan.version]

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
        return fresh if fresh.until >= self.shop.as_of else None

    @property
    def fresh(self) -> Fresh | None:
        """Who it is, once a program has run for it."""
        return self._fresh if self._has_run else None

    def _run_programs(self, events: Sequence[Event]) -> None:
        """Take what events programs take."""
        rows, shop, first = self.rows, self.shop, events[len(self.rows)].date
        if not (self.start or shop.versions.first.version) <= first <= shop.last:
            return
        fresh = self.fresh or self._begun(self.start or first)
        if fresh is None:
            return
        rest = iter(events) if not rows else islice(events, len(rows), None)
        before, until = len(rows), fresh.until
        programs, registers = fresh.opening.table.short, fresh.registers
        if events[-1].date <= until:
            _straight_on(rest, programs, registers, rows)
        else:
            _go_on(rest, until, programs, registers, rows)
        if len(rows) > before:
            self._fresh, self._has_run = fresh, True

    def _begun(self, start: date, *, writes: bool = True) -> Fresh | None:
        spell = self.shop.spell(self.subject, start)
        opening = spell and self.shop.opening(self.subject, start, spell[:2])
        if spell is None or opening is None:
            return None
        registers = opening.registers
        if writes:
            registers = registers.copy()
            registers[SUMS], registers[HISTORY] = {}, []
        return Fresh(self.subject, start, opening, registers, min(opening.until, spell.until))


@dataclass(slots=True)
class _Work:
    """What runs for one subject of a lane, and until when; nothing where it has no figures, or some are held."""

    until: date
    table: Table | None = None
    programs: Mapping[str, tuple[Program, bool]] = field(default_factory=dict)
    registers: Registers = field(default_factory=list)
    owed: list[Record] = field(default_factory=list)
    """Records of events that the general stages may ask for."""


class States(dict[str, State]):
    """The states of a lane, of which some are worked on in registers: whoever looks at one finds it as it is by now."""

    def __init__(self, world: World) -> None:
        self.world, self.at_work = world, dict[str, _Work]()

    def __getitem__(self, subject: str) -> State:
        self._put_back(subject)
        return super().__getitem__(subject)

    def get(self, subject: str, default: Any = None) -> Any:
        """The state of a subject, with what programs have done to it."""
        self._put_back(subject)
        return super().get(subject, default)

    def items(self) -> ItemsView[str, State]:  # type: ignore[override]  # the type of a dict's own has no name
        """All of them."""
        self._put_all_back()
        return super().items()

    def values(self) -> ValuesView[State]:  # type: ignore[override]  # as above
        """All of them, without their names."""
        self._put_all_back()
        return super().values()

    def _put_back(self, subject: str) -> None:
        work = self.at_work.pop(subject, None)
        if work is not None and work.table is not None:
            state = super().__getitem__(subject)
            flush(work.table.layout, state, work.registers)
            if work.owed:
                _owe(self.world, state, work.owed)

    def _put_all_back(self) -> None:
        for subject in [*self.at_work]:
            self._put_back(subject)


class Lane:
    """One group of subjects: its fold, and the registers of those for whom programs run."""

    def __init__(self, shop: Shop, starts: Mapping[str, date]) -> None:
        """`starts` says when those begin who are in the group from the start."""
        self.shop, self.fold = shop, shop.fold()
        self.entries: Rows = []
        """What was written so far; the fold writes to it too."""
        self._world = self.fold.world
        self._world.entries = self.entries  # type: ignore[assignment]  # it only adds to them
        self._world.states = self._states = States(self._world)
        for subject, day in starts.items():
            self.fold.begin(subject, day)

    @classmethod
    def after(cls, alone: Alone) -> "Lane":
        """Go on for a subject that was alone, where programs do not reach."""
        fresh, start = alone.fresh, alone.start
        lane = cls(alone.shop, {alone.subject: start} if start and fresh is None else {})
        lane.entries += give_back(lane.fold, fresh, alone.rows) if fresh else alone.rows
        return lane

    def run(
        self, events: Iterable[Event], refuse: Refuse, judged: Container[str] = frozenset()
    ) -> None:
        """Take events in the order of their keys; `judged` are the ids of those that are known to count."""
        at_work, add, undone = self._states.at_work, self.entries.append, self.shop.undone
        until = date.min
        for event in events:
            if event.date > until:
                until = self._come_to(event.date)
            work = at_work.get(event.subject)
            if work is None or event.date > work.until:
                work = self._take_up(event)
            known = event.id in judged if judged else False
            try:
                program, lasts_on = work.programs[event.indicator]
                record = None if known else program(event, work.registers)
            except KeyError:
                record = None
            if record is None:
                self._generally(event, refuse, known=known)
                until = date.min
                continue
            add(record)
            if lasts_on or (undone and event.id in undone):
                work.owed.append(record)

    def finish(self) -> list[Score]:
        """What each period of each subject comes to."""
        return self.fold.finish()

    def _come_to(self, day: date) -> date:
        """Close what ends before a day; gives the last day before which nothing more does."""
        shop = self.shop
        if day > shop.last or day < shop.versions.first.version:
            return day
        return min(self.fold.reach(day), shop.last)

    def _take_up(self, event: Event) -> _Work:
        """Find the programs for an event's subject, and load its registers."""
        day, who, shop, world = event.date, event.subject, self.shop, self._world
        state = self._states.get(who)
        spell = None if state is None else shop.spell(who, day)
        known = shop.versions.first.version <= day <= shop.last
        work = _Work(day)
        if spell is not None and known and is_plain(state):
            table = shop.table(world.plan, spell[:2], frozenset(state.accounts))
            registers = load(table.layout, state, day)
            work = _Work(min(spell.until, shop.last), table, table.whole, registers)
        self._states.at_work[who] = work
        return work

    def _generally(self, event: Event, refuse: Refuse, *, known: bool) -> None:
        """Let admission and the fold have an event that programs do not reach."""
        outcome = None if known else self.shop.judge(event)
        if outcome is None:
            self.fold.take(event)
        else:
            self.entries.append(refuse(event, outcome))


def _go_on(
    rest: Iterator[Event], until: date, programs: Mapping[str, Program],
    registers: Registers, entries: list[Entry | Record],
) -> Event | None:  # fmt: skip
    """Run programs for a subject, until a day; gives the first event that they do not take."""
    add = entries.append
    for event in rest:
        if event.date > until:
            return event
        try:
            program = programs[event.indicator]
        except KeyError:
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
    table, state = fresh.opening.table, fold.world.states[fresh.subject]
    flush(table.layout, state, registers)
    if table.lasting:
        records = (row for row in whole if type(row) is tuple)
        _owe(fold.world, state, (r for r in records if r[0].indicator in table.lasting))
    return whole


def _owe(world: World, state: State, records: Iterable[Record]) -> None:
    """Let a state know of events that may yet be undone, or last beyond their period."""
    offers = state.offers
    if not isinstance(offers, Offers):
        state.offers = offers = Offers(world, offers)
    offers.owe(records)


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

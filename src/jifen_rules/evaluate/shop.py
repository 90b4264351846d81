"""The programs of one evaluation, for whom they are, and how subjects begin: all that is written once and used by all."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias, TypeVar

from ..entry import Outcome
from ..event import Event
from ..plan import Cap, Fixed, Grant, Plan, Versions
from ..roster import Roster, Spell
from ..terms import Calendar, Exact
from .demands import demands_of
from .fold import Fold
from .inputs import holds
from .program import Conditions, Pour, Program, Programs, pour_of, programs_of
from .registers import Layout, Registers, layout_of, load, spans_period
from .state import Draft, State, Unfit, World
from .value import ask

Judge: TypeAlias = Callable[[Event], Outcome | None]
"""Why an event does not count, by all tests of admission but those about other events."""
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
        self.owing = frozenset(name for name, made in programs.items() if made.owes_offer)
        """Those of which it must be known what an event brought."""
        self.whole = Made[tuple[Program, bool]](
            programs, lambda made: (made.whole, made.owes_offer)
        )
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
        self._demands = demands_of(versions, undone=bool(undone))
        self._layouts: dict[date, Layout] = {}
        self._benches: dict[tuple[date, frozenset[str]], Bench] = {}
        self._spells: dict[str, Spell] = {}
        self._tables: dict[tuple[date, Words, frozenset[str]], Table] = {}
        self._openings: dict[Words, list[Opening]] = {}
        self._asker = _Asker(World(versions, roster, as_of, self._demands, workdays))
        self.closes_quietly = all(map(_closes_quietly, versions.plans))

    def fold(self) -> Fold:
        """A fold for one group."""
        return Fold(self.versions, self.roster, self.as_of, self.workdays, self._demands)

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
        if state is None or fold.entries or not is_undisturbed(state):
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
            self._layouts[plan.version] = layout_of(plan, self._demands)
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
        return programs_of(grant, layout, ledgers, under, self._asker.asked)


class _Asker:
    """Says by the general stages what an event asks for, for programs that have not met its like."""

    def __init__(self, world: World) -> None:
        self._world = world

    def asked(self, grant: Grant, event: Event) -> Exact | None:
        """What an event asks for by the general stages, if it says all it needs and its condition holds."""
        world = self._world
        world.plan = world.versions.on(event.date)
        said = {*(event.said or ()), *(name for name, text in event.attributes if text)}
        lacks = grant.needs - said - ({"quantity"} if event.quantity is not None else set())
        if lacks or not holds(world, grant.when, event):
            return None
        try:
            return ask(world, grant, event, Draft())
        except Unfit:
            return None


def is_undisturbed(state: State) -> bool:
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

"""Events of one group, in order: by programs over registers, and where they do not reach, by the fold."""

from collections.abc import Container, ItemsView, Iterable, Mapping, ValuesView
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..entry import Score
from ..event import Event
from .alone import Alone, Refuse, give_back
from .offers import owe
from .program import Program, Record, Rows
from .registers import Registers, flush, load
from .shop import Shop, Table, is_undisturbed
from .state import State


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

    def __init__(self) -> None:
        self.at_work: dict[str, _Work] = {}

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
                owe(state, work.owed)

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
        self._world.states = self._states = States()
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
            record, owes = None, False
            try:
                program, owes = work.programs[event.indicator]
            except KeyError:
                pass
            else:
                record = None if known else program(event, work.registers)
            if record is None:
                self._generally(event, refuse, known=known)
                until = date.min
                continue
            add(record)
            if owes or (undone and event.id in undone):
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
        if spell is not None and known and is_undisturbed(state):
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

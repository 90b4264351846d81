"""One subject that nothing ties to others, for as long as its events need nothing but programs.

It has no State yet: its registers are a copy of those that the fold opens everybody of its kind with. The fold gets it,
and closes its period, when that is asked for.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import TypeAlias

from ..entry import Entry, Outcome
from ..event import Event
from ..terms import Period
from .fold import Fold
from .offers import owe
from .program import SHORT, Program, Rows, completed
from .registers import HISTORY, SUMS, Registers, flush
from .shop import Opening, Shop

Refuse: TypeAlias = Callable[[Event, Outcome], Entry]
_day = attrgetter("date")


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
        before, until, end = len(rows), fresh.until, len(events)
        if events[-1].date > until:
            end = bisect_right(events, until, before, key=_day)
        _run(islice(events, before, end), fresh.opening.table.short, fresh.registers, rows)
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


def _run(
    events: Iterable[Event], programs: Mapping[str, Program], registers: Registers, rows: Rows
) -> None:
    """Run programs for a subject, up to the first event that they do not take."""
    add = rows.append
    for event in events:
        try:
            program = programs[event.indicator]
        except KeyError:
            return
        record = program(event, registers)
        if record is None:
            return
        add(record)


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
    if table.owing:
        records = (row for row in whole if type(row) is tuple)
        owe(state, (r for r in records if r[0].indicator in table.owing))
    return whole

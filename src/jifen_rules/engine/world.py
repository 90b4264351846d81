"""What every room of the engine shares: versions, roster, last day, subjects, trace."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from heapq import heappush
from typing import Any

from ..core.periods import Calendar
from ..core.terms import Exact, Period, Window
from ..inputs.event import Event
from ..inputs.roster import Roster
from ..plan import Cap, Mark
from ..trace.entry import OPENING, Outcome, Score, Step
from .occurrences import Occurrences
from .prepared import Prepared
from .routes import RouteMaker
from .rows import Ledgers, More, RowHead, Written
from .state import Contribution, EntryBuilder, Source, SubjectState, Sums
from .steps import as_points, step


class World:
    """A group of subjects that are folded together."""

    def __init__(
        self,
        prepared: Prepared,
        roster: Roster,
        as_of: date,
        workdays: Calendar | None = None,
        stands_for: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        self.stands_for = stands_for
        self.prepared, self.roster, self.as_of, self.workdays = prepared, roster, as_of, workdays
        self.versions, self.retention = prepared.versions, prepared.retention
        self.keeps = prepared.keeps
        self.put_in_force(0)
        self.states: dict[str, SubjectState] = {}
        self.shadows: dict[str, SubjectState] = {}
        """Subjects without figures of their own, whose events bring points to others."""
        self.sources: dict[str, Source] = {}
        """The events that something may still name, by id."""
        self.rows: list[Written] = []
        self.touched: set[str] = set()
        """Subjects of the entries since this was emptied."""
        self.added_up: list[tuple[Sums, object, Exact]] = []
        """Amounts that the event of the moment has added up, each with what it was before."""
        self.scores: list[Score] = []
        self.ends: list[date] = []
        """Days on which something ends that was given a stated time (a heap)."""
        self.expiries: list[tuple[date, str, int, Source | Contribution]] = []
        """What was given a stated time: last day, subject, its number, itself (a heap)."""
        self.pots: Sums = {}
        """The sums under limits that subjects share."""
        self.pots_over: dict[Any, Exact] = {}
        self.bounds: dict[int, Cap] = {}
        """By window, a limit whose bound a later version has moved, as it is there now."""
        self.rankings: dict[Any, Any] = {}
        """Places worked out for one moment."""
        self.derived: dict[Any, Exact] = {}
        """Derived ledgers worked out for one moment."""
        self.derived_at: object = None
        self.today = prepared.versions.first.version
        """The day that is folded."""
        self.moves = 0
        """How often points moved: what was worked out before is old then."""
        self._number = 0

    def put_in_force(self, number: int) -> None:
        """Let the n-th version be the one in force."""
        self.number = number
        prepared = self.prepared_plan = self.prepared.plan(number)
        self.plan, self.routes = prepared.plan, prepared.routes
        self.quantity_keys = prepared.quantity_keys
        self._heads = prepared.heads
        self.scale = self.plan.scale

    def let_go(self) -> None:
        """Let go of all contributions, once nothing will be folded any more; figures stay."""
        for state in (*self.states.values(), *self.shadows.values()):
            for item in state.contributions.values():
                item.source.contributions.clear()
            state.contributions.clear()
            state.groups.clear()
        for source in self.sources.values():
            source.contributions.clear()
        self.sources.clear()
        self.expiries.clear()

    def routes_on(self, day: date) -> RouteMaker:
        """Return the routes of the version in force on a day, or the first."""
        number = self.number
        if not number:
            return self.routes
        while number and self.versions.plans[number].version > day:
            number -= 1
        return self.routes if number == self.number else self.prepared.plan(number).routes

    def next_number(self) -> int:
        """Give a number to a contribution, or to a moment between contributions."""
        self._number += 1
        return self._number

    def new_state(self, subject: str, period: Period) -> SubjectState:
        """Begin to know a subject."""
        state = self.states[subject] = self._blank(subject, period)
        return state

    def known(self, subject: str) -> SubjectState | None:
        """Return what is known of a subject, with figures of its own or without."""
        return self.states.get(subject) or self.shadows.get(subject)

    def state_of(self, event: Event) -> SubjectState:
        """Return what is known of an event's subject; a new one begins to be known."""
        found = self.known(event.subject)
        if found is None:
            found = self._blank(event.subject, self.period(event.date))
            self.shadows[event.subject] = found
        return found

    def _blank(self, subject: str, period: Period) -> SubjectState:
        state = SubjectState(subject, period, Occurrences(self.retention), self.prepared.layout)
        self.adopt(state)
        state.roster = self.roster
        return state

    def adopt(self, state: SubjectState) -> None:
        """Let a subject share what all of this world share."""
        state.pots, state.pots_over, state.bounds = self.pots, self.pots_over, self.bounds

    def period(self, day: date) -> Period:
        """Return the period that holds a day."""
        return self.plan.period_of(day)

    def take_over(self, other: "World") -> None:
        """Add the subjects of another world, with what is noted of them, to this one's."""
        self.moves += 1
        shift = self._number
        for state in (*other.states.values(), *other.shadows.values()):
            self.adopt(state)
        self.states |= other.states
        self.shadows |= other.shadows
        self.sources |= other.sources
        self.ends = sorted(self.ends + other.ends)
        self.expiries = sorted(self.expiries + other.expiries)
        self.pots |= other.pots
        self.pots_over |= other.pots_over
        self.bounds |= other.bounds
        self.scores += other.scores
        self._number = max(shift, other._number)  # noqa: SLF001 - its own class
        self.rankings.clear()
        self.derived.clear()

    def hand_over(self, subject: str, other: "World") -> None:
        """Give a subject over to another world, in which contributions are kept from now on."""
        self.moves += 1
        other.put_in_force(self.number)
        other.today, other._number = self.today, self._number  # noqa: SLF001 - its own class
        for mine, its in ((self.states, other.states), (self.shadows, other.shadows)):
            state = mine.pop(subject, None)
            if state is not None:
                its[subject] = state
                other.adopt(state)

    def expires_on(
        self, day: date | None, subject: str, number: int, what: Source | Contribution
    ) -> None:
        """Note the last day of an event's points, or of a contribution."""
        if day is not None:
            heappush(self.expiries, (day, subject, number, what))
            self.ends_on(day)

    def ends_on(self, day: date | None) -> None:
        """Note a day on which something ends, so that it is looked at."""
        if day is not None:
            heappush(self.ends, day)

    def key(self, window: Window, day: date) -> date | int:
        """Return what tells one window of a kind from the next."""
        return self.plan.key(window, day)

    def decimal(self, number: Exact) -> Decimal:
        """Points as they are written."""
        return as_points(number, self.scale)

    def step(
        self,
        kind: str,
        mark: Mark,
        before: Exact,
        after: Exact,
        room: Exact | None = None,
        window: Window | None = None,
    ) -> Step:
        """Write one thing that changed the points of an entry."""
        return step(kind, mark, self.scale, before, after, room, window)

    def write(
        self,
        event: Event,
        outcome: Outcome,
        asked: Exact,
        builder: EntryBuilder,
        *,
        indicator: str = "",
        subject: str = "",
        standing: bool = False,
        inputs: Mapping[str, str] | None = None,
    ) -> None:
        """Append an entry, and one for each other subject it paid."""
        subject = subject or event.subject
        state = self.states.get(subject)
        granted = builder.granted
        more = None
        if standing or inputs is not None or subject != event.subject:
            more = More(subject, not standing, inputs)
        self.rows.append(
            (
                event,
                self.head(indicator or event.indicator),
                outcome,
                asked,
                tuple(builder.steps),
                granted.get("total", 0),
                _beside_total(granted) if granted else (),
                None if state is None else state.accounts["total"].shown,
                more,
            )
        )
        self.touched.add(subject)
        if not builder.others:
            return
        received = outcome if outcome in _ALIKE else Outcome.RECEIVED
        for other, mine in sorted(builder.others.items()):
            told = mine.steps and self.roster.is_member(other, event.date)  # not who has left
            if mine.moves or told:
                self.write(
                    event,
                    received,
                    asked,
                    mine,
                    indicator=indicator,
                    subject=other,
                    standing=standing,
                    inputs=inputs,
                )

    def head(self, indicator: str) -> RowHead:
        """Return what entries of the version in force and an indicator have in common."""
        found = self._heads.get(indicator)
        if found is None:
            found = self._heads[indicator] = RowHead(self.plan, indicator)
        return found


_ALIKE = OPENING | {Outcome.EXPIRED, Outcome.RULE}
"""Outcomes that the entries of all who are touched share."""


def _beside_total(granted: Mapping[str, Exact]) -> Ledgers:
    if len(granted) == ("total" in granted):
        return ()  # as most
    return tuple(sorted((k, v) for k, v in granted.items() if v and k != "total"))

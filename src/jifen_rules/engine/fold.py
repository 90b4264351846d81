"""The fold: events and boundaries of a group in order, one entry for each event and payee."""

from collections.abc import Callable, Container, Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property
from heapq import heappop, heappush
from typing import NamedTuple

from ..core.periods import Calendar
from ..inputs.event import Event
from ..inputs.roster import Roster
from ..trace.entry import Outcome, Score
from .closing import close_all
from .day_ends import close
from .events import enter_event
from .periods import come_back, open_first
from .plain import Judge, PlainRun
from .prepared import Prepared
from .pruning import prune
from .rows import Written
from .rules import at_opening
from .scoring import score_of
from .state import SubjectState
from .world import World


class _Run(NamedTuple):
    """What is asked of each event that is taken."""

    judge: Judge
    refuse: Callable[[Event, Outcome], None]
    judged: Container[str]
    by_words: bool


class Fold:
    """One run over the events and boundaries of subjects that flows tie together.

    `begin` every subject, `take` events in the order of their keys, `advance` the day; what
    they bring is in `rows`, in the order it was written. A day's boundary is closed only
    once a later day is reached, since more events of the day may come.
    """

    def __init__(
        self,
        prepared: Prepared,
        roster: Roster,
        as_of: date,
        workdays: Calendar | None = None,
        stands_for: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        """`stands_for` finds the events in whose place one stands: who names them means it."""
        self.world = World(prepared, roster, as_of, workdays, stands_for)
        self._starts: list[tuple[date, str]] = []
        self.today: date | None = None
        """The day after the last boundary that was closed."""
        self._boundary: date | None = None

    @cached_property
    def _plain(self) -> PlainRun:
        return PlainRun(self.world)

    @property
    def rows(self) -> list[Written]:
        """Return what was written so far; whoever takes it away leaves the list empty."""
        return self.world.rows

    def begin(self, subject: str, day: date) -> None:
        """Say from which day on a subject has figures; before anything later is taken.

        A later day on which it comes back to the roster opens the period that holds it.
        """
        heappush(self._starts, (day, subject))
        for back in self.world.roster.returns(subject):
            if back > day:
                heappush(self._starts, (back, subject))

    def take(self, event: Event) -> None:
        """Fold one admitted event, which no later one may precede."""
        self._reach(event.date)
        self._open_started(event.date)
        if not self._plain.take((event,), 0, event.date):
            enter_event(self.world, event)
        self._note_ends()

    def take_all(
        self,
        several: Iterable[Sequence[Event]],
        judge: Judge,
        refuse: Callable[[Event, Outcome], None],
        judged: Container[str] = (),
        *,
        by_words: bool = True,
    ) -> None:
        """Fold events, each row in the order of its keys; refuse those that do not count.

        Where there are several rows, nothing ties the subjects of one to those of another: between
        two boundaries each row is taken by itself. `judged` are ids of events that count for sure;
        with `by_words`, whether an event counts goes by its day, its subject and what it says.
        """
        as_of = self.world.as_of
        run = _Run(judge, refuse, judged, by_words)
        waiting = [(events, 0) for events in several if events]
        while waiting:
            first = min(events[place].date for events, place in waiting)
            last = self.reach(first) if first <= as_of else as_of
            left = [
                (events, self._take_until(run, events, place, last)) for events, place in waiting
            ]
            waiting = [(events, place) for events, place in left if place < len(events)]

    def _take_until(self, run: "_Run", events: Sequence[Event], place: int, last: date) -> int:
        """Fold a row of events from a place on, up to the next boundary.

        Return the place of the first event after it.
        """
        count, as_of = len(events), self.world.as_of
        while place < count:
            event = events[place]
            day = event.date
            if day > last and day <= as_of:
                break
            if run.by_words and day <= as_of:
                self._open_started(day)
                begun, until = place, min(last, as_of)
                place = self._plain.take(events, begun, until, run.judge, run.judged)
                if place > begun:
                    self._note_ends()
                    last = min(last, self._boundary or last)
                    continue
            outcome = None if event.id in run.judged else run.judge(event)
            if outcome is None:
                self._reach(event.date)
                self._open_started(event.date)
                enter_event(self.world, event)
                self._note_ends()
                last = min(last, self._boundary or last)
            else:
                run.refuse(event, outcome)
            place += 1
        return place

    def reach(self, day: date) -> date:
        """Come to a day, before any event of it; gives the next day whose end brings something."""
        self._reach(day)
        self._open_started(day)
        if self._boundary is None:
            self._boundary = self._next_boundary(day)
        return min(self._boundary, self._next_end(day))

    def is_due(self, day: date) -> bool:
        """Whether the end of some day before this one, or a beginning, was not looked at yet."""
        started = bool(self._starts) and self._starts[0][0] <= day
        if self.today is None or self._boundary is None or started:
            return True
        return min(self._boundary, self._next_end(self.today)) < day

    def advance(self, last: date) -> None:
        """Close every boundary up to and including a day."""
        self._reach(min(last, self.world.as_of) + timedelta(days=1))

    def advance_before(self, day: date) -> None:
        """Close every boundary before a day."""
        self._reach(min(day, self.world.as_of + timedelta(days=1)))

    def move_to(self, as_of: date) -> bool:
        """Make a later day the last one; False where the last one was closed as such already."""
        if self.today is not None and self.today > self.world.as_of:
            return False
        self.world.as_of, self._boundary = as_of, None
        return True

    def finish(self) -> list[Score]:
        """Close what is left up to the last day, and give the scores of every period."""
        return [*self.world.scores, *(score_of(self.world, state) for state in self.close_all())]

    def close_all(self) -> list[SubjectState]:
        """Close what is left up to the last day, and give whose last period is not scored yet."""
        world = self.world
        self.advance(world.as_of)
        world.rankings.clear()
        return [
            state
            for state in world.states.values()
            if state.period.end >= world.as_of and not state.has_left
        ]

    @property
    def due(self) -> date:
        """The next day whose end, or who begins on it, brings something; the last if none does."""
        world, first = self.world, self._starts[0][0] if self._starts else date.max
        if self.today is None:
            return first
        if self.today > world.as_of:
            return date.max
        boundary = self._boundary or self._next_boundary(self.today)
        return max(self.today, min(boundary, self._next_end(self.today), first))

    def remembers(self, name: str) -> bool:
        """Whether it is still known what an event brought."""
        return name in self.world.sources

    def owner_of(self, name: str) -> str | None:
        """Return the subject of an event of which it is still known what it brought."""
        source = self.world.sources.get(name)
        return None if source is None else source.event.subject

    def forget(self, before: date) -> None:
        """Let go of what no event from a day on, nor any boundary, can ask for."""
        prune(self.world, before)

    def join(self, other: "Fold") -> None:
        """Take over the subjects of another fold, from now on tied to these.

        Both are first brought to one day; entries of the other stay its own.
        """
        days = [fold.today for fold in (self, other) if fold.today is not None]
        for fold in (self, other) if days else ():
            fold._reach(max(days))  # noqa: SLF001 - its own class
        self._starts = sorted(self._starts + other._starts)  # noqa: SLF001 - its own class
        self._boundary = None
        self.world.take_over(other.world)

    def part(self, subject: str) -> "Fold":
        """Take a subject that nothing ties out, into a fold in which contributions are kept.

        Nothing may go on into a further period, nor end, of what it has brought so far.
        """
        world = self.world
        own = Fold(
            world.prepared.keeping, world.roster, world.as_of, world.workdays, world.stands_for
        )
        world.hand_over(subject, own.world)
        starts = sorted(self._starts)
        self._starts = [start for start in starts if start[1] != subject]
        own._starts = [start for start in starts if start[1] == subject]
        own.today = self.today
        return own

    def _reach(self, day: date) -> None:
        """Close every boundary before a day, and open who begins until then."""
        world = self.world
        if not self.is_due(day):
            return
        if self.today is None or not world.states:
            self._set_out(day)
        assert self.today is not None
        while self.today <= world.as_of:
            if self._boundary is None:
                self._boundary = self._next_boundary(self.today)
            boundary = max(self.today, min(self._boundary, self._next_end(self.today)))
            first = self._starts[0][0] if self._starts else date.max
            if first <= boundary and first < day:
                self._open_started(first)
                continue  # what begins may bring something that ends before the boundary
            if boundary >= day:
                return
            close(self.world, boundary)
            self.today, self._boundary = boundary + timedelta(days=1), None

    def _set_out(self, day: date) -> None:
        """Come to the first day on which somebody has figures: no end before it brings anything."""
        versions = self.world.versions
        self.today = min([start for start, _ in self._starts[:1]] + [day])
        self._boundary = None
        self.world.put_in_force(versions.plans.index(versions.on(self.today)))

    def _note_ends(self) -> None:
        """Come no further than to the first end that events brought."""
        today, boundary = self.today, self._boundary
        assert today is not None and boundary is not None
        self._boundary = max(today, min(boundary, self._next_end(today)))

    def _open_started(self, day: date) -> None:
        while self._starts and self._starts[0][0] <= day:
            first, subject = heappop(self._starts)
            state = self.world.states.get(subject)
            if state is None:
                open_first(self.world, subject, first)
            elif state.period.end < first:
                come_back(self.world, state, first)
                close_all(self.world, [state], first - timedelta(days=1))
            else:
                continue
            if self.world.plan.after_events:
                at_opening(self.world, [self.world.states[subject]], first)

    def _next_end(self, today: date) -> date:
        """Return the next day on which something ends that was given a stated time."""
        ends = self.world.ends
        while ends and ends[0] < today:
            heappop(ends)
        return ends[0] if ends else date.max

    def _next_boundary(self, today: date) -> date:
        world = self.world
        ends = [world.plan.day(today).boundary, world.as_of, self._next_end(today)]
        later = (version.version for version in world.versions.plans if version.version > today)
        ends += [start - timedelta(days=1) for start in later][:1]
        return min(ends)

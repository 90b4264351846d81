"""The groups of a live session: their folds, what each has written, and settling one anew.

Takes events that count, in any order, and gives the entries that they add or change. Refuses to
know why an event counts.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile

from ..engine import Fold, RowReader, prepare, whole
from ..inputs.event import Event
from ..inputs.roster import Roster
from ..plan import Versions
from ..trace.day_order import DayOrder
from ..trace.entry import Entry, order_entries
from .admit import View
from .journal import changes
from .settle import beginners, first_day, first_days, place_of_event
from .ties import Ties, names_of


@dataclass(slots=True)
class _Group:
    """Subjects settled together: their fold, the events it took, and what it wrote so far."""

    fold: Fold
    begun: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    written: list[Entry] = field(default_factory=list)

    @property
    def keeps(self) -> bool:
        """Whether it keeps contributions, so that an event may end one."""
        return self.fold.world.keeps

    def is_past(self, event: Event, places: DayOrder) -> bool:
        """Whether the fold has gone beyond where an event belongs."""
        last = self.events[-1:]
        if last and place_of_event(event, places) < place_of_event(last[0], places):
            return True
        of_day = takewhile(lambda other: other.date == event.date, reversed(self.events))
        if any(event.id in names_of(other) for other in of_day):
            return True  # what names it was taken before it
        return self.fold.today is not None and event.date < self.fold.today

    def drain(self, reader: RowReader) -> list[Entry]:
        """Take what the fold wrote since the last time."""
        new = [*map(reader.entry, whole(self.fold.rows))]
        self.fold.rows.clear()
        self.written += new
        return new


class LiveGroups:
    """Every group of a session, by the root of its ties."""

    def __init__(
        self,
        versions: Versions,
        people: Roster,
        view: View,
        stands_for: Callable[[str], Iterable[str]],
    ) -> None:
        """`stands_for` finds the events in whose place one stands that counts."""
        self._stands_for = stands_for
        self._versions, self._people = versions, people
        self._as_of, self._workdays = view.as_of, view.workdays
        self._reader = RowReader()
        self._subjects: dict[str, str] = {}
        """By id, the subject of each event that counts: only those can be named."""
        self._ties = Ties(versions, people, self._subjects_of, stands_for)
        self._prepared = prepare(versions, names_others=not self._ties.is_free, waits=False)
        """Where nothing ties subjects, one whose events undo none keeps no contributions.

        To keep them it is settled anew, which is not for groups of many.
        """
        self._places = DayOrder()
        self._members = self._ties.groups()
        self._groups: dict[str, _Group] = {}
        self.advanced: date | None = None
        """The last day that was closed for all."""

    def note(self, event: Event) -> None:
        """Take in where an event stands within its day, whether it counts or not."""
        self._places.note(event.date, event.id, event.said)

    def _subjects_of(self, name: str) -> Iterable[str]:
        subject = self._subjects.get(name)
        return () if subject is None else (subject,)

    def advance(self, day: date) -> tuple[Entry, ...]:
        """Close the days up to and including one, and give what their ends bring."""
        self.advanced = max(day, self.advanced or day)
        journal: list[Entry] = []
        for root in sorted({*self._members, *self._groups}):
            group = self._group(root)
            group.fold.advance(day)
            journal += group.drain(self._reader)
        return order_entries(journal)

    def move_to(self, day: date, people: Roster) -> list[Entry]:
        """Make a later day the last one, and give what changes where the last was closed."""
        self._as_of, self._people = day, people
        anew = [root for root, group in self._groups.items() if not group.fold.move_to(day)]
        return [entry for root in sorted(anew) for entry in self._anew(root)]

    def reach(self, days: Mapping[str, date], advanced: date | None) -> None:
        """Close the days, by subject, that another session over the same events had closed."""
        for subject, day in days.items():
            root = self._ties.root(subject) if self._ties.knows(subject) else ""
            if root in self._groups or root in self._members:
                group = self._group(root)
                group.fold.advance_before(day)
                group.drain(self._reader)
        if advanced is not None:
            self.advance(advanced)

    def reached(self) -> dict[str, date]:
        """Give the first day that is not closed, by each subject that has begun."""
        return {
            subject: group.fold.today
            for group in self._groups.values()
            if group.fold.today is not None
            for subject in group.begun
        }

    def written(self) -> list[Entry]:
        """Give the entries that hold now, group by group."""
        return [entry for group in self._groups.values() for entry in group.written]

    def settle(self, gone: list[Event], come: list[Event]) -> Iterator[Entry]:
        """Fold what comes in order; settle anew where something came late, or went."""
        anew: set[str] = set()
        for event in gone:
            self._group(self._ties.root(event.subject)).events.remove(event)
            self._subjects.pop(event.id, None)
            anew.add(event.subject)
        for event in come:
            yield from self._tie(event)
            self._subjects[event.id] = event.subject
            if _undoes(event):
                yield from self._keep(self._ties.root(event.subject))
            group = self._group(self._ties.root(event.subject))
            if is_past := group.is_past(event, self._places):
                anew.add(event.subject)
            if self._ties.root(event.subject) not in {self._ties.root(s) for s in anew}:
                parties = self._ties.parties(event)
                self._begin(group, beginners(self._ties, event), dict.fromkeys(parties, event.date))
                group.fold.take(event)
                if self.advanced is not None and event.date <= self.advanced:
                    group.fold.advance(self.advanced)  # those days have passed
                yield from group.drain(self._reader)
            if is_past:
                insort(group.events, event, key=self._place)
            else:
                group.events.append(event)
        for root in sorted({self._ties.root(subject) for subject in anew}):
            yield from self._anew(root)

    def _tie(self, event: Event) -> Iterator[Entry]:
        """Join the groups that an event ties, and give what brings them to one day."""
        self._ties.tie(event)
        for root, into in self._ties.take_moves():
            if root in self._groups or into in self._groups:
                if self._group(root).keeps != self._group(into).keeps:
                    yield from (*self._keep(root), *self._keep(into))
                gone, kept = self._group(root), self._group(into)
                kept.fold.join(gone.fold)
                yield from (*kept.drain(self._reader), *gone.drain(self._reader))
                kept.events = sorted(kept.events + gone.events, key=self._place)
                kept.written += gone.written
                kept.begun |= gone.begun
                del self._groups[root]
            self._members.setdefault(into, []).extend(self._members.pop(root, []))

    def _place(self, event: Event) -> tuple[object, ...]:
        return place_of_event(event, self._places)

    def _group(self, root: str) -> _Group:
        """Return the group of a root; one that is new begins with those who stand on the roster."""
        if root not in self._groups:
            self._groups[root] = _Group(self._new_fold(keeps=False))
        group = self._groups[root]
        if not self._people.everyone:
            self._begin(group, self._members.get(root, ()), {})
        return group

    def _begin(self, group: _Group, subjects: Iterable[str], seen: Mapping[str, date]) -> None:
        for subject in subjects:
            if subject in self._ties.scored and subject not in group.begun:
                group.begun.add(subject)
                day = first_day(self._versions, self._people, subject, seen, self._as_of)
                group.fold.begin(subject, day)

    def _new_fold(self, *, keeps: bool) -> Fold:
        prepared = self._prepared.keeping if keeps else self._prepared
        return Fold(prepared, self._people, self._as_of, self._workdays, self._stands_for)

    def _keep(self, root: str) -> Iterator[Entry]:
        """Let a group keep its contributions, those of the past too."""
        if not self._group(root).keeps:
            yield from self._anew(root, keeps=True)

    def _anew(self, root: str, *, keeps: bool = False) -> Iterator[Entry]:
        """Fold a group's events from the first on, up to the day it had come to."""
        old = self._group(root)
        fold = self._new_fold(keeps=keeps or any(map(_undoes, old.events)))
        new = self._groups[root] = _Group(fold, events=sorted(old.events, key=self._place))
        seen = first_days(self._ties, new.events)
        subjects = seen if self._people.everyone else self._members[root]
        self._begin(new, subjects, seen)
        for event in new.events:
            fold.take(event)
        if old.fold.today is not None:
            fold.advance_before(old.fold.today)
        if self.advanced is not None:
            fold.advance(self.advanced)
        new.drain(self._reader)
        yield from changes(old.written, new.written)


def _undoes(event: Event) -> bool:
    return bool(event.revokes or event.repairs)

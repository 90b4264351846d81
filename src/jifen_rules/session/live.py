"""A session: events one at a time, each answered with the entries it brings about.

What is said is never unsaid: where a late, voided or corrected event changes what was
written, the journal gives the opposite of the old entry and then the new one. The result is
that of a batch over the events known; only the journal remembers in which order they came.
"""

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import takewhile
from typing import Any, TypeVar

from ..binding import Binding, bind_roster, declared_fields
from ..day_order import DayOrder
from ..engine import Fold, prepare
from ..entry import Entry, Outcome, Result, Room, Score, in_order, order_of, places_of
from ..event import Event, Unreadable, canonical_event, event_data
from ..headings import EVENTS
from ..intake import Intake
from ..model import SchemeFile
from ..roster import Roster
from ..workdays import Workdays
from .admit import Admission, Verdict, View, unreadable_entry
from .batch import (
    drained,
    evaluate_ready,
    fingerprints,
    make_ready,
    prepared,
)
from .settle import beginners, first_day, first_days, place_of_event
from .ties import Ties, names_of

T = TypeVar("T")

SESSION_VERSION = 1
"""The version of what `save` gives; it grows when its shape changes."""


def start_session(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None = None,
    *,
    as_of: date,
    status: str = "",
    known_on: date | None = None,
    workdays: Workdays | None = None,
) -> "Session":
    """Begin a session without any event. The arguments and errors are those of `evaluate_events`."""
    return Session(schemes, roster, View(as_of, status, known_on, workdays))


def restore_session(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    saved: Mapping[str, Any],
    *,
    workdays: Workdays | None = None,
) -> "Session":
    """Begin again where `Session.save` left off, with the same scheme, roster and calendar.

    ValueError if what was saved is of another version, or of another scheme, roster or calendar.
    """
    if saved.get("session") != SESSION_VERSION:
        raise ValueError(f"this is no session of version {SESSION_VERSION}")
    known_on = saved["known_on"] and date.fromisoformat(saved["known_on"])
    view = View(date.fromisoformat(saved["as_of"]), saved["status"], known_on or None, workdays)
    session = Session(schemes, roster, view)
    if saved["under"] != session.under:
        raise ValueError("the session was saved under another scheme, roster or calendar")
    for row in saved["events"]:
        session.add(row)
    for content, reason in saved["rows"]:
        session.add(Unreadable(content, reason))
    if saved["advanced"]:
        session.advance(date.fromisoformat(saved["advanced"]))
    return session


@dataclass(slots=True)
class _Group:
    """Subjects settled together: their fold, the events it took, and what it wrote so far."""

    fold: Fold
    begun: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    written: list[Entry] = field(default_factory=list)

    def is_past(self, event: Event, places: DayOrder) -> bool:
        """Whether the fold has gone beyond where an event belongs."""
        last = self.events[-1:]
        if last and place_of_event(event, places) < place_of_event(last[0], places):
            return True
        of_day = takewhile(lambda other: other.date == event.date, reversed(self.events))
        if any(event.id in names_of(other) for other in of_day):
            return True  # what names it was taken before it
        return self.fold.today is not None and event.date < self.fold.today

    def drain(self) -> list[Entry]:
        """Take what the fold wrote since the last time."""
        new = drained(self.fold)
        self.written += new
        return new


class Session:
    """A stream of events under one scheme; see `start_session`. Keeps the events it was given."""

    def __init__(
        self, schemes: SchemeFile | Sequence[SchemeFile], roster: Roster | None, view: View
    ) -> None:
        self._ready, self._view = make_ready(schemes), view
        self._roster = roster = roster and bind_roster(self._ready.files, roster)
        self._versions = self._ready.versions
        self._people = prepared(self._versions, roster, view)
        self._prepared = prepare(self._versions, names_others=True)
        self._admission = Admission(self._versions, self._people, view)
        declared = declared_fields(self._ready.files, "event")
        self._intake = Intake(EVENTS.declaring(declared))
        self._binding = Binding(self._ready.files, roster)
        self._ties = Ties(self._versions, self._people, self._admission.subjects_of)
        self._places = DayOrder()
        self._members = self._ties.groups()
        self._groups: dict[str, _Group] = {}
        self._events: list[Event] = []
        self._bad: list[Unreadable] = []
        self._advanced: date | None = None
        self._result: Result | None = None

    @property
    def under(self) -> str:
        """One fingerprint of the schemes, the roster, the calendar and what is asked."""
        return _joined(fingerprints(self._ready, self._roster, (), (), self._view))

    def add(self, row: Mapping[str, object] | Event | Unreadable | str) -> tuple[Entry, ...]:
        """Take an event in, and give the journal of what it changes, in order.

        An event in order costs the same whatever came before it, and brings its own entry and
        those of the boundaries passed on the way. What comes late, is voided or corrected has its
        subjects settled anew: for each changed entry its opposite (outcome `reversed`), then
        the new one. `total_after` of later entries is not said again: it is the running sum.
        """
        self._result = None
        event = self._binding.of(self._intake.event_of(row))
        if isinstance(event, Unreadable):
            self._bad.append(event)
            return (unreadable_entry(event),)
        self._events.append(event)
        chain = self._admission.chain(event)
        before = self._admission.verdicts(chain)
        self._admission.note(event)
        self._places.note(event.date, event.id, event.said)
        gone, come = _difference(before, self._admission.verdicts(chain))
        journal = [_opposite(self._refused(v)) for v in gone if v[1] is not None]
        journal += [self._refused(v) for v in come if v[1] is not None]
        counted = [e for e, outcome in come if outcome is None]
        journal += self._settle([e for e, outcome in gone if outcome is None], counted)
        return tuple(journal)

    def advance(self, day: date) -> tuple[Entry, ...]:
        """Let the days up to and including one pass, and give what their ends bring.

        An event of such a day that is added afterwards is late.
        """
        self._advanced = max(day, self._advanced or day)
        journal: list[Entry] = []
        for root in sorted({*self._members, *self._groups}):
            group = self._group(root)
            group.fold.advance(day)
            journal += group.drain()
        return in_order(journal)

    def result(self) -> Result:
        """The result of a batch over the events known: the same bytes of scores and trace."""
        if self._result is None:
            rows: list[Event | Unreadable] = [*self._events, *self._bad]
            self._result = evaluate_ready(self._ready, self._roster, rows, self._view)
        return self._result

    def scores(self) -> Sequence[Score]:
        """The scores up to `as_of`, by subject and period."""
        return self.result().scores

    def room(self, subject: str) -> tuple[Room, ...]:
        """What a subject can still earn under each cap it has used, in the windows of `as_of`.

        A cap that is not listed has all its room. KeyError if nothing is known of the subject.
        """
        own = [score for score in self.scores() if score.subject == subject]
        if not own:
            raise KeyError(subject)
        return tuple(own[-1].rooms)

    def save(self) -> dict[str, Any]:
        """Give all the session knows as plain JSON data, for `restore_session`."""
        view = self._view
        return {
            "session": SESSION_VERSION,
            "under": self.under,
            "as_of": view.as_of.isoformat(),
            "status": view.status,
            "known_on": view.known_on.isoformat() if view.known_on else None,
            "advanced": self._advanced.isoformat() if self._advanced else None,
            "events": [event_data(event) for event in self._events],
            "rows": [[row.content, row.reason] for row in self._bad],
        }

    # --- settling ------------------------------------------------------------------------------

    def _refused(self, verdict: Verdict) -> Entry:
        event, outcome = verdict
        assert outcome is not None
        return self._admission.refusal(event, outcome)

    def _settle(self, gone: list[Event], come: list[Event]) -> Iterator[Entry]:
        """Fold what comes in order; settle anew where something came late, or went."""
        anew: set[str] = set()
        for event in gone:
            self._group(self._ties.root(event.subject)).events.remove(event)
            anew.add(event.subject)
        for event in come:
            yield from self._tie(event)
            group = self._group(self._ties.root(event.subject))
            if group.is_past(event, self._places):
                anew.add(event.subject)
            if self._ties.root(event.subject) not in {self._ties.root(s) for s in anew}:
                parties = self._ties.parties(event)
                self._begin(group, beginners(self._ties, event), dict.fromkeys(parties, event.date))
                group.fold.take(event)
                if self._advanced is not None and event.date <= self._advanced:
                    group.fold.advance(self._advanced)  # those days have passed
                yield from group.drain()
            insort(group.events, event, key=self._place)
        for root in sorted({self._ties.root(subject) for subject in anew}):
            yield from self._settle_anew(root)

    def _tie(self, event: Event) -> Iterator[Entry]:
        """Join the groups that an event ties, and give what brings them to one day."""
        self._ties.tie(event)
        for root, into in self._ties.take_moves():
            if root in self._groups or into in self._groups:
                gone, kept = self._group(root), self._group(into)
                kept.fold.join(gone.fold)
                yield from (*kept.drain(), *gone.drain())
                kept.events = sorted(kept.events + gone.events, key=self._place)
                kept.written += gone.written
                kept.begun |= gone.begun
                del self._groups[root]
            self._members.setdefault(into, []).extend(self._members.pop(root, []))

    def _place(self, event: Event) -> tuple[object, ...]:
        return place_of_event(event, self._places)

    def _group(self, root: str) -> _Group:
        """The group of a root; one that is new begins with those who stand on the roster."""
        if root not in self._groups:
            self._groups[root] = _Group(self._new_fold())
        group = self._groups[root]
        if not self._people.everyone:
            self._begin(group, self._members.get(root, ()), {})
        return group

    def _begin(self, group: _Group, subjects: Iterable[str], seen: Mapping[str, date]) -> None:
        for subject in subjects:
            if subject in self._ties.scored and subject not in group.begun:
                group.begun.add(subject)
                day = first_day(self._versions, self._people, subject, seen, self._view.as_of)
                group.fold.begin(subject, day)

    def _new_fold(self) -> Fold:
        view = self._view
        return Fold(self._prepared, self._people, view.as_of, view.workdays)

    def _settle_anew(self, root: str) -> Iterator[Entry]:
        """Fold a group's events from the first on, up to the day it had come to."""
        old = self._group(root)
        fold = self._new_fold()
        new = self._groups[root] = _Group(fold, events=sorted(old.events, key=self._place))
        seen = first_days(self._ties, new.events)
        subjects = seen if self._people.everyone else self._members[root]
        self._begin(new, subjects, seen)
        for event in new.events:
            fold.take(event)
        if old.fold.today is not None:
            fold.advance(old.fold.today - timedelta(days=1))
        if self._advanced is not None:
            fold.advance(self._advanced)
        new.drain()
        yield from _changes(old.written, new.written)


def _difference(
    before: Sequence[Verdict], after: Sequence[Verdict]
) -> tuple[list[Verdict], list[Verdict]]:
    """What is decided no longer, and what newly, each in order."""

    def key(verdict: Verdict) -> tuple[str, Outcome | None]:
        return canonical_event(verdict[0]), verdict[1]

    return _without(before, after, key), _without(after, before, key)


def _changes(old: list[Entry], new: list[Entry]) -> Iterator[Entry]:
    """The opposite of each entry that is no longer there, then what stands in its place."""
    gone, come = _without(old, new, _content), _without(new, old, _content)
    both = [(entry, True) for entry in gone] + [(entry, False) for entry in come]
    places = places_of((*old, *new))
    for entry, is_gone in sorted(both, key=lambda pair: order_of(pair[0], places)):
        yield _opposite(entry) if is_gone else entry


def _without(left: Sequence[T], right: Sequence[T], key: Callable[[T], object]) -> list[T]:
    """What is left of a sequence without so many as another has."""
    if not left or not right:
        return list(left)
    spare = Counter(map(key, right))
    found = []
    for item in left:
        if spare[key(item)] > 0:
            spare[key(item)] -= 1
        else:
            found.append(item)
    return found


def _content(entry: Entry) -> object:
    """All that an entry says but for the running total."""
    return (
        entry.event,
        entry.subject,
        entry.period,
        entry.indicator,
        entry.version,
        entry.date,
        entry.outcome,
        tuple(sorted(entry.inputs.items())),
        entry.asked,
        entry.steps,
        entry.granted,
        tuple(sorted(entry.ledgers.items())),
    )


def _opposite(entry: Entry) -> Entry:
    ledgers = {name: -amount for name, amount in entry.ledgers.items()}
    return replace(
        entry,
        outcome=Outcome.REVERSED,
        asked=-entry.asked,
        steps=(),
        granted=-entry.granted,
        ledgers=ledgers,
        total_after=None,
    )


def _joined(lines: Iterable[str]) -> str:
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()

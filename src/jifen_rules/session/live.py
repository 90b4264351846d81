"""A session: events one at a time, each answered with the entries it brings about.

What is said is never unsaid: where a late, voided or corrected event changes what was
written, the journal gives the opposite of the old entry and then the new one. The result is
that of a batch over the events known; only the journal remembers in which order they came.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any

from ..core.sources import ArrowStream
from ..inputs.event import Event, Unreadable
from ..inputs.headings import EVENTS
from ..inputs.intake import Given, Intake, read_events
from ..inputs.roster import Roster
from ..inputs.workdays import Workdays
from ..scheme.model import SchemeFile
from ..trace.entry import Entry, Outcome, Result, Room, Score
from .admit import Admission, Verdict, View, unreadable_entry
from .batch import check_roster, evaluate_ready, make_ready, prepared
from .binding import Binding, bind_roster, declared_fields
from .groups import LiveGroups
from .journal import changes, difference, opposite
from .saved import SavedState, check_events, read_saved, reread, saved_data


def start_session(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None = None,
    *,
    as_of: date,
    status: str = "",
    known_on: date | None = None,
    workdays: Workdays | None = None,
) -> "Session":
    """Return a session without any event. The arguments and errors are those of `evaluate_events`.

    >>> from datetime import date
    >>> from jifen_rules import load_scheme, start_session
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> session = start_session(scheme, as_of=date(2024, 6, 30))
    >>> row = {"id": "1", "date": "2024-07-01", "subject": "张家", "indicator": "help"}
    >>> [(entry.outcome.value, entry.granted) for entry in session.add(row)]
    [('after_as_of', Decimal('0'))]
    >>> [(entry.outcome.value, entry.granted) for entry in session.move_to(date(2024, 7, 31))]
    [('reversed', Decimal('0')), ('counted', Decimal('5'))]
    >>> [entry.outcome.value for entry in session.add(row, once=True)]
    ['duplicate']
    """
    return Session(schemes, roster, View(as_of, status, known_on, workdays))


def restore_session(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    saved: Mapping[str, Any],
    *,
    events: str | Path | ArrowStream | Iterable[Given] | None = None,
    workdays: Workdays | None = None,
) -> "Session":
    """Return the session that `Session.save` wrote, under the same schemes, roster and calendar.

    Give its `events`, in any order, where it was saved without them; rows that are no events
    come back by themselves, or from there if it has them too. ValueError says what differs:
    the version, the scheme, the roster, the calendar, or the days whose events are others than
    those saved.

    >>> from datetime import date
    >>> from jifen_rules import load_scheme, restore_session, start_session
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> session = start_session(scheme, as_of=date(2024, 12, 31))
    >>> row = {"id": "1", "date": "2024-07-01", "subject": "张家", "indicator": "help"}
    >>> entries = session.add(row)
    >>> small = session.save(events=False)
    >>> restore_session(scheme, None, small, events=[row]).scores()[0].total
    Decimal('5')
    >>> restore_session(scheme, None, small, events=[])
    Traceback (most recent call last):
        ...
    ValueError: the events differ from those saved: 2024-07-01 (1 saved, 0 given)
    """
    state = read_saved(make_ready(schemes), roster, saved, workdays)
    session = Session(schemes, roster, state.view)
    session._restore(saved, state, events)  # noqa: SLF001 - part of the same module
    return session


def _unpickled(
    schemes: Sequence[SchemeFile],
    roster: Roster | None,
    saved: Mapping[str, Any],
    workdays: Workdays | None,
) -> "Session":
    return restore_session(schemes, roster, saved, workdays=workdays)


class Session:
    """Events one at a time under one scheme; see `start_session`. Keeps the events it was given.

    Several threads may use one session: a lock takes their calls one after the other, so the
    journals are those of some order of the calls. Processes need a session each.

    >>> from datetime import date
    >>> from jifen_rules import load_scheme, start_session
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> session = start_session(scheme, as_of=date(2024, 12, 31))
    >>> row = {"id": "1", "date": "2024-07-01", "subject": "张家", "indicator": "help"}
    >>> session.add(row)[0].granted, session.scores()[0].total
    (Decimal('5'), Decimal('5'))
    >>> void = {"id": "2", "date": "2024-07-02", "subject": "张家", "voids": "1"}
    >>> for entry in session.add(void):
    ...     print(entry.event, entry.outcome, entry.granted)
    1 voided 0
    2 void 0
    1 reversed -5
    """

    def __init__(
        self, schemes: SchemeFile | Sequence[SchemeFile], roster: Roster | None, view: View
    ) -> None:
        check_roster(roster)
        self._ready, self._view = make_ready(schemes), view
        self._roster = roster = roster and bind_roster(self._ready.files, roster)
        versions = self._ready.versions
        people = prepared(versions, roster, view)
        self._admission = Admission(versions, people, view)
        self._groups = LiveGroups(versions, people, view, self._admission.stands_for)
        declared = declared_fields(self._ready.files, "event")
        self._intake = Intake(EVENTS.declaring(declared))
        self._binding = Binding(self._ready.files, roster)
        self._events: list[Event] = []
        self._bad: list[Unreadable] = []
        self._result: Result | None = None
        self._lock = RLock()

    def add(
        self, row: Mapping[str, object] | Event | Unreadable | str, *, once: bool = False
    ) -> tuple[Entry, ...]:
        """Take an event and return the journal: the entries that it adds or changes, in order.

        An event in order costs the same whatever came before it. It adds its own entry and those
        of the days' ends passed on the way. After a late, voided or corrected event its subjects
        are settled anew: for each changed entry the journal has its opposite (outcome
        `reversed`), then the new one. `total_after` of later entries is not repeated.

        The same event again counts once: the journal has one entry `duplicate`, which grants 0.
        With `once`, the copy is not kept either, so that a sender may try again as often as it
        likes and the trace does not grow. Another event under a known id makes both
        `conflicting`: the first one counts no more, and neither can be taken out again.
        """
        with self._lock:
            event = self._binding.of(self._intake.event_of(row))
            if isinstance(event, Unreadable):
                if not (once and event in self._bad):
                    self._result = None
                    self._bad.append(event)
                return (unreadable_entry(event),)
            if once and self._admission.has(event):
                return (self._admission.refusal(event, Outcome.DUPLICATE),)
            self._result = None
            self._events.append(event)
            chain = self._admission.chain(event)
            before = self._admission.verdicts(chain)
            self._note(event)
            return tuple(self._changed(before, self._admission.verdicts(chain)))

    def advance(self, day: date) -> tuple[Entry, ...]:
        """Close the days up to and including one, and return what their ends bring.

        An event of such a day that is added afterwards is late. Days after `as_of` wait for
        `move_to`.
        """
        with self._lock:
            return self._groups.advance(day)

    def move_to(self, day: date) -> tuple[Entry, ...]:
        """Make a later day the last one that counts, and return what changes.

        Events up to `day` that were `after_as_of` are admitted. Nothing else is closed: call
        `advance` to let days pass. ValueError for a day before the present one.
        """
        with self._lock:
            old = self._view.as_of
            if day < old:
                raise ValueError(f"{day} is before {old}; a session moves on only")
            view = replace(self._view, as_of=day)
            people = prepared(self._ready.versions, self._roster, view)
            waiting = self._admission.waiting()
            before = self._admission.verdicts(waiting)
            self._view, self._result = view, None
            self._admission.move_to(view, waiting)
            journal = self._groups.move_to(day, people)
            journal += self._changed(before, self._admission.verdicts(waiting))
            advanced = self._groups.advanced
            return (*journal, *(self._groups.advance(advanced) if advanced else ()))

    def rebase(
        self,
        *,
        schemes: SchemeFile | Sequence[SchemeFile] | None = None,
        roster: Roster | None = None,
    ) -> tuple[Entry, ...]:
        """Go on under new schemes or a new roster, and return the journal of what changes.

        The journal has the opposite of each entry that no longer holds, then the new one; it is
        the difference of the two traces. What is not given stays as it is. Events are read anew,
        so that a field which only the new scheme declares counts. The cost grows with all events.
        SchemeError as `evaluate_events`; then the session is as before.
        """
        with self._lock:
            fresh = Session(schemes or self._ready.files, roster or self._roster, self._view)
            fresh._load([*(event.to_dict() for event in self._events), *map(reread, self._bad)])
            fresh._groups.reach(self._groups.reached(), self._groups.advanced)
            journal = tuple(changes(self._standing(), fresh._standing()))
            fresh._lock = self._lock
            self.__dict__ = fresh.__dict__
            return journal

    def result(self) -> Result:
        """Return the result of a batch over the events known: equal scores and trace."""
        with self._lock:
            if self._result is None:
                rows: list[Event | Unreadable] = [*self._events, *self._bad]
                self._result = evaluate_ready(self._ready, self._roster, rows, self._view)
            return self._result

    @property
    def events(self) -> tuple[Event, ...]:
        """The events known, in the order they were added."""
        return tuple(self._events)

    @property
    def as_of(self) -> date:
        """The last day that counts."""
        return self._view.as_of

    def scores(self) -> Sequence[Score]:
        """Return the scores up to `as_of`, sorted by subject and period."""
        return self.result().scores

    def room(self, subject: str) -> tuple[Room, ...]:
        """Return what a subject can still earn under each cap it has used, by `as_of`.

        A cap that is not listed has all its room. KeyError if nothing is known of the subject.
        """
        own = [score for score in self.scores() if score.subject == subject]
        if not own:
            raise KeyError(subject)
        return tuple(own[-1].rooms)

    def save(self, *, events: bool = True) -> dict[str, Any]:
        """Return all the session knows as plain JSON data, for `restore_session`.

        Without `events` it has a count and a fingerprint for each day instead: small, for a
        service whose events are in its own database. Rows that are no events it keeps.
        """
        with self._lock:
            state = SavedState(
                self._view,
                self._groups.advanced,
                tuple(self._events),
                tuple(self._bad),
                self._groups.reached(),
            )
            return saved_data(self._ready, self._roster, state, events)

    def __reduce__(self) -> tuple[Any, ...]:
        given = (self._ready.files, self._roster, self.save(), self._view.workdays)
        return _unpickled, given

    # --- settling ------------------------------------------------------------------------------

    def _changed(self, before: Sequence[Verdict], after: Sequence[Verdict]) -> Iterator[Entry]:
        """Give the journal of verdicts that are new: refusals, then what is settled."""
        gone, come = difference(before, after)
        yield from (opposite(self._refused(v)) for v in gone if v[1] is not None)
        yield from (self._refused(v) for v in come if v[1] is not None)
        counted = [e for e, outcome in come if outcome is None]
        yield from self._groups.settle([e for e, outcome in gone if outcome is None], counted)

    def _note(self, event: Event) -> None:
        self._admission.note(event)
        self._groups.note(event)

    def _restore(
        self,
        saved: Mapping[str, Any],
        state: SavedState,
        events: str | Path | ArrowStream | Iterable[Given] | None,
    ) -> None:
        """Take in what was saved, or its events given apart; ValueError if they differ."""
        rows: Iterable[Given] = (*state.events, *state.rows)
        if events is not None:
            declared = declared_fields(self._ready.files, "event")
            rows = [row for several in read_events(events, declared) for row in several]
        self._load(rows)
        if not self._bad:
            self._bad.extend(state.rows)
        check_events(saved, self._events, self._bad)
        self._groups.reach(state.reached, state.advanced)

    def _load(self, rows: Iterable[Given]) -> None:
        """Take in all events of a session that has none yet; says nothing."""
        for event in map(self._binding.of, map(self._intake.event_of, rows)):
            if isinstance(event, Unreadable):
                self._bad.append(event)
            else:
                self._events.append(event)
                self._note(event)
        counted = [event for event, outcome in self._admission.verdicts() if outcome is None]
        for _ in self._groups.settle([], counted):
            pass  # what is written is kept in the groups

    def _standing(self) -> list[Entry]:
        """Give all that the journal so far comes to."""
        refused = [self._refused(v) for v in self._admission.verdicts() if v[1] is not None]
        return [*self._groups.written(), *refused, *map(unreadable_entry, self._bad)]

    def _refused(self, verdict: Verdict) -> Entry:
        event, outcome = verdict
        assert outcome is not None
        return self._admission.refusal(event, outcome)

"""A long stream: entries come out as events go in, and little is kept in between.

Memory grows with the subjects, the windows that are open and the events that may still be
spoken of (`within` days), and, where copies are looked for, with a fingerprint for each event.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import takewhile
from operator import itemgetter
from pathlib import Path
from typing import NoReturn

from ..core.collector import collector_off, collector_waiting
from ..core.faults import FAULTS
from ..core.problem import EventError, Place, Problem
from ..core.sources import ArrowStream, path_or_rows
from ..core.terms import add_length
from ..engine import RowReader, rows_in_order
from ..inputs.event import Event, Unreadable
from ..inputs.headings import EVENTS
from ..inputs.intake import Given, Intake, read_events
from ..inputs.roster import Roster
from ..inputs.workdays import Workdays
from ..scheme.model import SchemeFile
from ..trace.day_order import DayOrder
from ..trace.entry import Entry, Score, order_entries
from .admit import Admission, View, spoken_of, unreadable_entry
from .batch import check_roster, make_ready, prepared
from .binding import Binding, bind_roster, declared_fields
from .settle import in_order, named_first
from .stream_folds import StreamFolds
from .whole_days import parted


def stream_entries(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    events: str | Path | ArrowStream | Iterable[Given],
    as_of: date,
    *,
    status: str = "",
    known_on: date | None = None,
    workdays: Workdays | None = None,
    within: int = 0,
    find_copies: bool = True,
) -> "Stream":
    """Return an iterator over the entries of events that are in order of their dates.

    Entries come out as events go in, and little is kept in between (the path of a file is read
    whole first). They are those of `evaluate_events`, in the same order; after the last,
    `scores` has the scores. An event may come up to `within` days late; so far back may voids,
    corrections, revocations and repairs speak (what lasts until it is repaired may be at any
    time). With `find_copies` the same event twice is found anywhere, else only `within` days.
    A stream is seven times as fast with `within` 0, where nothing ties subjects, ends by itself or
    goes on into a new period: then whole days are folded as in a batch.
    EventError if the order is broken by more, or an event names one that has gone by; the other
    arguments and errors are those of `evaluate_events`.

    >>> from datetime import date
    >>> from jifen_rules import load_scheme, stream_entries
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> rows = [{"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}]
    >>> stream = stream_entries(scheme, None, rows, date(2024, 12, 31))
    >>> [entry.granted for entry in stream], stream.scores[0].total
    ([Decimal('5')], Decimal('5'))
    """
    return Stream(
        schemes, roster, events, View(as_of, status, known_on, workdays), within, find_copies
    )


class Stream:
    """An iterator over the entries of events in order; see `stream_entries`.

    `scores` is empty until the last entry was given. A stream cannot be pickled or saved: it
    reads on from where its source is.

    >>> from datetime import date
    >>> from jifen_rules import load_scheme, stream_entries
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> stream = stream_entries(scheme, None, [], date(2024, 12, 31))
    >>> list(stream), stream.scores
    ([], ())
    """

    def __init__(
        self,
        schemes: SchemeFile | Sequence[SchemeFile],
        roster: Roster | None,
        events: str | Path | ArrowStream | Iterable[Given],
        view: View,
        within: int,
        find_copies: bool,
    ) -> None:
        check_roster(roster)
        ready = make_ready(schemes)
        roster = roster and bind_roster(ready.files, roster)
        self._declared = declared_fields(ready.files, "event")
        self._versions, self._binding = ready.versions, Binding(ready.files, roster)
        self._people = prepared(self._versions, roster, view)
        self._view, self._within = view, within
        self._admission = Admission(self._versions, self._people, view)
        self._folds = StreamFolds(self._versions, self._people, view, self._admission, self._within)
        self._places = DayOrder()
        """Where the events stand that are not folded yet."""
        self._reader = RowReader()
        self._days: list[date] = []
        self._pending: dict[date, list[Event]] = {}
        """Events that are not folded yet, by their day; the days are a heap too."""
        self._gone: set[int] | None = set() if find_copies else None
        self._missed: set[int] = set()
        """Fingerprints of events that have gone by, and of those spoken of before they came."""
        self._released: dict[str, Event] = {}
        """Past events, in the order of their days, that still decide those they speak of."""
        self._newest = date.min
        self._last: date | None = None
        self.scores: tuple[Score, ...] = ()
        given = path_or_rows(events)
        if isinstance(given, Path):
            known, refused = read_events(given, self._declared)
            given = (*known, *refused)
        self._entries = self._run(given)

    def __iter__(self) -> Iterator[Entry]:
        return self

    def __next__(self) -> Entry:
        return next(self._entries)

    def _run(self, events: Iterable[Given]) -> Iterator[Entry]:
        bad: list[Entry] = []
        intake, whole_days = Intake(EVENTS.declaring(self._declared)), self._folds.folds_days
        for row in events:
            event = self._binding.of(intake.event_of(row))
            if isinstance(event, Unreadable):
                bad.append(unreadable_entry(event))
                continue
            if not whole_days:
                self._accept(event)
            last = event.date if whole_days else add_length(self._newest, -self._within, "day")
            while self._days and self._days[0] < last:
                yield from self._take_day(heappop(self._days))
            if whole_days:
                self._accept(event)  # it may speak of what has just gone by
        while self._days:
            yield from self._take_day(heappop(self._days))
        yield from self._pass(date.max)
        with collector_off():
            self.scores = self._folds.finish()
        yield from self._entries_until(date.max)
        yield from order_entries(bad)

    # --- what comes in -------------------------------------------------------------------------

    def _accept(self, event: Event) -> None:
        """Take an event in; one that comes too late, or speaks of what has gone by, is refused."""
        day, name = event.date, event.id
        if self._last is not None and day <= self._last:
            self._refuse("event-too-late", event, name)
        if self._has_gone(name):
            self._refuse("id-has-gone-by", event, name)
        if self._missed and _print(name) in self._missed:
            self._refuse("was-spoken-of", event, name)
        if spoken_of(event):
            for target in self._admission.chain(event) - {name}:
                if target in self._released or self._has_gone(target):
                    self._refuse("speaks-of-what-went", event, target)
        if not self._folds.folds_days:
            self._note(event)
        of_day = self._pending.get(day)
        if of_day is None:
            of_day = self._pending[day] = []
            heappush(self._days, day)
            self._newest = max(self._newest, day)
        of_day.append(event)

    def _note(self, event: Event) -> None:
        self._admission.note(event)
        self._places.note(event.date, event.id, event.said)

    def _has_gone(self, name: str) -> bool:
        return self._gone is not None and _print(name) in self._gone

    def _refuse(self, fault: str, event: Event, name: str) -> NoReturn:
        values = {
            "id": event.id,
            "other": name,
            "date": str(event.date),
            "days": str(self._within),
        }
        raise EventError([Problem(FAULTS[fault], Place("events", 0, 0), values)])

    # --- what goes out -------------------------------------------------------------------------

    def _take_day(self, day: date) -> Iterator[Entry]:
        """Let the days before pass, and fold the events of this one."""
        if day > date.min:
            yield from self._pass(day - timedelta(days=1))
        self._last = day
        with collector_waiting():
            self._fold_day(day)

    def _fold_day(self, day: date) -> None:
        of_day = own = self._pending.pop(day)
        if self._folds.folds_days:
            self._forget(day)
            own, together = parted(of_day, self._folds.apart)
            self._folds.set_apart({event.subject for event in own})
            for event in own:
                self._note(event)
            self._folds.take_together(in_order([together]))
        ids = {name for event in own for name in self._admission.chain(event)}
        verdicts = [v for v in self._admission.verdicts(ids) if v[0].date == day]
        verdicts = named_first(verdicts, self._places, itemgetter(0))
        self._places.forget(day)
        self._folds.open_day(event for event, outcome in verdicts if outcome is None)
        for event, outcome in verdicts:
            for target in spoken_of(event):
                if not self._admission.is_noted(target):
                    self._missed.add(_print(target))
                    if self._gone is None:
                        self._refuse("speaks-of-what-went", event, target)
            if outcome is None:
                self._take(event)
            else:
                self._folds.refuse(event, outcome)
        for event in own:
            self._released.pop(event.id, None)  # so that they stay in the order of their days
            self._released[event.id] = event
        if self._gone is not None:
            self._gone |= {_print(event.id) for event in of_day}
        self._forget(add_length(day, -self._within, "day"))

    def _forget(self, first: date) -> None:
        """Let go of the events before a day."""
        for event in [*takewhile(lambda event: event.date < first, self._released.values())]:
            self._admission.forget(event)
            del self._released[event.id]

    def _take(self, event: Event) -> None:
        root, target = self._folds.group_of(event), event.repairs or event.revokes
        known, is_near = self._released.get(target), self._admission.is_noted(target)
        if known is not None:
            is_near = known.date >= add_length(event.date, -self._within, "day")
        has_gone = target and not is_near and (self._gone is None or self._has_gone(target))
        if has_gone and not self._folds.remembers(root, target):
            self._refuse("speaks-of-what-went", event, target)
        self._folds.take(root, event)

    def _pass(self, last: date) -> Iterator[Entry]:
        """Let days up to one pass, and give all entries until then in their order."""
        last = min(last, self._view.as_of)
        with collector_waiting():
            self._folds.close_due(last, self._newest)
        return self._entries_until(last)

    def _entries_until(self, last: date) -> Iterator[Entry]:
        """Give the entries of days up to one, in their order."""
        ready = self._folds.ready
        for day in sorted(day for day in ready if day <= last):
            yield from map(self._reader.entry, rows_in_order(ready.pop(day)))


_print = hash
"""A fingerprint of a text: of 64 bits, by a key of the process."""

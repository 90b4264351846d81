"""A long stream: entries come out as events go in, and little is kept in between.

Memory grows with the subjects, the windows that are open and the events that may still be
spoken of (`within` days), and, where copies are looked for, with a fingerprint for each event.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from ..engine import Fold, Row, RowReader, prepare, rows_in_order, whole
from ..inputs.event import Event, Unreadable
from ..inputs.headings import EVENTS
from ..inputs.intake import Given, Intake, read_events
from ..inputs.roster import Roster
from ..inputs.workdays import Workdays
from ..scheme.model import SchemeFile
from ..trace.day_order import DayOrder
from ..trace.entry import Entry, Outcome, Score, order_entries
from .admit import Admission, View, spoken_of, unreadable_entry
from .batch import check_roster, make_ready, prepared
from .binding import Binding, bind_roster, declared_fields
from .settle import beginners, first_day, in_order, named_first
from .ties import Ties
from .whole_days import may_fold_days, parted

EVERY = 16
"""After so many events for each subject of a group, what is over is let go."""

_TOGETHER = ""
"""In place of a group: all whom nothing ties and of whom nothing is kept."""


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
        self._view, self._within = view, timedelta(days=within)
        self._admission = Admission(self._versions, self._people, view)
        admission, folds = self._admission, dict[str, Fold]()
        self._ties = Ties(
            self._versions,
            self._people,
            lambda name: _subjects_of(name, admission, folds),
            admission.stands_for,
        )
        self._folds_days = not within and self._ties.is_free and may_fold_days(self._versions)
        """Whether days are folded as in a batch, but for those whose events speak of others."""
        self._prepared = prepare(self._versions, names_others=not self._folds_days, waits=False)
        self._apart: set[str] = set()
        """Those who have a fold of their own for good where days are folded as in a batch."""
        self._places = DayOrder()
        """Where the events stand that are not folded yet."""
        self._folds, self._reader = folds, RowReader()
        self._taken: dict[str, int] = {}
        self._begun: set[str] = set()
        self._days: list[date] = []
        self._pending: dict[date, list[Event]] = {}
        """Events that are not folded yet, by their day; the days are a heap too."""
        self._due: list[tuple[date, str]] = []
        self._scheduled: dict[str, date] = {}
        """When something next ends for whom: a heap, and of each group what stands in it."""
        self._gone: set[int] | None = set() if find_copies else None
        self._missed: set[int] = set()
        """Fingerprints of events that have gone by, and of those spoken of before they came."""
        self._released: dict[str, Event] = {}
        """Past events, in the order of their days, that still decide those they speak of."""
        self._newest = self._last = date.min
        self._ready: defaultdict[date, list[Row | Entry]] = defaultdict(list)
        """What is to come out, by its day."""
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
        intake = Intake(EVENTS.declaring(self._declared))
        for root, subjects in self._ties.groups().items():
            self._begin(_TOGETHER if self._folds_days else root, subjects, {})
        for row in events:
            event = self._binding.of(intake.event_of(row))
            if isinstance(event, Unreadable):
                bad.append(unreadable_entry(event))
                continue
            self._accept(event)
            while self._days[0] < self._newest - self._within:
                yield from self._take_day(heappop(self._days))
        while self._days:
            yield from self._take_day(heappop(self._days))
        yield from self._pass(date.max)
        with collector_off():
            scores = (score for fold in self._folds.values() for score in fold.finish())
            self.scores = tuple(sorted(scores, key=lambda score: (score.subject, score.period)))
        yield from self._entries_until(date.max)
        yield from order_entries(bad)

    # --- what comes in -------------------------------------------------------------------------

    def _accept(self, event: Event) -> None:
        """Take an event in; one that comes too late, or speaks of what has gone by, is refused."""
        if event.date <= self._last:
            self._refuse("event-too-late", event, event.id)
        if self._has_gone(event.id):
            self._refuse("id-has-gone-by", event, event.id)
        if self._missed and _print(event.id) in self._missed:
            self._refuse("was-spoken-of", event, event.id)
        if spoken_of(event):
            for target in self._admission.chain(event) - {event.id}:
                if target in self._released or self._has_gone(target):
                    self._refuse("speaks-of-what-went", event, target)
        if not self._folds_days:
            self._note(event)
        if event.date not in self._pending:
            self._pending[event.date] = []
            heappush(self._days, event.date)
        self._pending[event.date].append(event)
        self._newest = max(self._newest, event.date)

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
            "days": str(self._within.days),
        }
        raise EventError([Problem(FAULTS[fault], Place("events", 0, 0), values)])

    # --- what goes out -------------------------------------------------------------------------

    def _take_day(self, day: date) -> Iterator[Entry]:
        """Let the days before pass, and fold the events of this one."""
        yield from self._pass(day - timedelta(days=1))
        self._last = day
        with collector_waiting():
            self._fold_day(day)

    def _fold_day(self, day: date) -> None:
        of_day = own = self._pending.pop(day)
        if self._folds_days:
            own, together = parted(of_day, self._apart)
            self._set_apart({event.subject for event in own} - self._apart)
            for event in own:
                self._note(event)
            self._take_together(in_order([together]))
        ids = {name for event in own for name in self._admission.chain(event)}
        verdicts = [v for v in self._admission.verdicts(ids) if v[0].date == day]
        verdicts = named_first(verdicts, self._places, itemgetter(0))
        self._places.forget(day)
        for event, outcome in verdicts:
            for target in spoken_of(event):
                if not self._admission.is_noted(target):
                    self._missed.add(_print(target))
                    if self._gone is None:
                        self._refuse("speaks-of-what-went", event, target)
            if outcome is None:
                self._take(event)
            else:
                self._ready[day].append(self._admission.refusal(event, outcome))
        for event in own:
            self._released.pop(event.id, None)  # so that they stay in the order of their days
            self._released[event.id] = event
        if self._gone is not None:
            self._gone |= {_print(event.id) for event in of_day}
        first = day - self._within
        for event in [*takewhile(lambda event: event.date < first, self._released.values())]:
            self._admission.forget(event)
            del self._released[event.id]

    def _set_apart(self, subjects: set[str]) -> None:
        """Give each of these a fold of its own."""
        self._apart |= subjects
        for subject in sorted(subjects & self._begun):
            own = self._folds[_TOGETHER].part(subject)
            self._folds[self._ties.root(subject)] = own
            self._schedule(self._ties.root(subject), own)

    def _take_together(self, events: Sequence[Event]) -> None:
        """Fold events of one day in their order; nothing ties their subjects."""
        if not events:
            return
        admission = self._admission
        for event in events if self._people.everyone else ():
            if event.subject not in self._begun and admission.judge(event) is None:
                self._ties.tie(event)
                self._begin(_TOGETHER, (event.subject,), {event.subject: event.date})

        def refuse(event: Event, outcome: Outcome) -> None:
            self._ready[event.date].append(admission.refusal(event, outcome))

        fold = self._begin(_TOGETHER, (), {})
        by_words = self._view.known_on is None
        fold.take_all([events], admission.judge, refuse, by_words=by_words)
        self._let_go(_TOGETHER, fold, len(events), events[0].date)
        self._drain(_TOGETHER, fold)

    def _take(self, event: Event) -> None:
        self._tie(event)
        root = self._ties.root(event.subject)
        parties = self._ties.parties(event)
        fold = self._begin(root, beginners(self._ties, event), dict.fromkeys(parties, event.date))
        target = event.repairs or event.revokes
        known = self._released.get(target)
        is_far = target and (known is None or known.date < event.date - self._within)
        has_gone = is_far and (self._gone is None or self._has_gone(target))
        if has_gone and not fold.remembers(target):
            self._refuse("speaks-of-what-went", event, target)
        fold.take(event)
        self._let_go(root, fold, 1, event.date)
        self._drain(root, fold)

    def _let_go(self, root: str, fold: Fold, count: int, day: date) -> None:
        """Let go of what is over, once so many events were taken again."""
        taken = self._taken.get(root, 0) + count
        is_time = taken >= EVERY * len(fold.world.states)
        if is_time:
            fold.forget(min(day, self._view.as_of) - self._within)
        self._taken[root] = 0 if is_time else taken

    def _tie(self, event: Event) -> None:
        self._ties.tie(event)
        for gone, into in self._ties.take_moves():
            fold = self._folds.pop(gone, None)
            self._scheduled.pop(gone, None)
            self._taken.pop(gone, None)
            if fold is not None:
                kept = self._begin(into, (), {})
                kept.join(fold)
                self._collect(fold)
                self._drain(into, kept)

    def _begin(self, root: str, subjects: Iterable[str], seen: Mapping[str, date]) -> Fold:
        """Return the fold of a group, with these subjects in it."""
        if root not in self._folds:
            view, stands_for = self._view, self._admission.stands_for
            is_apart = self._folds_days and root != _TOGETHER
            prepared = self._prepared.keeping if is_apart else self._prepared
            self._folds[root] = Fold(prepared, self._people, view.as_of, view.workdays, stands_for)
        fold = self._folds[root]
        for subject in subjects:
            if subject in self._ties.scored and subject not in self._begun:
                self._begun.add(subject)
                day = first_day(self._versions, self._people, subject, seen, self._view.as_of)
                fold.begin(subject, day)
                self._schedule(root, fold)
        return fold

    def _drain(self, root: str, fold: Fold) -> None:
        self._collect(fold)
        self._schedule(root, fold)

    def _schedule(self, root: str, fold: Fold) -> None:
        due = fold.due
        if due < self._scheduled.get(root, date.max):
            self._scheduled[root] = due
            heappush(self._due, (due, root))

    def _pass(self, last: date) -> Iterator[Entry]:
        """Let days up to one pass, and give all entries until then in their order."""
        last = min(last, self._view.as_of)
        with collector_waiting():
            self._close_due(last)
        return self._entries_until(last)

    def _collect(self, fold: Fold) -> None:
        """Take away what a fold wrote since the last time."""
        ready = self._ready
        for row in whole(fold.rows):
            day = row.date if isinstance(row, Entry) else row[0].date
            assert day is not None  # rows that are no events stand apart
            ready[day].append(row)
        fold.rows.clear()

    def _entries_until(self, last: date) -> Iterator[Entry]:
        """Give the entries of days up to one, in their order."""
        for day in sorted(day for day in self._ready if day <= last):
            yield from map(self._reader.entry, rows_in_order(self._ready.pop(day)))

    def _close_due(self, last: date) -> None:
        while self._due and self._due[0][0] <= last:
            day, root = heappop(self._due)
            if self._scheduled.get(root) != day:
                continue
            del self._scheduled[root]
            fold = self._folds[root]
            fold.advance(day)
            if self._newest > date.min and not self._folds_days:
                fold.forget(min(day, self._newest) - self._within)
            self._drain(root, fold)


def _subjects_of(name: str, admission: Admission, folds: Mapping[str, Fold]) -> Iterable[str]:
    """Find whose event an id is: one of the last days, or one that may still be repaired."""
    if admission.is_noted(name):
        return admission.subjects_of(name)
    owners = (fold.owner_of(name) for fold in folds.values())
    return [owner for owner in owners if owner is not None][:1]


_print = hash
"""A fingerprint of a text: of 64 bits, by a key of the process."""

"""The folds of a stream: whose events are folded with whose, and when a day's end is reached.

Takes events that count, in their order; what they bring stands in `ready`, by its day. Refuses to
know why an event counts, and what else may speak of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import heappop, heappush

from ..core.terms import add_length
from ..engine import Fold, Row, prepare, whole
from ..inputs.event import Event
from ..inputs.roster import Roster
from ..plan import Versions
from ..trace.entry import Entry, Outcome, Score
from .admit import Admission, View
from .settle import beginners, first_day
from .ties import Ties
from .whole_days import may_fold_days

EVERY = 16
"""After so many events for each subject of a fold, what is over is let go."""

_TOGETHER = ""
"""In place of a group: all whom nothing ties and of whom nothing is kept."""


class StreamFolds:
    """Every fold of a stream, by the root of its group."""

    def __init__(
        self,
        versions: Versions,
        people: Roster,
        view: View,
        admission: Admission,
        within: int,
    ) -> None:
        """`within` is how many days back events may speak of others."""
        self._versions, self._people, self._view = versions, people, view
        self._admission, self._within = admission, within
        self._folds: dict[str, Fold] = {}
        self._ties = Ties(versions, people, self._subjects_of, admission.stands_for)
        self.folds_days = not within and self._ties.is_free and may_fold_days(versions)
        """Whether days are folded as in a batch, but for those whose events speak of others."""
        self._prepared = prepare(versions, names_others=not self.folds_days, waits=False)
        self.apart: set[str] = set()
        """Those who have a fold of their own for good where days are folded as in a batch."""
        self.ready: defaultdict[date, list[Row | Entry]] = defaultdict(list)
        """What is to come out, by its day."""
        self._taken: dict[str, int] = {}
        self._begun: set[str] = set()
        self._due: list[tuple[date, str]] = []
        self._scheduled: dict[str, date] = {}
        """When something next ends for whom: a heap, and of each group what stands in it."""
        for root, subjects in self._ties.groups().items():
            self._begin(_TOGETHER if self.folds_days else root, subjects, {})

    def __iter__(self) -> Iterator[Fold]:
        return iter(self._folds.values())

    def group_of(self, event: Event) -> str:
        """Return the root of the group that takes an event, whom it ties among it."""
        self._tie(event)
        root, parties = self._ties.root(event.subject), self._ties.parties(event)
        self._begin(root, beginners(self._ties, event), dict.fromkeys(parties, event.date))
        return root

    def open_day(self, events: Iterable[Event]) -> None:
        """Let those who begin with one of these events of a day begin before any of it is taken."""
        for event in events if self._people.everyone else ():
            if event.subject not in self._begun or event.indicator in self._ties.paying:
                self.group_of(event)

    def remembers(self, root: str, name: str) -> bool:
        """Tell whether a group still knows what an event brought."""
        return self._folds[root].remembers(name)

    def take(self, root: str, event: Event) -> None:
        """Fold an event of a group."""
        fold = self._folds[root]
        fold.take(event)
        self._let_go(root, fold, 1, event.date)
        self._drain(root, fold)

    def take_together(self, events: Sequence[Event]) -> None:
        """Fold events of one day in their order, those that count; nothing ties their subjects."""
        if not events:
            return
        judge = self._admission.judge
        for event in events if self._people.everyone else ():
            if event.subject not in self._begun and judge(event) is None:
                self._ties.add(event.subject)
                self._begin(_TOGETHER, (event.subject,), {event.subject: event.date})
        fold = self._begin(_TOGETHER, (), {})
        by_words = self._view.known_on is None
        fold.take_all([events], judge, self.refuse, by_words=by_words)
        self._let_go(_TOGETHER, fold, len(events), events[0].date)
        self._drain(_TOGETHER, fold)

    def refuse(self, event: Event, outcome: Outcome) -> None:
        """Let an event that does not count come out as such."""
        self.ready[event.date].append(self._admission.refusal(event, outcome))

    def set_apart(self, subjects: set[str]) -> None:
        """Give each of these a fold of its own, in which contributions are kept."""
        several, self.apart = subjects - self.apart, self.apart | subjects
        for subject in sorted(several & self._begun):
            root = self._ties.root(subject)
            self._folds[root] = self._folds[_TOGETHER].part(subject)
            self._schedule(root, self._folds[root])

    def close_due(self, last: date, newest: date) -> None:
        """Let the ends of days up to one bring what they bring; the newest event is of `newest`."""
        while self._due and self._due[0][0] <= last:
            day, root = heappop(self._due)
            if self._scheduled.get(root) != day:
                continue
            del self._scheduled[root]
            fold = self._folds[root]
            fold.advance(day)
            if newest > date.min and not self.folds_days:
                fold.forget(add_length(min(day, newest), -self._within, "day"))
            self._drain(root, fold)

    def finish(self) -> tuple[Score, ...]:
        """Close what is left, and give the scores of every period in their order."""
        scores = (score for fold in self._folds.values() for score in fold.finish())
        return tuple(sorted(scores, key=lambda score: (score.subject, score.period)))

    def _subjects_of(self, name: str) -> Iterable[str]:
        """Find whose event an id is: one of the last days, or one that may still be repaired."""
        if self._admission.is_noted(name):
            return self._admission.subjects_of(name)
        owners = (fold.owner_of(name) for fold in self._folds.values())
        return [owner for owner in owners if owner is not None][:1]

    def _let_go(self, root: str, fold: Fold, count: int, day: date) -> None:
        """Let go of what is over, once so many events were taken again."""
        taken = self._taken.get(root, 0) + count
        is_time = taken >= EVERY * len(fold.world.states)
        if is_time:
            fold.forget(add_length(min(day, self._view.as_of), -self._within, "day"))
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
            is_apart = self.folds_days and root != _TOGETHER
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

    def _collect(self, fold: Fold) -> None:
        """Take away what a fold wrote since the last time."""
        for row in whole(fold.rows):
            day = row.date if isinstance(row, Entry) else row[0].date
            assert day is not None  # rows that are no events stand apart
            self.ready[day].append(row)
        fold.rows.clear()

    def _schedule(self, root: str, fold: Fold) -> None:
        due = fold.due
        if due < self._scheduled.get(root, date.max):
            self._scheduled[root] = due
            heappush(self._due, (due, root))

"""Events in memory -> entries, and what each period comes to: group by group, in order.

One piece: groups are found, folded and put in order by steps that hand on one another's lists.

Nothing that crosses groups is decided here. Most groups are one subject, and most events speak of
no other.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress, count, islice
from operator import attrgetter, ge, lt
from typing import TypeAlias, TypeVar

from ..engine import Fold, Prepared, SubjectState, World, Written, prepare
from ..inputs.event import Event
from ..inputs.roster import Roster
from ..plan import Versions
from ..trace.day_order import NAMING, DayOrder
from ..trace.entry import Entry, Outcome, Score
from .admit import SPEAKS, Admission, View, spoken_of
from .ties import Ties, names_of

UNDOES = frozenset({"revokes", "repairs"})
"""What an event says that takes back or puts right what another one brought."""
T = TypeVar("T")
_NAMING = frozenset(NAMING)
_TELLS = SPEAKS | UNDOES | {"time"}
_id = attrgetter("id")
_time = attrgetter("time")
_day = attrgetter("date")

Choose: TypeAlias = Callable[[Sequence[tuple[Sequence[str], int]]], Container[str]]
"""Of the groups, with their subjects and numbers of events, those that are settled here.

Each is named by its first subject.
"""

_Group: TypeAlias = tuple[Sequence[str], Mapping[str, date]]
_Row: TypeAlias = tuple[Sequence[str], Mapping[str, date], Sequence[Event]]
"""A group, when those begin who do not wait for an event, and its events in order."""

TOGETHER = 256
"""So many subjects that nothing ties are folded together, where no contribution is kept.

A boundary is then reached once for all of them.
"""


@dataclass(slots=True)
class Settled:
    """Rows of entries in no order, and the scores of periods."""

    rows: list[Written | Entry] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    unscored: list[tuple[World, SubjectState]] = field(default_factory=list)
    """Whose last period is scored when it is looked at."""
    places: DayOrder = field(default_factory=DayOrder)
    """Where events stand that name others."""
    judged: int = 0
    """So many of the rows, the first, are refusals of events that were judged together."""
    subjects: set[str] = field(default_factory=set)
    """Whose groups were settled here, where not all of them were."""


@dataclass(slots=True)
class _Given:
    """The events by subject; apart from them those that share an id, or speak or are spoken of."""

    by_subject: Mapping[str, list[Event]]
    special: list[Event]
    places: DayOrder
    """Where those stand that name others."""
    named: Mapping[str, set[str]]
    """The subjects of the events that others name, by id."""
    crossing: frozenset[str]
    """Ids of events that name one of another subject, and of those named.

    Empty where none crosses.
    """
    undoing: set[str]
    """Subjects of whose events some undo others."""
    are_in_order: bool
    """Whether they came in the order of their keys, as a log does."""


def settle(
    versions: Versions,
    roster: Roster,
    events: Sequence[Event],
    view: View,
    choose: Choose | None = None,
) -> Settled:
    """Settle every group of subjects that are tied, or those that are chosen.

    Of a group that is chosen all events must be there, and of the others those that share an id
    with another, or speak or are spoken of: those are judged, and refused, wherever they belong.
    """
    return _Run(versions, roster, events, view, choose).settled


class _Run:
    """One settlement of everything."""

    def __init__(
        self,
        versions: Versions,
        roster: Roster,
        events: Sequence[Event],
        view: View,
        choose: Choose | None,
    ) -> None:
        self.versions, self.roster, self.view = versions, roster, view
        self.admission = Admission(versions, roster, view)
        self.given, self._count = sorted_out(events), len(events)
        self.settled = Settled(places=self.given.places)
        self._prepared: dict[bool, Prepared] = {}
        named = self.given.named
        stands_for = self.admission.stands_for
        self.ties = Ties(versions, roster, lambda name: named.get(name, ()), stands_for)
        self._is_free = self.ties.is_free and not self.given.crossing
        special = self._judged_together()
        self.settled.judged = len(self.settled.rows)
        groups = self._groups(special)
        together: list[_Row] = []
        for subjects, starts in groups if choose is None else self._chosen(groups, choose):
            mine = [self.given.by_subject.get(subject, []) for subject in subjects]
            own = [event for subject in subjects for event in special.get(subject, ())]
            events = self._in_order([*mine, own] if own else mine)
            events = named_first(events, self.given.places, lambda event: event)
            if own or not self._is_free or self._keeps(subjects):
                self._fold([(subjects, starts, events)], frozenset(event.id for event in own))
                continue
            together.append((subjects, starts, events))
            if len(together) == TOGETHER:
                self._fold(together)
                together = []
        self._fold(together)

    def _judged_together(self) -> dict[str, list[Event]]:
        """Return the special events that count, by subject; the others are refused here."""
        admission, found = self.admission, defaultdict(list)
        for event in self.given.special:
            admission.note(event)
        for event, outcome in admission.verdicts():
            if outcome is None:
                found[event.subject].append(event)
            else:
                self.settled.rows.append(admission.refusal(event, outcome))
        return found

    # --- groups ----------------------------------------------------------------------------------

    def _groups(self, special: Mapping[str, list[Event]]) -> Iterator[_Group]:
        """Who is settled together, and when those begin who have figures without an event."""
        ties, everyone, crossing = self.ties, self.roster.everyone, self.given.crossing
        if self._is_free:
            for subject in dict.fromkeys((*ties.scored, *self.given.by_subject, *special)):
                yield (subject,), {} if everyone else self._starts((subject,), {})
            return
        seen: dict[str, date] = {}
        for events in (*self.given.by_subject.values(), *special.values()):
            for event in events:
                if everyone or event.indicator in ties.paying or event.id in crossing:
                    self._tie(event, seen)
        groups = [*ties.groups().values()]
        tied = {subject for subjects in groups for subject in subjects}
        others = dict.fromkeys((*self.given.by_subject, *special))
        groups += [[subject] for subject in others if subject not in tied]
        for subjects in groups:
            yield subjects, self._starts(subjects, seen)

    def _chosen(self, groups: Iterable[_Group], choose: Choose) -> list[_Group]:
        several, given = list(groups), self.given.by_subject
        mine = choose([(who, sum(len(given.get(s, ())) for s in who)) for who, _ in several])
        found = [group for group in several if group[0][0] in mine]
        self.settled.subjects = {subject for subjects, _ in found for subject in subjects}
        return found

    def _tie(self, event: Event, seen: dict[str, date]) -> None:
        if not event.subject or self.admission.judge(event) is not None:
            return
        self.ties.tie(event)
        for subject in beginners(self.ties, event):
            seen[subject] = min(seen.get(subject, event.date), event.date)

    def _starts(self, subjects: Iterable[str], seen: Mapping[str, date]) -> dict[str, date]:
        scored, as_of = self.ties.scored, self.view.as_of
        return {
            s: first_day(self.versions, self.roster, s, seen, as_of)
            for s in subjects
            if s in scored and (s in seen or not self.roster.everyone)
        }

    # --- one group -------------------------------------------------------------------------------

    def _fold(self, rows: Sequence[_Row], judged: frozenset[str] = frozenset()) -> None:
        """Fold a group, or several that nothing ties."""
        if not rows:
            return
        admission, settled = self.admission, self.settled
        fold = self._fold_of(rows[0][0])
        for _, starts, events in rows:
            for subject, day in self._beginning(starts, events, judged):
                fold.begin(subject, day)

        def refuse(event: Event, outcome: Outcome) -> None:
            settled.rows.append(admission.refusal(event, outcome))

        several = (events for _, _, events in rows)
        fold.take_all(several, admission.judge, refuse, judged, by_words=self.view.known_on is None)
        settled.unscored += [(fold.world, state) for state in fold.close_all()]
        settled.scores += fold.world.scores
        settled.rows += fold.rows
        fold.world.let_go()

    def _beginning(
        self, starts: Mapping[str, date], events: Iterable[Event], judged: Container[str]
    ) -> Iterable[tuple[str, date]]:
        """Tell who begins when: those on no roster with their first event that counts."""
        if not (self._is_free and self.roster.everyone):
            return starts.items()
        judge = self.admission.judge
        counting = (
            (e.subject, e.date)
            for e in events
            if not (e.repairs or e.revokes) and (e.id in judged or judge(e) is None)
        )
        return islice(counting, 1)

    def _keeps(self, subjects: Sequence[str]) -> bool:
        return self._prepared_for(subjects).keeps

    def _prepared_for(self, subjects: Sequence[str]) -> Prepared:
        undoes = not self.given.undoing.isdisjoint(subjects)
        found = self._prepared.get(undoes)
        if found is None:
            found = prepare(self.versions, names_others=undoes, count=self._count)
            self._prepared[undoes] = found
        return found

    def _fold_of(self, subjects: Sequence[str]) -> Fold:
        prepared, stands_for = self._prepared_for(subjects), self.admission.stands_for
        return Fold(prepared, self.roster, self.view.as_of, self.view.workdays, stands_for)

    def _in_order(self, mine: Sequence[list[Event]]) -> list[Event]:
        if len(mine) == 1 and self.given.are_in_order:
            return mine[0]
        return in_order(mine)


def sorted_out(events: Sequence[Event]) -> _Given:
    """Put the events to their subjects, in the order they come in."""
    special: set[str] = set()
    words: list[Event] = []
    undoing: set[str] = set()
    ids = [event.id for event in events]
    rise = all(map(lt, ids, islice(ids, 1, None)))  # then no two are the same
    if not rise and len(set(ids)) < len(ids):
        special = {name for name, times in Counter(ids).items() if times > 1}
    days = [event.date for event in events]
    in_order = rise and days == sorted(days)
    by_subject: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_subject[event.subject].append(event)
        said = event.said
        if said is not None and not _TELLS.isdisjoint(said):
            in_order = in_order and "time" not in said
            if not SPEAKS.isdisjoint(said):
                special |= {event.id, *spoken_of(event)}
            if not UNDOES.isdisjoint(said):
                undoing.add(event.subject)
            if not _NAMING.isdisjoint(said):
                words.append(event)
    apart = [event for event in events if event.id in special] if special else []
    for subject in {event.subject for event in apart}:
        by_subject[subject] = [e for e in by_subject[subject] if e.id not in special]
    named: dict[str, set[str]] = {name: set() for word in words for name in _named_by(word)}
    known = [event for event in events if event.id in named] if named else []
    for event in known:
        named[event.id] |= {event.subject} - {""}
    return _Given(
        by_subject,
        apart,
        _places_of((*words, *known)),
        named,
        _crossing(words, named),
        undoing,
        in_order,
    )


def _named_by(word: Event) -> set[str]:
    return {word.voids, *names_of(word)} - {""}


def _crossing(words: Iterable[Event], subjects: Mapping[str, set[str]]) -> frozenset[str]:
    """Find the events that name others, and those named, where one names one of another subject."""
    found: set[str] = set()
    crosses = False
    for word in words:
        for name in names_of(word):
            found |= {word.id, name}
            crosses = crosses or not subjects[name] <= {word.subject}
    return frozenset(found) if crosses else frozenset()


def _places_of(events: Iterable[Event]) -> DayOrder:
    """Find where events stand that name others or are named."""
    places = DayOrder()
    for event in events:
        places.note(event.date, event.id, event.said)
    return places


def named_first(items: list[T], places: DayOrder, event_of: Callable[[T], Event]) -> list[T]:
    """Take an event that names a later one of its day right after it; items are in order."""
    if not (places.any_moves and any(_moves(event_of(item), places) for item in items)):
        return items
    return sorted(items, key=lambda item: place_of_event(event_of(item), places))


def _moves(event: Event, places: DayOrder) -> bool:
    return places.moves(event.date, event.id)


def place_of_event(event: Event, places: DayOrder) -> tuple[object, ...]:
    """Return the place of an event among all others."""
    return (event.date, *places.of(event.date, event.id, event.time))


def in_order(several: Sequence[list[Event]]) -> list[Event]:
    """Return the events of a group by date, time and id."""
    events = several[0] if len(several) == 1 else [e for some in several for e in some]
    days = list(map(_day, events))
    for place in compress(count(1), map(ge, days, islice(days, 1, None))):
        before, after = events[place - 1], events[place]
        if days[place - 1] > days[place] or not _stands_before(before, after):
            return _sorted(events)
    return events


def _sorted(events: Sequence[Event]) -> list[Event]:
    """Sort events by their keys, last part first: what stands still needs no key of three."""
    found = sorted(events, key=_id)
    if any(event.said is not None and "time" in event.said for event in found):
        found.sort(key=_time)
    found.sort(key=_day)
    return found


def _stands_before(one: Event, other: Event) -> bool:
    """Whether events of one day stand in their order; most say no time."""
    if one.said is None and other.said is None:
        return one.id <= other.id
    return one.sort_key <= other.sort_key


def first_days(ties: Ties, events: Iterable[Event]) -> dict[str, date]:
    """Return the day of the first event that each has part in; events in order."""
    days: dict[str, date] = {}
    for event in events:
        for subject in beginners(ties, event):
            days.setdefault(subject, event.date)
    return days


def beginners(ties: Ties, event: Event) -> tuple[str, ...]:
    """Who has figures from an event on, if not before; taking back or repairing begins nothing."""
    return () if event.repairs or event.revokes else ties.parties(event)


def first_day(
    versions: Versions, roster: Roster, subject: str, seen: Mapping[str, date], as_of: date
) -> date:
    """Return the first day of a subject: on the roster, else the one on which it was first seen."""
    since = roster.since(subject)
    if since is not None:
        return max(since, versions.first.version)
    return seen.get(subject, as_of)

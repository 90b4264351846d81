"""Two schemes, a roster and events -> Impact: what each change does alone, and what is left.

Both sides are whole evaluations. For a change alone only the groups of subjects are evaluated again
that it can touch. Writes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias

from ...core.message import N_, SaidError, msg
from ...core.problem import SchemeError
from ...core.sources import ArrowStream
from ...core.terms import Period, add_points
from ...inputs.event import Event, Unreadable
from ...inputs.intake import Given, read_events
from ...inputs.roster import Roster
from ...inputs.workdays import Workdays
from ...scheme.model import SchemeFile
from ...session import Ready, View, evaluate_ready, make_ready, scores_of_some
from ...session.binding import Binding, declared_fields
from ...trace.entry import Entry, Outcome, Result, Score
from ..made_up import make_events
from .diff import diff_schemes
from .direction import Bearing
from .impact import ZERO, EventImpact, Figures, Impact, Side, SubjectImpact
from .plain_plan import PlainVersions
from .scheme_diff import Change, SchemeDiff
from .touched import changed_indicators, touched_subjects

_RowKey: TypeAlias = tuple[str, Period]
_Sides: TypeAlias = Mapping[_RowKey, Side]


def measure_impact(
    old: SchemeFile | Sequence[SchemeFile],
    new: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    events: str | Path | ArrowStream | Iterable[Given] | None,
    as_of: date,
    *,
    status: str = "",
    workdays: Workdays | None = None,
    since: date | None = None,
    steps: bool = False,
    seed: int = 1,
) -> Impact:
    """Evaluate events under two schemes and attribute each difference to the changes between them.

    A new scheme alone is applied to the whole stream, from the first day of the old one; with
    `since`, as a version from that day on, which is after the day of the last old one. To replace
    one of several old versions, give all the new ones, so that each has its counterpart. Each
    change is evaluated alone upon the old scheme; with `steps`, upon all those before it. What is
    left, so that the parts add up exactly, is `together`. Where `events` is None they are made up
    from the schemes and the roster, the same for equal seeds, and the impact says so. SchemeError
    if a scheme has problems or the two are not of one kind, ValueError as `evaluate_events` and for
    a day on which one of the two schemes is not yet in force.

    >>> from datetime import date
    >>> from jifen_rules import load_scheme, measure_impact
    >>> text = '''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}'''
    >>> old = load_scheme("old.yaml", text=text)
    >>> new = load_scheme("new.yaml", text=text.replace("points: 5", "points: 8"))
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> impact = measure_impact(old, new, None, [row], date(2024, 12, 31))
    >>> [row] = impact.rows
    >>> row.subject, row.before.figures["total"], row.after.figures["total"]
    ('张家', Decimal('5'), Decimal('8'))
    """
    both = [*_listed(old), *_listed(new)]
    _check_day(both, as_of, since)
    made_up = seed if events is None else None
    if events is None:
        if roster is None:
            raise ValueError("events are made up for those on a roster, and there is none")
        events = make_events(both, roster, as_of, seed=seed)
    fields = declared_fields(both, "event")
    known = [row for rows in read_events(events, fields) for row in rows]
    diff = _aligned(old, new, since)
    village = _Village(
        _listed(old), diff, roster, known, View(as_of, status, None, workdays), since
    )
    first, last = village.first, _sides(village.after)
    parts, made = [], list[Change]()
    base: _Sides | None = first
    for change in diff.changes:
        made.append(change)
        same = change.bearing is Bearing.NOTHING
        here = base if same else village.attempt(made if steps else [change])
        parts.append(None if here is None or base is None else _moved(base, here))
        base = (here or base) if steps else base
    rows = _rows(first, last, [part or {} for part in parts])
    tried = tuple(part is not None for part in parts)
    entries = tuple(_entries(village.before, village.after))
    refused = _not_counted(village.before, village.after)
    return Impact(diff, tried, tuple(rows), entries, as_of, steps, made_up, refused)


@dataclass(frozen=True)
class _Village:
    """A roster and events, to be evaluated under the old schemes with some of the changes made."""

    old: Sequence[SchemeFile]
    diff: SchemeDiff
    roster: Roster | None
    known: Sequence[Event | Unreadable]
    view: View
    since: date | None

    @cached_property
    def before(self) -> Result:
        """The result under the old schemes."""
        return self._evaluated(self._ready)

    @cached_property
    def after(self) -> Result:
        """The result with every change."""
        return self._evaluated(make_ready(self._files(self.diff.changes)))

    @cached_property
    def first(self) -> _Sides:
        """Return what the old schemes make of each subject."""
        return _sides(self.before)

    @cached_property
    def _ready(self) -> Ready:
        return make_ready(self.old)

    @cached_property
    def _plain(self) -> PlainVersions:
        return PlainVersions(self._ready.versions)

    @cached_property
    def _events(self) -> Sequence[Event | Unreadable]:
        return self._read(self._ready.files)

    def _read(self, files: Sequence[SchemeFile]) -> Sequence[Event | Unreadable]:
        """Return what each row says under some schemes: ids in place of names."""
        binding = Binding(files, self.roster)
        return [binding.of(row) for row in self.known]

    def attempt(self, changes: Sequence[Change]) -> _Sides | None:
        """Return what some of the changes make of each subject.

        None where they cannot stand alone.
        """
        if len(changes) == len(self.diff.changes):
            return _sides(self.after)
        try:
            ready = make_ready(self._files(changes))
            return self._some(ready) or _sides(self._evaluated(ready))
        except (SchemeError, ValueError):
            return None

    def _some(self, ready: Ready) -> _Sides | None:
        """Evaluate again only whom a change of indicators can touch.

        None where that may be anybody.
        """
        if self.since is not None:
            return None
        indicators = changed_indicators(self._plain, PlainVersions(ready.versions))
        if indicators is None:
            return None
        readings = zip(self._events, self._read(ready.files), strict=True)
        subjects = touched_subjects(readings, indicators)
        if not subjects:
            return self.first
        scores, settled = scores_of_some(ready, self.roster, self.known, self.view, subjects)
        kept = {key: side for key, side in self.first.items() if key[0] not in settled}
        return kept | {(score.subject, score.period): _side(score, None) for score in scores}

    def _files(self, changes: Iterable[Change]) -> list[SchemeFile]:
        files = self.diff.with_changes(changes)
        if self.since is None:
            return [*files]
        return [*self.old, *(_from_day(file, self.since) for file in files)]

    def _evaluated(self, ready: Ready) -> Result:
        return evaluate_ready(ready, self.roster, self.known, self.view)


def _check_day(files: Sequence[SchemeFile], as_of: date, since: date | None) -> None:
    """Refuse a day on which nobody can have a score yet, or the new version does not count yet."""
    first = min(file.scheme.effective_from for file in files)
    if as_of < first:
        text = N_("nobody has a score on {day}: the scheme is in force from {first} on")
        raise SaidError(msg(text, day=str(as_of), first=str(first)))
    if since is not None and as_of < since:
        text = N_("nothing can differ on {day}: the new version is in force from {first} on")
        raise SaidError(msg(text, day=str(as_of), first=str(since)))


def _listed(files: SchemeFile | Sequence[SchemeFile]) -> list[SchemeFile]:
    return [files] if isinstance(files, SchemeFile) else [*files]


def _from_day(file: SchemeFile, day: date) -> SchemeFile:
    """Return the same scheme, in force from another day."""
    return replace(file, scheme=file.scheme.model_copy(update={"effective_from": day}))


def _aligned(
    old: SchemeFile | Sequence[SchemeFile],
    new: SchemeFile | Sequence[SchemeFile],
    since: date | None,
) -> SchemeDiff:
    """Compare; a single new scheme begins with the old one, so that its day is no change.

    With `since` the last of the old versions is the one that is changed.
    """
    before, after = _listed(old), _listed(new)
    if len(after) != 1 or (since is None and len(before) != 1):
        if since is not None:
            raise SaidError(msg(N_("one new scheme can begin on a day, not several versions")))
        return diff_schemes(before, after)
    last = max(before, key=lambda file: file.scheme.effective_from)
    if since is not None and since <= last.scheme.effective_from:
        text = N_(
            "a new version begins after the last old one, {day}; without a day of its own the new "
            "scheme is applied to all events"
        )
        raise SaidError(msg(text, day=str(last.scheme.effective_from)))
    return diff_schemes(last, _from_day(after[0], last.scheme.effective_from))


# --- both sides -----------------------------------------------------------------------------------


def _sides(result: Result) -> _Sides:
    places = {
        (place.subject, board.period): place.place
        for board in result.boards
        for place in board.places
    }
    return {
        (score.subject, score.period): _side(score, places.get((score.subject, score.period)))
        for score in result.scores
    }


def _side(score: Score, place: int | None) -> Side:
    return Side(
        {"total": score.total, **score.ledgers},
        {name: standing.level or "" for name, standing in score.tiers.items()},
        {right.id: right.gives for right in score.rights},
        {right.id: right.amount for right in score.rights if right.amount is not None},
        place,
    )


def _rows(
    first: _Sides, last: _Sides, parts: Sequence[Mapping[_RowKey, Figures]]
) -> Iterator[SubjectImpact]:
    whole = _moved(first, last)
    for key in sorted({*first, *last}):
        own = tuple(part.get(key, {}) for part in parts)
        left = {
            name: rest
            for name in {**whole.get(key, {}), **{n: 0 for part in own for n in part}}
            if (rest := _rest(name, whole.get(key, {}), own))
        }
        yield SubjectImpact(*key, first.get(key, Side()), last.get(key, Side()), own, left)


def _rest(name: str, whole: Figures, parts: Sequence[Figures]) -> Decimal:
    return add_points([whole.get(name, ZERO), *(-part.get(name, ZERO) for part in parts)])


def _moved(one: _Sides, two: _Sides) -> Mapping[_RowKey, Figures]:
    """By how much each figure differs, where it does."""
    found = {}
    for key in {**one, **two}:
        before, after = one.get(key, Side()).figures, two.get(key, Side()).figures
        if before != after:
            moved = {
                name: change
                for name in {**before, **after}
                if (change := add_points([after.get(name, ZERO), -before.get(name, ZERO)]))
            }
            if moved:
                found[key] = moved
    return found


# --- entries that differ --------------------------------------------------------------------------

_TOLD: Final = frozenset({Outcome.SCORED, Outcome.SEALED, Outcome.UNREADABLE})
"""Lines that only repeat figures, or rows that no scheme reads."""


def _entries(before: Result, after: Result) -> Iterator[EventImpact]:
    """Yield the entries that differ, side by side, in the order of the trace."""
    mine, others = _by_key(before), _by_key(after)
    for key in {**mine, **others}:
        one, two = mine.get(key), others.get(key)
        if _said(one) != _said(two):
            entry = one or two
            assert entry is not None
            yield EventImpact(
                entry.event or "", entry.subject, entry.date, entry.indicator, one, two
            )


def _not_counted(before: Result, after: Result) -> Mapping[Outcome, int]:
    """Count the events that neither side admits, and the rows that are none."""
    here = {(entry.event, entry.date) for entry in before.rejected}
    both = (entry for entry in after.rejected if (entry.event, entry.date) in here)
    return Counter(entry.outcome for entry in both)


def _by_key(result: Result) -> Mapping[tuple[object, ...], Entry]:
    found: dict[tuple[object, ...], Entry] = {}
    for entry in result.entries:
        if entry.outcome in _TOLD:
            continue
        number = 0
        key = (entry.date, entry.event, entry.subject, entry.indicator)
        while (*key, number) in found:
            number += 1
        found[(*key, number)] = entry
    return found


def _said(entry: Entry | None) -> object:
    return entry and (entry.outcome, entry.granted, entry.ledgers)

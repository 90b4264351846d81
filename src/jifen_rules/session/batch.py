"""Scheme, roster and events -> Result, all at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from ..compile import compile_versions
from ..entry import Entry, Result, Score
from ..evaluate import Fold
from ..event import Event, Unreadable, canonical_event, read_events
from ..merge import gather
from ..model import SchemeFile
from ..plan import Plan, Versions
from ..roster import Roster, canonical_rows
from ..workdays import Workdays
from .admit import Admission, View, unreadable_entry
from .ties import Ties

MAX_YEARS = 200
"""How long after its first day a scheme can be asked about: a year mistyped is no millennium."""

ENGINE = "0.1"
"""The version of the meaning: it changes when the same inputs may give another result."""


def evaluate_events(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    events: Path | Iterable[Mapping[str, object] | Event | Unreadable | str],
    as_of: date,
    *,
    status: str = "",
    known_on: date | None = None,
    workdays: Workdays | None = None,
) -> Result:
    """Work out every score up to `as_of`, and the entry of every event.

    Several `schemes` are dated versions of one; each event goes by the version of its date.
    `status` is what an event without a status of its own has reached, such as "count". With
    `known_on`, what was recorded after that day is as if after `as_of`, so that a board can
    be had again as it was published. Without `workdays`, deadlines in working days are not
    judged. Scores come by subject and period, entries by date, then boundary after event,
    then time, id and subject; rows that are no events come last. SchemeError if the scheme
    has problems, ValueError if `as_of` lies beyond all reason.
    """
    return evaluate_ready(
        make_ready(schemes), roster, events, View(as_of, status, known_on, workdays)
    )


@dataclass(frozen=True, slots=True)
class Ready:
    """Schemes made ready once, for many evaluations: their plans, and what the digest says of them."""

    versions: Versions
    lines: tuple[str, ...]


def make_ready(schemes: SchemeFile | Sequence[SchemeFile]) -> Ready:
    """Compile schemes. SchemeError as `evaluate_events`."""
    several = (schemes,) if isinstance(schemes, SchemeFile) else schemes
    return Ready(compile_versions(schemes), tuple(f"scheme {f.scheme!r}" for f in several))


def evaluate_ready(
    ready: Ready, roster: Roster | None,
    events: Path | Iterable[Mapping[str, object] | Event | Unreadable | str], view: View,
) -> Result:  # fmt: skip
    """Do what `evaluate_events` does, with schemes that were made ready before."""
    versions = ready.versions
    people = prepared(versions, roster, view)
    known, bad = read_events(events)
    admission = Admission(versions, people, view)
    for event in known:
        admission.note(event)
    entries: list[Entry] = [*map(unreadable_entry, bad)]
    admitted: list[Event] = []
    for event, outcome in admission.verdicts():
        if outcome is None:
            admitted.append(event)
        else:
            entries.append(admission.refusal(event, outcome))
    scores: list[Score] = []
    for fold in _folded(versions, people, admitted, view):
        scores += fold.finish()
        entries += fold.entries
    inputs = fingerprints(ready, roster, known, bad, view)
    return gather(head_of(versions.last, view.as_of), scores, entries, inputs)


def prepared(versions: Versions, roster: Roster | None, view: View) -> Roster:
    """The roster as the scheme reads it; without one, everybody is of the scheme's kind."""
    plan = versions.last
    if view.as_of.year - versions.first.version.year > MAX_YEARS:
        raise ValueError(f"{view.as_of} lies more than {MAX_YEARS} years after the scheme began")
    if roster is None:
        return Roster((), kind=plan.kind, everyone=True)
    return Roster(roster.rows, kind=plan.kind)


def head_of(plan: Plan, as_of: date) -> tuple[str, str, bool, date]:
    """What a result says of its scheme and its day."""
    return plan.scheme, plan.kind, plan.illustrative, as_of


def first_days(ties: Ties, events: Iterable[Event]) -> dict[str, date]:
    """The day of the first event that each has part in; events in order."""
    days: dict[str, date] = {}
    for event in events:
        for subject in ties.parties(event):
            days.setdefault(subject, event.date)
    return days


def first_day(
    versions: Versions, roster: Roster, subject: str, seen: Mapping[str, date], as_of: date
) -> date:
    """The first day of a subject: on the roster, else the one on which it was first seen."""
    since = roster.since(subject)
    if since is not None:
        return max(since, versions.first.version)
    return seen.get(subject, as_of)


def _folded(
    versions: Versions, roster: Roster, admitted: list[Event], view: View
) -> Iterator[Fold]:
    """Yield a fold for each group of subjects that are tied, with all its events taken."""
    ties = Ties(versions, roster)
    for event in admitted:
        ties.tie(event)
    own: dict[str, list[Event]] = defaultdict(list)
    for event in admitted:
        own[ties.root(event.subject)].append(event)
    for root, subjects in ties.groups().items():
        fold, seen = Fold(versions, roster, view.as_of, view.workdays), first_days(ties, own[root])
        for subject in subjects:
            if subject in ties.scored:
                fold.begin(subject, first_day(versions, roster, subject, seen, view.as_of))
        for event in own[root]:
            fold.take(event)
        yield fold


def drained(fold: Fold) -> list[Entry]:
    """Take away what a fold wrote since the last time."""
    entries = fold.entries[:]
    fold.entries.clear()
    return entries


def fingerprints(
    ready: Ready, roster: Roster | None, events: Iterable[Event],
    bad: Iterable[Unreadable], view: View,
) -> Iterator[str]:  # fmt: skip
    """One for each line of the inputs: the scheme, the roster's rows, events, other rows."""
    known_on = f" known on {view.known_on}" if view.known_on is not None else ""
    lines = [f"engine {ENGINE} status {view.status}{known_on}"]
    lines += ready.lines
    if view.workdays is not None:
        lines += [f"rest {day}" for day in sorted(view.workdays.rest)]
        lines += [f"work {day}" for day in sorted(view.workdays.work)]
    lines += [f"roster {line}" for line in canonical_rows(roster)] if roster else []
    lines += [f"event {canonical_event(event)}" for event in events]
    lines += [f"row {row.content}" for row in bad]
    copies: Counter[str] = Counter()
    for line in lines:
        copies[line] += 1
        yield sha256(f"{copies[line]} {line}".encode()).hexdigest()

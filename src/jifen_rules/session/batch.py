"""Scheme, roster and events -> Result, all at once."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import islice
from operator import itemgetter, lt
from pathlib import Path

from ..compile import compile_versions
from ..core.collector import collector_off
from ..core.message import N_, SaidError, msg
from ..core.sources import ArrowStream
from ..engine import (
    Row,
    RowReader,
    SubjectState,
    World,
    count_rows,
    is_refused,
    rows_in_order,
    score_of,
)
from ..inputs.event import Event, Unreadable, canonical_events
from ..inputs.intake import Given, read_events
from ..inputs.roster import Roster, canonical_rows
from ..plan import Plan, Versions
from ..scheme.model import SchemeFile
from ..trace.entry import Entries, Entry, Result, Score, order_entries
from ..trace.late import Late
from ..trace.merge import gather, numbered
from .admit import View, unreadable_entries
from .binding import bound, declared_fields
from .settle import Settled, settle

MAX_YEARS = 200
MAX_PERIODS = 10_000
"""How long after its first day a scheme can be asked about: a year mistyped is no millennium."""

ENGINE = "0.4"
"""The version of the meaning: it changes when the same inputs may give another result."""


@dataclass(frozen=True)
class Ready:
    """Schemes made ready once, for many evaluations: plans, and what the digest says of them."""

    versions: Versions
    files: tuple[SchemeFile, ...]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What the digest says of each scheme."""
        return tuple(f"scheme {file.scheme!r}" for file in self.files)


def make_ready(schemes: SchemeFile | Sequence[SchemeFile]) -> Ready:
    """Compile schemes. SchemeError as `evaluate_events`."""
    several = (schemes,) if isinstance(schemes, SchemeFile) else tuple(schemes)
    for one in several:
        if not isinstance(one, SchemeFile):
            kind = "str" if isinstance(schemes, str) else type(one).__name__
            raise TypeError(f"a scheme is what load_scheme returns, not a {kind}")
    return Ready(compile_versions(several), several)


def check_roster(roster: Roster | None) -> None:
    """TypeError where something else was given as a roster."""
    if roster is not None and not isinstance(roster, Roster):
        raise TypeError(f"a roster is what read_roster returns, not a {type(roster).__name__}")


def evaluate_ready(
    ready: Ready,
    roster: Roster | None,
    events: str | Path | ArrowStream | Iterable[Given],
    view: View,
) -> Result:
    """Do what `evaluate_events` does, with schemes that were made ready before."""
    with collector_off():
        roster, (known, bad) = bound(
            ready.files, roster, *read_events(events, declared_fields(ready.files, "event"))
        )
        people = prepared(ready.versions, roster, view)
        found = settle(ready.versions, people, known, view)
        unread = unreadable_entries(bad)
    reader = RowReader()

    def ordered() -> list[Row | Entry]:
        with collector_off():
            return [*rows_in_order(found.rows), *unread]

    def refused() -> tuple[Entry, ...]:
        several = filter(is_refused, found.rows)
        return (*order_entries(map(reader.entry, several)), *unread)

    return gather(
        head_of(ready.versions.last, view.as_of),
        scores_of(found),
        Entries(count_rows(found.rows) + len(unread), ordered, reader.entry, reader.lines, refused),
        lambda: fingerprints(ready, roster, known, bad, view),
    )


def scores_of_some(
    ready: Ready,
    roster: Roster | None,
    events: Iterable[Given],
    view: View,
    subjects: Container[str],
) -> tuple[Sequence[Score], frozenset[str]]:
    """Return the scores of the groups that hold some of these subjects, and all their members.

    They are those that `evaluate_ready` gives them.
    """
    with collector_off():
        fields = declared_fields(ready.files, "event")
        roster, (known, _) = bound(ready.files, roster, *read_events(events, fields))
        people = prepared(ready.versions, roster, view)

        def choose(groups: Sequence[tuple[Sequence[str], int]]) -> set[str]:
            return {who[0] for who, _ in groups if any(s in subjects for s in who)}

        found = settle(ready.versions, people, known, view, choose)
        return [*scores_of(found)], frozenset(found.subjects)


def scores_of(found: Settled) -> Late[Score]:
    """Return the scores of what was settled, by subject and period.

    Those of last periods are made when looked at.
    """
    several: list[tuple[object, Score | tuple[World, SubjectState]]] = [
        ((score.subject, score.period), score) for score in found.scores
    ]
    several += [((pair[1].subject, pair[1].period), pair) for pair in found.unscored]
    several.sort(key=itemgetter(0))

    def score(one: tuple[object, Score | tuple[World, SubjectState]]) -> Score:
        return one[1] if isinstance(one[1], Score) else score_of(*one[1])

    return Late(len(several), lambda: several, score)


def prepared(versions: Versions, roster: Roster | None, view: View) -> Roster:
    """Return the roster as the scheme reads it; without one, everybody is of the scheme's kind."""
    plan = versions.last
    if view.as_of == date.max:  # its end would come on no day
        text = N_("{day} is the last day of the calendar; ask about an earlier day")
        raise SaidError(msg(text, day=str(view.as_of)))
    if view.as_of.year - versions.first.version.year > MAX_YEARS:
        text = N_("{day} lies more than {most} years after the scheme began")
        raise SaidError(msg(text, day=str(view.as_of), most=str(MAX_YEARS)))
    days = (view.as_of - versions.first.version).days
    if days // plan.period.about_days > MAX_PERIODS:
        text = N_("{day} lies more than {most} periods after the scheme began")
        raise SaidError(msg(text, day=str(view.as_of), most=str(MAX_PERIODS)))
    if roster is None:
        return Roster((), kind=plan.kind, everyone=True)
    return Roster(roster.rows, kind=plan.kind)


def head_of(plan: Plan, as_of: date) -> tuple[str, str, bool, date]:
    """Return what a result says of its scheme and its day."""
    return plan.scheme, plan.kind, plan.illustrative, as_of


def fingerprints(
    ready: Ready,
    roster: Roster | None,
    events: Sequence[Event],
    bad: Iterable[Unreadable],
    view: View,
) -> list[str]:
    """One for each line of the inputs, in no order: scheme, roster rows, events, other rows."""
    known_on = f" known on {view.known_on}" if view.known_on is not None else ""
    lines = [f"engine {ENGINE} status {view.status}{known_on}", *ready.lines]
    if view.workdays is not None:
        lines += [f"rest {day}" for day in sorted(view.workdays.rest)]
        lines += [f"work {day}" for day in sorted(view.workdays.work)]
    lines += [f"roster {line}" for line in canonical_rows(roster)] if roster else []
    lines += [f"row {row.content}" for row in bad]
    return [*event_fingerprints(events), *numbered(lines)]


def event_fingerprints(events: Sequence[Event]) -> list[str]:
    """One for each event, sorted; all copies of one must be among them."""
    with collector_off():
        found = sorted(
            [sha256(f"1 event {text}".encode()).hexdigest() for text in canonical_events(events)]
        )
        if all(map(lt, found, islice(found, 1, None))):
            return found
    return sorted(numbered(f"event {text}" for text in canonical_events(events)))

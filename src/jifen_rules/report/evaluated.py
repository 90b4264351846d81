"""Files of schemes, events and a roster -> scores, and the notes that their reader needs.

The command and the desk in the browser share this module. An unusable row is refused alone.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nsmallest
from typing import Final

from ..core.faults import INVENTED
from ..core.message import N_, Message, Term, Value, msg
from ..core.problem import Place
from ..core.vocabulary import COLUMNS, STEPS, english
from ..inputs.event import Event, Unreadable
from ..inputs.intake import Reading
from ..inputs.parts import Notice
from ..inputs.roster import Roster
from ..inputs.workdays import Workdays
from ..scheme.model import SchemeFile
from ..session import MAX_YEARS, evaluate_events
from ..session.binding import bind_events, bind_roster
from ..tables.posting.names import join_sentences
from ..trace.entry import Outcome, Result

MAX_SHOWN: Final = 20
"""Maximum number of refused rows, and of notices, that are printed."""
MAX_WIDTH: Final = 200
"""Maximum number of characters printed of one row."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The loaded scheme and roster, the result, its notes, and the refused rows."""

    schemes: list[SchemeFile]
    roster: Roster | None
    result: Result
    notes: tuple[Message, ...]
    refused: tuple[Unreadable, ...]

    def sentences(self) -> Iterator[Message]:
        """Yield the notes, refused rows last."""
        yield from self.notes
        yield from refused_rows(self.refused)


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """The question about events: the day, the default status, the day of knowledge."""

    as_of: date | None = None
    status: str = ""
    known_on: date | None = None
    workdays: Workdays | None = None
    workers: int = 1


def evaluate_read(
    loaded: list[SchemeFile], roster: Roster | None, read: Reading, view: EvaluationView
) -> Evaluated:
    """Evaluate events that were read; without a day, as of the day of the last event.

    JifenError and ValueError as `evaluate_events`.
    """
    people = None if roster is None else bind_roster(loaded, roster)
    known, unbound = bind_events(loaded, people, read.events, read.place)
    day, far = (view.as_of, ()) if view.as_of is not None else default_day(known, loaded)
    refused = (
        *read.refused,
        *unbound,
        *(people.refused if people else ()),
        *(view.workdays.refused if view.workdays else ()),
    )
    result = evaluate_events(
        loaded,
        people,
        (*known, *refused),
        day,
        status=english(STEPS, view.status),
        known_on=view.known_on,
        workdays=view.workdays,
        workers=view.workers,
    )
    notices = (*read.notices, *(people.notices if people else ()))
    said = _notes(loaded, result, known, view.status, view.as_of is None)
    shown = (*refused, *(_far_off(event, known, read) for event in far))
    return Evaluated(loaded, people, result, (*said, *_notices(notices)), shown)


# --- the day --------------------------------------------------------------------------------------

_YEAR = timedelta(days=366)


def default_day(
    events: Sequence[Event], schemes: list[SchemeFile]
) -> tuple[date, tuple[Event, ...]]:
    """Return the day of the last event within a year of the others, and the later events.

    A mistyped year in one row must not lead to scores of the years between.
    """
    first = min(file.scheme.effective_from for file in schemes)
    days = sorted(event.date for event in events)
    last = len(days)
    for number in range(len(days) - 1, 0, -1):
        if days[number] - days[number - 1] > _YEAR and last - number <= max(1, len(days) // 100):
            last = number
        elif len(days) - number > max(1, len(days) // 100):
            break
    day = days[last - 1] if days else first
    if day.year - first.year > MAX_YEARS:
        day = first
    return day, tuple(event for event in events if event.date > day)


def day_note(day: date, events: Sequence[Event]) -> Message:
    """Return a note on the day that was chosen by default."""
    if not events:
        return msg(
            N_("as of {date}, the day the scheme begins: there are no events"), date=str(day)
        )
    return msg(N_("as of {date}, the day of the last event"), date=str(day))


_FAR_OFF = N_("the day lies more than a year after all others; --as-of takes it in")


def _far_off(event: Event, known: Sequence[Event], read: Reading) -> Unreadable:
    numbers = [
        number
        for number, other in enumerate(read.events)
        if other.id == event.id and other.date == event.date
    ]
    place = read.place(numbers[0], "date") if numbers else None
    return Unreadable(f"{event.id},{event.date},{event.subject}", _FAR_OFF, place, str(event.date))


# --- what is said beside the result ---------------------------------------------------------------


def _notes(
    loaded: list[SchemeFile], result: Result, known: tuple[Event, ...], status: str, chosen: bool
) -> Iterator[Message]:
    """Yield the notes that a reader of the figures needs, each once."""
    if chosen:
        yield day_note(result.as_of, known)
    if result.illustrative:
        yield msg(INVENTED)
    waiting = sum(entry.outcome is Outcome.NOT_PASSED for entry in result.rejected)
    yield from status_notes(waiting, known, status)
    yield from _no_steps(loaded, {status, *(event.status for event in known)} - {""})
    declared = {name for file in loaded for name in file.scheme.fields.event}
    for column in sorted({key for event in known for key, _ in event.attributes} - declared):
        text = N_("the column '{column}' is neither an event's own nor declared; it is not read")
        yield msg(text, column=column)


def status_notes(waiting: int, known: Sequence[Event], status: str) -> Iterator[Message]:
    """Yield how many events wait because no row states how far it has come."""
    if waiting and not status and not any(event.status for event in known):
        text = N_("{count} events have no status and cannot count yet; --status count lets them")
        yield msg(text, count=str(waiting))


def _no_steps(loaded: Sequence[SchemeFile], said: Collection[str]) -> Iterator[Message]:
    """Yield the words for a step that no process has: under one, what says them never counts."""
    steps = [
        step
        for file in loaded
        for chain in (file.scheme.process, *(item.process for _, _, item in file.scheme.walk()))
        for step in chain or ()
    ]
    known = {word for step in steps for word in (step.id, step.step, STEPS[step.step])}
    named = dict.fromkeys(step.id or Term(step.step) for step in steps)
    every = join_sentences([msg("{step}", step=step) for step in named], N_("{first}, {rest}"))
    for word in sorted({*said} - known)[:MAX_SHOWN] if steps else ():
        text = N_("'{word}' is no step of the process ({steps}): under it no such event counts")
        yield msg(text, word=word, steps=every)


def _notices(notices: Sequence[Notice]) -> Iterator[Message]:
    """Yield notes on what was skipped or read differently, each with its place."""
    for note in notices[:MAX_SHOWN]:
        yield msg("{place}: {text}", place=note.place.where_row, text=note.text)
    if len(notices) > MAX_SHOWN:
        yield msg(N_("and {count} more"), count=str(len(notices) - MAX_SHOWN))


def refused_rows(refused: Sequence[Unreadable]) -> Iterator[Message]:
    """Yield the number of refused rows, then the place, reason and text of the first ones."""
    if refused:
        yield msg(N_("{count} rows could not be used:"), count=str(len(refused)))
    for row in nsmallest(MAX_SHOWN, refused, key=row_order):
        yield _refusal(row)
    if len(refused) > MAX_SHOWN:
        text = N_("  and {count} more; 'jifen score --rejected FILE' writes all of them")
        yield msg(text, count=str(len(refused) - MAX_SHOWN))


def _refusal(row: Unreadable) -> Message:
    where = row.place.where_row if row.place is not None else "-"
    text = _row_words(row.content)
    reason = msg(row.reason)
    if row.cell:
        said = N_("  {place}: {reason}: {cell} [{text}]")
        return msg(said, place=where, reason=reason, cell=row.cell, text=text)
    return msg(N_("  {place}: {reason} [{text}]"), place=where, reason=reason, text=text)


def _row_words(content: str) -> Value:
    """Return the columns and values of a row as text.

    A text without columns is returned as it is.
    """
    if len(content) > MAX_WIDTH:
        return f"{content[:MAX_WIDTH]}…"
    try:
        row = json.loads(content)
    except ValueError:
        return content
    if not isinstance(row, dict) or not row:
        return content
    fields = row.pop("attributes", ())
    given = {key: value for key, value in (*row.items(), *fields) if value not in ("", None)}
    parts = [
        msg("{column} {value}", column=Term(key) if key in COLUMNS else key, value=str(value))
        for key, value in given.items()
    ]
    return join_sentences(parts, N_("{first}, {rest}"))


def row_order(row: Unreadable) -> tuple[Place, str]:
    """Return the sort key of a refused row: its place."""
    return row.place or Place(""), row.content

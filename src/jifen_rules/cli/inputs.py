"""From files to a result: what `score`, `explain` and `test --record` read.

A problem of a file is shown and ends the command with 1, a file that is not there with 2. A row that
cannot be used is shown with its place, and costs nothing but itself.
"""

import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import typer

from ..binding import bind_events, bind_roster, declared_fields
from ..entry import Outcome, Result
from ..event import Event, Unreadable
from ..faults import INVENTED
from ..intake import Reading, read_event_file
from ..load import load_scheme
from ..message import N_, Message, say
from ..model import SchemeFile
from ..problem import JifenError, Place
from ..render.language import Language, words
from ..roster import Roster, read_roster
from ..rows import Notice
from ..session import MAX_YEARS, evaluate_events
from ..vocabulary import STEPS, english
from ..workdays import read_workdays
from .output import fail, show, tell


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a command goes on with: the result, and the rows that could not be used."""

    schemes: list[SchemeFile]
    roster: Roster | None
    result: Result
    refused: tuple[Unreadable, ...]


def evaluate(
    schemes: list[Path], events: Path, roster: Path | None, as_of: datetime | None, status: str,
    language: Language, known_on: datetime | None = None, workdays: Path | None = None,
    workers: int = 1,
) -> tuple[list[SchemeFile], Roster | None, Result]:  # fmt: skip
    """Load everything and evaluate, and say beside it what a reader of the figures must know."""
    found = evaluate_files(
        schemes, events, roster, as_of, status, language, known_on, workdays, workers
    )
    return found.schemes, found.roster, found.result


def evaluate_files(
    schemes: list[Path], events: Path, roster: Path | None, as_of: datetime | None, status: str,
    language: Language, known_on: datetime | None = None, workdays: Path | None = None,
    workers: int = 1,
) -> Evaluation:  # fmt: skip
    """Load everything and evaluate; the rows that could not be used are shown and given too."""
    try:
        loaded = [load_scheme(scheme) for scheme in schemes]
        people = None
        if roster is not None:
            people = bind_roster(loaded, read_roster(roster, declared_fields(loaded, "subject")))
        read = _read(events, declared_fields(loaded, "event"))
        known, unbound = bind_events(loaded, people, read.events, read.place)
        day, far = _default_day(known, loaded)
        if as_of is not None:
            day, far = as_of.date(), ()
        calendar = read_workdays(workdays) if workdays is not None else None
        refused = (
            *read.refused, *unbound, *(people.refused if people else ()),
            *(calendar.refused if calendar else ()),
        )  # fmt: skip
        result = evaluate_events(
            loaded, people, (*known, *refused), day, status=english(STEPS, status),
            known_on=known_on.date() if known_on is not None else None, workdays=calendar,
            workers=workers,
        )  # fmt: skip
    except JifenError as error:
        show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        fail(say(N_("{file} cannot be read"), file=str(error.filename or events)), language)
    except ValueError as error:
        fail(say("{file}: {detail}", file=str(roster or events), detail=str(error)), language)
    notices = (*read.notices, *(people.notices if people else ()))
    _warn(loaded, result, known, notices, status, as_of is None, language)
    shown = (*refused, *(_far_off(event, known, read) for event in far))
    show_refused(shown, language)
    return Evaluation(loaded, people, result, shown)


def _read(events: Path, declared: frozenset[str]) -> Reading:
    if str(events) == "-":
        return read_event_file(io.BytesIO(sys.stdin.buffer.read()), declared)
    return read_event_file(events, declared)


# --- the day --------------------------------------------------------------------------------------

_YEAR = timedelta(days=366)


def _default_day(
    events: Sequence[Event], schemes: list[SchemeFile]
) -> tuple[date, tuple[Event, ...]]:
    """The day of the last event within a year of the others, and the few events that lie beyond.

    A year mistyped in one row of a hundred is no reason to score the years between.
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


_FAR_OFF = N_("the day lies more than a year after all others; --as-of takes it in")


def _far_off(event: Event, known: Sequence[Event], read: Reading) -> Unreadable:
    numbers = [
        number
        for number, other in enumerate(read.events)
        if other.id == event.id and other.date == event.date
    ]
    place = read.place(numbers[0], "date") if numbers else None
    return Unreadable(f"{event.id},{event.date},{event.subject}", _FAR_OFF, place, str(event.date))


# --- what is said beside the result ----------------------------------------------------------------

MOST = 20
"""So many refused rows, and notices, are shown one by one."""


def show_refused(refused: Sequence[Unreadable], language: Language) -> None:
    """Show rows that could not be used, each with its place, its text and the reason."""
    if not refused:
        return
    tell(say(N_("{count} rows could not be used:"), count=str(len(refused))), language, err=True)
    for row in sorted(refused, key=_place)[:MOST]:
        tell(refusal(row), language, err=True)
    _tell_more(len(refused), language)


def _tell_more(count: int, language: Language) -> None:
    if count > MOST:
        text = N_("and {count} more; --rejected FILE writes all of them")
        tell(say(text, count=str(count - MOST)), language, err=True)


def refusal(row: Unreadable) -> Message:
    """One refused row in a sentence."""
    where = row.place.where_row if row.place is not None else "-"
    reason = say(row.reason)
    if row.cell:
        return say(
            N_("  {place}: {reason}: {cell} [{text}]"), place=where, reason=reason, cell=row.cell,
            text=row.content[:200],
        )  # fmt: skip
    return say(
        N_("  {place}: {reason} [{text}]"), place=where, reason=reason, text=row.content[:200]
    )


def _place(row: Unreadable) -> tuple[Place, str]:
    return row.place or Place(""), row.content


def write_refused(refused: Sequence[Unreadable], language: Language) -> str:
    """Write refused rows as JSON Lines."""
    rows = [
        {
            "place": row.place.where_row if row.place else None, "cell": row.cell or None,
            "row": row.content, "reason": words(say(row.reason), language),
        }
        for row in sorted(refused, key=_place)
    ]  # fmt: skip
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _warn(
    loaded: list[SchemeFile], result: Result, known: tuple[Event, ...],
    notices: Sequence[Notice], status: str, chosen: bool, language: Language,
) -> None:  # fmt: skip
    """Say once, beside the result, what a reader of the figures must know."""
    notes: list[Message] = []
    if chosen:
        notes.append(say(N_("as of {date}, the day of the last event"), date=str(result.as_of)))
    if result.illustrative:
        notes.append(say(INVENTED))
    waiting = sum(entry.outcome is Outcome.NOT_PASSED for entry in result.rejected)
    if waiting and not status and not any(event.status for event in known):
        text = N_("{count} events have no status and do not count yet; --status count lets them")
        notes.append(say(text, count=str(waiting)))
    declared = {name for file in loaded for name in file.scheme.fields.event}
    for column in sorted({key for event in known for key, _ in event.attributes} - declared):
        text = N_("the column '{column}' is neither an event's own nor declared; it is not read")
        notes.append(say(text, column=column))
    notes += [
        say("{place}: {text}", place=note.place.where_row, text=note.text)
        for note in notices[:MOST]
    ]
    if len(notices) > MOST:
        notes.append(say(N_("and {count} more"), count=str(len(notices) - MOST)))
    for note in notes:
        tell(note, language, err=True)

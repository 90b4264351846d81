"""From files to a result: what `score`, `explain` and `test --record` read.

A problem of a file is shown and ends the command with 1, a file that is not there with 2.
"""

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import typer

from ..entry import Outcome, Result
from ..event import Event, Unreadable
from ..faults import INVENTED
from ..intake import read_events
from ..load import load_scheme
from ..message import N_, say
from ..model import SchemeFile
from ..problem import JifenError
from ..render.language import Language
from ..roster import Roster, read_roster
from ..rows import read_lines
from ..session import MAX_YEARS, evaluate_events
from ..vocabulary import STEPS, english
from ..workdays import read_workdays
from .output import fail, show, tell


def evaluate(
    schemes: list[Path], events: Path, roster: Path | None, as_of: datetime | None, status: str,
    language: Language, known_on: datetime | None = None, workdays: Path | None = None,
    workers: int = 1,
) -> tuple[list[SchemeFile], Roster | None, Result]:  # fmt: skip
    """Load everything and evaluate, and say beside it what a reader of the figures must know."""
    try:
        loaded = [load_scheme(scheme) for scheme in schemes]
        people = read_roster(roster) if roster is not None else None
        known, bad = read_events(read_lines(sys.stdin.read()) if str(events) == "-" else events)
        day = as_of.date() if as_of is not None else _last_day(known, loaded)
        reached = english(STEPS, status)
        calendar = read_workdays(workdays) if workdays is not None else None
        known_day = known_on.date() if known_on is not None else None
        result = evaluate_events(
            loaded, people, (*known, *bad), day,
            status=reached, known_on=known_day, workdays=calendar, workers=workers,
        )  # fmt: skip
    except JifenError as error:
        show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        fail(say(N_("{file} cannot be read"), file=str(error.filename)), language)
    except ValueError as error:
        fail(say("{file}: {detail}", file=str(roster or events), detail=str(error)), language)
    _warn(loaded, result, known, bad, status, as_of is None, language)
    return loaded, people, result


def _last_day(events: Iterable[Event], schemes: list[SchemeFile]) -> date:
    """The day of the last event, but for years that can only be mistyped."""
    first = min(file.scheme.effective_from for file in schemes)
    days = [event.date for event in events if event.date.year - first.year <= MAX_YEARS]
    return max(days, default=first)


def _warn(
    loaded: list[SchemeFile], result: Result, known: tuple[Event, ...],
    bad: tuple[Unreadable, ...], status: str, chosen: bool, language: Language,
) -> None:  # fmt: skip
    """Say once, beside the result, what a reader of the figures must know."""
    notes = []
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
    if bad:
        notes.append(say(N_("{count} rows could not be read"), count=str(len(bad))))
    for note in notes:
        tell(note, language, err=True)

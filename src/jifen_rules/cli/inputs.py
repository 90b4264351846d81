"""From files to a result: what `score`, `explain` and `test --record` read.

A problem of a file is shown and ends the command with 1, a file that is not there with 2.
"""

import sys
from datetime import datetime
from pathlib import Path

import typer

from ..entry import Outcome, Result
from ..faults import INVENTED
from ..load import load_scheme
from ..message import N_, say
from ..model import SchemeFile
from ..problem import JifenError
from ..render.language import Language
from ..roster import Roster, read_roster
from ..rows import read_lines
from ..session import Seen, View, evaluate_seen, make_ready
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
        reached = english(STEPS, status)
        calendar = read_workdays(workdays) if workdays is not None else None
        known_day = known_on.date() if known_on is not None else None
        first = min(file.scheme.effective_from for file in loaded)

        def asked(seen: Seen) -> View:
            day = as_of.date() if as_of is not None else seen.last or first
            return View(day, reached, known_day, calendar)

        source = read_lines(sys.stdin.read()) if str(events) == "-" else events
        result, seen = evaluate_seen(make_ready(loaded), people, source, asked, workers)
    except JifenError as error:
        show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        fail(say(N_("{file} cannot be read"), file=str(error.filename)), language)
    except ValueError as error:
        fail(say("{file}: {detail}", file=str(roster or events), detail=str(error)), language)
    _warn(loaded, result, seen, status, as_of is None, language)
    return loaded, people, result


def _warn(
    loaded: list[SchemeFile], result: Result, seen: Seen, status: str, chosen: bool,
    language: Language,
) -> None:  # fmt: skip
    """Say once, beside the result, what a reader of the figures must know."""
    notes = []
    if chosen:
        notes.append(say(N_("as of {date}, the day of the last event"), date=str(result.as_of)))
    if result.illustrative:
        notes.append(say(INVENTED))
    waiting = sum(entry.outcome is Outcome.NOT_PASSED for entry in result.rejected)
    if waiting and not status and not seen.has_status:
        text = N_("{count} events have no status and do not count yet; --status count lets them")
        notes.append(say(text, count=str(waiting)))
    declared = {name for file in loaded for name in file.scheme.fields.event}
    for column in sorted(seen.columns - declared):
        text = N_("the column '{column}' is neither an event's own nor declared; it is not read")
        notes.append(say(text, column=column))
    if seen.unreadable:
        notes.append(say(N_("{count} rows could not be read"), count=str(seen.unreadable)))
    for note in notes:
        tell(note, language, err=True)

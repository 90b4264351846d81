"""From files to a result: what `score`, `explain` and `test --record` read.

A problem of a file is shown and ends the command with 1, a file that is not there with 2.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ..entry import Outcome, Result
from ..event import Event, Unreadable
from ..faults import INVENTED
from ..intake import read_events
from ..load import load_scheme
from ..message import N_, Message, say
from ..model import SchemeFile
from ..problem import JifenError
from ..render.language import Language
from ..roster import Roster, read_roster
from ..rows import read_lines
from ..session import MAX_YEARS, evaluate_events
from ..vocabulary import STEPS, english
from ..workdays import read_workdays
from .output import fail, read_day, stop, tell

MAX_SHOWN: Final = 20
"""Maximum number of unreadable rows that are printed."""
MAX_WIDTH: Final = 120
"""Maximum number of characters printed of one row."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The loaded scheme and roster, the result, and what its reader must know."""

    schemes: list[SchemeFile]
    roster: Roster | None
    result: Result
    notes: tuple[Message, ...]

    def tell_notes(self, language: Language) -> None:
        """Print the notes to the error output; the last are the rows that could not be read."""
        for note in self.notes:
            tell(note, language, err=True)


def evaluate(
    schemes: list[Path], events: Path, roster: Path | None, as_of: str, status: str,
    language: Language, known_on: str = "", workdays: Path | None = None, workers: int = 1,
) -> Evaluated:  # fmt: skip
    """Load everything and evaluate."""
    day, known_day = (
        read_day(as_of, "--as-of", language), read_day(known_on, "--known-on", language),
    )  # fmt: skip
    if workers < 1:
        fail(
            say(N_("--workers takes a number from 1, not '{value}'"), value=str(workers)), language
        )
    try:
        loaded = [load_scheme(scheme) for scheme in schemes]
        people = read_roster(roster) if roster is not None else None
        known, bad = read_events(read_lines(sys.stdin.read()) if str(events) == "-" else events)
        reached = english(STEPS, status)
        calendar = read_workdays(workdays) if workdays is not None else None
        result = evaluate_events(
            loaded, people, (*known, *bad), day or _last_day(known, loaded),
            status=reached, known_on=known_day, workdays=calendar, workers=workers,
        )  # fmt: skip
    except JifenError as error:
        stop(error.problems, language)
    except OSError as error:
        fail(say(N_("{file} cannot be read"), file=str(error.filename)), language)
    except ValueError as error:
        fail(say("{file}: {detail}", file=str(roster or events), detail=str(error)), language)
    notes = [*_notes(loaded, result, known, status, day is None), *_unreadable(bad)]
    return Evaluated(loaded, people, result, tuple(notes))


def _last_day(events: Iterable[Event], schemes: list[SchemeFile]) -> date:
    """The day of the last event, but for years that can only be mistyped."""
    first = min(file.scheme.effective_from for file in schemes)
    days = [event.date for event in events if event.date.year - first.year <= MAX_YEARS]
    return max(days, default=first)


def _notes(
    loaded: list[SchemeFile], result: Result, known: tuple[Event, ...], status: str, chosen: bool
) -> Iterator[Message]:
    """What a reader of the figures must know, once each."""
    if chosen:
        yield say(N_("as of {date}, the day of the last event"), date=str(result.as_of))
    if result.illustrative:
        yield say(INVENTED)
    waiting = sum(entry.outcome is Outcome.NOT_PASSED for entry in result.rejected)
    if waiting and not status and not any(event.status for event in known):
        text = N_("{count} events have no status and do not count yet; --status count lets them")
        yield say(text, count=str(waiting))
    declared = {name for file in loaded for name in file.scheme.fields.event}
    for column in sorted({key for event in known for key, _ in event.attributes} - declared):
        text = N_("the column '{column}' is neither an event's own nor declared; it is not read")
        yield say(text, column=column)


def _unreadable(bad: tuple[Unreadable, ...]) -> Iterator[Message]:
    """How many rows could not be read, and of the first of them the content with the reason."""
    if bad:
        yield say(N_("{count} rows could not be read:"), count=str(len(bad)))
    for row in bad[:MAX_SHOWN]:
        shown = row.content if len(row.content) <= MAX_WIDTH else f"{row.content[:MAX_WIDTH]}…"
        yield say("  {row}: {reason}", row=shown, reason=say(row.reason))
    if len(bad) > MAX_SHOWN:
        yield say(N_("  and {count} more"), count=str(len(bad) - MAX_SHOWN))

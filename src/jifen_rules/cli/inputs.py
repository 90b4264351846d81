"""Files -> a result, as `score`, `explain` and `test --record` read them.

A problem of a file is printed and the command exits with 1; a missing file exits with 2. A row
that cannot be used is shown with its place, and costs nothing but itself.
"""

import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from ..core.message import N_, msg, said_by
from ..core.problem import JifenError
from ..core.unread_file import why_unread
from ..inputs.enrolment import read_roster
from ..inputs.event import Unreadable
from ..inputs.intake import Reading, read_event_file
from ..inputs.workdays import read_workdays
from ..report.evaluated import Evaluated, EvaluationView, evaluate_read, row_order
from ..report.render.language import Language, words
from ..scheme.load import load_scheme
from ..scheme.model import SchemeFile
from ..session.binding import declared_fields
from ..syntax.tree import MAX_BYTES
from .output import check_number, fail, read_day, stop, tell
from .progress import at_work


def print_notes(done: Evaluated, language: Language) -> None:
    """Print the notes to the error output, refused rows last; exit with 1 if there are any."""
    for note in done.sentences():
        tell(note, language, err=True)
    if done.refused:
        raise typer.Exit(1)


def evaluate_files(
    schemes: Sequence[Path | SchemeFile],
    events: Path,
    roster: Path | None,
    as_of: str,
    status: str,
    language: Language,
    known_on: str = "",
    workdays: Path | None = None,
    workers: int = 1,
) -> Evaluated:
    """Load everything and evaluate; a scheme that is loaded already is taken as it is."""
    refuse_twice([*schemes, events], language)
    asked, known_day = (
        read_day(as_of, "--as-of", language),
        read_day(known_on, "--known-on", language),
    )
    check_number(workers, 1, "--workers", language)
    try:
        with at_work(msg(N_("calculating")), language, workers=workers):
            loaded = [load_given(scheme) for scheme in schemes]
            people = None
            if roster is not None:
                people = read_roster(roster, declared_fields(loaded, "subject"))
            read = read_rows(events, declared_fields(loaded, "event"))
            calendar = read_workdays(workdays) if workdays is not None else None
            view = EvaluationView(asked, status, known_day, calendar, workers)
            return evaluate_read(loaded, people, read, view)
    except JifenError as error:
        stop(error.problems, language)
    except OSError as error:
        fail(why_unread(error, events), language)
    except ValueError as error:
        fail(said_by(error), language)


def load_given(scheme: Path | SchemeFile) -> SchemeFile:
    """Load a scheme that the command line names; `-` is the input."""
    if isinstance(scheme, SchemeFile):
        return scheme
    return load_scheme(scheme, text=given_text(scheme))


def given_text(path: Path) -> str | None:
    """Read the text of the input where a path is `-`; None where it is a file."""
    if str(path) != "-":
        return None
    return sys.stdin.buffer.read(MAX_BYTES + 1).decode("utf-8-sig", errors="replace")


def refuse_twice(paths: Sequence[object], language: Language) -> None:
    """Exit with 2 if the input is named twice: it can be read once."""
    if [str(path) for path in paths].count("-") > 1:
        fail(
            msg(N_("the input (-) can be read only once: name a file in the other place")), language
        )


def read_rows(events: Path, declared: frozenset[str]) -> Reading:
    """Read a file of events, or the input where it is `-`."""
    if str(events) == "-":
        return read_event_file(io.BytesIO(sys.stdin.buffer.read()), declared)
    return read_event_file(events, declared)


def refused_lines(refused: Sequence[Unreadable], language: Language) -> Iterator[bytes]:
    """Write refused rows as JSON Lines."""
    for row in sorted(refused, key=row_order):
        data = {
            "place": row.place.where_row if row.place else None,
            "cell": row.cell or None,
            "row": row.content,
            "reason": words(msg(row.reason), language),
        }
        yield f"{json.dumps(data, ensure_ascii=False)}\n".encode()

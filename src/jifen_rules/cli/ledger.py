"""`jifen ledger`: write an empty workbook for events, from a scheme and a roster."""

from pathlib import Path
from typing import Annotated

import typer

from ..core.message import N_, msg
from ..core.problem import JifenError
from ..core.unread_file import why_unread
from ..inputs.enrolment import read_roster
from ..report.evaluated import refused_rows
from ..report.pages import build_event_book
from ..report.pages.event_book_xlsx import event_book_xlsx
from ..session.binding import declared_fields
from .deliver import ForceOpt, refuse_existing
from .inputs import load_given
from .options import FILE, LangOpt, RosterOpt, SchemeArg
from .output import choose_language, fail, stop, tell
from .writing import check_outputs, write_file


def ledger(
    scheme: SchemeArg,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar=FILE, help=N_("The Excel file to write, .xlsx.")),
    ],
    roster: RosterOpt = None,
    force: ForceOpt = False,
    lang: LangOpt = None,
) -> None:
    """Write an empty workbook for events, with the columns and lists of a scheme."""
    language = choose_language(lang)
    if output.suffix.lower() != ".xlsx":
        text = N_("'{ending}' is no ending of a workbook for events: end the name in .xlsx")
        fail(msg(text, ending=output.suffix or output.name), language)
    check_outputs((output,), (scheme, roster), language)
    refuse_existing(output, language, force=force)
    try:
        loaded = load_given(scheme)
        people = None
        if roster is not None:
            people = read_roster(roster, declared_fields([loaded], "subject"))
        book = build_event_book(loaded, people)
        data = event_book_xlsx(book, language)
    except JifenError as error:
        stop(error.problems, language)
    except OSError as error:
        if error.filename is None:  # of a temporary file
            raise
        fail(why_unread(error), language)
    except ImportError:
        text = N_("writing {kind} needs more: python -m pip install 'jifen-rules[{extra}]'")
        fail(msg(text, kind="Excel", extra="excel"), language)
    write_file(output, [data], language)
    text = N_("{file}: {columns} columns, {indicators} indicators to choose from")
    counts = {"columns": str(len(book.columns)), "indicators": str(len(book.deeds))}
    tell(msg(text, file=str(output), **counts), language, err=True)
    if people is not None:
        for note in refused_rows(people.refused):
            tell(note, language, err=True)
        if people.refused:
            raise typer.Exit(1)

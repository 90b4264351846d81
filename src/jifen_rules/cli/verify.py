"""`jifen verify`: a trace and its scheme in, whether every line holds out."""

from pathlib import Path
from typing import Annotated

import typer

from ..load import load_scheme
from ..message import N_, say
from ..problem import JifenError
from ..render.language import words
from ..roster import read_roster
from ..verify import verify_trace
from .options import LangOpt, RosterOpt
from .output import choose_language, fail, stop, tell


def verify(
    trace: Annotated[Path, typer.Argument(metavar=N_("TRACE"), help=N_("The trace."))],
    scheme: Annotated[
        list[Path],
        typer.Option(metavar=N_("SCHEME"), help=N_("The scheme; once for each dated version.")),
    ],
    roster: RosterOpt = None,
    lang: LangOpt = None,
) -> None:
    """Print what was verified, or the first line that does not hold."""
    language = choose_language(lang)
    try:
        loaded = [load_scheme(path) for path in scheme]
        people = read_roster(roster) if roster is not None else None
        found = verify_trace(trace, loaded, people)
    except JifenError as error:
        stop(error.problems, language)
    except OSError as error:
        fail(say(N_("{file} cannot be read"), file=str(error.filename or trace)), language)
    except ValueError as error:
        fail(say("{file}: {detail}", file=str(roster), detail=str(error)), language)
    if found.finding is not None:
        typer.echo(f"{trace}:{found.finding.line}: {words(found.finding.reason, language)}")
        raise typer.Exit(1)
    text = N_(
        "{lines} lines hold: {totals} totals, {caps} limits and {levels} levels derived anew; "
        "{unproved} times a line was taken at its word"
    )
    counts = {
        key: str(getattr(found, key)) for key in ("lines", "totals", "caps", "levels", "unproved")
    }
    tell(say(text, **counts), language)

"""`jifen verify`: a trace and its scheme in, whether every line holds out."""

from pathlib import Path
from typing import Annotated

import typer

from ..binding import bind_roster, declared_fields
from ..load import load_scheme
from ..message import N_, say
from ..problem import JifenError
from ..render.language import words
from ..roster import read_roster
from ..verify import verify_trace
from .options import LangOpt, RosterOpt
from .output import choose_language, fail, show, tell


def verify(
    trace: Annotated[Path, typer.Argument(help="The trace.", exists=True, dir_okay=False)],
    scheme: Annotated[
        list[Path], typer.Option(help="The scheme, or its dated versions.", exists=True)
    ],
    roster: RosterOpt = None,
    lang: LangOpt = None,
) -> None:
    """Derive every total, cap and level of a trace anew, and name the first line that fails.

    Example: jifen verify trace.jsonl --scheme scheme.yaml --roster roster.csv
    """
    language = choose_language(lang)
    try:
        loaded = [load_scheme(path) for path in scheme]
        fields = declared_fields(loaded, "subject")
        people = bind_roster(loaded, read_roster(roster, fields)) if roster is not None else None
    except JifenError as error:
        show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    except ValueError as error:
        fail(say("{file}: {detail}", file=str(roster), detail=str(error)), language)
    found = verify_trace(trace, loaded, people)
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

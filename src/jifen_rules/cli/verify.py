"""`jifen verify`: a trace and its scheme in, whether every line holds out; with events, whether it is theirs."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ..entry import Outcome, Result
from ..load import load_scheme
from ..message import N_, say
from ..problem import JifenError
from ..render.language import Language, words
from ..roster import read_roster
from ..trace import read_trace
from ..verify import verify_trace
from .inputs import evaluate
from .options import AsOfOpt, KnownOnOpt, LangOpt, RosterOpt, StatusOpt, WorkdaysOpt
from .output import choose_language, fail, show, tell


def verify(
    trace: Annotated[Path, typer.Argument(help="The trace.", exists=True, dir_okay=False)],
    scheme: Annotated[
        list[Path], typer.Option(help="The scheme, or its dated versions.", exists=True)
    ],
    roster: RosterOpt = None,
    events: Annotated[
        Path | None,
        typer.Option(help="The events: evaluate anew, and compare digest and trace whole."),
    ] = None,
    as_of: AsOfOpt = None,
    known_on: KnownOnOpt = None,
    workdays: WorkdaysOpt = None,
    status: StatusOpt = "",
    lang: LangOpt = None,
) -> None:
    """Derive every total, cap and level of a trace anew, and name the first line that fails.

    With --events, everything is evaluated anew and compared whole: the proof that the trace is that
    of these events. Give it what `score` was given; the last day is that of the trace if none is named.

    Example: jifen verify trace.jsonl --scheme scheme.yaml --roster roster.csv --events events.csv
    """  # fmt: skip
    language = choose_language(lang)
    try:
        loaded = [load_scheme(path) for path in scheme]
        people = read_roster(roster) if roster is not None else None
    except JifenError as error:
        show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    except ValueError as error:
        fail(say("{file}: {detail}", file=str(roster), detail=str(error)), language)
    result: Result | None = None
    if events is not None:
        last = as_of or _last_day(trace)
        _, people, result = evaluate(
            scheme, events, roster, last, status, language, known_on, workdays
        )
    found = verify_trace(trace, loaded, people, result=result)
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
    _tell_what_is_proved(result, language)


def _last_day(trace: Path) -> datetime | None:
    """The last day a trace is of, as its seal says."""
    try:
        seal = read_trace(trace).lines[-1]
        return datetime.fromisoformat(seal["date"]) if seal["outcome"] == Outcome.SEALED else None
    except (OSError, ValueError, TypeError, IndexError):
        return None  # the check says what is wrong with it


def _tell_what_is_proved(result: Result | None, language: Language) -> None:
    if result is None:
        tell(say(N_("that the events were these, only --events proves")), language)
    else:
        tell(
            say(N_("it is the trace of these inputs, digest {digest}"), digest=result.digest),
            language,
        )

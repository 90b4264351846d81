"""`jifen verify`: check every line of a trace against its scheme."""

from pathlib import Path
from typing import Annotated

import typer

from ..core.message import N_, Message, msg
from ..core.problem import JifenError
from ..core.unread_file import why_unread
from ..inputs.enrolment import read_roster
from ..report.render.language import Language, words
from ..session.binding import bind_roster, declared_fields
from ..trace.chain import read_trace
from ..trace.entry import Outcome, Result
from ..verify import Verification, verify_trace
from .inputs import evaluate_files, load_given, refuse_twice
from .options import FILE, AsOfOpt, KnownOnOpt, LangOpt, RosterOpt, StatusOpt, WorkdaysOpt
from .output import choose_language, fail, fail_for_parquet, stop, tell
from .progress import at_work


def verify(
    trace: Annotated[Path, typer.Argument(metavar=N_("TRACE"), help=N_("The trace."))],
    scheme: Annotated[
        list[Path],
        typer.Option(metavar=N_("SCHEME"), help=N_("The scheme; once for each dated version.")),
    ],
    roster: RosterOpt = None,
    events: Annotated[
        Path | None,
        typer.Option(
            metavar=FILE,
            help=N_("The events: evaluate anew, and compare digest and trace whole."),
        ),
    ] = None,
    as_of: AsOfOpt = "",
    known_on: KnownOnOpt = "",
    workdays: WorkdaysOpt = None,
    status: StatusOpt = "",
    lang: LangOpt = None,
) -> None:
    """Print what was verified, or the first line that does not hold."""
    language = choose_language(lang)
    try:
        refuse_twice([*scheme, events], language)
        loaded = [load_given(path) for path in scheme]
        fields = declared_fields(loaded, "subject")
        people = bind_roster(loaded, read_roster(roster, fields)) if roster is not None else None
        result: Result | None = None
        if events is not None:
            last = as_of or _last_day(trace)
            done = evaluate_files(
                loaded, events, roster, last, status, language, known_on, workdays
            )
            people, result = done.roster, done.result
        with at_work(msg(N_("verifying")), language):
            found = verify_trace(trace, loaded, people, result=result)
    except JifenError as error:
        stop(error.problems, language)
    except OSError as error:
        fail(why_unread(error, trace), language)
    except ImportError:
        fail_for_parquet(language)
    except ValueError as error:
        fail(msg("{file}: {detail}", file=str(roster), detail=str(error)), language)
    if found.finding is not None:
        typer.echo(f"{trace}:{found.finding.line}: {words(found.finding.reason, language)}")
        raise typer.Exit(1)
    tell(_counts(found), language)
    _tell_what_is_proved(result, language)


def _counts(found: Verification) -> Message:
    text = N_(
        "{lines} lines hold: {totals} totals, {caps} limits and {levels} levels derived anew; "
        "{unproved} times a line was taken at its word"
    )
    return msg(
        text,
        lines=str(found.lines),
        totals=str(found.totals),
        caps=str(found.caps),
        levels=str(found.levels),
        unproved=str(found.unproved),
    )


def _last_day(trace: Path) -> str:
    """Return the last day of a trace, as its seal says."""
    try:
        seal = read_trace(trace).lines[-1]
        return str(seal["date"]) if seal["outcome"] == Outcome.SEALED else ""
    except (ImportError, OSError, ValueError, TypeError, IndexError):
        return ""  # the check reports the error


def _tell_what_is_proved(result: Result | None, language: Language) -> None:
    if result is None:
        tell(msg(N_("that the events were these, only --events proves")), language)
    else:
        tell(
            msg(N_("it is the trace of these inputs, digest {digest}"), digest=result.digest),
            language,
        )

"""The command: arguments, exit codes, printing. Exit codes: 0 clean, 1 problems, 2 usage."""

import sys
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from .cases import read_cases, run_cases
from .compile import check_plan
from .entry import Outcome, Result
from .event import Event, Unreadable, read_events
from .explain import explain_subject
from .load import load_scheme, read_scheme
from .message import N_, say
from .model import SchemeFile
from .problem import JifenError, Problem, Severity
from .render.language import Language, language_of, words
from .render.to_csv import render_csv
from .render.to_json import (
    problem_data,
    render_result,
    render_statement_data,
    render_trace,
    to_json,
)  # fmt: skip
from .render.to_table import board_table
from .render.to_text import render_case, render_problem, render_statement
from .roster import Roster, read_roster
from .rows import read_lines
from .session import MAX_YEARS, evaluate_events
from .vocabulary import STEPS, english

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


class Lang(StrEnum):
    """The languages of messages."""

    EN = "en"
    ZH = "zh"


class ScoreFormat(StrEnum):
    """How scores are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class TextFormat(StrEnum):
    """How problems and statements are written."""

    TEXT = "text"
    JSON = "json"


SchemesArg = Annotated[
    list[Path],
    typer.Argument(help="The scheme, or its dated versions.", exists=True, dir_okay=False),
]
EventsArg = Annotated[
    Path, typer.Argument(help="Events: JSON Lines or CSV; - reads JSON Lines from the input.")
]
RosterOpt = Annotated[
    Path | None, typer.Option("--roster", help="The roster: JSON Lines or CSV.", exists=True)
]
AsOfOpt = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help="Last day that counts; else that of the last event."
    ),
]
StatusOpt = Annotated[
    str, typer.Option("--status", help="The step that events without a status have passed.")
]
LangOpt = Annotated[Lang | None, typer.Option("--lang", help="Else by the locale.")]


@app.callback()
def _group() -> None:
    """Rules for village points (积分制): check a scheme, work out scores, explain them."""


def main() -> None:
    """Run the command."""
    app()


@app.command()
def check(
    schemes: Annotated[list[Path], typer.Argument(help="Scheme files.", exists=True)],
    lang: LangOpt = None,
    form: Annotated[TextFormat, typer.Option("--format")] = TextFormat.TEXT,
) -> None:
    """Check schemes and say every mistake at its word.

    Example: jifen check scheme.yaml
    """
    language = _language(lang)
    found: list[Problem] = []
    for path in schemes:
        loaded, problems = read_scheme(path)
        if loaded is not None:
            problems = (*problems, *check_plan(loaded))
        found += problems
        if form is TextFormat.TEXT:
            _show(problems, language, err=False)
            if not problems:
                typer.echo(words(say(N_("{file}: no problems"), file=str(path)), language))
    if form is TextFormat.JSON:
        typer.echo(to_json([problem_data(problem, language) for problem in found]))
    raise typer.Exit(int(any(problem.severity is Severity.ERROR for problem in found)))


@app.command()
def score(
    schemes: SchemesArg,
    events: EventsArg,
    roster: RosterOpt = None,
    as_of: AsOfOpt = None,
    trace: Annotated[Path | None, typer.Option(help="Write every entry here.")] = None,
    form: Annotated[ScoreFormat, typer.Option("--format")] = ScoreFormat.TABLE,
    status: StatusOpt = "",
    top: Annotated[int, typer.Option(help="Rows of the table; 0 for all.")] = 0,
    lang: LangOpt = None,
) -> None:
    """Work out the scores of everybody on the roster.

    Several SCHEMES are dated versions of one.

    Example: jifen score scheme.yaml events.csv --roster roster.csv --trace trace.jsonl
    """
    language = _language(lang)
    loaded, people, result = _evaluate(schemes, events, roster, as_of, status, language)
    if trace is not None:
        trace.write_text(render_trace(result), encoding="utf-8")
    if form is ScoreFormat.JSON:
        typer.echo(render_result(result))
    elif form is ScoreFormat.CSV:
        typer.echo(render_csv(result), nl=False)
    else:
        _show_board(result, people, loaded, language, top)


@app.command()
def explain(
    schemes: SchemesArg,
    events: EventsArg,
    subject: Annotated[str, typer.Option(help="Whose points.")],
    event: Annotated[str, typer.Option(help="Only this event.")] = "",
    period: Annotated[str, typer.Option(help="Such as 2024; else the last one.")] = "",
    roster: RosterOpt = None,
    as_of: AsOfOpt = None,
    status: StatusOpt = "",
    form: Annotated[TextFormat, typer.Option("--format")] = TextFormat.TEXT,
    lang: LangOpt = None,
) -> None:
    """Say where one subject's points come from, and what is missing for the next tier.

    Example: jifen explain scheme.yaml events.csv --roster roster.csv --subject P001 --lang zh
    """
    language = _language(lang)
    loaded, people, result = _evaluate(schemes, events, roster, as_of, status, language)
    try:
        statement = explain_subject(loaded, people, result, subject, period=period, event=event)
    except KeyError as error:
        _fail(say(N_("nothing is known of '{name}'"), name=str(error.args[0])), language)
    render = render_statement if form is TextFormat.TEXT else render_statement_data
    typer.echo(render(statement, language))


@app.command()
def test(
    paths: Annotated[list[Path], typer.Argument(help="Folders with scheme.yaml and cases.yaml.")],
    lang: LangOpt = None,
) -> None:
    """Run the cases that stand beside a scheme.

    Example: jifen test schemes/tongde
    """
    language = _language(lang)
    passed = failed = 0
    for path in paths:
        folder = path if path.is_dir() else path.parent
        file = path / "cases.yaml" if path.is_dir() else path
        try:
            outcomes = run_cases(load_scheme(folder / "scheme.yaml"), read_cases(file))
        except JifenError as error:
            _show(error.problems, language, err=True)
            raise typer.Exit(1) from None
        except OSError as error:
            _fail(say(N_("{file} cannot be read"), file=str(error.filename)), language)
        for outcome in outcomes:
            passed, failed = passed + outcome.passed, failed + (not outcome.passed)
            if not outcome.passed:
                typer.echo(render_case(outcome, language))
    summary = say(N_("{passed} passed, {failed} failed"), passed=str(passed), failed=str(failed))
    typer.echo(words(summary, language))
    raise typer.Exit(int(failed > 0))


# --- what the commands share -------------------------------------------------------------------


def _language(lang: Lang | None) -> Language:
    return language_of() if lang is None else "zh" if lang is Lang.ZH else "en"


def _evaluate(
    schemes: list[Path], events: Path, roster: Path | None, as_of: datetime | None, status: str,
    language: Language,
) -> tuple[list[SchemeFile], Roster | None, Result]:  # fmt: skip
    """Load everything and evaluate; a problem is shown and ends the command with 1."""
    try:
        loaded = [load_scheme(scheme) for scheme in schemes]
        people = read_roster(roster) if roster is not None else None
        known, bad = read_events(read_lines(sys.stdin.read()) if str(events) == "-" else events)
        day = as_of.date() if as_of is not None else _last_day(known, loaded)
        reached = english(STEPS, status)
        result = evaluate_events(loaded, people, (*known, *bad), day, status=reached)
    except JifenError as error:
        _show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        _fail(say(N_("{file} cannot be read"), file=str(error.filename)), language)
    except ValueError as error:
        _fail(say("{file}: {detail}", file=str(roster or events), detail=str(error)), language)
    _warn(loaded, result, known, bad, status, as_of is None, language)
    return loaded, people, result


def _last_day(events: Iterable[Event], schemes: list[SchemeFile]) -> date:
    """The day of the last event, but for years that can only be mistyped."""
    first = min(file.scheme.effective_from for file in schemes)
    days = [event.date for event in events if event.date.year - first.year <= MAX_YEARS]
    return max(days, default=first)


def _warn(
    loaded: list[SchemeFile], result: Result, known: tuple[Event, ...], bad: tuple[Unreadable, ...], status: str,
    chosen: bool, language: Language,
) -> None:  # fmt: skip
    """Say once, beside the result, what a reader of the figures must know."""
    notes = []
    if chosen:
        notes.append(say(N_("as of {date}, the day of the last event"), date=str(result.as_of)))
    if result.illustrative:
        notes.append(say(N_("the figures of this scheme are invented (illustrative)")))
    waiting = sum(entry.outcome is Outcome.NOT_PASSED for entry in result.entries)
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
        typer.echo(words(note, language), err=True)


def _show(problems: Iterable[Problem], language: Language, *, err: bool) -> None:
    texts: dict[str, str] = {}
    for problem in sorted(problems, key=lambda problem: problem.sort_key):
        file = problem.place.file
        if file not in texts:
            texts[file] = Path(file).read_bytes().decode("utf-8-sig", errors="replace")
        typer.echo(render_problem(problem, texts[file], language) + "\n", err=err)


def _show_board(
    result: Result, people: Roster | None, schemes: list[SchemeFile], language: Language, top: int
) -> None:
    console = Console(soft_wrap=True)
    for board in result.boards[-1:]:
        ladders = {t.key: t.label for file in schemes for t in file.scheme.tiers}
        console.print(board_table(result, board, people, ladders, language, top))
    counts: dict[str, int] = {}
    for entry in result.rejected:
        counts[entry.outcome.value] = counts.get(entry.outcome.value, 0) + 1
    parts = ", ".join(f"{outcome} {count}" for outcome, count in sorted(counts.items()))
    text = N_("{entries} entries; not counted: {parts}") if parts else N_("{entries} entries")
    console.print(words(say(text, entries=str(len(result.entries)), parts=parts), language))
    console.print(words(say(N_("digest {digest}"), digest=result.digest), language))


def _fail(message: object, language: Language) -> NoReturn:
    typer.echo(words(message, language), err=True)  # type: ignore[arg-type]
    raise typer.Exit(2)


if __name__ == "__main__":
    main()

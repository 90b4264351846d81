"""The command: arguments, exit codes, printing. Exit codes: 0 clean, 1 problems, 2 usage."""

import sys
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from .cases import read_cases, record_case, run_cases, select_cases
from .compile import check_plan
from .coverage import measure_coverage
from .entry import Outcome, Result
from .event import Event, Unreadable, event_data, read_events
from .explain import explain_subject
from .faults import INVENTED
from .load import load_scheme, read_scheme
from .message import N_, say
from .model import SchemeFile
from .mutate import mutate_scheme
from .problem import JifenError, Problem, Severity
from .render.language import Language, language_of, words
from .render.to_cases import Suite, cases_json, cases_junit, coverage_share
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
from .roster import Roster, belonging_data, read_roster
from .rows import read_lines
from .session import MAX_YEARS, evaluate_events
from .verify import verify_trace
from .vocabulary import STEPS, english
from .workdays import read_workdays

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


class CaseFormat(StrEnum):
    """How the results of cases are written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


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
KnownOnOpt = Annotated[
    datetime | None,
    typer.Option(
        "--known-on", formats=["%Y-%m-%d"],
        help="As it was known then: what was recorded later is left out.",
    ),
]  # fmt: skip
WorkdaysOpt = Annotated[
    Path | None,
    typer.Option("--workdays", help="Days off and moved working days: JSON Lines or CSV.", exists=True),
]  # fmt: skip
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
    known_on: KnownOnOpt = None,
    workdays: WorkdaysOpt = None,
    status: StatusOpt = "",
    top: Annotated[int, typer.Option(help="Rows of the table; 0 for all.")] = 0,
    lang: LangOpt = None,
) -> None:
    """Work out the scores of everybody on the roster.

    Several SCHEMES are dated versions of one.

    Example: jifen score scheme.yaml events.csv --roster roster.csv --trace trace.jsonl
    """
    language = _language(lang)
    loaded, people, result = _evaluate(
        schemes, events, roster, as_of, status, language, known_on, workdays
    )
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
    known_on: KnownOnOpt = None,
    workdays: WorkdaysOpt = None,
    status: StatusOpt = "",
    form: Annotated[TextFormat, typer.Option("--format")] = TextFormat.TEXT,
    lang: LangOpt = None,
) -> None:
    """Say where one subject's points come from, and what is missing for the next tier.

    Example: jifen explain scheme.yaml events.csv --roster roster.csv --subject P001 --lang zh
    """
    language = _language(lang)
    loaded, people, result = _evaluate(
        schemes, events, roster, as_of, status, language, known_on, workdays
    )
    try:
        statement = explain_subject(loaded, people, result, subject, period=period, event=event)
    except KeyError as error:
        _fail(say(N_("nothing is known of '{name}'"), name=str(error.args[0])), language)
    render = render_statement if form is TextFormat.TEXT else render_statement_data
    typer.echo(render(statement, language))


@app.command()
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
    language = _language(lang)
    try:
        loaded = [load_scheme(path) for path in scheme]
        people = read_roster(roster) if roster is not None else None
    except JifenError as error:
        _show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    except ValueError as error:
        _fail(say("{file}: {detail}", file=str(roster), detail=str(error)), language)
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
    typer.echo(words(say(text, **counts), language))


@app.command()
def test(
    paths: Annotated[list[Path], typer.Argument(help="Folders with scheme.yaml and cases.yaml.")],
    only: Annotated[
        str, typer.Option("-k", help="Only cases whose names hold these words: 'a and not b'.")
    ] = "",
    coverage: Annotated[bool, typer.Option(help="List what no case tries.")] = False,
    min_coverage: Annotated[
        float, typer.Option(help="Fail below so many percent of a scheme's points.")
    ] = 0,
    record: Annotated[
        Path | None,
        typer.Option(
            help="Add a case to the one folder, with the figures these events give today."
        ),
    ] = None,
    roster: RosterOpt = None,
    as_of: AsOfOpt = None,
    name: Annotated[str, typer.Option(help="The name of a case that is recorded.")] = "recorded",
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Change each rule a little; list what no case notices.")
    ] = False,
    form: Annotated[CaseFormat, typer.Option("--format")] = CaseFormat.TEXT,
    lang: LangOpt = None,
) -> None:
    """Run the cases that stand beside schemes, in all folders below those given.

    Example: jifen test schemes/tongde --coverage
    """
    language = _language(lang)
    if record is not None:
        _record(paths[0], record, roster, as_of, name, language)
        return
    suites = [
        _run_cases(file, only, coverage or min_coverage > 0, mutate, form, language)
        for file in _case_files(paths, language)
    ]
    if form is CaseFormat.JSON:
        typer.echo(cases_json(suites))
    elif form is CaseFormat.JUNIT:
        typer.echo(cases_junit(suites, language), nl=False)
    failed = sum(not outcome.passed for suite in suites for outcome in suite.outcomes)
    passed = sum(len(suite.outcomes) for suite in suites) - failed
    text = say(N_("{passed} passed, {failed} failed"), passed=str(passed), failed=str(failed))
    thin = [s for s in suites if s.coverage and s.coverage.share * 100 < Fraction(min_coverage)]
    if form is CaseFormat.TEXT:
        for suite in suites:
            _show_coverage(suite, language)
            _show_mutation(suite, language)
        typer.echo(words(text, language))
        unseen = sum(not o.case.is_reviewed for suite in suites for o in suite.outcomes)
        if unseen:
            said = N_("{count} of them were recorded and are not reviewed; add 'signed: NAME'")
            typer.echo(words(say(said, count=str(unseen)), language))
    raise typer.Exit(int(failed > 0 or bool(thin)))


def _record(
    folder: Path, events: Path, roster: Path | None, as_of: datetime | None, name: str,
    language: Language,
) -> None:  # fmt: skip
    """Add a case with today's figures to the cases of a folder."""
    _, people, result = _evaluate(
        [folder / "scheme.yaml"], events, roster, as_of, "count", language, None, None
    )
    known, _ = read_events(events)
    rows = [event_data(event) for event in known]
    belongings = [belonging_data(row) for row in people.rows] if people is not None else []
    file = folder / "cases.yaml"
    text = file.read_text("utf-8") if file.exists() else "cases:\n"
    written = text.rstrip("\n") + "\n" + record_case(name, date.today(), rows, belongings, result)
    try:
        read_cases(file, text=written)
    except JifenError as error:
        _show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    file.write_text(written, encoding="utf-8")
    typer.echo(words(say(N_("{file}: one case more, to be reviewed"), file=str(file)), language))


def _run_cases(
    file: Path, only: str, coverage: bool, mutate: bool, form: CaseFormat, language: Language
) -> Suite:
    """Run one file of cases; what cannot be read is shown and ends the command with 1."""
    try:
        scheme = load_scheme(file.parent / "scheme.yaml")
        cases = read_cases(file)
        cases = select_cases(cases, only) if only else cases
        outcomes = run_cases(scheme, cases)
    except JifenError as error:
        _show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        _fail(say(N_("{file} cannot be read"), file=str(error.filename)), language)
    except ValueError as error:
        _fail(
            say(N_("'{text}' is no expression of words, and, or, not"), text=str(error)), language
        )
    if form is CaseFormat.TEXT:
        if scheme.scheme.illustrative:
            typer.echo(f"{scheme.file}: {words(say(INVENTED), language)}")
        for outcome in outcomes:
            if not outcome.passed:
                typer.echo(render_case(outcome, language))
    found = measure_coverage(scheme, outcomes) if coverage else None
    return Suite(str(file), outcomes, found, mutate_scheme(scheme, cases) if mutate else None)


def _show_coverage(suite: Suite, language: Language) -> None:
    if suite.coverage is None:
        return
    for point in suite.coverage.missing:
        text = N_("{place} {id}: no case tries this: {kind} {detail}")
        said = say(text, place=point.place, id=point.id, kind=point.kind, detail=point.detail)
        typer.echo(words(said, language))
    share, points = coverage_share(suite.coverage), str(len(suite.coverage.points))
    seen = str(len(suite.coverage.points) - len(suite.coverage.missing))
    text = N_("{file}: {seen} of {points} points covered ({share}%)")
    typer.echo(words(say(text, file=suite.file, share=share, points=points, seen=seen), language))


def _show_mutation(suite: Suite, language: Language) -> None:
    if suite.mutation is None:
        return
    for mutant in suite.mutation.survivors:
        text = N_("{place} {id}: no case notices: {change}")
        said = say(text, place=mutant.place, id=mutant.id, change=mutant.change)
        typer.echo(words(said, language))
    total, left = suite.mutation.total, len(suite.mutation.survivors)
    text = N_("{file}: {found} of {total} small changes noticed")
    counts = say(text, file=suite.file, found=str(total - left), total=str(total))
    typer.echo(words(counts, language))


def _case_files(paths: list[Path], language: Language) -> list[Path]:
    """The files of cases that are named, or that lie in the folders that are named."""
    found = []
    for path in paths:
        below = sorted(path.rglob("cases.yaml")) if path.is_dir() else [path]
        if not below:
            _fail(say(N_("{folder} holds no cases.yaml"), folder=str(path)), language)
        found += below
    return found


# --- what the commands share -------------------------------------------------------------------


def _language(lang: Lang | None) -> Language:
    return language_of() if lang is None else "zh" if lang is Lang.ZH else "en"


def _evaluate(
    schemes: list[Path], events: Path, roster: Path | None, as_of: datetime | None, status: str,
    language: Language, known_on: datetime | None, workdays: Path | None,
) -> tuple[list[SchemeFile], Roster | None, Result]:  # fmt: skip
    """Load everything and evaluate; a problem is shown and ends the command with 1."""
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
            status=reached, known_on=known_day, workdays=calendar,
        )  # fmt: skip
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
        notes.append(say(INVENTED))
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

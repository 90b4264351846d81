"""`jifen test`: runs the cases beside schemes, and says what none of them tries or notices."""

from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from ..cases import read_cases, record_case, run_cases, select_cases
from ..coverage import measure_coverage
from ..event import event_data
from ..faults import INVENTED
from ..intake import read_events
from ..load import load_scheme
from ..message import N_, say
from ..mutate import mutate_scheme
from ..problem import JifenError
from ..render.language import Language, words
from ..render.to_cases import Suite, cases_json, cases_junit, coverage_share
from ..render.to_text import render_case
from ..roster import belonging_data
from .inputs import evaluate
from .options import AsOfOpt, LangOpt, RosterOpt
from .output import choose_language, fail, show, tell
from .writing import like_before, write_file


class CaseFormat(StrEnum):
    """How the results of cases are written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


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
    language = choose_language(lang)
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
        tell(text, language)
        unseen = sum(not o.case.is_reviewed for suite in suites for o in suite.outcomes)
        if unseen:
            said = N_("{count} of them were recorded and are not reviewed; add 'signed: NAME'")
            tell(say(said, count=str(unseen)), language)
    raise typer.Exit(int(failed > 0 or bool(thin)))


def _record(
    folder: Path, events: Path, roster: Path | None, as_of: datetime | None, name: str,
    language: Language,
) -> None:  # fmt: skip
    """Add a case with today's figures to the cases of a folder."""
    _, people, result = evaluate(
        [folder / "scheme.yaml"], events, roster, as_of, "count", language, None, None
    )
    known, _ = read_events(events)
    rows = [event_data(event) for event in known]
    belongings = [belonging_data(row) for row in people.rows] if people is not None else []
    file = folder / "cases.yaml"
    text = file.read_text("utf-8-sig") if file.exists() else "cases:\n"
    written = text.rstrip("\n") + "\n" + record_case(name, date.today(), rows, belongings, result)
    try:
        read_cases(file, text=written)
    except JifenError as error:
        show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    write_file(file, [like_before(file, written)], language)
    tell(say(N_("{file}: one case more, to be reviewed"), file=str(file)), language)


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
        show(error.problems, language, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        fail(say(N_("{file} cannot be read"), file=str(error.filename)), language)
    except ValueError as error:
        fail(say(N_("'{text}' is no expression of words, and, or, not"), text=str(error)), language)
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
        tell(said, language)
    share, points = coverage_share(suite.coverage), str(len(suite.coverage.points))
    seen = str(len(suite.coverage.points) - len(suite.coverage.missing))
    text = N_("{file}: {seen} of {points} points covered ({share}%)")
    tell(say(text, file=suite.file, share=share, points=points, seen=seen), language)


def _show_mutation(suite: Suite, language: Language) -> None:
    if suite.mutation is None:
        return
    for mutant in suite.mutation.survivors:
        text = N_("{place} {id}: no case notices: {change}")
        said = say(text, place=mutant.place, id=mutant.id, change=mutant.change)
        tell(said, language)
    total, left = suite.mutation.total, len(suite.mutation.survivors)
    text = N_("{file}: {found} of {total} small changes noticed")
    counts = say(text, file=suite.file, found=str(total - left), total=str(total))
    tell(counts, language)


def _case_files(paths: list[Path], language: Language) -> list[Path]:
    """The files of cases that are named, or that lie in the folders that are named."""
    found = []
    for path in paths:
        below = sorted(path.rglob("cases.yaml")) if path.is_dir() else [path]
        if not below:
            fail(say(N_("{folder} holds no cases.yaml"), folder=str(path)), language)
        found += below
    return found

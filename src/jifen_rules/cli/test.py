"""`jifen test`: runs the cases beside schemes, and says what none of them tries or notices."""

from datetime import date
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
from ..message import N_, Term, say
from ..mutate import mutate_scheme
from ..problem import JifenError
from ..render.language import Language, words
from ..render.to_cases import Suite, cases_json, cases_junit, coverage_share
from ..render.to_text import render_case
from ..roster import belonging_data
from .inputs import evaluate
from .options import NAME, AsOfOpt, LangOpt, RosterOpt, one_of
from .output import choose_language, fail, stop, tell
from .writing import like_before, write_file


class CaseFormat(StrEnum):
    """How the results of cases are written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


def test(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar=N_("FOLDER"), help=N_("Folders with scheme.yaml and cases.yaml.")),
    ],
    only: Annotated[
        str,
        typer.Option(
            "-k",
            metavar=N_("WORDS"),
            help=N_("Only cases whose names contain these words: 'a and not b'."),
        ),
    ] = "",
    coverage: Annotated[
        bool, typer.Option("--coverage", help=N_("List the rules and branches that no case tests."))
    ] = False,
    min_coverage: Annotated[
        float,
        typer.Option(metavar=N_("PERCENT"), help=N_("Exit with 1 if less than this is covered.")),
    ] = 0,
    record: Annotated[
        Path | None,
        typer.Option(
            metavar=N_("EVENTS"),
            help=N_("Add a case to the folder, with the figures that these events give today."),
        ),
    ] = None,
    roster: RosterOpt = None,
    as_of: AsOfOpt = "",
    name: Annotated[
        str, typer.Option(metavar=NAME, help=N_("Name of the recorded case."))
    ] = "recorded",
    mutate: Annotated[
        bool,
        typer.Option("--mutate", help=N_("Change each rule a little; list what no case notices.")),
    ] = False,
    min_mutation: Annotated[
        float,
        typer.Option(
            metavar=N_("PERCENT"), help=N_("Exit with 1 if fewer of the small changes are noticed.")
        ),
    ] = 0,
    form: Annotated[
        CaseFormat,
        typer.Option("--format", metavar=one_of(CaseFormat), help=N_("How results are written.")),
    ] = CaseFormat.TEXT,
    lang: LangOpt = None,
) -> None:
    """Run cases and print the results."""
    language = choose_language(lang)
    if record is not None:
        _record(paths[0], record, roster, as_of, name, language)
        return
    suites = [
        _run_cases(
            file, only, coverage or min_coverage > 0, mutate or min_mutation > 0, form, language
        )
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
    thin += [s for s in suites if s.mutation and s.mutation.score * 100 < Fraction(min_mutation)]
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
    folder: Path,
    events: Path,
    roster: Path | None,
    as_of: str,
    name: str,
    language: Language,
) -> None:
    """Add a case with today's figures to the cases of a folder."""
    done = evaluate([folder / "scheme.yaml"], events, roster, as_of, "count", language)
    known, _ = read_events(events)
    rows = [event_data(event) for event in known]
    belongings = (
        [belonging_data(row) for row in done.roster.rows] if done.roster is not None else []
    )
    file = folder / "cases.yaml"
    text = file.read_text("utf-8-sig") if file.exists() else "cases:\n"
    written = (
        text.rstrip("\n") + "\n" + record_case(name, date.today(), rows, belongings, done.result)
    )
    try:
        read_cases(file, text=written)
    except JifenError as error:
        stop(error.problems, language)
    write_file(file, [like_before(file, written)], language)
    tell(say(N_("{file}: one case more, to be reviewed"), file=str(file)), language)
    done.finish(language)


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
        stop(error.problems, language)
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
    for value in suite.mutation.untried:
        text = N_("{place} {id}: no small change is known for '{key}'")
        tell(say(text, place=value.place, id=value.id, key=Term(value.key)), language)
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

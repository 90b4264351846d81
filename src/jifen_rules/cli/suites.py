"""Files of cases: find, run and show them, with the rules that no case tests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Final

import typer

from ..cases.against import CaseChange, compare_cases
from ..cases.coverage import measure_coverage
from ..cases.mutate import mutate_scheme
from ..cases.reader import read_cases
from ..cases.runner import run_cases
from ..cases.selection import select_cases
from ..core.faults import INVENTED
from ..core.message import N_, Message, Term, msg
from ..core.problem import JifenError
from ..core.unread_file import why_unread
from ..report.render.language import Language, words
from ..report.render.to_cases import Suite, cases_json, cases_junit, coverage_share
from ..report.render.to_diff import say_change
from ..report.render.to_text import INDENT, render_case
from ..scheme.load import load_scheme
from ..scheme.model import SchemeFile
from .output import fail, stop, tell
from .versions import load_side


class CaseFormat(StrEnum):
    """How the results of cases are written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


@dataclass(frozen=True, slots=True)
class SuiteOptions:
    """The options of a run of cases.

    The minimum shares are in percent; None means not requested.
    """

    only: str
    coverage: Fraction | None
    mutation: Fraction | None
    against: Path | None
    form: CaseFormat


def run_suites(paths: Sequence[Path], asked: SuiteOptions, language: Language) -> int:
    """Run every file of cases, print the results, and return the exit code."""
    suites = [_run_cases(file, asked, language) for file in _case_files(paths, language)]
    if asked.only and not any(suite.outcomes for suite in suites):
        fail(msg(N_("no case has a name with '{words}'"), words=asked.only), language)
    if asked.form is CaseFormat.JSON:
        typer.echo(cases_json(suites, language))
    elif asked.form is CaseFormat.JUNIT:
        typer.echo(cases_junit(suites, language), nl=False)
    failed = sum(not outcome.passed for suite in suites for outcome in suite.outcomes)
    passed = sum(len(suite.outcomes) for suite in suites) - failed
    least = (asked.coverage or Fraction(0), asked.mutation or Fraction(0))
    thin = [s for s in suites if s.coverage and s.coverage.share * 100 < least[0]]
    thin += [s for s in suites if s.mutation and s.mutation.score * 100 < least[1]]
    if asked.form is CaseFormat.TEXT:
        for suite in suites:
            _show_against(suite, language)
            _show_coverage(suite, language)
            _show_mutation(suite, language)
        text = N_("{passed} passed, {failed} failed")
        tell(msg(text, passed=str(passed), failed=str(failed)), language)
        unseen = sum(not o.case.is_reviewed for suite in suites for o in suite.outcomes)
        if unseen:
            said = N_("recorded and not reviewed: {count} of them; add 'signed: NAME'")
            tell(msg(said, count=str(unseen)), language)
    return int(failed > 0 or bool(thin))


def _run_cases(file: Path, asked: SuiteOptions, language: Language) -> Suite:
    """Run one file of cases; if it cannot be read, print why and exit with 1."""
    old = None if asked.against is None else _older(asked.against, file, language)
    try:
        scheme = load_scheme(file.parent / "scheme.yaml")
        cases = read_cases(file)
        cases = select_cases(cases, asked.only) if asked.only else cases
        outcomes = run_cases(scheme, cases)
        compared = None if old is None else compare_cases(old, scheme, cases)
    except JifenError as error:
        stop(error.problems, language)
    except OSError as error:
        fail(why_unread(error), language)
    except ValueError as error:
        fail(msg(N_("'{text}' is no expression of words, and, or, not"), text=str(error)), language)
    if asked.form is CaseFormat.TEXT:
        if scheme.scheme.illustrative:
            typer.echo(f"{scheme.file}: {words(msg(INVENTED), language)}")
        for outcome in outcomes:
            if not outcome.passed:
                typer.echo(render_case(outcome, language))
    covered = None if asked.coverage is None else measure_coverage(scheme, outcomes)
    noticed = None if asked.mutation is None else mutate_scheme(scheme, cases)
    return Suite(str(file), outcomes, covered, noticed, compared)


def _older(path: Path, file: Path, language: Language) -> SchemeFile | None:
    """Load the older scheme of a file of cases: in that folder, or in the one of the same name.

    None if the folder has no such scheme: this one is new.
    """
    if path.is_dir():
        parts = file.resolve().parent.parts
        names = [parts[len(parts) - depth :] for depth in range(len(parts), -1, -1)]
        files = (path.joinpath(*name, "scheme.yaml") for name in names if name[:1] != parts[:1])
        found = next((one for one in files if one.exists()), None)
        if found is None and not any(path.rglob("scheme.yaml")):
            fail(msg(N_("{folder} holds no scheme"), folder=str(path)), language)
        if found is None:
            return None
        path = found
    (scheme,) = load_side(path, language)
    return scheme


def _show_against(suite: Suite, language: Language) -> None:
    """Print each case whose result differs under the older scheme, with the causing changes."""
    if suite.against is None:
        return
    for one in suite.against.cases:
        place = one.case.place
        tell(msg("{text}", text=_outcome(one)), language)
        typer.echo(f"{INDENT}{place.file}:{place.line}: {one.case.name}")
        for said in _by(one):
            typer.echo(INDENT + words(said, language))
    broken = sum(one.is_broken for one in suite.against.cases)
    text = N_("{file}: {changes} changes break {broken} cases and mend {mended}")
    counts = (str(len(suite.against.diff.changes)), str(broken))
    mended = str(len(suite.against.cases) - broken)
    tell(msg(text, file=suite.file, changes=counts[0], broken=counts[1], mended=mended), language)


def _outcome(one: CaseChange) -> Message:
    if one.is_broken:
        return msg(N_("passed under the old scheme, fails under the new one:"))
    return msg(N_("fails under the old scheme, passes under the new one:"))


def _by(one: CaseChange) -> Iterator[Message]:
    text = N_("by this change: {change}")
    if not one.causes:
        yield msg(N_("by several changes together"))
    elif not one.is_alone:
        text = N_("not without this change: {change}")
    for change in one.causes:
        yield msg(text, change=say_change(change))


_KINDS: Final[Mapping[str, str]] = {
    "branch": N_("branch"),
    "cap": N_("cap"),
    "combine": N_("combine"),
    "edge": N_("edge"),
    "escalation": N_("escalation"),
    "grade": N_("grade"),
    "indicator": N_("indicator"),
    "level": N_("level"),
    "reward": N_("reward"),
    "rule": N_("rule"),
    "veto": N_("veto"),
}
"""The names of what can be tested, by the kinds of `Point`."""


def _show_coverage(suite: Suite, language: Language) -> None:
    if suite.coverage is None:
        return
    for point in suite.coverage.missing:
        text = N_("{place} {id}: no case tries this: {kind} {detail}")
        kind, detail = msg(_KINDS[point.kind]), point.said or point.detail
        said = msg(text, place=point.place, id=point.id, kind=kind, detail=detail)
        tell(said, language)
    share, points = coverage_share(suite.coverage), str(len(suite.coverage.points))
    seen = str(len(suite.coverage.points) - len(suite.coverage.missing))
    text = N_("{file}: {seen} of {points} points covered ({share}%)")
    tell(msg(text, file=suite.file, share=share, points=points, seen=seen), language)


def _show_mutation(suite: Suite, language: Language) -> None:
    if suite.mutation is None:
        return
    for mutant in suite.mutation.survivors:
        text = N_("{place} {id}: no case notices: {change}")
        said = msg(text, place=mutant.place, id=mutant.id, change=mutant.change)
        tell(said, language)
    for value in suite.mutation.untried:
        text = N_("{place} {id}: no small change is known for '{key}'")
        tell(msg(text, place=value.place, id=value.id, key=Term(value.key, is_key=True)), language)
    total, left = suite.mutation.total, len(suite.mutation.survivors)
    text = N_("{file}: {found} of {total} small changes noticed")
    counts = msg(text, file=suite.file, found=str(total - left), total=str(total))
    tell(counts, language)


def _case_files(paths: Sequence[Path], language: Language) -> list[Path]:
    """Return the given files of cases, and those in the given folders."""
    found = []
    for path in paths:
        if str(path) == "-":
            fail(why_unread(OSError(), path), language)
        below = sorted(path.rglob("cases.yaml")) if path.is_dir() else [path]
        if not below:
            fail(msg(N_("{folder} holds no cases.yaml"), folder=str(path)), language)
        found += below
    return found

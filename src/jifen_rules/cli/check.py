"""`jifen check`: a scheme's files in, its problems out."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..compile import read_plan
from ..lint import RULES, LintRule, lint_plan, select_rules
from ..load import read_scheme
from ..message import N_, say
from ..problem import Problem, Severity
from ..render.language import Language
from ..render.to_json import problem_data, to_json
from .options import LangOpt, TextFormat
from .output import choose_language, fail, show, tell


class FailOn(StrEnum):
    """From which severity on the command ends with 1."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


SelectOpt = Annotated[
    list[str], typer.Option("--select", help="Only these rules: codes, their beginnings, names, families; with commas.")
]  # fmt: skip
IgnoreOpt = Annotated[
    list[str], typer.Option("--ignore", help="Not these rules, written in the same way.")
]
FailOnOpt = Annotated[FailOn, typer.Option("--fail-on", help="End with 1 from this severity on.")]


def check(
    schemes: Annotated[list[Path], typer.Argument(help="Scheme files.", exists=True)],
    lang: LangOpt = None,
    form: Annotated[TextFormat, typer.Option("--format")] = TextFormat.TEXT,
    select: SelectOpt = [],  # noqa: B006  (read, never changed)
    ignore: IgnoreOpt = [],  # noqa: B006
    fail_on: FailOnOpt = FailOn.ERROR,
) -> None:
    """Check schemes and say every mistake at its word, and what is unlawful, unfair or unclear.

    A comment '# jifen: ignore J304 because …' in the scheme accepts a finding.

    Example: jifen check scheme.yaml
    """
    language = choose_language(lang)
    try:
        rules = select_rules(RULES, _words(select), _words(ignore))
    except ValueError as error:
        fail(say(N_("no rule, name or family is called '{word}'"), word=str(error)), language)
    found: list[Problem] = []
    for path in schemes:
        problems = check_file(path, rules)
        found += problems
        if form is TextFormat.TEXT:
            show(problems, language, err=False)
            _sum_up(path, problems, language)
    if form is TextFormat.JSON:
        typer.echo(to_json([problem_data(problem, language) for problem in found]))
    raise typer.Exit(int(any(weighs(problem, fail_on) for problem in found)))


def check_file(path: Path, rules: Iterable[LintRule]) -> tuple[Problem, ...]:
    """All problems of a file: of its language, its meaning and, where it is sound, its rules."""
    loaded, problems = read_scheme(path)
    if loaded is None:
        return problems
    plan, more = read_plan(loaded)
    sound = plan is not None and not problems
    found = lint_plan(loaded, plan, rules) if plan is not None and sound else ()
    return tuple(sorted((*problems, *more, *found), key=lambda problem: problem.sort_key))


def weighs(problem: Problem, fail_on: FailOn) -> bool:
    """Whether a problem makes the command end with 1; what is accepted does not."""
    order = tuple(FailOn)
    return not problem.accepted and order.index(FailOn(problem.severity.value)) <= order.index(
        fail_on
    )


def _words(options: Iterable[str]) -> tuple[str, ...]:
    return tuple(word.strip() for option in options for word in option.split(",") if word.strip())


def _sum_up(path: Path, problems: tuple[Problem, ...], language: Language) -> None:
    if not problems:
        tell(say(N_("{file}: no problems"), file=str(path)), language)
        return
    open_ = [problem for problem in problems if not problem.accepted]
    counts = {
        level.value: str(sum(problem.severity is level for problem in open_)) for level in Severity
    }
    text = N_(
        "{file}: {error} errors, {warning} warnings, {advice} to consider, {accepted} accepted"
    )
    accepted = str(len(problems) - len(open_))
    tell(say(text, file=str(path), accepted=accepted, **counts), language)

"""`jifen check`: report the problems of schemes, and fix the mechanical ones."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..analysis.monotone import Dip, find_dips
from ..analysis.reach import Reach
from ..core.collector import collector_waiting
from ..core.message import N_, msg
from ..core.problem import Problem
from ..core.unread_file import why_unread
from ..lint import RULES, LintContext, LintRule, check_file, select_rules
from ..plan import Plan, Versions
from ..report.render.language import Language
from ..report.render.to_card import card_data, render_card
from ..report.render.to_github import problems_github
from ..report.render.to_json import problem_data, to_json
from ..report.render.to_junit import problems_junit
from ..report.render.to_sarif import problems_sarif
from .checked import (
    Checked,
    FailOn,
    print_sum,
    scheme_files,
    sum_up_all,
    weighs,
    write_statistics,
)
from .fix import repair_file, write_diff
from .inputs import given_text, refuse_twice
from .options import LangOpt, one_of
from .output import choose_language, fail, show, texts_of
from .progress import counted
from .writing import write_file


class ProblemFormat(StrEnum):
    """How problems are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"


SchemesArg = Annotated[
    list[Path],
    typer.Argument(
        metavar=N_("SCHEME"),
        help=N_("Scheme files, or folders of them; - reads one from the input."),
    ),
]
FormatOpt = Annotated[
    ProblemFormat,
    typer.Option("--format", metavar=one_of(ProblemFormat), help=N_("How problems are written.")),
]
SelectOpt = Annotated[
    list[str],
    typer.Option(
        "--select",
        metavar=N_("RULES"),
        help=N_(
            "Only these lint rules: codes, beginnings of codes, names or families, with commas."
        ),
    ),
]
IgnoreOpt = Annotated[
    list[str],
    typer.Option("--ignore", metavar=N_("RULES"), help=N_("All lint rules but these.")),
]
FailOnOpt = Annotated[
    FailOn,
    typer.Option(
        "--fail-on", metavar=one_of(FailOn), help=N_("Exit with 1 from this severity on.")
    ),
]
FixOpt = Annotated[
    bool, typer.Option("--fix", help=N_("Apply the fixes that need no decision of yours."))
]
CardOpt = Annotated[
    bool | None,
    typer.Option(
        "--card/--no-card",
        help=N_("Show what can be reached under a sound scheme."),
        show_default=N_("shown in text, for files that are named"),
    ),
]
StatisticsOpt = Annotated[
    bool,
    typer.Option("--statistics", help=N_("Print only how many problems there are of each kind.")),
]
DiffOpt = Annotated[
    bool, typer.Option("--diff", help=N_("Show what --fix would change, and write nothing."))
]


def check(
    schemes: SchemesArg,
    form: FormatOpt = ProblemFormat.TEXT,
    select: SelectOpt = [],  # noqa: B006  (read, never changed)
    ignore: IgnoreOpt = [],  # noqa: B006
    fail_on: FailOnOpt = FailOn.ERROR,
    fix: FixOpt = False,
    diff: DiffOpt = False,
    card: CardOpt = None,
    statistics: StatisticsOpt = False,
    lang: LangOpt = None,
) -> None:
    """Check schemes and print their problems and cards."""
    language = choose_language(lang)
    if statistics and form not in (ProblemFormat.TEXT, ProblemFormat.JSON):
        fail(msg(N_("--statistics is written as text or json, not as {form}"), form=form), language)
    try:
        rules = select_rules(RULES, _words(select), _words(ignore))
    except ValueError as error:
        fail(msg(N_("no rule, name or family is called '{word}'"), word=str(error)), language)
    refuse_twice(schemes, language)
    checked = []
    with collector_waiting():
        files = [*scheme_files(schemes, language)]
        for path in counted(files, len(files), msg(N_("checking")), language):
            try:
                checked.append(_checked(path, rules, language, fix=fix, diff=diff))
            except OSError as error:
                fail(why_unread(error, path), language)
        if statistics and not diff:
            write_statistics(checked, language, as_json=form is ProblemFormat.JSON)
        elif not diff:
            named = form is ProblemFormat.TEXT and not any(path.is_dir() for path in schemes)
            _write(checked, form, language, card if card is not None else named)
    found = [problem for file in checked for problem in file.problems]
    raise typer.Exit(int(any(weighs(problem, fail_on) for problem in found)))


def _checked(
    path: Path, rules: Sequence[LintRule], language: Language, *, fix: bool, diff: bool
) -> Checked:
    """Check a file after its fixes; `diff` shows the fixes instead of writing them."""
    text = given_text(path)
    if not fix and not diff:
        problems, draft = check_file(path, rules, text)
        return Checked(str(path), text, problems, None, draft)
    seen: dict[str | None, tuple[tuple[Problem, ...], LintContext | None]] = {}

    def look(changed: str) -> tuple[Problem, ...]:
        seen.clear()
        seen[changed] = check_file(path, rules, changed)
        return seen[changed][0]

    done = repair_file(path, text, look)
    if diff:
        write_diff(done)
    elif text is not None:
        text = done.after
    elif done.problems:
        write_file(path, [done.data], language)
    problems, draft = seen.get(None if diff else done.after) or check_file(path, rules, text)
    return Checked(str(path), text, problems, done, draft)


def _words(options: Iterable[str]) -> tuple[str, ...]:
    return tuple(word.strip() for option in options for word in option.split(",") if word.strip())


# --- what is printed ---------------------------------------------------------------------------


def _write(checked: Sequence[Checked], form: ProblemFormat, language: Language, card: bool) -> None:
    problems = [problem for file in checked for problem in file.problems]
    given = {file.file: file.text for file in checked if file.text is not None}
    match form:
        case ProblemFormat.TEXT:
            for file in checked:
                show(file.problems, language, err=False, given=given)
                print_sum(file, language)
                if card and file.draft is not None and not file.has_error:
                    typer.echo("\n" + render_card(*_found(file.draft), language))
            sum_up_all(checked, language)
        case ProblemFormat.JSON:
            listed = [problem_data(problem, language) for problem in problems]
            cards = [
                _card(file.file, file.draft, language)
                for file in checked
                if card and file.draft and not file.has_error
            ]
            typer.echo(to_json({"problems": listed, "cards": cards} if card else listed))
        case ProblemFormat.SARIF:
            typer.echo(problems_sarif(problems, texts_of(problems, given), language))
        case ProblemFormat.GITHUB:
            typer.echo(problems_github(problems, language), nl=False)
        case ProblemFormat.JUNIT:
            names, texts = [file.file for file in checked], texts_of(problems, given)
            typer.echo(problems_junit(names, problems, texts, language), nl=False)


def _found(draft: LintContext) -> tuple[Plan, Reach, tuple[Dip, ...]]:
    """Return the plan, the reach and the dips that a card shows."""
    return draft.plan, draft.reach, find_dips(Versions((draft.plan,)))


def _card(file: str, draft: LintContext, language: Language) -> dict[str, object]:
    return {"file": file, **card_data(*_found(draft), language)}

"""`jifen check`: a scheme's files in, its problems out."""

from pathlib import Path
from typing import Annotated

import typer

from ..compile import check_plan
from ..load import read_scheme
from ..message import N_, say
from ..problem import Problem, Severity
from ..render.to_json import problem_data, to_json
from .options import LangOpt, TextFormat
from .output import choose_language, show, tell


def check(
    schemes: Annotated[list[Path], typer.Argument(help="Scheme files.", exists=True)],
    lang: LangOpt = None,
    form: Annotated[TextFormat, typer.Option("--format")] = TextFormat.TEXT,
) -> None:
    """Check schemes and say every mistake at its word.

    Example: jifen check scheme.yaml
    """
    language = choose_language(lang)
    found: list[Problem] = []
    for path in schemes:
        loaded, problems = read_scheme(path)
        if loaded is not None:
            problems = (*problems, *check_plan(loaded))
        found += problems
        if form is TextFormat.TEXT:
            show(problems, language, err=False)
            if not problems:
                tell(say(N_("{file}: no problems"), file=str(path)), language)
    if form is TextFormat.JSON:
        typer.echo(to_json([problem_data(problem, language) for problem in found]))
    raise typer.Exit(int(any(problem.severity is Severity.ERROR for problem in found)))

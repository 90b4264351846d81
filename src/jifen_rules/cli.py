"""The command: arguments, exit codes, printing. Exit codes: 0 clean, 1 problems, 2 usage."""

from pathlib import Path
from typing import Annotated

import typer

from .compile import check_plan
from .load import read_scheme
from .problem import Severity
from .render.to_text import render_problem

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Rules for village points.")


@app.callback()
def _group() -> None:
    """Rules for village points (积分制)."""


@app.command()
def check(
    schemes: Annotated[list[Path], typer.Argument(help="Scheme files.", exists=True)],
) -> None:
    """Check schemes and say every mistake. Example: jifen check scheme.yaml"""
    found = 0
    for path in schemes:
        loaded, problems = read_scheme(path)
        if loaded is not None:
            problems = (*problems, *check_plan(loaded))
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
        for problem in sorted(problems, key=lambda problem: problem.sort_key):
            typer.echo(render_problem(problem, text) + "\n")
        found += sum(problem.severity is Severity.ERROR for problem in problems)
        if not problems:
            typer.echo(f"{path}: no problems")
    raise typer.Exit(1 if found else 0)


def main() -> None:
    """Run the command."""
    app()

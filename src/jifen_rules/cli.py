"""The command: arguments, exit codes, printing. Exit codes: 0 clean, 1 problems, 2 usage."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from .compile import check_plan
from .load import load_scheme, read_scheme
from .problem import SchemeError, Severity
from .render.to_json import render_result, render_trace
from .render.to_text import render_problem
from .roster import read_roster
from .session import evaluate_events

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


@app.command()
def score(
    scheme: Annotated[Path, typer.Argument(help="The scheme.", exists=True)],
    events: Annotated[Path, typer.Argument(help="JSON Lines or CSV.", exists=True)],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day that counts.")],
    roster: Annotated[Path | None, typer.Option(help="JSON Lines or CSV.", exists=True)] = None,
    trace: Annotated[Path | None, typer.Option(help="Write every entry here.")] = None,
    status: Annotated[str, typer.Option(help="What events without a status have reached.")] = "",
) -> None:
    """Work out the scores as JSON. Example: jifen score scheme.yaml events.csv --as-of 2024-12-31"""
    try:
        known = read_roster(roster) if roster is not None else None
        result = evaluate_events(load_scheme(scheme), known, events, as_of.date(), status=status)
    except SchemeError as error:
        text = scheme.read_bytes().decode("utf-8-sig", errors="replace")
        for problem in error.problems:
            typer.echo(render_problem(problem, text) + "\n", err=True)
        raise typer.Exit(1) from None
    except ValueError as error:
        typer.echo(f"{roster}: {error}", err=True)
        raise typer.Exit(1) from None
    if trace is not None:
        trace.write_text(render_trace(result), encoding="utf-8")
    typer.echo(render_result(result))


def main() -> None:
    """Run the command."""
    app()

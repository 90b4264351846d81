"""`jifen score`: schemes, events and a roster in, everybody's scores out."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..collector import collector_off
from ..entry import Result
from ..message import N_, say
from ..model import SchemeFile
from ..render.language import Language, words
from ..render.to_csv import render_csv
from ..render.to_json import render_result
from ..render.to_table import board_table
from ..roster import Roster
from ..trace import trace_blocks
from .inputs import evaluate_files, write_refused
from .options import (
    AsOfOpt,
    EventsArg,
    KnownOnOpt,
    LangOpt,
    RosterOpt,
    SchemesArg,
    StatusOpt,
    WorkdaysOpt,
    WorkersOpt,
)
from .output import choose_language
from .writing import check_outputs, write_file


class ScoreFormat(StrEnum):
    """How scores are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@collector_off()
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
    workers: WorkersOpt = 1,
    top: Annotated[int, typer.Option(help="Rows of the table; 0 for all.", min=0)] = 0,
    rejected: Annotated[
        Path | None, typer.Option(help="Write the rows that could not be used here (JSON Lines).")
    ] = None,
    lang: LangOpt = None,
) -> None:
    """Work out the scores of everybody on the roster.

    Several SCHEMES are dated versions of one.

    Example: jifen score scheme.yaml events.csv --roster roster.csv --trace trace.jsonl
    """
    language = choose_language(lang)
    inputs = (*schemes, events, roster, workdays)
    check_outputs((trace, rejected), inputs, language)
    found = evaluate_files(
        schemes, events, roster, as_of, status, language, known_on, workdays, workers
    )
    loaded, people, result = found.schemes, found.roster, found.result
    if trace is not None:
        write_file(trace, trace_blocks(result), language)
    if rejected is not None:
        write_file(rejected, [write_refused(found.refused, language).encode()], language)
    if form is ScoreFormat.JSON:
        typer.echo(render_result(result))
    elif form is ScoreFormat.CSV:
        typer.echo(render_csv(result, people, language), nl=False)
    else:
        _show_board(result, people, loaded, language, top)
    if found.refused:
        raise typer.Exit(1)


def _show_board(
    result: Result, people: Roster | None, schemes: list[SchemeFile], language: Language, top: int
) -> None:
    console = Console(soft_wrap=True, markup=False)
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

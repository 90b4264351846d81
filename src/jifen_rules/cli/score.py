"""`jifen score`: print the scores of all subjects."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..core.collector import collector_off
from ..core.message import N_, Message, msg
from ..inputs.roster import Roster
from ..report.evaluated import MAX_SHOWN
from ..report.explain import REFUSED_AS, Explainer
from ..report.render.language import Language, words
from ..report.render.to_csv import render_csv
from ..report.render.to_json import result_pieces
from ..report.render.to_table import board_table
from ..scheme.model import SchemeFile
from ..trace.chain import trace_file
from ..trace.entry import Outcome, Result
from .inputs import evaluate_files, print_notes, refused_lines
from .options import (
    FILE,
    NUMBER,
    AsOfOpt,
    EventsArg,
    KnownOnOpt,
    LangOpt,
    RosterOpt,
    SchemesArg,
    StatusOpt,
    WorkdaysOpt,
    WorkersOpt,
    one_of,
)
from .output import check_number, choose_language, fail_for_parquet
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
    as_of: AsOfOpt = "",
    trace: Annotated[
        Path | None,
        typer.Option(metavar=FILE, help=N_("Write the trace, every entry, to this file.")),
    ] = None,
    form: Annotated[
        ScoreFormat,
        typer.Option("--format", metavar=one_of(ScoreFormat), help=N_("How scores are written.")),
    ] = ScoreFormat.TABLE,
    known_on: KnownOnOpt = "",
    workdays: WorkdaysOpt = None,
    status: StatusOpt = "",
    workers: WorkersOpt = 1,
    top: Annotated[
        int, typer.Option(metavar=NUMBER, help=N_("Rows of the board to show; 0 shows all."))
    ] = 0,
    rejected: Annotated[
        Path | None,
        typer.Option(
            metavar=FILE, help=N_("Write the rows that could not be used here (JSON Lines).")
        ),
    ] = None,
    lang: LangOpt = None,
) -> None:
    """Print the board, then the notes that its reader needs."""
    language = choose_language(lang)
    check_number(top, 0, "--top", language)
    check_outputs((trace, rejected), (*schemes, events, roster, workdays), language)
    done = evaluate_files(
        schemes, events, roster, as_of, status, language, known_on, workdays, workers
    )
    result = done.result
    if trace is not None:
        _write_trace(result, trace, language)
    if rejected is not None:
        write_file(rejected, refused_lines(done.refused, language), language)
    if form is ScoreFormat.JSON:
        for piece in result_pieces(result):
            typer.echo(piece, nl=False)
        typer.echo()
    elif form is ScoreFormat.CSV:
        typer.echo(render_csv(result, done.roster, language), nl=False)
    else:
        _show_board(result, done.roster, done.schemes, language, top)
    print_notes(done, language)


def _write_trace(result: Result, path: Path, language: Language) -> None:
    try:
        write_file(path, trace_file(result, path), language)
    except ImportError:
        fail_for_parquet(language)


def _show_board(
    result: Result, people: Roster | None, schemes: list[SchemeFile], language: Language, top: int
) -> None:
    console = Console(soft_wrap=True, markup=False)
    for board in result.boards[-1:]:
        ladders = {t.key: t.label for file in schemes for t in file.scheme.tiers}
        console.print(board_table(result, board, people, ladders, language, top))
    counts = Counter(entry.outcome for entry in result.rejected)
    each = [(words(msg(REFUSED_AS[o]), language), count) for o, count in counts.most_common()]
    parts = (", ", "、")[language == "zh"].join(f"{text} {count}" for text, count in each)
    text = (
        N_("{entries} entries; {count} not counted: {parts}") if parts else N_("{entries} entries")
    )
    number, refused = str(len(result.entries)), str(counts.total())
    console.print(words(msg(text, entries=number, count=refused, parts=parts), language))
    for line in _not_counted(Explainer(schemes, people, result)) if parts else ():
        console.print(words(line, language))
    console.print(words(msg(N_("digest {digest}"), digest=result.digest), language))


def _not_counted(explainer: Explainer) -> Iterator[Message]:
    """Print the subject and reason of the first events that do not count.

    Rows that could not be read are printed later.
    """
    entries = [e for e in explainer.result.rejected if e.outcome is not Outcome.UNREADABLE]
    for entry in entries[:MAX_SHOWN]:
        sentence = explainer.wording.explain(entry).sentence
        values = {"event": entry.event or "-", "who": explainer.name(entry.subject)}
        yield msg("  {event} {who} {sentence}", **values, sentence=sentence)
    if (left := len(entries) - MAX_SHOWN) > 0:
        text = N_("  and {count} more; 'jifen score --trace FILE' writes all entries")
        yield msg(text, count=str(left))

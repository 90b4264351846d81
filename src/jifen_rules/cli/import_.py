"""`jifen import`: a table of indicators in, a draft scheme and each cell's fate out."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ..draft import Answers, Draft, draft_scheme
from ..message import N_, say
from ..problem import Severity
from ..render.language import Language
from ..render.to_draft import Spelling, draft_data, render_cells, render_draft
from ..render.to_json import to_json
from .deliver import ForceOpt, OutputOpt, deliver, refuse_existing
from .options import DATE, NAME, Keys, KeysOpt, LangOpt, TextFormat, one_of
from .output import choose_language, fail, read_day, stop


def import_(
    table: Annotated[
        Path, typer.Argument(metavar=N_("TABLE"), help=N_("The table: .xlsx, .csv or .docx."))
    ],
    output: OutputOpt = Path("-"),
    scheme: Annotated[
        str,
        typer.Option(
            "--id", metavar=NAME, help=N_("Id of the scheme."), show_default=N_("the file's name")
        ),
    ] = "",
    name: Annotated[
        str,
        typer.Option(
            metavar=NAME, help=N_("Name of the scheme."), show_default=N_("the title above the table")
        ),
    ] = "",
    subject: Annotated[
        str,
        typer.Option(
            metavar=N_("KIND"), help=N_("Who holds points: household, person, …"),
            show_default=N_("as the table says, else household"),
        ),
    ] = "",
    period: Annotated[
        str,
        typer.Option(
            metavar=N_("PERIOD"), help=N_("What a score is about: year, quarter, …"),
            show_default=N_("as the table says, else year"),
        ),
    ] = "",
    start: Annotated[
        str,
        typer.Option(
            "--from", metavar=DATE, help=N_("First day in force."), show_default=N_("today")
        ),
    ] = "",
    keys: KeysOpt = Keys.EN,
    form: Annotated[
        TextFormat,
        typer.Option("--format", metavar=one_of(TextFormat), help=N_("How the report is written.")),
    ] = TextFormat.TEXT,
    force: ForceOpt = False,
    lang: LangOpt = None,
) -> None:  # fmt: skip
    """Write the draft of a table, and a report of its cells."""
    language = choose_language(lang)
    spelling: Spelling = "zh" if keys is Keys.ZH else "en"
    refuse_existing(output, language, force=force)
    first = day.isoformat() if (day := read_day(start, "--from", language)) else ""
    answers = Answers(date.today(), scheme, name, subject, period, first)
    try:
        draft, problems = draft_scheme(table, answers)
    except OSError as error:
        fail(say(N_("{file} cannot be read"), file=str(error.filename)), language)
    if draft is None:
        stop(problems, language)
    deliver(render_draft(draft, language, spelling), output, language, force=force)
    _report(draft, form, language, spelling, beside=str(output) == "-")
    grave = {Severity.ERROR, Severity.WARNING}
    raise typer.Exit(int(any(problem.severity in grave for problem in draft.problems)))


def _report(
    draft: Draft, form: TextFormat, language: Language, spelling: Spelling, *, beside: bool
) -> None:
    """Tell each cell's fate; `beside` the draft, where that goes to the output itself."""
    if form is TextFormat.JSON:
        typer.echo(to_json(draft_data(draft, language)), err=beside)
    else:
        typer.echo(render_cells(draft, language, spelling), err=beside)

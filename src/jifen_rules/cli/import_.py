"""`jifen import`: a table of indicators in, a draft scheme and each cell's fate out."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from ..draft import Answers, Draft, draft_scheme
from ..message import N_, say
from ..problem import Severity
from ..render.language import Language
from ..render.to_draft import Spelling, draft_data, render_cells, render_draft
from ..render.to_json import to_json
from ..render.to_marked import marked_suffix, render_marked
from .deliver import ForceOpt, OutputOpt, deliver, refuse_existing
from .options import Keys, LangOpt, TextFormat
from .output import choose_language, fail, show


def import_(
    table: Annotated[
        Path, typer.Argument(help="The table: .xlsx, .csv or .docx.", exists=True, dir_okay=False)
    ],
    output: OutputOpt = Path("-"),
    scheme: Annotated[
        str, typer.Option("--id", help="Id of the scheme; else the file's name.")
    ] = "",
    name: Annotated[
        str, typer.Option(help="What people read; else the title above the table.")
    ] = "",
    subject: Annotated[str, typer.Option(help="Who holds points: household, person, …")] = "",
    period: Annotated[str, typer.Option(help="What a score is about: year, quarter, …")] = "",
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day it is in force; else today."),
    ] = None,
    keys: Annotated[
        Keys | None,
        typer.Option("--keys", help="Keys and fixed words; else in the language of messages."),
    ] = None,
    marked: Annotated[
        Path | None,
        typer.Option(
            "--marked",
            help="Write a copy of the table too, its cells coloured by what became of them.",
        ),
    ] = None,
    form: Annotated[
        TextFormat, typer.Option("--format", help="How the report is written.")
    ] = TextFormat.TEXT,
    force: ForceOpt = False,
    lang: LangOpt = None,
) -> None:
    """Turn a table of indicators into a draft scheme, and say what each cell became.

    What was not understood stands in the draft as a note at its place; what was assumed, too.
    The report goes to the output beside a file, else to the error output. Keys are in the
    language of the messages unless --keys says otherwise. Ends with 1 where something was not
    understood.

    Example: jifen import 积分表.xlsx -o scheme.yaml --keys zh --marked 核对.xlsx
    """
    language = choose_language(lang)
    spelling: Spelling = language if keys is None else ("zh" if keys is Keys.ZH else "en")
    refuse_existing(output, language, force=force)
    if marked is not None:
        _refuse_marked(marked, table, output, language, force=force)
    first = start.date().isoformat() if start else ""
    answers = Answers(date.today(), scheme, name, subject, period, first)
    try:
        draft, problems = draft_scheme(table, answers)
    except OSError as error:
        fail(say(N_("{file} cannot be read"), file=str(error.filename)), language)
    if draft is None:
        show(problems, language, err=True)
        raise typer.Exit(1)
    deliver(render_draft(draft, language, spelling), output, language, force=force)
    if marked is not None:
        deliver(render_marked(draft, table, language), marked, language, force=force)
    _report(draft, form, language, spelling, beside=str(output) == "-")
    grave = {Severity.ERROR, Severity.WARNING}
    raise typer.Exit(int(any(problem.severity in grave for problem in draft.problems)))


def _refuse_marked(
    marked: Path, table: Path, output: Path, language: Language, *, force: bool
) -> None:
    """Refuse a place for the marked copy that is another file's, or has another ending."""
    suffix = marked_suffix(table)
    if marked.suffix.lower() != suffix:
        fail(
            say(N_("the marked copy of {file} is a {suffix} file"), file=str(table), suffix=suffix),
            language,
        )
    if marked.resolve() in (table.resolve(), output.resolve()):
        fail(
            say(
                N_("{file} is given twice: the marked copy needs a name of its own"),
                file=str(marked),
            ),
            language,
        )
    refuse_existing(marked, language, force=force)


def _report(
    draft: Draft, form: TextFormat, language: Language, spelling: Spelling, *, beside: bool
) -> None:
    """Tell each cell's fate; `beside` the draft, where that goes to the output itself."""
    if form is TextFormat.JSON:
        typer.echo(to_json(draft_data(draft, language)), err=beside)
    else:
        typer.echo(render_cells(draft, language, spelling), err=beside)

"""`jifen import`: turn a table of indicators into a draft scheme, and report each cell."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ..core.message import N_, msg
from ..core.problem import Severity
from ..core.unread_file import why_unread
from ..report.render.language import Language
from ..report.render.to_draft import Spelling, draft_data, render_cells, render_draft
from ..report.render.to_json import to_json
from ..report.render.to_marked import marked_suffix, render_marked
from ..tables import Answers, Draft, draft_scheme
from .deliver import ForceOpt, OutputOpt, deliver, refuse_existing
from .options import DATE, FILE, NAME, Keys, LangOpt, TextFormat, one_of
from .output import choose_language, fail, read_day, stop
from .pages import fail_without_extra
from .writing import check_outputs


def _answer(takes: str, says: str, otherwise: str, *names: str) -> Any:
    """Return an option for a question that a table may leave open.

    `otherwise` is the default, in words.
    """
    return typer.Option(*names, metavar=takes, help=says, show_default=otherwise)


_TableArg = Annotated[
    Path, typer.Argument(metavar=N_("TABLE"), help=N_("The table: .xlsx, .csv or .docx."))
]
_SchemeOpt = Annotated[str, _answer(NAME, N_("Id of the scheme."), N_("the file's name"), "--id")]
_NameOpt = Annotated[str, _answer(NAME, N_("Name of the scheme."), N_("the title above the table"))]
_SubjectOpt = Annotated[
    str,
    _answer(
        N_("KIND"),
        N_("Who holds points: household, person, …"),
        N_("as the table says, else household"),
    ),
]
_PeriodOpt = Annotated[
    str,
    _answer(
        N_("PERIOD"),
        N_("What a score is about: year, quarter, …"),
        N_("as the table says, else year"),
    ),
]
_StartOpt = Annotated[str, _answer(DATE, N_("First day in force."), N_("today"), "--from")]
_KeysOpt = Annotated[
    Keys | None,
    typer.Option(
        metavar=one_of(Keys),
        help=N_("Write keys and fixed words in English or Chinese."),
        show_default=N_("the language of messages"),
    ),
]
_MarkedOpt = Annotated[
    Path | None,
    typer.Option(
        metavar=FILE,
        help=N_("Write a copy of the table, its cells coloured by what became of them."),
    ),
]
_FormOpt = Annotated[
    TextFormat,
    typer.Option("--format", metavar=one_of(TextFormat), help=N_("How the report is written.")),
]


def import_(
    table: _TableArg,
    output: OutputOpt = Path("-"),
    scheme: _SchemeOpt = "",
    name: _NameOpt = "",
    subject: _SubjectOpt = "",
    period: _PeriodOpt = "",
    start: _StartOpt = "",
    keys: _KeysOpt = None,
    marked: _MarkedOpt = None,
    form: _FormOpt = TextFormat.TEXT,
    force: ForceOpt = False,
    lang: LangOpt = None,
) -> None:
    """Write the draft of a table, and a report of its cells."""
    language = choose_language(lang)
    spelling: Spelling = language if keys is None else ("zh" if keys is Keys.ZH else "en")
    check_outputs((output,), (table,), language)
    refuse_existing(output, language, force=force)
    if marked is not None:
        _refuse_marked(marked, table, output, language, force=force)
    first = day.isoformat() if (day := read_day(start, "--from", language)) else ""
    answers = Answers(date.today(), scheme, name, subject, period, first)
    try:
        draft, problems = draft_scheme(table, answers)
    except OSError as error:
        fail(why_unread(error), language)
    if draft is None:
        stop(problems, language)
    try:
        data = b"" if marked is None else render_marked(draft, table, language)
    except ImportError as error:
        fail_without_extra(error, language)
    deliver(render_draft(draft, language, spelling), output, language, force=force)
    if marked is not None:
        deliver(data, marked, language, force=force)
    _report(draft, form, language, spelling, beside=str(output) == "-")
    grave = {Severity.ERROR, Severity.WARNING}
    raise typer.Exit(int(any(problem.severity in grave for problem in draft.problems)))


def _refuse_marked(
    marked: Path, table: Path, output: Path, language: Language, *, force: bool
) -> None:
    """Refuse a path of the marked copy that is used otherwise or has the wrong ending."""
    suffix = marked_suffix(table)
    if marked.suffix.lower() != suffix:
        fail(
            msg(N_("the marked copy of {file} is a {suffix} file"), file=str(table), suffix=suffix),
            language,
        )
    if marked.resolve() in (table.resolve(), output.resolve()):
        fail(
            msg(
                N_("{file} is given twice: the marked copy needs a name of its own"),
                file=str(marked),
            ),
            language,
        )
    refuse_existing(marked, language, force=force)


def _report(
    draft: Draft, form: TextFormat, language: Language, spelling: Spelling, *, beside: bool
) -> None:
    """Print the report of cells; `beside` prints to the error output, as the draft is printed."""
    if form is TextFormat.JSON:
        typer.echo(to_json(draft_data(draft, language)), err=beside)
    else:
        typer.echo(render_cells(draft, language, spelling), err=beside)

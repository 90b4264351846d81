"""`jifen report`: write the board and the statements of subjects."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from ..core.collector import collector_off
from ..core.message import N_, did_you_mean, msg
from ..report.evaluated import Evaluated
from ..report.pages import Paper, Report, build_report
from ..report.pages.to_html import html_blocks
from ..report.render.language import Language, words
from .deliver import ForceOpt, refuse_existing
from .inputs import evaluate_files, print_notes
from .options import (
    FILE,
    AsOfOpt,
    EventsArg,
    KnownOnOpt,
    LangOpt,
    MaskOpt,
    RosterOpt,
    SchemesArg,
    StatusOpt,
    WorkdaysOpt,
    WorkersOpt,
    one_of,
)
from .output import choose_language, fail
from .pages import ENDINGS, PaperOpt, page_blocks
from .progress import at_work, counted
from .writing import check_outputs, is_writable, write_file

_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f/\\:*?"<>|]')


class ReportPart(StrEnum):
    """The parts to write: the board, the statements, or both."""

    BOARD = "board"
    STATEMENTS = "statements"
    ALL = "all"


_OutputOpt = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar=FILE,
        help=N_("Where to write: a file ending in .html, .xlsx, .docx, .md or .csv, or a folder."),
    ),
]
_PeriodOpt = Annotated[
    str,
    typer.Option(
        metavar=N_("PERIOD"),
        help=N_("The period, such as 2024."),
        show_default=N_("the last one"),
    ),
]
_UnitOpt = Annotated[
    str,
    typer.Option(
        metavar=N_("UNIT"), help=N_("Only those of this unit: its id or name on the roster.")
    ),
]
_PartOpt = Annotated[
    ReportPart | None,
    typer.Option(
        metavar=one_of(ReportPart),
        help=N_("The board for the wall, the statements of subjects, or all."),
        show_default=N_("the board in a file, all in a folder"),
    ),
]


@collector_off()
def report(
    schemes: SchemesArg,
    events: EventsArg,
    output: _OutputOpt,
    roster: RosterOpt = None,
    as_of: AsOfOpt = "",
    period: _PeriodOpt = "",
    unit: _UnitOpt = "",
    mask: MaskOpt = False,
    part: _PartOpt = None,
    paper: PaperOpt = Paper.A4,
    status: StatusOpt = "",
    known_on: KnownOnOpt = "",
    workdays: WorkdaysOpt = None,
    workers: WorkersOpt = 1,
    force: ForceOpt = False,
    lang: LangOpt = None,
) -> None:
    """Write the board for the wall, and each subject's statement."""
    language = choose_language(lang)
    _check_output(output, (*schemes, events, roster, workdays), language, force=force)
    done = evaluate_files(
        schemes, events, roster, as_of, status, language, known_on, workdays, workers
    )
    recompute = _command(schemes, events, roster, done, status, known_on, workdays)
    try:
        made = build_report(
            done.schemes,
            done.roster,
            done.result,
            period=period,
            unit=unit,
            is_masked=mask,
            recompute=recompute,
        )
    except KeyError:
        _fail_to_find(done, period, unit, language)
    if output.suffix.lower() in ENDINGS:
        with at_work(msg(N_("writing {file}"), file=output.name), language):
            _write_file(made, output, part or ReportPart.BOARD, language, paper)
    else:
        _write_folder(made, output, part or ReportPart.ALL, language, paper)
    print_notes(done, language)


def _check_output(
    output: Path, inputs: tuple[Path | None, ...], language: Language, *, force: bool
) -> None:
    """Exit with 2, before any work, if the output cannot be written or exists already."""
    if output.suffix.lower() in ENDINGS:
        check_outputs((output,), inputs, language)
        refuse_existing(output, language, force=force)
        return
    if output.suffix and not output.is_dir():
        text = N_(
            "'{ending}' is no kind of report: end the name in .html, .xlsx, .docx, .md or .csv, "
            "or name a folder"
        )
        fail(msg(text, ending=output.suffix), language)
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        text = N_(
            "{file} is there already and not an empty folder; name another, so that no old page "
            "stays"
        )
        fail(msg(text, file=str(output)), language)
    if not output.exists() and not is_writable(output):
        fail(msg(N_("{file} cannot be written"), file=str(output)), language)


def _fail_to_find(done: Evaluated, period: str, unit: str, language: Language) -> NoReturn:
    """Exit with 2: there is no such period or unit; print which there are."""
    labels = list(dict.fromkeys(score.period.label for score in done.result.scores))
    if not labels:
        fail(msg(N_("nobody has a score, so there is nothing to report")), language)
    if period and period not in labels:
        text = N_("there is no period '{name}'; there are: {periods}")
        fail(msg(text, name=period, periods=", ".join(labels)), language)
    units = (
        []
        if done.roster is None
        else [done.roster.name(row.unit) for row in done.roster.rows if row.unit]
    )
    hint = did_you_mean(
        unit, dict.fromkeys(units), msg(N_("a unit stands on the roster, which --roster gives"))
    )
    fail(msg(N_("there is no unit '{name}'; {hint}"), name=unit, hint=hint), language)


def _command(
    schemes: list[Path],
    events: Path,
    roster: Path | None,
    done: Evaluated,
    status: str,
    known_on: str,
    workdays: Path | None,
) -> str:
    """Return the command that prints the digest, with file names only."""
    parts = ["jifen score", *(scheme.name for scheme in schemes), events.name]
    for option, path in (("--roster", roster), ("--workdays", workdays)):
        parts += [option, path.name] if path is not None else []
    parts += ["--as-of", done.result.as_of.isoformat()]
    for option, word in (("--status", status), ("--known-on", known_on)):
        parts += [option, word] if word else []
    return " ".join(parts)


def _write_file(
    made: Report, output: Path, part: ReportPart, language: Language, paper: Paper
) -> None:
    wall = made.wall if part is not ReportPart.STATEMENTS else ()
    statements = made.statements if part is not ReportPart.BOARD else iter(())
    blocks = page_blocks(made.title, wall, statements, output, language, paper)
    write_file(output, blocks, language)


def _write_folder(
    made: Report, folder: Path, part: ReportPart, language: Language, paper: Paper
) -> None:
    """Write the wall as `board.html`, and a page for each subject."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        fail(msg(N_("{file} cannot be written"), file=str(folder)), language)
    if part is not ReportPart.STATEMENTS:
        blocks = html_blocks(made.title, made.wall, language, paper)
        write_file(folder / "board.html", blocks, language)
    if part is not ReportPart.BOARD:
        for page in counted(made.statements, made.count, msg(N_("statements")), language):
            name = _NOT_IN_NAMES.sub("_", words(page.key, language))[:60]
            blocks = html_blocks(page.title, [page], language, paper)
            write_file(folder / f"{name}.html", blocks, language, is_synced=False)

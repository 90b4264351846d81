"""`jifen impact`: report who gains and who loses by a change of the scheme."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..analysis.change import Impact, measure_impact
from ..core.message import N_, Message, msg, said_by
from ..core.problem import JifenError
from ..core.terms import add_length
from ..core.unread_file import why_unread
from ..core.vocabulary import STEPS, english
from ..inputs.enrolment import read_roster
from ..inputs.intake import Reading
from ..inputs.roster import Roster
from ..inputs.workdays import read_workdays
from ..report.evaluated import day_note, default_day, refused_rows, status_notes
from ..report.explain import REFUSED_AS
from ..report.pages import Paper, build_impact_report
from ..report.render.language import Language
from ..report.render.to_impact import impact_csv, impact_json
from ..report.render.to_impact_table import impact_tables
from ..scheme.model import SchemeFile
from ..session.binding import declared_fields
from ..tables.posting.names import join_sentences
from ..trace.entry import Outcome
from .deliver import ForceOpt, refuse_existing
from .diff import NewArg, OldArg
from .inputs import read_rows, refuse_twice
from .options import (
    DATE,
    FILE,
    NUMBER,
    AsOfOpt,
    LangOpt,
    MaskOpt,
    RosterOpt,
    StatusOpt,
    WorkdaysOpt,
    one_of,
)
from .output import check_number, choose_language, fail, read_day, tell
from .pages import PaperOpt, page_blocks
from .progress import at_work
from .versions import in_trouble, load_side
from .writing import check_outputs, write_file

ENDINGS = (".html", ".xlsx", ".docx", ".md", ".csv", ".json")


class ImpactFormat(StrEnum):
    """How the impact is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Shown:
    """The options of the output: roster, number of subjects, masking, language, paper."""

    roster: Roster | None
    top: int
    mask: bool
    language: Language
    paper: Paper


_EventsArg = Annotated[
    Path | None,
    typer.Argument(
        metavar=N_("EVENTS"),
        help=N_("Events, as for score; without them they are made up for those on the roster."),
    ),
]
_OutputOpt = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar=FILE,
        help=N_("Where to write: a file ending in .html, .xlsx, .docx, .md, .csv or .json."),
    ),
]
_SinceOpt = Annotated[
    str,
    typer.Option(
        "--from",
        metavar=DATE,
        help=N_("Apply the new scheme as a version from this day on, not to all events."),
    ),
]
_StepsOpt = Annotated[
    bool,
    typer.Option("--steps", help=N_("Apply the changes one after the other, not each alone.")),
]
_FormOpt = Annotated[
    ImpactFormat,
    typer.Option(
        "--format",
        metavar=one_of(ImpactFormat),
        help=N_("How the impact is written where no file is named."),
    ),
]
_TopOpt = Annotated[int, typer.Option(metavar=NUMBER, help=N_("Subjects to show; 0 shows all."))]
_SeedOpt = Annotated[
    int, typer.Option(metavar=NUMBER, help=N_("The seed of events that are made up."))
]


def impact(
    old: OldArg,
    new: NewArg,
    events: _EventsArg = None,
    output: _OutputOpt = None,
    roster: RosterOpt = None,
    as_of: AsOfOpt = "",
    since: _SinceOpt = "",
    steps: _StepsOpt = False,
    form: _FormOpt = ImpactFormat.TABLE,
    top: _TopOpt = 20,
    mask: MaskOpt = False,
    paper: PaperOpt = Paper.A4,
    seed: _SeedOpt = 1,
    workdays: WorkdaysOpt = None,
    status: StatusOpt = "",
    force: ForceOpt = False,
    lang: LangOpt = None,
) -> None:
    """Print who gains, who loses, who changes tier, and which change did it."""
    language = choose_language(lang)
    check_number(top, 0, "--top", language)
    days = (read_day(as_of, "--as-of", language), read_day(since, "--from", language))
    if events is None and roster is None:
        fail(msg(N_("name a file of events, or a roster for whom to make some up")), language)
    if output is not None:
        _check_output(output, (old, new, events, roster, workdays), language, force=force)
    _check_mask(output, form, language, mask=mask)
    refuse_twice([old, new, events], language)
    before, after = load_side(old, language), load_side(new, language)
    both = [*before, *after]
    try:
        fields = declared_fields(both, "subject")
        people = read_roster(roster, fields) if roster is not None else None
        read = read_rows(events, declared_fields(both, "event")) if events is not None else None
        day = days[0] or _last_day(read, before)
        calendar = read_workdays(workdays) if workdays is not None else None
        with at_work(msg(N_("comparing")), language):
            found = measure_impact(
                before,
                after,
                people,
                (*read.events, *read.refused) if read is not None else None,
                day,
                status=english(STEPS, status),
                workdays=calendar,
                since=days[1],
                steps=steps,
                seed=seed,
            )
    except JifenError as error:
        in_trouble(error, language)
    except OSError as error:
        fail(why_unread(error, events or ""), language)
    except ValueError as error:
        fail(said_by(error), language)
    shown = Shown(people, top, mask, language, paper)
    if output is not None:
        write_file(output, _file_blocks(found, shown, output), language)
    else:
        _print_impact(found, shown, form)
    if days[0] is None and read is not None:
        tell(day_note(day, read.events), language, err=True)
    for note in _uncounted(found, read, status) if read is not None else ():
        tell(note, language, err=True)
    _tell_refused(read, people, language)


def _uncounted(found: Impact, read: Reading, status: str) -> Iterator[Message]:
    """Yield how many events neither scheme admits and why, so that no effect is not misread."""
    counts = sorted(found.not_counted.items(), key=lambda one: -one[1])
    if counts:
        each = [msg("{why} {count}", why=msg(REFUSED_AS[o]), count=str(n)) for o, n in counts]
        text = N_("{count} events count under neither scheme: {parts}")
        parts = join_sentences(each, N_("{first}, {rest}"))
        yield msg(text, count=str(sum(found.not_counted.values())), parts=parts)
    yield from status_notes(found.not_counted.get(Outcome.NOT_PASSED, 0), read.events, status)


def _tell_refused(read: Reading | None, people: Roster | None, language: Language) -> None:
    """Print the notes about rows that could not be used; exit with 1 if there are any."""
    refused = (*(read.refused if read else ()), *(people.refused if people is not None else ()))
    for note in refused_rows(refused):
        tell(note, language, err=True)
    if refused:
        raise typer.Exit(1)


def _last_day(read: Reading | None, before: list[SchemeFile]) -> date:
    """Return the day of the last event.

    For made-up events, it is the last day of a year under the old scheme.
    """
    if read is not None:
        return default_day(read.events, before)[0]
    return add_length(max(file.scheme.effective_from for file in before), 364, "day")


def _check_output(
    output: Path, inputs: tuple[Path | None, ...], language: Language, *, force: bool
) -> None:
    """Exit with 2, before any work, if the output cannot be written or exists already."""
    if output.suffix.lower() not in ENDINGS:
        text = N_(
            "'{ending}' is no kind of file: end the name in .html, .xlsx, .docx, .md, .csv or .json"
        )
        fail(msg(text, ending=output.suffix or output.name), language)
    check_outputs((output,), inputs, language)
    refuse_existing(output, language, force=force)


def _check_mask(output: Path | None, form: ImpactFormat, language: Language, *, mask: bool) -> None:
    """Exit with 2 if names are to be masked in a format for programs or for the clerk."""
    ending = output.suffix.lower() if output is not None else ""
    is_page = ending in ENDINGS[:4] or (output is None and form is ImpactFormat.MARKDOWN)
    if mask and not is_page:
        text = N_("--mask is for pages: name a file ending in .html, .xlsx, .docx or .md")
        fail(msg(text), language)


def _file_blocks(found: Impact, shown: Shown, output: Path) -> Iterable[bytes]:
    match output.suffix.lower():
        case ".json":
            return [impact_json(found, shown.language).encode()]
        case ".csv":
            return [impact_csv(found, shown.roster, shown.language).encode()]
    made = build_impact_report(found, shown.roster, most=shown.top, is_masked=shown.mask)
    return page_blocks(made.title, made.wall, iter(()), output, shown.language, shown.paper)


def _print_impact(found: Impact, shown: Shown, form: ImpactFormat) -> None:
    if form is ImpactFormat.TABLE:
        console = Console(soft_wrap=True, markup=False)
        for part in impact_tables(found, shown.roster, shown.language, shown.top):
            console.print(part)
        return
    ending = {"json": "o.json", "csv": "o.csv", "markdown": "o.md"}[form.value]
    blocks = b"".join(_file_blocks(found, shown, Path(ending)))
    typer.echo(blocks.decode(), nl=form is ImpactFormat.JSON)

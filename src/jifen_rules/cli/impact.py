"""`jifen impact`: two schemes and a village's events in, who gains and who loses by the change out."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from ..binding import declared_fields
from ..change import measure_impact
from ..enrolment import read_roster
from ..message import N_, say
from ..problem import JifenError
from ..render.to_impact import impact_csv, impact_json, impact_tables
from ..vocabulary import STEPS, english
from ..workdays import read_workdays
from .diff import NewArg, OldArg
from .inputs import default_day, read_rows, refusals
from .options import (
    DATE,
    NUMBER,
    AsOfOpt,
    EventsArg,
    LangOpt,
    RosterOpt,
    StatusOpt,
    WorkdaysOpt,
    one_of,
)
from .output import check_number, choose_language, fail, read_day, tell
from .progress import at_work
from .versions import in_trouble, load_side


class ImpactFormat(StrEnum):
    """How the impact is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def impact(
    old: OldArg,
    new: NewArg,
    events: EventsArg,
    roster: RosterOpt = None,
    as_of: AsOfOpt = "",
    since: Annotated[
        str,
        typer.Option(
            "--from",
            metavar=DATE,
            help=N_("Apply the new scheme as a version from this day on, not to all events."),
        ),
    ] = "",
    steps: Annotated[
        bool,
        typer.Option("--steps", help=N_("Apply the changes one after the other, not each alone.")),
    ] = False,
    form: Annotated[
        ImpactFormat,
        typer.Option(
            "--format", metavar=one_of(ImpactFormat), help=N_("How the impact is written.")
        ),
    ] = ImpactFormat.TABLE,
    top: Annotated[
        int, typer.Option(metavar=NUMBER, help=N_("Subjects to show; 0 shows all."))
    ] = 20,
    workdays: WorkdaysOpt = None,
    status: StatusOpt = "",
    lang: LangOpt = None,
) -> None:
    """Print who gains, who loses, who changes tier, and which change did it."""
    language = choose_language(lang)
    check_number(top, 0, "--top", language)
    first, begins = read_day(as_of, "--as-of", language), read_day(since, "--from", language)
    before, after = load_side(old, language), load_side(new, language)
    fields = [declared_fields([*before, *after], side) for side in ("subject", "event")]
    try:
        people = read_roster(roster, fields[0]) if roster is not None else None
        read = read_rows(events, fields[1])
        day = first if first is not None else default_day(read.events, before)[0]
        calendar = read_workdays(workdays) if workdays is not None else None
        with at_work(say(N_("comparing")), language):
            found = measure_impact(
                before,
                after,
                people,
                (*read.events, *read.refused),
                day,
                status=english(STEPS, status),
                workdays=calendar,
                since=begins,
                steps=steps,
            )
    except JifenError as error:
        in_trouble(error, language)
    except OSError as error:
        fail(say(N_("{file} cannot be read"), file=str(error.filename or events)), language)
    except ValueError as error:
        fail(say("{file}: {detail}", file=str(new), detail=str(error)), language)
    if form is ImpactFormat.JSON:
        typer.echo(impact_json(found, language))
    elif form is ImpactFormat.CSV:
        typer.echo(impact_csv(found, people, language), nl=False)
    else:
        console = Console(soft_wrap=True, markup=False)
        for part in impact_tables(found, people, language, top):
            console.print(part)
    if first is None:
        tell(say(N_("as of {date}, the day of the last event"), date=str(day)), language, err=True)
    for note in refusals((*read.refused, *(people.refused if people is not None else ()))):
        tell(note, language, err=True)

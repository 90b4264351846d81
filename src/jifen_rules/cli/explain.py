"""`jifen explain`: where one subject's points come from."""

from typing import Annotated

import typer

from ..explain import explain_subject
from ..message import N_, say
from ..render.to_json import render_statement_data
from ..render.to_text import render_statement
from .inputs import evaluate
from .options import (
    AsOfOpt,
    EventsArg,
    KnownOnOpt,
    LangOpt,
    RosterOpt,
    SchemesArg,
    StatusOpt,
    TextFormat,
    WorkdaysOpt,
    one_of,
)
from .output import choose_language, fail


def explain(
    schemes: SchemesArg,
    events: EventsArg,
    subject: Annotated[str, typer.Option(metavar=N_("SUBJECT"), help=N_("Whose points."))],
    event: Annotated[str, typer.Option(metavar=N_("EVENT"), help=N_("Only this event."))] = "",
    period: Annotated[
        str,
        typer.Option(
            metavar=N_("PERIOD"),
            help=N_("The period, such as 2024."),
            show_default=N_("the last one"),
        ),
    ] = "",
    roster: RosterOpt = None,
    as_of: AsOfOpt = "",
    known_on: KnownOnOpt = "",
    workdays: WorkdaysOpt = None,
    status: StatusOpt = "",
    form: Annotated[
        TextFormat,
        typer.Option(
            "--format", metavar=one_of(TextFormat), help=N_("How the statement is written.")
        ),
    ] = TextFormat.TEXT,
    lang: LangOpt = None,
) -> None:
    """Print the statement of one subject."""
    language = choose_language(lang)
    done = evaluate(schemes, events, roster, as_of, status, language, known_on, workdays)
    try:
        statement = explain_subject(
            done.schemes, done.roster, done.result, subject, period=period, event=event
        )
    except KeyError as error:
        fail(say(N_("nothing is known of '{name}'"), name=str(error.args[0])), language)
    render = render_statement if form is TextFormat.TEXT else render_statement_data
    typer.echo(render(statement, language))
    done.finish(language)

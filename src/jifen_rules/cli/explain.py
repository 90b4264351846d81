"""`jifen explain`: where one subject's points come from."""

from typing import Annotated

import typer

from ..explain import explain_subject
from ..message import N_, say
from ..render.to_json import render_statement_data
from ..render.to_text import render_statement
from .inputs import evaluate_files
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
)
from .output import choose_language, fail


def explain(
    schemes: SchemesArg,
    events: EventsArg,
    subject: Annotated[str, typer.Option(help="Whose points.")],
    event: Annotated[str, typer.Option(help="Only this event.")] = "",
    period: Annotated[str, typer.Option(help="Such as 2024; else the last one.")] = "",
    roster: RosterOpt = None,
    as_of: AsOfOpt = None,
    known_on: KnownOnOpt = None,
    workdays: WorkdaysOpt = None,
    status: StatusOpt = "",
    form: Annotated[TextFormat, typer.Option("--format")] = TextFormat.TEXT,
    lang: LangOpt = None,
) -> None:
    """Say where one subject's points come from, and what is missing for the next tier.

    Example: jifen explain scheme.yaml events.csv --roster roster.csv --subject P001 --lang zh
    """
    language = choose_language(lang)
    found = evaluate_files(schemes, events, roster, as_of, status, language, known_on, workdays)
    loaded, people, result = found.schemes, found.roster, found.result
    try:
        statement = explain_subject(loaded, people, result, subject, period=period, event=event)
    except KeyError as error:
        fail(say(N_("nothing is known of '{name}'"), name=str(error.args[0])), language)
    render = render_statement if form is TextFormat.TEXT else render_statement_data
    typer.echo(render(statement, language))
    if found.refused:
        raise typer.Exit(1)

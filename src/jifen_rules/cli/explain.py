"""`jifen explain`: where one subject's points come from."""

from typing import Annotated, NoReturn

import typer

from ..core.message import N_, msg
from ..report.explain import Explainer, find_subject, unknown_subject
from ..report.render.language import Language, words
from ..report.render.to_json import render_statement_data
from ..report.render.to_text import render_statement
from .inputs import evaluate_files, print_notes
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
from .output import choose_language, fail, tell


def explain(
    schemes: SchemesArg,
    events: EventsArg,
    subject: Annotated[
        str, typer.Option(metavar=N_("SUBJECT"), help=N_("Whose points: an id or a name."))
    ],
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
    done = evaluate_files(schemes, events, roster, as_of, status, language, known_on, workdays)
    explainer = Explainer(done.schemes, done.roster, done.result)
    found = find_subject(done.roster, done.result, subject)
    if len(found) > 1:
        text = N_("'{name}' is the name of several: {ids}; give the id of one")
        fail(msg(text, name=subject, ids=", ".join(found)), language)
    one = found[0] if found else subject
    try:
        statement = explainer.statement(one, period=period, event=event)
    except KeyError as error:
        _refuse(explainer, subject, one, str(error.args[0]), period, language)
    render = render_statement if form is TextFormat.TEXT else render_statement_data
    typer.echo(render(statement, language))
    print_notes(done, language)


def _refuse(
    explainer: Explainer, asked: str, subject: str, missing: str, period: str, language: Language
) -> NoReturn:
    """Print why there is no statement, and exit with 2.

    Suggest the subjects that may be meant, or print why each event was refused.
    """
    scored = any(score.subject == subject for score in explainer.result.scores)
    if scored and missing != subject:
        fail(
            msg(N_("there is no event '{name}' of that subject and period"), name=missing), language
        )
    if scored:
        labels = {s.period.label: None for s in explainer.result.scores if s.subject == subject}
        text = N_("there is no period '{name}' of that subject; there are: {periods}")
        fail(msg(text, name=period, periods=", ".join(labels)), language)
    refused = explainer.refused(subject)
    tell(unknown_subject(explainer.roster, explainer.result, asked, refused), language, err=True)
    for line in refused:
        typer.echo(f"  {words(line.sentence, language)}", err=True)
    raise typer.Exit(2)

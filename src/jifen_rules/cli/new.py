"""`jifen new`: write a first scheme from a template and a few answers."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from ..core.message import N_, msg
from ..core.problem import SchemeError
from ..report.render.language import Language, problem_words, words
from ..tables.start import QUESTIONS, TEMPLATES, start_scheme, usual_answers
from .deliver import ForceOpt, deliver, refuse_existing
from .options import DATE, FILE, NAME, Keys, KeysOpt, LangOpt
from .output import choose_language, fail, tell

_FileArg = Annotated[
    Path,
    typer.Argument(metavar=FILE, help=N_("The file to write; - writes to the output.")),
]
_TemplateOpt = Annotated[
    str, typer.Option(metavar=NAME, help=N_("The template to start from; see --list."))
]
_SchemeOpt = Annotated[str | None, typer.Option("--id", metavar=NAME, help=N_("Id of the scheme."))]
_NameOpt = Annotated[str | None, typer.Option(metavar=NAME, help=N_("Name of the scheme."))]
_StartOpt = Annotated[
    str | None,
    typer.Option("--from", metavar=DATE, help=N_("First day in force."), show_default=N_("today")),
]
_PeriodOpt = Annotated[
    str | None,
    typer.Option(metavar=N_("PERIOD"), help=N_("What a score is about: year, quarter, …")),
]
_BaseOpt = Annotated[
    str | None,
    typer.Option(metavar=N_("POINTS"), help=N_("Points at the start of a period.")),
]
_FloorOpt = Annotated[
    str | None,
    typer.Option(metavar=N_("FLOOR"), help=N_("Lowest total: '0 kept', '0 lost' or none.")),
]
_AtPeriodEndOpt = Annotated[
    str | None,
    typer.Option(metavar="clear|carry", help=N_("What becomes of points at a period's end.")),
]
_YesOpt = Annotated[
    bool, typer.Option("--yes", "-y", help=N_("Ask nothing; take the template's answers."))
]
_ListingOpt = Annotated[bool, typer.Option("--list", help=N_("List the templates and exit."))]


def new(
    file: _FileArg = Path("scheme.yaml"),
    template: _TemplateOpt = "household",
    scheme: _SchemeOpt = None,
    name: _NameOpt = None,
    start: _StartOpt = None,
    period: _PeriodOpt = None,
    base: _BaseOpt = None,
    floor: _FloorOpt = None,
    at_period_end: _AtPeriodEndOpt = None,
    yes: _YesOpt = False,
    listing: _ListingOpt = False,
    keys: KeysOpt = Keys.EN,
    force: ForceOpt = False,
    lang: LangOpt = None,
) -> None:
    """Write a new scheme from a template and answers."""
    language = choose_language(lang)
    if listing:
        _list_templates(language)
        return
    _refuse_unknown(template, language)
    refuse_existing(file, language, force=force)
    given = {
        "scheme": scheme,
        "name": name,
        "effective_from": start,
        "period": period,
        "base": base,
        "floor": floor,
        "at_period_end": at_period_end,
    }
    spelling: Literal["en", "zh"] = "zh" if keys is Keys.ZH else "en"
    usual = usual_answers(template, spelling) | {"effective_from": date.today().isoformat()}
    answers = {
        key: _answer(
            template,
            key,
            answer if answer is not None or not yes else usual[key],
            usual[key],
            language,
        )
        for key, answer in given.items()
    }
    deliver(start_scheme(template, answers, spelling), file, language, force=force)
    if str(file) != "-":
        text = N_("{file} is written; put in your own figures, then: jifen check {file}")
        tell(msg(text, file=str(file)), language)


def _list_templates(language: Language) -> None:
    for known in TEMPLATES:
        typer.echo(f"{known.name}: {words(msg(known.about), language)}")


def _refuse_unknown(template: str, language: Language) -> None:
    if template not in {known.name for known in TEMPLATES}:
        names = ", ".join(known.name for known in TEMPLATES)
        text = N_("there is no template '{name}'; there are {names}")
        fail(msg(text, name=template, names=names), language)


def _answer(template: str, key: str, given: str | None, usual: str, language: Language) -> str:
    """Return the given answer, or ask for it.

    Ask again until the answer is valid; an invalid given answer exits with 2.
    """
    question = words(msg(QUESTIONS[key]), language)
    while True:
        try:
            answer = given if given is not None else typer.prompt(question, default=usual, err=True)
            start_scheme(template, {key: answer})
        except typer.Abort:
            fail(msg(N_("nobody answers; --yes takes the usual answers")), language)
        except SchemeError as error:
            complaint, remedy = problem_words(error.problems[0], language)
            said = msg(
                "{question}: {complaint}; {remedy}",
                question=question,
                complaint=complaint,
                remedy=remedy,
            )
            if given is not None:
                fail(said, language)
            tell(said, language, err=True)
        else:
            return str(answer)

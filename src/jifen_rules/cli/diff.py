"""`jifen diff`: print how the meaning of a scheme has changed."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..analysis.change import diff_schemes
from ..core.message import N_
from ..core.problem import JifenError
from ..report.render.to_diff import diff_json, diff_markdown, diff_text
from .inputs import refuse_twice
from .options import LangOpt, one_of
from .output import choose_language
from .versions import in_trouble, load_side


class DiffFormat(StrEnum):
    """How changes are written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


OldArg = Annotated[
    Path,
    typer.Argument(
        metavar=N_("OLD"), help=N_("The scheme as it was; a folder holds its versions.")
    ),
]
NewArg = Annotated[
    Path,
    typer.Argument(metavar=N_("NEW"), help=N_("The scheme as it is to be, or a folder likewise.")),
]


def diff(
    old: OldArg,
    new: NewArg,
    form: Annotated[
        DiffFormat,
        typer.Option("--format", metavar=one_of(DiffFormat), help=N_("How changes are written.")),
    ] = DiffFormat.TEXT,
    lang: LangOpt = None,
) -> None:
    """Print what changed; exit with 0 if nothing did, 1 if something did, 2 in trouble."""
    language = choose_language(lang)
    refuse_twice([old, new], language)
    before, after = load_side(old, language), load_side(new, language)
    try:
        found = diff_schemes(before, after)
    except JifenError as error:
        in_trouble(error, language)
    write = {
        DiffFormat.TEXT: diff_text,
        DiffFormat.JSON: diff_json,
        DiffFormat.MARKDOWN: diff_markdown,
    }[form]
    typer.echo(write(found, language).rstrip("\n"))
    raise typer.Exit(int(bool(found)))

"""What subcommands print besides their result: problems, notes, and why they end."""

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import typer

from ..message import Message
from ..problem import Problem
from ..render.language import Language, language_of, words
from ..render.to_text import render_problem
from .options import Lang


def choose_language(lang: Lang | None) -> Language:
    """The language that was asked for, else that of the locale."""
    return language_of() if lang is None else "zh" if lang is Lang.ZH else "en"


def tell(message: Message, lang: Language, *, err: bool = False) -> None:
    """Print a sentence."""
    typer.echo(words(message, lang), err=err)


def show(problems: Iterable[Problem], lang: Language, *, err: bool) -> None:
    """Print problems in their order, each with its excerpt."""
    texts: dict[str, str] = {}
    for problem in sorted(problems, key=lambda problem: problem.sort_key):
        file = problem.place.file
        if file not in texts:
            texts[file] = Path(file).read_bytes().decode("utf-8-sig", errors="replace")
        typer.echo(render_problem(problem, texts[file], lang) + "\n", err=err)


def fail(message: Message, lang: Language) -> NoReturn:
    """Say what is wrong with the call, and end with 2."""
    tell(message, lang, err=True)
    raise typer.Exit(2)

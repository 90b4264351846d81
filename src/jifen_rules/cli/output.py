"""What subcommands print besides their result: problems, notes, and why they end."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn, TextIO

import typer

from ..message import Message
from ..problem import Problem
from ..render.language import Language, language_of, words
from ..render.to_text import render_problem
from ..tree import MAX_BYTES
from .options import Lang

EMPTY: Final[Mapping[str, str]] = MappingProxyType({})


def choose_language(lang: Lang | None) -> Language:
    """The language that was asked for, else that of the locale."""
    return language_of() if lang is None else "zh" if lang is Lang.ZH else "en"


def tell(message: Message, lang: Language, *, err: bool = False) -> None:
    """Print a sentence."""
    typer.echo(words(message, lang), err=err)


def show(
    problems: Iterable[Problem], lang: Language, *, err: bool, given: Mapping[str, str] = EMPTY
) -> None:
    """Print problems in their order, each with its excerpt; `given` is not read from its file."""
    ordered = in_order(problems)
    texts, coloured = texts_of(ordered, given), is_coloured(sys.stderr if err else sys.stdout)
    shown = (render_problem(p, texts[p.place.file], lang, coloured=coloured) for p in ordered)
    typer.echo("".join(f"{text}\n\n" for text in shown), nl=False, err=err)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by place, then code."""
    return sorted(problems, key=lambda problem: problem.sort_key)


def texts_of(problems: Iterable[Problem], given: Mapping[str, str] = EMPTY) -> dict[str, str]:
    """The contents of the files that problems speak of, as far as they can be read."""
    texts = dict(given)
    for problem in problems:
        for place in (problem.place, *problem.related):
            if place.file not in texts:
                texts[place.file] = _text(place.file)
    return texts


def _text(file: str) -> str:
    try:
        with Path(file).open("rb") as source:
            return source.read(MAX_BYTES).decode("utf-8-sig", errors="replace")
    except (OSError, ValueError):
        return ""


def is_coloured(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose reader has not asked for plain text."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def fail(message: Message, lang: Language) -> NoReturn:
    """Say what is wrong with the call, and end with 2."""
    tell(message, lang, err=True)
    raise typer.Exit(2)

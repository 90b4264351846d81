"""The output of subcommands besides their result: problems, notes, and reasons to exit."""

import os
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn, TextIO

import typer

from ..core.message import N_, Message, msg
from ..core.problem import Problem, sort_problems
from ..core.values import parse_day
from ..report.render.language import Language, words
from ..report.render.to_text import render_problem
from ..syntax.tree import MAX_BYTES
from .language import reader_language
from .options import Lang

EMPTY: Final[Mapping[str, str]] = MappingProxyType({})


def fail_for_parquet(language: Language) -> NoReturn:
    """Exit with 2: a trace in Parquet needs an extra that is not installed."""
    text = N_("a trace in Parquet needs more: python -m pip install 'jifen-rules[arrow]'")
    fail(msg(text), language)


def choose_language(lang: Lang | None) -> Language:
    """Return the requested language, else that of the run."""
    return reader_language() if lang is None else "zh" if lang is Lang.ZH else "en"


def tell(message: Message, lang: Language, *, err: bool = False) -> None:
    """Print a sentence."""
    typer.echo(words(message, lang), err=err)


def show(
    problems: Iterable[Problem], lang: Language, *, err: bool, given: Mapping[str, str] = EMPTY
) -> None:
    """Print problems in order, each with its excerpt; `given` replaces texts of files."""
    ordered = sort_problems(problems)
    texts, coloured = texts_of(ordered, given), is_coloured(sys.stderr if err else sys.stdout)
    shown = (render_problem(p, texts[p.place.file], lang, coloured=coloured) for p in ordered)
    typer.echo("".join(f"{text}\n\n" for text in shown), nl=False, err=err)


def texts_of(problems: Iterable[Problem], given: Mapping[str, str] = EMPTY) -> dict[str, str]:
    """Return the contents of the files of problems, as far as they can be read."""
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


def is_coloured(stream: TextIO | None) -> bool:
    """Tell whether a stream is a terminal without a request for plain text.

    A stream that was closed before the start is None.
    """
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream is not None and stream.isatty() and not plain


def fail(message: Message, lang: Language) -> NoReturn:
    """Print what is wrong with the call, and exit with 2."""
    tell(message, lang, err=True)
    raise typer.Exit(2)


def stop(problems: Iterable[Problem], lang: Language) -> NoReturn:
    """Print the problems of a file, and exit with 1; with 2 if an extra is missing."""
    shown = tuple(problems)
    show(shown, lang, err=True)
    raise typer.Exit(2 if any(p.fault.name == "reader-not-installed" for p in shown) else 1)


def read_day(text: str, option: str, lang: Language) -> date | None:
    """Return the day of an option, None without one; an invalid day exits with 2.

    It may be written as in a sheet of events: 2024/12/31, 2024年12月31日.
    """
    try:
        return parse_day(text) if text else None
    except ValueError:
        said = N_("{option} takes a day such as 2024-12-31 or 2024年12月31日, not '{value}'")
        fail(msg(said, option=option, value=text), lang)


def check_number(number: int, least: int, option: str, lang: Language) -> None:
    """Exit with 2 if the number of an option is below its minimum."""
    if number < least:
        said = N_("{option} takes a number from {least}, not '{value}'")
        fail(msg(said, option=option, least=str(least), value=str(number)), lang)

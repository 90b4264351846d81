"""Arguments and options that several subcommands take, each described once.

The `metavar` of an option is its kind of value; help and usage errors print it.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from ..core.message import N_

FILE: Final = N_("FILE")
DATE: Final = N_("DATE")
NAME: Final = N_("NAME")
NUMBER: Final = N_("NUMBER")


class Lang(StrEnum):
    """The languages of messages."""

    EN = "en"
    ZH = "zh"


class Keys(StrEnum):
    """The spellings of keys and fixed words."""

    EN = "en"
    ZH = "zh"


class TextFormat(StrEnum):
    """How statements are written."""

    TEXT = "text"
    JSON = "json"


def one_of(choices: type[StrEnum]) -> str:
    """Return the values of a choice as the metavar of an option."""
    return "|".join(choices)


SchemesArg = Annotated[
    list[Path],
    typer.Argument(metavar=N_("SCHEME"), help=N_("The scheme, or its dated versions.")),
]
SchemeArg = Annotated[Path, typer.Argument(metavar=N_("SCHEME"), help=N_("The scheme."))]
EventsArg = Annotated[
    Path,
    typer.Argument(
        metavar=N_("EVENTS"),
        help=N_("Events: JSON Lines, CSV or Excel; - reads JSON Lines from the input."),
    ),
]
RosterOpt = Annotated[
    Path | None,
    typer.Option("--roster", metavar=FILE, help=N_("The roster: JSON Lines, CSV or Excel.")),
]
AsOfOpt = Annotated[
    str,
    typer.Option(
        "--as-of",
        metavar=DATE,
        help=N_("The last day that counts."),
        show_default=N_("the day of the last event"),
    ),
]
StatusOpt = Annotated[
    str,
    typer.Option(
        "--status",
        metavar=N_("STEP"),
        help=N_("The step of the process that events without a status have passed."),
    ),
]
KnownOnOpt = Annotated[
    str,
    typer.Option(
        "--known-on",
        metavar=DATE,
        help=N_("The board as it was known on this day: without what was recorded later."),
    ),
]
WorkdaysOpt = Annotated[
    Path | None,
    typer.Option(
        "--workdays",
        metavar=FILE,
        help=N_("Calendar of days off and moved working days: JSON Lines or CSV."),
    ),
]
WorkersOpt = Annotated[
    int,
    typer.Option(
        "--workers",
        metavar=NUMBER,
        help=N_("Number of processes that share the work; useful with --trace or many events."),
    ),
]
MaskOpt = Annotated[
    bool, typer.Option("--mask", help=N_("Leave only the first sign of names and ids."))
]
LangOpt = Annotated[
    Lang | None,
    typer.Option(
        "--lang",
        metavar=one_of(Lang),
        help=N_("Language of messages."),
        show_default=N_("the locale's"),
    ),
]
KeysOpt = Annotated[
    Keys,
    typer.Option(
        "--keys",
        metavar=one_of(Keys),
        help=N_("Write keys and fixed words in English or Chinese."),
    ),
]

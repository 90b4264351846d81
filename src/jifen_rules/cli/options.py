"""Arguments and options that several subcommands take, each described once."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


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


SchemesArg = Annotated[
    list[Path],
    typer.Argument(help="The scheme, or its dated versions.", exists=True, dir_okay=False),
]
EventsArg = Annotated[
    Path, typer.Argument(help="Events: JSON Lines or CSV; - reads JSON Lines from the input.")
]
RosterOpt = Annotated[
    Path | None, typer.Option("--roster", help="The roster: JSON Lines or CSV.", exists=True)
]
AsOfOpt = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help="Last day that counts; else that of the last event."
    ),
]
StatusOpt = Annotated[
    str, typer.Option("--status", help="The step that events without a status have passed.")
]
KnownOnOpt = Annotated[
    datetime | None,
    typer.Option(
        "--known-on", formats=["%Y-%m-%d"],
        help="As it was known then: what was recorded later is left out.",
    ),
]  # fmt: skip
WorkdaysOpt = Annotated[
    Path | None,
    typer.Option("--workdays", help="Days off and moved working days: JSON Lines or CSV.", exists=True),
]  # fmt: skip
WorkersOpt = Annotated[
    int,
    typer.Option(
        "--workers", min=1,
        help="So many processes share the work; worth it with --trace, or many events.",
    ),
]  # fmt: skip
LangOpt = Annotated[Lang | None, typer.Option("--lang", help="Else by the locale.")]
KeysOpt = Annotated[
    Keys, typer.Option("--keys", help="Keys and fixed words in English or Chinese.")
]

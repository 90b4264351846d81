"""`jifen schema`: the JSON Schema by which editors complete and underline a scheme."""

import json
from typing import Annotated

import typer

from ..message import N_
from ..render.language import Language
from ..render.to_json_schema import scheme_schema
from .options import Keys, KeysOpt, LangOpt
from .output import choose_language


def schema(
    keys: KeysOpt = Keys.EN,
    both: Annotated[
        bool, typer.Option("--both", help=N_("Accept either spelling of keys and words."))
    ] = False,
    lang: LangOpt = None,
) -> None:
    """Print the JSON Schema; its descriptions are in the language of messages."""
    spelling: Language = "zh" if keys is Keys.ZH else "en"
    found = scheme_schema(choose_language(lang), keys=spelling, both=both)
    typer.echo(json.dumps(found, ensure_ascii=False))

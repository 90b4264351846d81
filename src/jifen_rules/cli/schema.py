"""`jifen schema`: the JSON Schema by which editors complete and underline a scheme."""

import json
from typing import Annotated

import typer

from ..render.to_json_schema import scheme_schema
from .options import Lang
from .output import choose_language


def schema(
    lang: Annotated[
        Lang | None, typer.Option("--lang", help="Of keys, words and descriptions; else by the locale.")
    ] = None,
    both: Annotated[
        bool, typer.Option("--both", help="Accept either spelling of keys and words.")
    ] = False,
) -> None:  # fmt: skip
    """Print a JSON Schema (draft-07) of schemes, for completion in any editor of YAML.

    Example: jifen schema --lang zh > scheme.schema.json
    """
    found = scheme_schema(choose_language(lang), both=both)
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))

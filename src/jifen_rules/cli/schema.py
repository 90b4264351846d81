"""`jifen schema`: print the JSON Schema that editors use for schemes and cases."""

import json
from typing import Annotated

import typer

from ..core.message import N_
from ..report.render.language import Language
from ..report.render.to_cases_schema import cases_schema
from ..report.render.to_json_schema import scheme_schema
from .options import Keys, KeysOpt, LangOpt
from .output import choose_language


def schema(
    keys: KeysOpt = Keys.EN,
    both: Annotated[
        bool, typer.Option("--both", help=N_("Accept either spelling of keys and words."))
    ] = False,
    cases: Annotated[
        bool, typer.Option("--cases", help=N_("The schema of files of cases instead."))
    ] = False,
    lang: LangOpt = None,
) -> None:
    """Print the JSON Schema; its descriptions are in the language of messages."""
    language = choose_language(lang)
    spelling: Language = "zh" if keys is Keys.ZH else "en"
    found = cases_schema(language) if cases else scheme_schema(language, keys=spelling, both=both)
    typer.echo(json.dumps(found, ensure_ascii=False))

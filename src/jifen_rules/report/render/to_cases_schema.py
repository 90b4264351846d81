"""The keys of a file of cases -> a JSON Schema (draft-07), for completion in editors.

Describes single values; names of a scheme and required fields of events are checked by a run.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ...cases.case import CASE_KEYS, FIGURES
from ...core.message import N_
from ...core.vocabulary import CASES, YES_NO, Language
from ..explain import ENTRY_OUTCOMES
from .language import translate
from .to_json_schema import DRAFT, Json

_TEXT: Final[Json] = {"type": ["string", "number", "boolean"]}
_TEXTS: Final[Json] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_ROWS: Final[Json] = {"type": "array", "items": {"type": "object", "additionalProperties": _TEXT}}
_YES_NO: Final[Json] = {"enum": [*YES_NO, *YES_NO.values(), True, False]}
_DAY: Final[Json] = {"type": "string", "examples": ["2024-12-31"]}


def _by_name(value: Json) -> dict[str, Json]:
    return {"type": "object", "additionalProperties": value}


def _either(*schemas: Json) -> dict[str, Json]:
    return {"anyOf": [*schemas]}


_BY_FIGURE: Final[Json] = _by_name(_by_name(_TEXT))
_SHAPES: Final[Mapping[str, Json]] = {
    "totals": _by_name(_either(_TEXT, _by_name(_TEXT))),
    "tiers": _BY_FIGURE,
    "ledgers": _BY_FIGURE,
    "categories": _BY_FIGURE,
    "rights": _BY_FIGURE,
    "actions": _BY_FIGURE,
    "received": _BY_FIGURE,
    "shares": _BY_FIGURE,
    "granted": _by_name(_TEXTS),
    "notes": _by_name(_either(_TEXTS, _by_name(_YES_NO))),
    "boards": _by_name(_TEXTS),
    "problems": {"type": "array", "items": _TEXT},
}


def cases_schema(lang: Language) -> dict[str, Json]:
    """Return the JSON Schema of a file of cases; its descriptions are in a language.

    Keys may be in English or Chinese, as in the file itself.
    """
    case = {key: _said(CASE_KEYS[key], shape, lang) for key, shape in _case(lang).items()}
    whole: dict[str, Json] = {
        "cases": {"type": "array", "items": _mapping(case, ("name", "expect"))},
        "given": _mapping({key: case[key] for key in case if key not in ("name", "rows")}, ()),
    }
    return {
        "$schema": DRAFT,
        "title": translate(N_("Cases of a scheme of village points (积分制)"), lang),
        **_mapping(whole, ("cases",)),
    }


def _case(lang: Language) -> Mapping[str, Json]:
    event = _either({"type": "string"}, {"type": "object"})
    return {
        "name": _TEXT,
        "as_of": _DAY,
        "roster": _ROWS,
        "events": _either(event, {"type": "array", "items": event}),
        "expect": _mapping(_figures(lang), ()),
        "rows": _ROWS,
        "scheme": {"type": "string"},
        "set": {"type": "object"},
        "recorded": _DAY,
        "signed": _TEXT,
    }


def _figures(lang: Language) -> dict[str, Json]:
    shapes = {**_SHAPES, "entries": _by_name(_either(_TEXT, _entry(lang)))}
    return {key: _said(FIGURES[key], shapes[key], lang) for key in FIGURES}


def _entry(lang: Language) -> Json:
    words: list[Json] = [
        {"const": outcome.value, "description": translate(text, lang)}
        for outcome, text in ENTRY_OUTCOMES.items()
    ]
    of_row: Json = {"type": "string", "pattern": r"\{.+\}"}
    outcome: Json = {"anyOf": [*words, of_row]}
    return {"type": "object", "properties": {"outcome": outcome}, "additionalProperties": _TEXT}


def _said(text: str, shape: Json, lang: Language) -> Json:
    assert isinstance(shape, dict)  # of the type, any JSON; here a schema
    return {"description": translate(text, lang), **shape}


def _mapping(properties: dict[str, Json], needs: Iterable[str]) -> dict[str, Json]:
    """Return the schema of a mapping whose keys may be in either language."""
    in_chinese = {CASES[key]: shape for key, shape in properties.items()}
    either: list[Json] = [
        {"anyOf": [{"required": [key]}, {"required": [CASES[key]]}]} for key in needs
    ]
    return {
        "type": "object",
        "properties": {**properties, **in_chinese},
        "additionalProperties": False,
        **({"allOf": either} if either else {}),
    }

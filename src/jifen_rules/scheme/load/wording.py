"""A validation error -> a problem in the words of the language, at its place."""

from collections.abc import Mapping

from pydantic_core import ErrorDetails

from ...core.faults import FAULTS
from ...core.message import N_, Terms, Value, did_you_mean, msg
from ...core.problem import Place, Problem
from ...core.vocabulary import KEYS, chinese, english
from ..model import FORMS, Path
from .document import at, english_path, known_keys


def problem_at(
    detail: ErrorDetails,
    path: Path,
    missing: str | None,
    places: Mapping[Path, Place],
    data: object,
) -> Problem:
    """Say a validation error in the words of the language."""
    kind = detail["type"]
    clean = english_path(path)
    values: dict[str, Value] = {k: str(v) for k, v in (detail.get("ctx") or {}).items()}
    at_key = detail["loc"][-1] == "[key]"
    if kind == "missing":
        name = {"for_": "for"}.get(missing or "", missing or "")
        key = _as_its_author(name, path, data)
        fault, values = "missing-key", {"what": _what(clean, data, path), "key": key}
        at_key = True
    elif kind == "extra_forbidden":
        fault, values = _extra(path, data, str(values.get("meant", "")))
        at_key = True
    elif kind == "union_tag_not_found" or kind == "union_tag_invalid":
        fault = "no-consequence" if is_consequence(path) else "points-without-form"
        values = {"forms": Terms(FORMS)}
    elif kind in FAULTS:
        fault = kind
        values.setdefault("key", str(path[-1]) if path else "")
        values |= {k: msg(str(values[k])) for k in ("wanted", "found", "what") if k in values}
        if "choices" in values:
            choices = tuple(str(values["choices"]).split(", "))
            spellings = [*choices, *(zh for word in choices for zh in chinese(word))]
            values["choices"] = Terms(choices)
            otherwise = msg(N_("write one of: {choices}"), choices=Terms(choices))
            values["hint"] = did_you_mean(str(values.get("text", "")), spellings, otherwise)
    else:
        fault = "wrong-shape"
        values = {
            "key": str(path[-1]) if path else "scheme",
            "wanted": _wanted(kind),
            "found": _found(detail["input"]),
        }
    place = _look_up(places, clean, at_key)
    return Problem(FAULTS[fault], place, values)


def _look_up(places: Mapping[Path, Place], path: Path, at_key: bool) -> Place:
    if at_key and (*path, "key") in places:
        return places[(*path, "key")]
    for length in range(len(path), -1, -1):
        if path[:length] in places:
            return places[path[:length]]
    return Place("", 1, 1)


def _extra(path: Path, data: object, meant: str) -> tuple[str, dict[str, Value]]:
    """Tell a second form and a near miss from a key that is simply not known."""
    key = str(path[-1]) if path else ""
    siblings = at(data, path[:-1]) if path else {}
    if english(KEYS, key) in FORMS and isinstance(siblings, dict):
        written = {english(KEYS, str(other)): str(other) for other in siblings if other != key}
        form = next((written[form] for form in FORMS if form in written), None)
        if form is not None:
            return "second-form", {"key": key, "form": form}
    if english(KEYS, key) in KEYS:
        hint = msg(N_("'{key}' is a word of the language, but it cannot stand here"), key=key)
    else:
        otherwise = msg(N_("take it out, or look the key up in the language page"))
        hint = did_you_mean(key, [meant] if meant else known_keys(), otherwise)
    return "unknown-key", {"key": key, "hint": hint}


CONSEQUENCES = ("points", "veto", "grade", "action")
"""The keys by which a consequence is known."""


def is_consequence(path: Path) -> bool:
    """Say whether what stands at a path follows from something."""
    return "then" in english_path(path)[-2:]


def _as_its_author(key: str, path: Path, data: object) -> str:
    """Write a key in the spelling of the keys beside it; where there are none, of those around."""
    for length in range(len(path), -1, -1):
        node = at(data, path[:length])
        own = [k for k in node if k in known_keys()] if isinstance(node, dict) else []
        if own:
            return KEYS.get(key, key) if any(k not in KEYS for k in own) else key
    return key


def _what(clean: Path, data: object, path: Path) -> Value:
    """Name the thing that lacks a key: its id or name where it has one."""
    node = at(data, path)
    if isinstance(node, dict):
        for key in ("id", "编号", "name", "名称"):
            if key in node:
                return msg(N_("'{name}'"), name=str(node[key]))
    kinds = {
        "indicators": N_("the indicator"),
        "categories": N_("the category"),
        "tiers": N_("the ladder"),
        "levels": N_("the level"),
        "caps": N_("the cap"),
        "ledgers": N_("the ledger"),
        "rewards": N_("the reward"),
        "process": N_("the step"),
    }
    named = [kinds[part] for part in clean if isinstance(part, str) and part in kinds]
    return msg(named[-1] if named else N_("the scheme"))


def _wanted(kind: str) -> Value:
    if kind in ("tuple_type", "list_type"):
        return msg(N_("a list"))
    if kind in ("model_type", "model_attributes_type", "dict_type", "mapping_type"):
        return msg(N_("a mapping"))
    if kind in ("too_short", "missing_argument"):
        return msg(N_("at least one entry"))
    if kind == "too_long":
        return msg(N_("only one entry"))
    return msg(N_("another kind of value"))


def _found(value: object) -> Value:
    if isinstance(value, Mapping):
        return msg(N_("a mapping"))
    if isinstance(value, list | tuple):
        return msg(N_("a list of {count}"), count=str(len(value)))
    return f"'{value}'"

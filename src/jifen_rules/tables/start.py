"""A template and a few answers -> the text of a new scheme, comments and all.

Each answer takes the place of the template's own at the very word.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal

from ..compile import check_plan
from ..compile.variants import change_scheme
from ..core.message import N_
from ..core.problem import SchemeError, Severity
from ..scheme.load import load_scheme


@dataclass(frozen=True, slots=True)
class Template:
    """A small scheme to begin with: its name, and what it is for."""

    name: str
    about: str


TEMPLATES: Final = (
    Template(
        "household", N_("households: keeping clean, good customs, honours; stars at the year's end")
    ),
    Template("party", N_("party members: meetings, serving the people; rated each quarter")),
    Template("shop", N_("households: points that are spent in a village shop")),
)

QUESTIONS: Final[Mapping[str, str]] = {
    "scheme": N_("id of the scheme: letters, digits, - and _"),
    "name": N_("name that people read"),
    "effective_from": N_("first day in force, such as 2024-01-01"),
    "period": N_("period: year, half_year, quarter or month"),
    "base": N_("points that everybody has at the start of a period"),
    "floor": N_(
        "lowest total: '0 kept' (later points pay the debt first), '0 lost' (it is forgiven), or "
        "none"
    ),
    "at_period_end": N_("at the end of a period: clear (from the base again) or carry"),
}
"""What `start_scheme` may be told, in the order of asking."""


def start_scheme(
    template: str, answers: Mapping[str, str], keys: Literal["en", "zh"] = "en"
) -> str:
    """Write a new scheme. KeyError names an unknown template; SchemeError what does not fit."""
    if template not in {known.name for known in TEMPLATES}:
        raise KeyError(template)
    text = _text(template, keys)
    loaded = load_scheme(f"{template}.yaml", text=text)
    changes = {
        key: json.dumps(answer, ensure_ascii=False)
        if key == "name"
        else " ".join(answer.split()) or '""'
        for key, answer in answers.items()
    }
    changed = change_scheme(loaded, changes)
    wrong = [problem for problem in check_plan(changed) if problem.severity is Severity.ERROR]
    if wrong:
        raise SchemeError(wrong)
    return changed.texts[changed.file]


def usual_answers(template: str, keys: Literal["en", "zh"] = "en") -> dict[str, str]:
    """Return what the template says itself, by question."""
    loaded = load_scheme(f"{template}.yaml", text=_text(template, keys))
    rows = loaded.texts[loaded.file].splitlines()
    found = {}
    for key in QUESTIONS:
        place = loaded.places[(key,)]
        found[key] = rows[place.line - 1][place.column - 1 :][: place.width]
    return found


def _text(template: str, keys: str) -> str:
    return (files(__package__) / "templates" / f"{template}.{keys}.yaml").read_text("utf-8")

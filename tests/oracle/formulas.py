"""Formulas of a version, checked against the names that they may use."""

from collections.abc import Mapping
from inspect import signature
from typing import Any

from jifen_rules import Place
from jifen_rules.core.expression import Formula, Scope, Type
from jifen_rules.core.formula_check import parse_formula

from .reading import Version

FIXED: Mapping[str, Type] = {
    "quantity": "number",
    "level": "text",
    "place": "text",
    "role": "text",
    "rating": "text",
    "points": "number",
    "evidence": "text",
    "indicator": "text",
    "subject": "text",
    "class": "words",
    "headcount": "number",
    "days_in": "number",
    "month": "number",
    "day": "number",
    "weekday": "number",
    "raters": "number",
    "rank": "number",
    "last_rank": "number",
    "ranked": "number",
    "total": "number",
}


FACTS = ("quantity", "level", "place", "role", "rating", "points", "evidence", "time", "class")


_FORMULAS: dict[tuple[int, str], tuple[Version, Formula]] = {}


def formula_of(version: Version, text: str) -> Formula:
    """A formula of a version, checked and ready."""
    key = (id(version), text)
    if key not in _FORMULAS:
        found, problems = parse_formula(text, Place("", 1, 1), scope_of(version), None)
        if found is None:
            raise ValueError(f"{text}: {problems}")
        _FORMULAS[key] = (version, found)
    return _FORMULAS[key][1]


def scope_of(version: Version) -> Scope:
    """The names that formulas of a version may use."""
    figures = {
        "total",
        *version.items,
        *version.categories,
        *version.ledgers,
        *version.derived,
    }
    names: dict[str, Type] = dict(FIXED)
    names |= dict.fromkeys(figures, "number")
    names |= dict.fromkeys(version.ladders, "text")
    own: dict[str, Type] = {"date": "date", "time": "time", "year": "number"}
    for side in ("event", "subject"):
        for name, kind in version.field_types(side).items():
            names[name] = kind if kind in ("number", "yes_no", "date", "time") else "text"
    names |= own
    ladders = {
        key: frozenset(level.label for level in ladder.levels)
        for key, ladder in version.ladders.items()
    }
    more: dict[str, Any] = {
        "facts": frozenset(
            {*version.field_types("event"), *version.field_types("subject"), *FACTS}
        ),
        "kinds": tuple(getattr(version.scheme, "kinds", ())),
    }
    known = signature(Scope).parameters
    return Scope(
        names,
        frozenset(figures | {"added", "deducted", "any", *version.rewards}),
        ladders,
        others=True,
        **{name: value for name, value in more.items() if name in known},
    )

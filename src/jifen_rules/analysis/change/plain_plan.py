"""A plan as plain tuples in which only its meaning is left: two plans that mean the same are equal.

Names, places and bases of rules fall away, and the order of what has none.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ...core.expression import Formula
from ...core.plain_data import values_by_field
from ...plan import Grant, Mark, Plan, Versions

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Bare: TypeAlias = Any
"""Tuples, texts and numbers, one inside the other."""

FORMULA: Final = "formula"
"""The first word of what is left of a formula."""

_UNSAID: Final = frozenset(
    {"slot", "twins", "name", "scheme", "illustrative", "functions", "categories", "anchor"}
    | {"statuses", "count_step"}
)
"""What only names a thing, or follows from the rest of the plan."""
_NAMED: Final = frozenset({"Rung", "Window"})
"""What is told from others by its name."""


@dataclass(frozen=True)
class PlainPlan:
    """One plan, and each of its parts as tuples, made once."""

    plan: Plan

    @cached_property
    def parts(self) -> Mapping[str, Bare]:
        """Every field of the plan but its indicators."""
        unsaid = {*_UNSAID, "grants"}
        return {n: self.of(part) for n, part in values_by_field(self.plan) if n not in unsaid}

    @cached_property
    def grants(self) -> Mapping[str, Bare]:
        """Every indicator by its id."""
        return {name: self.of(grant) for name, grant in self.plan.grants.items()}

    @cached_property
    def standing(self) -> tuple[str, ...]:
        """The indicators that are awarded at one moment, whose order may decide which has room."""
        return tuple(grant.mark.id for grant in self.plan.standing)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Every word that a formula outside ladders and rewards says."""
        said = (self.grants, self.parts["rules"], self.parts["ledgers"], self.parts["starts"])
        return frozenset(_words(said))

    def of(self, value: object) -> Bare:
        """Give a part of the plan as tuples."""
        return _bare(value, self.plan.root)


@dataclass(frozen=True)
class PlainVersions:
    """The plans of all versions of a scheme, each as tuples."""

    versions: Versions

    @cached_property
    def plans(self) -> tuple[PlainPlan, ...]:
        """One for each version."""
        return tuple(map(PlainPlan, self.versions.plans))

    def means(self, other: "PlainVersions") -> bool:
        """Whether two schemes mean the same; what is equal as it stands is not looked into."""
        return len(self.plans) == len(other.plans) and all(
            _are_alike(one, two) for one, two in zip(self.plans, other.plans, strict=True)
        )


def _are_alike(one: PlainPlan, two: PlainPlan) -> bool:
    mine, others = one.plan.grants, two.plan.grants
    return (
        one.standing == two.standing
        and mine.keys() == others.keys()
        and all(g == others[n] or one.of(g) == two.of(others[n]) for n, g in mine.items())
        and one.parts == two.parts
    )


def _bare(value: object, root: str) -> Bare:
    match value:
        case None | str() | int():
            return value
        case tuple():
            return tuple([_bare(item, root) for item in value])
        case Mark():
            return "" if value.id == root else value.id
        case Formula():
            return (FORMULA, ast.unparse(value.tree), _bare(value.calls, root))
        case Mapping():
            return tuple(sorted(((k, _bare(v, root)) for k, v in value.items()), key=_first))
        case frozenset():
            return tuple(sorted(value))
    if isinstance(value, Grant):
        return (Grant.__name__, *_bare_fields(value, root), _steps(value))
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *_bare_fields(value, root))
    return value


def _bare_fields(value: "DataclassInstance", root: str) -> Iterator[Bare]:
    said = _said(type(value))
    return (_bare(inner, root) for name, inner in values_by_field(value) if name in said)


def _steps(grant: Grant) -> Bare:
    """Return the words of the steps at which an event counts.

    Say also whether an objection holds one back.

    At earlier steps it only waits, as an event does whose step nobody knows.
    """
    counting = sorted(word for word, step in grant.statuses.items() if step >= grant.count_step)
    waits = grant.statuses.get("object", grant.count_step) < grant.count_step
    return (grant.count_step >= 0, tuple(counting), waits)


@cache
def _said(kind: type) -> tuple[str, ...]:
    unsaid = _UNSAID - {"name"} if kind.__name__ in _NAMED else _UNSAID
    return tuple(f.name for f in fields(kind) if f.name not in unsaid)


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def _words(value: object, said: bool = False) -> Iterator[str]:
    """Yield every word of the formulas in a part of a plan."""
    if isinstance(value, Mapping):
        yield from _words(tuple(value.values()))
    elif isinstance(value, tuple):
        said = said or value[:1] == (FORMULA,)
        for item in value:
            yield from _words(item, said)
    elif isinstance(value, str) and said:
        yield from re.findall(r"\w+", value)

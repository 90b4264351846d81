"""What one event can be worth: the forms of a value, and what goes by the nth time or by size.

Points are whole numbers of 1/scale of the plan. Also `Mark`, by which every part of a plan names
its rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from ..core.expression import Formula
from ..core.rounding import Rounding
from ..core.terms import Exact, Window


@dataclass(frozen=True, slots=True)
class Mark:
    """What a step of the trace says of the rule behind it: id, name, `file:line`, basis."""

    id: str
    name: str
    place: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Fixed:
    """So much."""

    points: Exact


@dataclass(frozen=True)
class Rate:
    """So much for each unit, on the amount itself or on what is added up in a window."""

    rate: Fraction
    size: Fraction
    window: Window | None
    rounding: Rounding | None

    @cached_property
    def each(self) -> Fraction:
        """For one of what is counted."""
        return self.rate / self.size


@dataclass(frozen=True, slots=True)
class Steps:
    """From each edge on so much: (edge, whether the edge itself is excluded, points)."""

    edges: tuple[tuple[Exact, bool, Exact], ...]
    window: Window | None
    unstated: tuple[tuple[Exact, bool], ...] = ()
    """Edges from which on the points are not stated, up to the next edge."""


@dataclass(frozen=True, slots=True)
class Marginal:
    """Bands: (lower edge, points for each unit above it)."""

    bands: tuple[tuple[Fraction, Fraction], ...]
    rounding: Rounding | None


@dataclass(frozen=True, slots=True)
class Choice:
    """By a field of the event or of the subject."""

    field: str
    of_subject: bool
    table: Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Judged:
    """The event says the points, within these bounds (None: not stated)."""

    low: Exact | None
    high: Exact | None


@dataclass(frozen=True, slots=True)
class Defects:
    """Full marks less so much for each defect, never below the floor."""

    full: Exact
    each: Fraction
    floor: Exact


@dataclass(frozen=True, slots=True)
class Computed:
    """One line; its result is in points, not in 1/scale."""

    formula: Formula
    rounding: Rounding | None


@dataclass(frozen=True, slots=True)
class Wiped:
    """清零: takes exactly what is there; later points count anew."""


@dataclass(frozen=True, slots=True)
class Unstated:
    """未载明: grants nothing."""


Value: TypeAlias = (
    Fixed | Rate | Steps | Marginal | Choice | Judged | Defects | Computed | Wiped | Unstated
)


@dataclass(frozen=True, slots=True)
class Escalation:
    """By the nth time in a window: a warning in words, a multiple of the value, or points."""

    mark: Mark
    window: Window | None
    """None: while the earlier ones still count."""
    rungs: tuple[tuple[Literal["warning", "times", "points"], str, Exact], ...]
    """(kind, words of the warning, factor or points); the last one goes on."""


@dataclass(frozen=True, slots=True)
class ValidityBy:
    """How long points count, by their size (no field) or by a field of the event."""

    field: str
    edges: tuple[tuple[Exact, bool, str], ...]
    """(size, whether the size itself is excluded, how long)."""
    table: Mapping[str, str]

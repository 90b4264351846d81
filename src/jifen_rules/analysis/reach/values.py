"""What can be reached under a scheme, as plain values in points.

`None` stands for endless: there is no most, or no least.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from ...core.terms import Exact, Period
from ...plan import Cap, Mark

Reached: TypeAlias = Literal["at once", "yes", "no", "unknown"]

REASONS = (
    "bounds",
    "clears",
    "escalation",
    "formula",
    "lasts",
    "lengths",
    "long",
    "lost",
    "open",
    "others",
    "parts",
    "quantity",
    "rank",
    "ratings",
    "rounding",
    "rules",
    "standing",
    "steps",
    "then",
    "unstated",
    "veto",
    "when",
    "who",
    "windows",
)
"""Why a figure may be a bound that is not met."""


@dataclass(frozen=True, slots=True)
class Bound:
    """An end of a figure: never passed; met by some events where there is no `why`."""

    points: Fraction | None
    """None: there is no end."""
    why: tuple[str, ...] = ()
    binds: tuple[Cap, ...] = ()
    """The caps that take something at this end."""

    @property
    def is_exact(self) -> bool:
        """Whether some events bring it about (or, if it is endless, any figure)."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Range:
    """A figure at the end of the period: where it starts, the least and the most."""

    base: Fraction
    least: Bound
    most: Bound


@dataclass(frozen=True, slots=True)
class CategoryReach:
    """A category: in its own points, and as it enters what is around it."""

    own: Range
    weighed: Range


@dataclass(frozen=True, slots=True)
class Single:
    """What one event of an indicator asks for, and what the indicator alone brings to the total."""

    mark: Mark
    own: Range
    """After its own caps, however often."""
    least_event: Fraction | None
    most_event: Fraction | None
    small_gain: Fraction | None = None
    """The smallest gain that is listed; None where none is."""


@dataclass(frozen=True, slots=True)
class Climb:
    """A level by threshold: whether it can be reached from the base, and in how few events."""

    ladder: Mark
    level: str
    mark: Mark
    figure: str
    edge: Fraction
    is_open: bool
    """Whether the edge itself is not yet enough."""
    reached: Reached
    """At once: the base is enough. Unknown: only within a bound that may not be met."""
    events: int | None = None
    why: tuple[str, ...] = ()
    """Why it may take more events."""
    is_skipped: bool = False
    """Whether every figure that reaches it reaches the next better level as well."""


@dataclass(frozen=True, slots=True)
class Fall:
    """The quickest way from the base below a level: so few events, or one that grades or holds."""

    ladder: Mark
    level: str
    """The level that is lost."""
    to: str
    """The best that is then left."""
    events: int | None
    by: Literal["deducts", "veto", "grade"]
    mark: Mark | None = None
    """The indicator that grades or holds."""
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """One event: whose indicator it is of, and what it brings to the total from the base."""

    mark: Mark
    points: Fraction | None
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Reach:
    """What a fresh subject can reach in a whole period, for whom every `for` holds."""

    period: Period
    scale: int
    total: Range
    ledgers: Mapping[str, Range]
    categories: Mapping[str, CategoryReach]
    indicators: Mapping[str, Single]
    idle: tuple[Cap, ...]
    """Caps that can never take anything."""
    climbs: tuple[Climb, ...] = ()
    falls: tuple[Fall, ...] = ()
    best_act: Act | None = None
    """The one event that brings the most to the total, from the base."""
    worst_act: Act | None = None
    worst_day: Bound = field(default_factory=lambda: Bound(Fraction(0)))
    """The total after a first day on which each indicator that deducts is recorded once."""
    good: Bound = field(default_factory=lambda: Bound(Fraction(0)))
    """The total with each indicator once at its largest gain, and no deduct."""
    ordinary: Bound = field(default_factory=lambda: Bound(Fraction(0)))
    """The total with each indicator that is open to all once at its smallest listed gain."""


def in_points(points: Exact | float, scale: int) -> Fraction | None:
    """Points of 1/scale as points; endless is None."""
    if isinstance(points, float):
        return None
    return Fraction(points, scale) if isinstance(points, int) else points / scale

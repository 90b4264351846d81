"""What the engine needs of a scheme: the waist between catalog and evaluation.

Six shapes: Grant (admit and value), Combine, Cap, Weigh, Post, Close. All points are
whole numbers of 1/scale (fractions only where an event's own figure is finer).
Knows nothing of YAML, pydantic, files or events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from .expression import Formula
from .terms import Deadline, Exact, PeriodRule, Rounding, Window


@dataclass(frozen=True, slots=True)
class Mark:
    """What a step of the trace says of the rule behind it: id, name, `file:line`, basis."""

    id: str
    name: str
    place: str
    basis: str = ""


# --- value forms ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fixed:
    """So much."""

    points: Exact


@dataclass(frozen=True, slots=True)
class Rate:
    """So much for each unit, on the amount itself or on what is added up in a window."""

    rate: Fraction
    size: Fraction
    window: Window | None
    rounding: Rounding | None


@dataclass(frozen=True, slots=True)
class Steps:
    """From each edge on so much: (edge, whether the edge itself is excluded, points)."""

    edges: tuple[tuple[Fraction, bool, Exact], ...]
    window: Window | None


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
class Unstated:
    """未载明: grants nothing."""


Value: TypeAlias = Fixed | Rate | Steps | Marginal | Choice | Judged | Defects | Computed | Unstated


# --- the six shapes --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Combine:
    """Several events become one: which of them holds, and over what they are joined."""

    mark: Mark
    mode: Literal["highest", "lowest", "heaviest", "latest"]
    over: Window | None
    """The window, or None for the matter."""
    side_only: bool
    """On a category, `highest` concerns adds only and `heaviest` deducts only."""


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on what is added, deducted, the net, or times, for each window."""

    slot: str
    """What tells it from every other limit: where in the scheme it stands."""
    mark: Mark
    kind: Literal["added", "deducted", "net", "times"]
    window: Window
    high: Exact | None
    low: Exact | None = None
    lost: bool = False
    highest: bool = False

    def clamp(self, amount: Exact) -> Exact:
        """The sum that the limit lets through; a cap on deducts bounds them from below."""
        if self.kind == "deducted":
            return amount if self.high is None else max(amount, -self.high)
        low = amount if self.low is None else max(amount, self.low)
        return low if self.high is None else min(low, self.high)


@dataclass(frozen=True, slots=True)
class Weigh:
    """The border of a category: its factor, then its rounding, and where it can be held."""

    mark: Mark
    factor: Fraction
    rounding: Rounding | None


@dataclass(frozen=True, slots=True)
class Post:
    """One account that points enter: whose, which ledger, what part of which side."""

    account: str
    """Empty for the subject itself, else a relation or role."""
    ledger: str
    part: Fraction
    side: Literal["added", "deducted"] | None


@dataclass(frozen=True, slots=True)
class Held:
    """A consequence: something counts for nothing while it lasts."""

    mark: Mark
    target: str
    lasts: str
    gives: Literal["all", "before", "nothing"]
    when: Formula | None


@dataclass(frozen=True, slots=True)
class Graded:
    """A consequence: a level stands while it lasts."""

    mark: Mark
    ladder: str
    level: str
    lasts: str
    when: Formula | None


@dataclass(frozen=True, slots=True)
class Brought:
    """A consequence: further points."""

    mark: Mark
    value: Value
    posts: tuple[Post, ...]
    when: Formula | None


@dataclass(frozen=True, slots=True)
class Noted:
    """A consequence outside the figures, in words."""

    mark: Mark
    action: str
    when: Formula | None


Effect: TypeAlias = Held | Graded | Brought | Noted


@dataclass(frozen=True, slots=True)
class Repair:
    """What a wrong becomes once put right: until when, on which condition, what it brings."""

    within: Deadline | None
    when: Formula | None
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class QuantityCap:
    """At most so much of the quantity in a window, before it is valued."""

    slot: str
    mark: Mark
    bound: Fraction
    window: Window


@dataclass(frozen=True)
class Grant:
    """One indicator: whom it is for, what it is worth, and the way its points take."""

    mark: Mark
    kinds: tuple[tuple[str, ...], ...]
    """For each `for` around it, the kinds and classes of which the subject needs one."""
    value: Value | None
    rounding: Rounding | None
    when: Formula | None
    needs: frozenset[str]
    quantity_caps: tuple[QuantityCap, ...]
    combines: tuple[Combine, ...]
    path: tuple[Cap | Weigh, ...]
    posts: tuple[Post, ...]
    effects: tuple[Effect, ...]
    repair: Repair | None
    lasts: str
    """`period`, `until_repaired`, `period_after_repair`, `ever`, a window's or length's text."""
    standing: Window | None
    count_step: int
    statuses: Mapping[str, int]
    declare: Deadline | None
    """By when after its date an event must be declared."""
    unstated: tuple[Mark, ...]
    """Limits and decisions on its way that are not stated; `basis` says which."""

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Its own id and those of everything around it."""
        return frozenset(stage.mark.id for stage in self.path if isinstance(stage, Weigh))


@dataclass(frozen=True, slots=True)
class Ledger:
    """A running figure: what it starts from, its net limits, what becomes of it."""

    mark: Mark
    base: Value
    limits: tuple[Cap, ...]
    carries: bool
    stated: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of a ladder: its threshold, condition and consequences."""

    name: str
    mark: Mark
    least: Exact | None
    open: bool
    when: Formula | None
    stated: bool
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """A ladder, decided at the end of each of its windows: best level first."""

    mark: Mark
    figure: str
    kinds: tuple[str, ...]
    window: Window
    when: Formula | None
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Reward:
    """What points buy (`prices` by ledger), or a right worked out from them (no price)."""

    mark: Mark
    kinds: tuple[str, ...]
    prices: tuple[tuple[str, Exact], ...] | None
    """By ledger; empty for a right, None where the price is not stated."""
    gives: str
    when: Formula | None
    caps: tuple[Cap, ...]


@dataclass(frozen=True)
class Plan:
    """One version of a scheme, ready to be evaluated."""

    scheme: str
    name: str
    version: date
    kind: str
    illustrative: bool
    period: PeriodRule
    scale: int
    grants: Mapping[str, Grant]
    ledgers: Mapping[str, Ledger]
    ladders: Mapping[str, Close]
    rewards: Mapping[str, Reward]
    categories: Mapping[str, Mark]
    event_fields: Mapping[str, str] = field(default_factory=dict)
    subject_fields: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def caps(self) -> tuple[Cap, ...]:
        """Every cap and net limit on the way of some indicator, each once, in their order."""
        found = {
            stage.slot: stage
            for grant in self.grants.values()
            for stage in grant.path
            if isinstance(stage, Cap)
        }
        return tuple(found.values())

    @cached_property
    def ways(self) -> Mapping[str, tuple[Cap | Weigh, ...]]:
        """For each category and indicator, the way from its border outward."""
        return {
            stage.mark.id: grant.path[number:]
            for grant in self.grants.values()
            for number, stage in enumerate(grant.path)
            if isinstance(stage, Weigh)
        }

    @property
    def nodes(self) -> frozenset[str]:
        """Ids of categories and indicators."""
        return frozenset(self.categories) | frozenset(self.grants)

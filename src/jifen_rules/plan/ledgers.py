"""What is no indicator: ledgers, bases, levels, the shape Close, rules and rewards."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from ..core.expression import Formula
from ..core.rounding import Rounding
from ..core.terms import Exact, Window
from .shapes import BalanceCap, Cap, Effect, Post, QuantityCap, Weigh
from .values import Mark, Value


@dataclass(frozen=True, slots=True)
class LedgerPlan:
    """A running figure: what it starts from, its net limits, what becomes of it."""

    mark: Mark
    base: Value
    limits: tuple[Cap, ...]
    carries: bool
    stated: bool
    kinds: tuple[str, ...] = ()
    carried: Formula | None = None
    """What is carried on, where it is not all or nothing."""
    lasts: Window | None = None
    """How long what is carried stays in the next period."""
    formula: Formula | None = None
    """A derived ledger: read where it is used, never posted to."""
    rounding: Rounding | None = None
    starters: tuple[str, ...] = ()
    """The kinds and classes whose figure starts from the base; for others it starts from 0."""


@dataclass(frozen=True, slots=True)
class Start:
    """The base of a category: it starts the sums of the category and of all around it."""

    mark: Mark
    value: Value
    path: tuple[Cap | Weigh, ...]
    kinds: tuple[tuple[str, ...], ...] = ()
    """For each `for` around it, the kinds and classes of which the subject needs one."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of a ladder: its tests, its consequences, and how long it protects.

    If it is not `stated`, its `least` is what the unstated edge must lie above, where that is
    known.
    """

    name: str
    mark: Mark
    least: Exact | None
    open: bool
    when: Formula | None
    stated: bool
    effects: tuple[Effect, ...]
    rank: tuple[Literal["top", "bottom"], Fraction, bool] | None = None
    """End, number, whether it is a percentage."""
    lasts: Window | None = None
    once: Window | None = None
    """Its consequences follow at most once in each such stretch.

    Only a final decision uses it up.
    """

    @property
    def tested(self) -> bool:
        """Whether anything must hold for it."""
        return not self.stated or self.least is not None or bool(self.when or self.rank)


PLACES = frozenset({"rank", "last_rank", "ranked"})
"""What conditions of levels may ask of the places of a subject."""


@dataclass(frozen=True)
class Close:
    """A ladder, decided at the end of each of its windows: best level first."""

    mark: Mark
    figure: str
    kinds: tuple[str, ...]
    window: Window
    when: Formula | None
    rungs: tuple[Rung, ...]
    ties: Literal["all", "none", "dense", "unknown"] = "unknown"
    """`dense`: equals share a place and the next place follows without a gap (1, 1, 2)."""
    deciders: tuple[str, ...] = ()
    """Figures that decide between equals, highest first."""
    among: tuple[str, ...] = ()
    rounding: Rounding | None = None
    up: int | None = None
    down: int | None = None

    @cached_property
    def ranks(self) -> bool:
        """Whether a level is given by place."""
        return any(rung.rank for rung in self.rungs)

    @cached_property
    def asks_places(self) -> bool:
        """Whether a place must be known to decide a level."""
        return self.ranks or any(r.when and r.when.names & PLACES for r in self.rungs)


@dataclass(frozen=True, slots=True)
class RulePlan:
    """When-then: at the end of each window, or after each event."""

    mark: Mark
    kinds: tuple[str, ...]
    window: Window
    when: Formula | None
    effects: tuple[Effect, ...]
    once: Window | None = None
    """It acts at most once in each such stretch."""


@dataclass(frozen=True, slots=True)
class RewardPlan:
    """What points buy (`prices` by ledger), or a right worked out from them (no price)."""

    mark: Mark
    kinds: tuple[str, ...]
    prices: tuple[tuple[str, Exact], ...] | None
    """By ledger; empty for a right, None where the price is not stated."""
    gives: str | Value
    when: Formula | None
    caps: tuple[Cap, ...]
    figure: str = ""
    """What the value it gives goes by, if not the quantity."""
    posts: tuple[Post, ...] = ()
    """Whom it pays in shares."""
    rounding: Rounding | None = None
    window: Window | None = None
    """A right that is worked out at the end of each such window."""
    quantity_caps: tuple[QuantityCap, ...] = ()
    """Limits in units: of the quantity redeemed, or of the amount of a right."""
    balance_caps: tuple[BalanceCap, ...] = ()
    unstated: tuple[Mark, ...] = ()
    """Limits of the ledgers it spends from that are not stated, as in a grant."""

"""One part of a scheme as the checker sees it: limits, borders, base and shares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from ..core.rounding import Rounding
from ..core.terms import Window
from ..scheme import model
from ..trace.entry import Step

Key: TypeAlias = tuple[Any, ...]
Part: TypeAlias = model.Indicator | model.Category | model.Scheme
"""A part with caps, which points pass."""


@dataclass(frozen=True, slots=True)
class CheckedLimit:
    """A limit: what it counts, its bounds, its window and its place."""

    slot: Key
    """A key of what it limits and how, equal in all versions."""
    place: str
    bases: frozenset[str]
    kind: str
    window: Window
    high: Fraction | None
    low: Fraction | None
    lost: bool
    highest: bool
    among: tuple[str, ...]
    inside: tuple[Key, ...] = ()
    """Earlier limits of the same part and window that share its sum of lost points."""

    @property
    def owner(self) -> str:
        """The id of its owner."""
        return str(self.slot[0])

    @property
    def step_kind(self) -> str:
        """The kind of its step in a trace."""
        return "floor" if self.high is None else self.kind

    def clamp(self, amount: Fraction) -> Fraction:
        """Return the sum that the limit lets through."""
        if self.kind == "deducted":
            return amount if self.high is None else max(amount, -self.high)
        amount = amount if self.low is None else max(amount, self.low)
        return amount if self.high is None else min(amount, self.high)

    def is_of(self, step: Step) -> bool:
        """Tell whether a step belongs to this limit."""
        return (step.kind, step.id, step.place, step.window) == (
            self.step_kind,
            self.owner,
            self.place,
            str(self.window),
        ) and step.basis in self.bases


@dataclass(frozen=True, slots=True)
class Border:
    """The border of a category: its points times a factor, then rounded, enter the parent."""

    node: str
    factor: Fraction
    rounding: Rounding | None


Stage: TypeAlias = CheckedLimit | Border


@dataclass(frozen=True, slots=True)
class CheckedBase:
    """The base of a category: its amount (None: by class or formula), its kinds, its stages."""

    base: Fraction | None
    kinds: tuple[tuple[str, ...], ...]
    for_all: bool
    """Whether no part around it has a `for`."""
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """A share of the points for a ledger of the subject: its part and its side (empty: both)."""

    part: Fraction
    side: str


@dataclass(frozen=True, slots=True)
class CheckedIndicator:
    """An indicator: its form, the stages of its points, and what its lines tell."""

    key: str
    indicator: model.Indicator
    categories: tuple[model.Category, ...]
    """The categories around it, from the inside out."""
    scheme: model.Scheme
    stages: tuple[Stage, ...]
    nodes: tuple[str, ...]
    """Its own id, and those of the categories around it from the inside out."""
    ledgers: Mapping[str, Own]
    """The subject's own ledgers that its points enter."""
    pays: bool
    """Whether others receive points too, or instead."""
    stated: bool
    """Whether every share is stated."""
    sides: frozenset[str]
    """The sides of the shares of others; an empty side means both."""
    divides: bool
    """Whether the share of others is divided among them."""
    parts_only: bool
    """Whether each of them receives less than the whole."""
    reaches: frozenset[str]
    """The ledgers of others that points enter."""
    joins: int
    """Index of the outermost node with a combine; -1 where nothing is combined."""
    joined: str
    """The id of that node; empty where nothing is combined."""
    picks: int
    """Number of combines in which one event counts for all."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Itself, the categories around it from the inside out, the scheme."""
        return (self.indicator, *self.categories, self.scheme)

    @property
    def form(self) -> model.MaybeForm | None:
        """The form of its points."""
        return self.indicator.points

    @property
    def borders(self) -> Iterator[Border]:
        """The borders on the way of its points."""
        return (stage for stage in self.stages if isinstance(stage, Border))

    @property
    def highest(self) -> frozenset[str]:
        """The owners of the caps on the highest times on its way."""
        bounds = (stage for stage in self.stages if isinstance(stage, CheckedLimit))
        return frozenset(bound.owner for bound in bounds if bound.highest)

    @property
    def highest_beyond(self) -> bool:
        """Whether the window of such a cap may reach into another period."""
        bounds = (stage for stage in self.stages if isinstance(stage, CheckedLimit))
        within = ("period", "event", "day")
        return any(bound.highest and bound.window.name not in within for bound in bounds)

    @property
    def adds_up(self) -> bool:
        """Whether several events of a window make one value."""
        return isinstance(self.form, model.Form) and self.form.window is not None

    @property
    def lasts(self) -> object:
        """How long its points count: the nearest statement, or none."""
        return next((part.lasts for part in self.parts if part.lasts is not None), None)

    @property
    def escalate(self) -> model.Escalate | None:
        """The nearest escalation."""
        return next((part.escalate for part in self.parts if part.escalate), None)

    def has_net(self) -> bool:
        """Tell whether a net limit or a rounding stands on its way."""
        return any(
            s.kind == "net" if isinstance(s, CheckedLimit) else s.rounding is not None
            for s in self.stages
        )

"""What the checker knows of one part of a scheme: its limits, borders, base and shares."""

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
"""A thing that has caps and that points pass."""


@dataclass(frozen=True, slots=True)
class CheckedLimit:
    """A limit: what it counts, between which bounds, over which window, and where it stands."""

    slot: Key
    """What it limits and how: the same in every version."""
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
    """The limits before it, of the same thing and window, that share its lost running figure."""

    @property
    def owner(self) -> str:
        """The id of what it stands on."""
        return str(self.slot[0])

    @property
    def step_kind(self) -> str:
        """The kind of the step that says what it did."""
        return "floor" if self.high is None else self.kind

    def clamp(self, amount: Fraction) -> Fraction:
        """Return the sum that the limit lets through."""
        if self.kind == "deducted":
            return amount if self.high is None else max(amount, -self.high)
        amount = amount if self.low is None else max(amount, self.low)
        return amount if self.high is None else min(amount, self.high)

    def is_of(self, step: Step) -> bool:
        """Tell whether a step is one of this limit."""
        return (step.kind, step.id, step.place, step.window) == (
            self.step_kind,
            self.owner,
            self.place,
            str(self.window),
        ) and step.basis in self.bases


@dataclass(frozen=True, slots=True)
class Border:
    """Where a category's points enter its parent: times a factor, then rounded."""

    node: str
    factor: Fraction
    rounding: Rounding | None


Stage: TypeAlias = CheckedLimit | Border


@dataclass(frozen=True, slots=True)
class CheckedBase:
    """The base of a category: its amount (None: by class or formula), for whom, its stages."""

    base: Fraction | None
    kinds: tuple[tuple[str, ...], ...]
    for_all: bool
    """Whether nothing around it is for some only."""
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """A share of the points for a ledger of the subject: which part, which side (any: empty)."""

    part: Fraction
    side: str


@dataclass(frozen=True, slots=True)
class CheckedIndicator:
    """An indicator: its form, the stages its points pass, and whether its lines tell all."""

    key: str
    indicator: model.Indicator
    categories: tuple[model.Category, ...]
    """The categories around it, from the inside out."""
    scheme: model.Scheme
    stages: tuple[Stage, ...]
    nodes: tuple[str, ...]
    """Its own id, and those of the categories around it from the inside out."""
    ledgers: Mapping[str, Own]
    """The ledgers of the subject's own that its points enter."""
    pays: bool
    """Whether others are paid too, or in its place."""
    stated: bool
    """Whether every share is stated."""
    sides: frozenset[str]
    """Of which side the shares are that others get; empty for both."""
    divides: bool
    """Whether what others get is divided among them."""
    parts_only: bool
    """Whether each of them gets less than the whole."""
    reaches: frozenset[str]
    """The ledgers that points of others enter."""
    joins: int
    """From which node on its groups lie inside a node; -1 where nothing is joined."""
    joined: str
    """The id of the outermost thing that joins its events with others; empty where nothing does."""
    picks: int
    """How many groups let one event count for all."""

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
        """Whether a net limit or a rounding stands on its way."""
        return any(
            s.kind == "net" if isinstance(s, CheckedLimit) else s.rounding is not None
            for s in self.stages
        )

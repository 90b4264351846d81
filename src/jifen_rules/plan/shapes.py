"""The six shapes (Grant, Combine, Cap, Weigh, Post, Close), and what they are about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from ..core.expression import Formula
from ..core.terms import Deadline, Exact, Rounding, Window
from .values import Escalation, Mark, ValidityBy, Value


@dataclass(frozen=True, slots=True)
class Combine:
    """Several events become one: which of them holds, or their mean, and over what."""

    mark: Mark
    mode: Literal[
        "highest", "lowest", "heaviest", "latest", "mean", "median", "trimmed_mean", "unknown"
    ]
    over: Window | None
    """The window, or None for the matter."""
    side_only: bool
    """On a category, `highest` concerns adds only and `heaviest` deducts only."""
    rounding: Rounding | None = None
    roles: tuple[tuple[str, Fraction | None], ...] = ()
    """Of a rating: the roles and their shares (None: not stated)."""
    missing: Literal["spread", "zero", "void", "unknown"] = "unknown"
    quorum: Formula | None = None
    """Counts only while this holds of the number of raters."""

    @property
    def averages(self) -> bool:
        """Whether it takes a value of all inside, rather than pick one of them."""
        return self.mode in ("mean", "median", "trimmed_mean", "unknown")

    @property
    def is_unstated(self) -> bool:
        """Whether it averages while the scheme leaves the way, shares or rounding open."""
        if not self.averages:
            return False
        shares = [share for _, share in self.roles]
        lacks_rule = bool(shares) and self.missing == "unknown"
        return self.mode == "unknown" or self.rounding is None or None in shares or lacks_rule


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
    among: tuple[str, ...] = ()
    """Together with whom: the subjects that share one room; empty for each alone."""
    twins: tuple[str, ...] = ()
    """Slots of the limits inside it that share its running figure: what one loses all lose."""

    def clamp(self, amount: Exact) -> Exact:
        """Return the sum that the limit lets through; a cap on deducts bounds them from below."""
        high, low = self.high, self.low
        if self.kind == "deducted":
            return -high if high is not None and amount < -high else amount
        if low is not None and amount < low:
            amount = low
        return high if high is not None and amount > high else amount


@dataclass(frozen=True, slots=True)
class Weigh:
    """The border of a category: its factor, then its rounding, and where it can be held."""

    mark: Mark
    factor: Exact
    rounding: Rounding | None


def segments_of(path: Sequence[Cap | Weigh]) -> Iterator[tuple[tuple[Cap, ...], Weigh]]:
    """Yield the limits before each border, and the border, from the inside out."""
    limits: list[Cap] = []
    for stage in path:
        if isinstance(stage, Weigh):
            yield tuple(limits), stage
            limits = []
        else:
            limits.append(stage)


@dataclass(frozen=True, slots=True)
class Post:
    """One account that points enter: whose, which ledger, what part of which side."""

    account: str
    """Empty for the subject itself, else a relation or role."""
    ledger: str
    part: Exact
    side: Literal["added", "deducted"] | None
    share: Literal["each", "equally", "by", "rest"] = "each"
    """Each of them its part, or all of them together: in equal shares, or by a figure."""
    figure: str = ""
    rounding: Rounding | None = None

    def __hash__(self) -> int:
        return hash((self.account, self.ledger, self.side))  # others are seldom different


@dataclass(frozen=True, slots=True)
class Held:
    """A consequence: something counts for nothing while it lasts, or for a stated figure.

    `value` is what it is held at. `later` says that only later points of the target are held:
    what is there stays.
    """

    mark: Mark
    target: str
    lasts: str
    gives: Literal["all", "before", "nothing"]
    when: Formula | None
    value: Exact = 0
    later: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """A consequence: a level stands while it lasts, or the ladder gives at best or at least it.

    Of several in force the highest `at_least` is applied first, then the lowest of what is `set`
    or `at_best`.
    """

    mark: Mark
    ladder: str
    level: str
    lasts: str
    when: Formula | None
    bound: Literal["set", "at_best", "at_least"] = "set"


@dataclass(frozen=True, slots=True)
class Brought:
    """A consequence: further points. `lasts` is their own validity, spelled as in a grant."""

    mark: Mark
    value: Value
    posts: tuple[Post, ...]
    when: Formula | None
    lasts: str = "period"


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
    """At most so much of the quantity in a window, before it is valued.

    `among` is together with whom, as in a cap. In a reward it bounds the quantity redeemed, where
    more is refused, or the amount of a right, which is clipped.
    """

    slot: str
    mark: Mark
    bound: Exact
    window: Window
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceCap:
    """One redemption spends at most this part of what a ledger holds before it; more is refused."""

    mark: Mark
    ledger: str
    part: Fraction


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
    """What an event must say whichever way its value goes.

    For the branch of a table, `Plan.needs_of` asks the leaf.
    """
    quantity_caps: tuple[QuantityCap, ...]
    combines: tuple[Combine, ...]
    path: tuple[Cap | Weigh, ...]
    posts: tuple[Post, ...]
    effects: tuple[Effect, ...]
    repair: Repair | None
    lasts: str | ValidityBy
    """How long it lasts, in one word.

    `period` (nothing else is said: as the period's end decides), `until_repaired`, `ever`, a
    window's or length's text, either of them `… after repair`, `next month`, `next quarter`, `next
    year`, `next period` (to the end of the window after that of the day).
    """
    standing: Window | None
    count_step: int
    statuses: Mapping[str, int]
    declare: Deadline | None
    """By when after its date an event must be declared."""
    unstated: tuple[Mark, ...]
    """Limits and decisions on its way that are not stated; `basis` says which."""
    escalation: Escalation | None = None
    within: tuple[tuple[Exact | None, Exact | None], ...] = ()
    """Bounds of the categories around it, between which its points must lie."""
    declarers: tuple[str, ...] = ()
    """Roles that may declare it; empty: anyone."""
    subject_needs: frozenset[str] = frozenset()
    """Fields of the subject that its forms and conditions ask for: one that is blank is missing."""
    to_zero: bool = False
    """An event of it that revokes another takes from each ledger no more than is there above 0."""

    @cached_property
    def own(self) -> tuple[Post, ...]:
        """The posts to ledgers of the subject itself."""
        return tuple(post for post in self.posts if not post.account)

    @cached_property
    def others(self) -> tuple[Post, ...]:
        """The posts to others."""
        return tuple(post for post in self.posts if post.account)

    @cached_property
    def undo_at(self) -> int:
        """The number of the first net limit on its path: an undo takes back points up to there."""
        nets = (
            n for n, stage in enumerate(self.path) if isinstance(stage, Cap) and stage.kind == "net"
        )
        return next(nets, len(self.path))

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Its own id and those of everything around it."""
        return frozenset(stage.mark.id for stage in self.path if isinstance(stage, Weigh))


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

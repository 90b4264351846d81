"""The shapes on the way of an event's points: Grant, Combine, Cap, Weigh, Post."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from ..core.expression import Formula
from ..core.periods import Deadline
from ..core.rounding import Rounding
from ..core.terms import Average, Exact, Pick, Window
from .values import Escalation, Mark, ValidityBy, Value


@dataclass(frozen=True, slots=True)
class Combine:
    """Several events become one: which of them holds, or their mean, and over what."""

    mark: Mark
    mode: Pick | Average | Literal["unknown"]
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
    def nodes(self) -> frozenset[str]:
        """Its own id and those of everything around it."""
        return frozenset(stage.mark.id for stage in self.path if isinstance(stage, Weigh))

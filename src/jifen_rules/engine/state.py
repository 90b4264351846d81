"""What is known of each subject of a group while its events are folded.

Values only. Every figure is a whole number of 1/scale of the plan, or an exact fraction of it.
Refuses to know how a figure changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from ..core.terms import Exact, Period
from ..inputs.event import Event
from ..inputs.roster import Roster
from ..plan import Cap, Combine, Grant
from ..trace.entry import Outcome, Right, Standing, Step
from .holds import Figure, Grades, Hold, Holds

if TYPE_CHECKING:
    from .frames import DayFrames, Layout, SubjectFrames
    from .groups import Group
    from .occurrences import Occurrences
    from .payouts import Payee
    from .routes import Route
    from .rows import Cut

Side: TypeAlias = Literal["added", "deducted"]
"""Every contribution is an add or a deduct, from its combine to its ledger."""

Sums: TypeAlias = dict[Any, Any]
"""The sums that reached each limit, by the key of the limit and its window."""


NOTHING: Final[Mapping[str, Exact]] = MappingProxyType({})
"""What most have spent; who spends more gets a mapping of its own."""

NO_STAGES: Final[Mapping[int, Exact]] = MappingProxyType({})
"""What most have risen by in another's room, at no stage."""


class Unfit(Exception):
    """An event that cannot be valued; carries the outcome that says why."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The way of a contribution in its period, and what came to each stage of it."""

    route: "Route"
    arrived: list[Exact]


@dataclass(slots=True, eq=False)
class Contribution:
    """Points on their way to ledgers: who brought them, for whom, by which route, for how long.

    `arrived[i]` is what has come to stage i of the route so far, and the last one what came to its
    end. `landed[b][i]` is the same for the limits of the b-th ledger.
    """

    source: "Source"
    state: "SubjectState"
    route: "Route"
    side: Side
    day: date
    """Its windows are those of this day."""
    since: date
    """Its period is the one of this day: the event's, or the first day of one it moved to."""
    number: int
    """Contributions are numbered in the order in which they came."""
    lasts: str = "period"
    ends: date | None = None
    """The last day, where it has a stated one."""
    is_extra: bool = False
    """Whether a consequence brought it, beside the points of the event itself."""
    is_base: bool = False
    """Whether it is the base of a category."""
    ends_base: bool = False
    """Whether it is what a wipe or a veto took of a base; it stays, whatever a veto gives back."""
    is_outside: bool = False
    """Whether it has ended in the total and its categories, and stands in other ledgers alone."""
    is_leaving: bool = False
    """Tells whether it ends in the total at this moment, and so comes up in no other ledger."""
    base: Exact = 0
    """Of a base, what it is in the base of the total."""
    payee: "Payee | None" = None
    arrived: list[Exact] = field(default_factory=list)
    landed: list[list[Exact]] = field(default_factory=list)
    stop: int | None = None
    """The stage at which a veto holds it."""
    spent: Mapping[str, Exact] = field(default_factory=lambda: NOTHING)
    """By ledger, what was spent of it."""
    in_force: bool = True
    origin: "Route | None" = None
    """Of one of an earlier period, the route by which it came."""
    past: Past | None = None
    """Of one of an earlier period, its way there, while a window on it still runs; of one that has
    ended at a net limit or rounding, its way before.
    """
    behind: Past | None = None
    """Of one that a veto held at the end of its period and holds still, its way as far as that."""
    rebased: frozenset[int] = frozenset()
    """The stages whose bound a version has moved since: it stands there as let through."""
    cut: Exact = 0
    """Holds what a moved bound has cut at its first net limit; alone, it would have that too."""
    ran_out: bool = False
    """Whether it has run out, so that what was spent of it stays spent."""
    apart: Mapping[int, Exact] = field(default_factory=lambda: NO_STAGES)
    """By stage, what of it came there in another's room, and so is not in the sum there."""
    took_over: "Contribution | None" = None
    """Whose room under caps it took, where it came forward."""

    @property
    def nodes(self) -> frozenset[str]:
        """The indicator that brought it, and the categories around that one."""
        grant = self.source.grant
        if self.ends_base and self.origin is not None:
            return frozenset(self.origin.borders)  # in which the base stands again
        return frozenset() if grant is None or self.is_extra else grant.nodes

    def got(self, ledger: str) -> Exact:
        """Return what has come of it into a ledger."""
        several = zip(self.route.branches, self.landed, strict=True)
        return next((landed[-1] for branch, landed in several if branch.ledger == ledger), 0)


@dataclass(slots=True, eq=False)
class Source:
    """An event (or a rule on a day) that was valued, and all that it brought."""

    event: Event
    grant: Grant | None
    value: Exact = 0
    lasts: str = "period"
    ends: date | None = None
    payees: "tuple[Payee, ...]" = ()
    contributions: list[Contribution] = field(default_factory=list)
    """Its own first, then those of others, then those of its consequences."""
    quantity: Exact = 0
    """For how much of what is counted, after caps on it."""
    order: int = 0
    """As which it came first to a group of which one is picked."""
    grown: Exact = 0
    """For an amount added up in a window: by how much it raised the worth, before escalation."""
    factor: Exact = 1
    """By how much its escalation multiplies that."""
    is_fixed: bool = False
    """Whether its escalation says what it asks, so that it is part of no amount."""
    worth: Exact = 0
    """What it brings at present, before any limit."""
    deducts: Exact = 0
    """How much of that it brings as a deduct; an average that turns its sign has both."""
    counted: bool = False
    """Whether it brings its value at present: no other of its group stands in its place."""
    is_unshared: bool = False
    """Whether a veto holds what others would have a share of."""
    in_force: bool = True
    ended: Literal["", "run_out", "revoked", "repaired", "closed"] = ""
    """How it ended, if it did; `closed` with its period."""
    is_wipe: bool = False
    """A wipe is not revoked or repaired; it is voided."""
    spent: "tuple[tuple[Contribution, str, Exact], ...]" = ()
    """Of a redemption: what it took of which contributions."""
    taken: tuple[tuple[Sums, Any], ...] = ()
    """Of a redemption: where limits of the reward count it."""


@dataclass(slots=True)
class Account:
    """A ledger of one subject: its base, what it holds, and at what value a veto holds it."""

    base: Exact
    inner: Exact
    held: Exact | None = None

    @property
    def shown(self) -> Exact:
        """What counts: what it holds, or the value at which it is held."""
        return self.inner if self.held is None else self.held


_NO_VIEW: "tuple[date | None, date | None, DayFrames]" = (None, None, [])


@dataclass(slots=True, eq=False)
class SubjectState:
    """All running figures of one subject."""

    subject: str
    period: Period
    occurrences: "Occurrences"
    layout: "Layout"
    frames: "SubjectFrames" = field(init=False)
    """The sums of limits that have a place in a frame."""
    sums: Sums = field(default_factory=dict)
    """Those of the others."""
    _view: "tuple[date | None, date | None, DayFrames]" = _NO_VIEW
    figures: dict[str, Exact] = field(default_factory=dict)
    """Categories and indicators in their own points, this period."""
    weighed: dict[str, Exact] = field(default_factory=dict)
    """The same as they enter what is around them."""
    accounts: dict[str, Account] = field(default_factory=dict)
    over: dict[Any, Exact] = field(default_factory=dict)
    """What stands beyond the bound of a limit that a version has lowered, by its sum's key."""
    purses: dict[tuple[str, int], list[tuple[date, int]]] = field(default_factory=dict)
    """By ledger and version, what can be spent: its last day and number (a heap)."""
    contributions: dict[int, Contribution] = field(default_factory=dict)
    """Those in force that something may still end, by their numbers."""
    holds: Holds = field(default_factory=Holds)
    over_holds: dict[Figure, list[Hold]] = field(default_factory=dict)
    """Vetoes that have ended, by the figure that others still hold."""
    grades: Grades = field(default_factory=Grades)
    groups: "dict[Any, Group]" = field(default_factory=dict)
    decided: dict[str, Standing] = field(default_factory=dict)
    """The level last decided on each ladder; a new period keeps it until its own decision."""
    earned_on: dict[str, date] = field(default_factory=dict)
    """When each level of each ladder was last earned by figures."""
    held_levels: dict[str, str] = field(default_factory=dict)
    """The level held on each ladder: the last one decided while the subject was rated."""
    levels: dict[str, list[str]] = field(default_factory=dict)
    """Every level decided on each ladder, in order; empty where not rated."""
    parts: dict[tuple[str, str], list[tuple[date, Exact]]] = field(default_factory=dict)
    """Figures at the ends of windows gone by."""
    true_rules: set[str] = field(default_factory=set)
    """Rules looked at after each event whose condition held the last time."""
    acted: dict[str, int] = field(default_factory=dict)
    """By what acts once in a stretch: the stretch (of a length, the day) in which it did last."""
    unstated: set[str] = field(default_factory=set)
    provisional: "tuple[dict[str, Standing], tuple[Right, ...]] | None" = None
    """Levels and rights judged on the last day, before what ends with it."""
    carried_whole: dict[str, Exact] | None = None
    """What goes on in one sum, of each such ledger, once a period's end has settled that."""
    has_left: bool = False
    pots: Sums = field(default_factory=dict)
    """The sums under limits that subjects share; one for all of a group."""
    pots_over: dict[Any, Exact] = field(default_factory=dict)
    bounds: dict[int, Cap] = field(default_factory=dict)
    """By window, the limits whose bound a later version has moved; one for all of a group."""
    roster: Roster | None = None

    def __post_init__(self) -> None:
        self.frames = self.layout.frames()

    def view(self, day: date, since: date) -> "DayFrames":
        """Return the frames of a day, and of the period that holds another one."""
        known = self._view
        if known[0] != day or known[1] != since:
            known = self._view = (day, since, self.layout.view(self.frames, day, since))
        return known[2]

    def view_of(self, item: Contribution) -> "DayFrames":
        """Return the frames in which the sums of a contribution's windows stand."""
        return self.view(item.day, item.since)

    def let_go(self, since: date) -> None:
        """Let go of the sums of windows that were over before a day."""
        self.layout.prune(self.frames, since)
        self._view = _NO_VIEW

    def is_held(self, target: str) -> bool:
        """Whether a veto stands on a figure."""
        return bool(self.holds) and self.holds.hold(target)

    def populations(self, words: tuple[str, ...], day: date) -> tuple[str, ...]:
        """Find what it shares with its equals on a day."""
        return () if self.roster is None else self.roster.populations(self.subject, words, day)

    def figure(self, name: str) -> Exact:
        """Return a ledger, category or indicator as it stands."""
        account = self.accounts.get(name)
        return account.shown if account is not None else self.figures.get(name, 0)


class Opening(NamedTuple):
    """What subjects of one kind and class begin a first period with."""

    accounts: tuple[tuple[str, Exact, Exact], ...]
    sums: Sums
    frames: "SubjectFrames"
    figures: dict[str, Exact]
    weighed: dict[str, Exact]
    unstated: frozenset[str]

    @classmethod
    def of(cls, state: SubjectState) -> "Opening":
        """Note it of the first who began so."""
        accounts = tuple((name, one.base, one.inner) for name, one in state.accounts.items())
        figures, weighed = dict(state.figures), dict(state.weighed)
        sums, frames = dict(state.sums), state.frames.copied()
        return cls(accounts, sums, frames, figures, weighed, frozenset(state.unstated))

    def give(self, state: SubjectState) -> None:
        """Let another one begin alike."""
        state.accounts = {name: Account(base, inner) for name, base, inner in self.accounts}
        state.sums, state.frames = dict(self.sums), self.frames.copied()
        state._view, state.figures = _NO_VIEW, dict(self.figures)  # noqa: SLF001 - of this module
        state.weighed, state.unstated = dict(self.weighed), set(self.unstated)


@dataclass(slots=True)
class EntryBuilder:
    """An entry being written: its steps, what went where, and the same for others it pays."""

    steps: "list[Cut | Step]" = field(default_factory=list)
    granted: dict[str, Exact] = field(default_factory=dict)
    others: "dict[str, EntryBuilder]" = field(default_factory=dict)

    def of(self, subject: str, other: str) -> "EntryBuilder":
        """Return the builder of the entry of one who is paid."""
        return self if other == subject else self.others.setdefault(other, EntryBuilder())

    def seen_from(self, subject: str, other: str) -> "EntryBuilder":
        """Return the same for an entry of another one, who is paid or not."""
        if subject == other:
            return self
        found = self.others.pop(other, EntryBuilder())
        found.others, self.others = {subject: self, **self.others}, {}
        return found

    @property
    def moves(self) -> bool:
        """Whether anybody's figures change."""
        return any(self.granted.values()) or any(other.moves for other in self.others.values())


def matter_of(event: Event) -> str:
    """Return the matter of an event; one that names none is a matter of its own.

    Awards and rules of one day are told apart by whose they are.
    """
    return event.matter or f"\0{event.id}\0{event.subject}"


def side_of(amount: Exact) -> Side:
    """Tell an add from a deduct."""
    return "added" if amount >= 0 else "deducted"


Combines: TypeAlias = Mapping[tuple[str, str], Combine]

"""The running figures of a group of subjects, and the entry being written.

Values only; every figure is a whole number of 1/scale, or an exact fraction of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from heapq import heappush
from typing import Any, Literal, TypeAlias

from ..entry import OPENING, Entry, Outcome, Score, Standing, Step
from ..event import Event, given_values
from ..plan import Combine, Graded, Grant, Held, Mark, Post, Versions
from ..roster import Roster
from ..slotted import set_while_open
from ..terms import Calendar, Exact, Period, Window, plain
from .demands import Demands

Side: TypeAlias = Literal["added", "deducted"]
"""Every contribution is an add or a deduct, from its combine to its ledger."""


class Unfit(Exception):
    """An event that cannot be valued; carries the outcome that says why."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


@set_while_open
@dataclass(frozen=True, slots=True)
class Way:
    """What stages ask of a contribution: which event, of which day, on which side, to where."""

    name: str
    day: date
    side: Side
    posts: tuple[Post, ...]
    trip: "Trip | None" = None
    """Where to note what an undo will have to know; None where nothing will be undone."""
    undoes: bool = False
    """Whether this takes back what the trip brought."""


@dataclass(slots=True)
class Crossing:
    """What an event brought to a border."""

    came: Exact = 0
    """What a veto that stands there now would give back of it."""
    before: Exact = 0
    """Of that, what had come before the veto."""
    went: Exact = 0
    """What went out at once."""
    told: bool = True
    """Whether that is all: no veto has stood in its way."""


@dataclass(slots=True, eq=False)
class Trip:
    """One payee of an offer: its part, what it carried so far, and what an undo takes back."""

    subject: str
    posts: tuple[Post, ...]
    part: Exact | None
    """Of the whole; None for what division leaves."""
    carried: Exact = 0
    granted: Exact = 0
    undo_at: int = 0
    undo: Exact = 0
    brought: dict[str, Exact] = field(default_factory=dict)
    """By ledger: what came to it, and passed its limits that are `lost`."""
    lets: dict[object, Exact] = field(default_factory=dict)
    """What each limit that is `lost` has let through, by its slot."""
    crossed: dict[str, Crossing] = field(default_factory=dict)
    """By node."""


@dataclass(slots=True, eq=False)
class Offer:
    """An event that was valued: what it asks, whom it pays, and how long it counts."""

    event: Event
    grant: Grant
    value: Exact
    lasts: str
    trips: tuple[Trip, ...]
    worth: Exact = 0
    """What it brings at present, before any limit."""
    counted: bool = False
    ends: date | None = None
    repaired: bool = False


@dataclass(slots=True)
class Group:
    """Events that are joined into one: those inside, in order, and which holds, or their mean."""

    members: dict[str, Offer] = field(default_factory=dict)
    holder: str | None = None
    value: Exact = 0


@dataclass(slots=True, eq=False)
class Hold:
    """A veto in force: on what, by which event, until when, and what stood before."""

    effect: Held
    event: str
    matter: str
    end: date | None
    before: dict[Any, Exact]


@dataclass(slots=True)
class Grade:
    """A level that stands whatever the points: by which event, until when."""

    effect: Graded
    event: str
    end: date | None


@dataclass(slots=True)
class Account:
    """A ledger of one subject: the sums at its limits, what it holds, and what shows of it."""

    base: Exact
    sums: list[Exact]
    """By limit, in the order of the plan."""
    inner: Exact
    shown: Exact
    carried: Exact = 0
    """What is left of what was carried for a stated time."""


@dataclass(slots=True)
class State:
    """All running figures of one subject."""

    subject: str
    period: Period
    sums: dict[Any, Any] = field(default_factory=dict)
    gates: dict[str, dict[tuple[tuple[Post, ...], Side], Exact]] = field(default_factory=dict)
    figures: dict[str, Exact] = field(default_factory=dict)
    weighed: dict[str, Exact] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    over: dict[Any, Exact] = field(default_factory=dict)
    """What stands beyond the bound of a limit that a version has lowered, by its sum's key."""
    holds: list[Hold] = field(default_factory=list)
    grades: list[Grade] = field(default_factory=list)
    groups: dict[Any, Group] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    received: list[Offer] = field(default_factory=list)
    """Offers of others that pay this subject."""
    history: list[tuple[date, Grant, Exact]] = field(default_factory=list)
    decided: dict[str, Standing] = field(default_factory=dict)
    """The level last decided on each ladder; a new period keeps it until its own decision."""
    held_since: dict[str, date] = field(default_factory=dict)
    """Since when the level last decided on each ladder has been held."""
    levels: dict[str, list[str]] = field(default_factory=dict)
    """Every level decided on each ladder, in order; empty where not rated."""
    parts: dict[tuple[str, str], list[tuple[date, Exact]]] = field(default_factory=dict)
    """Figures at the ends of windows gone by."""
    true_rules: set[str] = field(default_factory=set)
    """Rules looked at after each event whose condition held the last time."""
    unstated: set[str] = field(default_factory=set)

    def is_held(self, target: str) -> bool:
        """Whether a veto stands on a figure."""
        return bool(self.holds) and any(hold.effect.target == target for hold in self.holds)

    def figure(self, name: str) -> Exact:
        """A ledger, category or indicator as it stands."""
        account = self.accounts.get(name)
        return account.shown if account is not None else self.figures.get(name, 0)


@dataclass(slots=True)
class Draft:
    """An entry being written: steps, what went where, and the drafts of others it pays."""

    steps: list[Step] = field(default_factory=list)
    granted: dict[str, Exact] = field(default_factory=dict)
    others: "dict[str, Draft]" = field(default_factory=dict)

    def of(self, subject: str, other: str) -> "Draft":
        """The draft of one who is paid."""
        return self if other == subject else self.others.setdefault(other, Draft())


class World:
    """What every room shares: the plan, the roster, the last day, the states, the trace."""

    def __init__(
        self, versions: Versions, roster: Roster, as_of: date, demands: Demands,
        workdays: Calendar | None = None,
    ) -> None:  # fmt: skip
        self.versions, self.roster, self.as_of, self.workdays = versions, roster, as_of, workdays
        self.demands = demands
        self.plan = versions.first
        """The version in force on the day that is looked at."""
        self.states: dict[str, State] = {}
        self.entries: list[Entry] = []
        self.scores: list[Score] = []
        self.ends: list[date] = []
        """Days on which something ends that was given a stated time (a heap)."""
        self.expiries: list[tuple[date, str, str]] = []
        """Last day, subject and event (or ledger) of what was given a stated time (a heap)."""
        self.pots: dict[Any, Any] = {}
        """The sums under limits that subjects share."""
        self.over: dict[Any, Exact] = {}
        """What stands beyond a lowered bound that subjects share."""
        self.rankings: dict[Any, Any] = {}
        """Places worked out for one moment."""

    def period(self, day: date) -> Period:
        """The period that holds a day."""
        return self.plan.period_of(day)

    def take_over(self, other: "World") -> None:
        """Add the subjects of another world, with what is noted of them, to this one's."""
        self.states |= other.states
        self.ends = sorted(self.ends + other.ends)
        self.expiries = sorted(self.expiries + other.expiries)
        self.pots |= other.pots
        self.over |= other.over
        self.scores += other.scores
        self.rankings.clear()

    def expires_on(self, day: date | None, subject: str, name: str) -> None:
        """Note the last day of what an event brought, or of what a ledger carried."""
        if day is not None:
            heappush(self.expiries, (day, subject, name))
            self.ends_on(day)

    def ends_on(self, day: date | None) -> None:
        """Note a day on which something ends, so that it is looked at."""
        if day is not None:
            heappush(self.ends, day)

    def key(self, window: Window, day: date) -> date | int:
        """What tells one window of a kind from the next."""
        return self.plan.key(window, day)

    def decimal(self, number: Exact) -> Decimal:
        """Points as they are written."""
        return as_points(number, self.plan.scale)

    def step(
        self, kind: str, mark: Mark, before: Exact, after: Exact, room: Exact | None = None,
        window: Window | None = None,
    ) -> Step:  # fmt: skip
        """One thing that changed the points of an entry."""
        return Step(
            kind, mark.id, mark.name, mark.place, mark.basis, self.decimal(before),
            self.decimal(after), None if room is None else self.decimal(room),
            "" if window is None else str(window),
        )  # fmt: skip

    def write(
        self, event: Event, outcome: Outcome, asked: Exact, draft: Draft, *,
        indicator: str = "", subject: str = "", standing: bool = False,
        inputs: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Append an entry, and one for each other subject it paid."""
        subject = subject or event.subject
        indicator = indicator or event.indicator
        state = self.states.get(subject)
        period = state.period if state is not None else self.period(event.date)
        named = event.id if not standing else None
        said = given_values(event) if inputs is None and named else inputs or {}
        self.entries.append(
            Entry(
                named or None, subject, period.label, indicator, self.plan.version, event.date,
                outcome, said, self.decimal(asked),
                tuple(draft.steps), self.decimal(draft.granted.get("total", 0)),
                self._beside_total(draft.granted),
                None if state is None else self.decimal(state.accounts["total"].shown),
            )
        )  # fmt: skip
        if not draft.others:
            return
        received = outcome if outcome in OPENING else Outcome.RECEIVED
        for other, mine in sorted(draft.others.items()):
            self.write(
                event, received, asked, mine, indicator=indicator, subject=other,
                standing=standing, inputs=inputs,
            )  # fmt: skip

    def _beside_total(self, granted: Mapping[str, Exact]) -> dict[str, Decimal]:
        if len(granted) == ("total" in granted):
            return {}  # as most
        return {k: self.decimal(v) for k, v in sorted(granted.items()) if k != "total"}


@lru_cache(maxsize=1 << 16)
def as_points(number: Exact, scale: int) -> Decimal:
    """Points as they are written; the same few figures come again and again."""
    return Decimal(plain(number, scale))


def side_of(amount: Exact) -> Side:
    """Tell an add from a deduct."""
    return "added" if amount >= 0 else "deducted"


def note(kind: str, mark: Mark, text: str) -> Step:
    """A step that moves no points and says something."""
    return Step(kind, mark.id, mark.name, mark.place, mark.basis, None, None, None, "", text)


def group_key(combine: Combine, offer: Offer, world: World) -> tuple[str, str, str]:
    """Which group of a combine an event falls in: its matter, or its window."""
    if combine.over is None:
        over = offer.event.matter or f"\0{offer.event.id}"
    else:
        over = str(world.key(combine.over, offer.event.date))
    return (combine.mark.id, combine.mode, over)

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
from typing import Literal, NamedTuple, TypeAlias

from .expression import Formula
from .terms import Deadline, Exact, Period, PeriodRule, Rounding, Window


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
class LastsBy:
    """How long points count, by their size (no field) or by a field of the event."""

    field: str
    edges: tuple[tuple[Exact, bool, str], ...]
    """(size, whether the size itself is excluded, how long)."""
    table: Mapping[str, str]


# --- the six shapes --------------------------------------------------------------------------


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
    """Slots of the limits inside it that share its running figure: what is `lost` to one is lost to all."""

    def clamp(self, amount: Exact) -> Exact:
        """The sum that the limit lets through; a cap on deducts bounds them from below."""
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
    bound: Exact
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
    lasts: str | LastsBy
    """`period`, `until_repaired`, `ever`, a window's or length's text, either `… after repair`."""
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
        """The number of the first net limit on its path: up to there an undo takes back what it brought."""
        nets = (
            n for n, stage in enumerate(self.path) if isinstance(stage, Cap) and stage.kind == "net"
        )
        return next(nets, len(self.path))

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
    kinds: tuple[str, ...] = ()
    carried: Formula | None = None
    """What is carried on, where it is not all or nothing."""
    lasts: Window | None = None
    """How long what is carried stays in the next period."""
    formula: Formula | None = None
    """A derived ledger: read where it is used, never posted to."""
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """The base of a category: it starts the sums of the category and of all around it."""

    mark: Mark
    value: Value
    path: tuple[Cap | Weigh, ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of a ladder: its tests, its consequences, and how long it protects.

    If it is not `stated`, its `least` is what the unstated edge must lie above, where that is known.
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
    ties: Literal["all", "none", "unknown"] = "unknown"
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
class Rule:
    """When-then: at the end of each window, or after each event."""

    mark: Mark
    kinds: tuple[str, ...]
    window: Window
    when: Formula | None
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Reward:
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


class Day(NamedTuple):
    """What a day is under a plan."""

    period: Period
    """The one that holds it."""
    boundary: date
    """The first day from it on whose end brings something."""
    awards: tuple[Grant, ...]
    """What is awarded for states held through windows that end on it."""
    decides: bool
    """Whether at its end figures are looked at."""


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
    starts: tuple[Start, ...] = ()
    rules: tuple[Rule, ...] = ()
    parts: tuple[tuple[str, Window], ...] = ()
    """Figures that formulas ask for at the ends of windows gone by."""
    scored: frozenset[str] = frozenset()
    """Kinds of subject that have figures: the scheme's own, and units with ledgers or ladders."""
    populations: tuple[tuple[str, ...], ...] = ()
    """Together with whom a subject is looked at: by rank, or under a common limit."""
    relates: bool = False
    """Whether a formula asks for the figures of others."""

    functions: frozenset[str] = frozenset()
    """What formulas ask: which history must be kept for them."""
    anchor: date | None = None
    """From which day periods of several units are counted: the first day of the first version."""

    def period_of(self, day: date) -> Period:
        """The period that holds a day."""
        return self.day(day).period

    def key(self, window: Window, day: date) -> date | int:
        """What tells one window of a kind from the next."""
        return self.period_of(day).start if window.name == "period" else window.key(day)

    def day(self, day: date) -> Day:
        """What a day is, worked out once."""
        found = self._days.get(day)
        if found is None:
            period = self.period.holding(day, self.anchor or self.version)
            ends = (period.end, *(window.last_day(day) for window in self.windows))
            awards = (g for g in self.standing if g.standing and g.standing.ends(day, period))
            decides = any(window.ends(day, period) for window in self.deciding)
            found = self._days[day] = Day(period, min(ends), tuple(awards), decides)
        return found

    @cached_property
    def _days(self) -> dict[date, Day]:
        """Those that were asked for."""
        return {}

    def rooms_on(self, day: date) -> Mapping[tuple[str, object], tuple[Cap, Exact]]:
        """By the key of its sum on a day, each cap that leaves room in a window, and its bound."""
        if day not in self._rooms:
            self._rooms[day] = {
                (cap.slot, self.key(cap.window, day)): (cap, cap.high)
                for cap in self.caps
                if cap.window.name not in ("event", "length") and cap.high is not None
            }
        return self._rooms[day]

    @cached_property
    def _rooms(self) -> dict[date, Mapping[tuple[str, object], tuple[Cap, Exact]]]:
        return {}

    @cached_property
    def standing(self) -> tuple[Grant, ...]:
        """What is awarded for a state held, at the end of its windows."""
        return tuple(grant for grant in self.grants.values() if grant.standing is not None)

    @cached_property
    def after_events(self) -> tuple[Rule, ...]:
        """Rules that are looked at after each event."""
        return tuple(rule for rule in self.rules if rule.window.name == "event")

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """Those of the calendar whose ends bring something, each once."""
        several = (*self.deciding, *(grant.standing for grant in self.standing))
        none = ("period", "ever", "length")
        return tuple({w: None for w in several if w is not None and w.name not in none})

    @cached_property
    def deciding(self) -> tuple[Window, ...]:
        """Those at whose ends figures are looked at: of ladders, rules, parts and rights."""
        found = [ladder.window for ladder in self.ladders.values()]
        found += [rule.window for rule in self.rules if rule.window.name != "event"]
        found += [window for _, window in self.parts]
        return (*found, *(r.window for r in self.rewards.values() if r.window is not None))

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
    def sum_windows(self) -> Mapping[str, Window]:
        """The window of each limit and of each amount that is added up, by what begins their keys."""
        found = {cap.slot: cap.window for cap in self.caps}
        for grant in self.grants.values():
            found |= {cap.slot: cap.window for cap in grant.quantity_caps}
            value = grant.value
            if isinstance(value, Rate | Steps) and value.window is not None:
                found[f"amount {grant.mark.id}"] = value.window
        for reward in self.rewards.values():
            found |= {cap.slot: cap.window for cap in reward.caps}
        return found

    @cached_property
    def joins(self) -> Mapping[tuple[str, str], Combine]:
        """Every combine, by what begins the keys of its groups."""
        return {(c.mark.id, c.mode): c for g in self.grants.values() for c in g.combines}

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
    def root(self) -> str:
        """Id of the border around everything."""
        return f"@{self.scheme}"

    @property
    def nodes(self) -> frozenset[str]:
        """Ids of categories and indicators."""
        return frozenset(self.categories) | frozenset(self.grants)


@dataclass(frozen=True)
class Versions:
    """Dated versions of one scheme, first to last; each is in force until the next begins."""

    plans: tuple[Plan, ...]

    @property
    def first(self) -> Plan:
        """The version that began it."""
        return self.plans[0]

    @property
    def last(self) -> Plan:
        """The version in force at the end."""
        return self.plans[-1]

    def on(self, day: date) -> Plan:
        """The version in force on a day; before all of them, the first."""
        for plan in reversed(self.plans):
            if plan.version <= day:
                return plan
        return self.first

    def categories_by(self, day: date) -> tuple[str, ...]:
        """Every category there has been up to a day, those of the first version first."""
        begun = [plan for plan in self.plans if plan is self.first or plan.version <= day]
        return tuple({name: None for plan in begun for name in plan.categories})

    def starting(self, day: date) -> Plan | None:
        """The version that begins on a day, other than the first."""
        return self._starting.get(day)

    @cached_property
    def _starting(self) -> Mapping[date, Plan]:
        return {plan.version: plan for plan in reversed(self.plans[1:])}

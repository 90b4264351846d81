"""A scheme as a whole: one version of it, and its dated versions one after the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypeVar

from ..core.periods import PeriodRule
from ..core.remembered import Derived
from ..core.terms import Period, Window
from .ledgers import Close, LedgerPlan, RewardPlan, RulePlan, Start
from .shapes import Cap, Combine, Grant, Weigh
from .values import Choice, Computed, Defects, Judged, Marginal, Mark, Rate, Steps, Value

FACTS = frozenset(
    {
        "quantity",
        "level",
        "place",
        "role",
        "rating",
        "points",
        "evidence",
        "time",
    }
)
"""What formulas may ask of an event itself, besides the fields that a scheme declares."""


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
    ledgers: Mapping[str, LedgerPlan]
    ladders: Mapping[str, Close]
    rewards: Mapping[str, RewardPlan]
    categories: Mapping[str, Mark]
    event_fields: Mapping[str, str] = field(default_factory=dict)
    subject_fields: Mapping[str, str] = field(default_factory=dict)
    starts: tuple[Start, ...] = ()
    rules: tuple[RulePlan, ...] = ()
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
    kinds: tuple[str, ...] = ()
    """The kinds of unit in their order, small before large, with those that the scheme declares."""
    blanks: Mapping[str, str] = field(default_factory=dict)
    """What a blank of a declared field means, by field, as a row would say it."""
    board_deciders: tuple[str, ...] = ()
    """Figures that order equals on the board, highest first."""
    board_dense: bool = False
    """Places on the board follow without a gap (1, 1, 2)."""
    outermost: tuple[Cap | Weigh, ...] = ()
    """The caps and the border of the scheme itself: the way of points without an indicator."""
    anchor: date | None = None
    """From which day periods of several units are counted: the first day of the first version."""

    def period_of(self, day: date) -> Period:
        """Return the period that holds a day."""
        return self.day(day).period

    def key(self, window: Window, day: date) -> date | int:
        """Return what tells one window of a kind from the next."""
        return self.period_of(day).start if window.name == "period" else window.key(day)

    def last_day(self, window: Window, day: date) -> date:
        """Return the last day of the window that holds a day; of a length, of one it begins."""
        return self.period_of(day).end if window.name == "period" else window.last_day(day)

    def day(self, day: date) -> Day:
        """Return what a day is, worked out once."""
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

    @cached_property
    def standing(self) -> tuple[Grant, ...]:
        """What is awarded for a state held, at the end of its windows."""
        return tuple(grant for grant in self.grants.values() if grant.standing is not None)

    @cached_property
    def groups_events(self) -> bool:
        """Whether events are joined, or their amounts added up, in a window."""
        return any(
            grant.combines or (isinstance(grant.value, Rate | Steps) and grant.value.window)
            for grant in self.grants.values()
        )

    @cached_property
    def after_events(self) -> tuple[RulePlan, ...]:
        """Rules that are looked at after each event."""
        return tuple(rule for rule in self.rules if rule.window.name == "event")

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """Those of the calendar whose ends bring something, each once."""
        return tuple(w for w in self.ending if w.name not in ("period", "ever", "length"))

    @cached_property
    def ending(self) -> tuple[Window, ...]:
        """Those whose ends bring something, each once."""
        several = (*self.deciding, *(grant.standing for grant in self.standing))
        return tuple({w: None for w in several if w is not None})

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
    def limits(self) -> tuple[Cap, ...]:
        """Every cap and net limit: those on the way of indicators, then those of ledgers."""
        found = {cap.slot: cap for ledger in self.ledgers.values() for cap in ledger.limits}
        return (*self.caps, *found.values())

    @cached_property
    def sum_windows(self) -> Mapping[str, Window]:
        """The window of each limit and of each amount that adds up, by how their keys begin."""
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

    def needs_of(self, value: Value | None) -> frozenset[str]:
        """List what an event must say for a form; for a table, its field without its branches.

        A field whose blank has a meaning (`blanks`) is never missing and is not listed.
        """
        match value:
            case Rate() | Steps() | Marginal() | Defects():
                return frozenset({"quantity"})
            case Judged():
                return frozenset({"points"})
            case Choice(field=name, of_subject=False):
                return frozenset({name}) - self.blanks.keys()
            case Computed(formula=formula):
                return (formula.asks & (FACTS | self.event_fields.keys())) - self.blanks.keys()
            case _:
                return frozenset()

    @property
    def root(self) -> str:
        """Id of the border around everything."""
        return f"@{self.scheme}"

    @property
    def nodes(self) -> frozenset[str]:
        """Ids of categories and indicators."""
        return frozenset(self.categories) | frozenset(self.grants)


T = TypeVar("T")


@dataclass(frozen=True)
class Versions:
    """Dated versions of one scheme, first to last; each is in force until the next begins."""

    plans: tuple[Plan, ...]

    def once(self, work: Callable[["Versions"], T]) -> T:
        """Return `work(self)`, worked out the first time only; it is kept as long as this value."""
        return self._derived.of(self, work)

    @cached_property
    def _derived(self) -> Derived:
        return Derived()

    @property
    def first(self) -> Plan:
        """The version that began it."""
        return self.plans[0]

    @property
    def last(self) -> Plan:
        """The version in force at the end."""
        return self.plans[-1]

    def on(self, day: date) -> Plan:
        """Return the version in force on a day; before all of them, the first."""
        for plan in reversed(self.plans):
            if plan.version <= day:
                return plan
        return self.first

    def categories_by(self, day: date) -> tuple[str, ...]:
        """Every category there has been up to a day, those of the first version first."""
        begun = [plan for plan in self.plans if plan is self.first or plan.version <= day]
        return tuple({name: None for plan in begun for name in plan.categories})

    def starting(self, day: date) -> Plan | None:
        """Return the version that begins on a day, other than the first."""
        return self._starting.get(day)

    @cached_property
    def _starting(self) -> Mapping[date, Plan]:
        return {plan.version: plan for plan in reversed(self.plans[1:])}

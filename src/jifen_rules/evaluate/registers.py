"""Where the running sums of one subject stand while programs run: a flat list, instead of mappings.

A `Layout` gives each sum of a plan its place; `load` takes the sums of a State into registers,
`flush` puts them back. General code reads and writes States alone, so it is flushed before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from ..plan import Cap, Plan, Post, Rate, Steps, Weigh
from ..remembered import Remembered
from ..terms import Exact, PeriodRule, Rounding, Window, window_key
from .demands import Demands
from .limits import weigh
from .state import Side, State
from .value import amount_key, table_of

Registers: TypeAlias = list[Any]
"""First the sums of windows gone by (as in `State.sums`), then the history, then figures by place."""

SUMS, HISTORY, FIRST = 0, 1, 2
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Stream:
    """What flows together from one place on: by which stages, to which ledgers."""

    at: int
    path: tuple[Cap | Weigh, ...]
    posts: tuple[Post, ...]


@dataclass
class Layout:
    """The place of each sum: a limit has two, the number of its window and the sum in it.

    An amount that is added up has three: those two, and what its table gives for the sum.
    """

    plan: Plan
    demands: Demands
    size: int = FIRST
    caps: dict[str, tuple[int, Cap]] = field(default_factory=dict)
    amounts: dict[str, tuple[int, str, Remembered[Exact, Exact]]] = field(default_factory=dict)
    """By indicator: with the name of the window, and what so much is worth."""
    figures: dict[str, int] = field(default_factory=dict)
    """Of nodes that anything asks for: what came to each since it was loaded."""
    weighed: dict[str, int] = field(default_factory=dict)
    """Of nodes that round: what came out of them since it was loaded."""
    rounded: dict[str, int] = field(default_factory=dict)
    """Of nodes that round: the sum, and beside it what it is rounded to."""
    gates: dict[str, int] = field(default_factory=dict)
    """Of nodes that a veto may hold: what went in since it was loaded, by account, first come first."""
    gate_accounts: list[tuple[tuple[Post, ...], Side]] = field(default_factory=list)
    accounts: dict[str, int] = field(default_factory=dict)
    """Of ledgers: a sum for each limit, then what it holds."""
    mouths: dict[Any, Stream] = field(default_factory=dict)
    """Where short programs keep the sum of what came through, by where it goes on to."""
    factors: dict[str, Exact] = field(default_factory=dict)
    """By node, what its weight is."""
    roundings: dict[str, Rounding] = field(default_factory=dict)

    def bare(self) -> "Layout":
        """The same of the plan, with no places given yet."""
        return Layout(self.plan, self.demands, factors=self.factors, roundings=self.roundings)

    def place(self, table: dict[Any, int], key: Any, width: int = 1) -> int:
        """The place of a sum, given to it the first time it is asked for."""
        if key not in table:
            table[key] = self.size
            self.size += width
        return table[key]

    def cap(self, cap: Cap) -> int:
        """The first of the two places of a limit."""
        if cap.slot not in self.caps:
            self.caps[cap.slot] = (self.size, cap)
            self.size += 2
        return self.caps[cap.slot][0]

    def amount(self, indicator: str, value: Rate | Steps) -> tuple[int, Remembered[Exact, Exact]]:
        """The first of the three places of what is added up for an indicator, and what so much is worth."""
        if indicator not in self.amounts:
            assert value.window is not None
            scale = self.plan.scale
            worth = Remembered[Exact, Exact](lambda amount: table_of(value, amount, scale))
            self.amounts[indicator] = (self.size, value.window.name, worth)
            self.size += 3
        at, _, worth = self.amounts[indicator]
        return at, worth

    @cached_property
    def keys(self) -> Remembered[date, Mapping[str, Any]]:
        """On a day, what tells each window of the calendar, the period and ever from the next of its kind."""
        plan = self.plan

        def on(day: date) -> Mapping[str, Any]:
            found = {name: window_key(name, day) for name in (*CALENDAR, "ever")}
            return {**found, "period": plan.period_of(day).start}

        return Remembered(on)

    def gate(self, posts: tuple[Post, ...], side: Side) -> int:
        """The number of an account at the gates."""
        if (posts, side) not in self.gate_accounts:
            self.gate_accounts.append((posts, side))
        return self.gate_accounts.index((posts, side))

    def mouth(self, path: tuple[Cap | Weigh, ...], posts: tuple[Post, ...]) -> int:
        """The place of the sum of what goes on by a path to ledgers."""
        key = tuple(stage.mark.id for stage in path if isinstance(stage, Weigh)), len(path), posts
        if key not in self.mouths:
            self.mouths[key] = Stream(self.size, path, posts)
            self.size += 1
        return self.mouths[key].at

    def account(self, ledger: str) -> int:
        """The first of the places of a ledger."""
        return self.place(self.accounts, ledger, len(self.plan.ledgers[ledger].limits) + 1)


def layout_of(plan: Plan, demands: Demands) -> Layout:
    """An empty layout that knows which figures must be kept."""
    stages = (stage for grant in plan.grants.values() for stage in grant.path)
    borders = [stage for stage in stages if isinstance(stage, Weigh)]
    return Layout(
        plan, demands, factors={border.mark.id: border.factor for border in borders},
        roundings={b.mark.id: b.rounding for b in borders if b.rounding is not None},
    )  # fmt: skip


def spans_period(window: Window, rule: PeriodRule) -> bool:
    """Whether each period lies within one such window, whose number then never changes in it."""
    if window.name in ("period", "ever"):
        return True
    calendar = rule.count == 1 and (rule.from_month, rule.from_day) == (1, 1)
    return calendar and 0 < rule.months <= _MONTHS.get(window.name, 0)


def load(layout: Layout, state: State, day: date) -> Registers:
    """Take the sums of a state as they stand on a day."""
    registers: Registers = [0] * layout.size
    registers[SUMS], registers[HISTORY] = state.sums, state.history
    sums, keys = state.sums, layout.keys[day]
    for at, cap in layout.caps.values():
        key = keys[cap.window.name]
        nothing = None if cap.kind == "times" else 0
        registers[at], registers[at + 1] = key, sums.get((cap.slot, key), nothing)
    for name, (at, window, worth) in layout.amounts.items():
        key = keys[window]
        amount = sums.get(amount_key(name, key), 0)
        registers[at], registers[at + 1], registers[at + 2] = key, amount, worth[amount]
    for node, at in layout.rounded.items():
        registers[at] = found = sums.get((node, state.period.start, "round"), 0)
        registers[at + 1] = layout.roundings[node].apply(found, layout.plan.scale)
    for name, at in layout.accounts.items():
        account = state.accounts.get(name)
        if account is not None:
            registers[at : at + len(account.sums) + 1] = [*account.sums, account.inner]
    return registers


def flush(layout: Layout, state: State, registers: Registers) -> None:
    """Put registers back into the state they were loaded from."""
    sums = state.sums
    if registers[SUMS] is not sums:
        sums |= registers[SUMS]
        state.history += registers[HISTORY]
    for at, cap in layout.caps.values():
        key = (cap.slot, registers[at])
        if registers[at + 1] or key in sums:
            sums[key] = registers[at + 1]
    for name, (at, _, _) in layout.amounts.items():
        if registers[at + 1]:
            sums[amount_key(name, registers[at])] = registers[at + 1]
    for node, at in layout.rounded.items():
        sums[node, state.period.start, "round"] = registers[at]
    _flush_figures(layout, state, registers)
    for node, at in layout.gates.items():
        gate = state.gates.setdefault(node, {}) if registers[at] else {}
        for number, amount in (registers[at] or {}).items():
            account_key = layout.gate_accounts[number]
            gate[account_key] = gate.get(account_key, 0) + amount
    for name, at in layout.accounts.items():
        account = state.accounts.get(name)
        if account is not None:
            limits = len(account.sums)
            account.sums = registers[at : at + limits]
            account.inner = account.shown = registers[at + limits]


def _flush_figures(layout: Layout, state: State, registers: Registers) -> None:
    """What came to the nodes; what came out of those that do not round is what their weight makes of it."""
    for node, at in layout.figures.items():
        came = registers[at]
        if came:
            state.figures[node] = state.figures.get(node, 0) + came
            rounds = layout.weighed.get(node)
            out = weigh(came, layout.factors[node]) if rounds is None else registers[rounds]
            state.weighed[node] = state.weighed.get(node, 0) + out


CALENDAR = ("day", "week", "month", "quarter", "half_year", "year")
"""The windows of the calendar; each has a number for every day."""


class WindowNumbers(dict[date, int]):
    """The number of the window of one kind that holds a day, worked out once for each day."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __missing__(self, day: date) -> int:
        self[day] = number = window_key(self.name, day)
        return number

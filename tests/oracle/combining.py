"""How several events become one: which of them stand, and with how much.

Worked out from nothing each time: all events of a subject that are in force go through the tables
they add up in, then through each combine from the inside out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from jifen_rules import Event
from jifen_rules.core.rounding import Rounding
from jifen_rules.core.terms import UNKNOWN, Window, exact
from jifen_rules.scheme.model import (
    Bands,
    Category,
    FullMarks,
    Indicator,
    PerUnit,
    RatedBy,
    Scheme,
    Table,
)

from .contributions import Contribution, Side
from .limits import ZERO
from .reading import Item
from .values import amount_value, averaged, rated

Standing = dict["Fact", Fraction]


@dataclass(eq=False)
class Fact:
    """An admitted event, and what it stands with at the moment."""

    event: Event
    item: Item
    subject: str
    day: date
    period: str
    number: int
    asked: Fraction = ZERO
    factor: Fraction = Fraction(1)
    """By how much its escalation multiplies what an accumulated amount grew by."""
    amount: Fraction | None = None
    role: str = ""
    mark: Fraction = ZERO
    in_force: bool = True
    is_occurrence: bool = True
    is_warning: bool = False
    is_fixed: bool = False
    """Its escalation says what it asks, whatever its form."""
    value: Fraction | None = None
    parts: dict[Side, Fraction] = field(default_factory=dict)
    """Of an average, what it has changed it by, as an add and as a deduct."""
    brought: list[Contribution] = field(default_factory=list)
    """What its value stands as."""
    beside: list[Contribution] = field(default_factory=list)
    """What its consequences brought, here and to others."""
    repaired: bool = False
    wiped: bool = False
    taken: bool = False
    """Whether a veto ended what it brought."""
    ends_on: date | None = None
    until_repaired: bool = False
    own_validity: bool = False
    payees: list[Any] = field(default_factory=list)
    lasting: Any = None
    credit: Fraction = ZERO
    """What its subject was granted for it, less what has ended by an entry."""
    grown: Fraction = ZERO
    """By how much it has raised the worth of such an amount, before its escalation."""
    closed: bool = False
    """Whether it ended with its period."""
    is_repair: bool = False
    """Whether it reports that a wrong was put right; it has no value of its own."""

    @property
    def matter(self) -> str:
        return self.event.matter or f"of {self.event.id}"


def accumulates(form: Any) -> Window | None:
    """The window in which a form adds its amounts up."""
    return form.per if isinstance(form, PerUnit | Table) else None


class Grouping:
    """Which facts stand.

    `window_key` numbers a window for a day, `quorum` asks a condition of raters.
    """

    def __init__(
        self,
        window_key: Callable[[Window, date], object],
        quorum: Callable[[Item, list[Fact]], bool],
    ) -> None:
        self.window_key, self.quorum = window_key, quorum
        self.amounts: dict[object, list[Fact]] = {}
        """The events of each amount that adds up, as they stood the last time."""
        self.averaged: list[list[Fact]] = []
        """The groups of which an average was worked out the last time."""

    def standing(self, facts: Iterable[Fact]) -> Standing:
        """Of the facts of one subject, those that stand and their values."""
        several = [fact for fact in facts if fact.in_force]
        self.averaged.clear()
        found: Standing = {}
        for group in self._by_form(several):
            found |= self._before_combine(group)
        found = {fact: found[fact] for fact in several if fact in found}
        for level in self._levels(several):
            found = self._combined(found, level)
        return found

    def _by_form(self, facts: list[Fact]) -> list[list[Fact]]:
        groups: dict[object, list[Fact]] = {}
        for fact in facts:
            groups.setdefault(self._form_key(fact), []).append(fact)
        return list(groups.values())

    def _form_key(self, fact: Fact) -> object:
        form = fact.item.indicator.points
        window = form.per if isinstance(form, RatedBy) else accumulates(form)
        if window is None or fact.is_fixed:
            return fact.number
        assert window is not UNKNOWN
        return (fact.item.key, str(window), self.window_key(window, fact.day))

    def _before_combine(self, group: list[Fact]) -> Standing:
        form = group[-1].item.indicator.points
        if isinstance(form, RatedBy) and not group[0].is_fixed:
            return self._rated(form, group)
        if accumulates(form) is None or group[0].is_fixed:
            return {fact: fact.asked for fact in group}
        self._grow(group)
        return {
            fact: round_asked(fact.grown * fact.factor, fact.item.indicator.round) for fact in group
        }

    def _grow(self, group: list[Fact]) -> None:
        """Tell by how much each event of an amount has raised its worth.

        The newest takes up what others took away.
        """
        key = (group[0].subject, self._form_key(group[0]))
        before = [fact for fact in self.amounts.get(key, ()) if not fact.closed]
        there = [fact for fact in before if fact in group]
        if there:
            last, ended = there[-1], [fact for fact in before if fact not in group]
            last.grown += sum((fact.grown for fact in ended), ZERO)
            last.grown += worth_of(last, there) - worth_of(last, before)
        for fact in group[len(there) :]:
            fact.grown = worth_of(fact, [*there, fact]) - worth_of(fact, there)
            there.append(fact)
        self.amounts[key] = there

    def _rated(self, form: RatedBy, group: list[Fact]) -> Standing:
        """The joint mark stands as the last rating's; the others have gone into it."""
        self.averaged.append(group)
        joint = rated(form, [(fact.role, fact.mark) for fact in group])
        if joint is None or not self.quorum(group[-1].item, group):
            return {}
        return {group[-1]: joint * group[-1].factor}

    # --- combine ----------------------------------------------------------------------------------

    def _levels(self, facts: list[Fact]) -> list[int | None]:
        """From the indicators (None) over the categories, innermost first, to the scheme (0)."""
        most = max((len(fact.item.chain) for fact in facts), default=0)
        return [None, *range(most, -1, -1)]

    def _place(self, fact: Fact, level: int | None) -> tuple[str, Any] | None:
        """What stands around a fact at a level, if it combines.

        All that it holds meets there at once.
        """
        chain = fact.item.chain
        holder: Scheme | Category | Indicator
        if level is None:
            holder, name = fact.item.indicator, f"indicator {fact.item.key}"
        elif level == 0:
            holder, name = fact.item.version.scheme, "scheme"
        elif level <= len(chain):
            category = chain[level - 1]
            holder, name = category, f"category {category.key}"
        else:
            return None
        return (name, holder) if holder.combine else None

    def _combined(self, found: Standing, level: int | None) -> Standing:
        groups: dict[tuple[str, str, str, object], list[Fact]] = {}
        left: Standing = {}
        for fact, value in found.items():
            place = self._place(fact, level)
            mode = None if place is None else self._mode(place[1].combine, value, level is None)
            if place is None or mode is None:
                left[fact] = value
                continue
            over = place[1].combine[mode]
            key = fact.matter if over == "matter" else self.window_key(over, fact.day)
            groups.setdefault((place[0], mode, str(over), key), []).append(fact)
        for (_, way, _, _), group in groups.items():
            left |= self._one(way, group, found)
        return {fact: left[fact] for fact in found if fact in left}

    def _mode(self, combine: Mapping[str, Any], value: Fraction, is_own: bool) -> str | None:
        """Choose the way that concerns a value: of several, `highest` adds, `heaviest` deducts."""
        modes = [mode for mode, over in combine.items() if over != "unknown"]
        for mode in modes:
            narrow = mode in ("highest", "heaviest") and (not is_own or len(modes) > 1)
            if not narrow or (value > 0 if mode == "highest" else value < 0):
                return mode
        return None

    def _one(self, mode: str, group: list[Fact], values: Standing) -> Standing:
        match mode:
            case "highest":
                fact = max(group, key=lambda f: (values[f], -f.number))
            case "lowest" | "heaviest":
                fact = min(group, key=lambda f: (values[f], f.number))
            case "latest":
                fact = group[-1]
            case _:
                joint = averaged(mode, [values[fact] for fact in group])
                fact = group[-1]
                self.averaged.append(group)
                return {fact: round_asked(joint, fact.item.indicator.round)}
        return {fact: values[fact]}


def worth_of(fact: Fact, facts: list[Fact]) -> Fraction:
    """What the amounts of events are worth together, by the table of one of them."""
    whole = sum((one.amount or ZERO for one in facts), ZERO)
    form = fact.item.indicator.points
    assert isinstance(form, PerUnit | FullMarks | Bands | Table)
    return amount_value(form, whole)


def round_asked(points: Fraction, rounding: Rounding | None) -> Fraction:
    return points if rounding is None else Fraction(rounding.apply(exact(points)))

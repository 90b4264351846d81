"""Hold, as values, what a change does to each subject, and which change did it.

The parts of a difference add up to it exactly. Writes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final, TypeAlias

from ...core.plain_data import Data, PlainData, data_of, fields_data
from ...core.terms import Period, add_points, plain
from ...core.vocabulary import Language
from ...inputs.roster import Roster
from ...trace.entry import ADMITTED, Entry, Outcome
from .scheme_diff import Change, SchemeDiff

Figures: TypeAlias = Mapping[str, Decimal]
"""`total`, and each further ledger by its id."""

ZERO: Final = Decimal(0)


IMPACT_VERSION: Final = 1
"""The version of the form that `Impact.to_dict` gives; it grows when that changes its shape."""


@dataclass(frozen=True, slots=True)
class Side(PlainData):
    """What one scheme makes of a subject in a period; without a score everything is empty."""

    figures: Figures = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    """By ladder; empty text where no level is decided."""
    rights: Mapping[str, str] = field(default_factory=dict)
    amounts: Figures = field(default_factory=dict)
    """Of rights that are amounts, by reward."""
    place: int | None = None

    def to_dict(self, lang: Language = "en") -> Data:
        """Return plain data; levels are named as in a result, None where none is decided."""
        return {
            "figures": data_of(self.figures),
            "tiers": {name: level or None for name, level in self.levels.items()},
            "rights": data_of(self.rights),
            "amounts": data_of(self.amounts),
            "place": self.place,
        }


@dataclass(frozen=True, slots=True)
class SubjectImpact(PlainData):
    """One subject in one period: both sides, and for each change what it did alone."""

    subject: str
    period: Period
    before: Side
    after: Side
    parts: tuple[Figures, ...]
    """For each change of the diff, by figure, in its order.

    Figures it leaves alone are not there.
    """
    together: Figures
    """What is left: what changes do only together, or could not be tried alone."""

    def to_dict(self, lang: Language = "en") -> Data:
        """Return plain data, the period by its label."""
        return {**fields_data(self, lang), "period": self.period.label}

    def change_of(self, figure: str = "total") -> Decimal:
        """By how much a figure differs; one that a side does not have counts as 0."""
        return add_points(
            [self.after.figures.get(figure, ZERO), -self.before.figures.get(figure, ZERO)]
        )

    @property
    def is_touched(self) -> bool:
        """Whether a figure, a level or a right differs; a place alone is the doing of others."""
        return replace(self.before, place=None) != replace(self.after, place=None)


@dataclass(frozen=True, slots=True)
class EventImpact(PlainData):
    """One entry that differs: of an event, or of what rules brought about on a day."""

    event: str
    subject: str
    date: date | None
    indicator: str
    before: Entry | None
    after: Entry | None

    def to_dict(self, lang: Language = "en") -> Data:
        """Return plain data; of each entry its outcome, points and the places of its rules."""
        return {
            "event": self.event or None,
            "subject": self.subject,
            "date": data_of(self.date),
            "indicator": self.indicator,
            "before": _entry_data(self.before),
            "after": _entry_data(self.after),
        }

    @property
    def is_admission(self) -> bool:
        """Whether one scheme admits the event and the other refuses it."""
        sides = [
            entry is not None and entry.outcome in ADMITTED for entry in (self.before, self.after)
        ]
        return bool(self.event) and sides[0] != sides[1]


def _entry_data(entry: Entry | None) -> Data | None:
    if entry is None:
        return None
    return {
        "outcome": entry.outcome.value,
        "asked": plain(entry.asked),
        "granted": plain(entry.granted),
        "rules": [step.place for step in entry.steps if step.place],
    }


@dataclass(frozen=True, slots=True)
class GroupImpact(PlainData):
    """One class, unit or band of score: how many, who gains, who loses, how much together."""

    name: str
    subjects: int
    gain: int
    lose: int
    change: Decimal


@dataclass(frozen=True)
class Impact(PlainData):
    """Hold what a change does to every subject and period, by subject and period.

    >>> from datetime import date
    >>> from jifen_rules import load_scheme, measure_impact
    >>> text = '''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}'''
    >>> old = load_scheme("old.yaml", text=text)
    >>> new = load_scheme("new.yaml", text=text.replace("points: 5", "points: 8"))
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> impact = measure_impact(old, new, None, [row], date(2024, 12, 31))
    >>> impact.gainers, impact.losers, impact.total_of(0)
    (1, 0, Decimal('3'))
    """

    diff: SchemeDiff
    tried: tuple[bool, ...]
    """For each change, whether it could be evaluated on its own."""
    rows: tuple[SubjectImpact, ...]
    entries: tuple[EventImpact, ...]
    as_of: date
    steps: bool = False
    """Tells whether changes were applied one after the other, in the order of the diff."""
    made_up: int | None = None
    """The seed of events that were made up; None where they were given."""
    not_counted: Mapping[Outcome, int] = field(default_factory=dict)
    """Counts events neither scheme admits, by the reason under the new one, unreadable rows too.

    It is no part of `to_dict`.
    """

    def to_dict(self, lang: Language = "en") -> Data:
        """Return plain data after `impact.schema.json`, as `jifen impact --format json` does."""
        return {
            "impact": IMPACT_VERSION,
            "as_of": self.as_of.isoformat(),
            "steps": self.steps,
            "made_up": self.made_up,
            "changes": [
                {**change.to_dict(lang), "tried": tried, "sum": plain(self.total_of(number))}
                for number, (change, tried) in enumerate(zip(self.changes, self.tried, strict=True))
            ],
            "together": plain(self.total_of(None)),
            "scores": data_of(self.rows, lang),
            "entries": data_of(self.entries, lang),
        }

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of the diff."""
        return self.diff.changes

    @cached_property
    def touched(self) -> tuple[SubjectImpact, ...]:
        """The rows in which anything differs, the greatest change of the total first."""
        found = [row for row in self.rows if row.is_touched]
        return tuple(sorted(found, key=lambda row: (-abs(row.change_of()), row.subject)))

    @property
    def gainers(self) -> int:
        """How many rows have a higher total."""
        return sum(row.change_of() > 0 for row in self.rows)

    @property
    def losers(self) -> int:
        """How many rows have a lower total."""
        return sum(row.change_of() < 0 for row in self.rows)

    def total_of(self, number: int | None, figure: str = "total") -> Decimal:
        """Return what one change moves over all rows; None is what changes do together."""
        sides = (row.together if number is None else row.parts[number] for row in self.rows)
        return add_points(side.get(figure, ZERO) for side in sides)

    def crossings(self, ladder: str) -> Mapping[tuple[str, str], int]:
        """How many rows go from which level to which, those that stay included."""
        found: dict[tuple[str, str], int] = {}
        for row in self.rows:
            if ladder in row.before.levels or ladder in row.after.levels:
                pair = (row.before.levels.get(ladder, ""), row.after.levels.get(ladder, ""))
                found[pair] = found.get(pair, 0) + 1
        return found

    @property
    def ladders(self) -> tuple[str, ...]:
        """Every ladder of either scheme."""
        both = (side.levels for row in self.rows for side in (row.before, row.after))
        return tuple(dict.fromkeys(name for levels in both for name in levels))

    def costs(self) -> Mapping[str, tuple[Decimal, Decimal]]:
        """For each reward that is an amount, what it comes to in all, before and after."""
        both = (side.amounts for row in self.rows for side in (row.before, row.after))
        names = dict.fromkeys(name for amounts in both for name in amounts)
        return {
            name: (
                add_points(row.before.amounts.get(name, ZERO) for row in self.rows),
                add_points(row.after.amounts.get(name, ZERO) for row in self.rows),
            )
            for name in names
        }

    def by_class(self, roster: Roster) -> tuple[GroupImpact, ...]:
        """Sum the rows up by class; a subject of several classes counts in each."""
        return self._shares(lambda row: sorted(roster.classes(row.subject, self._day(row))) or [""])

    def by_unit(self, roster: Roster) -> tuple[GroupImpact, ...]:
        """Sum the rows up by villager group; without one by village, else by the unit named.

        A household is no group: who belongs to one counts with the group of the household.
        """
        named = {
            row.id: "" if roster.kind(row.unit) == "household" else row.unit for row in roster.rows
        }

        def unit_of(row: SubjectImpact) -> list[str]:
            around = roster.populations(row.subject, ("group", "village"), self._day(row))
            return [next(filter(None, (*around, named.get(row.subject))), "")]

        return self._shares(unit_of)

    def by_band(self) -> tuple[GroupImpact, ...]:
        """Sum the rows up by quarters of the board as it was: the poorest in points first."""
        scored = [row for row in self.rows if "total" in row.before.figures]
        order = sorted(scored, key=lambda row: (row.before.figures["total"], row.subject))
        band = {id(row): str(4 * number // len(order) + 1) for number, row in enumerate(order)}
        return self._shares(lambda row: [band.get(id(row), "")])

    def _shares(self, names: "_Names") -> tuple[GroupImpact, ...]:
        rows: dict[str, list[Decimal]] = {}
        for row in self.rows:
            for name in names(row):
                rows.setdefault(name, []).append(row.change_of())
        return tuple(
            GroupImpact(
                name,
                len(all_),
                sum(n > 0 for n in all_),
                sum(n < 0 for n in all_),
                add_points(all_),
            )
            for name, all_ in sorted(rows.items())
        )

    def _day(self, row: SubjectImpact) -> date:
        return min(row.period.end, self.as_of)


_Names: TypeAlias = Callable[[SubjectImpact], Sequence[str]]

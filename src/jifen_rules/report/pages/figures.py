"""Entries -> the figures of a board: adds and deducts by category, and points by month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from ...core.message import N_, Message, Value, msg
from ...core.terms import add_points
from ...scheme.model import SchemeFile
from ...trace.entry import Entry, Outcome


class Other(Enum):
    """The source of points that no indicator brings."""

    CARRIED = N_("carried over")
    RULES = N_("by rules and rewards")


Source: TypeAlias = str | Other
"""The name of an outermost category, or another source."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The adds and the deducts of one subject in one period, by outermost category."""

    adds: Mapping[Source, Decimal]
    deducts: Mapping[Source, Decimal]

    @property
    def added(self) -> Decimal:
        """All adds."""
        return add_points(self.adds.values())

    @property
    def deducted(self) -> Decimal:
        """All deducts, 0 or less."""
        return add_points(self.deducts.values())


def outermost(files: Sequence[SchemeFile]) -> Mapping[str, str]:
    """Return for each indicator the outermost category that it stands in, by name."""
    found: dict[str, str] = {}
    for file in files:
        for _, around, item in file.scheme.walk():
            found[item.key] = around[0].label if around else item.label
    return found


def sum_up(entries: Iterable[Entry], category: Mapping[str, str]) -> Sums:
    """Sum the points of entries, adds and deducts separately."""
    adds: dict[Source, list[Decimal]] = defaultdict(list)
    deducts: dict[Source, list[Decimal]] = defaultdict(list)
    for entry in entries:
        if entry.granted:
            side = adds if entry.granted > 0 else deducts
            side[_source(entry, category)].append(entry.granted)
    return Sums(
        {key: add_points(each) for key, each in adds.items()},
        {key: add_points(each) for key, each in deducts.items()},
    )


def _source(entry: Entry, category: Mapping[str, str]) -> Source:
    if found := category.get(entry.indicator):
        return found
    return Other.CARRIED if entry.outcome is Outcome.CARRIED else Other.RULES


def by_month(entries: Iterable[Entry]) -> Mapping[str, Decimal]:
    """Sum the points of entries by month, `2024-03`, in order."""
    found: dict[str, list[Decimal]] = defaultdict(list)
    for entry in entries:
        if entry.granted and entry.date is not None:
            found[f"{entry.date:%Y-%m}"].append(entry.granted)
    return {month: add_points(found[month]) for month in sorted(found)}


def source_name(source: Source) -> Value:
    """Put the source of points into words."""
    return msg(source.value) if isinstance(source, Other) else source


def in_a_row(parts: Sequence[Message]) -> Message:
    """Join values with the separator of the language."""
    half = len(parts) // 2
    if not half:
        return parts[0]
    return msg(N_("{first}; {rest}"), first=in_a_row(parts[:half]), rest=in_a_row(parts[half:]))

"""The scheme as the oracle reads it: versions, items with what is around them, days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from jifen_rules.core.terms import UNKNOWN, Period, Window, add_length
from jifen_rules.core.vocabulary import ACCOUNTS, KINDS, english
from jifen_rules.scheme.model import (
    Category,
    Indicator,
    Ladder,
    Lasting,
    Ledger,
    Reward,
    Scheme,
    SchemeFile,
)


def known(value: Any) -> Any:
    """A value, or None where the scheme leaves it unknown or unsaid."""
    return None if value is None or value is UNKNOWN else value


def bound_of(limit: Any) -> Fraction | None:
    """What a limit binds to; None where there is none, or a word of it is unknown."""
    words = (limit.number, limit.beyond, getattr(limit, "counted", None))
    return None if UNKNOWN in words else number(limit.number)


def number(value: Any) -> Fraction | None:
    """An exact number, or None where it is unknown or unsaid."""
    return None if known(value) is None else Fraction(value)


def length_end(day: date, count: int, unit: str) -> date:
    """Return the last day of a length from `day` on: the eve of the same day, or a month's end."""
    later = add_length(day, count, unit)
    if unit in ("day", "week") or later.day == day.day:
        return later if later == date.max else later - timedelta(days=1)
    return later


def lies_within(earlier: date, day: date, window: Window) -> bool:
    """Whether a length counted from an earlier day reaches the day."""
    return earlier <= day <= length_end(earlier, window.count, window.unit)


def kind_words(words: Sequence[str]) -> frozenset[str]:
    """The words of a `for` in both spellings: a class may be called like a kind in Chinese."""
    return frozenset(words) | {english(KINDS, word) for word in words}


@dataclass(frozen=True, eq=False)
class Item:
    """An indicator with the categories around it, outermost first."""

    indicator: Indicator
    chain: tuple[Category, ...]
    version: "Version"

    @property
    def key(self) -> str:
        return self.indicator.key

    def nearest(self, name: str) -> Any:
        """Return what the nearest statement says: the indicator's own, or that around it."""
        for holder in (self.indicator, *reversed(self.chain), self.version.scheme):
            value = getattr(holder, name, None)
            if value is not None:
                return value
        return None

    @property
    def fors(self) -> list[frozenset[str]]:
        """Every `for` on the way; each of them must hold."""
        holders: tuple[Scheme | Category | Indicator, ...]
        holders = (self.version.scheme, *self.chain, self.indicator)
        return [kind_words(holder.for_) for holder in holders if holder.for_]

    @property
    def betweens(self) -> list[Any]:
        holders: tuple[Scheme | Category, ...] = (self.version.scheme, *self.chain)
        return [h.between for h in holders if h.between is not None]


@dataclass(frozen=True, eq=False)
class Version:
    """One dated version of the scheme."""

    scheme: Scheme

    @property
    def since(self) -> date:
        return self.scheme.effective_from

    @cached_property
    def items(self) -> dict[str, Item]:
        return {i.key: Item(i, around, self) for _, around, i in self.scheme.walk()}

    @cached_property
    def categories(self) -> dict[str, tuple[Category, ...]]:
        """Each category by its key, with those around it, outermost first and itself last."""
        found: dict[str, tuple[Category, ...]] = {}

        def walk(node: Scheme | Category, around: tuple[Category, ...]) -> None:
            for category in node.categories:
                found[category.key] = (*around, category)
                walk(category, (*around, category))

        walk(self.scheme, ())
        return found

    @cached_property
    def ledgers(self) -> dict[str, Ledger]:
        """Ledgers that are posted to."""
        return {one.key: one for one in self.scheme.ledgers if one.formula is None}

    @cached_property
    def derived(self) -> dict[str, Ledger]:
        return {one.key: one for one in self.scheme.ledgers if one.formula is not None}

    @cached_property
    def ladders(self) -> dict[str, Ladder]:
        return {one.key: one for one in self.scheme.tiers}

    @cached_property
    def rewards(self) -> dict[str, Reward]:
        return {one.key: one for one in self.scheme.rewards}

    def field_types(self, side: str) -> dict[str, Any]:
        """The type of each declared column of one side."""
        declared = getattr(self.scheme.fields, side)
        return {name: getattr(one, "type", one) for name, one in declared.items()}

    def blank(self, side: str, name: str) -> str:
        """What a blank means in a column; nothing where it is missing."""
        return getattr(getattr(self.scheme.fields, side)[name], "blank", None) or ""

    def windows(self) -> Iterator[Window]:
        """Every window at whose end something may be decided."""
        for item in self.items.values():
            if item.indicator.per is not None:
                yield item.indicator.per
        pers = [tier.per for tier in self.scheme.tiers]
        pers += [rule.per for rule in self.scheme.rules]
        pers += [reward.per for reward in self.scheme.rewards]
        yield from (per for per in map(known, pers) if per is not None)


class Versions:
    """All versions of one scheme, in the order of their days."""

    def __init__(self, files: SchemeFile | Sequence[SchemeFile]) -> None:
        several = [files] if isinstance(files, SchemeFile) else list(files)
        self.all = sorted((Version(file.scheme) for file in several), key=lambda v: v.since)

    @property
    def first(self) -> Version:
        return self.all[0]

    @property
    def last(self) -> Version:
        return self.all[-1]

    def on(self, day: date) -> Version | None:
        """The version in force on a day."""
        return next((v for v in reversed(self.all) if v.since <= day), None)

    def standing(self, day: date) -> Version:
        """The version in force on a day, or the first where none is yet."""
        return self.on(day) or self.first

    def period(self, day: date) -> Period:
        """The period that holds a day."""
        return self.standing(day).scheme.period.holding(day, self.first.since)

    def last_day(self, lasting: Lasting, day: date) -> date | None:
        """The last day of something that lasts from a day on; None where no day ends it."""
        window = lasting.window
        if lasting.kind in ("until_repaired", "after_repair", "ever") or window is None:
            return None
        if lasting.kind == "next":
            return self.end_of(window, self.end_of(window, day) + timedelta(days=1))
        return self.end_of(window, day)

    def end_of(self, window: Window, day: date) -> date:
        """Last day of the window that holds a day, or of the length that begins with it."""
        if window.name == "length":
            return length_end(day, window.count, window.unit)
        return self.period(day).end if window.name == "period" else window.last_day(day)


def account_of(text: str, version: Version) -> tuple[str, str]:
    """Return an account as (relation, ledger): `head.wallet` is ("head", "wallet").

    `total` is ("", "total").
    """
    parts = [english(ACCOUNTS, part) for part in text.split(".")]
    if parts[-1] == "total" or parts[-1] in version.ledgers:
        return ".".join(parts[:-1]), parts[-1]
    return ".".join(parts), "total"

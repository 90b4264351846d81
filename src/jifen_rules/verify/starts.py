"""The figures at the start of a period: bases of categories, and sums of the limits around them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from ..core.vocabulary import spell_kinds
from .book import Book
from .limits import Border, CheckedBase, CheckedLimit, Key
from .rules import Version


@dataclass(slots=True)
class Begun:
    """The figures at the start of a period."""

    figures: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    """The figures, by category."""
    sums: dict[Key, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    """The sums of net limits of the period, by slot."""
    rounded: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    """The sums before rounding, by the id of the part that rounds."""


def begin_period(book: Book, subject: str, day: date) -> Begun | None:
    """Return the figures at the start of the period of a day; None if no line determines them."""
    version = book.on(day)
    if version is None:
        return None
    begun = Begun()
    for start in version.bases:
        first = _first_day(book, version, subject, day)
        held = _has(book, start, subject, first)
        if start.base is None or held is None:
            return None
        if held:
            _enter(start, begun)
    return begun


def _first_day(book: Book, version: Version, subject: str, day: date) -> date:
    opening = version.period(day).start
    since = book.roster.since(subject) if book.roster is not None else None
    return max(opening, since or opening, version.scheme.effective_from)


def _has(book: Book, start: CheckedBase, subject: str, day: date) -> bool | None:
    """Tell whether a category applies to a subject; None if that is unknown."""
    if book.roster is None:
        return True if start.for_all else None
    return all(book.roster.fits(subject, spell_kinds(words), day) for words in start.kinds)


def _enter(start: CheckedBase, begun: Begun) -> None:
    assert start.base is not None
    amount = start.base
    for stage in start.stages:
        if isinstance(stage, Border):
            amount = _cross(stage, amount, begun)
        elif stage.kind == "net" and stage.window.name == "period":
            amount = _limit(stage, amount, begun)


def _cross(border: Border, amount: Fraction, begun: Begun) -> Fraction:
    begun.figures[border.node] += amount
    amount *= border.factor
    if border.rounding is None:
        return amount
    before = begun.rounded[border.node]
    after = begun.rounded[border.node] = before + amount
    return Fraction(border.rounding.apply(after)) - Fraction(border.rounding.apply(before))


def _limit(bound: CheckedLimit, amount: Fraction, begun: Begun) -> Fraction:
    before = begun.sums[bound.slot]
    old, new = bound.clamp(before), bound.clamp(before + amount)
    begun.sums[bound.slot] = new if bound.lost else before + amount
    for slot in bound.inside:
        begun.sums[slot] = new
    return new - old

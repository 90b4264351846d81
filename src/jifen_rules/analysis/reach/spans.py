"""The least and the most that one event of an indicator can ask, and why if that is a bound."""

import ast
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from ...core.expression import Formula
from ...core.rounding import Rounding
from ...core.terms import Exact, exact
from ...plan import (
    Choice,
    Computed,
    Defects,
    Fixed,
    Judged,
    Marginal,
    Rate,
    Steps,
    Unstated,
    Value,
    Wiped,
)
from .formulas import Interval, interval_of
from .gains import ENDLESS, Much

Within = tuple[tuple[Exact | None, Exact | None], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Points of 1/scale: the least and the most, the least that is a gain, why it is a bound."""

    least: Much
    most: Much
    why: frozenset[str] = frozenset()
    small: Much = 0
    """The smallest gain that is listed; 0 where there is none."""
    unit_loss: Much = 0
    """What one unit costs, where there is no end to it."""

    @classmethod
    def any_of(cls, spans: "Sequence[Span]") -> "Span":
        """Return the span of a value that is one of several."""
        return cls(
            min(span.least for span in spans),
            max(span.most for span in spans),
            frozenset().union(*(span.why for span in spans)),
            min((span.small for span in spans if span.small > 0), default=0),
            max(span.unit_loss for span in spans),
        )


NOTHING = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a thing an event may name; an open end is not itself allowed."""

    least: Much = 0
    most: Much = ENDLESS
    open_least: bool = False
    open_most: bool = False

    def at_most(self, bound: Much) -> "Amount":
        """No more than a cap on the quantity lets through."""
        if bound > self.most or (bound == self.most and self.open_most):
            return self
        return Amount(min(self.least, bound), bound, self.open_least and self.least < bound)


@dataclass(frozen=True, slots=True)
class ValueContext:
    """Hold what the reading of a value needs: the scale, bounds around it, what is said."""

    scale: int
    within: Within = ()
    free: frozenset[str] = frozenset()
    """Fields of the event, which may say anything whoever it is about."""


def allowed_amounts(when: Formula | None) -> tuple[Amount, bool]:
    """Return the amounts that a condition allows, and whether that is all the condition says."""
    found = Amount()
    whole = True
    for part in _parts(when.tree) if when is not None else ():
        narrowed = _narrowed(found, part)
        whole = whole and narrowed is not None
        found = narrowed or found
    return found, whole


def _parts(tree: ast.expr) -> list[ast.expr]:
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return [part for value in tree.values for part in _parts(value)]
    return [tree]


def _narrowed(found: Amount, part: ast.expr) -> Amount | None:
    match part:
        case ast.Compare(
            left=ast.Name(id="quantity"), ops=[op], comparators=[ast.Constant(value=value)]
        ) if not isinstance(value, str | bool):
            bound = Fraction(str(value))
        case _:
            return None
    match op:
        case ast.Lt() | ast.LtE() if bound < found.most:
            return Amount(found.least, bound, found.open_least, isinstance(op, ast.Lt))
        case ast.Gt() | ast.GtE() if bound > found.least:
            return Amount(bound, found.most, isinstance(op, ast.Gt), found.open_most)
        case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE():
            return found
        case _:
            return None


def span_of(value: Value | None, amount: Amount, around: ValueContext) -> Span:
    """Return what one event of such an amount can ask for, before its indicator's own rounding."""
    match value:
        case None:
            return NOTHING
        case Fixed(points=points):
            return _listed([points], around.within)
        case Judged(low=low, high=high):
            return _judged(low, high, around.within)
        case Choice(table=table, of_subject=of_subject):
            return _choice(table, of_subject, amount, around)
        case Steps(edges=edges):
            return _listed(_steps(edges, amount), around.within)
        case Defects(full=full, each=each, floor=floor):
            ends = [max(full + _times(each, end), floor) for end in (amount.least, amount.most)]
            return _within(min(ends), max(ends), around)
        case Rate(rate=rate, size=size, rounding=rounding):
            span = _rate(rate, size, rounding, amount, around.scale)
            found = _within(span.least, span.most, around, span.why, span.small)
            return replace(found, unit_loss=span.unit_loss)
        case Marginal(bands=bands, rounding=rounding):
            return _banded(bands, rounding, amount, around)
        case Computed(formula=formula, rounding=rounding):
            return _computed(formula, rounding, amount, around)
        case Wiped():
            return Span(0, 0, frozenset({"clears"}))
        case Unstated():
            return Span(0, 0, frozenset({"unstated"}))
        case _:
            assert_never(value)


def rounded(span: Span, rounding: Rounding | None, scale: int) -> Span:
    """Return the same after a rounding, which keeps the order of what it rounds."""
    if rounding is None:
        return span
    least, most, small, loss = (
        round_much(end, rounding, scale)
        for end in (span.least, span.most, span.small, span.unit_loss)
    )
    return Span(least, most, span.why, small, loss)


def round_much(points: Much, rounding: Rounding | None, scale: int) -> Much:
    """Round what is not endless."""
    if rounding is None or isinstance(points, float):
        return points
    return rounding.apply(points, scale)


# --- the forms ---------------------------------------------------------------------------------


def _listed(points: list[Exact], within: Within) -> Span:
    """Values that are written down: those outside the bounds around them are never granted."""
    fitting = [
        p
        for p in points
        if all((low is None or p >= low) and (high is None or p <= high) for low, high in within)
    ]
    if not fitting:
        return NOTHING
    small = min((p for p in fitting if p > 0), default=0)
    return Span(min(fitting), max(fitting), small=small)


def _judged(low: Exact | None, high: Exact | None, within: Within) -> Span:
    why = frozenset({"unstated"}) if low is None or high is None else frozenset()
    least = -ENDLESS if low is None else low
    most = ENDLESS if high is None else high
    for lower, upper in within:
        least = least if lower is None else max(least, lower)
        most = most if upper is None else min(most, upper)
    return Span(least, most, why, max(least, 0)) if least <= most else NOTHING


def _within(
    least: Much,
    most: Much,
    around: ValueContext,
    why: frozenset[str] = frozenset(),
    small: Much | None = None,
) -> Span:
    small = max(least, 0) if small is None else small
    for lower, upper in around.within:
        if (lower is not None and least < lower) or (upper is not None and most > upper):
            why |= {"bounds"}
            least = least if lower is None else max(least, lower)
            most = most if upper is None else min(most, upper)
    return Span(least, most, why, small) if least <= most else NOTHING


def _choice(
    table: Mapping[str, Value], of_subject: bool, amount: Amount, around: ValueContext
) -> Span:
    spans = [span_of(inner, amount, around) for inner in table.values()]
    if not spans:
        return NOTHING
    found = Span.any_of(spans)
    if of_subject and len({(span.least, span.most) for span in spans}) > 1:
        return Span(found.least, found.most, found.why | {"who"}, found.small)
    return found


def _steps(edges: tuple[tuple[Exact, bool, Exact], ...], amount: Amount) -> list[Exact]:
    """Return what the amounts from the least to the most come to.

    Below the first edge it is nothing.
    """
    found: list[Exact] = []
    below: Exact = 0
    for edge, strict, points in edges:
        if edge > amount.least or (edge == amount.least and strict and not amount.open_least):
            found.append(below)
        if edge > amount.most or (edge == amount.most and (strict or amount.open_most)):
            return found or [below]
        below = points
    return [*found, below]


def _rate(
    points: Fraction, size: Fraction, rounding: Rounding | None, amount: Amount, scale: int
) -> Span:
    rate = points / size
    ends = [
        _end(rate * bound if bound != ENDLESS else _endless(rate), bound, is_open, rounding, scale)
        for bound, is_open in ((amount.least, amount.open_least), (amount.most, amount.open_most))
    ]
    open_end = amount.open_most and rounding is None
    why = frozenset({"open"}) if open_end and amount.most != ENDLESS else frozenset()
    one = round_much(exact(points), rounding, scale)
    small = max(one, ends[0], 0) if ends[1] > 0 else 0
    return Span(min(ends), max(ends), why, min(small, max(ends)), max(-one, 0))


def _end(points: Much, bound: Much, is_open: bool, rounding: Rounding | None, scale: int) -> Much:
    """Return the points at an end of the amounts; at an open upper end, those just before it."""
    if isinstance(points, float) or rounding is None:
        return points
    found = rounding.apply(points, scale)
    step = exact(Fraction(rounding.step) * scale)
    if is_open and bound and rounding.mode != "up" and found == points:
        whole = found - step if points > 0 else found + step
        return whole if rounding.mode == "down" else found
    return found


def _banded(
    bands: tuple[tuple[Fraction, Fraction], ...],
    rounding: Rounding | None,
    amount: Amount,
    around: ValueContext,
) -> Span:
    """Return the sum over the bands, which may rise and fall: its ends lie at the edges."""
    sum_at = _sums_of(bands)
    edges = [edge for edge, _ in bands if amount.least < edge < amount.most]
    points = [sum_at(at) for at in (amount.least, *edges, amount.most)]
    ends = [round_much(one, rounding, around.scale) for one in points]
    one = round_much(sum_at(max(amount.least, Fraction(1))), rounding, around.scale)
    why = frozenset({"open"}) if amount.open_most and amount.most != ENDLESS else frozenset()
    return _within(min(ends), max(ends), around, why, max(min(one, max(ends)), 0))


def _sums_of(bands: tuple[tuple[Fraction, Fraction], ...]) -> Callable[[Much], Much]:
    """Return what bands come to at an amount; what lies below each edge is added up once."""
    edges, below = [edge for edge, _ in bands], [Fraction(0)]
    for (edge, rate), (top, _) in pairwise(bands):
        below.append(below[-1] + rate * (top - edge))

    def sum_at(at: Much) -> Much:
        last = bisect_left(edges, at) - 1
        if last < 0:
            return 0
        rate, width = bands[last][1], at - edges[last]
        more = _endless(rate) if isinstance(width, float) else rate * width
        found = below[last] + more
        return found if isinstance(found, float) else exact(found)

    return sum_at


def _computed(
    formula: Formula, rounding: Rounding | None, amount: Amount, around: ValueContext
) -> Span:
    known = {"quantity": Interval(amount.least, amount.most, not amount.open_most)}
    found = interval_of(formula, known, around.free)
    ends = [
        round_much(
            end if isinstance(end, float) else exact(Fraction(end) * around.scale),
            rounding,
            around.scale,
        )
        for end in (found.least, found.most)
    ]
    why = frozenset() if found.is_exact else frozenset({"formula"})
    return _within(ends[0], ends[1], around, why)


def _endless(rate: Fraction) -> Much:
    return ENDLESS if rate > 0 else -ENDLESS if rate < 0 else 0


def _times(each: Fraction, amount: Much) -> Much:
    return _endless(each) if isinstance(amount, float) else exact(each * amount)

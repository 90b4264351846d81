"""Work out what one indicator can bring in a period before its caps.

Its values, how often they can come, and on which days.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import gcd
from typing import Literal, TypeAlias

from ...core.rounding import Rounding
from ...core.slotted import set_while_open
from ...core.terms import Exact, Window, exact
from ...plan import (
    Choice,
    Combine,
    Fixed,
    Grant,
    Held,
    Plan,
    QuantityCap,
    Rate,
    Steps,
    Unstated,
    Value,
    Wiped,
)
from .flow import Flow, of_event
from .gains import ENDLESS, Much, merged, repeated
from .spans import Amount, Span, ValueContext, allowed_amounts, round_much, rounded, span_of
from .stretch import PERIOD, Stretch

Menu: TypeAlias = Literal["all", "once", "large once", "small once"]
"""Says how events are looked at: any that count at the end, or each indicator once.

Once means at its ends, at its largest listed gain and loss (one unit, where there is no largest),
or at its smallest listed gain.
"""

FREE = frozenset({"level", "place", "role", "rating", "evidence"})


@dataclass(frozen=True, slots=True)
class Bounded:
    """In each window of a kind at most so many events, or so much in sum."""

    window: Window
    kind: Literal["times", "added", "deducted"]
    bound: Much
    side: Literal["added", "deducted", ""] = ""
    """Of events, only those of one side are counted."""
    why: str = ""
    """Why the sum is only a bound where a shorter window has cut it before."""


@set_while_open
@dataclass(frozen=True, slots=True)
class Leaf:
    """One indicator: both sides, what bounds it besides its caps, whether its points return."""

    adds: Flow
    deducts: Flow
    bounds: tuple[Bounded, ...] = ()
    returns: bool = False
    grain: Exact | None = None
    """What every value of it is a multiple of; None where it may be any number."""
    shifts: str = ""
    """The windows of a mean, which each event moves on its own day."""
    expires: bool = False
    """Whether some of its events run out within the period."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one event of an indicator asks for, before escalation."""

    span: Span
    amount: Amount
    why: frozenset[str] = field(default_factory=frozenset)


def asked_of(plan: Plan, grant: Grant) -> Asked:
    """Return the least and the most of one event, over what conditions and quantity caps allow."""
    amount, whole = allowed_amounts(grant.when)
    why = frozenset() if whole else frozenset({"when"})
    for cap in grant.quantity_caps:
        amount = amount.at_most(cap.bound)
    around = ValueContext(plan.scale, grant.within, FREE | frozenset(plan.event_fields))
    span = rounded(span_of(grant.value, amount, around), grant.rounding, plan.scale)
    span = _added_up(grant, span, plan.scale)
    if _windowed(grant) and not _is_plain_rate(grant):
        why |= {"quantity"}
    if grant.escalation is not None and (_windowed(grant) or _adds_up(grant.value)):
        why |= {"escalation"}
    if any(post.account not in ("", "nobody") for post in grant.posts):
        why |= {"others"}
    if not isinstance(grant.lasts, str):
        why |= {"lasts"}
    if grant.standing is not None:
        why |= {"standing"}
    if any(isinstance(effect, Held) for effect in grant.effects):
        why |= {"veto"}
    return Asked(span, amount, why | span.why)


def _is_plain_rate(grant: Grant) -> bool:
    """Whether a quantity is worth the same however it is divided over events."""
    rounding = grant.rounding or (grant.value.rounding if isinstance(grant.value, Rate) else None)
    return isinstance(grant.value, Rate) and (rounding is None or rounding.mode == "down")


def leaf_of(grant: Grant, asked: Asked, scale: int, stretch: Stretch) -> Leaf:
    """Return what an indicator brings on both sides, with all that bounds it besides caps."""
    days, expires = _days(grant, stretch)
    rated = any(
        combine.averages and (combine.roles or combine.quorum) for combine in grant.combines
    )
    loose = frozenset({"ratings"}) if rated else frozenset()
    adds, deducts = (
        replace(flow, loose=flow.loose | loose)
        for flow in (
            _side(grant, asked, max(asked.span.most, 0), days, 1, stretch),
            _side(grant, asked, max(-asked.span.least, 0), days, -1, stretch),
        )
    )
    bounds = (*_combined(grant, adds, deducts, scale), *_summed(grant, asked, scale))
    returns = expires or any(combine.mark.id == grant.mark.id for combine in grant.combines)
    means = [c.over for c in grant.combines if c.averages and c.over is not None]
    shifts = (PERIOD if means[0].name == "length" else _grid(means[0])) if means else ""
    return Leaf(adds, deducts, bounds, returns, _grain(grant), shifts, expires)


def _grain(grant: Grant) -> Exact | None:
    """Return what every value of an indicator is a multiple of; None where it may be any number."""
    if any(combine.averages for combine in grant.combines):
        return None
    if grant.rounding is not None:
        return None
    found = grain_of(grant.value)
    for kind, _, amount in grant.escalation.rungs if grant.escalation is not None else ():
        if kind == "points":
            found = common(found, amount)
        elif kind == "times" and found is not None:
            found = common(found, exact(Fraction(found) * amount))
    return found


def grain_of(value: Value | None) -> Exact | None:
    """Return what every number a value may be is a multiple of."""
    match value:
        case None | Unstated() | Wiped():
            return 0
        case Fixed(points=points):
            return common(points, 0)
        case Steps(edges=edges):
            return _all_common(points for _, _, points in edges)
        case Choice(table=table):
            return _all_common(grain_of(inner) for inner in table.values())
        case _:
            return None


def _all_common(numbers: Iterable[Exact | None]) -> Exact | None:
    found: Exact | None = 0
    for number in numbers:
        found = common(found, number)
    return found


def common(one: Exact | None, two: Exact | None) -> Exact | None:
    """Return the largest number that both are multiples of.

    None where one of them may be any number.
    """
    if one is None or two is None:
        return None
    if isinstance(one, int) and isinstance(two, int):
        return gcd(one, two)
    left, right = Fraction(one), Fraction(two)
    top = gcd(left.numerator * right.denominator, right.numerator * left.denominator)
    return exact(Fraction(top, left.denominator * right.denominator))


def leaf_once(asked: Asked, menu: Menu) -> Leaf:
    """One event of the indicator, at its ends or at its smallest listed gain."""
    span = asked.span
    gain, loss = span.most, -span.least
    if menu == "large once":
        gain, loss = (
            one if one != ENDLESS else unit
            for one, unit in ((gain, span.small), (loss, span.unit_loss))
        )
    elif menu == "small once":
        gain, loss = span.small, 0
    adds, deducts = (
        Flow({PERIOD: (repeated(one, 1),)}, why=asked.why) if one > 0 else Flow()
        for one in (gain, loss)
    )
    return Leaf(adds, deducts)


def _side(
    grant: Grant, asked: Asked, end: Much, days: tuple[int, ...] | None, sign: int, stretch: Stretch
) -> Flow:
    """One side of it: the same gain again and again, or as its escalation says."""
    if grant.standing is not None:
        flow = of_event(repeated(end, 1), days, stretch)
        return Flow(flow.cells, why=asked.why if end else frozenset())
    if not end and grant.escalation is None:
        return Flow(why=asked.why & {"unstated"})
    rule = grant.escalation
    if rule is None:
        flow = of_event(repeated(end), days, stretch)
        return Flow(flow.cells, why=asked.why)
    steps = [_step(kind, amount, end, sign) for kind, _, amount in rule.rungs]
    best = max(steps, default=0)
    loose = frozenset({"escalation"}) if len(set(steps)) > 1 else frozenset()
    if steps[-1] > 0:
        flow = of_event(repeated(best), days, stretch)
        return Flow(flow.cells, why=asked.why, loose=loose)
    if rule.window is None or rule.window.name == "length" or days is not None:
        flow = of_event(repeated(best), days, stretch)
        return Flow(flow.cells, why=asked.why | loose, loose=loose)
    gains = merged([repeated(step, 1) for step in steps])
    grid = _grid(rule.window)
    return Flow({grid: (gains,)} if gains else {}, why=asked.why, loose=loose)


def _step(kind: str, amount: Exact, end: Much, sign: int) -> Much:
    if kind == "warning":
        return 0
    return max(amount * sign, 0) if kind == "points" else max(end * amount, 0) if end else 0


def _grid(window: Window) -> str:
    return PERIOD if window.name == "ever" else "day" if window.name == "event" else window.name


def _days(grant: Grant, stretch: Stretch) -> tuple[tuple[int, ...] | None, bool]:
    """On which days an event counts at the period's end (None: on any), and whether some expire."""
    if stretch.is_long:
        return None, True
    found = range(stretch.days) if grant.standing is None else stretch.ends(grant.standing)
    lasts = grant.lasts if isinstance(grant.lasts, str) else "period"
    endless = lasts in ("period", "this period", "next period", "ever", "until_repaired")
    if endless or lasts.endswith(" after repair"):
        return (None if grant.standing is None else tuple(found)), not isinstance(grant.lasts, str)
    word = lasts.removeprefix("next ")
    lasting = stretch.lasting(Window.parse(word), next_one=word != lasts)
    still = tuple(n for n in found if n in lasting)
    if grant.standing is None and len(still) == stretch.days:
        return None, False
    return still, len(still) < len(found)


def _combined(grant: Grant, adds: Flow, deducts: Flow, scale: int) -> Iterator[Bounded]:
    for combine in grant.combines:
        if combine.mark.id == grant.mark.id:
            yield from bounds_of(combine, adds.best, deducts.best, scale)


def bounds_of(combine: Combine, most: Much, least: Much, scale: int) -> Iterator[Bounded]:
    """Return what a combine bounds: of events that become one in a window only one counts.

    Joined by matter they bound nothing, since each event may be a matter of its own.
    """
    if combine.over is None:
        return
    if combine.averages:
        yield Bounded(combine.over, "added", _rated(combine, most, scale), why="ratings")
        yield Bounded(combine.over, "deducted", _rated(combine, least, scale), why="ratings")
        return
    side: Literal["added", "deducted", ""] = ""
    if combine.side_only:
        side = "added" if combine.mode == "highest" else "deducted"
    yield Bounded(combine.over, "times", 1, side)


def _rated(combine: Combine, best: Much, scale: int) -> Much:
    """Return what the mean comes to where every rater gives the same."""
    shares = [share for _, share in combine.roles]
    if combine.is_unstated:
        return 0
    if shares and combine.missing != "spread" and not isinstance(best, float):
        best = exact(Fraction(best) * sum((share or Fraction(0) for share in shares), Fraction(0)))
    return round_much(best, combine.rounding, scale)


def _summed(grant: Grant, asked: Asked, scale: int) -> Iterator[Bounded]:
    """Amounts that are added up in a window, and quantities that are capped in one."""
    value, span = grant.value, asked.span
    if grant.escalation is not None:
        return
    if isinstance(value, Steps) and value.window is not None and _is_even(value):
        yield Bounded(value.window, "added", max(span.most, 0), why="steps")
        yield Bounded(value.window, "deducted", max(-span.least, 0), why="steps")
    if isinstance(value, Rate):
        yield from _capped_rates(grant, value, scale)


def _capped_rates(grant: Grant, value: Rate, scale: int) -> Iterator[Bounded]:
    """Return what a capped quantity comes to; rounded up with each event there is no end to it."""
    rounding = value.rounding or grant.rounding
    if rounding is not None and rounding.mode == "up":
        return
    for cap in _windowed(grant):
        bound = exact(abs(value.rate) * cap.bound / value.size)
        if rounding is not None:
            down = Rounding(rounding.step, "down")
            bound = down.apply(bound * (1 if rounding.mode == "down" else 2), scale)
        yield Bounded(cap.window, "added" if value.rate > 0 else "deducted", bound, why="quantity")


def _is_even(value: Steps) -> bool:
    """Whether the table only rises or only falls, so that its steps add up to its last one."""
    points = [0, *(points for _, _, points in value.edges)]
    pairs = list(pairwise(points))
    return all(one <= two for one, two in pairs) or all(one >= two for one, two in pairs)


def _adds_up(value: Value | None) -> bool:
    return isinstance(value, Rate | Steps) and value.window is not None


def _windowed(grant: Grant) -> tuple[QuantityCap, ...]:
    return tuple(cap for cap in grant.quantity_caps if cap.window.name != "event")


def _added_up(grant: Grant, span: Span, scale: int) -> Span:
    """Tell what one event may ask where others of the window left an amount below a step."""
    value = grant.value
    if isinstance(value, Steps) and value.window is not None and not _is_even(value):
        most, least = max(span.most, 0), min(span.least, 0)
        return Span(least - most, most - least, span.why | {"steps"}, span.small)
    ends = (span.least, span.most)
    finite = any(end and not isinstance(end, float) for end in ends)
    if isinstance(value, Rate) and value.window is not None and value.rounding and finite:
        step = exact(Fraction(value.rounding.step) * scale)
        least = span.least - step if value.rate < 0 else span.least
        most = span.most + step if value.rate > 0 else span.most
        return Span(least, most, span.why | {"quantity"}, span.small)
    return span

"""Stages of a route: what each lets through of the sums that reach it.

A stage keeps lines: who brought how much. What it lets through is worked out anew from all its
lines each time it is asked. A cap on adds, deducts or times and a net limit each have a way to do
so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from jifen_rules.core.rounding import Rounding
from jifen_rules.core.terms import Window

ZERO = Fraction(0)


@dataclass(frozen=True)
class Stage:
    """One thing on the way of points: a limit, a weight, a rounding, or the border of a figure."""

    place: str
    kind: Literal["added", "deducted", "times", "net", "weight", "round", "gate"]
    window: Window | None = None
    """None: a limit of the period."""
    low: Fraction | None = None
    high: Fraction | None = None
    lost: bool = False
    counted: str = "first"
    among: tuple[str, ...] = ()
    copy: int = 0
    factor: Fraction = Fraction(1)
    rounding: Rounding | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same stage in every version: what it limits, never by how much."""
        return (self.place, self.kind, str(self.window), self.among, self.copy)

    @property
    def is_settling(self) -> bool:
        """Whether an end enters here: at a net limit or a rounding."""
        return self.kind in ("net", "round")


@dataclass(frozen=True)
class Line:
    """So much of one contribution reached a stage; how, and under which bounds."""

    who: Any
    amount: Fraction
    mode: Literal["moves", "ends", "takes room", "reached", "stands"]
    """`reached`: of a length, what came; the other lines there say what it let through.

    `stands`: a limit goes on with it from the period before, where it was let through.
    """
    low: Fraction | None = None
    high: Fraction | None = None
    lets_fall: bool = False
    """Whether others fall back as it leaves a limit that keeps: none further out loses."""


@dataclass
class Passed:
    """What a stage let through: the sum, and of whom how much."""

    total: Fraction
    parts: dict[Any, Fraction]
    came: dict[Any, Fraction] = field(default_factory=dict)
    """Of a limit that keeps: of whom how much came, or was let through by an older bound."""


def least(*bounds: Fraction | None) -> Fraction | None:
    stated = [bound for bound in bounds if bound is not None]
    return min(stated) if stated else None


def capped(lines: Sequence[Line]) -> Passed:
    """A cap on points added or deducted (as sizes): the first to come are let in up to the bound.

    What ends takes its amount from the sum and what it was granted from the bound; what comes
    forward in its place stands in the room that was taken, apart from both.
    """
    amounts: dict[Any, Fraction] = {}
    apart: dict[Any, Fraction] = {}
    used, standing, last = ZERO, None, None
    for line in lines:
        bound = line.high
        if last is not None and bound is not None and bound != last:
            amounts = parts_under(amounts, top(last, used, standing))
            standing = sum(amounts.values(), ZERO)
        last = bound if bound is not None else last
        ceiling = top(last, used, standing)
        if line.mode == "takes room":
            apart[line.who] = apart.get(line.who, ZERO) + line.amount
        elif line.mode == "ends":
            part = parts_under(amounts, ceiling).get(line.who, ZERO)
            used, standing = used + part, None if standing is None else standing - part
            amounts.pop(line.who, None)
            apart.pop(line.who, None)
        elif line.who in apart:
            rest = apart[line.who] + line.amount
            left = max(ZERO, rest)
            used -= max(apart[line.who] - left, ZERO)  # its value passes on, and its room with it
            apart[line.who] = left
            if rest < 0 and line.who in amounts:
                amounts[line.who] = max(ZERO, amounts[line.who] + rest)
        else:
            amounts[line.who] = amounts.get(line.who, ZERO) + line.amount
            if not amounts[line.who]:
                del amounts[line.who]  # should it come again, it stands behind the others
        if standing is not None:
            passed = sum(parts_under(amounts, top(last, used, standing)).values(), ZERO)
            standing = min(standing, passed)
    parts = parts_under(amounts, top(last, used, standing))
    for who, amount in apart.items():
        parts[who] = parts.get(who, ZERO) + amount
    return Passed(sum(parts.values(), ZERO), parts, amounts | apart)


def top(bound: Fraction | None, used: Fraction, standing: Fraction | None) -> Fraction | None:
    """The bound that is left; what stood beyond it when a version lowered it stays."""
    if bound is None:
        return None
    left = bound - used
    return left if standing is None else max(left, standing)


def parts_under(amounts: dict[Any, Fraction], ceiling: Fraction | None) -> dict[Any, Fraction]:
    """Of each, what the clamp of the sums grew by when it came.

    Below 0, where what has ended used more than a lowered bound, the ceiling goes with later falls.
    """
    if ceiling is None:
        return dict(amounts)
    parts, reached, passed, top_now = {}, ZERO, ZERO, max(ceiling, ZERO)
    for who, amount in amounts.items():
        reached += amount
        parts[who] = min(reached, top_now) - passed
        passed += parts[who]
        top_now = max(ceiling, min(top_now, passed))
    return parts


def counted_times(lines: Sequence[Line], counted: str) -> Passed:
    """A cap on times: of those that reach it with something, the first n or the highest n."""
    amounts: dict[Any, Fraction] = {}
    apart: dict[Any, Fraction] = {}
    used, bound = 0, None
    stood: list[Any] = []
    """What counted when a version moved the bound: it stays, and leaves no room."""
    for line in lines:
        if None not in (bound, line.high) and line.high != bound:
            stood = chosen_times(amounts, bound, used, counted, stood)
            amounts = {who: amounts[who] for who in stood}
        bound = line.high if line.high is not None else bound
        if line.mode == "takes room" and counted == "highest" and line.amount:
            used -= 1  # a higher one may displace it in its turn
            amounts[line.who] = amounts.get(line.who, ZERO) + line.amount
        elif line.mode == "takes room":
            apart[line.who] = apart.get(line.who, ZERO) + line.amount
        elif line.mode == "ends":
            used += line.who in chosen_times(amounts, bound, used, counted, stood)
            amounts.pop(line.who, None)
            apart.pop(line.who, None)
        elif line.who in apart:
            was = apart[line.who]
            apart[line.who] = was + line.amount if was else ZERO
            used -= bool(was) and not apart[line.who]  # its value passes on, and its room with it
        else:
            amounts[line.who] = amounts.get(line.who, ZERO) + line.amount
            if not amounts[line.who]:
                del amounts[line.who]
    parts = {who: amounts[who] for who in chosen_times(amounts, bound, used, counted, stood)}
    for who, amount in apart.items():
        parts[who] = parts.get(who, ZERO) + amount
    return Passed(sum(parts.values(), ZERO), parts, amounts | apart)


def chosen_times(
    amounts: dict[Any, Fraction],
    bound: Fraction | None,
    used: int,
    counted: str,
    stood: Sequence[Any] = (),
) -> list[Any]:
    """Count who counts: all without a bound, else so many as are left of it or stood before."""
    come = [who for who, amount in amounts.items() if amount]
    if bound is None:
        return come
    standing = [who for who in come if who in stood]
    left = max(int(bound) - used, 0)
    if len(standing) > left:
        return standing
    if counted == "highest":
        come = sorted(come, key=lambda who: -amounts[who])
    return come[:left]


def netted(
    lines: Iterable[Line],
    start: Fraction,
    lost: bool,
    now: tuple[Fraction | None, Fraction | None] | None = None,
) -> Passed:
    """A net limit: `kept` clamps the running sum, `lost` clamps the figure itself.

    Where a version moves its bound, it goes on from what it has let through so far, of each.
    `now`: its bounds of this moment, at which nothing may have come yet.
    """
    total, passed = start, start
    parts: dict[Any, Fraction] = {}
    came: dict[Any, Fraction] = {}
    last: tuple[Fraction | None, Fraction | None] | None = None
    above = below = None
    for line in lines:
        if line.mode == "stands":
            total, passed = total + line.amount, passed + line.amount
            parts[line.who] = parts.get(line.who, ZERO) + line.amount
            came[line.who] = came.get(line.who, ZERO) + line.amount
            continue
        bounds = (line.low, line.high)
        if last is not None and bounds != last:
            came = came if lost else let_through_of(came, *widened(*last, above, below))
            total, above, below = passed, passed, passed
        last = bounds
        if lost:
            total = passed
        total += line.amount
        came[line.who] = came.get(line.who, ZERO) + line.amount
        low, high = widened(*bounds, above, below)
        after = clamp(total, low, high)
        let = after - passed
        if line.amount and not came[line.who] and not lost:
            let = _come_up(line, let, came, parts)
        parts[line.who] = parts.get(line.who, ZERO) + let
        passed = after
        above = None if above is None else min(above, passed)
        below = None if below is None else max(below, passed)
    if not lost and last is not None and now not in (None, last):
        came = let_through_of(came, *widened(*last, above, below))
    return Passed(passed, parts, came)


def _come_up(
    line: Line, let: Fraction, came: dict[Any, Fraction], parts: dict[Any, Fraction]
) -> Fraction:
    """Let others have, in their order, what one that has left a limit does not leave free.

    They come up into its room, or (the last first) fall back as what they stood against goes.
    Gives what is its own of the change.
    """
    who = line.who
    rest = let + parts.get(who, ZERO)
    several: list[tuple[Any, Fraction | None]] = [
        (other, amount - parts.get(other, ZERO)) for other, amount in came.items()
    ]
    if line.lets_fall:
        several += [(other, None) for other in reversed(came)]
    for other, lacks in several:
        size = -parts.get(other, ZERO) if lacks is None else lacks
        if other is not who and size * rest > 0:
            more = min(size, rest) if rest > 0 else max(size, rest)
            parts[other] = parts.get(other, ZERO) + more
            rest, let = rest - more, let - more
    return let


def widened(
    low: Fraction | None, high: Fraction | None, above: Fraction | None, below: Fraction | None
) -> tuple[Fraction | None, Fraction | None]:
    """Bounds with room for what stood beyond them when a version moved them."""
    return (
        low if low is None or below is None else min(low, below),
        high if high is None or above is None else max(high, above),
    )


def clamp(amount: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    amount = amount if high is None else min(amount, high)
    return amount if low is None else max(amount, low)


def let_through_of(
    came: dict[Any, Fraction], low: Fraction | None, high: Fraction | None
) -> dict[Any, Fraction]:
    """Of each that is there, in order, what a limit that keeps has let through."""
    found, before = {}, ZERO
    for who, amount in came.items():
        after = before + amount
        found[who] = clamp(after, low, high) - clamp(before, low, high)
        before = after
    return found


def rounded(lines: Iterable[Line], start: Fraction, rounding: Rounding) -> Passed:
    """A rounding: that of the sum that reached it."""
    total = start + sum((line.amount for line in lines), ZERO)
    return Passed(Fraction(rounding.apply(total)), {})

"""What single events can bring, best first, and what a limit leaves of it.

The best that k events can bring is the sum of the first k gains. Adding side by side merges two
such lists and a limit cuts them short; both keep them falling, which is why the sums are exact.
"""

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from ...core.terms import Exact

Much: TypeAlias = int | Fraction | float
"""Points in 1/scale, or endless: no other float ever stands here."""

Gains: TypeAlias = tuple[tuple[Much, Much], ...]
"""(points of one event, how many such events), best first; either may be endless."""

ENDLESS = math.inf


def repeated(gain: Much, count: Much = ENDLESS) -> Gains:
    """Return the same gain, as often as one likes, or so often."""
    return ((gain, count),) if gain > 0 and count > 0 else ()


def merged(parts: Iterable[Gains], times: Much = 1) -> Gains:
    """Everything side by side, so many times over."""
    counts: dict[Much, Much] = {}
    for part in parts:
        for gain, count in part:
            counts[gain] = counts.get(gain, 0) + count * times
    return tuple(sorted(counts.items(), reverse=True))


def sum_of(gains: Gains) -> Much:
    """All of it together."""
    found: Much = 0
    for gain, count in gains:
        found += gain * count
    return found


def cut(gains: Gains, bound: Much) -> Gains:
    """At most so many points; the last event may bring a part of its own."""
    if bound == ENDLESS or sum_of(gains) <= bound:
        return gains
    found: list[tuple[Much, Much]] = []
    left = bound
    for gain, count in gains:
        if left <= 0:
            break
        if gain * count <= left:
            found.append((gain, count))
            left -= gain * count
            continue
        whole = 0 if gain == ENDLESS else int(left // gain)
        found += repeated(gain, whole)
        found += repeated(
            0 if gain == ENDLESS and left == ENDLESS else left - _times(gain, whole), 1
        )
        break
    return merged([tuple(found)])


def without(gains: Gains, points: Much) -> Gains:
    """Return what is left once so many points of it have gone to a debt or an excess."""
    left = points
    found: list[tuple[Much, Much]] = []
    for gain, count in gains:
        if left <= 0 or gain == ENDLESS:
            found.append((gain, count))
            left = 0
            continue
        eaten = min(count, left // gain)
        left -= gain * eaten
        rest = count - eaten
        if rest and left > 0:
            found += repeated(gain - left, 1)
            rest, left = rest - 1, 0
        found += repeated(gain, rest)
    return tuple(found)


def first(gains: Gains, times: Much) -> Gains:
    """At most so many events."""
    found: list[tuple[Much, Much]] = []
    left = times
    for gain, count in gains:
        if left <= 0:
            break
        found.append((gain, min(count, left)))
        left -= min(count, left)
    return tuple(found)


def each_at_most(gains: Gains, bound: Much) -> Gains:
    """No event more than so much: of k events the less of what they bring and k times the bound."""
    if not gains or gains[0][0] <= bound:
        return gains
    if gains[0][1] == ENDLESS:
        return repeated(bound)
    return _lower_of(gains, bound)


def _lower_of(gains: Gains, bound: Much) -> Gains:
    """Where the sum of the first k leaves the straight line of k times the bound."""
    brought: Much = 0
    events: Much = 0
    for number, (gain, count) in enumerate(gains):
        after, there = brought + gain * count, events + count
        if gain < bound and after < bound * there:
            # The line is met within these events: (brought + gain * n) falls below
            # bound * (events + n).
            whole = int((brought - bound * events) // (bound - gain))
            over = brought + gain * (whole + 1) - bound * (events + whole)
            parts = [repeated(bound, events + whole), repeated(over, 1)]
            rest = (gain, count - whole - 1)
            return merged([*parts, repeated(*rest), gains[number + 1 :]])
        brought, events = after, there
    if brought == ENDLESS:
        return repeated(bound)
    full = int(brought // bound)
    return merged([repeated(bound, full), repeated(brought - bound * full, 1)])


def multiplied(gains: Gains, factor: Exact) -> Gains:
    """Each gain so many times as large."""
    return tuple((gain * factor, count) for gain, count in gains)


def events_for(gains: Gains, points: Much, *, strictly: bool = False) -> int | None:
    """Return the fewest events that bring so many points (strictly: more).

    None if they never do.
    """
    needed = 0
    left: Much = points
    for gain, count in gains:
        if left < 0 or (left == 0 and not strictly):
            break
        if gain == ENDLESS:
            return needed + 1
        whole: Much = left // gain + 1 if strictly else -(-left // gain)
        used = int(min(count, whole))
        needed, left = needed + used, left - gain * used
    return needed if left < 0 or (left == 0 and not strictly) else None


def _times(gain: Much, count: Much) -> Much:
    return 0 if not count else gain * count

"""Who else moves under a cap as one contribution comes or goes there.

It is the next in line, or one that is displaced. Refuses to know why a contribution moves.
"""

from collections.abc import Iterator

from ..core.terms import Exact
from ..plan import Post
from .past import way_of
from .routes import Route
from .stages import Stage, own_day
from .state import Contribution, Past

Move = tuple[Contribution, int, Exact]
"""Who moves, at which stage of its way, and by how much."""


def moved_by(item: Contribution, way: Past, number: int, let: Exact) -> Iterator[Move]:
    """Tell who else of the same subject moves at a cap that has let a move through."""
    stage = way.route.trunk[number]
    cap = stage.cap
    if cap is None or cap.among or stage.keys is None or not stage.keeps_room(item):
        return
    if cap.kind == "times":
        yield from _by_turns(item, stage)
    elif not way.arrived[number]:
        yield from _in_line(item, stage, let + way.arrived[number + 1])


def own_at(item: Contribution, way: Past, number: int) -> Exact | None:
    """Tell what is a contribution's own of a move at a cap on times; None at other caps."""
    stage = way.route.trunk[number]
    cap = stage.cap
    if cap is None or cap.among or stage.keys is None or cap.kind != "times":
        return None
    return stage.values_of(item).get(item.number, 0) - way.arrived[number + 1]


def _by_turns(item: Contribution, stage: Stage) -> Iterator[Move]:
    """Of those whose time counts, each has its own value there; who is displaced has nothing."""
    values = stage.values_of(item)
    for other, place in _others(item, stage):
        came, let = way_of(other).arrived[place : place + 2]
        amount = values.get(other.number, 0) - let
        if amount and came:  # else it is what a limit further out kept of one that has ended
            yield other, place, amount


def come_up(item: Contribution, way: Past, number: int, let: Exact) -> list[Move]:
    """Tell who moves at a net limit that keeps, as one leaves it whole, in their order.

    Where that limit stands inside one that loses, none falls back: it could not rise again there.
    """
    stage, rest = way.route.trunk[number], let + way.arrived[number + 1]
    found = [*_in_line(item, stage, rest)]
    rest -= sum((amount for _, _, amount in found), 0)
    for other, place in reversed([*_others(item, stage)]) if rest else ():
        there = way_of(other).arrived[place + 1]
        amount = max(-there, rest) if rest < 0 else min(-there, rest)
        if number not in way.route.hidden and amount * rest > 0:
            rest -= amount
            found.append((other, place, amount))
    return found


def _in_line(item: Contribution, stage: Stage, room: Exact) -> Iterator[Move]:
    """Where one leaves a limit, the others there move up into its room, in their order.

    At a cap on one side, those of that side.
    """
    for other, place in _others(item, stage) if room else ():
        came, let = way_of(other).arrived[place : place + 2]
        lacks = came - let
        amount = min(lacks, room) if room > 0 else max(lacks, room)
        if (stage.is_net or other.side == item.side) and amount * room > 0:
            room -= amount
            yield other, place, amount


def _others(item: Contribution, stage: Stage) -> Iterator[tuple[Contribution, int]]:
    assert stage.keys is not None
    window = stage.keys[stage.day_of(item)]
    for other in [*item.state.contributions.values()]:
        place = None if other is item else place_in(way_of(other).route, stage)
        is_free = other.stop is None or (not other.route.is_carried and other.stop > (place or 0))
        if place is None or not is_free:
            continue
        if other.route.is_carried and stage.day_of is not own_day:
            continue  # it stands in no limit of this period before the ledgers
        if other.took_over is not None and not (stage.is_net or is_by_height(stage)):
            continue  # it stands in room of its own
        if stage.keys[stage.day_of(other)] == window:
            yield other, place


def is_by_height(stage: Stage) -> bool:
    """Whether the highest times count, so that also what came forward may be displaced."""
    return stage.cap is not None and stage.cap.highest


def hand_on(item: Contribution, first: int) -> bool:
    """Let what the first net limit or rounding kept of an end stand as the next one's there.

    It fills the place of what has ended, so that a veto further out holds it too. Tell whether
    somebody took it.
    """
    trunk, left = item.route.trunk, item.arrived[first + 1 :]
    if not any(left):
        return True
    for other in item.state.contributions.values():
        if not _takes_place(other, item, first):
            continue
        place = len(other.route.trunk) - len(trunk) + first
        if (other.arrived[place] - other.arrived[place + 1]) * left[0] > 0:
            for number, amount in enumerate(left, place + 1):
                other.arrived[number] += amount
            for theirs, mine in zip(other.landed, item.landed, strict=True):
                theirs[:] = [a + b for a, b in zip(theirs, mine, strict=True)]
            return True
    return False


def _takes_place(other: Contribution, item: Contribution, first: int) -> bool:
    """Whether one stands under the same limit in the same window, and goes the same way on."""
    tail, theirs = item.route.trunk[first:], other.route.trunk
    grant, stage = other.source.grant, tail[0]
    if theirs[len(theirs) - len(tail) :] != tail or _posts(other.route) != _posts(item.route):
        return False
    if (other.side, other.stop) != (item.side, item.stop) or (grant is not None and grant.others):
        return False
    if other.is_base:
        return False
    if stage.keys is None:
        return stage.cap is None and other.since == item.since
    return stage.keys[stage.day_of(other)] == stage.keys[stage.day_of(item)]


def _posts(route: Route) -> list[Post]:
    return [branch.post for branch in route.branches]


def place_in(route: Route, stage: Stage) -> int | None:
    """Return the number of a stage on a route, in whatever version of the scheme."""
    slot = stage.cap.slot if stage.cap is not None else None
    several = (n for n, s in enumerate(route.trunk) if s.cap is not None and s.cap.slot == slot)
    return next(several, None)

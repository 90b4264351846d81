"""What comes forward in the place of a contribution that ended.

It takes the room of that one at each cap, and passes on.

Refuses to know which one comes forward, or why the one before it ended.
"""

from ..core.terms import Exact
from ..plan import Cap
from .past import not_more, way_of
from .room import place_in
from .stages import take_over
from .state import Contribution


def come_forward(item: Contribution, number: int, points: Exact) -> Exact:
    """Let a contribution that comes forward pass a stage.

    At a cap it takes the room of the one before it, no more.

    As its value passes on, that room returns. A veto holds figures, not events: room of one that
    was held is free.
    """
    mine, old, sums = way_of(item), item.took_over, item.state.view_of(item)
    assert old is not None
    stage, way = mine.route.trunk[number], way_of(old)
    place = place_in(way.route, stage)
    if stage.is_net or stage.cap is None or place is None:
        return stage.run(sums, item, points)
    if not _both_meet(stage.cap, old, item):
        return stage.run(sums, item, points)
    in_room = stands_in_room(item, number)
    if (points > 0) != (item.side == "added"):
        back = not_more(points, mine.arrived[number + 1])
        if not in_room:
            _stand_apart(item, number, points - back)
        return stage.run(sums, item, back)
    if old.stop is not None and old.stop <= place:
        return stage.run(sums, item, points)
    room = way.arrived[place + 1]
    if stage.cap.kind == "times" and mine.arrived[number + 1]:
        return stage.run(sums, item, points)  # its time counts already
    if stage.cap.kind == "times":
        taken = points if room else 0
    else:
        taken = min(points, max(room, 0)) if points > 0 else max(points, min(room, 0))
    if stage.cap.window.name == "length":
        return taken
    if in_room:
        return _in_used_room(item, number, points, taken)
    let = stage.run(sums, item, taken) if taken else 0
    if let != taken and stage.cap.kind != "times":
        stage.run(sums, item, let - taken)  # so much of it stands there, and goes as it goes
    if stage.cap.kind != "times":
        _stand_apart(item, number, points - let)
    return let


def _stand_apart(item: Contribution, number: int, points: Exact) -> None:
    """Note how much more of what has come to a stage is not in its sum."""
    if points:
        item.apart = {**item.apart, number: item.apart.get(number, 0) + points}


def _in_used_room(item: Contribution, number: int, points: Exact, taken: Exact) -> Exact:
    """Let it stand in room that is used already: its sum there stays as it is."""
    way, old = way_of(item), item.took_over
    stage, came = way.route.trunk[number], way.arrived[number]
    assert stage.cap is not None and old is not None
    if stage.cap.kind == "times":
        taken = came if taken else 0  # an event counts whole, or not
        if taken or not stage.cap.highest:
            take_over(stage, old, item, taken or points)
    elif came:
        _stand_apart(item, number, points - taken)
    return taken


def stands_in_room(item: Contribution, number: int) -> bool:
    """Tell whether it stands in room that the one before it used in the same window of a cap."""
    stage, old = way_of(item).route.trunk[number], item.took_over
    if old is None or stage.cap is None or stage.keys is None:
        return False
    if not _both_meet(stage.cap, old, item) or place_in(way_of(old).route, stage) is None:
        return False
    return stage.keys[stage.day_of(old)] == stage.keys[stage.day_of(item)]


def _both_meet(cap: Cap, old: Contribution, item: Contribution) -> bool:
    """Tell whether a cap holds both of them back: one on times, or on the side of both."""
    return cap.kind == "times" or cap.kind == old.side == item.side

"""What a contribution of an earlier period has in windows that still run.

Such as a limit of the year over periods of a month.

From a period's end on, a contribution goes straight into its ledgers. What it brought to a limit of
a longer window stays in the sums there, and goes with it. Refuses to know why it goes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from ..core.terms import Exact
from .routes import part_of
from .stages import Stage, weighed
from .state import Contribution, Past


def way_of(item: Contribution) -> Past:
    """Return the way of a contribution in its own period while a window runs, else now."""
    return item.past or Past(item.route, item.arrived)


def past_of(item: Contribution, first: date, *, may_pass_on: bool) -> Past | None:
    """Keep the way of a contribution that goes on from a day, as long as a window on it runs.

    Where values pass on among events, it is kept as long as it stands in the sums of a cap there,
    or a bound on it alone says how much more it may bring.
    """
    past = item.past or _way_to(item, item.stop)
    stands = _meets if may_pass_on else _reaches
    return past if any(stands(stage, item, first) for stage in past.route.trunk) else None


def _way_to(item: Contribution, stop: int | None) -> Past:
    """Give the way of a contribution as far as a veto let it; beyond, it stands in no limit."""
    trunk = item.route.trunk
    if stop is None or stop >= len(trunk):
        return Past(item.route, item.arrived)
    borders = tuple(stage for stage in trunk[stop:] if stage.weigh is not None)
    arrived = [*item.arrived[: stop + 1], *(0 for _ in borders)]
    return Past(replace(item.route, trunk=(*trunk[:stop], *borders)), arrived)


def has_past(item: Contribution, since: date) -> bool:
    """Tell whether a window on its way there has not ended before a day."""
    past = item.past
    return past is not None and any(_runs(stage, item, since) for stage in past.route.trunk)


def stand_anew(item: Contribution, first: int, *, with_caps: bool) -> None:
    """Let a contribution stand in the limits it has passed, where all is granted anew.

    In the net limits of running windows; `with_caps` in caps too, since what a veto holds meets
    those of the period.
    """
    past, view = item.past, item.state.view_of(item)
    trunk, arrived = item.route.trunk[:first], item.arrived
    if item.route.is_carried:
        trunk, arrived = (past.route.trunk, past.arrived) if past is not None else ((), [])
    for number, stage in enumerate(trunk):
        cap = stage.cap
        if cap is not None and cap.kind == "net" and _runs(stage, item, item.since):
            stage.run(view, item, arrived[number + cap.lost])
        elif with_caps and (not item.route.is_carried or _stands(stage, item, item.since)):
            stand_at(stage, item, arrived[number + 1])


def stand_at(stage: Stage, item: Contribution, let: Exact) -> None:
    """Let what a cap has let through stand in its sum; a common pot knows it already."""
    if stage.keeps_room(item) and stage.cap is not None and not stage.cap.among:
        stage.run(item.state.view_of(item), item, let)


def behind_of(item: Contribution) -> Past | None:
    """Keep the way of a contribution that a veto holds, as far as it has come."""
    if item.stop is None or item.stop >= len(item.route.trunk):
        return None
    return Past(item.route, item.arrived[: item.stop + 1])


def meets_later(stage: Stage, item: Contribution) -> bool:
    """Tell whether what a veto holds meets a cap as it comes back, not as it goes on."""
    return stage.keeps_room(item) and _stands(stage, item, item.since)


def return_held(item: Contribution, move: Callable[[int, Exact, Exact], Exact]) -> None:
    """Let what a veto held since an earlier period meet the limits of its windows as they are now.

    It comes back with no more than what they let through. `move` lets others move there.
    """
    behind, item.behind = item.behind, None
    if behind is None:
        return
    whole, first = behind.arrived[-1], len(behind.arrived) - 1
    later = behind.route.trunk[first:]
    item.past = past = Past(behind.route, [*behind.arrived, *(0 for _ in later)])
    let = pass_past(past, item, first, whole, move)
    for stage in later:
        whole = whole if stage.weigh is None else weighed(whole, stage.weigh.factor)
    for number, branch in enumerate(item.route.branches if let != whole else ()):
        stands = item.arrived[number]
        item.arrived[number] = -not_more(-share_of(item, branch.ledger, let), stands)


def end_past(item: Contribution, settle: Callable[[int, Exact, Exact], None]) -> Exact | None:
    """Take what ends out of windows that still run.

    Return what a net limit there gives back of it, None without one. `settle` ends it at a stage,
    by its number, of what came there and was let through.
    """
    past = item.past
    left: Exact | None = None
    for number, stage in enumerate(past.route.trunk) if past is not None else ():
        assert past is not None
        cap, came = stage.cap, past.arrived
        runs = _runs(stage, item, item.since)
        if left is None and runs and cap is not None and cap.kind == "net":
            left = -came[number + cap.lost]
        if left is not None:
            left = _pass(stage, item, left, _runs)
        elif _stands(stage, item, item.since):
            settle(number, came[number], came[number + 1])
    return left


def net_at(item: Contribution) -> int | None:
    """Return the number of the first net limit of a running window, at which an end begins."""
    trunk = item.past.route.trunk if item.past is not None else ()
    nets = (n for n, s in enumerate(trunk) if s.cap is not None and s.cap.kind == "net")
    return next((n for n in nets if _runs(trunk[n], item, item.since)), None)


def more_past(item: Contribution, points: Exact, run: Callable[[int, Exact], Exact]) -> Exact:
    """Let more of an amount pass its weights and the limits that it meets; return what is let.

    `run` passes it through a stage, by its number.
    """
    past = item.past
    if past is None:
        for stage in item.origin.trunk if item.origin is not None else ():
            points = points if stage.weigh is None else weighed(points, stage.weigh.factor)
        return points
    for number, stage in enumerate(past.route.trunk) if past is not None else ():
        assert past is not None
        came = past.arrived[number]
        past.arrived[number] += points
        if stage.cap is not None and stage.cap.lost and _runs(stage, item, item.since):
            points = back_first(points, came, past.arrived[number + 1])
        if stage.weigh is not None:
            points = weighed(points, stage.weigh.factor)
        elif _meets(stage, item, item.since):
            points = run(number, points)
    if past is not None:
        past.arrived[-1] += points
    return points


def take_back_past(item: Contribution, move: Callable[[int, Exact, Exact], Exact]) -> Exact | None:
    """Take a value that passes on out of the windows in which it stands.

    Return what they give back of it, None without any. `move` lets others move up under a cap, by
    its number, and gives what is left.
    """
    past = item.past
    if past is None or not any(_stands(stage, item, item.since) for stage in past.route.trunk):
        return None
    left, past.arrived[0] = -past.arrived[0], 0
    return pass_past(past, item, 0, left, move)


def pass_past(
    past: Past,
    item: Contribution,
    first: int,
    points: Exact,
    move: Callable[[int, Exact, Exact], Exact],
) -> Exact:
    """Carry points of an earlier period through its stages from one on; return what is let."""
    for number, stage in enumerate(past.route.trunk[first:], first):
        stands = _stands(stage, item, item.since)
        is_back = points < 0 if item.side == "added" else points > 0
        goes_by_let = not stands or number in item.rebased
        if stage.cap is not None and is_back and (stage.cap.lost or goes_by_let):
            points = not_more(points, past.arrived[number + 1])
        came, points = points, _pass(stage, item, points, _stands)
        if points != came and stands:
            points = move(number, came, points)
        past.arrived[number + 1] += points
    return points


def is_last(past: Past, item: Contribution, number: int) -> bool:
    """Tell whether a contribution stands under no limit further out than one."""
    return not any(
        stage.cap is not None and _stands(stage, item, item.since)
        for stage in past.route.trunk[number + 1 :]
    )


def share_of(item: Contribution, ledger: str, left: Exact) -> Exact:
    """Work out what of it comes to a ledger."""
    route = item.past.route if item.past is not None else item.origin
    branches = route.branches if route is not None else ()
    posts = (branch.post for branch in branches if branch.ledger == ledger)
    return next((part_of(post, left) for post in posts), left)


def not_more(points: Exact, let: Exact) -> Exact:
    """Bound what an end takes back: no more than was let through, and in its direction."""
    return min(max(points, -let), 0) if points < 0 else max(min(points, -let), 0)


def back_first(points: Exact, came: Exact, let: Exact) -> Exact:
    """Bound what goes back of what came by what was let through; beyond it, the rest is free."""
    if came * points >= 0:
        return points
    back = max(points, -came) if came > 0 else min(points, -came)
    return not_more(back, let) + points - back


def _pass(
    stage: Stage,
    item: Contribution,
    points: Exact,
    concerns: Callable[[Stage, Contribution, date], bool],
) -> Exact:
    if stage.weigh is not None:
        return weighed(points, stage.weigh.factor)
    if not concerns(stage, item, item.since):
        return points
    return stage.run(item.state.view_of(item), item, points)


def _runs(stage: Stage, item: Contribution, day: date) -> bool:
    """Tell whether a limit is of a calendar window that has not ended before a day."""
    if stage.cap is None or stage.cap.window.name in ("event", "length", "period"):
        return False
    return stage.cap.window.name == "ever" or stage.cap.window.last_day(item.day) >= day


def _reaches(stage: Stage, item: Contribution, day: date) -> bool:
    """Tell whether a limit may still count it on a day, also one that looks back over a length."""
    cap = stage.cap
    if cap is not None and cap.window.name == "length":
        return cap.window.first_day_back(day) <= item.day
    return _runs(stage, item, day)


def _stands(stage: Stage, item: Contribution, day: date) -> bool:
    """Tell whether it stands in the sums of a limit still: those of a cap outlast its window."""
    if stage.cap is not None and stage.cap.window.name == "length":
        return True
    return _runs(stage, item, day if stage.cap is None or stage.cap.kind == "net" else item.day)


def _meets(stage: Stage, item: Contribution, day: date) -> bool:
    """Tell whether more of it, or less, meets a limit still: also one on a single event."""
    is_of_event = stage.cap is not None and stage.cap.window.name == "event"
    return is_of_event or _stands(stage, item, day)

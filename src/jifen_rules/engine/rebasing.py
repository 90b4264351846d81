"""A new version takes over: limits whose bound it moves go on from what they let through."""

from datetime import date
from typing import Any

from ..core.terms import Exact
from ..plan import Cap, Plan
from .past import net_at, way_of
from .stages import STOOD, USED, Stage, counting_of
from .state import Contribution, SubjectState, Sums
from .world import World


def rebase(world: World, state: SubjectState, old: Plan, new: Plan, day: date) -> None:
    """Let the limits of a subject go on under a new version that begins on a day."""
    rebase_sums(world, state.sums, state.over, old, new, day)
    _rebase_undo(world, state, old, new, day)
    for name, account in state.accounts.items():
        known = {cap.slot for cap in old.ledgers[name].limits} if name in old.ledgers else set()
        ledger = new.ledgers.get(name)
        for cap in ledger.limits if ledger is not None else ():
            if cap.slot not in known and cap.window.name == "period":
                stage = world.routes.maker.stage(cap)
                stage.begin_at(state, state.period.start, account.inner)
                if cap.clamp(account.inner) != account.inner and stage.keys is not None:
                    state.over[stage.keys[state.period.start]] = account.inner


def begin_bounds(world: World, old: Plan, new: Plan, day: date) -> None:
    """Let the bounds of a version hold from its day on in the windows that hold that day."""
    for _, now in _moved(old, new).values():
        key = _running(world, now, day)
        if key is not None:
            world.bounds[key] = now


def _running(world: World, cap: Cap, day: date) -> int | None:
    """Return the key of a limit's calendar window that holds a day; others have ended by then."""
    if cap.window.name in ("event", "length"):
        return None
    keys = world.prepared.windows.get(world.prepared.slots[cap.slot])
    return (keys or world.routes.maker.keys(cap.slot, cap.window))[day]


def rebase_sums(
    world: World, sums: Sums, over: dict[Any, Exact], old: Plan, new: Plan, day: date
) -> None:
    """Let the sums of limits go on from what they let through, in the windows that hold a day."""
    moved = {_running(world, both[1], day): both for both in _moved(old, new).values()}
    for key in [*sums] if moved else ():
        both = moved.get(key[0] if isinstance(key, tuple) else key)  # of a pot: with whom
        if both is not None:
            _rebase_sum(*both, sums, over, key)


def _moved(old: Plan, new: Plan) -> dict[str, tuple[Cap, Cap]]:
    """Find the limits whose bound a new version moves, as they were and as they are."""
    now = {cap.slot: cap for cap in new.limits}
    return {
        cap.slot: (cap, now[cap.slot])
        for cap in old.limits
        if cap.slot in now and _bounds(cap) != _bounds(now[cap.slot])
    }


def _bounds(cap: Cap) -> object:
    return cap.high, cap.low, cap.lost


def _rebase_sum(cap: Cap, now: Cap, sums: Sums, over: dict[Any, Exact], key: Any) -> None:
    seen = sums[key]
    if cap.kind == "times":
        if isinstance(seen, int):
            sums[key] = min(seen, int(cap.high or 0))
            return
        counting = {*counting_of(cap, seen), USED}
        sums[key] = {number: value for number, value in seen.items() if number in counting}
        sums[key][STOOD] = max(sums[key], default=0)
        return
    let = over.get(key, cap.clamp(seen))
    sums[key] = let
    if now.clamp(let) != let:
        over[key] = let
    else:
        over.pop(key, None)


def _rebase_undo(world: World, state: SubjectState, old: Plan, new: Plan, day: date) -> None:
    """Let an end take no more from a moved limit than it had let through of each."""
    now, running = _moved(old, new), dict[object, Exact]()

    def is_moved(stage: Stage, item: Contribution) -> bool:
        """Whether its bound moves in a contribution's window, which holds the day."""
        if stage.cap is None or stage.cap.slot not in now or stage.keys is None:
            return False
        return stage.keys[stage.day_of(item)] == stage.keys[day]

    for item in state.contributions.values():
        first, trunk = item.route.undo_at, item.route.trunk
        way, net = way_of(item), net_at(item)
        reached = way.route.trunk if item.route.is_carried else trunk[: item.stop]
        item.rebased |= {n for n, stage in enumerate(reached) if is_moved(stage, item)}
        if net is not None and is_moved(way.route.trunk[net], item):
            way.arrived[net] = _let(way.route.trunk[net], item, way.arrived[net], running)
        if first == len(trunk) or item.stop is not None:
            for branch, landed in zip(item.route.branches, item.landed, strict=True):
                if branch.limits and is_moved(branch.limits[0], item):
                    landed[0] = _let(branch.limits[0], item, landed[0], running)
        elif is_moved(trunk[first], item):
            came = item.arrived[first]
            item.arrived[first] = _let(trunk[first], item, came, running)
            item.cut += came - item.arrived[first]


def _let(stage: Stage, item: Contribution, amount: Exact, running: dict[object, Exact]) -> Exact:
    assert stage.cap is not None and stage.keys is not None
    if stage.cap.lost:  # an end takes what was let in, whatever came
        return amount
    key = stage.keys[stage.day_of(item)]
    before = running.get(key, 0)
    running[key] = before + amount
    clamp = stage.cap.clamp
    low: Exact = clamp(before + amount) - clamp(before)
    return low

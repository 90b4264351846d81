"""A new version takes over: limits whose bound it moves go on from what they let through."""

from typing import Any

from ..core.terms import Exact
from ..plan import Cap, Plan
from .stages import STOOD, USED, counting_of
from .state import SubjectState, Sums
from .world import World


def rebase(world: World, state: SubjectState, old: Plan, new: Plan) -> None:
    """Let the limits of a subject go on under a new version."""
    rebase_sums(world, state.sums, state.over, old, new)
    _rebase_undo(world, state, old, new)
    for name, account in state.accounts.items():
        known = {cap.slot for cap in old.ledgers[name].limits} if name in old.ledgers else set()
        ledger = new.ledgers.get(name)
        for cap in ledger.limits if ledger is not None else ():
            if cap.slot not in known and cap.window.name == "period":
                stage = world.routes.maker.stage(cap)
                stage.begin_at(state, state.period.start, account.inner)
                if cap.clamp(account.inner) != account.inner and stage.keys is not None:
                    state.over[stage.keys[state.period.start]] = account.inner


def rebase_sums(world: World, sums: Sums, over: dict[Any, Exact], old: Plan, new: Plan) -> None:
    """Do the same for the sums of limits, by the number of each."""
    slots = world.prepared.slots
    moved = {slots[slot]: both for slot, both in _moved(old, new).items()}
    single = {slot: both for slot, both in moved.items() if both[0].window.name == "event"}
    for key in [*sums] if moved else ():
        number = key[0] if isinstance(key, tuple) else key
        both = None
        if isinstance(number, int):
            both = moved.get(number >> 32) or single.get(number)
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


def _rebase_undo(world: World, state: SubjectState, old: Plan, new: Plan) -> None:
    """Let an end take no more from a moved limit than it had let through of each."""
    moved = world.prepared.moved
    now = _moved(old, new)
    running: dict[object, Exact] = {}
    for item in state.contributions.values():
        first, trunk = item.route.undo_at, item.route.trunk
        caps = (n for n, s in enumerate(trunk) if s.cap is not None and s.cap.slot in now)
        item.rebased |= {*caps}
        if first == len(trunk) or item.stop is not None:
            for branch, landed in zip(item.route.branches, item.landed, strict=True):
                outer = branch.limits[0].cap if branch.limits else None
                if outer is not None and outer.slot in moved:
                    landed[0] = _let(branch.limits[0], item, landed[0], running)
        elif (cap := trunk[first].cap) is not None and cap.slot in moved:
            item.arrived[first] = _let(trunk[first], item, item.arrived[first], running)


def _let(stage: Any, item: Any, amount: Exact, running: dict[object, Exact]) -> Exact:
    key = stage.keys[stage.day_of(item)] if stage.keys is not None else None
    before = running.get(key, 0)
    running[key] = before + amount
    clamp = stage.cap.clamp
    low: Exact = clamp(before + amount) - clamp(before)
    return low

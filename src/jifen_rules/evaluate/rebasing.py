"""A new version takes over: every limit goes on from what it has let through so far."""

from typing import Any

from ..plan import Cap, Plan
from ..terms import Exact
from .state import State


def rebase(state: State, old: Plan, new: Plan) -> None:
    """Let every limit go on, under a new version, from what it has let through so far."""
    rebase_sums(state.sums, state.over, old, new)
    for name, account in state.accounts.items():
        before = {limit.slot: n for n, limit in enumerate(old.ledgers[name].limits)}
        ledger = new.ledgers.get(name)
        if ledger is None or ledger.formula is not None:
            continue
        sums: list[Exact] = []
        for limit in ledger.limits:
            number = before.get(limit.slot)
            sums.append(account.inner if number is None else account.sums[number])
            if limit.clamp(account.inner) != account.inner:
                state.over[name, limit.slot] = sums[-1] = account.inner
        account.sums = sums


def rebase_sums(sums: dict[Any, Any], over: dict[Any, Exact], old: Plan, new: Plan) -> None:
    """The same for the sums of limits on the way of points."""
    before, limits = {cap.slot: cap for cap in old.caps}, {cap.slot: cap for cap in new.caps}
    for key in list(sums):
        if key[0] in before:
            _rebase_sum(before[key[0]], limits.get(key[0]), sums, over, key)


def _rebase_sum(
    cap: Cap, now: Cap | None, sums: dict[Any, Any], over: dict[Any, Exact], key: Any
) -> None:
    seen = sums[key]
    if cap.window.name == "length":
        return
    if cap.kind == "times":
        chosen = sorted(seen.items(), key=lambda item: -item[1]) if cap.highest else seen.items()
        sums[key] = dict(list(chosen)[: int(cap.high or 0)])
        return
    let = over.get(key, cap.clamp(seen))
    bounds_stay = now is not None and (now.high, now.low) == (cap.high, cap.low)
    if now is None or bounds_stay:
        return
    sums[key] = let
    if now.clamp(let) != let:
        over[key] = let

"""What a long stream need not keep: events and windows that nothing can reach any more."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..plan import Combine
from ..terms import Window
from .demands import Demands
from .state import Offer, State, World


def forget(world: World, before: date) -> None:
    """Let go of events before a day that nothing lasts of, and of windows closed by then.

    Kept are what counts on or may be repaired, matters and windows that are still open, and, where
    formulas or escalations ask for it, the history.
    """
    plan, demands = world.plan, world.demands
    for state in world.states.values():
        if not demands.history:
            state.history.clear()
        for name in [
            name for name, offer in state.offers.items()
            if offer.event.date < before and _is_over(offer, demands)
        ]:  # fmt: skip
            del state.offers[name]
        state.received = [
            offer for offer in state.received
            if offer.event.date >= before or not _is_over(offer, demands)
        ]  # fmt: skip
        several = (*state.offers.values(), *state.received)
        alive = {offer.event.id: offer.event.date for offer in several}
        since = min([*alive.values(), before, state.period.start if demands.escalates else before])
        _forget_sums(state, plan.sum_windows, since, frozenset(alive))
        if state.groups:
            _forget_groups(world, state, plan.joins, since, before)


def _is_over(offer: Offer, demands: Demands) -> bool:
    """Whether nothing of an event lasts beyond its period, and no later one can look for it."""
    if offer.lasts != "period" and (offer.ends is None or offer.counted):
        return False
    of_matter = "matter" in demands.vetoed and bool(offer.event.matter)
    return not (of_matter or demands.escalates or offer.grant.repair)


def _forget_sums(
    state: State, windows: Mapping[str, Window], since: date, alive: frozenset[str]
) -> None:
    for key in list(state.sums):
        slot = f"amount {key[2]}" if key[0] == "amount" else key[0]
        window = windows.get(slot)
        if window is None or window.name == "ever":
            continue
        if window.name == "length":
            seen: dict[str, tuple[Any, ...]] = state.sums[key]
            first = window.first_day_back(since)
            state.sums[key] = {n: s for n, s in seen.items() if s[0] >= first or n in alive}
        elif window.name == "event":
            if key[1] not in alive:
                del state.sums[key]
        elif window.name == "period":
            if key[1] < min(since, state.period.start):
                del state.sums[key]
        elif key[1] < window.key(since):
            del state.sums[key]


def _forget_groups(
    world: World, state: State, joins: Mapping[tuple[str, str], Combine], since: date, before: date
) -> None:
    """Windows that are closed, then matters of one event alone that stands in no other group."""
    alone: list[tuple[str, str, str]] = []
    inside: set[str] = set()
    for key in list(state.groups):
        join, over = joins.get((key[0], key[1])), key[2]
        members = state.groups[key].members
        if join is None or any(m.event.date >= since for m in members.values()):
            inside |= set(members)
        elif join.over is None and over.startswith("\0"):
            alone.append(key)
        elif join.over is None or join.over.name == "ever":
            inside |= set(members)
        elif over != str(world.key(join.over, before)):
            del state.groups[key]
        else:
            inside |= set(members)
    for key in alone:
        if not set(state.groups[key].members) & inside:
            del state.groups[key]

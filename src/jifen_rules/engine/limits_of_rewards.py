"""How often, and how much, of a reward or right was had in a window, alone or with others."""

from datetime import date
from fractions import Fraction
from typing import Any

from ..core.terms import Exact
from ..inputs.event import Event
from ..plan import Cap, QuantityCap, RewardPlan
from .state import SubjectState, Sums
from .world import World


def times_of(reward: RewardPlan) -> tuple[Cap, ...]:
    """Return the limits of times; a limit of points says nothing of a reward."""
    return tuple(cap for cap in reward.caps if cap.kind == "times")


def used(world: World, state: SubjectState, cap: Cap | QuantityCap, day: date) -> tuple[int, Exact]:
    """How often, and how much, was had in the window of a day."""
    sums, key = _where(world, state, cap, day)
    seen: dict[str, tuple[date, Exact]] = sums.get(key, {})
    inside = [*seen.values()]
    if cap.window.name == "length":
        first = cap.window.first_day_back(day)
        inside = [pair for pair in inside if first <= pair[0] <= day]
    return len(inside), sum((amount for _, amount in inside), 0)


def take(
    world: World, state: SubjectState, reward: RewardPlan, event: Event, amount: Exact
) -> list[tuple[Sums, Any]]:
    """Note that so much was had; gives where it is noted."""
    caps: list[Cap | QuantityCap] = [*reward.caps, *reward.quantity_caps]
    places = [_where(world, state, cap, event.date) for cap in caps]
    for sums, key in places:
        sums.setdefault(key, {})[event.id] = (event.date, amount)
    return places


def right_amount(
    world: World, state: SubjectState, reward: RewardPlan, amount: Exact, day: date | None
) -> Exact:
    """Return what of an amount a right gives under its limits.

    With a day, also under what was given before.
    """
    for cap in reward.quantity_caps:
        room = Fraction(cap.bound) - (used(world, state, cap, day)[1] if day is not None else 0)
        amount = min(amount, max(room, Fraction(0)))
    return amount


def _where(
    world: World, state: SubjectState, cap: Cap | QuantityCap, day: date
) -> tuple[Sums, Any]:
    window = cap.window
    of: object = "length" if window.name == "length" else world.key(window, day)
    key: tuple[object, ...] = ("taken", cap.slot, of)
    if cap.among:
        return state.pots, (*key, *state.populations(cap.among, day))
    return state.sums, key

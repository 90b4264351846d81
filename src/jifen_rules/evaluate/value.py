"""Step 2: what an event asks for, from its indicator's form, over the quantity after its caps."""

from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from ..entry import Outcome, Step
from ..event import Event, attribute
from ..plan import (
    Choice,
    Computed,
    Defects,
    Fixed,
    Grant,
    Judged,
    Marginal,
    QuantityCap,
    Rate,
    Steps,
    Unstated,
    Value,
)
from ..terms import Exact, Rounding, exact, plain
from .inputs import evaluate, words_of
from .state import Draft, Unfit, World


def ask(world: World, grant: Grant, event: Event, draft: Draft) -> Exact:
    """Work out the asked points of an event. Unfit says why it has none."""
    if grant.value is None:
        return 0
    quantity = Fraction(event.quantity or 0)
    for cap in grant.quantity_caps:
        quantity = _clip(world, cap, quantity, event, draft)
    points = points_of(world, grant.value, event, quantity, grant.mark.id)
    return _rounded(points, grant.rounding, world.plan.scale)


def _clip(
    world: World, cap: QuantityCap, quantity: Fraction, event: Event, draft: Draft
) -> Fraction:
    state = world.states.get(event.subject)
    key = (cap.slot, world.key(cap.window, event.date))
    used = Fraction(0)
    if state is not None and cap.window.name != "event":
        used = state.sums.get(key, used)
    let = min(quantity, max(cap.bound - used, Fraction(0)))
    if state is not None:
        state.sums[key] = used + let
    if let != quantity:
        mark, left = cap.mark, Decimal(plain(cap.bound - used - let))
        before, after = Decimal(plain(quantity)), Decimal(plain(let))
        draft.steps.append(
            Step(
                "quantity_cap", mark.id, mark.name, mark.place, mark.basis, before, after, left,
                str(cap.window),
            )
        )  # fmt: skip
    return let


def points_of(
    world: World, value: Value, event: Event, quantity: Fraction, indicator: str
) -> Exact:
    """Work out one value form. Unfit says why it gives nothing."""
    scale = world.plan.scale
    match value:
        case Fixed(points=points):
            return points
        case Unstated():
            raise Unfit(Outcome.UNKNOWN_VALUE)
        case Rate() | Steps():
            return _accumulated(world, value, event, quantity, indicator)
        case Marginal():
            return _banded(value, quantity, scale)
        case Choice():
            return points_of(world, _chosen(world, value, event), event, quantity, indicator)
        case Judged(low=low, high=high):
            points = exact(Fraction(event.points or 0) * scale)
            if (low is not None and points < low) or (high is not None and points > high):
                raise Unfit(Outcome.OUT_OF_RANGE)
            return points
        case Defects(full=full, each=each, floor=floor):
            return max(exact(full + each * quantity), floor)
        case Computed(formula=formula, rounding=rounding):
            found = Fraction(evaluate(world, formula, event))
            return _rounded(exact(found * scale), rounding, scale)
        case _:
            assert_never(value)


def _accumulated(
    world: World, value: Rate | Steps, event: Event, quantity: Fraction, indicator: str
) -> Exact:
    """With a window the amount is added up in it, and the event asks for the increase."""
    state = world.states.get(event.subject)
    if value.window is None or state is None:
        return _table(value, quantity, world.plan.scale)
    key = ("amount", world.key(value.window, event.date), indicator)
    before: Fraction = state.sums.get(key, Fraction(0))
    after = state.sums[key] = before + quantity
    scale = world.plan.scale
    return _table(value, after, scale) - _table(value, before, scale)


def _table(value: Rate | Steps, amount: Fraction, scale: int) -> Exact:
    if isinstance(value, Rate):
        return _rounded(exact(amount / value.size * value.rate), value.rounding, scale)
    reached: Exact = 0
    for edge, strict, points in value.edges:
        if amount > edge or (amount == edge and not strict):
            reached = points
    return reached


def _banded(value: Marginal, quantity: Fraction, scale: int) -> Exact:
    total = Fraction(0)
    tops = [*(edge for edge, _ in value.bands[1:]), quantity]
    for (edge, rate), top in zip(value.bands, tops, strict=True):
        total += max(min(quantity, top) - edge, Fraction(0)) * rate
    return _rounded(exact(total), value.rounding, scale)


def _chosen(world: World, value: Choice, event: Event) -> Value:
    if value.of_subject:
        words = words_of(world, value.field, event.subject, event.date)
    else:
        words = frozenset({attribute(event, value.field)})
    for word, inner in value.table.items():
        if word in words:
            return inner
    raise Unfit(Outcome.NOT_IN_TABLE)


def base_of(world: World, value: Value, subject: str, event: Event) -> Exact | None:
    """The base of a subject; None where the scheme does not state it."""
    try:
        return points_of(world, value, event, Fraction(0), subject)
    except Unfit as unfit:
        return None if unfit.outcome is Outcome.UNKNOWN_VALUE else 0


def _rounded(points: Exact, rounding: Rounding | None, scale: int) -> Exact:
    return points if rounding is None else rounding.apply(points, scale)

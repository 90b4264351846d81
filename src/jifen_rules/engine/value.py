"""Step 2: what an event asks for, from its indicator's form, over the quantity after its caps."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, assert_never

from ..core.rounding import Rounding
from ..core.terms import Exact, exact, plain
from ..inputs.event import Event, attribute, is_stated
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
    Wiped,
)
from ..trace.entry import Outcome, Step
from .answers import Undecided, evaluate, words_of
from .stages import size, weighed
from .state import EntryBuilder, SubjectState, Sums, Unfit
from .steps import note
from .world import World


class Escalated(NamedTuple):
    """What an escalation makes of the points of an event."""

    value: Exact
    factor: Exact = 1
    is_fixed: bool = False
    """Whether it says the points itself."""
    is_warning: bool = False


def ask(world: World, grant: Grant, event: Event, builder: EntryBuilder) -> tuple[Exact, Exact]:
    """Work out the asked points of an event, and their quantity. Unfit says why it has none."""
    if grant.value is None:
        return 0, 0
    quantity = amount_of(event.quantity)
    for cap in grant.quantity_caps:
        quantity = _clip(world, cap, quantity, event, builder)
    points = points_of(world, grant.value, event, quantity, grant.mark.id)
    for low, high in grant.within:
        if (low is not None and points < low) or (high is not None and points > high):
            raise Unfit(Outcome.OUT_OF_RANGE)
    return points, quantity


def round_asked(world: World, grant: Grant, points: Exact, builder: EntryBuilder) -> Exact:
    """Round the asked points, after escalation and before any cap."""
    if grant.rounding is None:
        return points
    after = grant.rounding.apply(points, world.scale)
    if after != points:
        builder.steps.append(world.step("round_asked", grant.mark, points, after))
    return after


@lru_cache(maxsize=1 << 14)
def amount_of(quantity: Decimal | None) -> Exact:
    """Return a quantity as it is counted; none is nothing."""
    return 0 if quantity is None else exact(Fraction(quantity))


def escalate(
    world: World,
    state: SubjectState,
    grant: Grant,
    event: Event,
    value: Exact,
    builder: EntryBuilder,
) -> Escalated:
    """Step 3: what the nth occurrence in a window costs, and whether it is only a warning."""
    rule = grant.escalation
    if rule is None:
        return Escalated(value)
    occurrences, name = state.occurrences, grant.mark.id
    if rule.window is None:
        number = occurrences.valid.get(name, 0)
    else:
        number = occurrences.count(name, rule.window, event.date, world.key)
    kind, words, amount = rule.rungs[min(number, len(rule.rungs) - 1)]
    if kind == "warning":
        builder.steps.append(note("warning", rule.mark, words))
        return Escalated(0, is_fixed=True, is_warning=True)
    after = amount if kind == "points" else exact(Fraction(value) * amount)
    if after != value:
        builder.steps.append(world.step("escalate", rule.mark, value, after))
    if kind == "points":
        return Escalated(after, is_fixed=True)
    return Escalated(after, exact(Fraction(amount)))


def lasts_of(grant: Grant, event: Event, value: Exact) -> str:
    """How long what an event brings counts, where that goes by size or by a field."""
    rule = grant.lasts
    if isinstance(rule, str):
        return rule
    if rule.field:
        said = attribute(event, rule.field)
        found = rule.table.get(said)
        if found is None:
            raise Unfit(Outcome.NOT_IN_TABLE if said else Outcome.MISSING_VALUE)
        return found
    found, much = "period", size(value)
    for edge, strict, lasts in rule.edges:
        if much > edge or (much == edge and not strict):
            found = lasts
    return found


def _clip(
    world: World, cap: QuantityCap, quantity: Exact, event: Event, builder: EntryBuilder
) -> Exact:
    state = world.known(event.subject)
    keys = world.quantity_keys.get(cap.slot)
    used: Exact = 0
    sums: Sums = {}
    key: object = None
    if state is not None and keys is not None:
        sums, key = state.sums, keys[event.date]
        if cap.among:
            sums, key = state.pots, (key, *state.populations(cap.among, event.date))
        used = sums.get(key, used)
    room = exact(max(cap.bound - used, Fraction(0)))
    let = quantity if quantity < room else room
    if key is not None:
        world.added_up.append((sums, key, used))
        sums[key] = used + let
    if let != quantity:
        mark, left = cap.mark, Decimal(plain(cap.bound - used - let))
        before, after = Decimal(plain(quantity)), Decimal(plain(let))
        builder.steps.append(
            Step(
                "quantity_cap",
                mark.id,
                mark.name,
                mark.place,
                mark.basis,
                before,
                after,
                left,
                str(cap.window),
            )
        )
    return let


def points_of(world: World, value: Value, event: Event, quantity: Exact, indicator: str) -> Exact:
    """Work out one value form. Unfit says why it gives nothing."""
    scale = world.plan.scale
    match value:
        case Fixed(points=points):
            return points
        case Unstated():
            raise Unfit(Outcome.UNKNOWN_VALUE)
        case Wiped():
            account = world.state_of(event).accounts.get("total")
            return -account.inner if account is not None else 0
        case Rate() | Steps():
            return _accumulated(world, value, event, quantity, indicator)
        case Marginal():
            return _banded(value, quantity, scale)
        case Choice():
            chosen = _chosen(world, value, event)
            if any(not is_stated(event, name) for name in world.plan.needs_of(chosen)):
                raise Unfit(Outcome.MISSING_VALUE)
            return points_of(world, chosen, event, quantity, indicator)
        case Judged(low=low, high=high):
            points = exact(Fraction(event.points or 0) * scale)
            if (low is not None and points < low) or (high is not None and points > high):
                raise Unfit(Outcome.OUT_OF_RANGE)
            return points
        case Defects(full=full, each=each, floor=floor):
            return max(exact(full + each * quantity), floor)
        case Computed():
            return _computed(world, value, event)
        case _:
            assert_never(value)


def _computed(world: World, value: Computed, event: Event) -> Exact:
    scale = world.plan.scale
    try:
        found = Fraction(evaluate(world, value.formula, event))
    except Undecided:
        raise Unfit(Outcome.MISSING_VALUE) from None
    return _rounded(exact(found * scale), value.rounding, scale)


def _accumulated(
    world: World, value: Rate | Steps, event: Event, quantity: Exact, indicator: str
) -> Exact:
    """With a window the amount is added up in it, and the event asks for the increase."""
    state = world.known(event.subject)
    if value.window is None or state is None:
        return table_of(value, quantity, world.plan.scale)
    key = amount_key(indicator, world.key(value.window, event.date))
    before: Exact = state.sums.get(key, 0)
    world.added_up.append((state.sums, key, before))
    after = state.sums[key] = before + quantity
    scale = world.plan.scale
    return table_of(value, after, scale) - table_of(value, before, scale)


def forget_amounts(world: World, *, quantities: bool = True) -> None:
    """Take back what a refused event added up, or one that is part of no amount."""
    for sums, key, before in reversed(world.added_up):
        if quantities or (isinstance(key, tuple) and key[0] == "amount"):
            sums[key] = before


def amount_key(indicator: str, window: object) -> tuple[object, ...]:
    """Return what tells the amount of one window of an indicator among the sums of a subject."""
    return ("amount", window, indicator)


def table_of(value: Rate | Steps, amount: Exact, scale: int) -> Exact:
    """Return what so much of a quantity is worth."""
    if isinstance(value, Rate):
        return _rounded(weighed(amount, value.each), value.rounding, scale)
    reached: Exact = 0
    last: tuple[Exact, bool] | None = None
    for edge, strict, points in value.edges:
        if amount > edge or (amount == edge and not strict):
            reached, last = points, (edge, strict)
    for edge, strict in value.unstated:
        if (amount > edge or (amount == edge and not strict)) and (last is None or last[0] <= edge):
            raise Unfit(Outcome.UNKNOWN_VALUE)
    return reached


def _banded(value: Marginal, quantity: Exact, scale: int) -> Exact:
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
    if value.of_subject and not any(words) and value.field not in world.plan.blanks:
        raise Unfit(Outcome.MISSING_VALUE)
    raise Unfit(Outcome.NOT_IN_TABLE)


def base_of(world: World, value: Value, subject: str, event: Event) -> Exact | None:
    """Return the base of a subject; None where the scheme does not state it."""
    try:
        return points_of(world, value, event, Fraction(0), subject)
    except Unfit as unfit:
        return None if unfit.outcome is Outcome.UNKNOWN_VALUE else 0


def _rounded(points: Exact, rounding: Rounding | None, scale: int) -> Exact:
    return points if rounding is None else rounding.apply(points, scale)

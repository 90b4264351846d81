"""Redemption and shares: a reward taken by an event, or a pool divided by one."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from ..core.terms import Exact, exact, plain
from ..inputs.event import Event
from ..plan import RewardPlan
from ..trace.entry import Outcome
from . import purses
from .answers import holds
from .contributions import create, enter, post_of
from .ladders import reward_amount
from .limits_of_rewards import take, times_of, used
from .payouts import divided
from .state import EntryBuilder, Source, SubjectState
from .steps import note
from .undoing import note_source
from .world import World


def redeem(world: World, event: Event) -> None:
    """Pay the price of a reward, or refuse, and say why."""
    reward = world.plan.rewards[event.indicator]
    state = world.states.get(event.subject)
    builder = EntryBuilder()
    outcome = _refusal(world, state, reward, event)
    if outcome is None:
        outcome = Outcome.REDEEMED
        _pay(world, state, reward, event, builder)
    asked = -sum((price for _, price in _prices(reward, event)), 0)
    world.write(event, outcome, asked, builder)


def _pay(
    world: World,
    state: SubjectState | None,
    reward: RewardPlan,
    event: Event,
    builder: EntryBuilder,
) -> None:
    source = note_source(world, Source(event, None))
    if state is not None:
        for ledger, price in _prices(reward, event):
            _spend(world, state, source, ledger, price, builder)
        times = Fraction(1 if event.quantity is None else event.quantity)
        source.taken += (*take(world, state, reward, event, times),)
    builder.steps += (note("not_stated", mark, mark.basis) for mark in reward.unstated)
    if isinstance(reward.gives, str):
        builder.steps.append(note("gives", reward.mark, reward.gives))
        return
    if event.quantity is None and reward.prices:
        event = replace(event, quantity=Decimal(1))
    amount = reward_amount(world, reward, event)
    if amount is None:
        builder.steps.append(note("not_stated", reward.mark, "gives"))
        return
    builder.steps.append(note("gives", reward.mark, plain(amount)))
    pool = exact(Fraction(amount) * world.scale)
    for _, other, part in divided(world, reward.posts, event, pool):
        builder.of(event.subject, other).steps.append(world.step("share", reward.mark, pool, part))


def _spend(
    world: World,
    state: SubjectState,
    source: Source,
    ledger: str,
    price: Exact,
    builder: EntryBuilder,
) -> None:
    parts = purses.draw(world, state, ledger, price)
    source.spent += tuple((item, ledger, part) for item, part in parts)
    route = world.routes.straight(post_of(ledger))
    item = create(world, source, state, route, "deducted", source.event.date)
    item.is_extra = True
    enter(world, item, -price, builder)


def _prices(reward: RewardPlan, event: Event) -> list[tuple[str, Exact]]:
    times = Fraction(1 if event.quantity is None else event.quantity)
    return [(ledger, exact(times * price)) for ledger, price in reward.prices or ()]


def _refusal(
    world: World, state: SubjectState | None, reward: RewardPlan, event: Event
) -> Outcome | None:
    if reward.prices is None:
        return Outcome.UNKNOWN_VALUE
    if not holds(world, reward.when, event):
        return Outcome.CONDITION_NOT_MET
    if reward.prices and not _is_whole(event):
        return Outcome.REFUSED
    known = world.known(event.subject)  # a veto holds also who has no figures
    if known is not None and (known.is_held(reward.mark.id) or known.is_held("rewards")):
        return Outcome.REFUSED
    if state is None:
        return None if not reward.prices else Outcome.REFUSED
    if _is_used_up(world, state, reward, event):
        return Outcome.REFUSED
    for ledger, price in _prices(reward, event):
        lows = [cap.low for cap in world.plan.ledgers[ledger].limits if cap.low is not None]
        if any(state.figure(ledger) - price < low for low in lows):
            return Outcome.REFUSED
    return None


def _is_whole(event: Event) -> bool:
    """Whether so many can be had: a whole number of at least one."""
    return event.quantity is None or (event.quantity > 0 and event.quantity % 1 == 0)


def _is_used_up(world: World, state: SubjectState, reward: RewardPlan, event: Event) -> bool:
    """Tell whether one more is beyond a limit of times, of units, or of a share of a balance."""
    day, quantity = event.date, Fraction(1 if event.quantity is None else event.quantity)
    if any(used(world, state, cap, day)[0] >= (cap.high or 0) for cap in times_of(reward)):
        return True
    if any(used(world, state, cap, day)[1] + quantity > cap.bound for cap in reward.quantity_caps):
        return True
    spent = dict(_prices(reward, event))
    return any(
        spent.get(cap.ledger, 0) > cap.part * state.figure(cap.ledger)
        for cap in reward.balance_caps
    )

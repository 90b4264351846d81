"""Redemption and shares: a reward taken by an event, or a pool divided by one."""

from fractions import Fraction
from typing import Any

from ..entry import Outcome
from ..event import Event
from ..plan import Cap, Reward
from ..terms import Exact, exact, plain
from .answers import holds
from .contributions import create, enter, post_of, spend
from .ladders import amount_of
from .payouts import divided
from .state import EntryBuilder, Source, SubjectState, Sums
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
    world: World, state: SubjectState | None, reward: Reward, event: Event, builder: EntryBuilder
) -> None:  # fmt: skip
    if state is not None:
        source = note_source(world, state, event)
        for ledger, price in _prices(reward, event):
            _spend(world, state, source, ledger, price, builder)
        for cap in reward.caps:
            sums, key = _where(world, state, cap, event)
            sums.setdefault(key, {})[event.id] = (event.date, 1)
            source.taken.append((sums, key))
    if isinstance(reward.gives, str):
        builder.steps.append(note("gives", reward.mark, reward.gives))
        return
    amount = amount_of(world, reward, event)
    if amount is None:
        builder.steps.append(note("not_stated", reward.mark, "gives"))
        return
    builder.steps.append(note("gives", reward.mark, plain(amount)))
    pool = exact(Fraction(amount) * world.scale)
    for _, other, part in divided(world, reward.posts, event, pool):
        builder.of(event.subject, other).steps.append(world.step("share", reward.mark, pool, part))


def _spend(
    world: World, state: SubjectState, source: Source, ledger: str, price: Exact,
    builder: EntryBuilder,
) -> None:  # fmt: skip
    source.spent += [(item, ledger, part) for item, part in spend(state, ledger, price)]
    route = world.routes.straight(post_of(ledger))
    item = create(world, source, state, route, "deducted", source.event.date)
    item.is_extra = True
    enter(world, item, -price, builder)


def _prices(reward: Reward, event: Event) -> list[tuple[str, Exact]]:
    times = Fraction(1 if event.quantity is None else event.quantity)
    return [(ledger, exact(times * price)) for ledger, price in reward.prices or ()]


def _refusal(
    world: World, state: SubjectState | None, reward: Reward, event: Event
) -> Outcome | None:
    if reward.prices is None:
        return Outcome.UNKNOWN_VALUE
    if not holds(world, reward.when, event):
        return Outcome.CONDITION_NOT_MET
    if reward.prices and not _is_whole(event):
        return Outcome.REFUSED
    if state is None:
        return None if not reward.prices else Outcome.REFUSED
    if state.is_held(reward.mark.id) or state.is_held("rewards"):
        return Outcome.REFUSED
    if any(_is_used_up(world, state, cap, event) for cap in reward.caps):
        return Outcome.REFUSED
    for ledger, price in _prices(reward, event):
        lows = [cap.low for cap in world.plan.ledgers[ledger].limits if cap.low is not None]
        if any(state.figure(ledger) - price < low for low in lows):
            return Outcome.REFUSED
    return None


def _is_whole(event: Event) -> bool:
    """Whether so many can be had: a whole number of at least one."""
    return event.quantity is None or (event.quantity > 0 and event.quantity % 1 == 0)


def _is_used_up(world: World, state: SubjectState, cap: Cap, event: Event) -> bool:
    sums, key = _where(world, state, cap, event)
    return len(sums.get(key, ())) >= (cap.high or 0)


def _where(world: World, state: SubjectState, cap: Cap, event: Event) -> tuple[Sums, Any]:
    """Where it is noted who took a reward in the window of an event."""
    key: tuple[object, ...] = (cap.slot, world.key(cap.window, event.date))
    if cap.among:
        return state.pots, (*key, *state.populations(cap.among, event.date))
    return state.sums, key

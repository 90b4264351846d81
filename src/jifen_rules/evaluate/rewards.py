"""Redemption and shares: a reward taken by an event, or a pool divided by one."""

from fractions import Fraction

from ..entry import Outcome
from ..event import Event
from ..plan import Cap, Reward
from ..terms import Exact, exact, plain
from .consequences import divided
from .inputs import holds
from .ladders import amount_of
from .limits import enter
from .state import Draft, State, World, note


def redeem(world: World, event: Event) -> None:
    """An event whose indicator is a reward: pay the price, or refuse, and say why."""
    reward = world.plan.rewards[event.indicator]
    state = world.states.get(event.subject)
    draft = Draft()
    outcome = _refusal(world, state, reward, event)
    if outcome is None:
        outcome = Outcome.REDEEMED
        _pay(world, state, reward, event, draft)
    asked = -sum((price for _, price in _prices(reward, event)), 0)
    world.write(event, outcome, asked, draft)


def _pay(world: World, state: State | None, reward: Reward, event: Event, draft: Draft) -> None:
    if state is not None:
        for ledger, price in _prices(reward, event):
            enter(world, state, ledger, -price, draft)
        for cap in reward.caps:
            _taken(world, state, cap, event)[event.id] = (event.date, 1)
    if isinstance(reward.gives, str):
        draft.steps.append(note("gives", reward.mark, reward.gives))
        return
    amount = amount_of(world, reward, event)
    if amount is None:
        draft.steps.append(note("not_stated", reward.mark, "gives"))
        return
    draft.steps.append(note("gives", reward.mark, plain(amount)))
    pool = exact(Fraction(amount) * world.plan.scale)
    for _, other, part in divided(world, reward.posts, event, pool):
        draft.of(event.subject, other).steps.append(world.step("share", reward.mark, pool, part))


def _prices(reward: Reward, event: Event) -> list[tuple[str, Exact]]:
    times = Fraction(1 if event.quantity is None else event.quantity)
    return [(ledger, exact(times * price)) for ledger, price in reward.prices or ()]


def _refusal(world: World, state: State | None, reward: Reward, event: Event) -> Outcome | None:
    if reward.prices is None:
        return Outcome.UNKNOWN_VALUE
    if not holds(world, reward.when, event):
        return Outcome.CONDITION_NOT_MET
    if state is None:
        return None if not reward.prices else Outcome.REFUSED
    if state.is_held(reward.mark.id) or state.is_held("rewards"):
        return Outcome.REFUSED
    if any(len(_taken(world, state, cap, event)) >= (cap.high or 0) for cap in reward.caps):
        return Outcome.REFUSED
    for ledger, price in _prices(reward, event):
        lows = [cap.low for cap in world.plan.ledgers[ledger].limits if cap.low is not None]
        if any(state.figure(ledger) - price < low for low in lows):
            return Outcome.REFUSED
    return None


def _taken(world: World, state: State, cap: Cap, event: Event) -> dict[str, object]:
    key: tuple[object, ...] = (cap.slot, world.key(cap.window, event.date))
    sums = state.sums
    if cap.among:
        sums = world.pots
        key = (*key, *world.roster.populations(state.subject, cap.among, event.date))
    found: dict[str, object] = sums.setdefault(key, {})
    return found

"""A redemption: an event whose indicator is a reward's id spends what the reward costs.

A purchase that would pass the ledger's floor is refused; without a floor it is owed.
"""

from fractions import Fraction

from ..entry import Outcome
from ..event import Event
from ..plan import Cap, Reward
from ..terms import Exact, exact
from .inputs import holds
from .limits import enter
from .state import Draft, State, World, note


def redeem(world: World, event: Event) -> None:
    """Spend the price once, or as many times as the event's quantity says."""
    reward = world.plan.rewards[event.indicator]
    state = world.states[event.subject]
    draft = Draft()
    outcome = _refusal(world, state, reward, event)
    if outcome is None:
        outcome = Outcome.REDEEMED
        for ledger, price in _prices(reward, event):
            enter(world, state, ledger, -price, draft)
        for cap in reward.caps:
            _taken(world, state, cap, event)[event.id] = (event.date, 1)
        draft.steps.append(note("gives", reward.mark, reward.gives))
    asked = -sum((price for _, price in _prices(reward, event)), 0)
    world.write(event, outcome, asked, draft)


def _prices(reward: Reward, event: Event) -> list[tuple[str, Exact]]:
    times = Fraction(1 if event.quantity is None else event.quantity)
    return [(ledger, exact(times * price)) for ledger, price in reward.prices or ()]


def _refusal(world: World, state: State, reward: Reward, event: Event) -> Outcome | None:
    if state.is_held(reward.mark.id) or state.is_held("rewards"):
        return Outcome.REFUSED
    if reward.prices is None:
        return Outcome.UNKNOWN_VALUE
    if not holds(world, reward.when, event):
        return Outcome.CONDITION_NOT_MET
    if any(len(_taken(world, state, cap, event)) >= (cap.high or 0) for cap in reward.caps):
        return Outcome.REFUSED
    for ledger, price in _prices(reward, event):
        lows = [cap.low for cap in world.plan.ledgers[ledger].limits if cap.low is not None]
        if any(state.accounts[ledger].shown - price < low for low in lows):
            return Outcome.REFUSED
    return None


def _taken(world: World, state: State, cap: Cap, event: Event) -> dict[str, object]:
    key = (cap.slot, world.key(cap.window, event.date))
    found: dict[str, object] = state.sums.setdefault(key, {})
    return found

"""Tell whether an event states what its indicator or reward asks for.

Asks for nothing but what the event says.
"""

from collections.abc import Iterable

from ..inputs.event import Event, attribute, is_stated
from ..plan import Choice, Grant, Plan, RewardPlan
from ..trace.entry import Outcome


def find_unfit(plan: Plan, rule: Grant | RewardPlan | None, event: Event) -> Outcome | None:
    """Return why an event is refused for what it says.

    None where it says all that is asked for.

    Such an event is nevertheless one of its subject: who stands on no roster has figures from it
    on.
    """
    match rule:
        case Grant():
            lacks = not event.repairs and _lacks_fact(plan, rule, event)
            is_below_0 = _is_below_0(event)
        case RewardPlan():
            lacks = _lacks(event, _needs_of_reward(plan, rule))
            is_below_0 = not rule.prices and _is_below_0(event)
        case _:
            return None
    if lacks:
        return Outcome.MISSING_VALUE
    return Outcome.OUT_OF_RANGE if is_below_0 else None


def _lacks_fact(plan: Plan, grant: Grant, event: Event) -> bool:
    """Tell whether a fact that the indicator needs is missing, in the chosen branch too."""
    if grant.needs and _lacks(event, grant.needs):
        return True
    value = grant.value
    while isinstance(value, Choice) and not value.of_subject:
        value = value.table.get(attribute(event, value.field))
        if value is not None and _lacks(event, plan.needs_of(value)):
            return True
    return False


def _needs_of_reward(plan: Plan, reward: RewardPlan) -> frozenset[str]:
    """List what a reward asks for; what is bought is bought once, if not said otherwise."""
    asked = frozenset[str]() if isinstance(reward.gives, str) else plan.needs_of(reward.gives)
    return asked - {"quantity"} if reward.prices or reward.figure else asked


def _lacks(event: Event, needs: Iterable[str]) -> bool:
    return not all(is_stated(event, name) for name in needs)


def _is_below_0(event: Event) -> bool:
    return event.quantity is not None and event.quantity < 0

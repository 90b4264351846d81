"""Step 4: several events become one. Tells which events begin and cease to count.

An event's value never changes; only whether it counts does.
"""

from ..plan import Combine
from ..terms import Exact
from .state import Group, Hold, Offer, State, World, group_key

Change = tuple[Offer, bool]
"""An event, and whether it begins (or ceases) to count."""


def enter(world: World, state: State, offer: Offer) -> tuple[list[Change], Combine | None]:
    """Let an event in: whose counting changes, and the combine that decided so."""
    if any(hold.matter == offer.event.matter for hold in _matter_holds(state)):
        return [], None
    return _chain(world, state, offer, True)


def leave(world: World, state: State, offer: Offer) -> list[Change]:
    """Take an event out, so that the next best may hold in its place."""
    return _chain(world, state, offer, False)[0]


def _matter_holds(state: State) -> list[Hold]:
    return [hold for hold in state.holds if hold.effect.target == "matter" and hold.matter]


def _chain(
    world: World, state: State, offer: Offer, enters: bool
) -> tuple[list[Change], Combine | None]:
    changes: list[Change] = [(offer, enters)]
    decided: Combine | None = None
    for combine in offer.grant.combines:
        before = changes
        changes = [c for one in before for c in _join(world, state, combine, *one)]
        if changes != before and decided is None:
            decided = combine
    return changes, decided


def _join(world: World, state: State, combine: Combine, offer: Offer, enters: bool) -> list[Change]:
    value = offer.value
    if combine.side_only and not (value > 0 if combine.mode == "highest" else value < 0):
        return [(offer, enters)]
    group = state.groups.setdefault(group_key(combine, offer, world), Group())
    old = group.holder
    name = offer.event.id
    if enters:
        group.members[name] = offer
        if old is None or _beats(combine, value, group.members[old].value):
            group.holder = name
    else:
        left = group.members.pop(name, None)
        if old == name:
            group.holder = _best(combine, group)
        if left is None or old != name:
            return []
    if group.holder == old:
        return []
    changes: list[Change] = []
    if old is not None:
        changes.append((group.members.get(old, offer), False))
    if group.holder is not None:
        changes.append((group.members[group.holder], True))
    return changes


def _beats(combine: Combine, new: Exact, old: Exact) -> bool:
    if combine.mode == "latest":
        return True
    return new > old if combine.mode == "highest" else new < old


def _best(combine: Combine, group: Group) -> str | None:
    best: str | None = None
    for name, offer in group.members.items():
        if best is None or _beats(combine, offer.value, group.members[best].value):
            best = name
    return best

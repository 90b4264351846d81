"""Step 4: several events become one. Tells what begins and ceases to count, and for how much.

Picking (`highest`, `latest`) never changes an event's value, only whether it counts; an
average moves by what the newest event changes in it.
"""

from collections.abc import Sequence
from fractions import Fraction

from ..plan import Combine
from ..terms import Exact, exact
from .inputs import holds
from .state import Group, Hold, Offer, Side, State, World, group_key, side_of

Change = tuple[Offer, Exact, Side]
"""An event, what comes to its points, and on which side."""


def enter(world: World, state: State, offer: Offer) -> tuple[list[Change], Combine | None]:
    """Let an event in: what changes, and the combine that decided so."""
    if state.holds and any(h.matter == offer.event.matter for h in _matter_holds(state)):
        return [], None
    return _chain(world, state, offer, True)


def leave(world: World, state: State, offer: Offer) -> list[Change]:
    """Take an event out, so that the next best may hold in its place."""
    offer.counted = False
    return _chain(world, state, offer, False)[0]


def _matter_holds(state: State) -> list[Hold]:
    return [hold for hold in state.holds if hold.effect.target == "matter" and hold.matter]


def _chain(
    world: World, state: State, offer: Offer, enters: bool
) -> tuple[list[Change], Combine | None]:
    if not offer.grant.combines:
        offer.counted = enters
        return [(offer, offer.value if enters else -offer.worth, side_of(offer.value))], None
    picked: list[tuple[Offer, bool]] = [(offer, enters)]
    decided: Combine | None = None
    for combine in offer.grant.combines:
        if combine.averages:
            return _average(world, state, combine, offer, enters), combine
        before = picked
        picked = [one for old in before for one in _pick(world, state, combine, *old)]
        if picked != before and decided is None:
            decided = combine
    settled = _settled(picked)
    for one, counts in settled:
        one.counted = counts
    changes = [(o, o.value if counts else -o.worth, side_of(o.value)) for o, counts in settled]
    return changes, decided


def _settled(picked: list[tuple[Offer, bool]]) -> list[tuple[Offer, bool]]:
    """What remains of a change: an event that comes in and goes again within it has not moved."""
    found: dict[str, tuple[Offer, bool]] = {}
    for one, counts in picked:
        name = one.event.id
        if name in found:
            del found[name]
        else:
            found[name] = one, counts
    return list(found.values())


# --- one of them holds -----------------------------------------------------------------------


def _pick(
    world: World, state: State, combine: Combine, offer: Offer, enters: bool
) -> list[tuple[Offer, bool]]:
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
    changes: list[tuple[Offer, bool]] = []
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


# --- their average -----------------------------------------------------------------------------


def _average(
    world: World, state: State, combine: Combine, offer: Offer, enters: bool
) -> list[Change]:
    group = state.groups.setdefault(group_key(combine, offer, world), Group())
    offer.counted = enters
    if enters:
        group.members[offer.event.id] = offer
    elif group.members.pop(offer.event.id, None) is None:
        return []
    old, new = group.value, 0 if not group.members else _value(world, combine, group, offer)
    group.value = new
    if (old < 0) != (new < 0):
        return [(offer, -old, side_of(old)), (offer, new, side_of(new))]
    return [(offer, new - old, side_of(new))]


def _value(world: World, combine: Combine, group: Group, offer: Offer) -> Exact:
    """What the group is worth: 0 while too few have rated, or while a needed role is missing."""
    raters = {"raters": len(group.members)}
    if not holds(world, combine.quorum, offer.event, more=raters):
        return 0
    values = list(group.members.values())
    if not combine.roles:
        found = _mean(combine, [one.value for one in values])
    else:
        by_role: dict[str, list[Exact]] = {}
        for one in values:
            by_role.setdefault(one.event.role, []).append(one.value)
        marks = {role: _mean(combine, marks) for role, marks in by_role.items()}
        found = weighted(combine, marks) or Fraction(0)
    if combine.rounding is not None:
        return combine.rounding.apply(exact(found), world.plan.scale)
    return found.numerator if found.denominator == 1 else 0  # to what it is rounded: not stated


def weighted(combine: Combine, marks: dict[str, Fraction]) -> Fraction | None:
    """Join the marks of the roles by their shares; None where that is not stated or not had."""
    shares = dict(combine.roles)
    present = [role for role in shares if role in marks]
    lacking = len(present) < len(shares)
    if any(share is None for share in shares.values()) or combine.mode == "unknown":
        return None
    if lacking and combine.missing in ("void", "unknown"):
        return None
    points = sum(((shares[role] or 0) * marks[role] for role in present), Fraction(0))
    if combine.missing == "spread":
        return points / sum((shares[role] or 0 for role in present), Fraction(0))
    return points


def _mean(combine: Combine, values: Sequence[Exact]) -> Fraction:
    ordered = sorted(values)
    if combine.mode == "trimmed_mean" and len(ordered) > 2:
        ordered = ordered[1:-1]
    if combine.mode == "median":
        middle = (len(ordered) - 1) // 2
        ordered = ordered[middle : len(ordered) - middle]
    return sum((Fraction(value) for value in ordered), Fraction(0)) / len(ordered)

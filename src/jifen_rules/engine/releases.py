"""Vetoes end: what comes back, and what has ended with them.

Those of one moment end together, whosever they are. Refuses to know why a veto ends.
"""

from collections.abc import Sequence
from typing import TypeAlias

from ..core.terms import Exact
from .contributions import end, hold_all, hold_back, is_kept_out, stop_of, veto_stage
from .effects import hold_accounts, leave_together, set_ledger
from .holds import Hold
from .payouts import share_back
from .routes import part_of
from .state import Contribution, EntryBuilder, SubjectState
from .world import World

Released: TypeAlias = tuple[SubjectState, list[Hold], EntryBuilder]
"""Holds whose vetoes end, which, and the entry that says what comes back."""


def release(
    world: World,
    state: SubjectState,
    ended: list[Hold],
    builder: EntryBuilder,
    *,
    gives_all: bool = False,
) -> None:
    """End vetoes of one subject, and let others have their shares of what comes back."""
    if not ended:
        return
    goes_on = _end_holds(world, state, ended, builder, gives_all=gives_all)
    if goes_on:
        hold_all(world, state, builder)
    hold_accounts(state, builder)
    if goes_on:
        share_back(world, state, builder)


def release_together(world: World, several: Sequence[Released]) -> None:
    """End vetoes of several subjects at one moment; others get their shares later.

    What came first comes back first, whosever it is: they may have a pot in common.
    """
    free = [one for one in several if _end_holds(world, *one)]
    back = [(item, one) for one in free for item in one[0].contributions.values()]
    if len(free) > 1:
        back.sort(key=lambda pair: pair[0].number)
    for item, (state, _, builder) in back:
        hold_back(world, item, stop_of(state, item), builder)
    for state, _, builder in several:
        hold_accounts(state, builder)


def _end_holds(
    world: World,
    state: SubjectState,
    ended: list[Hold],
    builder: EntryBuilder,
    *,
    gives_all: bool = False,
) -> bool:
    """End vetoes; when the last on a figure ends, all but the least that any of them gives ends.

    Tell whether something may come back, since others do not stop what these stopped.
    """
    world.moves += 1
    for hold in ended:
        state.holds.end(hold)
        if not gives_all:
            state.over_holds.setdefault(hold.figure, []).append(hold)
    free = {hold.figure for hold in ended if not state.holds.stand_on(hold.figure)}
    for figure in [figure for figure in state.over_holds if figure in free]:
        over = state.over_holds.pop(figure)
        least = min(over, key=lambda hold: _given_back(state, hold))
        if least.effect.gives != "all":
            before = None if least.effect.gives == "nothing" else least.number
            _drop(world, state, least, before, builder)
    return bool(free) or any(hold.effect.later for hold in ended)


def _given_back(state: SubjectState, hold: Hold) -> tuple[bool, Exact, int]:
    """Work out how much a veto would give back; one that gives nothing comes before all others.

    Of equal sums, the one of fewer contributions is the least.
    """
    gives, target = hold.effect.gives, hold.effect.target
    if gives == "nothing":
        return False, 0, 0
    items = state.contributions.values()
    kept = [i for i in items if gives == "all" or not _came_after(i, hold.number)]
    return True, sum((_reached(item, target, hold.matter) for item in kept), 0), len(kept)


def _came_after(item: Contribution, number: int) -> bool:
    """Tell whether points came after a veto began; a base, and what was taken of it, did not."""
    return item.number > number and not (item.is_base or item.ends_base)


def _reached(item: Contribution, target: str, matter: str) -> Exact:
    """Work out how much of a contribution is where a veto on a target stops it, or in a ledger."""
    place = veto_stage(item, target, matter)
    if place is None:
        return 0 if is_kept_out(item, target) else item.got(target)
    if item.stop is not None and item.stop < place:
        return 0
    if item.route.is_carried or target == "matter":
        return sum(item.arrived)
    if target == "added":
        several = (branch.post for branch in item.route.branches if branch.ledger == "total")
        return sum((part_of(post, item.arrived[-1]) for post in several), 0)
    return item.arrived[place]


def _drop(
    world: World, state: SubjectState, hold: Hold, before: int | None, builder: EntryBuilder
) -> None:
    """End what a veto held and does not give back: all, or what came after it began."""
    target, account = hold.effect.target, state.accounts.get(hold.effect.target)
    several = [
        item for item in state.contributions.values() if before is None or _came_after(item, before)
    ]
    if account is None:
        held = [item for item in several if _holds(hold, item)]
        if target == "added":
            leave_together(world, held, "total", builder)
            return
        for item in held:
            end(world, item, builder, whole=True)
        return
    held = [item for item in several if not is_kept_out(item, target)]
    leave_together(world, held, target, builder)
    if before is None:
        set_ledger(world, state, target, 0, builder)


def _holds(hold: Hold, item: Contribution) -> bool:
    """Tell whether a veto holds a contribution, and none does further in."""
    place = veto_stage(item, hold.effect.target, hold.matter)
    return item.stop is not None and place is not None and item.stop >= place

"""What a long stream need not keep: events, contributions, windows that nothing can reach."""

from datetime import date
from typing import Any

from ..core.terms import Exact
from .groups import Group
from .lookback import Lookback
from .past import has_past
from .state import Contribution, Source, SubjectState
from .world import World


def prune(world: World, before: date) -> None:
    """Let go of events before a day that nothing lasts of, and of windows closed by then.

    Kept are what has a validity of its own or may be repaired, what a veto or a wipe may find, what
    stands in a group that is still open, what counts in an escalation as long as it is in force,
    what may be spent in place of what goes on, and, under carrying over, what is to go on into the
    next period.
    """
    states = (*world.states.values(), *world.shadows.values())
    for state in states:
        _prune_groups(world, state, before)
    several = [group.members for state in states for group in state.groups.values()]
    inside = {name for members in several for name in members}
    if not world.retention.by_veto:
        _drop_sources(world, before, inside)
    for state in states:
        if not world.retention.by_veto:
            _merge_carried(world, state, before, inside)
            _drop_contributions(world, state, before, inside)
        asked = [
            item.day
            for item in state.contributions.values()
            if not item.route.is_carried
            or item.past
            or item.behind
            or item.source.event.id in inside
        ]
        _prune_sums(world, state, min([before, *asked]))
        state.occurrences.prune(before)
        state.purses.clear()


def _is_reachable(world: World, source: Source, before: date, inside: set[str]) -> bool:
    """Whether something may still name a source, count it, or end what it brought."""
    if source.event.date >= before or source.event.id in inside:
        return True
    if source.ended:
        return False
    if source.grant is not None and source.grant.mark.id in world.retention.valid:
        return True  # it counts in an escalation until its end
    if any(one.in_force and one.lasts != "period" for one, _, _ in source.spent):
        return True  # so much of a price as was paid from what goes on goes on too
    repairable = source.grant is not None and source.grant.repair is not None
    return repairable or source.lasts != "period"


def _drop_sources(world: World, before: date, inside: set[str]) -> None:
    gone = [n for n, s in world.sources.items() if not _is_reachable(world, s, before, inside)]
    for name in gone:
        del world.sources[name]


def _drop_contributions(world: World, state: SubjectState, before: date, inside: set[str]) -> None:
    """Let go of contributions that end with their period, and that nothing ends or displaces."""
    if world.retention.carries:
        return
    for number, item in [*state.contributions.items()]:
        if item.is_base or item.lasts != "period" or item.route.is_carried:
            continue
        if item.route.kept_for(world.retention.by_each) or _may_be_displaced(item, before):
            continue  # another may end, or come, in whose place it moves
        if any(item.got(ledger) > 0 for ledger in world.retention.spent):
            continue  # a price may be paid from it, and spare what goes on
        if not _is_reachable(world, item.source, before, inside):
            del state.contributions[number]


def _may_be_displaced(item: Contribution, before: date) -> bool:
    """Tell whether a higher one may still come to a limit of times in whose window it stands."""
    branches = item.route.branches
    stages = (*item.route.trunk, *(stage for branch in branches for stage in branch.limits))
    for stage in stages:
        if stage.cap is None or not stage.cap.highest:
            continue
        if stage.keys is None or stage.keys[stage.day_of(item)] >= stage.keys[before]:
            return True
    return False


def _merge_carried(world: World, state: SubjectState, before: date, inside: set[str]) -> None:
    """Join what was carried into this period and ends by nothing of its own into one contribution.

    Only neighbours are joined: where a limit loses what lies beyond, what comes between them
    counts.
    """
    first: Contribution | None = None
    items = [*state.contributions.items()]
    since = min([before, *(item.day for _, item in items if item.source.event.id in inside)])
    for number, item in items:
        if (
            not item.route.is_carried
            or item.lasts != "period"
            or item.spent
            or item.stop is not None
            or has_past(item, since)
            or _is_reachable(world, item.source, before, inside)
        ):
            first = None
        elif first is None or _ledgers(first) != _ledgers(item):
            first, item.past = item, None
        else:
            first.arrived = _sums(first.arrived, item.arrived)
            first.landed = [_sums(*pair) for pair in zip(first.landed, item.landed, strict=True)]
            del state.contributions[number]


def _ledgers(item: Contribution) -> tuple[str, ...]:
    return tuple(branch.ledger for branch in item.route.branches)


def _sums(one: list[Exact], other: list[Exact]) -> list[Exact]:
    return [a + b for a, b in zip(one, other, strict=True)]


def _prune_groups(world: World, state: SubjectState, before: date) -> None:
    """Let go of groups that are over, with all others that their members stand in."""
    over = {k for k, group in state.groups.items() if _is_over(world, k, group, before)}
    while over:
        open_ones = (group for key, group in state.groups.items() if key not in over)
        held = {name for group in open_ones for name in group.members}
        still = {key for key in over if not held.isdisjoint(state.groups[key].members)}
        if not still:
            break
        over -= still
    for key in over:
        del state.groups[key]


def _is_over(world: World, key: Any, group: Group, before: date) -> bool:
    """Tell whether the window of a group is closed, or its matter is of one event alone."""
    join, over = world.plan.joins.get((key[0], key[1])), key[2]
    if join is None or any(m.event.date >= before for m in group.members.values()):
        return False
    alone = join.over is None and over.startswith("\0")
    closed = join.over is not None and join.over.name != "ever"
    if any(m.lasts != "period" and m.in_force for m in group.members.values()):
        return False
    return alone or (closed and over != str(world.key(join.over, before)))  # type: ignore[arg-type]  # closed


def _prune_sums(world: World, state: SubjectState, since: date) -> None:
    state.let_go(since)
    windows, sums = world.prepared.windows, state.sums
    for key in [*sums]:
        if isinstance(key, int):
            number = ~key if key < 0 else key
            keys = windows.get(number >> 32)
            if keys is not None and number < keys[since]:
                del sums[key]
            elif keys is None and isinstance(sums[key], Lookback):
                sums[key].prune(since)
        elif isinstance(key, tuple) and _is_of_event(key) and key[1] not in state.contributions:
            del sums[key]


def _is_of_event(key: tuple[object, ...]) -> bool:
    """Whether a key is of a bound on a single event: the limit and the number of a contribution."""
    return len(key) == 2 and isinstance(key[1], int)

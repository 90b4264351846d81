"""What a period's end does to groups: what ends leaves them, with what was added up of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from ..plan import Grant
from .contributions import lapse
from .groups import Group, group_key
from .payouts import has_had, share_back
from .periods import settle_whole
from .releases import Released, release_together
from .state import Contribution, EntryBuilder, Side, Source, SubjectState, side_of
from .undoing import finish
from .world import World


def run_out(world: World, states: Sequence[SubjectState], last: date) -> None:
    """Let what lasts to a period's last day leave its groups, so that the next there goes on.

    Before that vetoes end, of all together; what they give back is shared in the same period.
    """
    held = [state for state in states if state.holds]
    release_together(world, [*_last_holds(held, last)])
    for state in held:
        share_back(world, state, EntryBuilder())
    givers = (*states, *world.shadows.values()) if world.plan.groups_events else ()
    several = [(state, source) for state in givers for source in _ending(state, last)]
    for state in states if several else ():
        settle_whole(world, state)
    over = {source for _, source in several}
    for state, source in several:
        finish(world, state, source, EntryBuilder(), _is_over(last), unspent=True, over=over)
        source.ended = "run_out"


def _last_holds(states: Iterable[SubjectState], last: date) -> Iterator[Released]:
    """Find the vetoes that last to a period's last day; their ends have no entry."""
    for state in states:
        ended = [hold for hold in state.holds if hold.end is not None and hold.end <= last]
        if ended:
            yield state, ended, EntryBuilder()


def _ending(state: SubjectState, last: date) -> Iterable[Source]:
    """Find the events of groups that last to a day, in their order; first those that wait."""
    groups = (group.members for group in state.groups.values() if len(group.members) > 1)
    several = {one.event.id: one for members in groups for one in members.values()}
    over = (one for one in several.values() if one.ends is not None and one.ends <= last)
    ending = (one for one in over if not _is_done(one))
    return sorted(ending, key=lambda one: (one.counted, one.event.sort_key))


def _is_done(source: Source) -> bool:
    """Whether an event has ended; one that was put right may still run on."""
    return source.ended not in ("", "repaired")


def _is_over(last: date) -> Callable[[Contribution], bool]:
    return lambda item: not item.is_extra and item.ends is not None and item.ends <= last


def close_all(world: World, states: Iterable[SubjectState], last: date) -> None:
    """Close the groups of subjects whose period has ended, once each payee's rest is known."""
    for state in states:
        if world.plan.groups_events:
            _close_groups(world, state, last)
        if state.occurrences.valid:
            _lapse_all(world, state, last)


def _close_groups(world: World, state: SubjectState, last: date) -> None:
    """Let what ends with a period leave its groups and sums; nothing comes forward for it."""
    for key, group in [*state.groups.items()]:
        left = [one for one in group.members.values() if not _outlasts(world, one, last)]
        if len(left) == len(group.members):
            del state.groups[key]
            continue
        for source in left:
            _forget(world, group, key, source)
    for key in [key for key in state.sums if isinstance(key, tuple) and key[0] == "amount"]:
        members = state.groups[key].members.values() if key in state.groups else ()
        if members or world.keeps:
            state.sums[key] = sum((one.quantity for one in members), 0)
        elif not _carries(world, world.plan.grants.get(key[2])):
            del state.sums[key]


def _lapse_all(world: World, state: SubjectState, last: date) -> None:
    """Let an event count as in force no longer than its own points, or than points would."""
    mine = (one for one in world.sources.values() if one.event.subject == state.subject)
    for source in mine:
        if source.in_force and not _outlasts(world, source, last):
            lapse(world, source)


def _outlasts(world: World, source: Source, last: date) -> bool:
    """Tell whether an event goes on into the next period: by its points, or by its validity.

    Points of who has left say nothing of it: no period ends for them.
    """
    own = [item for item in source.contributions if not item.is_extra]
    if any(item.in_force and item.state.period.end > last for item in own):
        return True
    if _is_done(source) or (own and _is_partly_over(source, own)):
        return False  # what was wiped whole stays in its groups as long as it would have counted
    if _ends_whole(world, source.grant):
        return False
    if source.ends is not None:
        return source.ends > last
    return source.lasts != "period" or _carries(world, source.grant, side_of(source.value))


def _is_partly_over(source: Source, left: Sequence[Contribution]) -> bool:
    """Tell whether somebody's part of an event has ended, so that only who has left has some."""
    there = [item.payee for item in left]
    return any(has_had(source, payee) for payee in source.payees if payee not in there)


def _ends_whole(world: World, grant: Grant | None) -> bool:
    """Tell whether all ledgers of an event end with the period, and at most one sum goes on."""
    posts = grant.own if grant is not None else ()
    ledgers = [world.plan.ledgers[p.ledger] for p in posts if p.ledger in world.plan.ledgers]
    return bool(ledgers) and all(
        ledger.carried is not None or (ledger.carries and ledger.lasts is not None)
        for ledger in ledgers
    )


def _carries(world: World, grant: Grant | None, side: Side | None = None) -> bool:
    ledgers = world.plan.ledgers
    return grant is not None and any(
        post.ledger in ledgers
        and ledgers[post.ledger].carries
        and ledgers[post.ledger].lasts is None
        for post in grant.posts
        if side is None or post.side in (None, side)
    )


def _forget(world: World, group: Group, key: Any, source: Source) -> None:
    """Take one event out of a group that others stay in."""
    combines = source.grant.combines if source.grant is not None else ()
    combine = next((one for one in combines if group_key(world, one, source) == key), None)
    if combine is None:
        del group.members[source.event.id]
    elif combine.averages:
        group.rate(source, -1)
        group.give_up(source)
    else:
        group.drop(combine, source)

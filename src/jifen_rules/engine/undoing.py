"""What puts an earlier event right or takes it back: repair, revocation, end of validity."""

from collections.abc import Callable, Collection
from dataclasses import replace

from ..core.terms import Exact
from ..inputs.event import Event, lean_event
from ..plan import Mark
from ..trace.entry import Outcome, Step
from . import groups, purses
from .answers import holds
from .contributions import create, end, enter, lapse, post_of
from .effects import AFTER_REPAIR, apply, end_of
from .groups import PointsChange
from .payouts import Payee, end_source, has_had, pay
from .releases import release
from .state import Contribution, EntryBuilder, Source, SubjectState, side_of
from .steps import note
from .world import World


def repair(world: World, event: Event) -> None:
    """Put a wrong right: its consequences end, and the repair's own come."""
    wrong = world.sources.get(event.repairs)
    if wrong is None:
        world.write(event, Outcome.UNKNOWN_TARGET, 0, EntryBuilder())
        return
    state = world.state_of(wrong.event)
    grant = wrong.grant
    name = event.indicator or (grant.mark.id if grant is not None else wrong.event.indicator)
    if (
        wrong.is_wipe
        or wrong.ended in ("run_out", "revoked", "repaired")
        or (wrong.ends is not None and wrong.ends < event.date)
        or not _in_terms(world, wrong, event)
    ):
        world.write(event, Outcome.REPAIR_REFUSED, 0, EntryBuilder(), indicator=name)
        return
    builder, ours = EntryBuilder(), _about(wrong, event)
    release(world, state, state.holds.of_event(wrong.event.id), builder)
    state.grades.end_of(wrong.event.id)
    if wrong.lasts == "until_repaired":
        finish(world, state, wrong, builder, _is_own)
    elif wrong.lasts.endswith(AFTER_REPAIR):
        _begin_to_end(world, state, wrong, event)
    for item in [*wrong.contributions]:
        if item.is_extra and item.lasts == "until_repaired":
            end(world, item, builder.of(state.subject, item.state.subject))
    wrong.ended = "repaired"
    builder.others = {who: theirs for who, theirs in builder.others.items() if theirs.moves}
    if event.subject != state.subject and not any(builder.granted.values()):
        builder.steps.clear()  # nothing moved for whose wrong it was
    own = note_source(world, Source(ours, None))
    repairing = grant.repair if grant is not None else None
    for effect in repairing.effects if repairing is not None else ():
        apply(world, state, effect, own, builder)
    mine = builder.seen_from(state.subject, event.subject)
    for one in (mine, *mine.others.values()):
        if any(one.granted.values()):
            one.steps.append(ends_step(wrong, wrong.event.indicator))
    world.write(event, Outcome.COUNTED, 0, mine, indicator=name)


def _begin_to_end(world: World, state: SubjectState, wrong: Source, event: Event) -> None:
    """Let the validity of a wrong, which has no end until it is repaired, begin to run."""
    several: list[tuple[Source | Contribution, SubjectState]] = [(wrong, state)]
    several += [(item, item.state) for item in wrong.contributions]
    for what, whose in several:
        if what.lasts.endswith(AFTER_REPAIR):
            lasts = what.lasts.removesuffix(AFTER_REPAIR)
            what.ends = end_of(world.plan, lasts, event.date)
            whose.purses.clear()
            if isinstance(what, Source) or what.is_extra:
                world.expires_on(what.ends, whose.subject, world.next_number(), what)


def _in_terms(world: World, wrong: Source, event: Event) -> bool:
    rule = wrong.grant.repair if wrong.grant is not None else None
    if rule is None:
        return True
    if rule.within is not None:
        last = rule.within.last_day(
            wrong.event.date, world.period(wrong.event.date).end, world.workdays
        )
        if last is not None and event.date > last:
            return False
    return holds(world, rule.when, _about(wrong, event))


def _about(wrong: Source, event: Event) -> Event:
    """Let a repair that somebody else reports be about whose wrong it is."""
    who = wrong.event.subject
    return lean_event(event.id, event.date, who, event.indicator, event.quantity, event.said)


def revoke(world: World, event: Event) -> None:
    """Take an earlier event back from this day on, because its ground fell away."""
    credit = world.sources.get(event.revokes)
    if credit is None or credit.ended == "revoked":
        world.write(event, Outcome.UNKNOWN_TARGET, 0, EntryBuilder())
        return
    if credit.is_wipe:
        world.write(event, Outcome.REFUSED, 0, EntryBuilder(), indicator=credit.event.indicator)
        return
    state, builder = world.state_of(credit.event), EntryBuilder()
    before = {name: account.inner for name, account in state.accounts.items()}
    holds_ = state.holds.of_event(credit.event.id)
    finish(world, state, credit, builder)
    release(world, state, holds_, builder, gives_all=True)
    state.grades.end_of(credit.event.id)
    credit.ended = "revoked"
    clawback = world.plan.grants.get(event.indicator)
    if clawback is not None and clawback.to_zero:
        _stop_at_zero(world, state, event, before, builder)
    grant = credit.grant
    if grant is not None:
        day, value = credit.event.date, credit.value
        state.occurrences.note(grant, day, value, world.key, -1)
    for item, ledger, part in credit.spent:
        item.spent = {**item.spent, ledger: item.spent.get(ledger, 0) - part}
        purses.put(world, item, ledger)
    for sums, key in credit.taken:
        sums.get(key, {}).pop(credit.event.id, None)
    world.moves += 1
    mine = builder.seen_from(state.subject, event.subject)
    mine.others = {
        who: theirs
        for who, theirs in mine.others.items()
        if theirs.moves or who == state.subject  # whose event ended, though no ledger moves
    }
    for theirs in mine.others.values():
        theirs.steps.append(ends_step(credit, credit.event.indicator))
    world.write(event, Outcome.REVOKED, 0, mine, indicator=credit.event.indicator)


def _stop_at_zero(
    world: World,
    state: SubjectState,
    event: Event,
    before: dict[str, Exact],
    builder: EntryBuilder,
) -> None:
    """Give back what a clawback took of a ledger beyond what was there above 0."""
    for name, account in state.accounts.items():
        least = min(before.get(name, 0), 0)
        if account.inner < least:
            source = Source(event, None)
            route = world.routes.straight(post_of(name))
            item = create(world, source, state, route, "added", event.date)
            item.is_extra = True
            enter(world, item, least - account.inner, builder)


def finish(
    world: World,
    state: SubjectState,
    source: Source,
    builder: EntryBuilder,
    which: Callable[[Contribution], bool] | None = None,
    *,
    unspent: bool = False,
    over: Collection[Source] = (),
) -> None:
    """End what a source brought; in its groups the next one comes forward.

    What ends with its period, as all of `over` do, leaves its room to that one alone, where one
    comes.
    """
    (left, decided), ended = groups.leave(world, state, source), tuple(source.contributions)
    changes = [change for change in left if change.source not in over]
    moved = sum((change.amount for change in changes), 0)
    if decided is not None and moved:
        worth = -source.worth
        builder.steps.append(world.step("combine", decided.mark, worth, worth + moved))
    if changes or not over:
        end_source(world, source, builder, which, unspent=unspent)
    for change in changes:
        builder.steps += groups.grown_anew(world, change)
        there = [*filter(_is_own, change.source.contributions)]  # none, where it was wiped
        if change.shrinks and there and not any(one.route.is_carried for one in there):
            _bring_less(world, change, builder, unspent=unspent)
        else:
            for part in change.by_side():
                pay(world, part, builder, ended, _who_may_rise(part))
    lapse(world, source)


def _bring_less(
    world: World, change: PointsChange, builder: EntryBuilder, *, unspent: bool
) -> None:
    """Let what shrinks as another ends come anew, in the room it has; the rest stays used.

    It comes to those who still have something of it.
    """
    one = change.source
    ended = tuple(one.contributions)
    end_source(world, one, builder, _is_own, unspent=unspent)
    anew = replace(change, amount=one.value, side=side_of(one.value))
    pay(world, anew, builder, ended, [item.payee for item in ended])


def _who_may_rise(change: PointsChange) -> list[Payee | None] | None:
    """Tell to whom a rise comes as another event ends: not to whose part has ended by itself.

    Where the giver's has, nobody has a share of it. None for everybody.
    """
    one = change.source
    if not change.forward or one.worth * change.amount <= 0:
        return None
    there = {id(item.payee) for item in one.contributions if not item.is_extra}
    over = [payee for payee in one.payees if id(payee) not in there and has_had(one, payee)]
    if any(not payee.posts[0].account for payee in over):
        return []
    return [payee for payee in one.payees if payee not in over]


def ends_step(source: Source, named: str) -> Step:
    """Name the event, or the rule, whose points end."""
    mark = source.grant.mark if source.grant is not None else Mark(named, named, "")
    return note("ends", mark, source.event.id or named)


def note_source(world: World, source: Source) -> Source:
    """Note an event that others may name later; who names one that it stands for means this one."""
    if world.keeps:
        world.sources[source.event.id] = source
        if source.event.corrects:
            world.sources |= dict.fromkeys(world.stands_for(source.event.id), source)
    return source


def _is_own(item: Contribution) -> bool:
    return not item.is_extra

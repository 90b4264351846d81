"""One event, or an award: valued, escalated, combined, limited, weighed, posted; one entry for it and each it pays."""

from collections.abc import Iterator
from itertools import groupby

from ..entry import Outcome, Step
from ..event import Event, moment
from ..plan import Grant, Wiped
from . import combine
from .consequences import apply, end_of, repair, revoke
from .inputs import Stretch, holds, is_for, parts_of, unanswered
from .limits import move, total, wipe
from .rewards import redeem
from .rules import after_event
from .state import Draft, Offer, State, Trip, Unfit, World, note, side_of
from .value import ask, escalate, lasts_of


def enter_event(world: World, event: Event) -> None:
    """Let an admitted event do what it says: repair, revoke, buy, or earn and cost."""
    before = len(world.entries)
    if event.repairs:
        repair(world, event)
    elif event.revokes:
        revoke(world, event)
    elif event.indicator in world.plan.rewards:
        redeem(world, event)
    else:
        _grant(world, event, world.plan.grants[event.indicator], None)
    if world.plan.after_events:
        after_event(world, [entry.subject for entry in world.entries[before:]], event)


def award(world: World, subject: str, grant: Grant, stretch: Stretch) -> None:
    """A standing fact: granted at the end of each stretch through which it held."""
    last = stretch[1]
    if not is_for(world.roster, grant.kinds or ((world.plan.kind,),), subject, last):
        return
    if holds(world, grant.when, moment(last, subject, indicator=grant.mark.id), stretch):
        event = moment(last, subject, f"@{grant.mark.id}@{last}", grant.mark.id)
        _grant(world, event, grant, stretch)


def _grant(world: World, event: Event, grant: Grant, stretch: Stretch | None) -> None:
    """Value, escalate, combine, limit, weigh, post: the way of one event, or of an award."""
    standing = stretch is not None
    if not standing and not holds(world, grant.when, event):
        world.write(event, Outcome.CONDITION_NOT_MET, 0, Draft())
        return
    draft = Draft()
    for mark in grant.unstated:
        if mark.basis != "within" or event.declared_on is not None:
            draft.steps.append(note("not_stated", mark, mark.basis))
    state = world.states.get(event.subject)
    try:
        value = ask(world, grant, event, draft)
    except Unfit as unfit:
        world.write(event, unfit.outcome, 0, Draft(), standing=standing)
        return
    if grant.others and unanswered(world, grant.others, event):
        world.write(event, Outcome.MISSING_VALUE, 0, Draft(), standing=standing)
        return
    warned = False
    if state is not None:
        value, warned = escalate(world, state, grant, event, value, draft)
    offer = Offer(event, grant, value, lasts_of(grant, event, value), _trips(world, event, grant))
    if grant.others:
        draft.steps += _whom(offer)
    if state is None:
        move(world, offer, value, side_of(value), draft)
    else:
        _count(world, state, offer, draft)
        for effect in () if warned else grant.effects:
            apply(world, state, effect, event, draft)
    outcome = Outcome.AWARDED if standing else Outcome.COUNTED
    world.write(event, outcome, value, draft, standing=standing)


def _trips(world: World, event: Event, grant: Grant) -> tuple[Trip, ...]:
    """Whom an event pays: the subject itself first, then others by their part."""
    trips = [Trip(event.subject, grant.own, 1)] if grant.own else []
    if grant.others:
        found = parts_of(world, grant.others, event)
        trips += [Trip(subject, (post,), part) for post, subject, part in found]
    return tuple(trips)


def _whom(offer: Offer) -> Iterator[Step]:
    """Say who else is paid, for each post."""
    paid = [trip for trip in offer.trips if trip.posts[0].account]
    for _, group in groupby(paid, key=lambda trip: trip.posts):
        yield note("to", offer.grant.mark, ", ".join(t.subject for t in group))


def _count(world: World, state: State, offer: Offer, draft: Draft) -> None:
    event = offer.event
    state.offers[event.id] = offer
    state.history.append((event.date, offer.grant, offer.value))
    for trip in offer.trips:
        if trip.subject != state.subject and trip.subject in world.states:
            world.states[trip.subject].received.append(offer)
    if offer.lasts != "period":
        offer.ends = end_of(world.plan, offer.lasts, event.date)
        world.expires_on(offer.ends, state.subject, event.id)
    if isinstance(offer.grant.value, Wiped):
        offer.counted = True
        for trip in offer.trips:
            for post in trip.posts if trip.subject == state.subject else ():
                trip.brought[post.ledger] = wipe(state, post.ledger, draft)
        return
    changes, decided = combine.enter(world, state, offer)
    if decided is not None:
        net = total(amount for _, amount, _ in changes)
        if net != offer.value:
            draft.steps.append(world.step("combine", decided.mark, offer.value, net))
    elif not changes and offer.value:
        matter = next(h for h in state.holds if h.matter == event.matter and h.matter)
        draft.steps.append(world.step("veto", matter.effect.mark, offer.value, 0))
    for moved, amount, side in changes:
        move(world, moved, amount, side, draft)

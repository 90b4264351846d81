"""Consequences and repair: what is held, graded, brought; what comes back when it ends."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from ..entry import Outcome
from ..event import Event
from ..plan import Brought, Effect, Graded, Held, Noted, Plan, Post, Wiped
from ..terms import Exact, Window, add_length, exact
from . import combine
from .inputs import holds, parts_of
from .limits import enter, move, node_of, post_all, show, through, undo, wipe
from .state import (
    Crossing,
    Draft,
    Grade,
    Hold,
    Offer,
    Side,
    State,
    Trip,
    Unfit,
    Way,
    World,
    note,
    side_of,
)
from .value import points_of

NODE_EVENT = "@veto"
AFTER_REPAIR = " after repair"
"""How the text of a length ends that begins with the repair."""


def end_of(plan: Plan, lasts: str, day: date) -> date | None:
    """The last day of something that begins on a day; None while it has no end."""
    if is_endless(lasts):
        return None
    if lasts == "period":
        return plan.period_of(day).end
    window = Window.parse(lasts)
    if window.name == "length":
        return add_length(day, window.count, window.unit) - timedelta(days=1)
    return window.last_day(day)


def is_endless(lasts: str) -> bool:
    """Whether something has no end of its own, unless a repair sets one."""
    return lasts in ("ever", "until_repaired") or lasts.endswith(AFTER_REPAIR)


def apply(world: World, state: State, effect: Effect, event: Event, draft: Draft) -> None:
    """Let one consequence of an event act, if its condition holds."""
    if not holds(world, effect.when, event):
        return
    match effect:
        case Held():
            _hold(world, state, effect, event, draft)
        case Graded():
            end = end_of(world.plan, effect.lasts, event.date)
            state.grades.append(Grade(effect, event.id, end))
            world.ends_on(end)
            draft.steps.append(note("grade", effect.mark, effect.level))
        case Brought():
            bring(world, state, effect, event, draft)
        case Noted():
            draft.steps.append(note("action", effect.mark, effect.action))


def bring(world: World, state: State, effect: Brought, event: Event, draft: Draft) -> None:
    """Further points, straight into the ledgers they are for."""
    if isinstance(effect.value, Wiped):
        for post in effect.posts:
            before = state.accounts[post.ledger].inner
            draft.steps.append(world.step("then", effect.mark, 0, -before))
            wipe(state, post.ledger, draft)
        return
    try:
        points = points_of(world, effect.value, event, Fraction(event.quantity or 0), "")
    except Unfit:
        draft.steps.append(note("not_stated", effect.mark, "points"))
        return
    for post, other, amount in divided(world, effect.posts, event, points):
        theirs = world.states.get(other)
        if theirs is not None and post.side in (None, side_of(points)):
            mine = draft.of(state.subject, other)
            mine.steps.append(world.step("then", effect.mark, 0, amount))
            enter(world, theirs, post.ledger, amount, mine)


def divided(
    world: World, posts: tuple[Post, ...], event: Event, points: Exact
) -> Iterator[tuple[Post, str, Exact]]:
    """Yield what each payee gets of so many points: their part, or what division leaves."""
    scale, left = world.plan.scale, points
    for post, other, part in parts_of(world, posts, event):
        amount = left if part is None else exact(Fraction(points) * part)
        if part is not None and post.rounding is not None:
            amount = post.rounding.apply(amount, scale)
        if post.share in ("equally", "by"):
            left -= amount
        yield post, other, amount


# --- vetoes ------------------------------------------------------------------------------


def _hold(world: World, state: State, effect: Held, event: Event, draft: Draft) -> None:
    target = effect.target
    fresh = not state.is_held(target)
    account = state.accounts.get(target)
    node = node_of(world, target)
    before = {"inner": account.inner} if account else dict(state.gates.get(node, {}))
    if target == "matter":
        _take_matter(world, state, event, draft)
    elif account is None and fresh:
        _swing(world, state, target, event.date, draft, -1)
    end = end_of(world.plan, effect.lasts, event.date)
    matter = event.matter if target == "matter" else ""
    state.holds.append(Hold(effect, event.id, matter, end, before))
    world.ends_on(end)
    if account is not None:
        show(state, target, draft)
    draft.steps.append(note("veto", effect.mark, target))


def _take_matter(world: World, state: State, event: Event, draft: Draft) -> None:
    for offer in _of_matter(state, event.matter):
        for moved, amount, side in combine.leave(world, state, offer):
            move(world, moved, amount, side, draft)


def _of_matter(state: State, matter: str) -> list[Offer]:
    return [o for o in state.offers.values() if matter and o.event.matter == matter]


def _swing(world: World, state: State, target: str, day: date, draft: Draft, sign: int) -> None:
    """Take out of, or give back to, everything beyond a node what it holds (or its adds)."""
    node = node_of(world, target)
    path = world.plan.ways.get(node, ())
    gate = dict(state.gates.get(node, {}))
    for (posts, side), amount in gate.items():
        rests = target != "added" and state.is_held("added") and node == world.plan.root
        if not amount or (target == "added" and side != "added") or (rests and side == "added"):
            continue
        if target == "added" and state.is_held(node):
            continue
        way = Way(f"{NODE_EVENT}{target}", day, side, posts)
        let = through(world, state, way, path, sign * amount, draft)
        post_all(world, state, way, Trip(state.subject, posts, 1), let, draft)
    state.gates[node] = gate


def release(world: World, state: State, ended: list[Hold], day: date, draft: Draft) -> None:
    """End vetoes, and give back what the last of them on each figure says."""
    if not ended:
        return
    state.holds = [hold for hold in state.holds if hold not in ended]
    for target in sorted({hold.effect.target for hold in ended}):
        last = [hold for hold in ended if hold.effect.target == target][-1]
        if target == "matter":
            _give_matters(world, state, ended, draft)
        elif not state.is_held(target):
            _give(world, state, last, day, draft)


def _give_matters(world: World, state: State, ended: list[Hold], draft: Draft) -> None:
    for hold in ended:
        if hold.effect.gives == "all":
            for offer in _of_matter(state, hold.matter):
                for moved, amount, side in combine.enter(world, state, offer)[0]:
                    move(world, moved, amount, side, draft)


def _give(world: World, state: State, hold: Hold, day: date, draft: Draft) -> None:
    target, gives = hold.effect.target, hold.effect.gives
    account = state.accounts.get(target)
    if account is not None:
        if gives != "all":
            account.inner = hold.before.get("inner", 0) if gives == "before" else 0
            account.sums = [account.inner for _ in account.sums]
        show(state, target, draft)
        return
    node = node_of(world, target)
    side: Side | None = "added" if target == "added" else None
    if gives != "all":
        stood = hold.before if gives == "before" else {}
        gate = state.gates.get(node, {})
        state.gates[node] = {
            account: stood.get(account, 0) if side in (None, account[1]) else amount
            for account, amount in gate.items()
        }
    for crossing in _crossings(state, node, side):
        _give_back(crossing, gives)
    _swing(world, state, target, day, draft, 1)


def _crossings(state: State, node: str, side: Side | None) -> Iterator[Crossing]:
    """What each event that still counts has brought to a border of a subject (on one side)."""
    for offer in (*state.offers.values(), *state.received):
        for trip in offer.trips:
            came = side_of(trip.undo or trip.carried)
            mine = trip.subject == state.subject and side in (None, came)
            if mine and node in trip.crossed:
                yield trip.crossed[node]


def _give_back(crossing: Crossing, gives: str) -> None:
    """What a veto does not give back is no longer there to be taken back."""
    if gives == "all":
        crossing.before = crossing.came
        return
    kept = crossing.before if gives == "before" else 0
    crossing.told = crossing.told and kept == crossing.came
    crossing.came = crossing.before = kept


# --- repair ------------------------------------------------------------------------------


def repair(world: World, event: Event) -> None:
    """A wrong is put right: its consequences end, and the repair's own come."""
    state = world.states.get(event.subject)
    wrong = state.offers.get(event.repairs) if state is not None else None
    if state is None or wrong is None:
        world.write(event, Outcome.UNKNOWN_TARGET, 0, Draft())
        return
    name = event.indicator or wrong.grant.mark.id
    if wrong.repaired or not _in_terms(world, wrong, event):
        world.write(event, Outcome.REPAIR_REFUSED, 0, Draft(), indicator=name)
        return
    wrong.repaired = True
    draft = Draft()
    ended = [hold for hold in state.holds if hold.event == event.repairs]
    release(world, state, ended, event.date, draft)
    state.grades = [grade for grade in state.grades if grade.event != event.repairs]
    if wrong.lasts == "until_repaired" and wrong.counted:
        take_back(world, state, wrong, draft)
    elif wrong.lasts.endswith(AFTER_REPAIR):
        wrong.ends = end_of(world.plan, wrong.lasts.removesuffix(AFTER_REPAIR), event.date)
        world.expires_on(wrong.ends, state.subject, event.repairs)
    for effect in wrong.grant.repair.effects if wrong.grant.repair is not None else ():
        apply(world, state, effect, event, draft)
    world.write(event, Outcome.COUNTED, 0, draft, indicator=name)


def revoke(world: World, event: Event) -> None:
    """An earlier credit is taken back from this day on, because its ground fell away."""
    state = world.states.get(event.subject)
    credit = state.offers.get(event.revokes) if state is not None else None
    if state is None or credit is None or not credit.counted:
        world.write(event, Outcome.UNKNOWN_TARGET, 0, Draft())
        return
    draft = Draft()
    take_back(world, state, credit, draft)
    world.write(event, Outcome.REVOKED, 0, draft, indicator=credit.grant.mark.id)


def take_back(world: World, state: State, offer: Offer, draft: Draft) -> None:
    """Undo an event: through its own ways if it is of this period, else what was carried of it."""
    if world.period(offer.event.date) == state.period:
        undo(world, offer, draft)
        return
    offer.counted, offer.worth = False, 0
    for trip in offer.trips:
        theirs = world.states.get(trip.subject)
        for ledger, amount in [*trip.brought.items()]:
            if theirs is not None:
                mine = draft.of(offer.event.subject, trip.subject)
                enter(world, theirs, ledger, -amount, mine, trip, undoes=True)


def _in_terms(world: World, wrong: Offer, event: Event) -> bool:
    rule = wrong.grant.repair
    if rule is None:
        return True
    if rule.within is not None:
        last = rule.within.last_day(
            wrong.event.date, world.period(wrong.event.date).end, world.workdays
        )
        if last is not None and event.date > last:
            return False
    return holds(world, rule.when, event)

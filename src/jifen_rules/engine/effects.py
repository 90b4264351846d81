"""Consequences: what is held, graded, brought, wiped."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from ..core.terms import Exact, Window, add_length
from ..inputs.event import Event, moment
from ..plan import Brought, Effect, Graded, Held, Noted, Plan, Post, Wiped
from .answers import holds
from .contributions import (
    change_account,
    create,
    enter,
    enters,
    hold_all,
    lapse,
    leave_ledger,
    post_of,
    say_ledger_held,
)
from .holds import Grade, Hold
from .payouts import divided
from .state import (
    Contribution,
    EntryBuilder,
    Source,
    SubjectState,
    Unfit,
    matter_of,
    side_of,
)
from .steps import note
from .value import points_of
from .world import World

AFTER_REPAIR = " after repair"
"""How the text of a length ends that begins with the repair."""
NEXT = "next "
"""How the text of a validity begins that goes on to the end of the window after that of the day."""


def end_of(plan: Plan, lasts: str, day: date) -> date | None:
    """Return the last day of something that begins on a day; None while it has no end."""
    if is_endless(lasts):
        return None
    if lasts in ("period", "this period"):
        return plan.period_of(day).end
    if lasts.startswith(NEXT):
        first = end_of(plan, lasts.removeprefix(NEXT), day)
        assert first is not None
        return end_of(plan, lasts.removeprefix(NEXT), add_length(first, 1, "day"))
    return plan.last_day(Window.parse(lasts), day)


def validity_of(plan: Plan, lasts: str, day: date) -> date | None:
    """Return the last day of points by their own validity.

    None where they go with their period or have no end.
    """
    return None if lasts == "period" else end_of(plan, lasts, day)


def is_endless(lasts: str) -> bool:
    """Whether something has no end of its own, unless a repair sets one."""
    return lasts in ("ever", "until_repaired") or lasts.endswith(AFTER_REPAIR)


def apply(
    world: World, state: SubjectState, effect: Effect, source: Source, builder: EntryBuilder
) -> None:
    """Let one consequence of an event act, if its condition holds."""
    event = source.event
    if not holds(world, effect.when, event):
        return
    match effect:
        case Held():
            _hold(world, state, effect, event, builder)
        case Graded():
            end_day = end_of(world.plan, effect.lasts, event.date)
            state.grades.add(Grade(effect, event.id, end_day))
            world.ends_on(end_day)
            builder.steps.append(note("grade", effect.mark, effect.level))
        case Brought():
            bring(world, state, effect, source, builder)
        case Noted():
            builder.steps.append(note("action", effect.mark, effect.action))


def bring(
    world: World, state: SubjectState, effect: Brought, source: Source, builder: EntryBuilder
) -> None:
    """Bring further points, through the limits of the scheme into the ledgers they are for."""
    event = source.event
    if isinstance(effect.value, Wiped):
        for post in effect.posts:
            account = state.accounts.get(post.ledger)
            if account is None:
                continue
            before = account.inner
            builder.steps.append(world.step("then", effect.mark, 0, -before))
            wipe(world, state, post.ledger, builder)
        return
    try:
        points = points_of(world, effect.value, event, Fraction(event.quantity or 0), "")
    except Unfit:
        builder.steps.append(note("not_stated", effect.mark, "points"))
        return
    own = tuple(p for p in effect.posts if not p.account and p.side in (None, side_of(points)))
    several = effect.posts
    if len(own) > 1 and all(post.share == "each" for post in own):
        _bring_to(world, state, effect, source, event.subject, own, points, builder)
        several = tuple(post for post in effect.posts if post.account)
    due: dict[tuple[str, Exact], list[Post]] = {}
    for post, other, amount in divided(world, several, event, points):
        if post.side in (None, side_of(points)):
            due.setdefault((other, amount), []).append(post_of(post.ledger))
    for (other, amount), posts in due.items():
        _bring_to(world, state, effect, source, other, tuple(posts), amount, builder)


def _bring_to(
    world: World,
    state: SubjectState,
    effect: Brought,
    source: Source,
    other: str,
    posts: tuple[Post, ...],
    points: Exact,
    builder: EntryBuilder,
) -> None:
    """Bring points to ledgers of one subject: one contribution, which meets each limit once."""
    theirs, event = world.states.get(other), source.event
    if theirs is None:
        return
    mine = builder.of(state.subject, other)
    mine.steps.append(world.step("then", effect.mark, 0, points))
    route = world.routes.of_scheme(posts)
    item = create(world, source, theirs, route, side_of(points), event.date)
    item.is_extra, item.lasts = True, effect.lasts
    item.ends = validity_of(world.plan, effect.lasts, event.date)
    if world.keeps:
        world.expires_on(item.ends, other, item.number, item)
    enter(world, item, points, mine)


# --- vetoes ------------------------------------------------------------------------------


def _hold(
    world: World, state: SubjectState, effect: Held, event: Event, builder: EntryBuilder
) -> None:
    end_day = end_of(world.plan, effect.lasts, event.date)
    matter = matter_of(event) if effect.target == "matter" else ""
    hold = Hold(effect, event.id, matter, end_day, world.next_number())
    is_first = not (effect.later or state.holds.stand_on(hold.figure))
    state.holds.add(hold)
    world.ends_on(end_day)
    if is_first:  # else it stops nothing of what is there
        hold_all(world, state, builder)
    hold_accounts(state, builder)
    world.moves += 1
    builder.steps.append(note("veto", effect.mark, effect.target))


def hold_accounts(state: SubjectState, builder: EntryBuilder) -> None:
    """Let each ledger show the value at which a veto holds it, or what it holds."""
    for name, account in state.accounts.items():
        held = state.holds.lowest(name)
        if held != account.held:
            before = account.shown
            account.held = held
            builder.granted[name] = builder.granted.get(name, 0) + account.shown - before


def wipe(world: World, state: SubjectState, ledger: str, builder: EntryBuilder) -> Exact:
    """End all that is in a ledger, and leave it at 0, or at its floor if that is higher.

    Return what it took.
    """
    account = state.accounts[ledger]
    before = account.inner
    silent = EntryBuilder(granted=builder.granted)  # it takes all, whatever limits say of each
    items = sorted(state.contributions.values(), key=lambda item: item.side == "added")
    left = [  # of each what a rounding or limit keeps of its end
        landed
        for item in items
        for branch, landed in zip(item.route.branches, item.landed, strict=True)
        if branch.ledger == ledger and not item.is_base
    ]
    leave_together(world, items, ledger, silent)  # deducts first, else a limit loses of them
    for landed in left:
        change_account(account, ledger, -landed[-1], silent)
    for item in items:
        if not item.is_extra and _is_wiped(item.source, state):
            lapse(world, item.source)
    floors = [cap.low for cap in world.plan.ledgers[ledger].limits if cap.low is not None]
    set_ledger(world, state, ledger, max([0, *floors]), builder)
    taken = account.inner - before
    if taken and account.held is not None:
        say_ledger_held(state, ledger, taken, world, builder)
    return taken


def leave_together(
    world: World, items: Sequence[Contribution], ledger: str, builder: EntryBuilder
) -> None:
    """End several in one ledger at one moment: what so ends in the total comes up nowhere."""
    for item in items:
        item.is_leaving = ledger == "total" and enters(item, ledger)
    for item in items:
        leave_ledger(world, item, ledger, builder)
        item.is_leaving = False


def _is_wiped(source: Source, state: SubjectState) -> bool:
    """Tell whether nothing is left of an event's own points, or of others' if it pays only them."""
    left = [item for item in source.contributions if not item.is_extra]
    if source.payees and all(payee.posts[0].account for payee in source.payees):
        return not left
    is_own = source.event.subject == state.subject
    return is_own and all(item.state is not state for item in left)


def set_ledger(
    world: World, state: SubjectState, ledger: str, value: Exact, builder: EntryBuilder
) -> None:
    """Leave a ledger at a value, from which later points count: it becomes the base from now on."""
    account, day = state.accounts[ledger], world.today
    amount = value - account.inner
    source = Source(moment(day, state.subject), None)
    route = world.routes.straight(post_of(ledger))
    item = create(world, source, state, route, side_of(amount), day)
    item.stop, item.arrived, item.ends_base = None, [amount], True
    item.landed = [[amount] * len(item.landed[0])]
    state.purses.clear()
    set_limits(world, state, ledger, value, day)
    change_account(account, ledger, amount, builder)
    world.moves += 1


def set_limits(world: World, state: SubjectState, ledger: str, value: Exact, day: date) -> None:
    """Let the running figures of a ledger's limits begin at a value in the period of a day."""
    for stage in world.routes.limits(ledger):
        stage.begin_at(state, day, value)

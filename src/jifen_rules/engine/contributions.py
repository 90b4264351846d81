"""Contributions: points enter and end here, and nowhere else.

One piece: every movement of points passes here, so that it is written once.

`enter` carries points along a route into ledgers, `end` takes a contribution back, `hold_back`
stops it at a veto and lets it go on. Expiry, revocation, repair, wipe, combine, carrying over and
flows to others all use these. Refuses to know why a contribution comes or ends.
"""

from dataclasses import replace
from datetime import date
from functools import partial

from ..core.terms import Exact
from ..plan import Post
from .forward import come_forward, stands_in_room
from .past import (
    back_first,
    end_past,
    is_last,
    more_past,
    not_more,
    pass_past,
    return_held,
    share_of,
    take_back_past,
    way_of,
)
from .purses import paid_out, put
from .room import come_up, hand_on, is_by_height, moved_by, own_at
from .routes import Branch, Route, part_of
from .state import (
    NOTHING,
    Account,
    Contribution,
    EntryBuilder,
    Past,
    Side,
    Source,
    SubjectState,
    matter_of,
    side_of,
)
from .world import World


def create(
    world: World,
    source: Source,
    state: SubjectState,
    route: Route,
    side: Side,
    day: date,
) -> Contribution:
    """Make a contribution of a source for a subject; it has brought nothing yet."""
    number, since = world.next_number(), max(day, state.period.start)  # it may come forward later
    made = Contribution(
        source,
        state,
        route,
        side,
        day,
        since,
        number,
        source.lasts,
        source.ends,
        arrived=[0] * (len(route.trunk) + 1),
        landed=[[0] * (len(branch.limits) + 1) for branch in route.branches],
    )
    if state.holds:
        made.stop = stop_of(state, made)
    if world.keeps or source.payees:
        source.contributions.append(made)
    if world.keeps:
        state.contributions[made.number] = made
    return made


def enter(world: World, item: Contribution, points: Exact, builder: EntryBuilder) -> None:
    """Bring points in along the route, or (with the opposite) take a fallen value back."""
    if item.route.is_carried and not item.source.counted and item.source.grant is not None:
        let_go(world, item)
        left = take_back_past(item, partial(_move_others, world, item, builder))
        _land_back(world, item, left, builder)
        return
    world.moves += 1
    if item.route.is_carried:
        _enter_carried(world, item, points, builder)
        return
    item.arrived[0] += points
    if points:
        _pass(world, item, 0, points, builder)


def _enter_carried(world: World, item: Contribution, points: Exact, builder: EntryBuilder) -> None:
    """Let one of an earlier period bring more or less, through its weights and limits there."""

    def run(number: int, points: Exact) -> Exact:
        stage = way_of(item).route.trunk[number]
        if item.took_over is not None and (points > 0) == (item.side == "added"):
            let = come_forward(item, number, points)
        else:
            let = stage.run(item.state.view_of(item), item, points)
        return (
            _move_others(world, item, builder, number, points, let) if is_by_height(stage) else let
        )

    _land_more(world, item, more_past(item, points, run), builder)


def _land_more(
    world: World, item: Contribution, points: Exact | None, builder: EntryBuilder
) -> None:
    """Enter the ledgers with more or less; None takes all that stands there."""
    for number, branch in enumerate(item.route.branches):
        if item.is_leaving and branch.ledger != "total":
            continue
        all_of_it = -item.arrived[number]
        part = all_of_it if points is None else share_of(item, branch.ledger, points)
        item.arrived[number] += part
        if part and item.stop != 0 and not _is_stopped(item, branch.ledger):
            _land(world, item, branch, item.landed[number], part, builder)


def end(
    world: World,
    item: Contribution,
    builder: EntryBuilder,
    *,
    unspent: bool = False,
    whole: bool = False,
) -> None:
    """End a contribution, once.

    What it brought to the first net limit or rounding is taken back from there.

    Limits before it keep what they let through as used. With `unspent`, what was spent of it stays.
    What a rounding leaves behind a veto stays there too, unless its figure ends `whole`.
    """
    if not item.in_force:
        return
    let_go(world, item)
    item.ran_out = unspent
    if item.route.is_carried:
        _land_back(world, item, _end_past(item), builder, unspent=unspent)
        return
    first = _settle_to(item)
    if first != item.stop:
        amount = -item.arrived[first]
        if amount:
            before = Past(item.route, [*item.arrived])
            _pass(world, item, first, amount, builder, unspent=unspent)
            item.past = before  # what comes forward asks what room it had
            if not hand_on(item, first) and not whole:
                _leave_rest(item, first)
    if item.is_base:
        _note_base_gone(world, item)


def pass_on(world: World, item: Contribution) -> None:
    """Let go of what has passed on to another event, and was taken back on its own way.

    What a limit or rounding left of it stands on there, as after an end.
    """
    let_go(world, item)
    if item.route.is_carried or item.arrived[0] or not world.keeps:
        return
    first = _first_kept(item)
    if first != item.stop and not hand_on(item, first):
        _leave_rest(item, first)


def _leave_rest(item: Contribution, first: int) -> None:
    """Let what a limit or rounding leaves of an end stand as one of its own.

    A veto may hold it.
    """
    rest = replace(item, source=Source(item.source.event, None), lasts="period", ends=None)
    rest.is_extra, rest.in_force, rest.payee = True, True, None
    rest.past, rest.took_over, rest.spent, rest.cut = None, None, NOTHING, 0
    rest.arrived = [0 if number <= first else much for number, much in enumerate(item.arrived)]
    rest.landed = [[*landed] for landed in item.landed]
    if any(rest.arrived):
        item.state.contributions[item.number] = rest


def let_go(world: World, item: Contribution) -> None:
    """Let a contribution be in force no longer; what it brought is taken back elsewhere, or was."""
    item.in_force = False
    world.moves += 1
    item.state.contributions.pop(item.number, None)
    if item in item.source.contributions:
        item.source.contributions.remove(item)


def _land_back(
    world: World,
    item: Contribution,
    left: Exact | None,
    builder: EntryBuilder,
    *,
    unspent: bool = False,
) -> None:
    """Take a contribution of an earlier period out of its ledgers.

    What stands is taken, and no more than windows that still run give back.
    """
    stop = item.stop
    for branch, landed in zip(item.route.branches, item.landed, strict=True):
        if stop is None or (stop and branch.ledger != "total"):
            spent = item.spent.get(branch.ledger, 0) if unspent else 0
            amount = -max(landed[-1] - spent, 0) if spent else -landed[0]
            if left is not None:
                amount = not_more(share_of(item, branch.ledger, left), -amount)
            _land(world, item, branch, landed, amount, builder)


def _note_base_gone(world: World, item: Contribution) -> None:
    """Let what was taken with the base of a category go on: the next period opens with it."""
    branch, landed = item.route.branches[0], item.landed[0]
    state, taken = item.state, landed[-1] - item.base
    route = world.routes.straight(branch.post)
    made = create(world, Source(item.source.event, None), state, route, side_of(taken), item.day)
    made.stop, made.arrived, made.ends_base = None, [taken], True
    made.landed, made.origin = [[taken] * len(landed)], item.route
    state.purses.clear()


def hold_back(world: World, item: Contribution, stop: int | None, builder: EntryBuilder) -> None:
    """Stop a contribution at a stage, take back what lies beyond; or let it go on from there."""
    old = item.stop
    if stop == old:
        return
    world.moves += 1
    if item.route.is_carried:
        item.stop = stop
        if old == 0:
            return_held(item, partial(_move_others, world, item, builder))
        for number, branch in enumerate(item.route.branches):
            is_held = stop == 0 or _is_stopped(item, branch.ledger)
            goal = 0 if is_held else item.arrived[number]
            amount = goal - item.landed[number][0]
            if amount:
                back = is_held
                _land(world, item, branch, item.landed[number], amount, builder, holds=back)
        return
    if {old, stop} == {None, adds_stop(item)}:
        item.stop = stop
        for branch, landed in zip(item.route.branches, item.landed, strict=True):
            if branch.ledger == "total":
                arrived = part_of(branch.post, item.arrived[-1]) if stop is None else 0
                back = stop is not None
                _land(world, item, branch, landed, arrived - landed[0], builder, holds=back)
        return
    if old is None or (stop is not None and stop < old):
        assert stop is not None
        amount = -item.arrived[stop]
        if amount:
            _pass(world, item, stop, amount, builder, holds=True)
        item.stop = stop
    else:
        item.stop = stop
        if item.arrived[old]:
            _pass(world, item, old, item.arrived[old], builder)


def hold_all(world: World, state: SubjectState, builder: EntryBuilder) -> None:
    """Let every contribution of a subject stop where a veto in force stops it, or go on.

    The last to come goes back first, so that a rounding takes of each just what it has given.
    """
    several = [(item, stop_of(state, item)) for item in state.contributions.values()]
    for item, stop in reversed(several):
        if stop is not None and (item.stop is None or stop < item.stop):
            hold_back(world, item, stop, builder)
    for item, stop in several:
        hold_back(world, item, stop, builder)


def stop_of(state: SubjectState, item: Contribution) -> int | None:
    """Return the innermost stage at which a veto in force stops a contribution."""
    found: int | None = None
    for hold in state.holds.firsts(matter_of(item.source.event)):
        if hold.effect.later and item.number < hold.number:
            continue  # what is there stays
        place = veto_stage(item, hold.effect.target, hold.matter)
        if place is not None and (found is None or place < found):
            found = place
    return found


def veto_stage(item: Contribution, target: str, matter: str) -> int | None:
    """Return the stage at which a veto on a target stops a contribution; None where it does not."""
    if item.is_outside:
        return None
    if target == "matter":
        brought = item.source.grant is not None and matter_of(item.source.event) == matter
        return 0 if brought else None
    if target == "added":
        is_add = item.side == "added" and not (item.is_base or item.ends_base)
        enters = any(branch.ledger == "total" for branch in item.route.branches)
        return adds_stop(item) if is_add and enters else None
    if not item.route.is_carried:
        return item.route.borders.get(target)
    return 0 if target in item.nodes else None


def adds_stop(item: Contribution) -> int:
    """Find where a veto on the adds of the total stops points: only before the total."""
    return len(item.route.trunk) + 1


def _is_stopped(item: Contribution, ledger: str) -> bool:
    """Tell whether a veto keeps a contribution out of a ledger at its very end."""
    return ledger == "total" and item.stop == adds_stop(item)


def is_kept_out(item: Contribution, ledger: str) -> bool:
    """Tell whether a veto keeps a contribution from a ledger, at its end or further in."""
    return _is_stopped(item, ledger) or item.stop not in (None, adds_stop(item))


def lapse(world: World, source: Source) -> None:
    """Let a source count as in force no longer."""
    if not source.in_force:
        return
    source.in_force = False
    state = world.known(source.event.subject)
    if state and source.grant is not None and source.grant.mark.id in state.occurrences.valid:
        state.occurrences.valid[source.grant.mark.id] -= 1


def leave_ledger(world: World, item: Contribution, ledger: str, builder: EntryBuilder) -> None:
    """End a contribution in one ledger (the total: in its categories too); elsewhere it stays."""
    if not enters(item, ledger):
        return
    paid = paid_out(item.source, ledger)
    if paid and ledger in item.state.accounts:  # it goes with the price that it has paid
        change_account(item.state.accounts[ledger], ledger, -paid, builder)
    rest = tuple(
        b for b in item.route.branches if b.ledger != ledger and b.post.side in (None, item.side)
    )
    world.moves += 1
    if not rest:
        end(world, item, builder, whole=True)
        return
    landed = dict(zip((b.ledger for b in item.route.branches), item.landed, strict=True))
    goes_inside = ledger == "total" and item.route.undo_at < len(item.route.trunk)
    for branch in item.route.branches if not goes_inside else ():
        is_in = item.stop is None or item.stop > len(item.route.trunk)
        if branch.ledger == ledger and is_in and not _is_stopped(item, ledger):
            _land(world, item, branch, landed[ledger], -landed[ledger][0], builder)
    if ledger == "total":
        item.origin = item.origin or item.route
        _leave_trunk(world, item, builder)
        item.route, item.stop, item.is_outside = Route((), rest, {}, 0, True), None, True
        item.arrived = [landed[branch.ledger][0] for branch in rest]
    else:
        if item.route.is_carried:  # it says what came to each ledger
            came = zip(item.route.branches, item.arrived, strict=True)
            item.arrived = [amount for branch, amount in came if branch in rest]
        item.route = replace(item.route, branches=rest)
    item.landed = [landed[branch.ledger] for branch in rest]


def enters(item: Contribution, ledger: str) -> bool:
    """Tell whether points of a contribution come to a ledger."""
    posts = (branch.post for branch in item.route.branches if branch.ledger == ledger)
    return any(post.side in (None, item.side) for post in posts)


def _leave_trunk(world: World, item: Contribution, builder: EntryBuilder) -> None:
    """Take a contribution out of all stages before its ledgers, which are those of the total.

    It goes as what ends does, so that others may come up there. From the first net limit or
    rounding on it takes what that gives of it out of the total, and comes to no other ledger.
    """
    if item.route.is_carried:
        _end_past(item)
        item.past = None
        return
    first = _settle_to(item)
    several = zip(item.route.branches, item.landed, strict=True)
    there = [(b, landed) for b, landed in several if b.ledger == "total"]
    there = there if item.route.undo_at < len(item.route.trunk) else []  # else it has left it
    item.route = replace(item.route, branches=tuple(branch for branch, _ in there))
    item.landed, item.in_force = [landed for _, landed in there], False
    if first != item.stop and item.arrived[first]:
        _pass(world, item, first, -item.arrived[first], builder)
    item.in_force = True


def _settle_to(item: Contribution) -> int:
    """End at the stages before the first net limit or rounding.

    Their room does not return. Return the number of that limit.
    """
    first = _first_kept(item)
    for number in range(first):
        _settle(item, number, item.arrived[number], item.arrived[number + 1])
    return first


def _first_kept(item: Contribution) -> int:
    """Return the first net limit or rounding on the way, or the veto that stands before it."""
    undo_at = item.route.undo_at
    return undo_at if item.stop is None else min(item.stop, undo_at)


def _end_past(item: Contribution) -> Exact | None:
    """Take one of an earlier period out of windows that still run; give what a net limit gives."""
    return end_past(item, partial(_settle, item))


def _settle(item: Contribution, number: int, came: Exact, let: Exact) -> None:
    """End at a stage: what it had let through stays used, and the rest leaves its sum."""
    if _may_settle(item, number):
        stage = way_of(item).route.trunk[number]
        stage.settle(item, came - item.apart.get(number, 0), let)


def _may_settle(item: Contribution, number: int) -> bool:
    """Tell whether a contribution that ends has room of its own at a stage."""
    cap = way_of(item).route.trunk[number].cap
    is_free = (cap is not None and cap.highest) or not stands_in_room(item, number)
    return number not in item.rebased and is_free


# --- along the route -----------------------------------------------------------------------------


def _pass(
    world: World,
    item: Contribution,
    first: int,
    points: Exact,
    builder: EntryBuilder,
    *,
    unspent: bool = False,
    holds: bool = False,
) -> None:
    """Carry points through the stages from one on, then into the ledgers."""
    state, trunk, arrived = item.state, item.route.trunk, item.arrived
    sums, in_force, comes_anew = state.view_of(item), item.in_force, item.took_over is None
    leaves = holds or not in_force or not arrived[first]
    kept = item.route.kept_for(world.retention.by_each) if leaves else ()
    for number in range(first, len(trunk)):
        if number == item.stop:
            if points:
                _say_held(state, item, number, points, world, builder)
            return
        stage, reaching = trunk[number], points
        if stage.cap is not None and (stage.cap.lost or number in item.rebased):
            came, let = arrived[number] - points, arrived[number + 1]
            if came != let or number <= item.route.undo_at:  # else a rounding spoke of others too
                points = _at_most_back(item, points, came, let, holds=holds)
        if not in_force and stage.keeps_room(item):
            let = _end_at(item, number, points)
        elif comes_anew:
            let = stage.run(sums, item, points)
        else:
            let = come_forward(item, number, points)
        turns = in_force and not comes_anew and is_by_height(stage)  # a higher one may count
        if let != reaching or turns:
            if turns or (world.keeps and in_force and comes_anew):
                let = _move_others(world, item, builder, number, reaching, let)
            else:
                builder.steps.append((stage, reaching, let, stage.room(sums, item, let)))
        if number in kept and (number == first or not arrived[number]):
            _leave_kept(world, item, number, let, builder, unspent=unspent, holds=holds)
            return
        points = let
        arrived[number + 1] += points
        if not points:
            return
    _land_all(world, item, points, builder, unspent=unspent, holds=holds)


def _leave_kept(
    world: World,
    item: Contribution,
    number: int,
    let: Exact,
    builder: EntryBuilder,
    *,
    unspent: bool,
    holds: bool,
) -> None:
    """Leave a net limit that keeps what is beyond it: first its own, then who comes up there.

    Each goes on its own way, so that a veto or a limit further out knows what it has of each.
    """
    several = come_up(item, way_of(item), number, let)
    own = let - sum((amount for _, _, amount in several), 0)
    item.arrived[number + 1] += own
    if own:
        _pass(world, item, number + 1, own, builder, unspent=unspent, holds=holds)
    for other, place, amount in several:
        _move(world, other, place, amount, builder)


def _end_at(item: Contribution, number: int, points: Exact) -> Exact:
    """End at a cap that stands after a rounding; its room stays used. Return what it takes."""
    came, let = item.arrived[number] - points, item.arrived[number + 1]
    _settle(item, number, came, let)
    return not_more(points, let)


def _move_others(
    world: World,
    item: Contribution,
    builder: EntryBuilder,
    number: int,
    points: Exact,
    let: Exact,
) -> Exact:
    """Let what a move under a cap gives or takes others pass on their own ways; return the rest.

    What comes last, as most does, moves nobody, unless the highest count.
    """
    way = way_of(item)
    stage = way.route.trunk[number]
    comes_last = way.arrived[number] == points and not is_by_height(stage)
    several = [] if comes_last else [*moved_by(item, way, number, let)]
    theirs = sum((amount for _, _, amount in several), 0)
    own = None if comes_last else own_at(item, way, number)
    mine = let - theirs if own is None else own
    if mine + theirs != points:
        room = stage.room(item.state.view_of(item), item, mine + theirs)
        builder.steps.append((stage, points, mine + theirs, room))
    for other, place, amount in several:
        is_displaced = (amount < 0) == (other.side == "added")
        _move(world, other, place, amount, builder, holds=is_displaced)
    return mine


def _move(
    world: World,
    item: Contribution,
    number: int,
    points: Exact,
    builder: EntryBuilder,
    *,
    holds: bool = False,
) -> None:
    """Let another move at a limit: on its way, or on the one of its period, into its ledgers."""
    past = item.past
    way_of(item).arrived[number + 1] += points
    if past is None:
        _pass(world, item, number + 1, points, builder, holds=holds)
        return
    is_gone = not past.arrived[number + 1] and is_last(past, item, number)
    several = partial(_move_others, world, item, builder)
    let = pass_past(past, item, number + 1, points, several)
    _land_more(world, item, None if is_gone else let, builder)


def _land_all(
    world: World,
    item: Contribution,
    points: Exact,
    builder: EntryBuilder,
    *,
    unspent: bool,
    holds: bool,
) -> None:
    """Enter each ledger that points go to, but for those that a veto holds."""
    state, trunk = item.state, item.route.trunk
    for branch, landed in zip(item.route.branches, item.landed, strict=True):
        if item.is_leaving and branch.ledger != "total":
            continue
        if _is_stopped(item, branch.ledger):
            if points:
                _say_held(state, item, len(trunk) + 1, points, world, builder)
        elif branch.post.side is None or branch.post.side == item.side:
            part = part_of(branch.post, points)
            if unspent and (spent := item.spent.get(branch.ledger)):
                part = -max(landed[-1] - spent, 0)
            _land(world, item, branch, landed, part, builder, holds=holds)


def _land(
    world: World,
    item: Contribution,
    branch: Branch,
    landed: list[Exact],
    points: Exact,
    builder: EntryBuilder,
    *,
    holds: bool = False,
) -> None:
    """Enter one ledger through its limits."""
    state = item.state
    landed[0] += points
    account = state.accounts.get(branch.ledger)
    if account is None:
        landed[-1] += points
        return
    sums = state.view_of(item) if branch.limits else []
    for number, stage in enumerate(branch.limits):
        cap = stage.cap
        if cap is not None and cap.lost:
            came, let = landed[number] - points, landed[number + 1]
            is_rounded = item.route.undo_at < len(item.route.trunk)
            if came != let or not is_rounded:  # else that spoke of others too
                points = _at_most_back(item, points, came, let, holds=holds)
        let = stage.run(sums, item, points)
        if let != points:
            builder.steps.append((stage, points, let, stage.room(sums, item, let)))
        points = let
        landed[number + 1] += points
    if points > 0 and item.side == "added" and state.purses:
        put(world, item, branch.ledger)
    if points and account.held is not None:
        say_ledger_held(state, branch.ledger, points, world, builder)
    change_account(account, branch.ledger, points, builder)


def say_ledger_held(
    state: SubjectState, ledger: str, points: Exact, world: World, builder: EntryBuilder
) -> None:
    """Name the veto that holds a ledger at a value."""
    hold = state.holds.first_on(ledger)
    if hold is not None:
        builder.steps.append(world.step("veto", hold.effect.mark, points, 0))


def change_account(account: Account, ledger: str, points: Exact, builder: EntryBuilder) -> None:
    """Let a ledger hold more or less; the entry says what shows of it."""
    before = account.shown
    account.inner += points
    builder.granted[ledger] = builder.granted.get(ledger, 0) + account.shown - before


def _is_back(item: Contribution, points: Exact) -> bool:
    """Tell whether points take back what came: at its end, by a veto, or as its value falls."""
    if not item.in_force or _is_of_average(item):
        return not item.in_force  # the newest of an average takes back what others brought
    return points < 0 if item.side == "added" else points > 0


def _at_most_back(
    item: Contribution, points: Exact, came: Exact, let: Exact, *, holds: bool
) -> Exact:
    """Bound what goes back by what was let in, where a limit loses or a version has moved it.

    An average's newest takes back no more of its own than that; the rest is free.
    """
    if holds or _is_back(item, points):
        return not_more(points, let)
    return back_first(points, came, let)


def _is_of_average(item: Contribution) -> bool:
    grant = item.source.grant
    return grant is not None and any(combine.averages for combine in grant.combines)


def _say_held(
    state: SubjectState,
    item: Contribution,
    number: int,
    points: Exact,
    world: World,
    builder: EntryBuilder,
) -> None:
    """Name the veto that stops a contribution."""
    several = [
        hold
        for hold in state.holds.firsts(matter_of(item.source.event))
        if veto_stage(item, hold.effect.target, hold.matter) == number
    ]
    if several:
        first = min(several, key=lambda hold: hold.number)
        builder.steps.append(world.step("veto", first.effect.mark, points, 0))


def post_of(ledger: str) -> Post:
    """Give the post that takes points whole into a ledger of the subject itself."""
    return Post("", ledger, 1, None)

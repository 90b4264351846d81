"""A period of one subject ends and the next begins: the base, what goes on, what is held still.

One piece: what a period's end does is one sequence of small steps over one subject.

What goes on is granted anew as if nothing else had been brought, and from then on has a route
straight into its ledger. Refuses to know when a period ends.
"""

from collections.abc import Container, Iterator
from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction

from ..core.terms import Exact, Period, exact
from ..inputs.event import Event, moment
from ..trace.entry import Outcome, Step
from .answers import evaluate
from .bases import category_base, path_of, start_category, start_ledger
from .contributions import (
    adds_stop,
    change_account,
    create,
    end,
    enter,
    enters,
    hold_all,
    is_kept_out,
    lapse,
    post_of,
)
from .effects import end_of, hold_accounts, set_limits
from .holds import Holds
from .past import behind_of, meets_later, past_of, stand_anew, stand_at
from .purses import paid_out
from .rebasing import rebase_sums
from .routes import Branch, part_of
from .stages import Stage
from .state import (
    Contribution,
    EntryBuilder,
    Opening,
    Source,
    SubjectState,
    side_of,
)
from .steps import note
from .world import World

Carried = dict[int, dict[str, Exact]]
"""What of each contribution goes on, by its number and ledger."""
Going = list[tuple[Contribution, tuple[str, ...]]]
"""The contributions that go on, in their order, each with its ledgers."""


def open_first(world: World, subject: str, first: date) -> None:
    """Begin the first period of a subject."""
    state = world.new_state(subject, world.period(first))
    world.moves += 1
    spell = world.roster.spell(subject, first)
    prepared = world.prepared_plan
    if world.keeps or spell is None or not prepared.opens_alike:
        _open(world, state, moment(first, subject))
        return
    openings = prepared.openings
    key = (state.period.start, spell.kind, spell.classes)
    found = openings.get(key)
    if found is None:
        _open(world, state, moment(first, subject))
        openings[key] = Opening.of(state)
    else:
        found.give(state)


def _open(world: World, state: SubjectState, day: Event) -> None:
    for name, ledger in world.plan.ledgers.items():
        start_ledger(world, state, name, ledger, day)
    for start in world.plan.starts:
        start_category(world, state, start, day)


def come_back(world: World, state: SubjectState, first: date) -> None:
    """Begin the period in which a subject comes back that was away when it opened.

    What ended while it was away does not go on.
    """
    for hold in [hold for hold in state.holds if hold.end is not None and hold.end < first]:
        state.holds.end(hold)
    state.has_left = False
    open_next(world, state, world.period(first), first)


def open_next(world: World, state: SubjectState, period: Period, first: date) -> None:
    """Begin a further period: the base, what is carried, what is held down still."""
    last = first - timedelta(days=1)
    whole = _whole_ledgers(world, state)
    if state.carried_whole is None:
        settle_whole(world, state)
    losing = {name for name in state.accounts if name not in whole and _loses(world, name)}
    bases = (item for item in state.contributions.values() if item.is_base)
    held = sum((item.base - item.got("total") for item in bases), 0)
    amounts, state.carried_whole = state.carried_whole or {}, None
    anew = [name for name in whole if _ends_anew(world, name)]
    amounts |= {name: _going_sum(world, state, name, last) for name in anew}
    every = _every_going(world, state, last) if anew else []
    going = _going_on(world, state, last, whole, losing)
    lost = {name: _rest(state, name, going) for name in losing}
    if "total" in lost:
        lost["total"] += held  # the base stands again, and the veto takes it again
    carried = _granted_anew(world, state, _together(every, going) if anew else going, lost)
    state.period, state.unstated, state.provisional = period, set(), None
    state.figures, state.weighed = {}, {}
    day = moment(first, state.subject)
    world.moves += 1
    holds, state.holds = state.holds, Holds()
    for account in state.accounts.values():
        account.held = None
    _open(world, state, day)
    builder = EntryBuilder()
    _carry(world, state, going, carried, first, builder, lost)
    _carry_rests(world, state, going, lost, first, builder)
    for name, amount in amounts.items():
        _carry_whole(world, state, name, amount, day, builder)
    if builder.granted and any(builder.granted.values()):
        world.write(day, Outcome.CARRIED, 0, builder, standing=True)
    _hold_on(world, state, holds, day)
    state.purses.clear()
    state.grades.end_before(first)


def settle_whole(world: World, state: SubjectState) -> None:
    """Settle what goes on in one sum, by the last day's figures, once its vetoes have ended."""
    state.carried_whole = _carried_whole(world, state, _whole_ledgers(world, state))


# --- what goes on --------------------------------------------------------------------------------


def _whole_ledgers(world: World, state: SubjectState) -> dict[str, bool]:
    """Ledgers that are carried in one sum: by a formula, or as nothing in them ends by itself."""
    found = {}
    for name in state.accounts:
        ledger = world.plan.ledgers.get(name)
        if ledger is not None and (ledger.carried is not None or ledger.lasts is not None):
            found[name] = True
        elif ledger is not None and ledger.carries and not world.keeps:
            found[name] = False
    return found


def _carried_whole(world: World, state: SubjectState, whole: dict[str, bool]) -> dict[str, Exact]:
    """Return what each of these ledgers carries on, beyond its base."""
    found: dict[str, Exact] = {}
    asking = moment(state.period.end, state.subject)
    for name in whole:
        ledger, account = world.plan.ledgers[name], state.accounts[name]
        if ledger.carried is not None:
            found[name] = exact(Fraction(evaluate(world, ledger.carried, asking)) * world.scale)
        else:
            found[name] = account.inner - account.base if ledger.carries else 0
    return found


def _ends_anew(world: World, name: str) -> bool:
    """Whether all that goes on in a ledger goes on as one contribution with an end of its own."""
    ledger = world.plan.ledgers[name]
    return ledger.lasts is not None and ledger.carried is None and ledger.carries


def _going_sum(world: World, state: SubjectState, name: str, last: date) -> Exact:
    """Add up what goes on in such a ledger, without what lasts to the period's last day."""
    every = [item for item in state.contributions.values() if not item.is_base]
    held = state.accounts[name].held is not None
    free = [] if held else [i for i in every if i.stop in (None, adds_stop(i))]
    going = [i for i in free if enters(i, name) and _goes_on(world, i, name, last)]
    if _loses(world, name) or not world.keeps:
        account = state.accounts[name]
        over = (item for item in every if item not in going)
        ended = sum((item.got(name) - item.spent.get(name, 0) for item in over), 0)
        return account.inner - account.base - ended
    together = _together(_every_going(world, state, last), [(item, (name,)) for item in going])
    anew = _granted_anew(world, state, together, ())
    return sum((found.get(name, 0) for found in anew.values()), 0)


def _every_going(world: World, state: SubjectState, last: date) -> list[Contribution]:
    """Return what goes on in any ledger by itself, or in one that ends anew, in its order."""
    return [
        item
        for item in state.contributions.values()
        if any(
            rule.carried is None and enters(item, name) and _goes_on(world, item, name, last)
            for name, rule in world.plan.ledgers.items()
        )
    ]


def _together(every: list[Contribution], going: Going) -> Going:
    """Let what goes on elsewhere stand among what goes on in some ledgers: limits see it too."""
    ledgers = {item.number: names for item, names in going}
    return [(item, ledgers.get(item.number, ())) for item in every]


def _going_on(
    world: World, state: SubjectState, last: date, whole: dict[str, bool], losing: Container[str]
) -> Going:
    """Tell which contributions outlast the period, each with its ledgers; the others end with it.

    Where a limit loses what lies beyond it, it tells what is left by that.
    """
    found: Going = []
    for item in [*state.contributions.values()]:
        ledgers = tuple(
            branch.ledger
            for branch in item.route.branches
            if branch.ledger not in whole
            and branch.post.side in (None, item.side)
            and _goes_on(world, item, branch.ledger, last)
        )
        if ledgers:
            found.append((item, ledgers))
            continue
        runs_out = item.ends is not None and item.ends <= last
        losing_too = any(branch.ledger in losing for branch in item.route.branches)
        if runs_out and losing_too and not item.is_base:  # who is cleared makes room for nobody
            end(world, item, EntryBuilder(), unspent=True, whole=True)
        item.in_force, item.ran_out = False, runs_out
        state.contributions.pop(item.number, None)
        source = item.source
        if item in source.contributions:
            source.contributions.remove(item)
        if item.is_extra or any(not other.is_extra for other in source.contributions):
            continue
        if not source.ended:
            source.ended = "run_out" if runs_out else "closed"
        lapse(world, source)
    return found


def _goes_on(world: World, item: Contribution, ledger: str, last: date) -> bool:
    rule = world.plan.ledgers.get(ledger)
    if item.is_base or rule is None or ledger not in item.state.accounts:
        return False
    if item.ends is not None and item.ends <= last:
        return False
    if not rule.carries and item.source.spent:
        return bool(_paid_from(world, item, ledger, last))
    return rule.carries or item.lasts != "period"


def _paid_from(world: World, item: Contribution, ledger: str, last: date) -> Exact:
    """Work out how much of a price was paid from what goes on; so much of it goes on too."""
    several = (
        part
        for one, name, part in item.source.spent
        if name == ledger and one.in_force and _goes_on(world, one, ledger, last)
    )
    return sum(several, 0)


def _loses(world: World, name: str) -> bool:
    """Whether a ledger is carried under a limit that loses what lies beyond it.

    What such a limit let through of each contribution goes on.
    """
    ledger = world.plan.ledgers.get(name)
    return ledger is not None and ledger.carries and any(cap.lost for cap in ledger.limits)


def _rest(state: SubjectState, name: str, going: Going) -> Exact:
    """Find what is in such a ledger besides: what the limit did not let an end take."""
    account = state.accounts[name]
    parts = sum((item.got(name) for item, ledgers in going if name in ledgers), 0)
    return account.inner - account.base - parts


def _carry_rests(
    world: World,
    state: SubjectState,
    going: Going,
    rests: dict[str, Exact],
    first: date,
    builder: EntryBuilder,
) -> None:
    """Let such a ledger go on from where it stood, so far as its limits hold it beside the base."""
    for name, rest in rests.items():
        account = state.accounts.get(name)
        if account is not None:
            within = account.inner + rest
            for cap in world.plan.ledgers[name].limits:
                within = cap.clamp(within)
            over = account.inner + rest - within
            if over:
                _lose(going, name, over)
            change_account(account, name, rest - over, builder)
            set_limits(world, state, name, account.inner, first)


def _lose(going: Going, name: str, left: Exact) -> None:
    """Let the last that go on lose what has no room in a ledger."""
    for item, ledgers in reversed(going):
        if name in ledgers and not is_kept_out(item, name):
            number = ledgers.index(name)
            amount = item.landed[number][-1]
            if amount * left > 0:
                less = amount - (min(amount, left) if left > 0 else max(amount, left))
                left -= amount - less
                item.arrived[number], item.landed[number] = less, [less] * len(item.landed[number])


def _granted_anew(
    world: World,
    state: SubjectState,
    going: Going,
    lost: Container[str],
) -> Carried:
    """Grant what goes on anew, in its order, as if it alone had been brought.

    Each meets the bounds of its own day, as it did then.
    """
    fresh = SubjectState(state.subject, state.period, state.occurrences, state.layout)
    fresh.roster = state.roster
    for name, account in state.accounts.items():
        if name in world.plan.ledgers:
            set_limits(world, fresh, name, account.base, state.period.end)
    _start_sums(world, state, fresh)
    has_held = any(item.stop is not None for item, _ in going)
    if has_held:  # it meets what others have used
        fresh.pots = deepcopy(state.pots)
    found: Carried = {}
    plans, number = world.versions.plans, 0
    for item, ledgers in going:
        while number < world.number and plans[number + 1].version <= item.since:
            old, new = plans[number : number + 2]
            rebase_sums(world, fresh.sums, fresh.over, old, new, new.version)
            number += 1
        paid = {
            ledger: _paid_from(world, item, ledger, state.period.end)
            for ledger in ledgers
            if item.source.spent and not world.plan.ledgers[ledger].carries
        }
        found[item.number] = _anew(fresh, item, ledgers, paid, lost, has_held=has_held)
    return found


def _start_sums(world: World, state: SubjectState, fresh: SubjectState) -> None:
    """Let the sums of categories begin at their bases."""
    day = moment(state.period.start, state.subject)
    for start in world.plan.starts:
        base = category_base(world, start, state, day)
        if base:
            x: Exact = base
            item = Contribution(
                Source(day, None),
                fresh,
                world.routes.of((), ()),
                side_of(base),
                day.date,
                day.date,
                0,
            )
            for part in path_of(start):
                x = world.routes.maker.stage(part).run(fresh.view_of(item), item, x)


def _anew(
    fresh: SubjectState,
    item: Contribution,
    ledgers: tuple[str, ...],
    paid: dict[str, Exact],
    lost: Container[str],
    *,
    has_held: bool,
) -> dict[str, Exact]:
    """Grant one anew; `paid`, by ledger: of a price goes on what was paid from what goes on."""
    state, route = item.state, item.route
    first = route.undo_at if item.stop is None else min(item.stop, route.undo_at)
    points: Exact = 0 if route.is_carried else item.arrived[first]
    points += item.cut if first == route.undo_at else 0
    found: dict[str, Exact] = {}
    last, item.state = fresh.period.end, fresh
    stand_anew(item, first, with_caps=has_held)
    for place, stage in enumerate(route.trunk[first:], first):
        loses = stage.cap is not None and stage.cap.lost
        if loses and (item.stop is None or place < item.stop):
            points = _not_lost(points, item.arrived[place], item.arrived[place + 1])
        elif _is_shut(stage, item, place):
            points = _at_most(points, item.arrived[place + 1])  # nor does room under other caps
            if has_held:
                stand_at(stage, item, points)
            continue
        elif meets_later(stage, item):
            continue
        points = stage.run(fresh.view_of(item), item, points)
    for number, branch in enumerate(route.branches):
        if branch.ledger in ledgers:
            amount = item.arrived[number] if route.is_carried else _part(item, branch, points)
            amount += paid_out(item.source, branch.ledger, last) if branch.ledger not in lost else 0
            amount = -paid.get(branch.ledger, -amount)
            is_out = is_kept_out(item, branch.ledger)
            if branch.ledger in lost and not is_out:
                amount = item.landed[number][-1]
            for place, stage in enumerate(branch.limits if branch.ledger not in lost else ()):
                if stage.cap is not None and stage.cap.lost and not is_out:
                    came, let = item.landed[number][place : place + 2]
                    amount = _not_lost(amount, came, let)
                amount = stage.run(fresh.view_of(item), item, amount)
            found[branch.ledger] = amount
    item.state = state
    return found


def _not_lost(points: Exact, came: Exact, let: Exact) -> Exact:
    """Leave out what a limit has lost of a contribution: it does not come back."""
    return points if came == let else _at_most(points, let)


def _is_shut(stage: Stage, item: Contribution, place: int) -> bool:
    """Whether a stage is a cap that has let a contribution through and gives no room back."""
    is_free = item.stop is None or place < item.stop
    return is_free and stage.keeps_room(item)


def _at_most(points: Exact, let: Exact) -> Exact:
    return min(points, max(let, 0)) if points > 0 else max(points, min(let, 0))


def _part(item: Contribution, branch: Branch, points: Exact) -> Exact:
    post = branch.post
    return part_of(post, points) if post.side in (None, item.side) else 0


def _carry(
    world: World,
    state: SubjectState,
    going: Going,
    carried: Carried,
    first: date,
    builder: EntryBuilder,
    lost: Container[str],
) -> None:
    """Let contributions go on in their ledgers, in the new period's windows of the ledger alone.

    Where a limit loses what lies beyond it, what a veto held stays held.
    """
    for item, ledgers in going:
        item.behind = item.behind if item.route.is_carried else behind_of(item)
        item.past = past_of(item, first, may_pass_on=world.plan.groups_events)
        route = world.routes.carried(ledgers)
        item.origin = item.origin or item.route
        staying = [name for name in ledgers if name in lost and is_kept_out(item, name)]
        is_added = item.stop == adds_stop(item)  # which holds it in the total alone
        item.route, item.since = route, first
        item.stop = None if not staying else adds_stop(item) if is_added else 0
        item.arrived = [carried[item.number][ledger] for ledger in ledgers]
        item.landed = [[0] * (len(branch.limits) + 1) for branch in route.branches]
        for branch, landed in zip(route.branches, item.landed, strict=True):
            if staying and is_kept_out(item, branch.ledger):
                continue
            amount = carried[item.number][branch.ledger]
            landed[0] = amount
            account = state.accounts.get(branch.ledger)
            for number, stage in enumerate(branch.limits):
                is_of_period = stage.cap is not None and stage.cap.window.name == "period"
                if is_of_period and branch.ledger not in lost:
                    amount = stage.run(state.view_of(item), item, amount)
                landed[number + 1] = amount
            if account is not None:
                account.inner += amount
                granted = builder.granted.get(branch.ledger, 0)
                builder.granted[branch.ledger] = granted + amount
        item.spent = {name: much for name, much in item.spent.items() if name in ledgers}


def _carry_whole(
    world: World, state: SubjectState, name: str, amount: Exact, day: Event, builder: EntryBuilder
) -> None:
    """Open a period with one contribution of all that a ledger carries on."""
    ledger = world.plan.ledgers[name]
    if not amount or name not in state.accounts:
        return
    source = Source(moment(day.date, state.subject, "", name), None)
    route = world.routes.straight(post_of(name))
    item = create(world, source, state, route, side_of(amount), day.date)
    item.is_extra = True
    enter(world, item, amount, builder)
    if ledger.lasts is not None:
        source.contributions = [item]
        item.lasts = str(ledger.lasts)
        item.ends = end_of(world.plan, item.lasts, day.date)
        state.contributions[item.number] = item
        world.expires_on(item.ends, state.subject, item.number, item)


def _hold_on(world: World, state: SubjectState, holds: Holds, day: Event) -> None:
    """Let vetoes that stand across the end of a period go on holding what they held."""
    state.holds = holds
    if not holds:
        return
    builder = EntryBuilder()
    hold_all(world, state, builder)
    hold_accounts(state, builder)
    if builder.moves:
        builder.steps = list(_vetoes(holds))
        world.write(day, Outcome.HELD, 0, builder, standing=True)


def _vetoes(holds: Holds) -> Iterator[Step]:
    yield from (note("veto", hold.effect.mark, hold.effect.target) for hold in holds)

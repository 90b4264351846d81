"""Steps 5 to 7: a contribution goes through caps, floors and borders into ledgers.

A stage's contribution is `clamp(after) - clamp(before)` of the sums that reach it.
Adds and deducts are two sums.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from ..plan import Cap, Weigh
from ..terms import Exact, exact
from .state import Crossing, Draft, Offer, Side, State, Trip, Way, World, side_of

Path = Sequence[Cap | Weigh]


def move(world: World, offer: Offer, amount: Exact, side: Side, draft: Draft) -> None:
    """Let points of an event in along its ways, or (with the opposite amount) take them back."""
    offer.worth += amount
    if not amount:
        return
    own = _own(offer)
    if own is not None:
        _travel(world, offer, own, amount, side, draft)
    for trip in offer.trips:
        if trip is own:
            continue
        whole = offer.worth if own is None else own.granted
        theirs = _part(offer, trip, whole, world.plan.scale) - trip.carried
        if theirs:
            _travel(world, offer, trip, theirs, side, draft)


def _own(offer: Offer) -> Trip | None:
    giver = offer.event.subject
    for trip in offer.trips:
        if trip.subject == giver:
            return trip
    return None


def _part(offer: Offer, trip: Trip, whole: Exact, scale: int) -> Exact:
    """What of a whole falls to one payee; the rest is what the shares leave."""
    if trip.part is None:
        shares = (t for t in offer.trips if t.posts[0].share in ("equally", "by"))
        return whole - total(_part(offer, other, whole, scale) for other in shares)
    part, rounding = exact(whole * trip.part), trip.posts[0].rounding
    return part if rounding is None else rounding.apply(part, scale)


def _travel(
    world: World, offer: Offer, trip: Trip, amount: Exact, side: Side, draft: Draft
) -> None:
    """Go a payee's way, and note what an undo would have to take back, and where."""
    state = world.states.get(trip.subject)
    trip.carried += amount
    first_post = trip.posts[0]
    if state is None or (first_post.account and first_post.side not in (None, side)):
        return
    mine = draft.of(offer.event.subject, trip.subject)
    path, way = offer.grant.path, Way(offer.event.id, offer.event.date, side, trip.posts, trip)
    trip.undo_at = offer.grant.undo_at
    let = through(world, state, way, path[: trip.undo_at], amount, mine)
    trip.undo += let
    amount = through(world, state, way, path[trip.undo_at :], let, mine)
    post_all(world, state, way, trip, amount, mine)


def undo(world: World, offer: Offer, draft: Draft) -> None:
    """Take back what an event brought to the first net limit on its ways, from there on."""
    offer.counted, offer.worth = False, 0
    for trip in offer.trips:
        state, path = world.states.get(trip.subject), offer.grant.path
        if state is None:
            continue
        side = side_of(trip.undo or trip.carried)
        way = Way(offer.event.id, offer.event.date, side, trip.posts, trip, undoes=True)
        amount = -_uncrossed(world, state, way, trip, path[: trip.undo_at])
        trip.undo = 0
        if amount:
            mine = draft.of(offer.event.subject, trip.subject)
            let = through(world, state, way, path[trip.undo_at :], amount, mine)
            post_all(world, state, way, trip, let, mine)


def _uncrossed(world: World, state: State, way: Way, trip: Trip, path: Path) -> Exact:
    """Let every border forget what came to it; gives what of it stands beyond the last.

    That is nothing while a veto holds it back. What one held back when it came, and has given back
    since, is what the borders make of it.
    """
    out: Exact | None = None
    for stage in path:
        if isinstance(stage, Cap):
            continue
        node, crossing = stage.mark.id, trip.crossed.pop(stage.mark.id, Crossing())
        came = crossing.came if out is None else out
        if out is not None or not crossing.told:
            out = weigh(came, stage.factor)
        if node in world.demands.vetoed:
            _enter_gate(state, node, way, -came)
        if state.holds and _is_shut(world, state, node, way):
            for hold in state.holds:
                if node_of(world, hold.effect.target) == node:
                    _enter(hold.before, (way.posts, way.side), -crossing.before)
            return 0
        if node in world.demands.figures:
            _enter_figure(state, node, -came, -(crossing.went if out is None else out))
    return trip.undo if out is None else out


def through(world: World, state: State, way: Way, path: Path, amount: Exact, draft: Draft) -> Exact:
    """Carry a contribution through the stages of a way, inside out."""
    for stage in path:
        if isinstance(stage, Weigh):
            amount = border(world, state, stage, way, amount, draft)
        elif stage.kind in ("net", "times", way.side):
            let, room = _limit(world, state, stage, amount, way)
            if let != amount:
                kind = "floor" if stage.high is None else stage.kind
                draft.steps.append(world.step(kind, stage.mark, amount, let, room, stage.window))
            amount = let
    return amount


def _limit(
    world: World, state: State, cap: Cap, amount: Exact, way: Way
) -> tuple[Exact, Exact | None]:
    """What a limit lets through, and the room it leaves (None where it counts times)."""
    name, day = way.name, way.day
    if cap.kind == "times" or cap.window.name == "length":
        return _listed(world, state, cap, amount, name, day), None
    key = _key(world, cap, name, day)
    sums, over = state.sums, state.over
    if cap.among:
        sums, over = world.pots, world.over
        key = (*key, *world.roster.populations(state.subject, cap.among, day))
    amount = _not_more(cap, cap.slot, amount, way.trip, way.undoes)
    before: Exact = sums.get(key, 0)
    old, new = _clamped(cap, over, key, before, before + amount)
    sums[key] = new if cap.lost else before + amount
    for twin in cap.twins:
        sums[twin, *key[1:]] = new
    if cap.lost and way.trip is not None:
        way.trip.lets[cap.slot] = way.trip.lets.get(cap.slot, 0) + new - old
    return new - old, _left(cap, new)


def _key(world: World, cap: Cap, name: str, day: date) -> tuple[object, ...]:
    """What tells the sum of one window of a limit; an event is a window of its own."""
    return cap.slot, name if cap.window.name == "event" else world.key(cap.window, day)


def _not_more(cap: Cap, slot: object, amount: Exact, trip: Trip | None, undoes: bool) -> Exact:
    """What an undo takes back: where what lies beyond is `lost`, no more than was let through."""
    if not (cap.lost and undoes) or trip is None:
        return amount
    let = trip.lets.get(slot, 0)
    return min(max(amount, -let), 0) if amount < 0 else max(min(amount, -let), 0)


def _clamped(
    cap: Cap, over: dict[Any, Exact], key: object, before: Exact, after: Exact
) -> tuple[Exact, Exact]:
    """What a limit let through before and after; beyond a lowered bound it can only shrink."""
    old = over.get(key) if over else None
    if old is None:
        return cap.clamp(before), cap.clamp(after)
    if old > cap.clamp(old):
        new = max(cap.clamp(after), min(old, after))
    else:
        new = min(cap.clamp(after), max(old, after))
    if new == cap.clamp(new):
        del over[key]
    else:
        over[key] = new
    return old, new


def _listed(world: World, state: State, cap: Cap, amount: Exact, name: str, day: date) -> Exact:
    """Limits that must know which events reached them: by times, and over a length."""
    if cap.window.name == "length":
        return _looked_back(state, cap, amount, name, day)
    seen: dict[str, Exact] = state.sums.setdefault(_key(world, cap, name, day), {})
    before = _chosen(cap, seen)
    seen[name] = seen.get(name, 0) + amount
    if not seen[name]:
        del seen[name]
    return _chosen(cap, seen) - before


def _chosen(cap: Cap, seen: dict[str, Exact]) -> Exact:
    values = sorted(seen.values(), reverse=True) if cap.highest else list(seen.values())
    return total(values[: int(cap.high or 0)])


def _looked_back(state: State, cap: Cap, amount: Exact, name: str, day: date) -> Exact:
    """A length limits what it let through since its first day, back from the event's own."""
    key = (cap.slot, "length")
    seen: dict[str, tuple[date, Exact, Exact]] = state.sums.setdefault(key, {})
    _, reached, old = seen.pop(name, (day, 0, 0))
    first = cap.window.first_day_back(day)
    inside = [let for when, _, let in seen.values() if let and first <= when <= day]
    reached += amount
    if cap.kind == "times":
        new: Exact = reached if len(inside) < (cap.high or 0) else 0
    else:
        used = total(inside)
        new = cap.clamp(used + reached) - used
    if reached:
        seen[name] = (day, reached, new)
    return new - old


def total(values: Iterable[Exact]) -> Exact:
    """Add up exactly."""
    found: Exact = 0
    for value in values:
        found += value
    return found


def _left(cap: Cap, reached: Exact) -> Exact | None:
    """The room between what a limit has let through and its bound."""
    if cap.high is None:
        return None if cap.low is None else reached - cap.low
    return cap.high - size(reached) if cap.kind == "deducted" else cap.high - reached


def border(
    world: World, state: State, stage: Weigh, way: Way, amount: Exact, draft: Draft
) -> Exact:
    """Pass the border of a category (step 6): its veto, its weight, then its rounding."""
    node = stage.mark.id
    shut = bool(state.holds) and _is_shut(world, state, node, way)
    if node in world.demands.vetoed:
        _enter_gate(state, node, way, amount)
    noted = _noted(way.trip, node)
    noted.came += amount
    if shut:
        if amount:
            noted.told = False
            draft.steps.append(world.step("veto", stage.mark, amount, 0))
        return 0
    weighed = weigh(amount, stage.factor)
    if weighed != amount:
        draft.steps.append(world.step("weight", stage.mark, amount, weighed))
    if stage.rounding is not None:
        key = (node, world.period(way.day).start, "round")
        before: Exact = state.sums.get(key, 0)
        state.sums[key] = before + weighed
        scale = world.plan.scale
        rounded = stage.rounding.apply(before + weighed, scale)
        rounded -= stage.rounding.apply(before, scale)
        if rounded != weighed:
            draft.steps.append(world.step("round", stage.mark, weighed, rounded))
        weighed = rounded
    if node in world.demands.figures:
        _enter_figure(state, node, amount, weighed)
    noted.before, noted.went = noted.before + amount, noted.went + weighed
    return weighed


def _noted(trip: Trip | None, node: str) -> Crossing:
    """Where to note what an event brings to a border; nobody will look where nothing will be undone."""
    found = None if trip is None else trip.crossed.get(node)
    if found is None:
        found = Crossing()
        if trip is not None:
            trip.crossed[node] = found
    return found


def node_of(world: World, target: str) -> str:
    """The node at which a veto holds a figure; all adds are held at the scheme's own border."""
    return world.plan.root if target == "added" else target


def _is_shut(world: World, state: State, node: str, way: Way) -> bool:
    """Whether a veto lets nothing of a contribution across a border."""
    rests = node == world.plan.root and way.side == "added" and state.is_held("added")
    return rests or state.is_held(node)


def _enter_gate(state: State, node: str, way: Way, amount: Exact) -> None:
    _enter(state.gates.setdefault(node, {}), (way.posts, way.side), amount)


def _enter_figure(state: State, node: str, amount: Exact, weighed: Exact) -> None:
    _enter(state.figures, node, amount)
    _enter(state.weighed, node, weighed)


def _enter(sums: dict[Any, Exact], key: object, amount: Exact) -> None:
    sums[key] = sums.get(key, 0) + amount


def weigh(amount: Exact, factor: Exact) -> Exact:
    """An amount times a factor, exactly."""
    if type(amount) is not int:
        return exact(Fraction(amount) * factor)
    size = factor.denominator
    if size == 1:
        return amount * factor.numerator
    whole, rest = divmod(amount * factor.numerator, size)
    return exact(amount * factor) if rest else whole


def post_all(
    world: World, state: State, way: Way, trip: Trip, amount: Exact, draft: Draft
) -> None:  # fmt: skip
    """Enter the ledgers of a payee, each with its part."""
    for number, post in enumerate(trip.posts):
        if post.side is None or post.side == way.side:
            part = amount if post.account else weigh(amount, post.part)
            let = enter(world, state, post.ledger, part, draft, trip, undoes=way.undoes)
            trip.granted += 0 if number else let


def enter(
    world: World, state: State, name: str, amount: Exact, draft: Draft,
    trip: Trip | None = None, *, undoes: bool = False,
) -> Exact:  # fmt: skip
    """Step 7: a ledger's own limits hold for its base plus points. Gives what they let in."""
    trip = trip or Trip(state.subject, (), None)
    if name not in state.accounts:
        trip.brought[name] = trip.brought.get(name, 0) + amount
        return 0
    account, limits = state.accounts[name], world.plan.ledgers[name].limits
    brought = amount
    for number, limit in enumerate(limits):
        before, slot = account.sums[number], (name, limit.slot)
        amount = _not_more(limit, slot, amount, trip, undoes)
        old, new = _clamped(limit, state.over, slot, before, before + amount)
        account.sums[number] = new if limit.lost else before + amount
        if new - old != amount:
            kind = "floor" if limit.high is None else limit.kind
            room = _left(limit, new)
            step = world.step(kind, limit.mark, amount, new - old, room, limit.window)
            draft.steps.append(step)
        amount = new - old
        if limit.lost:
            account.sums[number - len(limit.twins) : number] = [new] * len(limit.twins)
            trip.lets[slot] = trip.lets.get(slot, 0) + amount
            brought = amount
    trip.brought[name] = trip.brought.get(name, 0) + brought
    account.inner += amount
    if account.carried and amount < 0:
        account.carried = max(account.carried + amount, 0)
    show(state, name, draft)
    return amount


def wipe(state: State, name: str, draft: Draft) -> Exact:
    """Take exactly what a ledger holds, so that later points count anew. Gives what it took."""
    account = state.accounts[name]
    amount, account.inner, account.carried = -account.inner, 0, 0
    account.sums = [0 for _ in account.sums]
    show(state, name, draft)
    return amount


def show(state: State, name: str, draft: Draft) -> None:
    """Let a ledger show what it holds, or 0 while a veto stands on it."""
    account = state.accounts[name]
    shown = 0 if state.is_held(name) else account.inner
    draft.granted[name] = draft.granted.get(name, 0) + shown - account.shown
    account.shown = shown


def size(number: Exact) -> Exact:
    """A number without its sign."""
    return -number if number < 0 else number

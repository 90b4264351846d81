"""Steps 5 to 7: a contribution goes through caps, floors and borders into ledgers.

A stage's contribution is `clamp(after) - clamp(before)` of the sums that reach it.
Adds and deducts are two sums.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..entry import Room
from ..plan import Cap, Post, Weigh
from ..terms import Exact, exact, plain
from .state import Draft, Offer, Side, State, Way, World

Path = Sequence[Cap | Weigh]


def move(world: World, offer: Offer, enters: bool, draft: Draft) -> None:
    """Let an event's value in along its own way, or take it back along the same."""
    offer.counted = enters
    amount = offer.value if enters else -offer.value
    if not amount:
        return
    state = world.states.get(offer.event.subject)
    own = tuple(post for post in offer.grant.posts if not post.account)
    if own and state is not None:
        amount = _travel(world, state, offer, amount, draft)
        post_all(world, state, own, amount, offer.side, draft, offer)
    for post, subjects in offer.recipients.items():
        for other in subjects:
            theirs = world.states.get(other)
            if theirs is None:
                continue
            mine = draft.of(offer.event.subject, other)
            let = through(world, theirs, offer.way(), offer.grant.path, amount, mine)
            post_all(world, theirs, (post,), let, offer.side, mine)


def _travel(world: World, state: State, offer: Offer, amount: Exact, draft: Draft) -> Exact:
    """Go the subject's own way, and note what an undo would have to take back, and where."""
    path, way = offer.grant.path, offer.way()
    first = next((n for n, s in enumerate(path) if isinstance(s, Cap) and s.kind == "net"), None)
    if first is None:
        amount = through(world, state, way, path, amount, draft)
        offer.undo_at = len(path)
        offer.undo += amount
        return amount
    after = first + 1
    let = through(world, state, way, path[:first], amount, draft)
    past = through(world, state, way, path[first:after], let, draft)
    lost = isinstance(stage := path[first], Cap) and stage.lost
    offer.undo_at = after if lost else first
    offer.undo += past if lost else let
    return through(world, state, way, path[after:], past, draft)


def undo(world: World, offer: Offer, draft: Draft) -> None:
    """Take back what an event brought to the first net limit on its way, from there on."""
    state = world.states.get(offer.event.subject)
    amount, offer.undo, offer.counted = -offer.undo, 0, False
    if state is None or not amount:
        return
    path = offer.grant.path[offer.undo_at :]
    let = through(world, state, offer.way(), path, amount, draft)
    own = tuple(post for post in offer.grant.posts if not post.account)
    post_all(world, state, own, let, offer.side, draft, offer)


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
    if cap.window.name == "event":
        let = cap.clamp(amount)
        return let, _left(cap, let)
    key = (cap.slot, world.key(cap.window, day))
    before: Exact = state.sums.get(key, 0)
    old, new = cap.clamp(before), cap.clamp(before + amount)
    state.sums[key] = new if cap.lost else before + amount
    return new - old, _left(cap, new)


def _listed(world: World, state: State, cap: Cap, amount: Exact, name: str, day: date) -> Exact:
    """Limits that must know which events reached them: by times, and over a length."""
    if cap.window.name == "length":
        return _looked_back(state, cap, amount, name, day)
    key = (cap.slot, world.key(cap.window, day))
    seen: dict[str, Exact] = state.sums.setdefault(key, {})
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
    gate = state.gates.setdefault(node, {})
    account = (way.posts, way.side)
    gate[account] = gate.get(account, 0) + amount
    if state.is_held(node):
        if amount:
            draft.steps.append(world.step("veto", stage.mark, amount, 0))
        return 0
    state.figures[node] = state.figures.get(node, 0) + amount
    weighed = exact(Fraction(amount) * stage.factor)
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
    state.weighed[node] = state.weighed.get(node, 0) + weighed
    return weighed


def post_all(
    world: World, state: State, posts: tuple[Post, ...], amount: Exact, side: Side, draft: Draft,
    offer: Offer | None = None,
) -> None:  # fmt: skip
    """Enter the ledgers that posts name, each with its part."""
    for post in posts:
        if post.side is None or post.side == side:
            part = exact(Fraction(amount) * post.part)
            enter(world, state, post.ledger, part, draft)
            if offer is not None:
                offer.brought[post.ledger] = offer.brought.get(post.ledger, 0) + part


def enter(world: World, state: State, name: str, amount: Exact, draft: Draft) -> None:
    """Step 7: a ledger's own limits hold for its base plus points."""
    account, limits = state.accounts[name], world.plan.ledgers[name].limits
    for number, limit in enumerate(limits):
        before = account.sums[number]
        old, new = limit.clamp(before), limit.clamp(before + amount)
        account.sums[number] = new if limit.lost else before + amount
        if new - old != amount:
            kind = "floor" if limit.high is None else limit.kind
            room = _left(limit, new)
            step = world.step(kind, limit.mark, amount, new - old, room, limit.window)
            draft.steps.append(step)
        amount = new - old
    account.inner += amount
    show(state, name, draft)


def show(state: State, name: str, draft: Draft) -> None:
    """Let a ledger show what it holds, or 0 while a veto stands on it."""
    account = state.accounts[name]
    shown = 0 if state.is_held(name) else account.inner
    draft.granted[name] = draft.granted.get(name, 0) + shown - account.shown
    account.shown = shown


def rooms(world: World, state: State, day: date) -> tuple[Room, ...]:
    """The caps a subject has used in the windows that hold a day, and what is left."""
    found = []
    for cap in world.plan.caps:
        if cap.window.name in ("event", "length") or cap.high is None:
            continue
        seen = state.sums.get((cap.slot, world.key(cap.window, day)))
        if not seen:
            continue
        used: Exact
        if cap.kind == "times":
            used, limit = exact(Fraction(min(len(seen), int(cap.high)))), Fraction(cap.high)
            scale = 1
        else:
            used, limit, scale = size(cap.clamp(seen)), Fraction(cap.high), world.plan.scale
        found.append(
            Room(
                cap.mark.id, cap.mark.name, cap.mark.place, cap.mark.basis, cap.kind,
                str(cap.window), _number(limit, scale), _number(used, scale),
                _number(limit - used, scale),
            )
        )  # fmt: skip
    return tuple(found)


def size(number: Exact) -> Exact:
    """A number without its sign."""
    return -number if number < 0 else number


def _number(number: Exact, scale: int) -> Decimal:
    return Decimal(plain(exact(Fraction(number)), scale))

"""Whom a source pays, and what falls to each: its own subject first, then others by their part.

What others get is a share of what the giver was granted, or of the whole where the giver gets
nothing. Each of them takes it by the same route, under their own limits.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from ..core.terms import Exact, exact
from ..inputs.event import Event
from ..plan import Mark, Post
from ..trace.entry import Step
from .answers import parts_of, payees_of
from .contributions import create, end, enter, pass_on
from .groups import PointsChange
from .state import Contribution, EntryBuilder, Side, Source, SubjectState
from .steps import note
from .world import World


@dataclass(slots=True, eq=False)
class Payee:
    """One who is paid: by which posts, and what part of the whole (None: what division leaves)."""

    subject: str
    posts: tuple[Post, ...]
    part: Exact | None = 1
    carried: Exact = 0
    """What was handed on so far."""


def payees(world: World, source: Source) -> tuple[Payee, ...]:
    """Find whom an event pays: the subject itself first, then others by their part."""
    grant, event = source.grant, source.event
    assert grant is not None
    found = [Payee(event.subject, grant.own)] if grant.own else []
    if grant.others:
        several: dict[str, list[tuple[Post, Exact | None]]] = {}
        for post, who, part in parts_of(world, grant.posts, event):
            if post.account:
                several.setdefault(who, []).append((post, part))
        for who, ways in several.items():
            found += [Payee(who, posts, part) for posts, part in _at_once(ways)]
    return tuple(found)


def _at_once(
    ways: list[tuple[Post, Exact | None]],
) -> Iterator[tuple[tuple[Post, ...], Exact | None]]:
    """Join what comes to several ledgers of one subject: the same part meets each limit once."""
    parts = {part for _, part in ways}
    if len(ways) > 1 and len(parts) == 1 and None not in parts:
        yield tuple(post for post, _ in ways), ways[0][1]
    else:
        yield from (((post,), part) for post, part in ways)


def whom(world: World, source: Source, paid: Iterable[Payee]) -> Iterator[Step]:
    """Yield who else is paid, for each post; and who stands there and can hold nothing."""
    assert source.grant is not None
    mark, event = source.grant.mark, source.event
    for post in source.grant.others:
        if post.account == "nobody":
            yield note("to", mark, post.account)
        elif not payees_of(world, post, event):
            yield note("nobody", mark, post.account)
    others = [payee for payee in paid if payee.posts[0].account]
    for _, several in groupby(others, key=lambda payee: payee.posts):
        yield from _names(world, mark, [*several])


def _names(world: World, mark: Mark, several: list[Payee]) -> Iterator[Step]:
    ledger = several[0].posts[0].ledger
    holding = [payee.subject for payee in several if _can_hold(world, payee.subject, ledger)]
    others = [payee.subject for payee in several if payee.subject not in holding]
    if holding:
        yield note("to", mark, ", ".join(holding))
    if others:
        yield note("holds_none", mark, ", ".join(others))


def _can_hold(world: World, subject: str, ledger: str) -> bool:
    state = world.states.get(subject)
    return state is not None and ledger in state.accounts


def pay(
    world: World,
    change: PointsChange,
    builder: EntryBuilder,
    ended: Sequence[Contribution] = (),
    only: Collection[Payee | None] | None = None,
) -> None:
    """Let points of an event in along its routes, or (with the opposite) take them back.

    What comes forward takes the room that the contributions that `ended` took. `only`: nobody
    else has anything of it any more.
    """
    source, amount, side = change.source, change.amount, change.side
    source.worth += amount
    source.deducts += amount if side == "deducted" else 0
    if not amount or (only is not None and not only):
        return
    assert source.grant is not None
    own = _own(source, side)
    if source.grant.others and not source.counted:  # of a pot, who came last leaves first
        _share(world, change, builder, ended)
    if own is not None and (only is None or own in only):
        _bring(world, source, own, amount, side, builder, ended if change.forward else ())
    if source.grant.others and source.counted:
        if own is not None:
            source.is_unshared = _is_withheld(source)
        if not source.is_unshared or not source.worth:
            _share(world, change, builder, ended, only)
    if not source.counted:
        for item in [one for one in source.contributions if one.payee is not None]:
            pass_on(world, item)


def _share(
    world: World,
    change: PointsChange,
    builder: EntryBuilder,
    ended: Sequence[Contribution],
    only: Collection[Payee | None] | None = None,
) -> None:
    """Pay to others what their shares lack.

    Shares are of what the giver was granted, or of the whole where it gets nothing.
    """
    source, side = change.source, change.side
    assert source.grant is not None
    own, accounts = _own(source, side), _accounts(source, side)
    for several in accounts if source.counted else reversed(accounts):
        whole = source.worth if own is None or not source.counted else _granted(source, own)
        theirs: Exact = 0
        for payee in several:
            lacks = _part(source, payee, whole, world.scale) - payee.carried
            payee.carried += lacks
            theirs += lacks
        payee = several[0]
        if only is not None and payee not in only:
            continue
        if theirs and (_known(source, payee, side) or not _is_gone(source, theirs, side)):
            if theirs != change.amount and payee.subject in world.states:
                mine = builder.of(source.event.subject, payee.subject)
                mine.steps.append(world.step("share", source.grant.mark, change.amount, theirs))
            _bring(world, source, payee, theirs, side, builder, ended if change.forward else ())


def _accounts(source: Source, side: Side) -> list[list[Payee]]:
    """Put together the others who get points of a side: a share and the rest come at once."""
    found: dict[tuple[str, str], list[Payee]] = {}
    for payee in source.payees:
        post, sides = payee.posts[0], {post.side for post in payee.posts}
        if post.account and sides & {None, side}:
            found.setdefault((payee.subject, post.ledger), []).append(payee)
    return [*found.values()]


def share_back(world: World, state: SubjectState, builder: EntryBuilder) -> None:
    """Share what a veto has held and gives back now, as it would have been."""
    items = state.contributions.values()
    several = {id(item.source): item for item in items if item.payee is not None}
    for item in several.values():
        source = item.source
        if source.is_unshared and not _is_withheld(source):
            source.is_unshared = False
            _share(world, PointsChange(source, item.landed[0][-1], item.side), builder, ())


def _is_withheld(source: Source) -> bool:
    """Tell whether a veto holds what a source brings to its own subject: nothing to share yet."""
    for item in source.contributions:
        if item.payee is not None and not item.payee.posts[0].account and item.in_force:
            account = item.state.accounts.get(item.route.branches[0].ledger)
            if item.stop is not None or (account is not None and account.held is not None):
                return True
    return False


def _own(source: Source, side: Side) -> Payee | None:
    """Find the giver itself among those who are paid, if it has points of a side."""
    for payee in source.payees:
        for post in payee.posts:
            if not post.account and post.side in (None, side):
                return payee
    return None


def _granted(source: Source, own: Payee) -> Exact:
    """Return what a source has brought to the first ledger of its giver and is in force."""
    several = (c for c in source.contributions if c.payee is own and c.in_force)
    return sum((item.landed[0][-1] for item in several), 0)


def _part(source: Source, payee: Payee, whole: Exact, scale: int) -> Exact:
    """Return what of a whole falls to one payee; the rest is what the shares leave."""
    if payee.part is None:
        shares = (p for p in source.payees if p.posts[0].share in ("equally", "by"))
        return whole - sum((_part(source, other, whole, scale) for other in shares), 0)
    part, rounding = exact(whole * payee.part), payee.posts[0].rounding
    is_whole = payee.part == 1  # which divides nothing
    return part if rounding is None or is_whole else rounding.apply(part, scale)


def _bring(
    world: World,
    source: Source,
    payee: Payee,
    amount: Exact,
    side: Side,
    builder: EntryBuilder,
    ended: Sequence[Contribution],
) -> None:
    state = world.states.get(payee.subject)
    if state is None:
        return
    if not world.roster.is_member(payee.subject, world.today):
        return  # it has left
    assert source.grant is not None
    item = _known(source, payee, side) if source.contributions else None
    forward = _predecessor(ended, payee.subject) if ended else None
    if item is None and _is_gone(source, amount, side):
        return
    if item is None:
        day, grant = source.event.date, source.grant
        routes, is_own = world.routes_on(day), payee.posts is grant.own
        route = routes.of_own(grant) if is_own else routes.of(grant.path, payee.posts)
        item = create(world, source, state, route, side, day)
        item.payee, item.took_over = payee, forward
    before = item.took_over
    item.took_over = forward or before
    enter(world, item, amount, builder.of(source.event.subject, payee.subject))
    item.took_over = before


def _is_gone(source: Source, amount: Exact, side: Side) -> bool:
    """Whether nothing can be taken of what a source brought to who has nothing of it any more."""
    return not source.counted or _takes_back(source, amount, side)


def _takes_back(source: Source, amount: Exact, side: Side) -> bool:
    """Whether points take back what an event brought; in an average, what others brought too."""
    if amount * (1 if side == "added" else -1) > 0:
        return False
    return source.grant is not None and not any(c.averages for c in source.grant.combines)


def has_had(source: Source, payee: Payee) -> bool:
    """Tell whether a payee has had points of what a source is worth."""
    return bool(payee.carried if payee.posts[0].account else source.worth)


def _known(source: Source, payee: Payee, side: Side) -> Contribution | None:
    for item in source.contributions:
        if item.payee is payee and item.side == side and item.in_force:
            return item
    return None


def _predecessor(ended: Sequence[Contribution], subject: str) -> Contribution | None:
    several = (c for c in ended if c.state.subject == subject and not c.is_extra)
    return next(several, None)


def end_source(
    world: World,
    source: Source,
    builder: EntryBuilder,
    which: Callable[[Contribution], bool] | None = None,
    *,
    unspent: bool = False,
) -> None:
    """End all that a source brought, here and to others, or those parts of it that are asked for.

    What it brought to who has left stays: after that, nothing is appended for them.
    """
    for item in [*source.contributions]:
        if not world.roster.is_member(item.state.subject, world.today):
            continue
        if item.in_force and (which is None or which(item)):
            mine = builder.of(source.event.subject, item.state.subject)
            end(world, item, mine, unspent=unspent)
    source.worth = source.deducts = 0
    for payee in source.payees:
        payee.carried = 0


def divided(
    world: World, posts: tuple[Post, ...], event: Event, points: Exact
) -> Iterator[tuple[Post, str, Exact]]:
    """Yield what each payee gets of so many points: their part, or what division leaves."""
    scale, left = world.scale, points
    for post, other, part in parts_of(world, posts, event):
        amount = left if part is None else exact(Fraction(points) * part)
        if part not in (None, 1) and post.rounding is not None:
            amount = post.rounding.apply(amount, scale)
        if post.share in ("equally", "by"):
            left -= amount
        yield post, other, amount

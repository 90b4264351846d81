"""A record of a program -> the offer that the general stages would have kept of its event.

Only of what may yet be undone, or lasts beyond its period, does anybody ask for it.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from ..plan import Cap, Post, Weigh
from ..terms import Exact
from .consequences import end_of
from .limits import weigh
from .program import Cut, Record, Way
from .state import Crossing, Offer, Side, Trip, World, side_of
from .value import lasts_of


def offer_of(world: World, record: Record) -> Offer:
    """What an event asked for, and what its way made of it; the record is whole."""
    event, way, asked, cuts, *_ = record
    lasts = lasts_of(way.grant, event, asked)
    ends = None if lasts == "period" else end_of(world, lasts, event.date)
    trip = _trip(way, event.subject, asked, {cut[0]: cut for cut in cuts})
    return Offer(event, way.grant, asked, lasts, (trip,), asked, True, ends)


def _trip(way: Way, subject: str, asked: Exact, cuts: Mapping[int, Cut]) -> Trip:
    """The way of an event to the ledgers; what asks for nothing goes none."""
    path = way.grant.path
    trip = Trip(subject, way.grant.posts, Fraction(1))
    if not asked:
        return trip
    trip.carried = asked
    nets = (n for n, stage in enumerate(path) if isinstance(stage, Cap) and stage.kind == "net")
    trip.undo_at = next(nets, len(path))
    amount = asked
    for number, stage in enumerate(path):
        if number == trip.undo_at:
            trip.undo = amount
        amount = _through(trip, stage, amount, cuts.get(number))
    if trip.undo_at == len(path):
        trip.undo = amount
    _post(trip, way, amount, side_of(asked), cuts)
    return trip


def _through(trip: Trip, stage: Cap | Weigh, amount: Exact, cut: Cut | None) -> Exact:
    """What a stage made of an amount, noted as undoing asks for it."""
    if isinstance(stage, Weigh):
        out = weigh(amount, stage.factor) if cut is None else cut[2]
        trip.crossed[stage.mark.id] = Crossing(amount, amount, out)
        return out
    out = amount if cut is None else cut[2]
    if stage.lost:
        trip.lets[stage.slot] = out
    return out


def _post(trip: Trip, way: Way, amount: Exact, side: Side, cuts: Mapping[int, Cut]) -> None:
    """What came to each ledger, and passed its limits that are `lost`."""
    for number, post in enumerate(trip.posts):
        if post.side not in (None, side):
            continue
        brought = got = weigh(amount, post.part)
        for place, limit in _limits(way, post):
            got = got if place not in cuts else cuts[place][2]
            if limit.lost:
                trip.lets[post.ledger, limit.slot] = brought = got
        trip.brought[post.ledger] = brought
        trip.granted += 0 if number else got


def _limits(way: Way, wanted: Post) -> Iterator[tuple[int, Cap]]:
    """The limits of a ledger that the subject has, by the numbers that cuts give them."""
    number = len(way.grant.path)
    for post in way.posts:
        limits = way.plan.ledgers[post.ledger].limits
        if post is wanted:
            yield from enumerate(limits, number)
        number += len(limits)

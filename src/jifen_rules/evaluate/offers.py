"""Records of programs -> the offers that the general stages would have kept of their events.

Only of what may yet be undone, or lasts beyond its period, can anybody ask for one; few do.
"""

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from typing import Any

from ..plan import Cap, Post, Weigh
from ..terms import Exact
from .consequences import end_of
from .limits import weigh
from .program import Cut, Record, Way
from .state import Crossing, Offer, Side, State, Trip, side_of
from .value import lasts_of


class Offers(dict[str, Offer]):
    """The offers of a subject by event; those of records are made when they, or all, are looked at."""

    def __init__(self, offers: Mapping[str, Offer]) -> None:
        super().__init__(offers)
        self._owed: dict[str, Record] = {}

    def owe(self, records: Iterable[Record]) -> None:
        """Take in what an offer may be asked of."""
        self._owed |= {record[0].id: record for record in records}

    def __missing__(self, name: str) -> Offer:
        self[name] = offer = offer_of(self._owed.pop(name))
        return offer

    def __contains__(self, name: object) -> bool:
        return name in self._owed or super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The offer of one event."""
        try:
            return self[name]
        except KeyError:
            return default

    def items(self) -> ItemsView[str, Offer]:  # type: ignore[override]  # the type of a dict's own has no name
        """All of them."""
        self._make_all()
        return super().items()

    def values(self) -> ValuesView[Offer]:  # type: ignore[override]  # as above
        """All of them, without their names."""
        self._make_all()
        return super().values()

    def _make_all(self) -> None:
        for name in [*self._owed]:
            self.__missing__(name)


def owe(state: State, records: Iterable[Record]) -> None:
    """Let a state know of events that may yet be undone, or last beyond their period."""
    offers = state.offers
    if not isinstance(offers, Offers):
        state.offers = offers = Offers(offers)
    offers.owe(records)


def offer_of(record: Record) -> Offer:
    """What an event asked for, and what its way made of it; the record is whole."""
    event, way, asked, cuts, *_ = record
    lasts = lasts_of(way.grant, event, asked)
    ends = None if lasts == "period" else end_of(way.plan, lasts, event.date)
    trip = _trip(way, event.subject, asked, {cut[0]: cut for cut in cuts})
    return Offer(event, way.grant, asked, lasts, (trip,), asked, True, ends)


def _trip(way: Way, subject: str, asked: Exact, cuts: Mapping[int, Cut]) -> Trip:
    """The way of an event to the ledgers; what asks for nothing goes none."""
    path = way.grant.path
    trip = Trip(subject, way.grant.posts, 1)
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

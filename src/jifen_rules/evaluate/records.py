"""Records of programs -> the entries that people read, made when they are looked at.

Gives the very entry that the general stages would have written: what a program did not keep, such as the
step of a weight, is worked out again from the plan.
"""

from collections.abc import Iterator
from typing import Any

from ..entry import Entry, Outcome, Step, order_of
from ..event import given_values
from ..plan import Cap, Mark, Weigh
from ..terms import Exact
from .limits import weigh
from .program import Cut, Record, Way
from .state import as_points, note


def entry_of(row: Entry | Record) -> Entry:
    """The entry of a record; an entry is its own."""
    if isinstance(row, Entry):
        return row
    event, way, asked, cuts, granted, after, *others = row
    scale = way.plan.scale
    names = (post.ledger for post in way.posts if post.ledger != "total")
    pairs = zip(names, others, strict=True) if asked else ()  # what asks nothing reaches nothing
    got = sorted((name, much) for name, much in pairs if much is not None)
    return Entry(
        event.id, event.subject, way.plan.period_of(event.date).label, event.indicator,
        way.plan.version, event.date, Outcome.COUNTED, given_values(event), as_points(asked, scale),
        tuple(steps_of(way, asked, cuts)), as_points(granted, scale),
        {name: as_points(much, scale) for name, much in got}, as_points(after, scale),
    )  # fmt: skip


def order_of_row(row: Entry | Record) -> tuple[Any, ...]:
    """The place of an entry, or of a record's, in a trace."""
    if isinstance(row, Entry):
        return order_of(row)
    event = row[0]
    return (0, event.date, 1, event.time, event.id, False)


def steps_of(way: Way, asked: Exact, cuts: tuple[Cut, ...]) -> Iterator[Step]:
    """What changed the points on their way, stage by stage."""
    for mark in way.notes:
        yield note("not_stated", mark, mark.basis)
    by_stage = {cut[0]: cut for cut in cuts}
    x = asked
    for number, stage in way.changing:
        cut = by_stage.get(number)
        if isinstance(stage, Weigh):
            weighed = weigh(x, stage.factor)
            if weighed != x:
                yield _step(way, "weight", stage.mark, x, weighed)
            x = weighed
        if cut is not None:
            _, before, x, room = cut
            kind = _kind(stage)
            window = str(stage.window) if isinstance(stage, Cap) else ""
            yield _step(way, kind, stage.mark, before, x, room, window)


def _kind(stage: Cap | Weigh) -> str:
    if isinstance(stage, Weigh):
        return "round"
    return "floor" if stage.high is None else stage.kind


def _step(
    way: Way, kind: str, mark: Mark, before: Exact, after: Exact, room: Exact | None = None,
    window: str = "",
) -> Step:  # fmt: skip
    scale = way.plan.scale
    return Step(
        kind, mark.id, mark.name, mark.place, mark.basis, as_points(before, scale),
        as_points(after, scale), None if room is None else as_points(room, scale), window,
    )  # fmt: skip

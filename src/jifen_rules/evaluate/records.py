"""Records of programs -> the entries that people read, and their lines, made when they are looked at.

Gives the very entry that the general stages would have written: what a program did not keep, such as the
step of a weight, is worked out again from the plan. What records say again and again is remembered.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypeAlias

from ..entry import Entry, Outcome, Step, order_of
from ..entry_text import (
    entry_line,
    head_piece,
    open_line,
    points_by_name_text,
    quoted,
    steps_text,
    subject_piece,
    tail_piece,
    texts_text,
)
from ..event import Event, Shared, given_values
from ..plan import Cap, Mark, Weigh
from ..remembered import Remembered
from ..terms import Exact, plain
from .limits import weigh
from .program import Cut, Record, Way
from .state import as_points, note

Row: TypeAlias = Entry | Record

MAX_PIECES = 1 << 16
"""So many pieces of a kind are remembered: what events said, subjects, figures, what stands between."""


class Scribe:
    """Makes entries of records, and writes their lines; one for each evaluation."""

    def __init__(self) -> None:
        points = Remembered(_Points)
        self._ways = Remembered[Way, _Way](lambda way: _Way(way, points[way.plan.scale]))
        self._given = Shared(given_values, MAX_PIECES)
        self._inputs = Shared(_inputs_text, MAX_PIECES)
        """What events said, and the same as JSON."""
        self._tails = Remembered(partial(_tail, self._ways), MAX_PIECES)
        self._subjects = Remembered(subject_piece, MAX_PIECES)

    def entry(self, row: Row) -> Entry:
        """The entry of a record; an entry is its own."""
        if isinstance(row, Entry):
            return row
        event, way, asked, cuts, granted, after, *others = row
        known = self._ways[way]
        points = known.points
        return Entry(
            event.id, event.subject, known.labels[event.date], event.indicator, way.plan.version,
            event.date, Outcome.COUNTED, dict(self._given[event]), points[asked][0],
            known.steps[asked, cuts], points[granted][0],
            {name: points[much][0] for name, much in known.got(asked, others)} if others else {},
            points[after][0],
        )  # fmt: skip

    def lines(self, rows: Iterable[Row]) -> Iterator[tuple[str, bytes]]:
        """The subject of each record or entry, and the line that `entry_line` writes of it."""
        ways, said, tails, subjects = self._ways, self._inputs, self._tails, self._subjects
        for row in rows:
            if isinstance(row, Entry):
                yield row.subject, entry_line(row)
                continue
            event, way, asked, cuts, granted, after, *others = row
            known, subject = ways[way], event.subject
            is_bare = event.said is None and event.quantity is None
            inputs = "{}" if is_bare else said[event]
            yield subject, open_line(
                quoted(event.id).encode(), subjects[subject], known.heads[event.date],
                tails[way, inputs, asked, cuts, granted, *others], known.points[after][2],
            )  # fmt: skip


def _tail(ways: Mapping[Way, "_Way"], given: tuple[Any, ...]) -> bytes:
    """What the lines of records of one way have in common that say, ask and get the same."""
    way, inputs, asked, cuts, granted, *others = given
    known = ways[way]
    points = known.points
    got = ((name, points[much][0]) for name, much in known.got(asked, others))
    return tail_piece(
        inputs, points[asked][1], steps_text(known.steps[asked, cuts]), points[granted][1],
        points_by_name_text(got) if others else "{}",
    )  # fmt: skip


def _inputs_text(event: Event) -> str:
    return texts_text(given_values(event))


class _Way:
    """What the records of one way have in common."""

    def __init__(self, way: Way, points: "_Points") -> None:
        self.points = points
        plan, indicator = way.plan, way.grant.mark.id
        self._others = [post.ledger for post in way.posts if post.ledger != "total"]

        def label(day: date) -> str:
            return plan.period_of(day).label

        self.labels = Remembered(label)
        self.heads = Remembered[date, bytes](
            lambda day: head_piece(label(day), indicator, plan.version, day, Outcome.COUNTED)
        )
        self.steps = Remembered[tuple[Exact, tuple[Cut, ...]], tuple[Step, ...]](
            lambda given: tuple(steps_of(way, *given))
        )

    def got(self, asked: Exact, others: Sequence[Exact | None]) -> list[tuple[str, Exact]]:
        """What reached the other ledgers, by their names; what asks nothing reaches nothing."""
        pairs = zip(self._others, others, strict=True) if asked else ()
        return sorted((name, much) for name, much in pairs if much is not None)


class _Points(Remembered[Exact, tuple[Decimal, str, bytes]]):
    """Points on one grid: as a value, as JSON, and as its bytes."""

    def __init__(self, scale: int) -> None:
        def forms(number: Exact) -> tuple[Decimal, str, bytes]:
            text = plain(number, scale)
            return Decimal(text), f'"{text}"', f'"{text}"'.encode()

        super().__init__(forms, MAX_PIECES)


# --- the order -----------------------------------------------------------------------------------


def rows_in_order(rows: Iterable[Row]) -> list[Row]:
    """Put rows in the order of the trace; those of one place stay as they were written.

    Day by day, since most of a million rows differ in nothing else but their ids.
    """
    days: defaultdict[date, list[Row]] = defaultdict(list)
    undated: list[Row] = []
    for row in rows:
        day = row.date if isinstance(row, Entry) else row[0].date
        (undated if day is None else days[day]).append(row)
    found: list[Row] = []
    for day in sorted(days):
        found += _day_in_order(days[day])
    return found + sorted(undated, key=order_of_row)


def _day_in_order(rows: list[Row]) -> list[Row]:
    records = [row for row in rows if not isinstance(row, Entry)]
    if len(records) < len(rows):
        return sorted(rows, key=order_of_row)
    records.sort(key=_id)
    if any(map(_time, records)):
        records.sort(key=_time)
    return [*records]


def _id(record: Record) -> str:
    name: str = record[0].id
    return name


def _time(record: Record) -> str:
    said = record[0].said
    return said.get("time", "") if said else ""


def order_of_row(row: Row) -> tuple[Any, ...]:
    """The place of an entry, or of a record's, in a trace."""
    if isinstance(row, Entry):
        return order_of(row)
    event = row[0]
    return (0, event.date, 1, _time(row), event.id, False)


# --- the steps -----------------------------------------------------------------------------------


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

"""Records of programs -> the entries that people read, and their lines, made when they are looked at.

Gives the very entry that the general stages would have written: what a program did not keep, such as the
step of a weight, is worked out again from the plan. What records say again and again is remembered.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from ..entry import Entry, Outcome, Step, order_of
from ..entry_text import (
    entry_text,
    head_text,
    line_text,
    points_by_name_text,
    quoted,
    steps_text,
    texts_text,
)
from ..event import Event, given_values
from ..plan import Cap, Mark, Weigh
from ..remembered import Remembered
from ..terms import Exact, plain
from .limits import weigh
from .program import Cut, Record, Way
from .state import as_points, note

Row: TypeAlias = Entry | Record

MAX_INPUTS = 1 << 16
"""So many different things that events said are remembered."""
_EXACT = frozenset({Decimal, type(None)})


class Scribe:
    """Makes entries of records, and writes their lines; one for each evaluation."""

    def __init__(self) -> None:
        points = Remembered(_Points)
        self._ways = Remembered[Way, _Way](lambda way: _Way(way, points[way.plan.scale]))
        self._inputs: dict[object, tuple[Mapping[str, str], str]] = {}
        """What events said, and the same as JSON."""

    def entry(self, row: Row) -> Entry:
        """The entry of a record; an entry is its own."""
        if isinstance(row, Entry):
            return row
        event, way, asked, cuts, granted, after, *others = row
        known = self._ways[way]
        points = known.points
        return Entry(
            event.id, event.subject, known.labels[event.date], event.indicator, way.plan.version,
            event.date, Outcome.COUNTED, dict(self._said(event)[0]), points[asked][0],
            known.steps[asked, cuts], points[granted][0],
            {name: points[much][0] for name, much in known.got(asked, others)} if others else {},
            points[after][0],
        )  # fmt: skip

    def line(self, row: Row) -> tuple[str, str]:
        """The subject of a record or an entry, and the line that `entry_text` writes of it."""
        if isinstance(row, Entry):
            return row.subject, entry_text(row)
        event, way, asked, cuts, granted, after, *others = row
        known, subject = self._ways[way], event.subject
        points = known.points
        return subject, line_text(
            quoted(event.id), quoted(subject), known.heads[event.date], self._said(event)[1],
            points[asked][1], known.texts[asked, cuts], points[granted][1],
            points_by_name_text((name, points[much][0]) for name, much in known.got(asked, others))
            if others else "{}", points[after][1],
        )  # fmt: skip

    def _said(self, event: Event) -> tuple[Mapping[str, str], str]:
        """What an event said beyond who, what and when: as values, and as JSON."""
        said = event.said
        key = event.quantity if said is None else (event.quantity, *said.items())
        # 3.0 and Decimal(3) are one key, and beside other fields not one text
        sure = said is None or (
            type(event.quantity) in _EXACT and type(said.get("points")) in _EXACT
        )
        try:
            if sure:
                return self._inputs[key]
        except KeyError:
            pass
        except TypeError:
            sure = False
        given = given_values(event)
        pair = given, texts_text(given)
        if sure:
            if len(self._inputs) >= MAX_INPUTS:
                self._inputs.clear()
            self._inputs[key] = pair
        return pair


class _Way:
    """What the records of one way have in common."""

    def __init__(self, way: Way, points: "_Points") -> None:
        self.points = points
        plan, indicator = way.plan, way.grant.mark.id
        self._others = [post.ledger for post in way.posts if post.ledger != "total"]

        def label(day: date) -> str:
            return plan.period_of(day).label

        self.labels = Remembered(label)
        self.heads = Remembered[date, str](
            lambda day: head_text(label(day), indicator, plan.version, day, Outcome.COUNTED)
        )
        self.steps = Remembered[tuple[Exact, tuple[Cut, ...]], tuple[Step, ...]](
            lambda given: tuple(steps_of(way, *given))
        )
        self.texts = Remembered[tuple[Exact, tuple[Cut, ...]], str](
            lambda given: steps_text(steps_of(way, *given))
        )

    def got(self, asked: Exact, others: Sequence[Exact | None]) -> list[tuple[str, Exact]]:
        """What reached the other ledgers, by their names; what asks nothing reaches nothing."""
        pairs = zip(self._others, others, strict=True) if asked else ()
        return sorted((name, much) for name, much in pairs if much is not None)


class _Points(Remembered[Exact, tuple[Decimal, str]]):
    """Points on one grid: as a value, and as JSON."""

    def __init__(self, scale: int) -> None:
        def both(number: Exact) -> tuple[Decimal, str]:
            text = plain(number, scale)
            return Decimal(text), f'"{text}"'

        super().__init__(both, MAX_INPUTS)


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

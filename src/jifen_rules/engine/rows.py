"""Rows: entries as the engine writes them, small and raw.

The entry, or its line, is made when it is looked at.

A row is a tuple: the event, its head (the version and the indicator), the outcome, the points
asked, what changed them, the points granted, the amounts of other ledgers, the total after, and
what few rows say beyond.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeGuard

from ..core.remembered import Remembered
from ..core.terms import Exact, plain
from ..inputs.event import Event, Shared, given_values
from ..plan import Plan
from ..trace.day_order import NAMING, DayOrder
from ..trace.entry import ADMITTED, AT_OPENING, OPENING, Entry, Outcome, Step, order_of
from ..trace.entry_text import (
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
from .stages import Stage

Cut: TypeAlias = tuple[Stage, Exact, Exact, Exact | None]
"""A stage that changed points: what came, what it let through, the room it left."""

Ledgers: TypeAlias = tuple[tuple[str, Exact], ...]

MAX_PIECES = 1 << 16
"""So many pieces of a kind are remembered."""


class RowHead:
    """What the rows of one version and indicator have in common."""

    __slots__ = ("indicator", "plan")

    def __init__(self, plan: Plan, indicator: str) -> None:
        self.plan, self.indicator = plan, indicator


class More(NamedTuple):
    """What few rows say: another subject, an event that nobody reported, other inputs."""

    subject: str
    is_reported: bool
    inputs: Mapping[str, str] | None


Row: TypeAlias = tuple[
    Event,
    RowHead,
    Outcome,
    Exact,
    tuple[Cut | Step, ...],
    Exact,
    Ledgers,
    Exact | None,
    More | None,
]


class Several(Protocol):
    """Rows that are made when they are looked at."""

    def __len__(self) -> int: ...

    def rows(self) -> Iterator[Row]:
        """Make them, in their order."""


Written: TypeAlias = Row | Several
"""What a fold writes: a row, or several that are made later."""


def whole(written: Iterable[Written | Entry]) -> Iterator[Row | Entry]:
    """Make the rows of what was written, in its order."""
    for one in written:
        if isinstance(one, (tuple, Entry)):
            yield one
        else:
            yield from one.rows()


def is_refused(one: Written | Entry) -> TypeGuard[Row | Entry]:
    """Tell whether what was written is the refusal of an event."""
    if isinstance(one, Entry):
        return one.outcome not in ADMITTED
    return isinstance(one, tuple) and one[2] not in ADMITTED


def count_rows(written: Iterable[Written | Entry]) -> int:
    """Count the rows of what was written, without making them."""
    return sum(1 if isinstance(one, (tuple, Entry)) else len(one) for one in written)


class RowReader:
    """Makes entries of rows, and writes their lines; one for each evaluation."""

    def __init__(self) -> None:
        points = Remembered(_Points)
        self._heads = Remembered[RowHead, _Common](
            lambda head: _Common(head, points[head.plan.scale])
        )
        self._given = Shared(given_values, MAX_PIECES)
        self._inputs = Shared(_inputs_text, MAX_PIECES)
        """What events said, and the same as JSON."""
        self._tails = Remembered(partial(_tail, self._heads), MAX_PIECES)
        self._subjects = Remembered(subject_piece, MAX_PIECES)

    def entry(self, row: Row | Entry) -> Entry:
        """Make the entry of a row."""
        if isinstance(row, Entry):
            return row
        event, head, outcome, asked, cuts, granted, ledgers, after, more = row
        known = self._heads[head]
        points = known.points
        subject, name, inputs = event.subject, event.id or None, None
        if more is not None:
            subject, inputs = more.subject, more.inputs
            name = name if more.is_reported else None
        if inputs is None:
            inputs = dict(self._given[event]) if name else {}
        return Entry(
            name,
            subject,
            known.labels[event.date],
            head.indicator,
            head.plan.version,
            event.date,
            outcome,
            inputs,
            points[asked][0],
            known.steps[cuts] if cuts else (),
            points[granted][0],
            {ledger: points[much][0] for ledger, much in ledgers},
            None if after is None else points[after][0],
        )

    def lines(self, rows: Iterable[Row | Entry]) -> Iterator[tuple[str, bytes]]:
        """Yield the subject of each row, and the line that `entry_line` writes of its entry."""
        heads, said, tails, subjects = self._heads, self._inputs, self._tails, self._subjects
        for row in rows:
            if isinstance(row, Entry):
                yield row.subject, entry_line(row)
                continue
            event, head, outcome, asked, cuts, granted, ledgers, after, more = row
            if more is not None or after is None or not event.id:
                entry = self.entry(row)
                yield entry.subject, entry_line(entry)
                continue
            known, subject = heads[head], event.subject
            is_bare = event.said is None and event.quantity is None
            inputs = "{}" if is_bare else said[event]
            yield (
                subject,
                open_line(
                    quoted(event.id).encode(),
                    subjects[subject],
                    known.fronts[event.date, outcome],
                    tails[head, inputs, asked, cuts, granted, ledgers],
                    known.points[after][2],
                ),
            )


def _tail(heads: Mapping[RowHead, "_Common"], given: tuple[Any, ...]) -> bytes:
    """Return what the lines of one head have in common that say, ask and get the same."""
    head, inputs, asked, cuts, granted, ledgers = given
    known = heads[head]
    points = known.points
    return tail_piece(
        inputs,
        points[asked][1],
        steps_text(known.steps[cuts]),
        points[granted][1],
        points_by_name_text((name, points[much][0]) for name, much in ledgers),
    )


def _inputs_text(event: Event) -> str:
    return texts_text(given_values(event))


class _Common:
    """What the entries of one head have in common, worked out once."""

    def __init__(self, head: RowHead, points: "_Points") -> None:
        plan = head.plan
        self.points = points

        def label(day: date) -> str:
            return plan.period_of(day).label

        self.labels = Remembered(label)
        self.fronts = Remembered[tuple[date, Outcome], bytes](
            lambda of: head_piece(label(of[0]), head.indicator, plan.version, of[0], of[1])
        )
        self.steps = Remembered[tuple[Cut | Step, ...], tuple[Step, ...]](
            lambda cuts: tuple(steps_of(cuts, plan.scale))
        )


class _Points(Remembered[Exact, tuple[Decimal, str, bytes]]):
    """Points on one grid: as a value, as JSON, and as its bytes."""

    def __init__(self, scale: int) -> None:
        def forms(number: Exact) -> tuple[Decimal, str, bytes]:
            text = plain(number, scale)
            return Decimal(text), f'"{text}"', f'"{text}"'.encode()

        super().__init__(forms, MAX_PIECES)


def steps_of(cuts: Iterable[Cut | Step], scale: int) -> Iterator[Step]:
    """Yield the steps of a row."""
    for cut in cuts:
        if isinstance(cut, Step):
            yield cut
        else:
            stage, before, after, room = cut
            yield from stage.steps(scale, before, after, room)


# --- the order -----------------------------------------------------------------------------------


def rows_in_order(written: Iterable[Written | Entry]) -> list[Row | Entry]:
    """Put rows in the order of the trace; those of one place stay as they were written.

    Day by day, since most of a million rows differ in nothing else but their ids.
    """
    days: defaultdict[date | None, list[Row | Entry]] = defaultdict(list)
    placed: set[date | None] = set()  # where more than its id tells the place of a row
    for one in written:
        if isinstance(one, Entry):
            days[one.date].append(one)
            placed.add(one.date)
            continue
        for row in (one,) if isinstance(one, tuple) else one.rows():
            event, more = row[0], row[8]
            day, said = event.date, event.said
            days[day].append(row)
            is_plain = said is None or _PLACING.isdisjoint(said)
            if not is_plain or more is not None or not event.id:
                placed.add(day)
    found: list[Row | Entry] = []
    for day in sorted(filter(None, days)):
        of_day = days[day]
        if day not in placed:
            of_day.sort(key=_id)
        else:
            places = _places_of(of_day)
            of_day.sort(key=lambda row, places=places: order_of_row(row, places))  # type: ignore[misc]  # bound at once
        found += of_day
    return found + sorted(days[None], key=lambda row: order_of_row(row, DayOrder()))


def _places_of(rows: Iterable[Row | Entry]) -> DayOrder:
    places = DayOrder()
    for row in rows:
        if isinstance(row, Entry):
            if row.event is not None and row.date is not None:
                places.note(row.date, row.event, row.inputs)
        elif row[2] is Outcome.RULE:
            continue  # it stands with the event that set it off, and does not say whom that names
        elif row[0].id and (row[8] is None or row[8].is_reported):
            places.note(row[0].date, row[0].id, row[0].said)
    return places


_PLACING = frozenset({"time", *NAMING})


def _id(row: Any) -> str:
    name: str = row[0].id
    return name


def order_of_row(row: Row | Entry, places: DayOrder) -> tuple[Any, ...]:
    """Return the place of a row in a trace: that of its entry."""
    if isinstance(row, Entry):
        return order_of(row, places)
    event, outcome, more = row[0], row[2], row[8]
    if event.id and (more is None or more.is_reported):
        again = outcome is Outcome.DUPLICATE
        return (0, event.date, 1, *places.of(event.date, event.id, event.time, again=again))
    subject = event.subject if more is None else more.subject
    opens = outcome in OPENING or (more is not None and more.inputs == AT_OPENING)
    return (0, event.date, 0 if opens else 2, subject)

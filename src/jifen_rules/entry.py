"""The audit trace: entries, scores and the result of an evaluation.

Holds values only; numbers are exact decimals, written without exponent. A score is
its base plus the sum of its entries.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar, overload

from .day_order import DayOrder
from .slotted import set_while_open
from .terms import Period


class Outcome(StrEnum):
    """What became of an event, or what else a line of a trace or journal says."""

    COUNTED = "counted"
    RECEIVED = "received"
    AWARDED = "awarded"
    CARRIED = "carried"
    HELD = "held"
    TIER = "tier"
    RELEASED = "released"
    EXPIRED = "expired"
    REDEEMED = "redeemed"
    REVOKED = "revoked"
    RULE = "rule"
    REVERSED = "reversed"
    SCORED = "scored"
    SEALED = "sealed"
    ENTITLED = "entitled"
    VOID = "void"
    OBJECTION = "objection"
    NO_VERSION = "no_version"
    UNKNOWN_SUBJECT = "unknown_subject"
    UNKNOWN_INDICATOR = "unknown_indicator"
    NOT_FOR_SUBJECT = "not_for_subject"
    DUPLICATE = "duplicate"
    CONFLICTING = "conflicting"
    MISSING_VALUE = "missing_value"
    NOT_IN_TABLE = "not_in_table"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_VALUE = "unknown_value"
    DECLARED_LATE = "declared_late"
    NOT_ALLOWED = "not_allowed"
    NOT_PASSED = "not_passed"
    VOIDED = "voided"
    CORRECTED = "corrected"
    AFTER_AS_OF = "after_as_of"
    CONDITION_NOT_MET = "condition_not_met"
    UNKNOWN_TARGET = "unknown_target"
    REPAIR_REFUSED = "repair_refused"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


ADMITTED = frozenset(
    {
        Outcome.COUNTED,
        Outcome.RECEIVED,
        Outcome.AWARDED,
        Outcome.CARRIED,
        Outcome.HELD,
        Outcome.TIER,
        Outcome.VOID,
        Outcome.OBJECTION,
        Outcome.RELEASED,
        Outcome.EXPIRED,
        Outcome.REDEEMED,
        Outcome.REVOKED,
        Outcome.RULE,
        Outcome.ENTITLED,
        Outcome.REVERSED,
        Outcome.SCORED,
        Outcome.SEALED,
    }
)
"""Outcomes that are not a refusal."""


OPENING = frozenset({Outcome.CARRIED, Outcome.TIER, Outcome.HELD})
"""Outcomes of entries that open a period, before the events of its first day."""
AT_OPENING: Mapping[str, str] = {"opening": "yes"}
"""The inputs of an entry of a rule that acts when a period opens; it stands among those."""


@set_while_open
@dataclass(frozen=True, slots=True)
class Step:
    """One thing that changed the points of an entry, or says something, and the rule behind it.

    `before` and `after` are points (of a `quantity_cap`: the quantity); `room` is what is left
    under the limit after it, in the window it runs over.
    """

    kind: str
    id: str
    name: str
    place: str
    basis: str
    before: Decimal | None
    after: Decimal | None
    room: Decimal | None = None
    window: str = ""
    note: str = ""


@set_while_open
@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trace. Points are exact; `granted` is what reached the total.

    `inputs` is what the event said beyond who, what and when; of a row that is no event,
    its content and why it could not be read.
    """

    event: str | None
    subject: str
    period: str
    indicator: str
    version: date | None
    date: date | None
    outcome: Outcome
    inputs: Mapping[str, str]
    asked: Decimal
    steps: tuple[Step, ...]
    granted: Decimal
    ledgers: Mapping[str, Decimal]
    total_after: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The level on a ladder, whether it is final, and what the next one asks for.

    No level: not rated on this ladder, or (`unstated`) the scheme does not state it.
    """

    level: str | None
    final: bool
    graded_by: str = ""
    next_level: str = ""
    missing: Decimal | None = None
    more_than: bool = False
    unstated: bool = False
    place: int | None = None
    actions: tuple[str, ...] = ()
    """What reaching it brings outside the figures, in words."""


@dataclass(frozen=True, slots=True)
class Right:
    """A reward that costs nothing: what it gives, in words or as an amount."""

    id: str
    gives: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A cap that a subject has used: what it limits, in which window, and what is left."""

    id: str
    name: str
    place: str
    basis: str
    kind: str
    window: str
    limit: Decimal
    used: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """One subject in one period; figures of categories in their own points, and weighed."""

    subject: str
    period: Period
    base: Decimal
    total: Decimal
    categories: Mapping[str, Decimal]
    weighed: Mapping[str, Decimal]
    ledgers: Mapping[str, Decimal]
    tiers: Mapping[str, Standing]
    rooms: Sequence[Room] = ()
    rights: tuple[Right, ...] = ()
    unstated: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a board: equal totals share a place (1, 1, 3)."""

    place: int
    subject: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class Board:
    """The ranking of a period, of the subjects the scheme is about."""

    period: Period
    places: tuple[Place, ...]


T = TypeVar("T")
R = TypeVar("R")


class Late(Sequence[T]):
    """Items that are made from rows when they are looked at; equal to a tuple of the same items."""

    def __init__(
        self, count: int | None, rows: Callable[[], Sequence[R]], make: Callable[[R], T]
    ) -> None:
        """`rows`, asked for once, gives them in their order; `count` how many, where it is known."""
        self._count, self._given, self._make = count, rows, make

    @cached_property
    def _rows(self) -> Sequence[Any]:
        return self._given()

    def __len__(self) -> int:
        return len(self._rows) if self._count is None else self._count

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            return tuple(map(self._make, self._rows[index]))
        return self._make(self._rows[index])

    def __iter__(self) -> Iterator[T]:
        return map(self._make, self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple | Late) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return repr(tuple(self))


def later(items: Callable[[], Sequence[T]]) -> Late[T]:
    """Items that are all made when the first of them is looked at."""

    def itself(item: T) -> T:
        return item

    return Late(None, items, itself)


class Entries(Late[Entry]):
    """Entries that are made from rows when they are looked at, and can be written without being made."""

    def __init__(
        self,
        count: int,
        rows: Callable[[], Sequence[R]],
        make: Callable[[R], Entry],
        write: Callable[[Sequence[R]], Iterator[tuple[str, bytes]]],
        refused: Callable[[], tuple[Entry, ...]],
    ) -> None:
        """`write` gives the subject and the line of each row, `refused` the entries that are refusals."""
        super().__init__(count, rows, make)
        self._write, self._refused = write, refused

    def lines(self) -> Iterator[tuple[str, bytes]]:
        """The subject and the line of each entry, still without the brace at its end."""
        return self._write(self._rows)

    @cached_property
    def refused(self) -> tuple[Entry, ...]:
        """The entries of what was not admitted."""
        return self._refused()


class Result:
    """Scores by subject and period, the boards, and the whole trace.

    What a village does not look at is not made: the entries and scores are made one by one when
    they are looked at, boards and fingerprints when they are first asked for.
    """

    def __init__(
        self,
        head: tuple[str, str, bool, date],
        scores: Sequence[Score],
        entries: Sequence[Entry],
        boards: Callable[[Sequence[Score]], tuple[Board, ...]],
        inputs: Callable[[], tuple[str, ...]],
    ) -> None:
        """`head` is the scheme, its kind of subject, whether it is illustrative, the last day."""
        self.scheme, self.kind, self.illustrative, self.as_of = head
        self.scores, self.entries = scores, entries
        self._boards, self._inputs = boards, inputs

    @classmethod
    def nothing(cls, as_of: date) -> "Result":
        """The result of no scheme: without scores, entries or inputs."""
        return cls(("", "", False, as_of), (), (), lambda _: (), lambda: ())

    @cached_property
    def boards(self) -> tuple[Board, ...]:
        """The ranking of each period."""
        return self._boards(self.scores)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """One fingerprint for each input line (the second copy of a line has its own), sorted."""
        return self._inputs()

    @cached_property
    def digest(self) -> str:
        """One for all inputs: the same give the same in any order."""
        lines = "\n".join((self.as_of.isoformat(), *self.inputs))
        return sha256(lines.encode()).hexdigest()

    @property
    def rejected(self) -> tuple[Entry, ...]:
        """The entries of events that were not admitted, and of rows that are none."""
        entries = self.entries
        return entries.refused if isinstance(entries, Entries) else refusals(entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Result) and all(
            getattr(self, name) == getattr(other, name) for name in _COMPARED
        )

    __hash__ = None  # type: ignore[assignment]  # it holds mappings


_COMPARED = ("scheme", "kind", "illustrative", "as_of", "inputs", "scores", "entries", "boards")


def refusals(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Those of events that were not admitted, and of rows that are none."""
    return tuple(entry for entry in entries if entry.outcome not in ADMITTED)


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Put entries in the order of the trace; those of one place stay as they were written."""
    several = tuple(entries)
    places = places_of(several)
    return tuple(sorted(several, key=lambda entry: order_of(entry, places)))


def places_of(entries: Iterable[Entry]) -> DayOrder:
    """Find where the events of entries stand within their days."""
    places = DayOrder()
    for entry in entries:
        if entry.event is not None and entry.date is not None:
            places.note(entry.date, entry.event, entry.inputs)
    return places


def order_of(entry: Entry, places: DayOrder) -> tuple[object, ...]:
    """The place in a trace: by date; what opens a day, its events, its boundary; no date last.

    Events go by their places, whatever else by subject; what one event brings about stays as
    it was written, and its further copies come last.
    """
    if entry.date is None:
        return (1, entry.inputs.get("reason", ""), entry.inputs.get("row", ""))
    if entry.event is not None:
        again = entry.outcome is Outcome.DUPLICATE
        is_rule = entry.outcome is Outcome.RULE  # it stands with the event that set it off
        time = places.time_of(entry.date, entry.event) if is_rule else entry.inputs.get("time", "")
        return (0, entry.date, 1, *places.of(entry.date, entry.event, time, again=again))
    opens = entry.outcome in OPENING or entry.inputs == AT_OPENING
    return (0, entry.date, 0 if opens else 2, entry.subject)

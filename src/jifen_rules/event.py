"""What happened: one event, its canonical form, and how a mapping becomes one.

Takes rows of plain values; refuses to know of schemes and of how points are worked out.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from .message import N_
from .rows import read_rows
from .terms import parse_number, plain
from .vocabulary import COLUMNS, english

_NUMBERS = ("quantity", "points")
_DATES = ("declared_on", "published_on", "recorded_on")
_TIME = re.compile(r"(\d{1,2})(?::|：|时|点)(\d{1,2})(?:(?::|：|分)(\d{1,2})秒?|分)?\Z")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")


T = TypeVar("T")


class _Seldom(Generic[T]):
    """A field that few events have: it is kept in a mapping that the others are without."""

    __slots__ = ("default", "name")

    def __init__(self, default: T) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, event: "Event | None", owner: type) -> T:
        if event is None or event.said is None:
            return self.default
        return event.said.get(self.name, self.default)  # type: ignore[return-value]  # by its name


@dataclass(frozen=True, init=False, eq=False)
class Event:
    """A fact: who, what, when, how much, on whose word. Empty text means not given.

    A million of them are held at once, so what an event does not say takes no room.
    """

    __slots__ = ("date", "id", "indicator", "quantity", "said", "subject")
    said: ClassVar[Mapping[str, object] | None]  # what it says beyond; no field of its own

    id: str
    date: datetime.date
    subject: str
    indicator: str
    quantity: Decimal | None
    time: _Seldom[str] = _Seldom("")
    level: _Seldom[str] = _Seldom("")
    place: _Seldom[str] = _Seldom("")
    points: _Seldom[Decimal | None] = _Seldom(None)
    rating: _Seldom[str] = _Seldom("")
    rater: _Seldom[str] = _Seldom("")
    role: _Seldom[str] = _Seldom("")
    matter: _Seldom[str] = _Seldom("")
    status: _Seldom[str] = _Seldom("")
    to: _Seldom[str] = _Seldom("")
    declared_on: _Seldom[datetime.date | None] = _Seldom(None)
    published_on: _Seldom[datetime.date | None] = _Seldom(None)
    recorded_on: _Seldom[datetime.date | None] = _Seldom(None)
    voids: _Seldom[str] = _Seldom("")
    corrects: _Seldom[str] = _Seldom("")
    revokes: _Seldom[str] = _Seldom("")
    disputes: _Seldom[str] = _Seldom("")
    repairs: _Seldom[str] = _Seldom("")
    note: _Seldom[str] = _Seldom("")
    evidence: _Seldom[str] = _Seldom("")
    attributes: _Seldom[tuple[tuple[str, str], ...]] = _Seldom(())

    def __init__(
        self, id: str, date: datetime.date, subject: str = "", indicator: str = "",
        time: str = "", quantity: Decimal | None = None, level: str = "", place: str = "",
        points: Decimal | None = None, rating: str = "", rater: str = "", role: str = "",
        matter: str = "", status: str = "", to: str = "",
        declared_on: datetime.date | None = None, published_on: datetime.date | None = None,
        recorded_on: datetime.date | None = None, voids: str = "", corrects: str = "",
        revokes: str = "", disputes: str = "", repairs: str = "", note: str = "",
        evidence: str = "", attributes: tuple[tuple[str, str], ...] = (),
    ) -> None:  # fmt: skip
        rest = {
            "time": time, "level": level, "place": place, "points": points, "rating": rating,
            "rater": rater, "role": role, "matter": matter, "status": status, "to": to,
            "declared_on": declared_on, "published_on": published_on, "recorded_on": recorded_on,
            "voids": voids, "corrects": corrects, "revokes": revokes, "disputes": disputes,
            "repairs": repairs, "note": note, "evidence": evidence, "attributes": attributes,
        }  # fmt: skip
        said = {name: value for name, value in rest.items() if value or value == 0}
        _fill(self, id, date, subject, indicator, quantity, said or None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Event) and _content(self) == _content(other)

    def __hash__(self) -> int:
        return hash((self.id, self.date, self.subject, self.indicator))

    def __reduce__(self) -> tuple[Any, ...]:
        return lean_event, _content(self)

    @property
    def sort_key(self) -> tuple[datetime.date, str, str]:
        """By date, then time (none comes first), then id as text."""
        return (self.date, self.time, self.id)


_set_id, _set_date, _set_subject, _set_indicator, _set_quantity, _set_said = (
    vars(Event)[name].__set__ for name in ("id", "date", "subject", "indicator", "quantity", "said")
)


def _fill(
    event: Event, id: str, date: datetime.date, subject: str, indicator: str,
    quantity: Decimal | None, said: Mapping[str, object] | None,
) -> None:  # fmt: skip
    _set_id(event, id)
    _set_date(event, date)
    _set_subject(event, subject)
    _set_indicator(event, indicator)
    _set_quantity(event, quantity)
    _set_said(event, said)


def lean_event(
    id: str, date: datetime.date, subject: str, indicator: str,
    quantity: Decimal | None, said: Mapping[str, object] | None,
) -> Event:  # fmt: skip
    """Make an event whose seldom fields are a mapping already (None where it has none)."""
    event = Event.__new__(Event)
    _fill(event, id, date, subject, indicator, quantity, said)
    return event


def _content(event: Event) -> tuple[Any, ...]:
    return event.id, event.date, event.subject, event.indicator, event.quantity, event.said


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that is no event: its content in canonical form, and why (a message's id)."""

    content: str
    reason: str


_NO_COLUMN = {
    "id": N_("the row has no id"), "date": N_("the row has no date"),
    "subject": N_("the row has no subject"), "indicator": N_("the row has no indicator"),
}  # fmt: skip
_NO_ROW = N_("the line is no row")
_NO_DATE = N_("a date of the row cannot be read")
_NO_NUMBER = N_("a number of the row cannot be read")
_NO_TIME = N_("the time of the row cannot be read")

_FIELDS = ("id", "date", "subject", "indicator", "time", *(c.name for c in fields(Event)))
_OWN_COLUMNS = tuple(name for name in dict.fromkeys(_FIELDS) if name != "attributes")
_COLUMNS = frozenset(_OWN_COLUMNS)


def parse_day(value: object) -> date:
    """Read 2024-03-01, 2024/3/1, 2024.3.1 or 2024年3月1日. ValueError otherwise."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    found = _DAY.match(str(value).strip())
    if not found:
        raise ValueError(f"'{value}' is not a date")
    return date(*(int(part) for part in found.groups()))


def parse_time(value: object) -> str:
    """Read 9:30, 09:30:00 or 9时30分 as `09:30`, so that times compare as text. ValueError otherwise."""
    found = _TIME.match(str(value).strip())
    if not found:
        raise ValueError(f"'{value}' is not a time")
    hour, minute, second = (int(part) for part in found.groups("0"))
    read = datetime.time(hour, minute, second)
    return read.isoformat("seconds" if read.second else "minutes")


def parse_event(values: Mapping[str, object]) -> Event | Unreadable:
    """Read one event; a column that is not one of an event's own is an attribute."""
    given = {
        english(COLUMNS, str(key).strip()): value
        for key, value in values.items()
        if value is not None and str(value).strip() != ""
    }
    try:
        return _event(given)
    except ValueError as error:
        content = json.dumps(given, ensure_ascii=False, sort_keys=True, default=str)
        return Unreadable(content, str(error))


def _event(given: Mapping[str, object]) -> Event:
    for key in ("id", "date"):
        if key not in given:
            raise ValueError(_NO_COLUMN[key])
    texts = {key: _text(value) for key, value in given.items()}
    known: dict[str, object] = {key: text for key, text in texts.items() if key in _COLUMNS}
    known |= {key: _read(parse_day, given, key) for key in ("date", *_DATES) if key in given}
    known |= {key: _read(parse_number, texts, key) for key in _NUMBERS if key in given}
    known |= {key: _read(parse_time, texts, key) for key in ("time",) if key in given}
    own = tuple(sorted((key, text) for key, text in texts.items() if key not in _COLUMNS))
    event = Event(**known, attributes=own)  # type: ignore[arg-type]  # read by column above
    if not event.subject and not (event.voids or event.corrects or event.disputes):
        raise ValueError(_NO_COLUMN["subject"])
    speaks = event.voids or event.repairs or event.revokes or event.disputes
    if not event.indicator and not speaks:
        raise ValueError(_NO_COLUMN["indicator"])
    return event


def _read(parse: Callable[[Any], object], values: Mapping[str, object], key: str) -> object:
    try:
        return parse(values[key])
    except ValueError:
        unread = _NO_TIME if key == "time" else _NO_NUMBER if key in _NUMBERS else _NO_DATE
        raise ValueError(unread) from None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def canonical_event(event: Event) -> str:
    """Write an event as compact JSON of what it gives, with sorted keys."""
    values = {name: getattr(event, name) for name in (*_OWN_COLUMNS, "attributes")}
    given = {key: _canonical(value) for key, value in values.items() if value not in (None, "", ())}
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def event_data(event: Event) -> dict[str, str]:
    """Write an event as a row that reads as the same event."""
    own = {name: getattr(event, name) for name in _OWN_COLUMNS}
    row = {name: str(_canonical(value)) for name, value in own.items() if value not in (None, "")}
    return row | dict(event.attributes)


def _canonical(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    return value if isinstance(value, tuple) else str(value)


def attribute(event: Event, name: str) -> str:
    """What an event says in a field, its own or a declared one; empty where it says nothing.

    A number is in its plain spelling, so that 5 and 5.0 are one word.
    """
    for key, value in event.attributes:
        if key == name:
            return value
    own = getattr(event, name, "")
    return plain(own) if isinstance(own, Decimal) else str(own or "")


_ELSEWHERE = frozenset({"id", "date", "subject", "indicator", "attributes"})


def given_values(event: Event) -> dict[str, str]:
    """What an event says beyond who, what and when, by column, as text."""
    said = event.said
    if said is None:
        return {} if event.quantity is None else {"quantity": plain(event.quantity)}
    found = {
        column: plain(value) if isinstance(value, Decimal) else str(value)
        for column in _OWN
        if (column in said or column == "quantity")
        and (value := getattr(event, column)) not in (None, "")
    }
    return found | dict(event.attributes)


_OWN = tuple(name for name in _OWN_COLUMNS if name not in _ELSEWHERE)


def event_of(row: Mapping[str, object] | Event | Unreadable | str) -> Event | Unreadable:
    """Read one row, or give back what was read already."""
    if isinstance(row, Event | Unreadable):
        return row
    known, bad = read_events([row])
    return known[0] if known else bad[0]


def read_events(
    source: Path | Iterable[Mapping[str, object] | Event | Unreadable | str],
) -> tuple[tuple[Event, ...], tuple[Unreadable, ...]]:
    """Read a file, mappings or events, in their order: the events, and the rows that are none."""
    if isinstance(source, tuple | list) and set(map(type, source)) <= {Event}:
        return tuple(source), ()
    events: list[Event] = []
    bad: list[Unreadable] = []
    for row in read_rows(source) if isinstance(source, Path) else source:
        if isinstance(row, str | Unreadable):
            bad.append(Unreadable(row, _NO_ROW) if isinstance(row, str) else row)
            continue
        found = row if isinstance(row, Event) else parse_event(row)
        if isinstance(found, Event):
            events.append(found)
        else:
            bad.append(found)
    return tuple(events), tuple(bad)

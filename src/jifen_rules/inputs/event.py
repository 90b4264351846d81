"""One event, and its canonical form.

One piece: an event and its canonical form share the order of its columns.

Knows nothing of schemes and of how points are computed.
"""

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from json.encoder import encode_basestring
from typing import Any, ClassVar, Generic, TypeVar

from ..core.problem import Place
from ..core.slotted import set_while_open
from ..core.terms import plain
from ..core.values import time_beside_day
from ..core.vocabulary import Language

T = TypeVar("T")


class _Seldom(Generic[T]):
    """A field that few events have; it is kept in a mapping that the other events lack."""

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
    """A fact: who, what, when, how much, on whose word. Empty text and None mean not given.

    - `id`: unique; ids compare as text. `date`, `time`: when it happened; `time` as `09:30`. A
      `datetime` as the date states both, unless it is midnight; with another `time` beside it, it
      is a ValueError.
    - `subject`, `indicator`: whom it is about, and which indicator, by id or name.
    - `quantity`: how much, in the indicator's unit. `level`, `place`: a level such as 县级, a
      place in a contest. `points`: judged points.
    - `rating`, `rater`, `role`: a word or figure of a rating, who gives it, in which role.
    - `matter`: the one fact that several events may be about.
    - `status`: how far it has come in the process, such as `count`.
    - `to`: the recipient that the event names.
    - `declared_on`, `published_on`, `recorded_on`: days of the process and of the record.
    - `voids`, `corrects`, `revokes`, `disputes`, `repairs`: the id of the event it takes back as
      if it had never been, replaces, takes back from its own date on, objects to, or makes good.
    - `note`, `evidence`: text that moves no points.
    - `attributes`: pairs of column and text, for the fields that the scheme declares.
    - `said`: the fields given beyond id, date, subject, indicator and quantity; None without any.

    Events are equal if all fields are. Any other row becomes one by `read_events`.

    >>> from datetime import date
    >>> from jifen_rules import Event
    >>> event = Event("1", date(2024, 3, 1), "张家", "help", note="半天")
    >>> event.note, event.level, event.quantity
    ('半天', '', None)
    >>> event.to_dict()["date"]
    '2024-03-01'
    """

    __slots__ = ("date", "id", "indicator", "quantity", "said", "subject")
    said: ClassVar[Mapping[str, object] | None]  # its further fields; not a dataclass field

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
        self,
        id: str,
        date: datetime.date,
        subject: str = "",
        indicator: str = "",
        time: str = "",
        quantity: Decimal | None = None,
        level: str = "",
        place: str = "",
        points: Decimal | None = None,
        rating: str = "",
        rater: str = "",
        role: str = "",
        matter: str = "",
        status: str = "",
        to: str = "",
        declared_on: datetime.date | None = None,
        published_on: datetime.date | None = None,
        recorded_on: datetime.date | None = None,
        voids: str = "",
        corrects: str = "",
        revokes: str = "",
        disputes: str = "",
        repairs: str = "",
        note: str = "",
        evidence: str = "",
        attributes: tuple[tuple[str, str], ...] = (),
    ) -> None:
        if isinstance(date, datetime.datetime):
            date, time = _date_and_time(date, time)
        rest = {
            "time": time,
            "level": level,
            "place": place,
            "points": points,
            "rating": rating,
            "rater": rater,
            "role": role,
            "matter": matter,
            "status": status,
            "to": to,
            "declared_on": declared_on,
            "published_on": published_on,
            "recorded_on": recorded_on,
            "voids": voids,
            "corrects": corrects,
            "revokes": revokes,
            "disputes": disputes,
            "repairs": repairs,
            "note": note,
            "evidence": evidence,
            "attributes": attributes,
        }
        said = {name: value for name, value in rest.items() if value or value == 0}
        object.__setattr__(self, "__class__", _Open)
        _fill(self, id, date, subject, indicator, quantity, said or None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Event) and _content(self) == _content(other)

    def __hash__(self) -> int:
        return hash((self.id, self.date, self.subject, self.indicator))

    def __reduce__(self) -> tuple[Any, ...]:
        return lean_event, _content(self)

    def to_dict(self, lang: "Language" = "en") -> dict[str, str]:
        """Return the event as a row of texts by column, which reads as the same event."""
        return event_data(self)

    @property
    def sort_key(self) -> tuple[datetime.date, str, str]:
        """By date, then time (none comes first), then id as text."""
        return (self.date, self.time, self.id)


def _date_and_time(when: datetime.datetime, time: str) -> tuple[datetime.date, str]:
    """Split a moment as the readers of rows do: midnight is no time, and no two times differ."""
    own = time_beside_day(f"{when.date()} {when.hour:02}:{when.minute:02}:{when.second:02}")
    if own and time not in ("", own):
        raise ValueError(f"the event states two times: {own} with its date, and {time}")
    return datetime.date(when.year, when.month, when.day), time or own


class _Open:
    """An event under construction: it is mutable, which makes construction twice as fast."""

    __slots__ = Event.__slots__


def _fill(
    event: Any,
    id: str,
    date: datetime.date,
    subject: str,
    indicator: str,
    quantity: Decimal | None,
    said: Mapping[str, object] | None,
) -> None:
    """Fill an open event and turn it into an `Event`."""
    event.id = id
    event.date = date
    event.subject = subject
    event.indicator = indicator
    event.quantity = quantity
    event.said = said
    event.__class__ = Event


def lean_event(
    id: str,
    date: datetime.date,
    subject: str,
    indicator: str,
    quantity: Decimal | None,
    said: Mapping[str, object] | None,
) -> Event:
    """Make an event from a mapping of its rare fields (None if it has none)."""
    event: Any = _Open()
    _fill(event, id, date, subject, indicator, quantity, said)
    return event  # type: ignore[no-any-return]  # what was open is one by now


def moment(day: datetime.date, subject: str, id: str = "", indicator: str = "") -> Event:
    """Return an event that nobody reported, for a day of a subject."""
    return lean_event(id, day, subject, indicator, None, None)


def _content(event: Event) -> tuple[Any, ...]:
    return event.id, event.date, event.subject, event.indicator, event.quantity, event.said


@set_while_open
@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that cannot be used: its content in canonical form, and the reason (a message id).

    `place` is its place and `cell` its wrong cell; neither counts when two rows are compared.
    """

    content: str
    reason: str
    place: Place | None = field(default=None, compare=False)
    cell: str = field(default="", compare=False)


_FIELDS = ("id", "date", "subject", "indicator", "time", *(c.name for c in fields(Event)))
_OWN_COLUMNS = tuple(name for name in dict.fromkeys(_FIELDS) if name != "attributes")
COLUMN_NAMES = frozenset(_OWN_COLUMNS)
"""The built-in columns of an event; any other column is an attribute."""


def canonical_event(event: Event) -> str:
    """Return an event as compact JSON of its given fields, with sorted keys."""
    given = {
        "id": event.id,
        "indicator": event.indicator,
        "quantity": event.quantity,
        "subject": event.subject,
        **(event.said or {}),
    }
    return f"{{{','.join(sorted([*_parts(given), _dated(event)]))}}}"


def canonical_events(events: Iterable[Event]) -> Iterator[str]:
    """Yield many events as `canonical_event` returns them.

    The fields that several events share are written once.
    """
    of, around = encode_basestring, Shared(_around)
    for event in events:
        id, who, deed = event.id, event.subject, event.indicator
        if not (type(id) is type(who) is type(deed) is str and id and who and deed):
            yield canonical_event(event)
            continue
        is_bare = event.said is None and event.quantity is None
        before, amid, between, after = _NOTHING if is_bare else around[event]
        day = _day_text(event.date)
        yield (
            f'{{{before}"date":"{day}",{amid}"id":{of(id)},"indicator":{of(deed)},{between}"subject":{of(who)}{after}}}'
        )


_NOTHING = ("", "", "", "")


def _around(event: Event) -> tuple[str, str, str, str]:
    """Return the text before the date, id and subject of a canonical event, and after them."""
    parts = _parts({"quantity": event.quantity, **(event.said or {})})
    marked = sorted([*parts, '"date"', '"id"', '"subject"'])
    ends = [marked.index(mark) for mark in ('"date"', '"id"', '"subject"')]
    stretches = [marked[a + 1 : b] for a, b in pairwise((-1, *ends, len(marked)))]
    before, amid, between = ("".join([f"{part}," for part in some]) for some in stretches[:3])
    return before, amid, between, "".join([f",{part}" for part in stretches[3]])


def _parts(given: Mapping[str, object]) -> list[str]:
    """Return the given fields as JSON, in no order; sorting them sorts the keys.

    The quotation mark that ends a key sorts before every character of a key.
    """
    return [f'"{name}":{_json(value)}' for name, value in given.items() if _is_said(value)]


def _dated(event: Event) -> str:
    return f'"date":"{_day_text(event.date)}"'


class Shared(Generic[T]):
    """`shared[event]` is `work(event)`, computed once for equal quantities and fields.

    Equal means the same objects: events that were read together share them. Equal values may be
    written differently.
    """

    def __init__(self, work: Callable[[Event], T], most: int = 1 << 16) -> None:
        self._work, self._most = work, most
        self._found: dict[tuple[int, int], tuple[T, object, object]] = {}
        """Each result is stored with its objects, so that their addresses are not used again."""

    def __getitem__(self, event: Event) -> T:
        said, quantity = event.said, event.quantity
        key = (id(said), id(quantity))
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= self._most:
                self._found.clear()
            found = self._found[key] = self._work(event), said, quantity
        return found[0]


@lru_cache(maxsize=4096)
def _day_text(day: datetime.date) -> str:
    return str(day)


def _is_said(value: object) -> bool:
    return bool(value) if type(value) is str else value not in (None, "")


def _json(value: object) -> str:
    if type(value) is str:
        return encode_basestring(value)
    if isinstance(value, tuple):
        try:
            pairs = [f"[{encode_basestring(k)},{encode_basestring(v)}]" for k, v in value]
            return f"[{','.join(pairs)}]"
        except TypeError:  # a program may pass values that are no text
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return encode_basestring(_spelled(value))


def _spelled(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def event_data(event: Event) -> dict[str, str]:
    """Return an event as a row that reads as the same event."""
    own = {name: own_value(event, name) for name in _OWN_COLUMNS}
    row = {name: _spelled(value) for name, value in own.items() if value not in (None, "")}
    return row | dict(event.attributes)


def own_value(event: Event, name: str) -> object:
    """Return the value of a built-in column of an event; None if it is not given."""
    match name:
        case "id":
            return event.id
        case "date":
            return event.date
        case "subject":
            return event.subject
        case "indicator":
            return event.indicator
        case "quantity":
            return event.quantity
    said = event.said
    return None if said is None or name == "attributes" else said.get(name)


def attribute(event: Event, name: str) -> str:
    """Return the text of a built-in or declared field of an event; empty if it is not given.

    A number has its plain spelling, so that 5 and 5.0 are one word.
    """
    for key, value in event.attributes:
        if key == name:
            return value
    own = own_value(event, name)
    return plain(own) if isinstance(own, Decimal) else str(own or "")


def is_stated(event: Event, name: str) -> bool:
    """Tell whether an event states a fact: a built-in or declared field."""
    return bool(attribute(event, name))


_ELSEWHERE = frozenset({"id", "date", "subject", "indicator", "attributes"})


def given_values(event: Event) -> dict[str, str]:
    """Return the fields of an event besides id, date, subject and indicator, as text."""
    said = event.said
    if said is None:
        return {} if event.quantity is None else {"quantity": plain(event.quantity)}
    values = said if event.quantity is None else {**said, "quantity": event.quantity}
    columns = [column for column in values if column in _OWN]
    if len(columns) > 1:
        columns.sort(key=_OWN.__getitem__)
    found = {c: _spelled(values[c]) for c in columns if values[c] not in (None, "")}
    return found | dict(event.attributes) if "attributes" in said else found


_OWN = {name: n for n, name in enumerate(_OWN_COLUMNS) if name not in _ELSEWHERE}
"""The built-in columns with their positions."""

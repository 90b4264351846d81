"""Rows of plain values -> events, or why a row is none.

A file has few kinds of rows and says the same words again and again, so what was once made out is
remembered: which column is what, by the headings; days, numbers and words, by their text. Refuses
to know of schemes and of how points are worked out.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from .collector import collector_off
from .event import COLUMN_NAMES, Event, Unreadable, lean_event
from .message import N_
from .rows import is_table, read_rows, read_table
from .terms import parse_number
from .vocabulary import COLUMNS, english

Given: TypeAlias = Mapping[str, object] | Event | Unreadable | str
"""What a caller may give for an event: a row, what was read already, or a text that is no row."""

_MOST_SHAPES, _WIDEST, _MOST_TEXTS, _LONGEST = 1_000, 100, 100_000, 100
"""How much is remembered, whatever stands in a file: kinds of rows, columns of one; texts, signs of one."""

_TIME = re.compile(r"(\d{1,2})(?::|：|时|点)(\d{1,2})(?:(?::|：|分)(\d{1,2})秒?|分)?\Z")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")

_NO_COLUMN = {
    "id": N_("the row has no id"), "date": N_("the row has no date"),
    "subject": N_("the row has no subject"), "indicator": N_("the row has no indicator"),
}  # fmt: skip
_NO_ROW = N_("the line is no row")
_NO_DATE = N_("a date of the row cannot be read")
_NO_NUMBER = N_("a number of the row cannot be read")
_NO_TIME = N_("the time of the row cannot be read")
_NO_WORD = N_("a word of the row is a list or mapping")


def read_events(source: Path | Iterable[Given]) -> tuple[tuple[Event, ...], tuple[Unreadable, ...]]:
    """Read a file, mappings or events, in their order: the events, and the rows that are none."""
    if isinstance(source, tuple | list) and set(map(type, source)) <= {Event}:
        return tuple(source), ()
    intake = Intake()
    if not isinstance(source, Path):
        return _parted(map(intake.event_of, source))
    if is_table(source):
        return _parted(intake.of_table(*read_table(source)))
    return _parted(map(intake.of_row, read_rows(source)))


def _parted(
    found: Iterable[Event | Unreadable],
) -> tuple[tuple[Event, ...], tuple[Unreadable, ...]]:
    events: list[Event] = []
    bad: list[Unreadable] = []
    with collector_off():
        for one in found:
            if isinstance(one, Event):
                events.append(one)
            else:
                bad.append(one)
    return tuple(events), tuple(bad)


# --- words of a row ---------------------------------------------------------------------------------


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


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def _word(value: object) -> str:
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        raise ValueError(_NO_WORD)
    return _text(value)


def _day_text(value: object) -> str:
    return parse_day(value).isoformat() if isinstance(value, date) else _text(value)


T = TypeVar("T")


class _Memory(dict[str, T], Generic[T]):
    """What texts say, each read once; a text that cannot be read is a ValueError with the reason.

    Unlike `Remembered` it keeps no long texts: what stands in a file may be of any length.
    """

    __slots__ = ("parse", "reason")

    def __init__(self, parse: Callable[[str], T], reason: str = "") -> None:
        self.parse, self.reason = parse, reason

    def __missing__(self, text: str) -> T:
        try:
            found = self.parse(text.strip())
        except ValueError:
            raise ValueError(self.reason) from None
        if len(self) < _MOST_TEXTS and len(text) <= _LONGEST:
            self[text] = found
        return found


def _if_given(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: parse(text) if text else None


# --- rows -------------------------------------------------------------------------------------------

_Row: TypeAlias = Any
"""A mapping by its keys, or the cells of a table by their numbers."""
_Place: TypeAlias = str | int
_Said: TypeAlias = tuple[Decimal | None, Mapping[str, object] | None]
"""A quantity, and the seldom fields of an event."""
_TEXTS = frozenset({str, type(None)})
_Parsed: TypeAlias = tuple[_Place, str, _Memory[Any], Callable[[object], str]]


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """Where each column of an event stands in rows with the same headings.

    `parsed` are days, numbers and times, in the order in which they are looked at; `own` are
    attributes, in the order in which an event has them. `twice`: two headings say one column.
    """

    what: Callable[[_Row], Sequence[object]]
    parsed: tuple[_Parsed, ...]
    texts: tuple[tuple[_Place, str], ...]
    own: tuple[tuple[_Place, str], ...]
    cells: Callable[[_Row], tuple[Any, ...]] | None
    """What rows say in these columns; None where there are none of them."""
    twice: bool


_WHAT = ("id", "date", "subject", "indicator")
_DAYS = ("declared_on", "published_on", "recorded_on")
_PARSED = (*_DAYS, "quantity", "points", "time")


class Intake:
    """Makes events of rows, with a memory of what rows have said."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._seen: dict[tuple[_Shape, tuple[Any, ...]], _Said] = {}
        self._words, self._others = _Memory(str), _Memory(str)
        self._days = _Memory(_if_given(parse_day), _NO_DATE)
        numbers = _Memory(_if_given(parse_number), _NO_NUMBER)
        times = _Memory(_if_given(parse_time), _NO_TIME)
        self._read: Mapping[str, _Memory[Any]] = {
            **dict.fromkeys(_DAYS, self._days), "quantity": numbers, "points": numbers, "time": times,
        }  # fmt: skip

    def event_of(self, row: Given) -> Event | Unreadable:
        """Read one row, or give back what was read already."""
        if isinstance(row, Event | Unreadable):
            return row
        if not isinstance(row, str) and {*map(type, row)} != {str}:
            row = _given(row)
        return self.of_row(row)

    def of_row(self, row: Mapping[str, object] | str) -> Event | Unreadable:
        """Read a row whose headings are texts, and no other kind of `str`."""
        if isinstance(row, str):
            return Unreadable(row, _NO_ROW)
        keys = tuple(row)
        shape = self._shapes.get(keys) or self._learn(keys)
        if shape.twice:
            return self.of_row(_given(row))
        try:
            return self._event(shape, row)
        except ValueError as error:
            return _unreadable(row, error)

    def of_table(
        self, header: Sequence[str], rows: Iterable[Sequence[str] | str]
    ) -> Iterator[Event | Unreadable]:
        """Read the cells under headings, each row as the mapping of the ones by the others."""
        shape, width = self._shape(list(enumerate(header))), len(header)
        for cells in rows:
            if isinstance(cells, str) or shape.twice or len(cells) < width:
                yield self.of_row(cells if isinstance(cells, str) else dict(zip(header, cells)))
                continue
            try:
                yield self._event(shape, cells)
            except ValueError as error:
                yield _unreadable(dict(zip(header, cells)), error)

    def _learn(self, keys: tuple[str, ...]) -> _Shape:
        shape = self._shape([(key, key) for key in keys])
        if len(self._shapes) < _MOST_SHAPES and len(keys) <= _WIDEST:
            self._shapes[keys] = shape
        return shape

    def _shape(self, headings: Sequence[tuple[_Place, str]]) -> _Shape:
        places = {english(COLUMNS, heading.strip()): place for place, heading in headings}
        what = [places.get(name) for name in _WHAT]
        parsed = [
            (places[name], name, self._read[name], _day_text if name in _DAYS else _text)
            for name in _PARSED
            if name in places
        ]
        rest = [(place, name) for name, place in places.items() if name not in _WHAT + _PARSED]
        return _Shape(
            itemgetter(*what) if None not in what else lambda row: [
                None if place is None else row[place] for place in what
            ],
            tuple(parsed), tuple(pair for pair in rest if pair[1] in COLUMN_NAMES),
            tuple(sorted((p for p in rest if p[1] not in COLUMN_NAMES), key=itemgetter(1))),
            _cells_of([place for name, place in places.items() if name not in _WHAT]),
            len(places) < len(headings),
        )  # fmt: skip

    def _event(self, shape: _Shape, row: _Row) -> Event:
        """Make an event of a row. ValueError says why it is none: the first reason in a fixed order."""
        id, day, subject, indicator = shape.what(row)
        id = id.strip() if type(id) is str else _word(id)
        if not id:
            raise ValueError(_NO_COLUMN["id"])
        on = self._days[day if type(day) is str else _day_text(day)]
        if on is None:
            raise ValueError(_NO_COLUMN["date"])
        quantity, said = (None, None) if shape.cells is None else self._said(shape, row)
        words = self._words
        who = words[subject if type(subject) is str else _word(subject)]
        deed = words[indicator if type(indicator) is str else _word(indicator)]
        if not who or not deed:
            _check_speaks(who, deed, said or {})
        return lean_event(id, on, who, deed, quantity, said)

    def _said(self, shape: _Shape, row: _Row) -> _Said:
        """The quantity and the seldom fields of a row: the same objects for rows that have the same words in the same columns."""
        cells = shape.cells(row) if shape.cells else ()
        if not _TEXTS.issuperset(map(type, cells)):
            return self._read_said(shape, row)
        found = self._seen.get((shape, cells))
        if found is None:
            found = self._read_said(shape, row)
            if len(self._seen) < _MOST_TEXTS and len("".join(filter(None, cells))) <= _LONGEST:
                self._seen[shape, cells] = found
        return found

    def _read_said(self, shape: _Shape, row: _Row) -> _Said:
        said: dict[str, Any] = {}
        for place, name, read, spell in shape.parsed:
            value = row[place]
            if (found := read[value if type(value) is str else spell(value)]) is not None:
                said[name] = found
        others = self._others
        for place, name in shape.texts:
            value = row[place]
            if text := others[value if type(value) is str else _word(value)]:
                said[name] = text
        pairs = []
        for place, name in shape.own:
            value = row[place]
            if text := others[value if type(value) is str else _word(value)]:
                pairs.append((name, text))
        if pairs:
            said["attributes"] = tuple(pairs)
        return said.pop("quantity", None), said or None


def _cells_of(places: Sequence[_Place]) -> Callable[[_Row], tuple[Any, ...]] | None:
    if len(places) == 1:  # an `itemgetter` gives a tuple of several only
        return lambda row: (row[places[0]],)
    return itemgetter(*places) if places else None


def _check_speaks(subject: str, indicator: str, said: Mapping[str, object]) -> None:
    """Only what speaks of another event may leave open who, or what."""
    if not subject and not said.keys() & {"voids", "corrects", "disputes"}:
        raise ValueError(_NO_COLUMN["subject"])
    if not indicator and not said.keys() & {"voids", "repairs", "revokes", "disputes"}:
        raise ValueError(_NO_COLUMN["indicator"])


def _given(row: Mapping[str, object]) -> dict[str, object]:
    """What a row says, by column; of two headings for one, the later that says something."""
    return {
        english(COLUMNS, str(key).strip()): value
        for key, value in row.items()
        if value is not None and str(value).strip() != ""
    }


def _unreadable(row: Mapping[str, object], error: ValueError) -> Unreadable:
    content = json.dumps(_given(row), ensure_ascii=False, sort_keys=True, default=str)
    return Unreadable(content, str(error))

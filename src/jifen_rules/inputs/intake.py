"""Rows of plain values -> events, or the reason to refuse a row.

One piece: a row is read in one pass, and all steps share the caches.

A file repeats headings and words again and again, so parsed values are cached: the columns by their
headings; days, numbers and words by their text. Knows nothing of schemes and of how points are
computed.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, Generic, NamedTuple, TypeAlias, TypeVar

from ..core.arrow import ArrowRows, batches_of_stream
from ..core.collector import collector_off
from ..core.message import N_, Message, msg
from ..core.problem import Place
from ..core.sources import ArrowStream, path_or_rows
from ..core.values import (
    SHOWS_ERROR,
    has_unseen,
    is_blank,
    is_error_value,
    lacks_year,
    parse_day,
    parse_time,
    plain_text,
    read_name,
    read_number,
    time_beside_day,
)
from ..core.vocabulary import COLUMNS, english
from .event import COLUMN_NAMES, Event, Unreadable, lean_event
from .headings import EVENTS, Headings, is_foot, is_total
from .parts import Block, Notice, Part, Spoilt
from .reasons import (
    NO_DATE,
    NO_HEADING,
    NO_ID,
    NO_NUMBER,
    NO_SIGN,
    NO_WORD,
    NO_YEAR,
    NOT_A_ROW,
    TOO_MANY,
    TWICE,
)
from .rows import read_parts
from .texts import is_damaged

T = TypeVar("T")
Given: TypeAlias = Mapping[str, object] | Event | Unreadable | str
"""The values accepted as an event: a row, an event, a refused row, or a text that is no row."""

_MOST_SHAPES, _WIDEST, _MOST_TEXTS, _LONGEST = 1_000, 100, 100_000, 100
"""Limits of the caches, whatever a file contains: kinds of rows, columns of one.

Texts, signs of one.
"""

_NO_COLUMN = {
    "id": NO_ID,
    "date": N_("the row has no date"),
    "subject": N_("the row has no subject"),
    "indicator": N_("the row has no indicator"),
}
_NO_TIME = N_("the time of the row cannot be read")
_TWO_TIMES = N_("the row states two times: one with its date, and another one in its own column")


@dataclass(frozen=True, slots=True)
class Reading:
    """The content of a file: its events, the refused rows, and notices."""

    events: tuple[Event, ...]
    refused: tuple[Unreadable, ...]
    notices: tuple[Notice, ...] = ()
    _spans: "tuple[_Span, ...]" = ()

    def place(self, number: int, column: str = "") -> Place | None:
        """Return the place of the event with a number, or of its cell in a column."""
        at = bisect_right(self._spans, number, key=lambda span: span.first) - 1
        return self._spans[at].place(number, column) if at >= 0 else None


@dataclass(frozen=True, slots=True)
class _Span:
    """The events of adjacent rows: the number of the first event, and the lines of all."""

    file: str
    first: int
    block: Block
    """The block, without its rows."""
    others: Sequence[Unreadable | Notice]
    """The refusals of lines that are no event."""

    def place(self, number: int, column: str) -> Place:
        taken = {other.place.line for other in self.others if other.place}
        lines = [n for n in self.block.lines if n not in taken] if taken else self.block.lines
        header = self.block.header or ()
        index = EVENTS.resolve(header).index(column) if column in EVENTS.resolve(header) else -1
        return self.block.place(self.file, lines[number - self.first], index)


def read_events(
    source: str | Path | ArrowStream | Iterable[Given], declared: Container[str] = ()
) -> tuple[tuple[Event, ...], tuple[Unreadable, ...]]:
    """Read events from a file (its path), rows, or a table with the Arrow interface.

    Returns the events, and the rows that are none with the reason in English, both in the order
    given. `declared` are fields of the scheme, which keep their names. A row that cannot be used
    costs only itself. OSError if the file cannot be opened, EventError if nothing in it can be
    read, ValueError for a text that is no path.

    >>> from jifen_rules import read_events
    >>> row = {"编号": "1", "日期": "2024年3月1日", "对象": "张家", "指标": "help"}
    >>> events, bad = read_events([row, {"编号": "2"}])
    >>> events[0].date.isoformat(), bad[0].reason
    ('2024-03-01', 'the row has no date')
    """
    if isinstance(source, tuple | list):
        kinds = {*map(type, source)}
        if kinds <= {Event}:
            return tuple(source), ()
        if kinds <= {Event, Unreadable}:
            return _of_type(Event, source), _of_type(Unreadable, source)
    if isinstance(source, ArrowStream):
        return _parted(Intake(EVENTS.declaring(declared)).of_batches(batches_of_stream(source)))
    given = path_or_rows(source)
    if isinstance(given, Path):
        found = read_event_file(given, declared)
        return found.events, found.refused
    return _parted(map(Intake(EVENTS.declaring(declared)).event_of, given))


def read_event_file(source: Path | BinaryIO, declared: Container[str] = ()) -> Reading:
    """Read a file of events; `declared` are fields of the scheme, which keep their names."""
    intake = Intake(EVENTS.declaring(declared))
    name = source.name if isinstance(source, Path) else "-"
    file = str(source) if isinstance(source, Path) else "-"
    events: list[Event] = []
    others: list[Unreadable | Notice] = []
    spans: list[_Span] = []
    with collector_off():
        for part in read_parts(source, intake.headings):
            first = len(events)
            found = [*intake.take(part, file, name, events)]
            others += found
            if isinstance(part, Block):
                spans.append(_Span(file, first, replace(part, rows=()), found))
    refused, notices = _of_type(Unreadable, others), _of_type(Notice, others)
    return Reading(tuple(events), refused, (*notices, *intake.unseen(file)), tuple(spans))


def _of_type(kind: type[T], values: Iterable[object]) -> tuple[T, ...]:
    return tuple([value for value in values if type(value) is kind])


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


# --- words of a row -------------------------------------------------------------------------------


def _text(value: object) -> str:
    try:
        return plain_text(value)
    except ValueError:
        raise ValueError(NO_NUMBER) from None


def _word(value: object) -> str:
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        raise ValueError(NO_WORD)
    return _text(value)


def _day_text(value: object) -> str:
    return (
        parse_day(value).isoformat()
        if isinstance(value, date) and not is_blank(value)
        else _text(value)
    )


def _moment_text(value: object) -> str:
    """Write a day with its time, if it has one."""
    if not isinstance(value, datetime) or is_blank(value):
        return _day_text(value)
    return f"{_day_text(value)} {value.hour:02}:{value.minute:02}:{value.second:02}"


def _spelling(column: str) -> Callable[[object], str]:
    """Return the function that turns a value of a column into text."""
    if column == "date":
        return _moment_text
    if column in _DAYS:
        return _day_text
    return _text if column in _PARSED else _word


class _Memory(dict[str, T], Generic[T]):
    """A cache of parsed texts; a text that cannot be parsed raises ValueError with the reason.

    Without a reason of its own, the error of `parse` is raised. Unlike `Remembered` it keeps no
    long texts, since a file may contain texts of any length.
    """

    __slots__ = ("parse", "reason")

    def __init__(self, parse: Callable[[str], T], reason: str = "") -> None:
        self.parse, self.reason = parse, reason

    def __missing__(self, text: str) -> T:
        try:
            found = self.parse(text.strip())
        except ValueError as error:
            raise ValueError(self.reason or str(error)) from None
        if len(self) < _MOST_TEXTS and len(text) <= _LONGEST:
            self[text] = found
        return found


def _moment_reader(year: int) -> "Callable[[str], _Moment]":
    """Return the function that reads a day and the time written with it."""

    def read(text: str) -> _Moment:
        try:
            day = parse_day(text, year)
        except ValueError:
            raise ValueError(NO_DATE) from None
        try:
            return day, time_beside_day(text)
        except ValueError:
            raise ValueError(_NO_TIME) from None

    return read


def _if_given(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: parse(text) if text else None


# --- rows -----------------------------------------------------------------------------------------

_Row: TypeAlias = Any
"""A mapping with its keys, or the cells of a table with their numbers."""
_Place: TypeAlias = str | int
_Said: TypeAlias = tuple[Decimal | None, Mapping[str, object] | None]
"""The quantity and the rare fields of an event."""
_Moment: TypeAlias = tuple[date, str]
"""A day, and the time that is written with it; empty if there is none."""
_TEXTS = frozenset({str, type(None)})
_NUMBERS = _TEXTS | {int, float}
_Parsed: TypeAlias = tuple[_Place, str, _Memory[Any], Callable[[object], str]]


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """The positions of the columns of an event in rows with the same headings.

    `parsed` are days, numbers and times, in the order in which they are parsed; `own` are
    attributes, in the order of the event.
    """

    what: Callable[[_Row], Sequence[object]]
    moments: _Memory[_Moment | None]
    parsed: tuple[_Parsed, ...]
    texts: tuple[tuple[_Place, str], ...]
    own: tuple[tuple[_Place, str], ...]
    cells: Callable[[_Row], tuple[Any, ...]] | None
    """Cached values of these columns; None where the rows have none of them."""
    twice: bool
    """Whether two headings mean one column, or one means nothing."""
    id: Any
    """The position of the id, in a table."""
    lacks_id: bool
    columns: tuple[str, ...]
    """The column of each heading; empty if it means no column of an event."""


_WHAT = ("id", "date", "subject", "indicator")
_DAYS = ("declared_on", "published_on", "recorded_on")
_PARSED = (*_DAYS, "quantity", "points", "time")


class _Refusal(NamedTuple):
    """The reason why the cells of a row make no event, independent of its place."""

    content: str
    reason: str
    cell: str
    at: int
    """The position of the wrong cell; -1 for none."""

    def of_row(self, block: Block, file: str, line: int) -> Unreadable:
        """Return the refused row of a line."""
        return Unreadable(self.content, self.reason, block.place(file, line, self.at), self.cell)


class _Names:
    """Reads names, and collects those with invisible characters."""

    def __init__(self) -> None:
        self.unseen: dict[str, None] = {}

    def read(self, text: str) -> str:
        name = read_name(text)
        if is_damaged(name):
            raise ValueError(NO_SIGN)
        if is_error_value(name):
            raise ValueError(SHOWS_ERROR)
        if has_unseen(text.strip()) and len(self.unseen) < _MOST_SHAPES:
            self.unseen[name] = None
        return name


class Intake:
    """Makes events of rows, with caches of parsed values."""

    def __init__(self, headings: Headings = EVENTS) -> None:
        self.headings = headings
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._seen: dict[tuple[object, ...], _Said] = {}
        self._names = _Names()
        self._words, self._others = _Memory(self._names.read), _Memory(str)
        self._days = _Memory(_if_given(parse_day), NO_DATE)
        self._days_in: dict[int, _Memory[date | None]] = {0: self._days}
        self._moments_in: dict[int, _Memory[_Moment | None]] = {}
        numbers = _Memory(_if_given(read_number), NO_NUMBER)
        times = _Memory(_if_given(parse_time), _NO_TIME)
        self._read: Mapping[str, _Memory[Any]] = {
            **dict.fromkeys(_DAYS, self._days),
            "quantity": numbers,
            "points": numbers,
            "time": times,
        }

    def event_of(self, row: Given) -> Event | Unreadable:
        """Read one row; an event or a refused row is returned as it is."""
        if type(row) is not dict:  # as most
            if isinstance(row, (Event, Unreadable)):
                return row
            if not isinstance(row, Mapping):
                return Unreadable(str(row), NOT_A_ROW)
        shape = self._shapes.get(tuple(row))
        if shape is None:
            if {*map(type, row)} != {str}:
                row = {str(key): value for key, value in row.items()}
            shape = self._learn(tuple(row))
        if shape.twice:
            return self._of_doubled(row, None)
        try:
            return self._event(shape, row)
        except ValueError as error:
            return self._unreadable(row, error, None)

    def take(
        self, part: Part, file: str, name: str, events: list[Event]
    ) -> Iterator[Unreadable | Notice]:
        """Add the events of some rows of a file, and return the refused rows.

        `name` is the beginning of ids for rows that have none.
        """
        if isinstance(part, Notice):
            yield part
        elif isinstance(part, Spoilt):
            yield Unreadable(part.text, part.reason, part.place)
        elif part.header is not None:
            yield from self._take_table(part, part.header, file, name, events)
        else:
            shapes, event, add = self._shapes, self._event, events.append
            for line, row in zip(part.lines, part.rows):
                shape = shapes.get(tuple(row)) or self._learn(tuple(row))
                try:
                    if not shape.twice:
                        add(event(shape, row))
                        continue
                    found = self._of_doubled(row, Place(file, line, 1))
                except ValueError as error:
                    found = self._unreadable(row, error, Place(file, line, 1))
                if isinstance(found, Event):
                    add(found)
                else:
                    yield found

    def unseen(self, file: str) -> Iterator[Notice]:
        """Return the notices about names with invisible characters."""
        for name in self._names.unseen:
            text = N_("the name {name} was written with signs that nobody sees; they are left out")
            yield Notice(Place(file), msg(text, name=name))

    def of_batches(self, batches: Iterable[ArrowRows]) -> Iterator[Event | Unreadable]:
        """Read tables of values; the result is that of their rows."""
        event = self._event
        for batch in batches:
            shape = self._table_shape(batch.names, 0)
            if shape.twice:
                yield from map(self.event_of, batch.rows())
                continue
            for number, cells in enumerate(batch.cells([*map(_spelling, shape.columns)])):
                try:
                    yield event(shape, cells)
                except ValueError as error:
                    yield self._unreadable(batch.row(number), error, None)

    def _of_doubled(self, row: Mapping[str, object], place: Place | None) -> Event | Unreadable:
        """Read a row in which two headings mean one column: one is filled, or both are equal."""
        columns = self.headings.resolve(list(row))
        single: dict[str, object] = {}
        for column, (heading, value) in zip(columns, row.items()):
            if is_blank(value):
                continue
            if not column:
                if not heading.strip():
                    return Unreadable(_content(row), NO_HEADING, place)
                continue
            if column in single and str(single[column]).strip() != str(value).strip():
                return Unreadable(_content(row), TWICE, place, column)
            single[column] = value
        if "date" in columns:
            single.setdefault("date", "")  # else a time alone would be the day
        try:
            return self._event(self._learn(tuple(single)), single)
        except ValueError as error:
            return self._unreadable(row, error, place)

    def _take_table(
        self, block: Block, header: tuple[str, ...], file: str, name: str, events: list[Event]
    ) -> Iterator[Unreadable | Notice]:
        """Add the events of cells under headings, and return the refused rows."""
        shape, width = self._table_shape(header, block.year), len(header)
        single, place = not (shape.twice or shape.lacks_id), shape.id
        event, add = self._event, events.append
        known: dict[tuple[str, ...], _Refusal] = {}
        for line, given in zip(block.lines, block.rows):
            if known and (wrong := known.get(tuple(given))) is not None:
                yield wrong.of_row(block, file, line)
                continue
            cells = given
            if len(cells) != width:
                if len(cells) > width and any(map(str.strip, cells[width:])):
                    yield Unreadable(",".join(cells), TOO_MANY, block.place(file, line))
                    continue
                cells = (cells + [""] * (width - len(cells)))[:width]
            try:
                if single and cells[place].strip():
                    add(event(shape, cells))
                else:
                    add(self._with_id(shape, cells, block, line, name))
            except ValueError as error:
                passed = self._passed_over(header, cells, error)
                if passed is not None:
                    yield Notice(block.place(file, line), passed)
                    continue
                wrong = self._refusal(header, cells, error, block.year)
                known[tuple(given)] = wrong
                yield wrong.of_row(block, file, line)

    def _with_id(
        self, shape: "_Shape", cells: Sequence[str], block: Block, line: int, name: str
    ) -> Event:
        """Read a row without an id; its id is made of its file, sheet and line."""
        row: dict[str, object] = {}
        for column, heading, cell in zip(shape.columns, block.header or (), cells):
            if not (word := cell.strip()):
                continue
            if not column:
                if not heading.strip():
                    raise ValueError(NO_HEADING)
                continue
            if row.setdefault(column, word) != word:
                raise ValueError(TWICE)
        if "date" in shape.columns:
            row.setdefault("date", "")  # else a time alone would be the day
        if "id" not in row:
            sheet = f"{block.sheet}!" if block.sheet else ""
            row["id"] = f"{name}:{sheet}{line:05}"
        keys = (*row, f"\0{block.year}")
        inner = self._shapes.get(keys)
        if inner is None:
            inner = self._shape([(key, key) for key in row], block.year)
            if len(self._shapes) < _MOST_SHAPES:
                self._shapes[keys] = inner
        return self._event(inner, row)

    def _passed_over(
        self, header: tuple[str, ...], cells: Sequence[str], error: ValueError
    ) -> Message | None:
        """Return why a row without a day is not part of the table; None if it is part of it."""
        if str(error) not in (_NO_COLUMN["date"], NO_DATE):
            return None
        if is_total(cells):
            text = N_("the row {text} adds others up, and is passed over")
            return msg(text, text=" ".join(filter(None, cells)))
        if is_foot(cells):
            text = N_("the row {text} stands below the table, and is passed over")
            return msg(text, text=" ".join(dict.fromkeys(filter(None, cells))))
        again = all(read_name(a) == read_name(b) for a, b in zip(cells, header, strict=True))
        if again and self.headings.known(header) >= 2:
            return msg(N_("the headings stand here once more"))
        return None

    def _refusal(
        self, header: tuple[str, ...], cells: Sequence[str], error: ValueError, year: int
    ) -> "_Refusal":
        row = dict(_numbered(header, cells))
        found = self._unreadable(row, error, None, year)
        index = next((n for n, h in enumerate(row) if found.cell.startswith(f"{h} ")), -1)
        return _Refusal(found.content, found.reason, found.cell, index)

    def _unreadable(
        self, row: Mapping[str, object], error: ValueError, place: Place | None, year: int = 0
    ) -> Unreadable:
        """Return the refused row, with its wrong cell."""
        reason = str(error)
        cell = ""
        for key, column in zip(row, self.headings.resolve(list(row))):
            read = self._reader(column, year)
            if read is None:
                continue
            value = row[key]
            try:
                read[_spelling(column)(value)]
            except ValueError as found:
                if str(found) != reason:
                    continue
                cell = f"{key} '{value}'"
                reason = NO_YEAR if reason == NO_DATE and lacks_year(value) else reason
                break
        return Unreadable(_content(row), reason, place, cell)

    def _reader(self, column: str, year: int) -> _Memory[Any] | None:
        if column == "date":
            return self._moments_of(year)
        return self._days_of(year) if column in _DAYS else self._read.get(column)

    def _moments_of(self, year: int) -> "_Memory[_Moment | None]":
        if year not in self._moments_in:
            self._moments_in[year] = _Memory(_if_given(_moment_reader(year)))
        return self._moments_in[year]

    def _days_of(self, year: int) -> "_Memory[date | None]":
        if year not in self._days_in:
            self._days_in[year] = _Memory(_if_given(lambda text: parse_day(text, year)), NO_DATE)
        return self._days_in[year]

    def _learn(self, keys: tuple[str, ...]) -> "_Shape":
        shape = self._shape([(key, key) for key in keys])
        if len(self._shapes) < _MOST_SHAPES and len(keys) <= _WIDEST:
            self._shapes[keys] = shape
        return shape

    def _table_shape(self, header: tuple[str, ...], year: int) -> "_Shape":
        keys = (*header, f"\0\0{year}")
        if keys not in self._shapes:
            self._shapes[keys] = self._shape(list(enumerate(header)), year)
        return self._shapes[keys]

    def _shape(self, headings: Sequence[tuple[_Place, str]], year: int = 0) -> "_Shape":
        columns = self.headings.resolve([heading for _, heading in headings])
        named = [(column, place) for column, (place, _) in zip(columns, headings) if column]
        places = dict(named)
        what = [places.get(name) for name in _WHAT]
        parsed = [
            (
                places[name],
                name,
                self._days_of(year) if name in _DAYS else self._read[name],
                _spelling(name),
            )
            for name in _PARSED
            if name in places
        ]
        rest = [(place, name) for name, place in places.items() if name not in _WHAT + _PARSED]
        return _Shape(
            itemgetter(*what)
            if None not in what
            else lambda row: [None if place is None else row[place] for place in what],
            self._moments_of(year),
            tuple(parsed),
            tuple(pair for pair in rest if pair[1] in COLUMN_NAMES),
            tuple(sorted((p for p in rest if p[1] not in COLUMN_NAMES), key=itemgetter(1))),
            _cells_of([place for name, place in places.items() if name not in _WHAT]),
            len(places) < len(named) or not all(heading.strip() for _, heading in headings),
            places.get("id", 0),
            "id" not in places,
            tuple(columns),
        )

    def _event(self, shape: _Shape, row: _Row) -> Event:
        """Make an event of a row.

        ValueError with the reason if it is none: the first reason in a fixed order.
        """
        id, day, subject, indicator = shape.what(row)
        id = id if type(id) is str else _word(id)
        if not (id.isalnum() and id.isascii()):  # as most are
            is_plain = id.isascii() and id.isprintable() and "#" not in id
            id = id.strip() if is_plain else self._names.read(id)
        if not id:
            raise ValueError(_NO_COLUMN["id"])
        when = shape.moments[day if type(day) is str else _moment_text(day)]
        if when is None:
            raise ValueError(_NO_COLUMN["date"])
        quantity, said = (None, None) if shape.cells is None else self._said(shape, row)
        if when[1]:
            said = _with_time(said, when[1])
        words = self._words
        who = words[subject if type(subject) is str else _word(subject)]
        deed = words[indicator if type(indicator) is str else _word(indicator)]
        if not who or not deed:
            _check_speaks(who, deed, said or {})
        return lean_event(id, when[0], who, deed, quantity, said)

    def _said(self, shape: _Shape, row: _Row) -> _Said:
        """Return the quantity and the rare fields of a row.

        Rows with the same words in the same columns get the same objects.
        """
        cells = shape.cells(row) if shape.cells else ()
        key: tuple[object, ...] = shape, cells
        if not _TEXTS.issuperset(map(type, cells)):
            types = tuple(map(type, cells))
            if not _NUMBERS.issuperset(types):
                return self._read_said(shape, row)
            key = shape, cells, types  # 5 and 5.0 are equal, and may be written differently
        found = self._seen.get(key)
        if found is None:
            found = self._read_said(shape, row)
            length = sum(len(str(cell)) for cell in cells if cell)
            if len(self._seen) < _MOST_TEXTS and length <= _LONGEST:
                self._seen[key] = found
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
    if len(places) == 1:  # an `itemgetter` of one key returns no tuple
        return lambda row: (row[places[0]],)
    return itemgetter(*places) if places else None


def _with_time(said: Mapping[str, object] | None, time: str) -> Mapping[str, object]:
    """Add the time that is written with the day; ValueError if the row states another one too."""
    rest = said or {}
    if rest.get("time", time) != time:
        raise ValueError(_TWO_TIMES)
    return {**rest, "time": time}


def _check_speaks(subject: str, indicator: str, said: Mapping[str, object]) -> None:
    """Refuse a row without a subject or indicator, unless it refers to another event."""
    if not subject and not said.keys() & {"voids", "corrects", "disputes"}:
        raise ValueError(_NO_COLUMN["subject"])
    if not indicator and not said.keys() & {"voids", "repairs", "revokes", "disputes"}:
        raise ValueError(_NO_COLUMN["indicator"])


def _content(row: Mapping[str, object]) -> str:
    """Return the cells of a row by its headings as written; equal rows have equal content."""
    said = {str(key): value for key, value in row.items() if not is_blank(value)}
    named = {english(COLUMNS, key.strip()): value for key, value in said.items()}
    content = named if len(named) == len(said) else said
    return _WRITER.encode(content)


_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)


def _numbered(header: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Return the cells by heading; a repeated heading is numbered."""
    seen: dict[str, int] = {}
    for head, cell in zip(header, cells):
        seen[head] = number = seen.get(head, 0) + 1
        yield (head if number == 1 else f"{head} ({number})"), cell

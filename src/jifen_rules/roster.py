"""To whom it happened: the subjects, their kinds, classes and belongings, with dates.

Takes rows of plain values; refuses to know of schemes and events.
"""

import json
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cached_property
from json.encoder import encode_basestring_ascii
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from .event import Unreadable
from .headings import ROSTER, Headings, is_total
from .message import N_, say
from .problem import Place
from .reasons import NO_DATE, NO_ID, NO_NUMBER, NO_SIGN, NO_WORD, NOT_A_ROW, TOO_MANY, TWICE
from .remembered import Remembered
from .rows import Block, Notice, Part, Spoilt, is_damaged, read_parts
from .slotted import set_while_open
from .values import is_blank, is_yes, parse_day, plain_text, read_name
from .vocabulary import ACCOUNTS, KINDS, english


@set_while_open
@dataclass(frozen=True, slots=True)
class Belonging:
    """One row: a subject, and one unit it belongs to from `since` to `until`, both included."""

    id: str
    name: str = ""
    kind: str = ""
    classes: tuple[str, ...] = ()
    unit: str = ""
    role: str = ""
    since: date = date.min
    until: date = date.max
    attributes: tuple[tuple[str, str], ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)

    def covers(self, day: date) -> bool:
        """Whether the row is in force on the day."""
        return self.since <= day <= self.until


class Spell(NamedTuple):
    """What a subject is for some time: its kind, its classes, and the last day on which it is that for sure."""

    kind: str
    classes: frozenset[str]
    until: date


_COLUMNS = frozenset({"id", "name", "kind", "class", "unit", "role", "since", "until"})


class Roster:
    """The subjects by id; every question is asked for a day."""

    def __init__(
        self, rows: Iterable[Belonging], *, kind: str = "", everyone: bool = False
    ) -> None:
        """`kind` is that of rows which do not say theirs; `everyone` lets anybody in."""
        self.rows = tuple(rows)
        self.refused: tuple[Unreadable, ...] = ()
        self.notices: tuple[Notice, ...] = ()
        self.default_kind, self.everyone = kind, everyone
        self._anybody = Spell(kind, frozenset(), date.max)
        self._kinds: dict[str, str] = {}
        self._yes: dict[tuple[str, str], list[tuple[date, date]]] = {}

    @cached_property
    def _by_id(self) -> Mapping[str, list[Belonging]]:
        return _grouped(self.rows, attrgetter("id"))

    @cached_property
    def _by_unit(self) -> Mapping[str, list[Belonging]]:
        return _grouped(self.rows, attrgetter("unit"))

    @property
    def subjects(self) -> tuple[str, ...]:
        """Every id, sorted."""
        return tuple(sorted(self._by_id))

    def kind(self, subject: str) -> str:
        """The kind of a subject."""
        found = self._kinds.get(subject)
        if found is None:
            kinds = (row.kind for row in self._by_id.get(subject, ()) if row.kind)
            self._kinds[subject] = found = next(kinds, self.default_kind)
        return found

    def fits(self, subject: str, words: Container[str], day: date) -> bool:
        """Whether one of the words is the kind, or a class that day, of the subject."""
        if self.kind(subject) in words:
            return True
        rows = (row for row in self._by_id.get(subject, ()) if row.covers(day))
        return any(word in words for row in rows for word in row.classes)

    def spell(self, subject: str, day: date) -> Spell | None:
        """The kind and classes of a subject on a day, until its rows change; None where it is not there."""
        rows = self._by_id.get(subject)
        if rows is None:
            return self._anybody if self.everyone and subject else None
        mine = [row for row in rows if row.covers(day)]
        if not mine:
            return None
        turns = [row.until for row in mine]
        turns += [row.since - timedelta(days=1) for row in rows if row.since > day]
        classes = frozenset(word for row in mine for word in row.classes)
        return Spell(self.kind(subject), classes, min(turns))

    def name(self, subject: str) -> str:
        """What people call it."""
        return next((row.name for row in self._by_id.get(subject, ()) if row.name), subject)

    def is_member(self, subject: str, day: date) -> bool:
        """Whether some row of the subject is in force on the day."""
        if self.everyone:
            return bool(subject)
        rows = self._by_id.get(subject, ())
        return bool([row for row in rows if row.since <= day <= row.until])

    def since(self, subject: str) -> date | None:
        """First day on the roster (the first of all days where no row says one), or None."""
        return min((row.since for row in self._by_id.get(subject, ())), default=None)

    def classes(self, subject: str, day: date) -> frozenset[str]:
        """All classes of the subject on the day."""
        rows = self._by_id.get(subject, ())
        return frozenset(word for row in rows if row.covers(day) for word in row.classes)

    def attribute(self, subject: str, name: str, day: date) -> str:
        """The value that the row with the latest start gives on the day, or nothing."""
        rows = [row for row in self._by_id.get(subject, ()) if row.covers(day)]
        for row in sorted(rows, key=lambda row: row.since, reverse=True):
            if value := dict(row.attributes).get(name):
                return value
        return ""

    def throughout(self, subject: str, name: str, first: date, last: date) -> bool:
        """Whether a yes-or-no field is yes on every day of a stretch."""
        day = first
        for since, until in self._yes_days(subject, name):
            if since <= day <= until:
                if until >= last:
                    return True
                day = until + timedelta(days=1)
        return False

    def _yes_days(self, subject: str, name: str) -> list[tuple[date, date]]:
        """First and last days of the rows in which a field of a subject is yes, in order."""
        found = self._yes.get((subject, name))
        if found is None:
            rows = self._by_id.get(subject, ())
            yes = (r for r in rows if is_yes(dict(r.attributes).get(name, "")))
            self._yes[subject, name] = found = sorted((row.since, row.until) for row in yes)
        return found

    def resolve(self, subject: str, account: str, day: date) -> tuple[str, ...]:
        """Follow a relation path or a role: head, members, household.members, 村书记.

        A kind in the plural (`households`) is every such unit or member below the subject,
        `all` everybody of the kind that rows have by default.
        """
        head, _, rest = account.partition(".")
        if head == "members":
            return self.members(subject, day)
        if head == "all":
            everybody = (s for s in self.subjects if self.kind(s) == self.default_kind)
            return tuple(s for s in everybody if self.is_member(s, day))
        if head.endswith("s") and head[:-1] in KINDS:
            return tuple(s for s in self._below(subject, day) if self.kind(s) == head[:-1])
        if head == "head" or head not in KINDS:
            return self._with_role(subject, head, day)
        units = (subject, *self._units(subject, day))
        unit = next((u for u in units if self.kind(u) == head), None)
        if unit is None:
            return ()
        return self.resolve(unit, rest, day) if rest else (unit,)

    def members(self, unit: str, day: date) -> tuple[str, ...]:
        """Who belongs to a unit itself on the day, sorted."""
        return tuple(sorted({row.id for row in self._by_unit.get(unit, ()) if row.covers(day)}))

    def days_in(self, subject: str, day: date, first: date) -> int:
        """How many days it has been on the roster, both ends included; `first` for ever since."""
        since = self.since(subject)
        return max((day - (first if since in (None, date.min) else since)).days + 1, 0)

    def populations(self, subject: str, words: tuple[str, ...], day: date) -> tuple[str, ...]:
        """What a subject shares with its equals: its units of a kind, or words of its fields."""
        return tuple(self._population(subject, word, day) for word in words)

    def _population(self, subject: str, word: str, day: date) -> str:
        if word == "all":
            return ""
        if word in KINDS:
            units = (u for u in self._units(subject, day) if self.kind(u) == word)
            return next(units, "")
        if word == "class":
            return "/".join(sorted(self.classes(subject, day)))
        return self.attribute(subject, word, day)

    def ever(self, subject: str, word: str) -> frozenset[str]:
        """Every value that `populations` may give for a subject on some day."""
        days = self._turning_days if word != "all" else (date.min,)
        return frozenset(self._population(subject, word, day) for day in days)

    @cached_property
    def _turning_days(self) -> tuple[date, ...]:
        """Days on which something may change: some row begins, or the day after one ended."""
        begins = {row.since for row in self.rows}
        ends = {row.until + timedelta(days=1) for row in self.rows if row.until < date.max}
        return tuple(sorted({date.min} | begins | ends))

    def _below(self, subject: str, day: date) -> tuple[str, ...]:
        found: dict[str, None] = {}
        layer = [subject]
        while layer:
            below = {s for unit in layer for s in self.members(unit, day)}
            layer = sorted(s for s in below if s not in found and s != subject)
            found |= dict.fromkeys(layer)
        return tuple(sorted(found))

    def _with_role(self, subject: str, role: str, day: date) -> tuple[str, ...]:
        for unit in (subject, *self._units(subject, day)):
            rows = [r for r in self._by_unit.get(unit, ()) if r.role == role and r.covers(day)]
            if rows:
                return tuple(sorted({row.id for row in rows}))
        return ()

    def _units(self, subject: str, day: date) -> tuple[str, ...]:
        """Units upward, nearest first; a circle ends where it closes."""
        found: list[str] = []
        layer = [subject]
        while layer:
            above = sorted(
                {r.unit for s in layer for r in self._by_id.get(s, ()) if r.unit and r.covers(day)}
            )
            layer = [unit for unit in above if unit not in found and unit != subject]
            found += layer
        return tuple(found)


def _grouped(
    rows: Iterable[Belonging], key: Callable[[Belonging], str]
) -> Mapping[str, list[Belonging]]:
    found: dict[str, list[Belonging]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


class _RowReader:
    """Reads rows of a roster; a name is read once, however often it stands there."""

    def __init__(self, headings: Headings) -> None:
        self.headings = headings
        self._names = Remembered(_name)

    def read(
        self, columns: Sequence[str], cells: Iterable[object], place: Place | None
    ) -> Belonging:
        """Read the cells of some columns. ValueError, with the reason, where they make no row."""
        given = _given(columns, cells)
        if "id" not in given and "name" not in given:
            raise ValueError(NO_ID)
        classes = _classes(given.pop("class")) if "class" in given else ()
        since = _day(given["since"]) if "since" in given else date.min
        until = _day(given["until"]) if "until" in given else date.max
        texts = {
            column: value.strip() if type(value) is str else _text(value)
            for column, value in given.items()
        }
        names = self._names
        id, name, unit = (names[texts[c]] if c in texts else "" for c in ("id", "name", "unit"))
        own = [] if texts.keys() <= _COLUMNS else [c for c in texts if c not in _COLUMNS]
        kind = english(KINDS, texts["kind"]) if "kind" in texts else ""
        role = english(ACCOUNTS, texts["role"]) if "role" in texts else ""
        attributes = tuple((column, texts[column]) for column in sorted(own))
        return Belonging(
            id or name, name, kind, classes, unit, role, since, until, attributes, place
        )


def _given(columns: Sequence[str], cells: Iterable[object]) -> dict[str, object]:
    """What stands in each column. ValueError where two cells of one column differ."""
    given: dict[str, object] = {}
    for column, value in zip(columns, cells):
        if not column or (not value.strip() if type(value) is str else is_blank(value)):
            continue
        if column in given and str(given[column]).strip() != str(value).strip():
            raise ValueError(TWICE)
        given[column] = value
    return given


def _name(text: str) -> str:
    name = read_name(text)
    if not name.isascii() and is_damaged(name):
        raise ValueError(NO_SIGN)
    return name


def _classes(value: object) -> tuple[str, ...]:
    words = value if isinstance(value, list | tuple) else re.split(r"[/、;；]", _text(value))
    return tuple(text for word in words if (text := _text(word)))


_SAME_NAME = N_("several rows without an id have this name")


def _day(value: object) -> date:
    try:
        return parse_day(value)
    except ValueError:
        raise ValueError(NO_DATE) from None


def _text(value: object) -> str:
    if isinstance(value, Mapping | list | set | frozenset) or (isinstance(value, tuple) and value):
        raise ValueError(NO_WORD)
    if isinstance(value, tuple):
        return ""
    try:
        return plain_text(value)
    except ValueError:
        raise ValueError(NO_NUMBER) from None


def read_roster(
    source: Path | Iterable[Mapping[str, object] | Belonging | str], declared: Container[str] = ()
) -> Roster:
    """Read a file or rows into a roster, in any order; a row that cannot be used is among its `refused`.

    `declared` are fields of the scheme, which keep their names.
    """
    reading = _Reading(ROSTER.declaring(declared))
    if isinstance(source, Path):
        for part in read_parts(source, reading.headings):
            reading.take_part(part, str(source))
    else:
        for row in source:
            reading.take(row, None)
    return reading.roster()


class _Reading:
    """A roster on its way: the rows so far, and what else is said of the file."""

    def __init__(self, headings: Headings) -> None:
        self.headings = headings
        self._reader = _RowReader(headings)
        self._rows: list[Belonging] = []
        self._refused: list[Unreadable] = []
        self._notices: list[Notice] = []
        self._nameless: dict[str, list[tuple[Belonging, Unreadable]]] = {}
        """Rows without an id, by the name that stands for it."""

    def roster(self) -> Roster:
        """The roster of all that was taken; of rows without an id, those whose name is theirs alone."""
        for several in self._nameless.values():
            if len(several) == 1:
                self._rows.append(several[0][0])
            else:
                self._refused += [same for _, same in several]
        roster = Roster(self._rows)
        roster.refused, roster.notices = tuple(self._refused), tuple(self._notices)
        return roster

    def take_part(self, part: Part, file: str) -> None:
        """Take some rows of a file."""
        if isinstance(part, Notice):
            self._notices.append(part)
        elif isinstance(part, Spoilt):
            self._refused.append(Unreadable(part.text, part.reason, part.place))
        elif part.header is None:
            for line, row in zip(part.lines, part.rows):
                self.take(row, part.place(file, line))
        else:
            self._take_table(part, part.header, file)

    def take(self, row: Mapping[str, object] | Belonging | str, place: Place | None) -> None:
        """Take one row."""
        if isinstance(row, str):
            self._refused.append(Unreadable(row, NOT_A_ROW))
        elif isinstance(row, Belonging):
            self._rows.append(row)
        else:
            self._take_cells([*map(str, row)], row.values(), place, has_id="id" in row)

    def _take_table(self, block: Block, header: tuple[str, ...], file: str) -> None:
        names, width = _told_apart(header), len(header)
        for line, cells in zip(block.lines, block.rows):
            if len(cells) > width and any(map(str.strip, cells[width:])):
                self._refused.append(Unreadable(",".join(cells), TOO_MANY, block.place(file, line)))
            else:
                self._take_cells(names, cells, block.place(file, line))

    def _take_cells(
        self,
        names: Sequence[str],
        cells: Iterable[object],
        place: Place | None,
        has_id: bool = False,
    ) -> None:
        """Take the cells under some headings; `has_id` where one of them is `id` itself."""
        columns = self.headings.resolve(names)
        try:
            found = self._reader.read(columns, cells, place)
        except ValueError as error:
            if str(error) == NO_ID and is_total([*map(str, cells)]):
                self._notices.append(_adds_up(cells, place))
            else:
                self._refused.append(Unreadable(_content(names, cells), str(error), place))
            return
        if has_id or "id" in columns:
            self._rows.append(found)
        elif is_total([found.id]):
            self._notices.append(_adds_up(cells, place))
        else:
            same = Unreadable(_content(names, cells), _SAME_NAME, place, found.id)
            self._nameless.setdefault(found.id, []).append((found, same))


def _content(names: Iterable[str], cells: Iterable[object]) -> str:
    row = dict(zip(names, cells))
    return json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)


def _adds_up(cells: Iterable[object], place: Place | None) -> Notice:
    text = N_("the row {text} adds others up, and is passed over")
    said = " ".join(str(value) for value in cells if not is_blank(value))
    return Notice(place or Place(""), say(text, text=said))


def _told_apart(header: Iterable[str]) -> list[str]:
    """Headings, each once: one that stands twice gets blanks, so that both columns are read."""
    found: dict[str, None] = {}
    for head in header:
        while head in found:
            head += " "
        found[head] = None
    return [*found]


def belonging_data(row: Belonging) -> dict[str, str]:
    """Write a belonging as a row that reads as the same one."""
    data = {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "class": "/".join(row.classes),
        "unit": row.unit,
        "role": row.role,
        "since": "" if row.since == date.min else row.since.isoformat(),
        "until": "" if row.until == date.max else row.until.isoformat(),
    }
    return {key: text for key, text in data.items() if text} | dict(row.attributes)


def canonical_rows(roster: Roster) -> tuple[str, ...]:
    """Write the rows of a roster as sorted lines, for the digest."""
    quoted = Remembered[object, str](lambda value: encode_basestring_ascii(str(value)))
    return tuple(sorted(f"[{', '.join(map(quoted.__getitem__, _said(r)))}]" for r in roster.rows))


_said = attrgetter(*(f.name for f in fields(Belonging) if f.name != "place"))
"""All that a row says."""

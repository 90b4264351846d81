"""Rows of a file or a program -> a roster, or the reason to refuse a row.

Knows nothing of schemes and events.
"""

import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from ..core.message import N_, msg
from ..core.problem import Place
from ..core.remembered import Remembered
from ..core.sources import ArrowStream, path_or_rows
from ..core.values import (
    SHOWS_ERROR,
    is_blank,
    is_error_value,
    parse_day,
    plain_text,
    read_name,
)
from ..core.vocabulary import ACCOUNTS, KINDS, english
from .event import Unreadable
from .headings import ROSTER, Headings, is_total
from .parts import Block, Notice, Part, Spoilt
from .reasons import NO_DATE, NO_ID, NO_NUMBER, NO_SIGN, NO_WORD, NOT_A_ROW, TOO_MANY, TWICE
from .roster import Belonging, Roster
from .rows import read_parts
from .texts import is_damaged

_COLUMNS = frozenset({"id", "name", "kind", "class", "unit", "role", "since", "until"})


def read_roster(
    source: str | Path | ArrowStream | Iterable[Mapping[str, object] | Belonging | str],
    declared: Container[str] = (),
) -> Roster:
    """Read a roster from a file (its path), rows, or a table with the Arrow interface.

    Rows may be in any order; one that cannot be used is among the `refused` of the roster.
    `declared` are fields of the scheme, which keep their names. OSError if the file cannot be
    opened, EventError if nothing in it can be read, ValueError for a text that is no path.

    >>> from datetime import date
    >>> from jifen_rules import read_roster
    >>> row = {"id": "张三", "class": "党员", "unit": "张家", "since": "2024-01-01"}
    >>> roster = read_roster([row])
    >>> roster.subjects, roster.members("张家", date(2024, 6, 1))
    (('张三',), ('张三',))
    """
    reading = _Reading(ROSTER.declaring(declared))
    given = path_or_rows(source)
    if isinstance(given, Path):
        for part in read_parts(given, reading.headings):
            reading.take_part(part, str(given))
    else:
        for row in given:
            reading.take(row, None)
    return reading.roster()


class _RowReader:
    """Reads rows of a roster; each name is parsed once."""

    def __init__(self, headings: Headings) -> None:
        self.headings = headings
        self._names = Remembered(_name)

    def read(
        self, columns: Sequence[str], cells: Iterable[object], place: Place | None
    ) -> Belonging:
        """Read the cells of some columns. ValueError, with the reason, if they make no row."""
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
    """Return the value of each column. ValueError if two cells of one column differ."""
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
    if is_error_value(name):
        raise ValueError(SHOWS_ERROR)
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


class _Reading:
    """A roster that is being read: the rows so far, and the notices about the file."""

    def __init__(self, headings: Headings) -> None:
        self.headings = headings
        self._reader = _RowReader(headings)
        self._rows: list[Belonging] = []
        self._refused: list[Unreadable] = []
        self._notices: list[Notice] = []
        self._nameless: dict[str, list[tuple[Belonging, Unreadable]]] = {}
        """Rows without an id, by the name that replaces it."""

    def roster(self) -> Roster:
        """Return the roster of all rows.

        A row without an id is included if no other row has its name.
        """
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
    return Notice(place or Place(""), msg(text, text=said))


def _told_apart(header: Iterable[str]) -> list[str]:
    """Return unique headings: a repeated one gets blanks, so that both columns are read."""
    found: dict[str, None] = {}
    for head in header:
        while head in found:
            head += " "
        found[head] = None
    return [*found]

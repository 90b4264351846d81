"""The roster: the subjects with their kinds, classes and units, with dates.

Answers who belongs where on a day. Knows nothing of files, schemes and events.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cached_property
from json.encoder import encode_basestring_ascii
from operator import attrgetter
from typing import NamedTuple

from ..core.plain_data import Data, PlainData
from ..core.problem import Place
from ..core.remembered import Remembered
from ..core.slotted import set_while_open
from ..core.values import is_yes
from ..core.vocabulary import KINDS, Language
from .event import Unreadable
from .parts import Notice


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
        """Tell whether the row is in force on the day."""
        return self.since <= day <= self.until


class Spell(NamedTuple):
    """The kind and classes of a subject, with the last day on which they certainly hold."""

    kind: str
    classes: frozenset[str]
    until: date


class Roster(PlainData):
    """The subjects by id; every question is about a day.

    - `rows`: the rows as read, one for each subject and unit of it.
    - `refused`: the rows that could not be used, with the reason. `notices`: further remarks.

    Make one with `read_roster`.

    >>> from datetime import date
    >>> from jifen_rules import read_roster
    >>> roster = read_roster([{"id": "张三", "unit": "张家", "class": "党员"}])
    >>> sorted(roster.classes("张三", date(2024, 3, 1))), roster.to_dict()["rows"][0]["unit"]
    (['党员'], '张家')
    """

    def __init__(
        self, rows: Iterable[Belonging], *, kind: str = "", everyone: bool = False
    ) -> None:
        """Take rows; `kind` is for rows without a kind, `everyone` admits any subject."""
        self.rows = tuple(rows)
        self.refused: tuple[Unreadable, ...] = ()
        self.notices: tuple[Notice, ...] = ()
        self.default_kind, self.everyone = kind, everyone
        self._anybody = Spell(kind, frozenset(), date.max)
        self._kinds: dict[str, str] = {}
        self._yes: dict[tuple[str, str], list[tuple[date, date]]] = {}
        self._part: tuple[str, ...] | None = None
        """The ids of a partial roster."""

    @cached_property
    def _by_id(self) -> Mapping[str, list[Belonging]]:
        return _grouped(self.rows, attrgetter("id"))

    @cached_property
    def _by_unit(self) -> Mapping[str, list[Belonging]]:
        return _grouped(self.rows, attrgetter("unit"))

    def to_dict(self, lang: Language = "en") -> Data:
        """Return the rows as plain data, which `read_roster` reads as the same roster."""
        return {"rows": [_row_data(row) for row in self.rows]}

    @property
    def subjects(self) -> tuple[str, ...]:
        """Every id, sorted."""
        return tuple(sorted(self._by_id)) if self._part is None else self._part

    def part(self, subjects: Iterable[str]) -> "Roster":
        """Return a roster of some subjects, which still knows the kinds of the others."""
        _ = self._by_id, self._by_unit, self._turning_days  # computed once, for all parts
        part = copy(self)
        part._part = tuple(sorted(self._by_id.keys() & set(subjects)))  # noqa: SLF001 - its own class
        return part

    def units(self, subject: str) -> tuple[str, ...]:
        """Return the units that a subject belongs to directly, on any day.

        A row without a unit counts as the subject itself.
        """
        return tuple(row.unit or row.id for row in self._by_id.get(subject, ()))

    def kind(self, subject: str) -> str:
        """Return the kind of a subject."""
        found = self._kinds.get(subject)
        if found is None:
            kinds = (row.kind for row in self._by_id.get(subject, ()) if row.kind)
            self._kinds[subject] = found = next(kinds, self.default_kind)
        return found

    def fits(self, subject: str, words: Container[str], day: date) -> bool:
        """Tell whether one of the words is the kind of the subject, or its class on the day."""
        if self.kind(subject) in words:
            return True
        rows = (row for row in self._by_id.get(subject, ()) if row.covers(day))
        return any(word in words for row in rows for word in row.classes)

    def spell(self, subject: str, day: date) -> Spell | None:
        """Return the kind and classes of a subject on a day, until its rows change.

        None if it is not on the roster that day.
        """
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
        """Return the name of a subject."""
        return next((row.name for row in self._by_id.get(subject, ()) if row.name), subject)

    def is_member(self, subject: str, day: date) -> bool:
        """Tell whether some row of the subject is in force on the day."""
        if self.everyone:
            return bool(subject)
        rows = self._by_id.get(subject, ())
        return bool([row for row in rows if row.since <= day <= row.until])

    def since(self, subject: str) -> date | None:
        """First day on the roster (the first of all days where no row says one), or None."""
        return min((row.since for row in self._by_id.get(subject, ())), default=None)

    def returns(self, subject: str) -> tuple[date, ...]:
        """Return the days on which a subject comes back to the roster, in order."""
        before = timedelta(days=1)
        firsts = sorted({row.since for row in self._by_id.get(subject, ())})
        return tuple(day for day in firsts[1:] if not self.is_member(subject, day - before))

    def classes(self, subject: str, day: date) -> frozenset[str]:
        """Return all classes of the subject on the day."""
        rows = self._by_id.get(subject, ())
        return frozenset(word for row in rows if row.covers(day) for word in row.classes)

    def attribute(self, subject: str, name: str, day: date) -> str:
        """Return the value that the row with the latest start gives on the day, or nothing."""
        rows = [row for row in self._by_id.get(subject, ()) if row.covers(day)]
        for row in sorted(rows, key=lambda row: row.since, reverse=True):
            if value := dict(row.attributes).get(name):
                return value
        return ""

    def throughout(self, subject: str, name: str, first: date, last: date) -> bool:
        """Tell whether a yes-or-no field is yes on every day of a period."""
        day = first
        for since, until in self._yes_days(subject, name):
            if since <= day <= until:
                if until >= last:
                    return True
                day = until + timedelta(days=1)
        return False

    def _yes_days(self, subject: str, name: str) -> list[tuple[date, date]]:
        """Return the first and last days of the rows in which a field is yes, in order."""
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
            everybody = (s for s in sorted(self._by_id) if self.kind(s) == self.default_kind)
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
        """Return the direct members of a unit on the day, sorted."""
        return tuple(sorted({row.id for row in self._by_unit.get(unit, ()) if row.covers(day)}))

    def days_in(self, subject: str, day: date, first: date) -> int:
        """How many days it has been on the roster, both ends included; `first` for ever since."""
        since = self.since(subject)
        return max((day - (first if since in (None, date.min) else since)).days + 1, 0)

    def populations(self, subject: str, words: tuple[str, ...], day: date) -> tuple[str, ...]:
        """Return the groups of a subject: its units of a kind, or values of fields."""
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
        """Return every value that `populations` may return for a subject on any day."""
        days = self._turning_days if word != "all" else (date.min,)
        return frozenset(self._population(subject, word, day) for day in days)

    @cached_property
    def _turning_days(self) -> tuple[date, ...]:
        """Days on which something may change: a row begins, or has ended the day before."""
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
        """Yield the units above, nearest first; a circle ends where it closes."""
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


def belonging_data(row: Belonging) -> dict[str, str]:
    """Return a belonging as a row that reads as the same one."""
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


def _row_data(row: Belonging) -> Data:
    """Return a row by column, without empty columns."""
    data = {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "class": "; ".join(row.classes),
        "unit": row.unit,
        "role": row.role,
        "since": "" if row.since == date.min else row.since.isoformat(),
        "until": "" if row.until == date.max else row.until.isoformat(),
    }
    return {column: text for column, text in data.items() if text} | dict(row.attributes)


def canonical_rows(roster: Roster) -> tuple[str, ...]:
    """Return the rows of a roster as sorted lines, for the digest."""
    quoted = Remembered[object, str](lambda value: encode_basestring_ascii(str(value)))
    return tuple(sorted(f"[{', '.join(map(quoted.__getitem__, _said(r)))}]" for r in roster.rows))


_said = attrgetter(*(f.name for f in fields(Belonging) if f.name != "place"))
"""All columns of a row."""

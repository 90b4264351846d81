"""Rows as they were read -> what they say under the schemes and the roster at hand.

An indicator or a subject may be given by its name where only one has it; declared fields are read
by their type. What cannot be told is refused. Works out no points.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import TypeAlias

from ..core.message import N_
from ..core.problem import Place
from ..core.remembered import Remembered
from ..core.values import name_key, read_field
from ..inputs.event import Event, Shared, Unreadable, canonical_event, lean_event
from ..inputs.roster import Belonging, Roster, belonging_data
from ..scheme.model import SchemeFile, Side

_Pairs: TypeAlias = tuple[tuple[str, str], ...]

_SEVERAL_INDICATORS = N_("several indicators have this name; write the id of one")
_SEVERAL_SUBJECTS = N_("several on the roster have this name; write the id of one")


def declared_fields(files: Iterable[SchemeFile], side: Side) -> frozenset[str]:
    """Return the names of the fields that schemes declare, of events or of subjects."""
    return frozenset(name for file in files for name in file.scheme.fields.of(side))


class Binding:
    """A reader of what events say under some schemes and a roster, one after the other."""

    def __init__(self, files: Sequence[SchemeFile], roster: Roster | None) -> None:
        versions = sorted(files, key=lambda file: file.scheme.effective_from)
        self._known = [(file.scheme.effective_from, _Version(file)) for file in versions]
        self._subjects = _Subjects(roster)
        every = [version.ids for _, version in self._known]
        self.indicators = frozenset.intersection(*every) if every else frozenset[str]()
        """The indicators and rewards of every version."""
        self.subjects = self._subjects.ids

    def of(self, event: Event | Unreadable) -> Event | Unreadable:
        """Give an event ids for names and fields in one spelling, or why it is refused."""
        return self.read(event)[0] if type(event) is Event else event

    def read(self, event: Event) -> tuple[Event | Unreadable, str]:
        """Do so, and name the column that is the reason."""
        known = self._known
        if not known:
            return event, ""
        version = known[0][1] if len(known) == 1 else _in_force(known, event)
        said = event.said
        is_plain = said is None or "attributes" not in said or not version.fields
        if is_plain and event.indicator in version.ids and event.subject in self._subjects.ids:
            return event, ""
        return _bind(event, version, self._subjects)


def bind_events(
    files: Sequence[SchemeFile],
    roster: Roster | None,
    events: Iterable[Event],
    place: Callable[[int, str], Place | None] = lambda number, column: None,
) -> tuple[tuple[Event, ...], tuple[Unreadable, ...]]:
    """Give the events ids for names and fields in one spelling, and those that are refused.

    `place` says where the event of a number stands, or its cell in a column.
    """
    binding = Binding(files, roster)
    indicators, subjects, anybody = binding.indicators, binding.subjects, roster is None
    bound = list(events)
    several = [
        (number, event)
        for number, event in enumerate(bound)
        if event.said is not None
        or event.indicator not in indicators
        or not (anybody or event.subject in subjects)
    ]  # few, as most say no more than what happened
    refused: dict[int, Unreadable] = {}
    for number, event in several:
        found, column = binding.read(event)
        if isinstance(found, Event):
            bound[number] = found
        else:
            refused[number] = replace(found, place=place(number, column))
    if refused:
        bound = [event for number, event in enumerate(bound) if number not in refused]
    return tuple(bound), tuple(refused.values())


def bind_roster(files: Sequence[SchemeFile], roster: Roster) -> Roster:
    """Give the roster with declared fields in one spelling.

    Rows whose fields are none are among its `refused`.
    """
    fields = {
        name: kind
        for file in files
        for name, kind in file.scheme.fields.subject.items()
        if isinstance(kind, str)
    }
    if not fields:
        return roster
    rows: list[Belonging] = []
    refused: list[Unreadable] = []
    for row in roster.rows:
        try:
            rows.append(replace(row, attributes=_read(row.attributes, fields)))
        except _Wrong as wrong:
            refused.append(Unreadable(_row_text(row), wrong.reason, row.place, wrong.cell))
    bound = Roster(rows, kind=roster.default_kind, everyone=roster.everyone)
    bound.refused, bound.notices = (*roster.refused, *refused), roster.notices
    return bound


def _row_text(row: Belonging) -> str:
    return json.dumps(belonging_data(row), ensure_ascii=False, sort_keys=True)


def bound(
    files: Sequence[SchemeFile],
    roster: Roster | None,
    events: Sequence[Event],
    refused: Sequence[Unreadable],
) -> tuple[Roster | None, tuple[tuple[Event, ...], tuple[Unreadable, ...]]]:
    """Bind the roster and the events of one evaluation; newly refused rows come last."""
    people = bind_roster(files, roster) if roster is not None else None
    known, unbound = bind_events(files, people, events)
    return people, (known, (*refused, *unbound))


class _Version:
    """The names a version gives its indicators and rewards, and the fields it declares."""

    def __init__(self, file: SchemeFile) -> None:
        scheme = file.scheme
        named = [indicator for _, _, indicator in scheme.walk()]
        self.ids = frozenset([*(i.key for i in named), *(r.key for r in scheme.rewards), ""])
        self.by_name: dict[str, set[str]] = defaultdict(set)
        for part in (*named, *scheme.rewards):
            self.by_name[name_key(part.name)].add(part.key)
            self.by_name[name_key(part.key)].add(part.key)
        self.fields = {n: kind for n, kind in scheme.fields.event.items() if isinstance(kind, str)}
        self.said = Shared(partial(_said, fields=self.fields))
        """What events say, with the declared fields among it in one spelling."""


class _Subjects:
    def __init__(self, roster: Roster | None) -> None:
        self._rows = roster.rows if roster is not None else ()
        self.ids: Container[str] = _Everybody()
        if roster is not None:
            self.ids = frozenset([*(row.id for row in roster.rows), ""])

    @cached_property
    def by_name(self) -> Mapping[str, set[str]]:
        """The ids of those who share a name."""
        found: dict[str, set[str]] = defaultdict(set)
        keys = Remembered(name_key)
        for row in self._rows:
            found[keys[row.name or row.id]].add(row.id)
        return found


class _Everybody:
    def __contains__(self, name: object) -> bool:
        return True


def _in_force(known: "Sequence[tuple[date, _Version]]", event: Event) -> _Version:
    found = known[0][1]
    for begins, version in known:
        if begins <= event.date:
            found = version
    return found


def _bind(event: Event, version: _Version, subjects: _Subjects) -> tuple[Event | Unreadable, str]:
    indicator, subject, said = event.indicator, event.subject, event.said
    if indicator not in version.ids:
        keys = version.by_name.get(name_key(indicator), set())
        if len(keys) > 1:
            return _refused(event, _SEVERAL_INDICATORS, indicator, keys), "indicator"
        indicator = next(iter(keys), indicator)
    if subject not in subjects.ids:
        keys = subjects.by_name.get(name_key(subject), set())
        if len(keys) > 1:
            return _refused(event, _SEVERAL_SUBJECTS, subject, keys), "subject"
        subject = next(iter(keys), subject)
    if said is not None and "attributes" in said:
        try:
            said = version.said[event]
        except _Wrong as wrong:
            return Unreadable(canonical_event(event), wrong.reason, None, wrong.cell), wrong.column
    if (indicator, subject) == (event.indicator, event.subject) and said is event.said:
        return event, ""
    return lean_event(event.id, event.date, subject, indicator, event.quantity, said), ""


def _refused(event: Event, reason: str, name: str, keys: Iterable[str]) -> Unreadable:
    return Unreadable(canonical_event(event), reason, None, f"{name}: {', '.join(sorted(keys))}")


class _Wrong(ValueError):
    def __init__(self, reason: str, column: str, text: str) -> None:
        super().__init__(reason)
        self.reason, self.column, self.cell = reason, column, f"{column} '{text}'"


def _said(event: Event, fields: Mapping[str, str]) -> Mapping[str, object]:
    said, pairs = event.said or {}, _read(event.attributes, fields)
    return said if pairs == event.attributes else {**said, "attributes": pairs}


def _read(pairs: _Pairs, fields: Mapping[str, str]) -> _Pairs:
    if not any(name in fields for name, _ in pairs):
        return pairs
    found = []
    for name, text in pairs:
        try:
            found.append((name, read_field(fields.get(name, "text"), text)))
        except ValueError as error:
            raise _Wrong(str(error), name, text) from None
    return tuple(found)

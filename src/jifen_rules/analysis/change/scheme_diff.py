"""Hold, as values, what changed between two schemes: each change, and what it is of on both sides.

Some of the changes can be made in the older scheme without the others. Writes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from ...core.message import Message
from ...core.plain_data import Data, PlainData, data_of
from ...core.problem import Place
from ...core.sentences import words
from ...core.vocabulary import Language
from ...scheme.model import SchemeFile
from .direction import Bearing, Direction, Tendency
from .edits import EditKind, SchemeEdit, find_edits, make_edit
from .parts import ROOT, PartKey, PartTable, build_scheme

DIFF_VERSION = 1
"""The version of the form that `SchemeDiff.to_dict` gives; it grows when that changes its shape."""


@dataclass(frozen=True, slots=True)
class Change(PlainData):
    """One change of one rule: where it stands on both sides, what it says there, which way it goes.

    >>> from jifen_rules import diff_schemes, load_scheme, say
    >>> text = '''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}'''
    >>> old = load_scheme("old.yaml", text=text)
    >>> new = load_scheme("new.yaml", text=text.replace("points: 5", "points: 8"))
    >>> (change,) = diff_schemes(old, new).changes
    >>> say(change.old), say(change.new), change.direction.value
    ('+5 each time', '+8 each time', 'raises')
    """

    kind: EditKind
    part: str
    """The sort of part: `indicator`, `category`, `scheme`, `version`, …"""
    id: str
    """Its id; of a level that of the ladder too, `star.好`."""
    name: str
    key: str
    """The key whose value changed, or the kind of parts whose order did; else empty."""
    old: Message | None
    new: Message | None
    old_place: Place | None
    new_place: Place | None
    tendency: Tendency
    version: date
    """The version it belongs to, by the first day it has in the older scheme, else in the newer."""
    perhaps: str = ""
    """The id that it may have been renamed to, or from: the same rules under another id."""
    edit: SchemeEdit = field(default=SchemeEdit("changed", ROOT), repr=False, compare=False)
    pair: int = field(default=0, repr=False, compare=False)

    def to_dict(self, lang: Language = "en") -> Data:
        """Return plain data; both values as sentences, places as `file:line`."""
        return {
            "kind": self.kind,
            "part": self.part,
            "id": self.id,
            "name": self.name,
            "key": self.key or None,
            "version": self.version.isoformat(),
            "old": None if self.old is None else words(self.old, lang),
            "new": None if self.new is None else words(self.new, lang),
            "old_place": None if self.old_place is None else self.old_place.where_row,
            "new_place": None if self.new_place is None else self.new_place.where_row,
            "bearing": self.bearing.value,
            "direction": self.direction.value,
            "perhaps": self.perhaps or None,
        }

    @property
    def direction(self) -> Direction:
        """Which way it can move what it bears on."""
        return self.tendency.direction

    @property
    def bearing(self) -> Bearing:
        """The figures that it bears on."""
        return self.tendency.bearing


_VERSION: Final = PartKey("version", "")


@dataclass(frozen=True)
class VersionPair:
    """One version before and after, each with its parts; None where it is on one side only."""

    old: SchemeFile | None
    new: SchemeFile | None
    old_parts: PartTable
    new_parts: PartTable

    @cached_property
    def edits(self) -> tuple[SchemeEdit, ...]:
        """The changes that lead from one to the other, in an order in which they can be made."""
        if self.old is None or self.new is None:
            return (SchemeEdit("removed" if self.new is None else "added", _VERSION),)
        return find_edits(self.old_parts, self.new_parts)


@dataclass(frozen=True, slots=True)
class SchemeDiff(PlainData):
    """The changes that lead from one scheme to another, in the order of the file.

    >>> from jifen_rules import diff_schemes, load_scheme
    >>> text = '''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}'''
    >>> old = load_scheme("old.yaml", text=text)
    >>> new = load_scheme("new.yaml", text=text.replace("points: 5", "points: 8"))
    >>> bool(diff_schemes(old, old)), len(diff_schemes(old, new).changes)
    (False, 1)
    """

    changes: tuple[Change, ...]
    pairs: tuple[VersionPair, ...] = field(repr=False, compare=False)

    def to_dict(self, lang: Language = "en") -> Data:
        """Return plain data after `diff.schema.json`, which `jifen diff --format json` prints."""
        return {"diff": DIFF_VERSION, "changes": data_of(self.changes, lang)}

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.changes)

    def with_changes(self, changes: Iterable[Change]) -> tuple[SchemeFile, ...]:
        """Give the older schemes with some of the changes made.

        ValueError if one of them needs another that is not made.
        """
        wanted = {(change.pair, change.edit) for change in changes}
        return tuple(
            file
            for number, pair in enumerate(self.pairs)
            if (file := _made(pair, [e for n, e in wanted if n == number])) is not None
        )


def _made(pair: VersionPair, edits: list[SchemeEdit]) -> SchemeFile | None:
    """Return a version with some edits made, in the order in which edits are found."""
    if pair.old is None or pair.new is None:
        return pair.new if edits else pair.old
    table, wanted = pair.old_parts, set(edits)
    for edit in pair.edits:
        if edit in wanted:
            table = make_edit(edit, table, pair.old_parts, pair.new_parts)
    return build_scheme(table, pair.old)

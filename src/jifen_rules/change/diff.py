"""Two schemes -> what changed in meaning, rule by rule, and which way each change can move figures.

Compares models, not lines: spelling, layout, comments and what a template says are none of it.
Writes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Final

from ..compile import compile_versions
from ..draft.names import names_of
from ..message import N_, Message, say
from ..model import SchemeFile
from ..problem import Place, SchemeError
from .direction import UNKNOWN_TENDENCY, Bearing, Direction, Tendency, find_tendency
from .edits import Edit, EditKind, find_edits, make_edit
from .parts import ROOT, PartKey, PartTable, build_scheme, read_parts
from .plain_plan import PlainVersions
from .wording import say_difference, say_whole

MAX_PROVED = 200
"""Of so many changes the directions are looked for; with more, two schemes are not one that changed."""


@dataclass(frozen=True, slots=True)
class Change:
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
    edit: Edit = field(default=Edit("changed", ROOT), repr=False, compare=False)
    pair: int = field(default=0, repr=False, compare=False)

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
    def edits(self) -> tuple[Edit, ...]:
        """The changes that lead from one to the other, in an order in which they can be made."""
        if self.old is None or self.new is None:
            return (Edit("removed" if self.new is None else "added", _VERSION),)
        return find_edits(self.old_parts, self.new_parts)


@dataclass(frozen=True, slots=True)
class SchemeDiff:
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


def diff_schemes(
    old: SchemeFile | Sequence[SchemeFile], new: SchemeFile | Sequence[SchemeFile]
) -> SchemeDiff:
    """Compare two schemes, or two sets of dated versions, rule by rule.

    Of sets, versions that begin on one day are compared with each other. SchemeError if one of
    the two does not hold together.

    >>> from jifen_rules import diff_schemes, load_scheme
    >>> text = '''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}'''
    >>> old = load_scheme("old.yaml", text=text)
    >>> new = load_scheme("new.yaml", text=text.replace("points: 5", "points: 8"))
    >>> [(change.kind, change.part, change.id) for change in diff_schemes(old, new).changes]
    [('changed', 'indicator', 'help')]
    """
    before, after = _several(old), _several(new)
    compile_versions(before), compile_versions(after)
    pairs = tuple(_pairs(before, after))
    found = [change for number, pair in enumerate(pairs) for change in _changes(number, pair)]
    whole = SchemeDiff(tuple(found), pairs)
    kept = [change for change in _with_tendencies(whole) if not _is_spelling(change)]
    return SchemeDiff(tuple(_renames(kept, pairs)), pairs)


def _several(files: SchemeFile | Sequence[SchemeFile]) -> list[SchemeFile]:
    listed = [files] if isinstance(files, SchemeFile) else [*files]
    return sorted(listed, key=lambda file: file.scheme.effective_from)


def _pairs(before: list[SchemeFile], after: list[SchemeFile]) -> Iterator[VersionPair]:
    if len(before) == len(after) == 1:
        yield VersionPair(before[0], after[0], read_parts(before[0]), read_parts(after[0]))
        return
    by_day = [{file.scheme.effective_from: file for file in files} for files in (before, after)]
    for day in sorted({*by_day[0], *by_day[1]}):
        one, two = by_day[0].get(day), by_day[1].get(day)
        yield VersionPair(one, two, read_parts(one) if one else {}, read_parts(two) if two else {})


def _made(pair: VersionPair, edits: list[Edit]) -> SchemeFile | None:
    """A version with some edits made, in the order in which edits are found."""
    if pair.old is None or pair.new is None:
        return pair.new if edits else pair.old
    table, wanted = pair.old_parts, set(edits)
    for edit in pair.edits:
        if edit in wanted:
            table = make_edit(edit, table, pair.old_parts, pair.new_parts)
    return build_scheme(table, pair.old)


# --- what changed ---------------------------------------------------------------------------------


def _changes(number: int, pair: VersionPair) -> Iterator[Change]:
    if pair.old is None or pair.new is None:
        yield _of_version(number, pair)
        return
    for edit in sorted(pair.edits, key=lambda edit: _rank(edit, pair)):
        yield _change(edit, number, pair)


def _of_version(number: int, pair: VersionPair) -> Change:
    """A version that stands on one side only."""
    file = pair.old or pair.new
    assert file is not None
    day, name = file.scheme.effective_from, file.scheme.name or file.scheme.scheme
    said, place, (edit,) = say(N_("a version of the scheme")), file.place(()), pair.edits
    gone = pair.new is None
    return Change(
        edit.kind, "version", day.isoformat(), name, "", said if gone else None,
        None if gone else said, place if gone else None, None if gone else place,
        UNKNOWN_TENDENCY, day, edit=edit, pair=number,
    )  # fmt: skip


def _rank(edit: Edit, pair: VersionPair) -> tuple[object, ...]:
    """The order of the file: by the newer scheme, what is gone by the older one."""
    table = pair.old_parts if edit.kind == "removed" else pair.new_parts
    return (edit.kind == "removed", list(table).index(edit.key), edit.name)


def _change(edit: Edit, number: int, pair: VersionPair) -> Change:
    assert pair.old is not None
    assert pair.new is not None
    key = edit.key
    one, two = pair.old_parts.get(key), pair.new_parts.get(key)
    if edit.kind == "added":
        one = None
    if edit.kind == "removed":
        two = None
    entry = two or one
    assert entry is not None
    old, new = _said(edit, pair)
    name = edit.name.rstrip("_")
    places = [
        file.place((*side.path, name)) if side is not None else None
        for file, side in ((pair.old, one), (pair.new, two))
    ]
    shown = f"{key.ladder}.{key.id}" if key.ladder else key.id or pair.old.scheme.scheme
    return Change(
        edit.kind, key.kind, shown, entry.label, name, old, new, places[0], places[1],
        UNKNOWN_TENDENCY, pair.old.scheme.effective_from, edit=edit, pair=number,
    )  # fmt: skip


def _said(edit: Edit, pair: VersionPair) -> tuple[Message | None, Message | None]:
    assert pair.old is not None
    assert pair.new is not None
    names = (names_of(pair.old.scheme), names_of(pair.new.scheme))
    tables = (pair.old_parts, pair.new_parts)
    match edit.kind:
        case "added":
            return None, say_whole(edit.key, tables[1], names[1])
        case "removed":
            return say_whole(edit.key, tables[0], names[0]), None
        case "moved":
            one, two = (table[table[edit.key].parent or ROOT] for table in tables)
            return say("{n}", n=one.label), say("{n}", n=two.label)
        case "reordered":
            return None, None
    parts = (tables[0][edit.key].says, tables[1][edit.key].says)
    values = (getattr(parts[0], edit.name), getattr(parts[1], edit.name))
    return say_difference(parts, edit.name, *values, names)


# --- which way ------------------------------------------------------------------------------------


def _with_tendencies(diff: SchemeDiff) -> Iterator[Change]:
    """Prove each change twice: alone on the older scheme, and last of all on the way to the newer."""
    if len(diff.changes) > MAX_PROVED:
        yield from diff.changes
        return
    every = frozenset(range(len(diff.changes)))

    @cache
    def compiled(made: frozenset[int]) -> PlainVersions | None:
        try:
            files = diff.with_changes(diff.changes[number] for number in made)
            return PlainVersions(compile_versions(files))
        except (SchemeError, ValueError):
            return None

    for number, change in enumerate(diff.changes):
        alone = _tend(compiled(frozenset()), compiled(frozenset({number})))
        as_last = _tend(compiled(every - {number}), compiled(every))
        yield replace(change, tendency=_agreed(alone, as_last))


def _tend(one: PlainVersions | None, two: PlainVersions | None) -> Tendency:
    return find_tendency(one, two) if one is not None and two is not None else UNKNOWN_TENDENCY


def _agreed(one: Tendency, two: Tendency) -> Tendency:
    if one == two:
        return one
    both = {one.bearing, two.bearing} - {Bearing.NOTHING}
    bearing = next((b for b in Bearing if b in both), Bearing.NOTHING)
    return Tendency(bearing, Direction.EITHER)


def _is_spelling(change: Change) -> bool:
    """Tell whether a value is only written otherwise: it says the same and means the same."""
    nothing = change.bearing is Bearing.NOTHING
    return change.kind == "changed" and nothing and change.old == change.new


def _renames(changes: Sequence[Change], pairs: tuple[VersionPair, ...]) -> Iterator[Change]:
    """Say of each part that is gone or new under which id the same rules stand on the other side."""
    for change in changes:
        pair, key = pairs[change.pair], change.edit.key
        tables = (pair.old_parts, pair.new_parts)
        mine, other = tables if change.kind == "removed" else tables[::-1]
        opposite = "added" if change.kind == "removed" else "removed"
        same = [
            c.id
            for c in changes
            if change.kind in ("added", "removed") and c.pair == change.pair
            and c.kind == opposite and c.part == change.part and key in mine
            and _rules_of(mine, key) == _rules_of(other, c.edit.key)
        ]  # fmt: skip
        yield replace(change, perhaps=same[0]) if len(same) == 1 else change


def _rules_of(table: PartTable, key: PartKey) -> object:
    """What a part says, but for what it is called, and of what it holds the keys."""
    blank = {"id": "", "name": ""}
    held = [k for k, entry in table.items() if entry.parent == key]
    return table[key].says.model_copy(update={**blank, **_emptied(table, key)}), held


def _emptied(table: PartTable, key: PartKey) -> dict[str, object]:
    says = table[key].says
    return {name: () for name in ("categories", "indicators", "levels") if hasattr(says, name)}

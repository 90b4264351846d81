"""Two schemes -> what changed in meaning, rule by rule, and which way each change can move figures.

Compares models, not lines: spelling, layout, comments and what a template says are none of it.
Writes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from ...compile import compile_versions
from ...core.message import N_, Message, msg
from ...core.problem import SchemeError
from ...scheme.model import SchemeFile
from ...tables.posting.names import names_in
from .direction import UNKNOWN_TENDENCY, Bearing, Direction, Tendency, find_tendency
from .edits import SchemeEdit
from .parts import ROOT, PartKey, PartTable, list_parts
from .plain_plan import PlainVersions
from .scheme_diff import Change, SchemeDiff, VersionPair
from .wording import say_difference, say_whole

MAX_PROVED = 200
"""Of so many changes the directions are looked for.

With more, two schemes are not one that changed.
"""


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
        yield VersionPair(before[0], after[0], list_parts(before[0]), list_parts(after[0]))
        return
    by_day = [{file.scheme.effective_from: file for file in files} for files in (before, after)]
    for day in sorted({*by_day[0], *by_day[1]}):
        one, two = by_day[0].get(day), by_day[1].get(day)
        yield VersionPair(one, two, list_parts(one) if one else {}, list_parts(two) if two else {})


# --- what changed ---------------------------------------------------------------------------------


def _changes(number: int, pair: VersionPair) -> Iterator[Change]:
    if pair.old is None or pair.new is None:
        yield _of_version(number, pair)
        return
    for edit in sorted(pair.edits, key=lambda edit: _rank(edit, pair)):
        yield _change(edit, number, pair)


def _of_version(number: int, pair: VersionPair) -> Change:
    """Return a version that stands on one side only."""
    file = pair.old or pair.new
    assert file is not None
    day, name = file.scheme.effective_from, file.scheme.name or file.scheme.scheme
    said, place, (edit,) = msg(N_("a version of the scheme")), file.place(()), pair.edits
    gone = pair.new is None
    return Change(
        edit.kind,
        "version",
        day.isoformat(),
        name,
        "",
        said if gone else None,
        None if gone else said,
        place if gone else None,
        None if gone else place,
        UNKNOWN_TENDENCY,
        day,
        edit=edit,
        pair=number,
    )


def _rank(edit: SchemeEdit, pair: VersionPair) -> tuple[object, ...]:
    """Return the order of the file: by the newer scheme, what is gone by the older one."""
    table = pair.old_parts if edit.kind == "removed" else pair.new_parts
    return (edit.kind == "removed", list(table).index(edit.key), edit.name)


def _change(edit: SchemeEdit, number: int, pair: VersionPair) -> Change:
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
        edit.kind,
        key.kind,
        shown,
        entry.label,
        name,
        old,
        new,
        places[0],
        places[1],
        UNKNOWN_TENDENCY,
        pair.old.scheme.effective_from,
        edit=edit,
        pair=number,
    )


def _said(edit: SchemeEdit, pair: VersionPair) -> tuple[Message | None, Message | None]:
    assert pair.old is not None
    assert pair.new is not None
    names = (names_in(pair.old.scheme), names_in(pair.new.scheme))
    tables = (pair.old_parts, pair.new_parts)
    match edit.kind:
        case "added":
            return None, say_whole(edit.key, tables[1], names[1])
        case "removed":
            return say_whole(edit.key, tables[0], names[0]), None
        case "moved":
            one, two = (table[table[edit.key].parent or ROOT] for table in tables)
            return msg("{n}", n=one.label), msg("{n}", n=two.label)
        case "reordered":
            return None, None
    one, two = (table[edit.key] for table in tables)
    values = (one.values[edit.name], two.values[edit.name])
    return say_difference((one.says, two.says), edit.name, *values, names)


# --- which way ------------------------------------------------------------------------------------


def _with_tendencies(diff: SchemeDiff) -> Iterator[Change]:
    """Prove each change twice: alone on the older scheme, and last on the way to the newer."""
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
    """Give each part that is gone or new the id of the same rules on the other side."""
    for change in changes:
        pair, key = pairs[change.pair], change.edit.key
        tables = (pair.old_parts, pair.new_parts)
        mine, other = tables if change.kind == "removed" else tables[::-1]
        opposite = "added" if change.kind == "removed" else "removed"
        same = [
            c.id
            for c in changes
            if change.kind in ("added", "removed")
            and c.pair == change.pair
            and c.kind == opposite
            and c.part == change.part
            and key in mine
            and _rules_of(mine, key) == _rules_of(other, c.edit.key)
        ]
        yield replace(change, perhaps=same[0]) if len(same) == 1 else change


def _rules_of(table: PartTable, key: PartKey) -> object:
    """Return what a part says, but for what it is called, and of what it holds the keys."""
    blank = {"id": "", "name": ""}
    held = [k for k, entry in table.items() if entry.parent == key]
    return table[key].says.model_copy(update={**blank, **_emptied(table, key)}), held


def _emptied(table: PartTable, key: PartKey) -> dict[str, object]:
    says = table[key].says
    return {name: () for name in ("categories", "indicators", "levels") if hasattr(says, name)}

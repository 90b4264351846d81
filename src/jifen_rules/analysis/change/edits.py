"""Two tables of parts -> the edits that lead from one to the other, each possible alone.

An edit says what is done to which part; what it means is for others to tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ...scheme.dump import in_english
from ...scheme.model.grammar import shape_at
from .parts import (
    LISTS,
    PartKey,
    PartTable,
    in_order_of,
    with_parts,
    with_value,
    without_parts,
)

EditKind: TypeAlias = Literal["added", "removed", "moved", "changed", "reordered"]


@dataclass(frozen=True, slots=True)
class SchemeEdit:
    """One edit: of which part, and for `changed` of which value, for `reordered` of which list."""

    kind: EditKind
    key: PartKey
    name: str = ""


def find_edits(old: PartTable, new: PartTable) -> tuple[SchemeEdit, ...]:
    """List the edits between two tables: added, moved, changed, removed, reordered."""
    return (
        *(SchemeEdit("added", key) for key in _tops(new, old)),
        *_moved(old, new),
        *_changed(old, new),
        *(SchemeEdit("removed", key) for key in _tops(old, new)),
        *_reordered(old, new),
    )


def make_edit(edit: SchemeEdit, table: PartTable, old: PartTable, new: PartTable) -> PartTable:
    """Return a table with one edit made; ValueError if it needs another edit first."""
    match edit.kind:
        case "added":
            entries = [new[key] for key in _subtree(edit.key, new, old)]
            return with_parts(table, entries, new)
        case "removed":
            return without_parts(table, _subtree(edit.key, old, new))
        case "moved":
            if edit.key not in table:
                raise ValueError("a part that is not there is moved")
            entry = replace(table[edit.key], parent=new[edit.key].parent)
            return with_parts(table, [entry], new)
        case "reordered":
            return in_order_of(table, _common(edit.key, edit.name, old, new), new)
    if edit.key not in table:
        raise ValueError("a part that is not there is changed")
    return with_value(table, edit.key, edit.name, new[edit.key].values[edit.name])


def _tops(table: PartTable, other: PartTable) -> Iterator[PartKey]:
    """Yield the parts that only one table has and whose parent both have."""
    for key, entry in table.items():
        if key not in other and (entry.parent is None or entry.parent in other):
            yield key


def _subtree(top: PartKey, table: PartTable, other: PartTable) -> list[PartKey]:
    """List a part and all below it that the other table does not have, parents first."""
    found = {top: None}
    for key, entry in table.items():
        if entry.parent in found and key not in other:
            found[key] = None
    return list(found)


def _moved(old: PartTable, new: PartTable) -> Iterator[SchemeEdit]:
    for key, entry in old.items():
        if key in new and new[key].parent != entry.parent:
            yield SchemeEdit("moved", key)


def _changed(old: PartTable, new: PartTable) -> Iterator[SchemeEdit]:
    for key, entry in old.items():
        if key not in new:
            continue
        part = type(entry.says)
        for name, mine in entry.values.items():
            other = new[key].values[name]
            if mine == other:
                continue
            shape = shape_at(part, part.model_fields[name].alias or name)
            if in_english(mine, shape) != in_english(other, shape):
                yield SchemeEdit("changed", key, name)


def _reordered(old: PartTable, new: PartTable) -> Iterator[SchemeEdit]:
    parents = dict.fromkeys(e.parent for e in old.values() if e.parent in new)
    for parent in parents:
        for kind in LISTS.values():
            if parent is None:
                continue
            common = _common(parent, kind, old, new)
            if common != [key for key in new if key in set(common)]:
                yield SchemeEdit("reordered", parent, kind)


def _common(parent: PartKey, kind: str, old: PartTable, new: PartTable) -> list[PartKey]:
    """List the parts of a kind that stand in one parent in both tables, as in the first."""
    return [
        key
        for key, entry in old.items()
        if key.kind == kind and entry.parent == parent and key in new and new[key].parent == parent
    ]

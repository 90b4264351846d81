"""A scheme as a flat table of its named parts, each under its parent, and back again.

A part is known by its kind and id, so that two schemes can be compared rule by rule and one
change of them can be applied without the others. Refuses to know what a change means.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from ...core.problem import Place
from ...scheme.model import Ladder, Path, Scheme, SchemeFile
from ...scheme.model.parts import Named

LISTS: Final[Mapping[str, str]] = {
    "categories": "category",
    "indicators": "indicator",
    "ledgers": "ledger",
    "tiers": "ladder",
    "levels": "level",
    "rewards": "reward",
    "rules": "rule",
}
"""The lists of named parts, and the kind of what they hold."""


class PartKey(NamedTuple):
    """What tells one part of a scheme from all others: its kind, its id, of a level its ladder."""

    kind: str
    id: str
    ladder: str = ""


ROOT: Final = PartKey("scheme", "")


@dataclass(frozen=True, slots=True)
class PartEntry:
    """One part: what it says (its own lists of parts aside), its parent, and where it stands."""

    key: PartKey
    parent: PartKey | None
    says: Named | Scheme
    path: Path
    place: Place

    @property
    def label(self) -> str:
        """What people call it."""
        return self.says.label

    @property
    def values(self) -> Mapping[str, object]:
        """Return what it says under each key, by the model's names; lists of parts aside."""
        skipped = {*LISTS, "id", "extends"}
        return {name: value for name, value in self.says if name not in skipped}


PartTable: TypeAlias = Mapping[PartKey, PartEntry]
"""Every part by its key; among the parts of one parent the order is that of the file."""


def list_parts(file: SchemeFile) -> PartTable:
    """List every part of a scheme, each parent before what it holds."""
    return {entry.key: entry for entry in _walk(file, file.scheme, ROOT, None, ())}


def _walk(
    file: SchemeFile, says: Named | Scheme, key: PartKey, parent: PartKey | None, path: Path
) -> Iterator[PartEntry]:
    yield PartEntry(key, parent, says, path, file.place(path))
    for name, held in says:
        for number, inner in enumerate(held if name in LISTS else ()):
            ladder = key.id if isinstance(says, Ladder) else ""
            below = PartKey(LISTS[name], inner.key, ladder)
            yield from _walk(file, inner, below, key, (*path, name, number))


def build_scheme(table: PartTable, file: SchemeFile) -> SchemeFile:
    """Put a scheme together from its parts, under the name and with the texts of a file.

    ValueError if a part has no parent in the table.
    """
    children: dict[PartKey, list[PartEntry]] = {}
    for entry in table.values():
        if entry.parent is not None:
            children.setdefault(entry.parent, []).append(entry)
    if not children.keys() <= table.keys():
        raise ValueError("a part stands in a part that is not there")
    places: dict[Path, Place] = {}
    built = _build(table[ROOT], children, (), places)
    assert isinstance(built, Scheme)
    return replace(file, scheme=built, places=places)


def _build(
    entry: PartEntry,
    children: Mapping[PartKey, list[PartEntry]],
    path: Path,
    places: dict[Path, Place],
) -> Named | Scheme:
    places[path] = entry.place
    lists = {}
    for name, kind in LISTS.items():
        if hasattr(entry.says, name):
            own = [inner for inner in children.get(entry.key, ()) if inner.key.kind == kind]
            lists[name] = tuple(
                _build(inner, children, (*path, name, number), places)
                for number, inner in enumerate(own)
            )
    return entry.says.model_copy(update=lists)


def with_value(table: PartTable, key: PartKey, name: str, value: object) -> PartTable:
    """Return the table with one value of one part exchanged."""
    entry = table[key]
    return {**table, key: replace(entry, says=entry.says.model_copy(update={name: value}))}


def with_parts(table: PartTable, entries: Sequence[PartEntry], order: PartTable) -> PartTable:
    """Return the table with parts put in, each after the one that it follows in `order`."""
    found = {key: table[key] for key in table}
    for entry in entries:
        siblings = [key for key, other in order.items() if other.parent == entry.parent]
        before = [key for key in siblings[: siblings.index(entry.key)] if key in found]
        found.pop(entry.key, None)
        listed = list(found.items())
        at = list(found).index(before[-1]) + 1 if before else 0
        found = dict([*listed[:at], (entry.key, entry), *listed[at:]])
    return found


def in_order_of(table: PartTable, keys: Iterable[PartKey], order: PartTable) -> PartTable:
    """Return the table with some parts in the order in which they stand in another."""
    wanted = set(keys) & table.keys()
    following = iter([key for key in order if key in wanted])
    found = [next(following) if key in wanted else key for key in table]
    return {key: table[key] for key in found}


def without_parts(table: PartTable, keys: Iterable[PartKey]) -> PartTable:
    """Return the table without some parts."""
    gone = set(keys)
    return {key: entry for key, entry in table.items() if key not in gone}

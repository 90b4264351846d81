"""What may stand where, read off the annotations of the model: for those who write a scheme.

Takes the classes of the model; gives shapes. Refuses to know of data: a shape says which scalars,
lists, words and parts a place may hold, and `part_of` which part a set of keys means.
"""

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ...core.terms import Unknown
from ...core.vocabulary import COLUMNS, KEYS, english
from .forms import Part
from .scalars import Spelled


@dataclass(frozen=True, slots=True)
class Shape:
    """What a place may hold: a union of scalars of some kinds, a list, a table, parts, anything."""

    scalars: tuple[str, ...] = ()
    unknown: bool = False
    item: "Shape | None" = None
    size: tuple[int, int | None] = (0, None)
    """How few and how many items or entries it has."""
    key: "Shape | None" = None
    value: "Shape | None" = None
    parts: tuple[type[BaseModel], ...] = ()
    anything: bool = False

    def joined(self, other: "Shape") -> "Shape":
        """Return what either of two holds."""
        return Shape(
            (*self.scalars, *other.scalars),
            self.unknown or other.unknown,
            self.item or other.item,
            self.size if self.item or self.key else other.size,
            self.key or other.key,
            self.value or other.value,
            (*self.parts, *other.parts),
            self.anything or other.anything,
        )


ANYTHING = Shape(anything=True)


@cache
def fields_of(part: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Return the keys of a part, by their English spelling."""
    part.model_rebuild()  # names of classes that stand further down are looked up only now
    return {info.alias or name: info for name, info in part.model_fields.items()}


def description_of(info: FieldInfo) -> str:
    """Return what the reference says of a key; empty where it says nothing."""
    inner = (mark.description for mark in info.metadata if isinstance(mark, FieldInfo))
    return info.description or next((text for text in inner if text), "")


@cache
def shape_at(part: type[BaseModel], key: str) -> Shape:
    """Return what a key of a part may hold; anything for a key it does not have."""
    info = fields_of(part).get(key)
    return ANYTHING if info is None else _shape(info.annotation, tuple(info.metadata))


def keys_of(part: type[BaseModel]) -> Mapping[str, str]:
    """Return the table of words in which the keys of a part are spelled."""
    return KEYS if issubclass(part, Part) else COLUMNS


def likely_part(shape: Shape, keys: Iterable[str]) -> type[BaseModel] | None:
    """Which part of a shape a mapping with these keys most likely is."""
    written = tuple(keys)

    def fit(part: type[BaseModel]) -> tuple[bool, int, int]:
        names = fields_of(part)
        said = {english(keys_of(part), key) for key in written}
        needed = [name for name, info in names.items() if info.is_required()]
        return (all(n in said for n in needed), len(said & names.keys()), len(needed))

    return max(shape.parts, key=fit, default=None)


def _shape(annotation: Any, metadata: tuple[object, ...]) -> Shape:
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        metadata = (*more, *metadata)
    marks = [mark.kind for mark in metadata if isinstance(mark, Spelled)]
    found = _marked(annotation, marks[-1]) if marks else _unmarked(annotation)
    few, many = _size(metadata)
    return found if (few, many) == (0, None) else _sized(found, few, many)


def _marked(annotation: Any, kind: str) -> Shape:
    """Return a scalar of a kind, or a list of such where the annotation says so."""
    alone = Shape((kind,))
    if kind == "type":
        return Shape((kind,), item=Shape(("text",)))
    return Shape((kind,), item=alone) if get_origin(annotation) is tuple else alone


def _unmarked(annotation: Any) -> Shape:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        found = Shape()
        for one in inner:
            found = found.joined(_shape(one, ()))
        return found
    if origin is tuple:
        many = None if inner[-1] is Ellipsis else len(inner)
        return Shape(item=_shape(inner[0], ()), size=(many or 0, many))
    if origin is not None and issubclass(origin, Mapping):
        return Shape(key=_shape(inner[0], ()), value=_shape(inner[1], ()))
    if annotation is object:
        return ANYTHING
    if annotation is Unknown:
        return Shape(unknown=True)
    if annotation is type(None):
        return Shape()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(parts=(annotation,))
    raise TypeError(f"{annotation!r} does not say of what kind it is")


def _size(metadata: tuple[object, ...]) -> tuple[int, int | None]:
    """Return the bounds that `Field(min_length=…, max_length=…)` left in the annotations."""
    few, many = 0, None
    for mark in metadata:  # marks of any kind; pydantic does not export those of a length
        if isinstance(mark, FieldInfo):
            few, many = _size(tuple(mark.metadata))
        few = getattr(mark, "min_length", None) or few
        many = getattr(mark, "max_length", None) or many
    return few, many


def _sized(shape: Shape, few: int, many: int | None) -> Shape:
    return Shape(
        shape.scalars,
        shape.unknown,
        shape.item,
        (few, many),
        shape.key,
        shape.value,
        shape.parts,
        shape.anything,
    )

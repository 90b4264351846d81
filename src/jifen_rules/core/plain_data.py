"""Frozen values -> plain JSON data: what every public value gives as `to_dict()`.

Points are text without exponent, so that no reader makes them inexact; days are `2024-03-01`.
Knows the fields of a value and nothing of what they mean.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from .message import Message, Term, Terms
from .sentences import say
from .terms import plain
from .vocabulary import Language

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Data: TypeAlias = dict[str, Any]
"""Plain data under the names of a value's fields: `json.dumps` writes it."""


class PlainData:
    """A value that gives its fields as plain data."""

    __slots__ = ()

    def to_dict(self, lang: Language = "en") -> Data:
        """Return the fields as plain data for `json.dumps`; sentences are in `lang`."""
        return fields_data(self, lang)


def fields_data(value: Any, lang: Language = "en") -> Data:
    """Return the fields of a dataclass as plain data, in the order of the fields."""
    return {name: data_of(inner, lang) for name, inner in values_by_field(value)}


def values_by_field(value: "DataclassInstance") -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each field of a dataclass, in the order of the fields."""
    return ((f.name, getattr(value, f.name)) for f in fields(value))  # of any class


def data_of(value: object, lang: Language = "en") -> Any:
    """Return any value as plain data. TypeError if it has no such form, a function for one."""
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return _data_of_several(value, lang)


def _data_of_several(value: object, lang: Language) -> Any:
    if isinstance(value, Message | Term | Terms):
        return say(value, lang)
    if isinstance(value, PlainData):
        return value.to_dict(lang)
    if isinstance(value, Mapping):
        return {str(key): data_of(item, lang) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return fields_data(value, lang)
    if isinstance(value, set | frozenset):
        return sorted(data_of(item, lang) for item in value)
    if isinstance(value, Iterable):
        return [data_of(item, lang) for item in value]
    raise TypeError(f"a {type(value).__name__} has no plain form")

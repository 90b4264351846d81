"""Scalars: text until their key says what they are, and how a complaint is made."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeAlias, Union, get_args

from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ...core import vocabulary as words
from ...core.message import N_
from ...core.periods import PeriodRule
from ...core.rounding import Rounding
from ...core.terms import UNKNOWN, Unknown, Window, parse_number
from ...core.vocabulary import english, is_unknown

Path: TypeAlias = tuple[str | int, ...]
"""Where something stands in a scheme: English keys and list positions from the top."""


PARTS = {
    "category": N_("the category"),
    "indicator": N_("the indicator"),
    "ledger": N_("the ledger"),
    "ladder": N_("the ladder"),
    "level": N_("the level"),
    "reward": N_("the reward"),
    "rule": N_("the rule"),
}


def complaint(fault: str, **values: object) -> PydanticCustomError:
    """Make a validation error that carries the name of a fault and its values."""
    return PydanticCustomError(fault, fault, {key: str(value) for key, value in values.items()})


def as_text(value: object) -> str:
    """Return a scalar as text, without blanks around it; a list or mapping is a complaint."""
    if isinstance(value, Mapping | list | tuple):
        raise complaint("wrong-shape", wanted=N_("a word"), found=N_("a list or mapping"))
    return str(value).strip()


def reads(parse: Callable[[str], object], fault: str) -> Callable[[object], object]:
    """Make a validator that reads text with `parse` and complains with `fault`."""

    def read(value: object) -> object:
        if isinstance(value, Mapping | list | tuple):
            raise complaint("wrong-shape", wanted=N_("one value"), found=N_("a list or mapping"))
        if not isinstance(value, str | int | Decimal):
            return value
        try:
            return parse(str(value))
        except PydanticCustomError:
            raise  # what is wrong has been said more exactly
        except ValueError:
            raise complaint(fault, text=str(value)) from None

    return read


def chooses(table: Mapping[str, str]) -> Callable[[object], object]:
    """Make a validator that accepts the words of a vocabulary table."""

    def read(value: object) -> str:
        word = english(table, as_text(value))
        if word not in table:
            raise complaint("not-one-of", text=as_text(value), choices=", ".join(table))
        return word

    return read


def _day(text: str) -> date:
    return date.fromisoformat(text.strip())


_ID = re.compile(r"[^\W\d]\w*\Z")
_SLUG = re.compile(r"[^\W\d][\w-]*\Z")


def _identifier(text: str) -> str:
    if not _ID.match(text.strip()) or len(text) > 80:
        raise ValueError(text)
    return text.strip()


def _slug(text: str) -> str:
    if not _SLUG.match(text.strip()) or len(text) > 80:
        raise ValueError(text)
    return text.strip()


@dataclass(frozen=True, slots=True)
class Spelled:
    """Says of what kind a scalar is, for its writers: a name of `spelling.KINDS`, or text."""

    kind: str


class _OrUnknown:
    """Lets `unknown` stand for the value of a field; else the field's own type decides."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        wanted = tuple(kind for kind in get_args(source) if kind is not Unknown)
        inner = handler.generate_schema(Union[wanted])  # noqa: UP007  (built at run time)

        def read(value: object, known: core_schema.ValidatorFunctionWrapHandler) -> object:
            return UNKNOWN if is_unknown(value) else known(value)

        return core_schema.no_info_wrap_validator_function(read, inner)


OR_UNKNOWN = _OrUnknown()

Text: TypeAlias = Annotated[str, BeforeValidator(as_text), Spelled("text")]
Identifier: TypeAlias = Annotated[
    str, BeforeValidator(reads(_identifier, "not-an-id")), Spelled("id")
]
Slug: TypeAlias = Annotated[str, BeforeValidator(reads(_slug, "not-an-id")), Spelled("slug")]
Number: TypeAlias = Annotated[
    Decimal, BeforeValidator(reads(parse_number, "not-a-number")), Spelled("number")
]
Day: TypeAlias = Annotated[date, BeforeValidator(reads(_day, "not-a-date")), Spelled("day")]
WindowText: TypeAlias = Annotated[
    Window, BeforeValidator(reads(Window.parse, "not-a-window")), Spelled("window")
]
PeriodText: TypeAlias = Annotated[
    PeriodRule, BeforeValidator(reads(PeriodRule.parse, "not-a-period")), Spelled("period")
]
RoundingText: TypeAlias = Annotated[
    Rounding, BeforeValidator(reads(Rounding.parse, "not-a-rounding")), Spelled("rounding")
]
YesNo: TypeAlias = Annotated[
    bool,
    BeforeValidator(lambda value: _yes_no(value) if not isinstance(value, bool) else value),
    Spelled("yes_no"),
]


def _yes_no(value: object) -> bool:
    word = english(words.YES_NO, as_text(value).lower())
    if word in ("yes", "true"):
        return True
    if word in ("no", "false"):
        return False
    raise complaint("not-one-of", text=as_text(value), choices="yes, no")


def _many(value: object) -> object:
    """Let one word stand for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


Names: TypeAlias = Annotated[tuple[Text, ...], BeforeValidator(_many)]

FormulaText: TypeAlias = Annotated[Text, Spelled("formula")]
FigureText: TypeAlias = Annotated[Text, Spelled("figure")]
FieldText: TypeAlias = Annotated[Text, Spelled("field")]
KindNames: TypeAlias = Annotated[Names, Spelled("kind")]
AmongNames: TypeAlias = Annotated[Names, Spelled("among")]
WhoNames: TypeAlias = Annotated[Names, Spelled("who")]
TouchesNames: TypeAlias = Annotated[Names, Spelled("touches")]

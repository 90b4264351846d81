"""What a catalog says: the scheme and its parts, frozen, as the author wrote them.

Takes plain data whose keys are English or Chinese; refuses what is not in the
language. Knows nothing of files, places, events or of how points are worked out.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from . import vocabulary as words
from .message import N_
from .problem import Place
from .terms import UNKNOWN, Deadline, PeriodRule, Rounding, Unknown, Window, parse_number
from .vocabulary import english, is_unknown

Path: TypeAlias = tuple[str | int, ...]
"""Where something stands in a scheme: English keys and list positions from the top."""

FORMS = ("full", "bands", "each", "at_least", "above", "by", "between", "formula")
"""The keys that choose a value form, in the order in which they are looked for."""


_PARTS = {
    "category": N_("the category"), "indicator": N_("the indicator"), "ledger": N_("the ledger"),
    "ladder": N_("the ladder"), "level": N_("the level"), "reward": N_("the reward"),
}  # fmt: skip


def complaint(fault: str, **values: object) -> PydanticCustomError:
    """Make a validation error that carries the name of a fault and its values."""
    return PydanticCustomError(fault, fault, {key: str(value) for key, value in values.items()})


# --- scalars: text until their key says what they are -------------------------------------


def _text(value: object) -> str:
    if isinstance(value, Mapping | list | tuple):
        raise complaint("wrong-shape", wanted=N_("a word"), found=N_("a list or mapping"))
    return str(value).strip()


def _reads(parse: Callable[[str], object], fault: str) -> Callable[[object], object]:
    """Make a validator that reads text with `parse` and complains with `fault`."""

    def read(value: object) -> object:
        if isinstance(value, Mapping | list | tuple):
            raise complaint("wrong-shape", wanted=N_("one value"), found=N_("a list or mapping"))
        if not isinstance(value, str | int | Decimal):
            return value
        try:
            return parse(str(value))
        except ValueError:
            raise complaint(fault, text=str(value)) from None

    return read


def _chooses(table: Mapping[str, str]) -> Callable[[object], object]:
    """Make a validator that accepts the words of a vocabulary table."""

    def read(value: object) -> str:
        word = english(table, _text(value))
        if word not in table:
            raise complaint("not-one-of", text=_text(value), choices=", ".join(table))
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

Text: TypeAlias = Annotated[str, BeforeValidator(_text)]
Identifier: TypeAlias = Annotated[str, BeforeValidator(_reads(_identifier, "not-an-id"))]
Slug: TypeAlias = Annotated[str, BeforeValidator(_reads(_slug, "not-an-id"))]
Number: TypeAlias = Annotated[Decimal, BeforeValidator(_reads(parse_number, "not-a-number"))]
Day: TypeAlias = Annotated[date, BeforeValidator(_reads(_day, "not-a-date"))]
WindowText: TypeAlias = Annotated[Window, BeforeValidator(_reads(Window.parse, "not-a-window"))]
PeriodText: TypeAlias = Annotated[
    PeriodRule, BeforeValidator(_reads(PeriodRule.parse, "not-a-period"))
]
RoundingText: TypeAlias = Annotated[
    Rounding, BeforeValidator(_reads(Rounding.parse, "not-a-rounding"))
]
YesNo: TypeAlias = Annotated[
    bool, BeforeValidator(lambda value: _yes_no(value) if not isinstance(value, bool) else value)
]


def _yes_no(value: object) -> bool:
    word = english(words.YES_NO, _text(value).lower())
    if word in ("yes", "true"):
        return True
    if word in ("no", "false"):
        return False
    raise complaint("not-one-of", text=_text(value), choices="yes, no")


def _many(value: object) -> object:
    """Let one word stand for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


Names: TypeAlias = Annotated[tuple[Text, ...], BeforeValidator(_many)]


# --- amounts: a number and a word ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LimitAmount:
    """The bound of a cap: `20 added`, `3 times first`, `20 net kept`, `2 小时`."""

    number: Decimal | Unknown
    kind: Literal["added", "deducted", "net", "times", "quantity"]
    unit: str = ""
    beyond: Literal["kept", "lost"] | Unknown | None = None
    counted: Literal["first", "highest"] | Unknown | None = None
    text: str = field(default="", compare=False)


_AMOUNT = re.compile(r"([+-]?[\d.]+|unknown|未载明)\s*(.*)\Z", re.DOTALL)


def _limit_amount(value: object) -> object:
    if isinstance(value, LimitAmount):
        return value
    text = _text(value)
    found = _AMOUNT.match(text)
    if not found:
        raise complaint("not-an-amount", text=text)
    number_text, rest = found.groups()
    number = UNKNOWN if is_unknown(number_text) else _number(number_text)
    if not rest:
        if number is UNKNOWN:
            return LimitAmount(UNKNOWN, "added", text=text)
        raise complaint("amount-without-word", number=number_text)
    word, _, more = rest.partition(" ")
    kind = english(words.LIMITS, word)
    kind = "times" if kind == "time" else kind
    extra = more.strip()
    if kind == "net":
        beyond = english(words.BEYOND, extra)
        if extra and beyond not in words.BEYOND and not is_unknown(extra):
            raise complaint("not-one-of", text=extra, choices="kept, lost")
        return LimitAmount(number, "net", beyond=_or_none(beyond), text=text)  # type: ignore[arg-type]
    if kind == "times":
        counted = english(words.COUNTED, extra)
        if extra and counted not in words.COUNTED and not is_unknown(extra):
            raise complaint("not-one-of", text=extra, choices="first, highest")
        return LimitAmount(number, "times", counted=_or_none(counted), text=text)  # type: ignore[arg-type]
    if kind in ("added", "deducted"):
        if extra:
            raise complaint("not-an-amount", text=text)
        return LimitAmount(number, kind, text=text)  # type: ignore[arg-type]
    return LimitAmount(number, "quantity", unit=rest, text=text)


def _or_none(word: str) -> str | Unknown | None:
    return UNKNOWN if is_unknown(word) else (word or None)


def _number(text: str) -> Decimal:
    try:
        return parse_number(text)
    except ValueError:
        raise complaint("not-a-number", text=text) from None


@dataclass(frozen=True, slots=True)
class Bound:
    """A net limit of the period: `0 kept`, `36 lost`, `none`; `beyond` None if not stated."""

    number: Decimal | Unknown | None
    beyond: Literal["kept", "lost"] | Unknown | None = None

    def __str__(self) -> str:
        return "none" if self.number is None else f"{self.number}"


def _bound(value: object) -> object:
    if isinstance(value, Bound):
        return value
    text = _text(value)
    if english(words.WORDS, text) == "none":
        return Bound(None)
    if english(words.WORDS, text) == "zero":
        return Bound(Decimal(0))
    number_text, _, beyond_text = text.partition(" ")
    beyond = english(words.BEYOND, beyond_text.strip())
    if beyond and beyond not in words.BEYOND and not is_unknown(beyond):
        raise complaint("not-a-bound", text=text)
    try:
        return Bound(parse_number(number_text), _or_none(beyond))  # type: ignore[arg-type]
    except ValueError:
        raise complaint("not-a-bound", text=text) from None


@dataclass(frozen=True, slots=True)
class UnitAmount:
    """So many of a unit: `4 小时`, or 小时 alone for one."""

    number: Decimal
    unit: str

    @classmethod
    def parse(cls, text: str) -> "UnitAmount":
        """Read a unit with or without a number before it."""
        found = _AMOUNT.match(text.strip())
        if found and found.group(2):
            return cls(parse_number(found.group(1)), found.group(2).strip())
        if not text.strip() or re.match(r"[\d.]+\Z", text.strip()):
            raise ValueError(text)
        return cls(Decimal(1), text.strip())


@dataclass(frozen=True, slots=True)
class Share:
    """What part of the points goes to an account, and of which side (both if None)."""

    part: Fraction
    side: Literal["added", "deducted"] | None = None

    @classmethod
    def parse(cls, text: str) -> "Share":
        """Read `whole`, `20%`, `1/4`, each also with `added` or `deducted`."""
        head, _, side_text = text.strip().partition(" ")
        side = english(words.LIMITS, side_text.strip())
        if side not in ("", "added", "deducted"):
            raise ValueError(text)
        if english(words.SHARES, head) == "whole":
            part = Fraction(1)
        elif head.endswith("%"):
            part = Fraction(parse_number(head[:-1])) / 100
        elif re.match(r"\d{1,6}/\d{1,6}\Z", head) and int(head.split("/")[1]):
            part = Fraction(head)
        else:
            raise ValueError(text)
        return cls(part, side or None)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Weight:
    """The factor of a category; `percent` tells that it was written as a percentage."""

    factor: Fraction
    percent: bool

    @classmethod
    def parse(cls, text: str) -> "Weight":
        """Read `30%` or `0.5`. ValueError if it is no number above zero."""
        percent = text.strip().endswith("%")
        number = Fraction(parse_number(text.strip().rstrip("%")))
        if number <= 0:
            raise ValueError(text)
        return cls(number / 100 if percent else number, percent)


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long something counts: to a window's end, for a length, until repaired, for ever."""

    kind: Literal["window", "length", "until_repaired", "period_after_repair", "ever"]
    window: Window | None = None

    @classmethod
    def parse(cls, text: str) -> "Lasting":
        """Read `period`, `year`, `2 years`, `until repaired`, `period after repair`, `ever`."""
        word = english(words.WORDS, text.strip())
        if word == "until repaired":
            return cls("until_repaired")
        if word == "period after repair":
            return cls("period_after_repair")
        window = Window.parse(text)
        if window.name == "ever":
            return cls("ever")
        if window.name == "event":
            raise ValueError(text)
        return cls("length" if window.name == "length" else "window", window)


@dataclass(frozen=True, slots=True)
class Rank:
    """A place in the ranking: the top or bottom n, or n percent."""

    end: Literal["top", "bottom"]
    number: Decimal
    percent: bool

    @classmethod
    def parse(cls, text: str) -> "Rank":
        """Read `top 10`, `top 30%`, `bottom 5`, 前10."""
        found = re.match(r"(top|bottom|前|后)\s*([\d.]+)(%?)(?:名)?\Z", text.strip())
        if not found:
            raise ValueError(text)
        number = parse_number(found.group(2))
        if number <= 0 or (not found.group(3) and number != int(number)):
            raise ValueError(text)
        return cls(english(words.WORDS, found.group(1)), number, bool(found.group(3)))  # type: ignore[arg-type]


ShareText: TypeAlias = Annotated[Share, BeforeValidator(_reads(Share.parse, "not-a-share"))]
WeightText: TypeAlias = Annotated[Weight, BeforeValidator(_reads(Weight.parse, "not-a-weight"))]
LastingText: TypeAlias = Annotated[
    Lasting, BeforeValidator(_reads(Lasting.parse, "not-a-length-of-time"))
]
DeadlineText: TypeAlias = Annotated[
    Deadline, BeforeValidator(_reads(Deadline.parse, "not-a-deadline"))
]
RankText: TypeAlias = Annotated[Rank, BeforeValidator(_reads(Rank.parse, "not-a-rank"))]
UnitText: TypeAlias = Annotated[
    UnitAmount, BeforeValidator(_reads(UnitAmount.parse, "not-an-amount"))
]
LimitText: TypeAlias = Annotated[LimitAmount, BeforeValidator(_limit_amount)]
BoundText: TypeAlias = Annotated[Bound, BeforeValidator(_bound)]
Accounts: TypeAlias = Mapping[Text, Annotated[ShareText | Unknown, OR_UNKNOWN]]


# --- parts --------------------------------------------------------------------------------------


class Part(BaseModel):
    """A mapping of the language: English or Chinese keys, no others, frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    basis: Text | None = Field(None, description="Clause, meeting or standard it rests on.")

    @model_validator(mode="before")
    @classmethod
    def _english_keys(cls, data: object) -> object:
        if isinstance(data, Mapping):
            return {english(words.KEYS, str(key)): value for key, value in data.items()}
        return data


class PerUnit(Part):
    """So much for each unit of the quantity: `{each: {4 小时: 1}, round: 1 down}`."""

    each: Mapping[UnitText, Annotated[Number | Unknown, OR_UNKNOWN]] = Field(
        description="Points for each unit, or each so many units.", min_length=1, max_length=1
    )
    per: WindowText | None = Field(None, description="Add the quantity up in this window.")
    round: RoundingText | None = Field(None, description="`1 down` counts whole units only.")


class Table(Part):
    """Steps: from so much on, so many points; `at_least` includes the edge, `above` does not."""

    at_least: Mapping[Number, Annotated[Number | Unknown, OR_UNKNOWN]] = Field(
        default_factory=dict, description="From this amount on, the amount itself included."
    )
    above: Mapping[Number, Annotated[Number | Unknown, OR_UNKNOWN]] = Field(
        default_factory=dict, description="Above this amount, the amount itself excluded."
    )
    per: WindowText | None = Field(None, description="Add the quantity up in this window.")
    by: Text | None = Field(None, description="The figure it goes by, if not the quantity.")


class Bands(Part):
    """Marginal rates by lower edge: `{bands: {0: {100 元: 1}, 1000: {400 元: 1}}}`."""

    bands: Mapping[Number, Mapping[UnitText, Annotated[Number | Unknown, OR_UNKNOWN]]] = Field(
        description="For the part above each edge: points for each so many units.", min_length=1
    )
    round: RoundingText | None = Field(None, description="Applies to the sum.")


class By(Part):
    """By a field of the event or subject: `{by: {level: {村级: 3, 区级: 5}}}`."""

    by: Mapping[Text, Mapping[Text, "MaybeForm"]] = Field(
        description="The field, and a value form for each of its words.",
        min_length=1,
        max_length=1,
    )


class Between(Part):
    """Judged within a range; the event says `points`, and outside is an error, not clipped."""

    between: tuple[
        Annotated[Number | Unknown, OR_UNKNOWN], Annotated[Number | Unknown, OR_UNKNOWN]
    ] = Field(description="The least and the most that may be given.")

    @model_validator(mode="after")
    def _ordered(self) -> "Between":
        low, high = self.between
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            raise complaint("range-upside-down", low=low, high=high)
        return self


class FullMarks(Part):
    """Full marks less so much for each defect found: `{full: 10, each: {处: -2}, floor: 0}`."""

    full: Number = Field(description="Marks without any defect.")
    each: Mapping[UnitText, Number] = Field(
        description="What each defect costs.", min_length=1, max_length=1
    )
    floor: Number = Field(Decimal(0), description="Never below.")


class FormulaForm(Part):
    """One line over declared names."""

    formula: Text = Field(description="One line of arithmetic.")
    round: RoundingText | None = Field(None, description="Must be said where it divides.")


def _form_of(value: object) -> str | None:
    if isinstance(value, Decimal):
        return "#number"
    if isinstance(value, Part):
        return _TAG_BY_CLASS[type(value)]
    if not isinstance(value, Mapping):
        return None if isinstance(value, list | tuple) else "#number"
    keys = {english(words.KEYS, str(key)) for key in value}
    found = next((form for form in FORMS if form in keys), None)
    if found == "by" and not isinstance(next(iter(value.values()), None), Mapping):
        return None
    return found and f"#{'at_least' if found == 'above' else found}"


ValueForm: TypeAlias = Annotated[
    Annotated[Number, Tag("#number")]
    | Annotated[PerUnit, Tag("#each")]
    | Annotated[Table, Tag("#at_least")]
    | Annotated[Bands, Tag("#bands")]
    | Annotated[By, Tag("#by")]
    | Annotated[Between, Tag("#between")]
    | Annotated[FullMarks, Tag("#full")]
    | Annotated[FormulaForm, Tag("#formula")],
    Discriminator(_form_of),
]
MaybeForm: TypeAlias = Annotated[ValueForm | Unknown, OR_UNKNOWN]

_TAG_BY_CLASS: Mapping[type[Part], str] = {
    PerUnit: "#each", Table: "#at_least", Bands: "#bands", By: "#by", Between: "#between",
    FullMarks: "#full", FormulaForm: "#formula",
}  # fmt: skip


class CapRule(Part):
    """At most so much, for each such window."""

    at_most: LimitText = Field(description="`20 added`, `3 times`, `20 net kept`, `2 小时`.")
    per: Annotated[WindowText | Unknown, OR_UNKNOWN] = Field(description="The window it binds in.")


class Effect(Part):
    """What the four kinds of consequence share."""

    lasts: Annotated[LastingText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="How long it stands."
    )
    when: Text | None = Field(None, description="Only if this holds.")
    touches: Names = Field((), description="What it bears on, for the check.")


class VetoEffect(Effect):
    """Something counts for nothing while this lasts."""

    veto: Annotated[Names | Unknown, OR_UNKNOWN] = Field(description="What counts for nothing.")
    gives: Annotated[
        Annotated[Literal["all", "before", "nothing"], BeforeValidator(_chooses(words.GIVES))]
        | Unknown
        | None,
        OR_UNKNOWN,
    ] = Field(None, description="What comes back when it ends.")

    @model_validator(mode="after")
    def _has_end(self) -> "VetoEffect":
        if self.lasts is None:
            raise complaint("veto-without-end", what=N_("veto"))
        return self


class GradeEffect(Effect):
    """A level stands while this lasts, whatever the points."""

    grade: Annotated[Text | Unknown, OR_UNKNOWN] = Field(description="The level that stands.")

    @model_validator(mode="after")
    def _has_end(self) -> "GradeEffect":
        if self.lasts is None:
            raise complaint("veto-without-end", what=N_("grade"))
        return self


class PointsEffect(Effect):
    """Further points, for the subject or for others."""

    points: MaybeForm = Field(description="How many.")
    to: Accounts | None = Field(None, description="For whom, and in which ledger.")


class ActionEffect(Effect):
    """A consequence outside the figures, in words."""

    action: Text = Field(description="What is done.")


_EFFECTS = frozenset({"veto", "grade", "points", "action"})


def _effect_of(value: object) -> str | None:
    if isinstance(value, Effect):
        return next(f"#{key}" for key in _EFFECTS if hasattr(value, key))
    if not isinstance(value, Mapping):
        return None
    keys = {english(words.KEYS, str(key)) for key in value}
    found = keys & _EFFECTS
    return f"#{found.pop()}" if len(found) == 1 else None


Consequence: TypeAlias = Annotated[
    Annotated[VetoEffect, Tag("#veto")]
    | Annotated[GradeEffect, Tag("#grade")]
    | Annotated[PointsEffect, Tag("#points")]
    | Annotated[ActionEffect, Tag("#action")],
    Discriminator(_effect_of),
]


class Named(Part):
    """Something with an id for files and a name for people; one of the two is enough."""

    id: Identifier = Field("", description="What files say; never changes.")
    name: Text = Field("", description="What people read.")

    @model_validator(mode="after")
    def _has_id(self) -> "Named":
        if not self.id and not self.name:
            raise complaint("neither-id-nor-name", what=_PARTS[type(self).__name__.lower()])
        return self

    @property
    def key(self) -> str:
        """The id, or the name where there is no id."""
        return self.id or self.name

    @property
    def label(self) -> str:
        """The name, or the id where there is no name."""
        return self.name or self.id


class RepairRule(Part):
    """What a wrong becomes once it is put right."""

    within: Annotated[DeadlineText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="By when, counted from the wrong."
    )
    when: Text | None = Field(None, description="What the repair must show.")
    then: tuple[Consequence, ...] = Field((), description="What it brings instead.")


class ProcessStep(Part):
    """One step between what happened and the points."""

    id: Identifier = Field("", description="What an event's status may say instead of the word.")
    step: Annotated[str, BeforeValidator(_chooses(words.STEPS))] = Field(description="Which step.")
    who: Names = Field((), description="Who takes it; nobody named means anyone.")
    within: Annotated[DeadlineText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="By when."
    )
    lasts: Annotated[LastingText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="How long it takes, such as a publication."
    )
    per: Annotated[WindowText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="How often it is held."
    )


_Combine: TypeAlias = Mapping[
    Annotated[str, BeforeValidator(_chooses(words.COMBINES))],
    Annotated[
        Annotated[Literal["matter"] | Window, BeforeValidator(lambda value: _combine_over(value))]
        | Unknown,
        OR_UNKNOWN,
    ],
]


def _combine_over(value: object) -> object:
    if isinstance(value, Window):
        return value
    text = _text(value)
    if english(words.WORDS, text) == "matter":
        return "matter"
    try:
        window = Window.parse(text)
    except ValueError:
        raise complaint("combine-not-understood", text=text) from None
    if window.name in ("event", "length"):
        raise complaint("combine-not-understood", text=text)
    return window


class Item(Named):
    """What an indicator and a category share."""

    for_: Names = Field((), alias="for", description="Kinds and classes it applies to.")
    to: Accounts | None = Field(None, description="Whose account and ledger, and what share.")
    lasts: Annotated[LastingText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="How long the points count."
    )
    process: tuple[ProcessStep, ...] | None = Field(None, description="Its own way to count.")
    caps: tuple[CapRule, ...] = Field((), description="Limits, each with its window.")
    floor: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="Never below, in a period."
    )
    full: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="Full marks: never above, in a period."
    )
    combine: _Combine = Field(default_factory=dict, description="How several become one.")
    touches: Names = Field((), description="What it bears on, for the check.")
    open: Annotated[object, Field(description="What a local scheme may set.")] = None


class Indicator(Item):
    """One thing that earns or costs points."""

    points: MaybeForm | None = Field(None, description="How many points, in one of the forms.")
    round: RoundingText | None = Field(None, description="Rounding of each event's points.")
    per: WindowText | None = Field(
        None, description="A standing fact: granted once for each such stretch."
    )
    when: Text | None = Field(None, description="Only if this holds.")
    then: tuple[Consequence, ...] = Field((), description="What else follows.")
    repair: RepairRule | None = Field(None, description="What it becomes once put right.")

    @model_validator(mode="after")
    def _has_effect(self) -> "Indicator":
        if self.points is None and not self.then:
            raise complaint("indicator-without-effect", id=self.key)
        return self


class Category(Item):
    """A group of indicators or of categories."""

    categories: tuple["Category", ...] = Field((), description="Categories inside this one.")
    indicators: tuple[Indicator, ...] = Field((), description="Indicators inside this one.")
    weight: WeightText | None = Field(None, description="Factor at its border.")
    base: MaybeForm | None = Field(None, description="Points at the start of a period.")
    round: RoundingText | None = Field(None, description="Rounding of its weighted figure.")


def _period_end(value: object) -> object:
    word = english(words.WORDS, _text(value))
    if word not in ("clear", "carry"):
        raise complaint("not-one-of", text=_text(value), choices="clear, carry")
    return word


_PeriodEnd: TypeAlias = Annotated[
    Annotated[Literal["clear", "carry"], BeforeValidator(_period_end)] | Unknown | None,
    OR_UNKNOWN,
]


class Ledger(Named):
    """A further running figure of the same subject."""

    for_: Names = Field((), alias="for", description="Kinds and classes that have it.")
    base: MaybeForm | None = Field(None, description="What it starts from.")
    floor: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="Never below."
    )
    at_period_end: _PeriodEnd = Field(None, description="clear or carry.")


class Level(Named):
    """One level of a ladder; all its tests must hold."""

    at_least: Annotated[Number | Unknown | None, OR_UNKNOWN] = Field(
        None, description="From this figure on."
    )
    above: Annotated[Number | Unknown | None, OR_UNKNOWN] = Field(
        None, description="Above this figure."
    )
    rank: Annotated[RankText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="By place among those rated."
    )
    when: Text | None = Field(None, description="Only if this holds.")
    then: tuple[Consequence, ...] = Field((), description="What reaching it brings.")
    open: Annotated[object, Field(description="What a local scheme may set.")] = None

    @property
    def has_test(self) -> bool:
        """Whether anything must hold for it."""
        tests = (self.at_least, self.above, self.rank, self.when)
        return any(test is not None for test in tests)


class Ladder(Named):
    """Levels that a figure earns, best first."""

    for_: Names = Field((), alias="for", description="Kinds and classes that are rated.")
    by: Text | None = Field(None, description="The figure the thresholds are about.")
    per: Annotated[WindowText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="How often it is decided; the period if not said."
    )
    when: Text | None = Field(None, description="Who is rated at all.")
    ties: Annotated[Text | Unknown | None, OR_UNKNOWN] = Field(
        None, description="all, none, or a figure that decides."
    )
    among: Names = Field((), description="Together with whom places are given.")
    round: Annotated[RoundingText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="How a percentage of places is rounded."
    )
    levels: tuple[Level, ...] = Field((), description="Best first.")


class Reward(Named):
    """Goods, rights or money worked out from points."""

    for_: Names = Field((), alias="for", description="Kinds and classes that may have it.")
    spends: Annotated[Text | Unknown | None, OR_UNKNOWN] = Field(
        None, description="Price: `50` of the total, `50 wallet`."
    )
    gives: Annotated[Text | Unknown, OR_UNKNOWN] = Field(description="What is given.")
    when: Text | None = Field(None, description="Only if this holds.")
    caps: tuple[CapRule, ...] = Field((), description="How often.")
    touches: Names = Field((), description="What it bears on, for the check.")


FieldType: TypeAlias = Literal["number", "text", "date", "yes_no"] | tuple[str, ...]


def _field_type(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_text(word) for word in value)
    word = english(words.TYPES, _text(value))
    if word not in words.TYPES:
        raise complaint("not-one-of", text=_text(value), choices=", ".join(words.TYPES))
    return word


_Fields: TypeAlias = Mapping[Identifier, Annotated[FieldType, BeforeValidator(_field_type)]]


def _field_words(value: object) -> object:
    if isinstance(value, Mapping):
        return {english(words.COLUMNS, str(key)): inner for key, inner in value.items()}
    return value


class Fields(BaseModel):
    """Columns the scheme declares beyond the fixed ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Annotated[_Fields, BeforeValidator(_field_words)] = Field(default_factory=dict)
    event: Annotated[_Fields, BeforeValidator(_field_words)] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _english_keys(cls, data: object) -> object:
        return _field_words(data)


class Scheme(Part):
    """One dated version of a village's rules: the outermost category."""

    scheme: Slug = Field(description="Id of the scheme.")
    name: Text = Field("", description="What people read.")
    effective_from: Day = Field(description="First day of this version.")
    illustrative: YesNo = Field(False, description="The figures are invented.")
    fields: Fields = Field(default_factory=Fields, description="Declared columns.")
    subject: Text = Field(description="Kind of subject.")
    for_: Names = Field((), alias="for", description="Kinds and classes it applies to.")
    period: PeriodText = Field(description="What a score is about.")
    base: MaybeForm | None = Field(None, description="Points at the start of a period.")
    at_period_end: _PeriodEnd = Field(None, description="clear or carry.")
    lasts: Annotated[LastingText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="How long points count."
    )
    floor: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="The total never falls below; `none` if it may."
    )
    full: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description="The total never rises above."
    )
    caps: tuple[CapRule, ...] = Field((), description="Limits on everything together.")
    combine: _Combine = Field(default_factory=dict, description="How several become one.")
    round: RoundingText | None = Field(None, description="Rounding of the sum of all points.")
    to: Accounts | None = Field(None, description="Ledgers that points enter.")
    process: tuple[ProcessStep, ...] = Field((), description="From declaring to counting.")
    categories: tuple[Category, ...] = Field((), description="Groups of indicators.")
    indicators: tuple[Indicator, ...] = Field((), description="What earns or costs points.")
    ledgers: tuple[Ledger, ...] = Field((), description="Further running figures.")
    tiers: tuple[Ladder, ...] = Field((), description="Ladders of levels.")
    rewards: tuple[Reward, ...] = Field((), description="What points may be spent on.")
    touches: Names = Field((), description="What it bears on, for the check.")

    @property
    def kind(self) -> str:
        """The kind of subject, in its English spelling."""
        return english(words.KINDS, self.subject)

    def walk(self) -> Iterator[tuple[Path, tuple[Category, ...], Indicator]]:
        """Yield every indicator with its path and the categories around it, outermost first."""
        yield from _walk(self, (), ())


def _walk(
    node: Scheme | Category, path: Path, around: tuple[Category, ...]
) -> Iterator[tuple[Path, tuple[Category, ...], Indicator]]:
    for number, indicator in enumerate(node.indicators):
        yield (*path, "indicators", number), around, indicator
    for number, category in enumerate(node.categories):
        yield from _walk(category, (*path, "categories", number), (*around, category))


@dataclass(frozen=True, slots=True)
class SchemeFile:
    """A scheme, the place of each of its parts, and the text it came from."""

    scheme: Scheme
    places: Mapping[Path, Place]
    file: str
    text: str

    def place(self, path: Path) -> Place:
        """Give the place of the longest part of `path` that stands in the file."""
        for length in range(len(path), -1, -1):
            if found := self.places.get(path[:length]):
                return found
        return Place(self.file, 1, 1)


def unknown_places(file: SchemeFile) -> Iterator[tuple[str, Place]]:
    """Yield the key and place of every value that the author left `unknown`."""
    rows = file.text.splitlines()
    for key, place in _unknowns(file.scheme, (), file):
        written = rows[place.line - 1][place.column - 1 :][: place.width] if place.line else ""
        if any(is_unknown(word) for word in written.strip("'\"").split()):
            yield key, place


def _unknowns(value: object, path: Path, file: SchemeFile) -> Iterator[tuple[str, Place]]:
    if value is UNKNOWN or getattr(value, "number", None) is UNKNOWN:
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        yield name, file.place(path)
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _unknowns(getattr(value, name), (*path, info.alias or name), file)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _unknowns(item, (*path, number), file)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unknowns(item, (*path, str(key)), file)


By.model_rebuild()
Category.model_rebuild()

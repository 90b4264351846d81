"""The whole of a file: declared fields, the scheme, and where each of its words stands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from ...core import vocabulary as words
from ...core.message import N_
from ...core.problem import Place
from ...core.remembered import Derived
from ...core.terms import UNKNOWN, Unknown
from ...core.vocabulary import english, is_unknown
from .amounts import Accounts, BoundText, LimitAmount, NetLimit
from .effects import CapRule
from .forms import MaybeForm, Part
from .ledgers import Ladder, Ledger, PeriodEnd, Reward, Rule
from .parts import (
    Category,
    Combine,
    Escalate,
    Indicator,
    LastsForm,
    ProcessStep,
)
from .scalars import (
    OR_UNKNOWN,
    Day,
    Identifier,
    KindNames,
    Names,
    Number,
    Path,
    PeriodText,
    RoundingText,
    Slug,
    Spelled,
    Text,
    TouchesNames,
    YesNo,
    as_text,
    complaint,
)

FieldType: TypeAlias = Literal["number", "text", "date", "yes_no"] | tuple[str, ...]


def _field_type(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(as_text(word) for word in value)
    word = english(words.TYPES, as_text(value))
    if word not in words.TYPES:
        raise complaint("not-one-of", text=as_text(value), choices=", ".join(words.TYPES))
    return word


class FieldRule(Part):
    """A column and what a blank in it means: `{type: yes_no, blank: no}`."""

    type: Annotated[FieldType, BeforeValidator(_field_type), Spelled("type")] = Field(
        description=N_("number, text, date, yes_no, or the words it may have.")
    )
    blank: Annotated[str, BeforeValidator(as_text), Spelled("blank")] | None = Field(
        None, description=N_("What a blank means; else it is missing.")
    )


def _field_of(value: object) -> str:
    return "#rule" if isinstance(value, Mapping | FieldRule) else "#type"


_Fields: TypeAlias = Mapping[
    Annotated[Identifier, Spelled("column")],
    Annotated[
        Annotated[FieldType, BeforeValidator(_field_type), Spelled("type"), Tag("#type")]
        | Annotated[FieldRule, Tag("#rule")],
        Discriminator(_field_of),
    ],
]


def _field_words(value: object) -> object:
    if isinstance(value, Mapping):
        return {english(words.COLUMNS, str(key)): inner for key, inner in value.items()}
    return value


Side: TypeAlias = Literal["subject", "event"]
"""Whose columns they are."""


class Fields(BaseModel):
    """Columns the scheme declares beyond the fixed ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    subject: Annotated[_Fields, BeforeValidator(_field_words)] = Field(default_factory=dict)
    event: Annotated[_Fields, BeforeValidator(_field_words)] = Field(default_factory=dict)

    def of(self, side: Side) -> _Fields:
        """Return the columns of one side."""
        return self.subject if side == "subject" else self.event

    def types(self, side: Side) -> Mapping[str, FieldType]:
        """Return the type of each column of one side."""
        fields = self.of(side)
        return {k: f.type if isinstance(f, FieldRule) else f for k, f in fields.items()}

    def blanks(self, side: Side) -> Mapping[str, str]:
        """Return what a blank means, for each column of one side that says so."""
        rules = {k: f for k, f in self.of(side).items() if isinstance(f, FieldRule)}
        return {k: rule.blank for k, rule in rules.items() if rule.blank is not None}

    @model_validator(mode="before")
    @classmethod
    def _english_keys(cls, data: object) -> object:
        return _field_words(data)


class Scheme(Part):
    """One dated version of a village's rules: the outermost category.

    Its fields are the keys of the language, described in the reference. Schemes are equal if they
    say the same, wherever they were written.

    >>> from jifen_rules import load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> scheme.scheme.effective_from.isoformat(), scheme.scheme.subject
    ('2024-01-01', 'household')
    """

    scheme: Slug = Field(description=N_("Id of the scheme."))
    name: Text = Field("", description=N_("What people read."))
    extends: Text | None = Field(None, description=N_("The file of the scheme this one adds to."))
    effective_from: Day = Field(description=N_("First day of this version."))
    illustrative: YesNo = Field(False, description=N_("The figures are invented."))
    kinds: KindNames = Field(
        (), description=N_("Kinds of its own among the others, the smallest unit first.")
    )
    fields: Fields = Field(default_factory=Fields, description=N_("Declared columns."))
    subject: Annotated[Text, Spelled("kind")] = Field(description=N_("Kind of subject."))
    for_: KindNames = Field((), alias="for", description=N_("Kinds and classes it applies to."))
    period: PeriodText = Field(description=N_("What a score is about."))
    base: MaybeForm | None = Field(None, description=N_("Points at the start of a period."))
    at_period_end: PeriodEnd = Field(None, description=N_("clear, carry, or a formula."))
    lasts: Annotated[LastsForm | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("How long points count; also by size or by a field.")
    )
    escalate: Escalate | None = Field(
        None, description=N_("By the nth time: warnings in words, multiples (x2), or points.")
    )
    between: (
        tuple[Annotated[Number | Unknown, OR_UNKNOWN], Annotated[Number | Unknown, OR_UNKNOWN]]
        | None
    ) = Field(None, description=N_("The points of every indicator lie within."))
    floor: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("The total never falls below; `none` if it may.")
    )
    full: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("The total never rises above.")
    )
    caps: tuple[CapRule, ...] = Field((), description=N_("Limits on everything together."))
    combine: Combine = Field(default_factory=dict, description=N_("How several become one."))
    round: RoundingText | None = Field(None, description=N_("Rounding of the sum of all points."))
    to: Accounts | None = Field(None, description=N_("Ledgers that points enter."))
    process: tuple[ProcessStep, ...] = Field((), description=N_("From declaring to counting."))
    categories: tuple[Category, ...] = Field((), description=N_("Groups of indicators."))
    indicators: tuple[Indicator, ...] = Field((), description=N_("What earns or costs points."))
    ledgers: tuple[Ledger, ...] = Field((), description=N_("Further running figures."))
    tiers: tuple[Ladder, ...] = Field((), description=N_("Ladders of levels."))
    ties: Annotated[Annotated[Names, Spelled("ties")] | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("How equals stand on the board: figures that decide, or dense.")
    )
    rewards: tuple[Reward, ...] = Field((), description=N_("What points may be spent on."))
    rules: tuple[Rule, ...] = Field((), description=N_("When something holds, then."))
    touches: TouchesNames = Field((), description=N_("What it bears on, for the check."))
    open: Annotated[object, Field(description=N_("What a local scheme may set."))] = None

    @property
    def key(self) -> str:
        """The id by which steps of the trace name it: `@` and its own."""
        return f"@{self.scheme}"

    @property
    def label(self) -> str:
        """The name, or the id where there is no name."""
        return self.name or self.scheme

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


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SchemeFile:
    """A loaded scheme: the `Scheme`, the place of each of its parts, and its texts by file.

    >>> from jifen_rules import load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> scheme.file, scheme.place(("indicators", 0, "id")).line
    ('demo.yaml', 3)
    """

    scheme: Scheme
    places: Mapping[Path, Place]
    file: str
    texts: Mapping[str, str]
    _derived: Derived = field(default_factory=Derived, init=False, compare=False, repr=False)

    def once(self, work: Callable[["SchemeFile"], T]) -> T:
        """Return `work(self)`, worked out the first time only; it is kept as long as this value."""
        return self._derived.of(self, work)

    def __reduce__(self) -> tuple[Any, ...]:
        return SchemeFile, (self.scheme, self.places, self.file, self.texts)

    def place(self, path: Path) -> Place:
        """Give the place of the longest part of `path` that stands in the file."""
        for length in range(len(path), -1, -1):
            if found := self.places.get(path[:length]):
                return found
        return Place(self.file, 1, 1)


def unknown_places(file: SchemeFile) -> Iterator[tuple[str, Place]]:
    """Yield the key and place of every value that the author left `unknown`."""
    if not any(word in text for text in file.texts.values() for word in ("unknown", "未载明")):
        return
    texts = {name: text.splitlines() for name, text in file.texts.items()}
    for key, place in _unknowns(file.scheme, (), file):
        rows = texts.get(place.file, ())
        written = rows[place.line - 1][place.column - 1 :][: place.width] if place.line else ""
        if any(is_unknown(word) for word in written.strip("'\"").split()):
            yield key, place


def _unknowns(value: object, path: Path, file: SchemeFile) -> Iterator[tuple[str, Place]]:
    if value is UNKNOWN or (isinstance(value, LimitAmount | NetLimit) and value.is_unknown):
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        yield name, file.place(path)
    elif isinstance(value, BaseModel):
        for name, inner in value:
            key = type(value).model_fields[name].alias or name
            yield from _unknowns(inner, (*path, key), file)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _unknowns(item, (*path, number), file)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unknowns(item, (*path, str(key)), file)

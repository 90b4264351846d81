"""Value forms: what `points` and `base` may say.

One piece: forms hold one another, and one table here knows them all.

Each form says of itself by which keys it is chosen, what it asks of an event and in which units.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Final, Literal, TypeAlias

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
from ...core.terms import Average, Unknown, Window
from ...core.vocabulary import english, is_unknown
from .amounts import ShareText, UnitText
from .scalars import (
    OR_UNKNOWN,
    FieldText,
    FigureText,
    FormulaText,
    Number,
    RoundingText,
    Spelled,
    Text,
    WindowText,
    as_text,
    chooses,
    complaint,
)


class Part(BaseModel):
    """A mapping of the language: English or Chinese keys, no others, frozen."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    NEEDS: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Of each of these, at least one key must be said, beside those without a default."""

    basis: Text | None = Field(None, description=N_("Clause, meeting or standard it rests on."))

    @model_validator(mode="before")
    @classmethod
    def _english_keys(cls, data: object) -> object:
        if isinstance(data, Mapping):
            return {english(words.KEYS, str(key)): value for key, value in data.items()}
        return data


class Form(Part):
    """What every value form says of itself: its keys, what it asks of an event, in which units."""

    CHOSEN_BY: ClassVar[tuple[str, ...]]
    """The keys of which each chooses this form."""

    @property
    def asks(self) -> Literal["quantity", "points", ""]:
        """The column of an event that the value goes by; empty for another, or for none."""
        return ""

    @property
    def units(self) -> frozenset[str]:
        """The units in which a quantity is counted."""
        return frozenset()

    @property
    def window(self) -> Window | Unknown | None:
        """The window in which several events make one value; None if each has its own."""
        return None

    @property
    def is_whole(self) -> bool:
        """Whether the value is surely a whole number of points."""
        return False


class PerUnit(Form):
    """So much for each unit of the quantity: `{each: {4 小时: 1}, round: 1 down}`."""

    CHOSEN_BY = ("each",)

    each: Mapping[UnitText, Annotated[Number | Unknown, OR_UNKNOWN]] = Field(
        description=N_("Points for each unit, or each so many units."), min_length=1, max_length=1
    )
    per: WindowText | None = Field(None, description=N_("Add the quantity up in this window."))
    round: RoundingText | None = Field(None, description=N_("`1 down` counts whole units only."))

    @property
    def asks(self) -> Literal["quantity"]:
        """Ask for the quantity."""
        return "quantity"

    @property
    def units(self) -> frozenset[str]:
        """Return the unit of its one rate."""
        return frozenset(unit.unit for unit in self.each)

    @property
    def window(self) -> Window | None:
        """Return the window in which the quantity is added up."""
        return self.per

    @property
    def is_whole(self) -> bool:
        """Tell whether the value is rounded to whole points."""
        return self.round is not None and self.round.step % 1 == 0


class Table(Form):
    """Steps: from so much on, so many points; `at_least` includes the edge, `above` does not."""

    CHOSEN_BY = ("at_least", "above")

    NEEDS = (("at_least", "above"),)

    at_least: Mapping[Number, Annotated[Number | Unknown, OR_UNKNOWN]] = Field(
        default_factory=dict, description=N_("From this amount on, the amount itself included.")
    )
    above: Mapping[Number, Annotated[Number | Unknown, OR_UNKNOWN]] = Field(
        default_factory=dict, description=N_("Above this amount, the amount itself excluded.")
    )
    per: WindowText | None = Field(None, description=N_("Add the quantity up in this window."))
    by: FigureText | None = Field(
        None, description=N_("The figure it goes by, if not the quantity.")
    )

    @property
    def asks(self) -> Literal["quantity", ""]:
        """Ask for the quantity, unless it goes by a figure."""
        return "quantity" if self.by is None else ""

    @property
    def window(self) -> Window | None:
        """Return the window in which the quantity is added up."""
        return self.per

    @property
    def is_whole(self) -> bool:
        """Tell whether every step is whole."""
        return all(map(is_whole, (*self.at_least.values(), *self.above.values())))


class Bands(Form):
    """Marginal rates by lower edge: `{bands: {0: {100 元: 1}, 1000: {400 元: 1}}}`."""

    CHOSEN_BY = ("bands",)

    bands: Mapping[Number, Mapping[UnitText, Annotated[Number | Unknown, OR_UNKNOWN]]] = Field(
        description=N_("For the part above each edge: points for each so many units."), min_length=1
    )
    round: RoundingText | None = Field(None, description=N_("Applies to the sum."))

    @property
    def asks(self) -> Literal["quantity"]:
        """Ask for the quantity."""
        return "quantity"

    @property
    def units(self) -> frozenset[str]:
        """Return the units of all rates."""
        return frozenset(unit.unit for rates in self.bands.values() for unit in rates)


class By(Form):
    """By a field of the event or subject: `{by: {level: {村级: 3, 区级: 5}}}`."""

    CHOSEN_BY = ("by",)

    by: Mapping[FieldText, Mapping[Text, "MaybeForm"]] = Field(
        description=N_("The field, and a value form for each of its words."),
        min_length=1,
        max_length=1,
    )

    @property
    def is_whole(self) -> bool:
        """Tell whether the value of every word is whole."""
        return all(is_whole(form) for table in self.by.values() for form in table.values())


class Between(Form):
    """Judged within a range; the event says `points`, and outside is an error, not clipped."""

    CHOSEN_BY = ("between",)

    between: tuple[
        Annotated[Number | Unknown, OR_UNKNOWN], Annotated[Number | Unknown, OR_UNKNOWN]
    ] = Field(description=N_("The least and the most that may be given."))

    @model_validator(mode="after")
    def _ordered(self) -> "Between":
        low, high = self.between
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            raise complaint("range-upside-down", low=low, high=high)
        return self

    @property
    def asks(self) -> Literal["points"]:
        """Ask for the points."""
        return "points"


class OneOf(Form):
    """Judged, but only these values may be given: `{one_of: [1, 5, 20, 50]}`.

    The event says `points`.
    """

    CHOSEN_BY = ("one_of",)

    one_of: tuple[Number, ...] = Field(
        description=N_("The values that may be given."), min_length=1
    )

    @property
    def asks(self) -> Literal["points"]:
        """Ask for the points."""
        return "points"

    @property
    def is_whole(self) -> bool:
        """Tell whether every value that may be given is whole."""
        return all(map(is_whole, self.one_of))


class FullMarks(Form):
    """Full marks less so much for each defect found: `{full: 10, each: {处: -2}, floor: 0}`."""

    CHOSEN_BY = ("full",)

    full: Number = Field(description=N_("Marks without any defect."))
    each: Mapping[UnitText, Number] = Field(
        description=N_("What each defect costs."), min_length=1, max_length=1
    )
    floor: Number = Field(Decimal(0), description=N_("Never below."))

    @property
    def asks(self) -> Literal["quantity"]:
        """Ask for the quantity: how many defects were found."""
        return "quantity"

    @property
    def units(self) -> frozenset[str]:
        """Return the unit in which defects are counted."""
        return frozenset(unit.unit for unit in self.each)


def _averages(value: object) -> object:
    word = english(words.COMBINES, as_text(value))
    if is_unknown(word):
        return "unknown"
    if word not in ("mean", "median", "trimmed_mean"):
        choices = "mean, median, trimmed_mean"
        raise complaint("not-one-of", text=as_text(value), choices=choices)
    return word


def _role(value: object) -> object:
    if english(words.WORDS, as_text(value)) != "role":
        raise complaint("not-one-of", text=as_text(value), choices="role")
    return "role"


class FormulaForm(Form):
    """One line over declared names."""

    CHOSEN_BY = ("formula",)

    formula: FormulaText = Field(description=N_("One line of arithmetic."))
    round: RoundingText | None = Field(None, description=N_("Must be said where it divides."))


class RatedBy(Form):
    """Ratings by role.

    `{rated_by: {self: 20%, mutual: 80%}, per: quarter, combine: {mean: role}}`
    """

    CHOSEN_BY = ("rated_by",)

    rated_by: Mapping[
        Annotated[Text, Spelled("rater")], Annotated[ShareText | Unknown, OR_UNKNOWN]
    ] = Field(description=N_("The roles that rate, and the share of each."), min_length=1)
    per: Annotated[WindowText | Unknown, OR_UNKNOWN] = Field(
        description=N_("Ratings of one such window are one.")
    )
    combine: Mapping[
        Annotated[Average | Literal["unknown"], BeforeValidator(_averages), Spelled("average")],
        Annotated[str, BeforeValidator(_role), Spelled("average_over")],
    ] = Field(description=N_("How several of one role become one: `{mean: role}`."), max_length=1)
    missing: Annotated[
        Annotated[
            Literal["spread", "zero", "void"],
            BeforeValidator(chooses(words.MISSING)),
            Spelled("missing"),
        ]
        | Unknown,
        OR_UNKNOWN,
    ] = Field(description=N_("A role that did not rate: spread, zero or void."))
    round: Annotated[RoundingText | Unknown, OR_UNKNOWN] = Field(
        description=N_("How the joint mark is rounded.")
    )
    by: Mapping[FieldText, Mapping[Text, "MaybeForm"]] | None = Field(
        None,
        description=N_("Words that stand for marks: `{rating: {优: 10, 良: 8}}`."),
        max_length=1,
    )
    between: (
        tuple[Annotated[Number | Unknown, OR_UNKNOWN], Annotated[Number | Unknown, OR_UNKNOWN]]
        | None
    ) = Field(None, description=N_("The least and the most a rater may give."))

    @property
    def asks(self) -> Literal["points", ""]:
        """Ask for the points, unless words stand for marks."""
        return "points" if self.by is None else ""

    @property
    def window(self) -> Window | Unknown:
        """Return the window whose ratings are one."""
        return self.per


FORM_CLASSES: Final[tuple[type[Form], ...]] = (
    RatedBy,
    FullMarks,
    Bands,
    PerUnit,
    Table,
    By,
    Between,
    OneOf,
    FormulaForm,
)
"""All of them, in the order in which their keys are looked for."""
_CLASS_BY_KEY: Final = {key: form for form in FORM_CLASSES for key in form.CHOSEN_BY}
FORMS: Final = tuple(_CLASS_BY_KEY)
"""The keys that choose a value form, in the order in which they are looked for."""


def _tag(form: type[Form]) -> str:
    return f"#{form.CHOSEN_BY[0]}"


def _form_of(value: object) -> str | None:
    if isinstance(value, Decimal):
        return "#number"
    if isinstance(value, Form):
        return _tag(type(value))
    if isinstance(value, str) and english(words.WORDS, value.strip()) == "clear":
        return "#clear"
    if not isinstance(value, Mapping):
        return None if isinstance(value, list | tuple) else "#number"
    keys = {english(words.KEYS, str(key)) for key in value}
    found = next((form for key, form in _CLASS_BY_KEY.items() if key in keys), None)
    if found is By and not isinstance(next(iter(value.values()), None), Mapping):
        return None
    return None if found is None else _tag(found)


def _clear(value: object) -> object:
    return "clear"


ValueForm: TypeAlias = Annotated[
    Annotated[Number, Tag("#number")]
    | Annotated[
        Annotated[Literal["clear"], BeforeValidator(_clear), Spelled("clear")], Tag("#clear")
    ]
    | Annotated[RatedBy, Tag(_tag(RatedBy))]
    | Annotated[PerUnit, Tag(_tag(PerUnit))]
    | Annotated[Table, Tag(_tag(Table))]
    | Annotated[Bands, Tag(_tag(Bands))]
    | Annotated[By, Tag(_tag(By))]
    | Annotated[Between, Tag(_tag(Between))]
    | Annotated[OneOf, Tag(_tag(OneOf))]
    | Annotated[FullMarks, Tag(_tag(FullMarks))]
    | Annotated[FormulaForm, Tag(_tag(FormulaForm))],
    Discriminator(_form_of),
]
MaybeForm: TypeAlias = Annotated[ValueForm | Unknown, OR_UNKNOWN]


def is_whole(value: MaybeForm) -> bool:
    """Tell whether a value is surely a whole number of points; what is not stated brings none."""
    if isinstance(value, Decimal):
        return value % 1 == 0
    return not isinstance(value, Form) or value.is_whole

"""Value forms: what `points` and `base` may say."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, TypeAlias

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
from ...core.terms import Unknown
from ...core.vocabulary import english, is_unknown
from .amounts import ShareText, UnitText
from .scalars import (
    FORMS,
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


class PerUnit(Part):
    """So much for each unit of the quantity: `{each: {4 小时: 1}, round: 1 down}`."""

    each: Mapping[UnitText, Annotated[Number | Unknown, OR_UNKNOWN]] = Field(
        description=N_("Points for each unit, or each so many units."), min_length=1, max_length=1
    )
    per: WindowText | None = Field(None, description=N_("Add the quantity up in this window."))
    round: RoundingText | None = Field(None, description=N_("`1 down` counts whole units only."))


class Table(Part):
    """Steps: from so much on, so many points; `at_least` includes the edge, `above` does not."""

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


class Bands(Part):
    """Marginal rates by lower edge: `{bands: {0: {100 元: 1}, 1000: {400 元: 1}}}`."""

    bands: Mapping[Number, Mapping[UnitText, Annotated[Number | Unknown, OR_UNKNOWN]]] = Field(
        description=N_("For the part above each edge: points for each so many units."), min_length=1
    )
    round: RoundingText | None = Field(None, description=N_("Applies to the sum."))


class By(Part):
    """By a field of the event or subject: `{by: {level: {村级: 3, 区级: 5}}}`."""

    by: Mapping[FieldText, Mapping[Text, "MaybeForm"]] = Field(
        description=N_("The field, and a value form for each of its words."),
        min_length=1,
        max_length=1,
    )


class Between(Part):
    """Judged within a range; the event says `points`, and outside is an error, not clipped."""

    between: tuple[
        Annotated[Number | Unknown, OR_UNKNOWN], Annotated[Number | Unknown, OR_UNKNOWN]
    ] = Field(description=N_("The least and the most that may be given."))

    @model_validator(mode="after")
    def _ordered(self) -> "Between":
        low, high = self.between
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            raise complaint("range-upside-down", low=low, high=high)
        return self


class OneOf(Part):
    """Judged, but only these values may be given: `{one_of: [1, 5, 20, 50]}`.

    The event says `points`.
    """

    one_of: tuple[Number, ...] = Field(
        description=N_("The values that may be given."), min_length=1
    )


class FullMarks(Part):
    """Full marks less so much for each defect found: `{full: 10, each: {处: -2}, floor: 0}`."""

    full: Number = Field(description=N_("Marks without any defect."))
    each: Mapping[UnitText, Number] = Field(
        description=N_("What each defect costs."), min_length=1, max_length=1
    )
    floor: Number = Field(Decimal(0), description=N_("Never below."))


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


class FormulaForm(Part):
    """One line over declared names."""

    formula: FormulaText = Field(description=N_("One line of arithmetic."))
    round: RoundingText | None = Field(None, description=N_("Must be said where it divides."))


class RatedBy(Part):
    """Ratings by role.

    `{rated_by: {self: 20%, mutual: 80%}, per: quarter, combine: {mean: role}}`
    """

    rated_by: Mapping[
        Annotated[Text, Spelled("rater")], Annotated[ShareText | Unknown, OR_UNKNOWN]
    ] = Field(description=N_("The roles that rate, and the share of each."), min_length=1)
    per: Annotated[WindowText | Unknown, OR_UNKNOWN] = Field(
        description=N_("Ratings of one such window are one.")
    )
    combine: Mapping[
        Annotated[str, BeforeValidator(_averages), Spelled("average")],
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


def _form_of(value: object) -> str | None:
    if isinstance(value, Decimal):
        return "#number"
    if isinstance(value, Part):
        return _TAG_BY_CLASS[type(value)]
    if isinstance(value, str) and english(words.WORDS, value.strip()) == "clear":
        return "#clear"
    if not isinstance(value, Mapping):
        return None if isinstance(value, list | tuple) else "#number"
    keys = {english(words.KEYS, str(key)) for key in value}
    found = next((form for form in FORMS if form in keys), None)
    if found == "by" and not isinstance(next(iter(value.values()), None), Mapping):
        return None
    return found and f"#{'at_least' if found == 'above' else found}"


def _clear(value: object) -> object:
    return "clear"


ValueForm: TypeAlias = Annotated[
    Annotated[Number, Tag("#number")]
    | Annotated[
        Annotated[Literal["clear"], BeforeValidator(_clear), Spelled("clear")], Tag("#clear")
    ]
    | Annotated[RatedBy, Tag("#rated_by")]
    | Annotated[PerUnit, Tag("#each")]
    | Annotated[Table, Tag("#at_least")]
    | Annotated[Bands, Tag("#bands")]
    | Annotated[By, Tag("#by")]
    | Annotated[Between, Tag("#between")]
    | Annotated[OneOf, Tag("#one_of")]
    | Annotated[FullMarks, Tag("#full")]
    | Annotated[FormulaForm, Tag("#formula")],
    Discriminator(_form_of),
]
MaybeForm: TypeAlias = Annotated[ValueForm | Unknown, OR_UNKNOWN]

_TAG_BY_CLASS: Mapping[type[Part], str] = {
    PerUnit: "#each",
    Table: "#at_least",
    Bands: "#bands",
    By: "#by",
    Between: "#between",
    OneOf: "#one_of",
    FullMarks: "#full",
    FormulaForm: "#formula",
    RatedBy: "#rated_by",
}

"""The items of a scheme: indicators and categories, and what stands on them."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from ...core import vocabulary as words
from ...core.message import N_
from ...core.terms import Average, Pick, Unknown, Window
from ...core.vocabulary import english
from .amounts import Accounts, BoundText, DeadlineText, LastingText, WeightText
from .effects import CapRule, Consequence
from .forms import MaybeForm, Part
from .scalars import (
    OR_UNKNOWN,
    PARTS,
    AmongNames,
    FieldText,
    FormulaText,
    Identifier,
    KindNames,
    Number,
    RoundingText,
    Spelled,
    Text,
    TouchesNames,
    WhoNames,
    WindowText,
    as_text,
    chooses,
    complaint,
)


class Named(Part):
    """Something with an id for files and a name for people; one of the two is enough."""

    NEEDS: ClassVar[tuple[tuple[str, ...], ...]] = (("id", "name"),)

    id: Identifier = Field("", description=N_("What files say; never changes."))
    name: Text = Field("", description=N_("What people read."))

    @model_validator(mode="after")
    def _has_id(self) -> "Named":
        if not self.id and not self.name:
            raise complaint("neither-id-nor-name", what=PARTS[type(self).__name__.lower()])
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
        None, description=N_("By when, counted from the wrong.")
    )
    when: FormulaText | None = Field(None, description=N_("What the repair must show."))
    then: tuple[Consequence, ...] = Field((), description=N_("What it brings instead."))


class ProcessStep(Part):
    """One step between what happened and the points."""

    id: Identifier = Field(
        "", description=N_("What an event's status may say instead of the word.")
    )
    step: Annotated[str, BeforeValidator(chooses(words.STEPS)), Spelled("step")] = Field(
        description=N_("Which step.")
    )
    who: WhoNames = Field((), description=N_("Who takes it; nobody named means anyone."))
    within: Annotated[DeadlineText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("By when.")
    )
    lasts: Annotated[LastingText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("How long it takes, such as a publication.")
    )
    per: Annotated[WindowText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("How often it is held.")
    )
    among: AmongNames = Field((), description=N_("Together with whom it is held."))


Combine: TypeAlias = Mapping[
    Annotated[Pick | Average, BeforeValidator(chooses(words.COMBINES)), Spelled("combine")],
    Annotated[
        Annotated[
            Literal["matter"] | Window,
            BeforeValidator(lambda value: _combine_over(value)),
            Spelled("combine_over"),
        ]
        | Unknown,
        OR_UNKNOWN,
    ],
]


def _combine_over(value: object) -> object:
    if isinstance(value, Window):
        return value
    text = as_text(value)
    if english(words.WORDS, text) == "matter":
        return "matter"
    try:
        window = Window.parse(text)
    except ValueError:
        raise complaint("combine-not-understood", text=text) from None
    if window.name in ("event", "length"):
        raise complaint("combine-not-understood", text=text)
    return window


def _escalates_over(value: object) -> object:
    if isinstance(value, Window):
        return value
    text = as_text(value)
    if english(words.WORDS, text) == "valid":
        return "valid"
    try:
        return Window.parse(text)
    except ValueError:
        raise complaint("not-a-window", text=text) from None


Escalate: TypeAlias = Annotated[
    Mapping[
        Annotated[
            Literal["valid"] | Window, BeforeValidator(_escalates_over), Spelled("escalate_over")
        ],
        tuple[Text, ...],
    ],
    Field(min_length=1, max_length=1),
]


class LastsTable(Part):
    """How long by size: `{at_least: {0: 1 year}, above: {40: 2 years}}`."""

    at_least: Mapping[Number, LastingText] = Field(
        default_factory=dict, description=N_("From this size on, the size itself included.")
    )
    above: Mapping[Number, LastingText] = Field(
        default_factory=dict, description=N_("Above this size, the size itself excluded.")
    )


class LastsBy(Part):
    """How long by a field of the event: `{by: {level: {国家级: 5 years}}}`."""

    by: Mapping[FieldText, Mapping[Text, LastingText]] = Field(
        description=N_("The field, and how long for each of its words."), min_length=1, max_length=1
    )


def _lasts_of(value: object) -> str:
    if isinstance(value, LastsTable | LastsBy):
        return "#by" if isinstance(value, LastsBy) else "#table"
    if not isinstance(value, Mapping):
        return "#text"
    keys = {english(words.KEYS, str(key)) for key in value}
    return "#by" if "by" in keys else "#table"


LastsForm: TypeAlias = Annotated[
    Annotated[LastingText, Tag("#text")]
    | Annotated[LastsTable, Tag("#table")]
    | Annotated[LastsBy, Tag("#by")],
    Discriminator(_lasts_of),
]


class Item(Named):
    """What an indicator and a category share."""

    for_: KindNames = Field((), alias="for", description=N_("Kinds and classes it applies to."))
    to: Accounts | None = Field(None, description=N_("Whose account and ledger, and what share."))
    lasts: Annotated[LastsForm | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("How long the points count; also by size or by a field.")
    )
    escalate: Escalate | None = Field(
        None, description=N_("By the nth time: warnings in words, multiples (x2), or points.")
    )
    process: tuple[ProcessStep, ...] | None = Field(None, description=N_("Its own way to count."))
    caps: tuple[CapRule, ...] = Field((), description=N_("Limits, each with its window."))
    floor: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("Never below, in a period.")
    )
    full: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("Full marks: never above, in a period.")
    )
    combine: Combine = Field(default_factory=dict, description=N_("How several become one."))
    touches: TouchesNames = Field((), description=N_("What it bears on, for the check."))
    open: Annotated[object, Field(description=N_("What a local scheme may set."))] = None


class Indicator(Item):
    """One thing that earns or costs points."""

    NEEDS = (*Named.NEEDS, ("points", "then"))

    points: MaybeForm | None = Field(None, description=N_("How many points, in one of the forms."))
    round: RoundingText | None = Field(None, description=N_("Rounding of each event's points."))
    per: WindowText | None = Field(
        None, description=N_("A standing fact: granted once for each such stretch.")
    )
    when: FormulaText | None = Field(None, description=N_("Only if this holds."))
    then: tuple[Consequence, ...] = Field((), description=N_("What else follows."))
    repair: RepairRule | None = Field(None, description=N_("What it becomes once put right."))
    revokes: Annotated[
        Literal["all", "to zero"], BeforeValidator(chooses(words.REVOKES)), Spelled("revokes")
    ] = Field("all", description=N_("What an event of it takes back of the one it revokes."))

    @model_validator(mode="after")
    def _has_effect(self) -> "Indicator":
        if self.points is None and not self.then:
            raise complaint("indicator-without-effect", id=self.key)
        return self


class Category(Item):
    """A group of indicators or of categories."""

    categories: tuple["Category", ...] = Field((), description=N_("Categories inside this one."))
    indicators: tuple[Indicator, ...] = Field((), description=N_("Indicators inside this one."))
    weight: WeightText | None = Field(None, description=N_("Factor at its border."))
    base: MaybeForm | None = Field(None, description=N_("Points at the start of a period."))
    round: RoundingText | None = Field(None, description=N_("Rounding of its weighted figure."))
    between: (
        tuple[Annotated[Number | Unknown, OR_UNKNOWN], Annotated[Number | Unknown, OR_UNKNOWN]]
        | None
    ) = Field(None, description=N_("The points of every indicator inside lie within."))

"""The parts of a scheme: caps, consequences, indicators, categories, ledgers, ladders, rewards."""

from collections.abc import Mapping
from decimal import Decimal
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
from ...core.terms import Unknown, Window
from ...core.vocabulary import english
from .amounts import Accounts, BoundText, DeadlineText, LastingText, LimitText, RankText, WeightText
from .forms import MaybeForm, Part
from .scalars import (
    OR_UNKNOWN,
    PARTS,
    AmongNames,
    FieldText,
    FigureText,
    FormulaText,
    Identifier,
    KindNames,
    Names,
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
    reads,
)


class CapRule(Part):
    """At most so much, for each such window."""

    at_most: LimitText = Field(
        description=N_("`20 added`, `3 times`, `20 net kept`, `2 小时`; of a reward `30% wallet`.")
    )
    per: Annotated[WindowText | Unknown, OR_UNKNOWN] = Field(
        description=N_("The window it binds in.")
    )
    among: AmongNames = Field(
        (), description=N_("Together with whom: one common room for all of them.")
    )


class Effect(Part):
    """What the four kinds of consequence share."""

    lasts: Annotated[LastingText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("How long it stands.")
    )
    when: FormulaText | None = Field(None, description=N_("Only if this holds."))
    touches: TouchesNames = Field((), description=N_("What it bears on, for the check."))


class VetoEffect(Effect):
    """Something counts for nothing while this lasts."""

    NEEDS = (("lasts",),)

    veto: Annotated[Annotated[Names, Spelled("target")] | Unknown, OR_UNKNOWN] = Field(
        description=N_("What counts for nothing.")
    )
    at: Number = Field(Decimal(0), description=N_("The figure it counts for instead of nothing."))
    gives: Annotated[
        Annotated[
            Literal["all", "before", "nothing"],
            BeforeValidator(chooses(words.GIVES)),
            Spelled("given_back"),
        ]
        | Unknown
        | None,
        OR_UNKNOWN,
    ] = Field(None, description=N_("What comes back when it ends."))

    @model_validator(mode="after")
    def _has_end(self) -> "VetoEffect":
        if self.lasts is None:
            raise complaint("veto-without-end", what=N_("veto"))
        return self


class GradeBound(Part):
    """The level is at best this one, or at least: `{at_best: 二星}`."""

    NEEDS = (("at_best", "at_least"),)

    at_best: Text | None = Field(None, description=N_("No better level than this."))
    at_least: Text | None = Field(None, description=N_("No worse level than this."))

    @model_validator(mode="after")
    def _has_one(self) -> "GradeBound":
        if (self.at_best is None) == (self.at_least is None):
            raise complaint("grade-bound")
        return self


def _grade_of(value: object) -> str:
    return "#bound" if isinstance(value, Mapping | GradeBound) else "#text"


Grade: TypeAlias = Annotated[
    Annotated[Text, Tag("#text")] | Annotated[GradeBound, Tag("#bound")], Discriminator(_grade_of)
]


class GradeEffect(Effect):
    """A level stands while this lasts, whatever the points."""

    NEEDS = (("lasts",),)

    grade: Annotated[Grade | Unknown, OR_UNKNOWN] = Field(
        description=N_("The level that stands, or `{at_best: …}`, `{at_least: …}`.")
    )

    @model_validator(mode="after")
    def _has_end(self) -> "GradeEffect":
        if self.lasts is None:
            raise complaint("veto-without-end", what=N_("grade"))
        return self


class PointsEffect(Effect):
    """Further points, for the subject or for others."""

    points: MaybeForm = Field(description=N_("How many."))
    to: Accounts | None = Field(None, description=N_("For whom, and in which ledger."))


class ActionEffect(Effect):
    """A consequence outside the figures, in words."""

    action: Text = Field(description=N_("What is done."))


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
    Annotated[str, BeforeValidator(chooses(words.COMBINES)), Spelled("combine")],
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


class Carried(Part):
    """What is carried into the next period: `{formula: "min(total, 20)"}`."""

    formula: FormulaText = Field(description=N_("One line over the figures at the period's end."))


def _period_end(value: object) -> object:
    if isinstance(value, Mapping | Carried):
        return value
    word = english(words.WORDS, as_text(value))
    if word not in ("clear", "carry"):
        raise complaint("not-one-of", text=as_text(value), choices="clear, carry")
    return word


PeriodEnd: TypeAlias = Annotated[
    Annotated[
        Annotated[Literal["clear", "carry"], Spelled("period_end")] | Carried,
        BeforeValidator(_period_end),
    ]
    | Unknown
    | None,
    OR_UNKNOWN,
]


class Ledger(Named):
    """A further running figure of the same subject."""

    for_: KindNames = Field((), alias="for", description=N_("Kinds and classes that have it."))
    base: MaybeForm | None = Field(None, description=N_("What it starts from."))
    floor: Annotated[BoundText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("Never below.")
    )
    at_period_end: PeriodEnd = Field(None, description=N_("clear, carry, or a formula."))
    lasts: Annotated[WindowText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("How long what is carried stays in the next period.")
    )
    formula: FormulaText | None = Field(
        None, description=N_("A derived figure: read where it is used, never posted to.")
    )
    round: RoundingText | None = Field(None, description=N_("Rounding of a derived figure."))


class Level(Named):
    """One level of a ladder; all its tests must hold."""

    at_least: Annotated[Number | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("From this figure on.")
    )
    above: Annotated[Number | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("Above this figure.")
    )
    rank: Annotated[RankText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("By place among those rated.")
    )
    when: FormulaText | None = Field(None, description=N_("Only if this holds."))
    then: tuple[Consequence, ...] = Field((), description=N_("What reaching it brings."))
    once: Annotated[WindowText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("What follows does so at most once in each such stretch.")
    )
    lasts: Annotated[WindowText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("For how long it protects from falling.")
    )
    open: Annotated[object, Field(description=N_("What a local scheme may set."))] = None

    @property
    def has_test(self) -> bool:
        """Whether anything must hold for it."""
        tests = (self.at_least, self.above, self.rank, self.when)
        return any(test is not None for test in tests)


def _steps(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise ValueError(text)
    return number


Steps: TypeAlias = Annotated[int, BeforeValidator(reads(_steps, "not-a-number")), Spelled("steps")]


def _gives_of(value: object) -> str:
    return "#form" if isinstance(value, Mapping | Part) else "#text"


Gives: TypeAlias = Annotated[
    Annotated[Text, Tag("#text")] | Annotated[MaybeForm, Tag("#form")], Discriminator(_gives_of)
]


class Ladder(Named):
    """Levels that a figure earns, best first."""

    for_: KindNames = Field((), alias="for", description=N_("Kinds and classes that are rated."))
    by: FigureText | None = Field(None, description=N_("The figure the thresholds are about."))
    per: Annotated[WindowText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("How often it is decided; the period if not said.")
    )
    when: FormulaText | None = Field(None, description=N_("Who is rated at all."))
    ties: Annotated[Annotated[Names, Spelled("ties")] | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("all, none, dense, or figures that decide, highest first.")
    )
    among: AmongNames = Field((), description=N_("Together with whom places are given."))
    round: Annotated[RoundingText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("How a percentage of places is rounded.")
    )
    up: Annotated[Steps | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("At most so many levels up at a time.")
    )
    down: Annotated[Steps | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("At most so many levels down at a time.")
    )
    levels: tuple[Level, ...] = Field((), description=N_("Best first."))


class Rule(Named):
    """When something holds, then."""

    for_: KindNames = Field((), alias="for", description=N_("Kinds and classes it looks at."))
    per: Annotated[WindowText | Unknown, OR_UNKNOWN] = Field(
        description=N_("At the end of which window, or `event`: after each event.")
    )
    once: Annotated[WindowText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("It acts at most once in each such stretch.")
    )
    when: FormulaText = Field(description=N_("What must hold."))
    then: tuple[Consequence, ...] = Field(description=N_("What follows."), min_length=1)


class Reward(Named):
    """Goods, rights or money worked out from points."""

    for_: KindNames = Field((), alias="for", description=N_("Kinds and classes that may have it."))
    spends: Annotated[Annotated[Names, Spelled("price")] | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("Price: `50` of the total, `50 wallet`, or a list of several.")
    )
    gives: Annotated[Gives | Unknown, OR_UNKNOWN] = Field(
        description=N_("What is given: words, or a value form.")
    )
    by: FigureText | None = Field(None, description=N_("The figure its value goes by."))
    to: Accounts | None = Field(None, description=N_("Whom it pays, in which shares."))
    round: RoundingText | None = Field(None, description=N_("How an amount is rounded."))
    per: Annotated[WindowText | Unknown | None, OR_UNKNOWN] = Field(
        None, description=N_("A right worked out at the end of each such window.")
    )
    when: FormulaText | None = Field(None, description=N_("Only if this holds."))
    caps: tuple[CapRule, ...] = Field((), description=N_("How often."))
    touches: TouchesNames = Field((), description=N_("What it bears on, for the check."))

"""What follows from an event, a level or a rule: vetoes, grades, further points, actions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from ...core import vocabulary as words
from ...core.message import N_
from ...core.terms import Unknown
from ...core.vocabulary import english
from .amounts import Accounts, LastingText, LimitText
from .forms import MaybeForm, Part
from .scalars import (
    OR_UNKNOWN,
    AmongNames,
    FormulaText,
    Names,
    Number,
    Spelled,
    Text,
    TouchesNames,
    WindowText,
    chooses,
    complaint,
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

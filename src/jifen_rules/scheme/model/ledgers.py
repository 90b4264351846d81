"""What is no indicator: ledgers, ladders and their levels, rules, rewards."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
)

from ...core import vocabulary as words
from ...core.message import N_
from ...core.terms import Unknown
from ...core.vocabulary import english
from .amounts import Accounts, BoundText, RankText
from .effects import CapRule, Consequence
from .forms import MaybeForm, Part
from .parts import Named
from .scalars import (
    OR_UNKNOWN,
    AmongNames,
    FigureText,
    FormulaText,
    KindNames,
    Names,
    Number,
    RoundingText,
    Spelled,
    Text,
    TouchesNames,
    WindowText,
    as_text,
    complaint,
    reads,
)


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

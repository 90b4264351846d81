"""Amounts: a number and a word, such as `20 added`, `2 小时`, `whole added`, `2 years`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
)

from ...core import vocabulary as words
from ...core.periods import Deadline
from ...core.terms import UNKNOWN, Unknown, Window, parse_number
from ...core.vocabulary import english, is_unknown, word_among
from .scalars import OR_UNKNOWN, Spelled, Text, as_text, complaint, reads


@dataclass(frozen=True, slots=True)
class LimitAmount:
    """The bound of a cap: `20 added`, `3 times first`, `20 net kept`, `2 小时`, `30% wallet`."""

    number: Decimal | Unknown
    kind: Literal["added", "deducted", "net", "times", "quantity", "balance"]
    unit: str = ""
    beyond: Literal["kept", "lost"] | Unknown | None = None
    counted: Literal["first", "highest"] | Unknown | None = None
    text: str = field(default="", compare=False)

    @property
    def is_unknown(self) -> bool:
        """Whether its number is unknown, what becomes of the rest, or which times count."""
        return UNKNOWN in (self.number, self.beyond, self.counted)

    @property
    def bound(self) -> Decimal | None:
        """Return its number; None where a word of it is unknown, so that it binds nothing."""
        return None if isinstance(self.number, Unknown) or self.is_unknown else self.number


_AMOUNT = re.compile(r"([+-]?[\d.]+|unknown|未载明)\s*(.*)\Z", re.DOTALL)


def _limit_amount(value: object) -> object:
    if isinstance(value, LimitAmount):
        return value
    text = as_text(value)
    found = _AMOUNT.match(text)
    if not found:
        raise complaint("not-an-amount", text=text)
    number_text, rest = found.groups()
    number = UNKNOWN if is_unknown(number_text) else _number(number_text)
    if not rest:
        if number is UNKNOWN:
            return LimitAmount(UNKNOWN, "added", text=text)
        raise complaint("amount-without-word", number=number_text)
    if rest.startswith("%"):
        ledger = english(words.ACCOUNTS, rest[1:].strip() or "total")
        return LimitAmount(number, "balance", unit=ledger, text=text)
    word, _, more = rest.partition(" ")
    kind = english(words.LIMITS, word)
    kind = "times" if kind == "time" else kind
    extra = more.strip()
    if kind == "net":
        beyond = _beyond(extra)
        if extra and beyond is None:
            raise complaint("not-one-of", text=extra, choices="kept, lost")
        return LimitAmount(number, "net", beyond=beyond, text=text)
    if kind == "times":
        counted = UNKNOWN if is_unknown(extra) else _counted(extra)
        if extra and counted is None:
            raise complaint("not-one-of", text=extra, choices="first, highest")
        return LimitAmount(number, "times", counted=counted, text=text)
    side = _side(kind)
    if side is not None:
        if extra:
            raise complaint("not-an-amount", text=text)
        return LimitAmount(number, side, text=text)
    return LimitAmount(number, "quantity", unit=rest, text=text)


def _beyond(word: str) -> Literal["kept", "lost"] | Unknown | None:
    return UNKNOWN if is_unknown(word) else word_among(english(words.BEYOND, word), "kept", "lost")


def _side(word: str) -> Literal["added", "deducted"] | None:
    return word_among(english(words.LIMITS, word), "added", "deducted")


def _counted(word: str) -> Literal["first", "highest"] | None:
    return word_among(english(words.COUNTED, word), "first", "highest")


def _number(text: str) -> Decimal:
    try:
        return parse_number(text)
    except ValueError:
        raise complaint("not-a-number", text=text) from None


@dataclass(frozen=True, slots=True, repr=False)
class NetLimit:
    """A net limit of the period: `0 kept`, `36 lost`, `none`; `beyond` None if not stated."""

    number: Decimal | Unknown | None
    beyond: Literal["kept", "lost"] | Unknown | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether its number is unknown, or what becomes of what lies beyond."""
        return UNKNOWN in (self.number, self.beyond)

    @property
    def bound(self) -> Decimal | None:
        """Return its number; None where it is `none` or a word of it unknown: it binds nothing."""
        return None if isinstance(self.number, Unknown) or self.is_unknown else self.number

    def __str__(self) -> str:
        return "none" if self.number is None else f"{self.number}"

    def __repr__(self) -> str:
        """Return the word that every digest of a board goes by."""
        return f"Bound(number={self.number!r}, beyond={self.beyond!r})"


def is_open(bound: object) -> bool:
    """Tell whether a floor or full marks bind nothing, since they or a word of them are unknown."""
    return bound.is_unknown if isinstance(bound, NetLimit) else isinstance(bound, Unknown)


def _bound(value: object) -> object:
    if isinstance(value, NetLimit):
        return value
    text = as_text(value)
    if english(words.WORDS, text) == "none":
        return NetLimit(None)
    if english(words.WORDS, text) == "zero":
        return NetLimit(Decimal(0))
    number_text, _, beyond_text = text.partition(" ")
    beyond = _beyond(beyond_text.strip())
    if beyond_text.strip() and beyond is None:
        raise complaint("not-a-bound", text=text)
    try:
        return NetLimit(parse_number(number_text), beyond)
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
            number = parse_number(found.group(1))
            if number <= 0:
                raise complaint("unit-of-zero", text=text)
            return cls(number, found.group(2).strip())
        if not text.strip() or re.match(r"[\d.]+\Z", text.strip()):
            raise ValueError(text)
        return cls(Decimal(1), text.strip())


@dataclass(frozen=True, slots=True)
class Share:
    """What part of the points goes to an account, and of which side (both if None)."""

    part: Fraction
    side: Literal["added", "deducted"] | None = None
    share: Literal["each", "equally", "by", "rest"] = "each"
    figure: str = ""

    @classmethod
    def parse(cls, text: str) -> "Share":
        """Read `whole`, `20%`, `equally`, `by total`, `rest`, each also with `added`."""
        head, *more = text.split()
        if english(words.KEYS, head) == "by" and more:
            figure = english(words.ACCOUNTS, more.pop(0))
        else:
            figure = ""
        side = _side(" ".join(more))
        if more and side is None:
            raise ValueError(text)
        if figure:
            return cls(Fraction(1), side, "by", figure)
        match english(words.SHARES, head):
            case "equally" | "rest" as share:
                return cls(Fraction(1), side, share)
        if english(words.SHARES, head) == "whole":
            part = Fraction(1)
        elif head.endswith("%"):
            part = Fraction(parse_number(head[:-1])) / 100
        elif re.match(r"\d{1,6}/\d{1,6}\Z", head) and int(head.split("/")[1]):
            part = Fraction(head)
        else:
            raise ValueError(text)
        if part < 0:
            raise ValueError(text)
        return cls(part, side)


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


_NEXT = ("next month", "next quarter", "next year", "next period")
_AFTER_REPAIR = re.compile(r"(.+) after repair\Z|整改后(.+)\Z")


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long something counts: to a window's end, for a length, until repaired, for ever.

    `next` is to the end of the window after that of the day.
    """

    kind: Literal["window", "length", "until_repaired", "after_repair", "ever", "next"]
    window: Window | None = None

    @classmethod
    def parse(cls, text: str) -> "Lasting":
        """Read `period`, `year`, `2 years`, `until repaired`, `2 years after repair`, `ever`."""
        word = english(words.WORDS, text.strip())
        if word in _NEXT:
            return cls("next", Window.parse(word.removeprefix("next ")))
        if word == "until repaired":
            return cls("until_repaired")
        if found := _AFTER_REPAIR.match(word):
            return cls("after_repair", Window.parse(found.group(1) or found.group(2)))
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
        whole = number == number.to_integral_value()
        if number <= 0 or (number > 100 if found.group(3) else not whole):
            raise ValueError(text)
        end = english(words.WORDS, found.group(1))
        return cls("top" if end == "top" else "bottom", number, bool(found.group(3)))


ShareText: TypeAlias = Annotated[
    Share, BeforeValidator(reads(Share.parse, "not-a-share")), Spelled("share")
]
WeightText: TypeAlias = Annotated[
    Weight, BeforeValidator(reads(Weight.parse, "not-a-weight")), Spelled("weight")
]
LastingText: TypeAlias = Annotated[
    Lasting, BeforeValidator(reads(Lasting.parse, "not-a-length-of-time")), Spelled("lasting")
]
DeadlineText: TypeAlias = Annotated[
    Deadline, BeforeValidator(reads(Deadline.parse, "not-a-deadline")), Spelled("deadline")
]
RankText: TypeAlias = Annotated[
    Rank, BeforeValidator(reads(Rank.parse, "not-a-rank")), Spelled("rank")
]
UnitText: TypeAlias = Annotated[
    UnitAmount, BeforeValidator(reads(UnitAmount.parse, "not-an-amount")), Spelled("unit")
]
LimitText: TypeAlias = Annotated[LimitAmount, BeforeValidator(_limit_amount), Spelled("limit")]
BoundText: TypeAlias = Annotated[NetLimit, BeforeValidator(_bound), Spelled("bound")]
Accounts: TypeAlias = Annotated[
    Mapping[Annotated[Text, Spelled("account")], Annotated[ShareText | Unknown, OR_UNKNOWN]],
    Field(min_length=1),
]

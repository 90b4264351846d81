"""The glossary as types: exact numbers, windows, lengths, the days of a period.

Knows the calendar and arithmetic, and nothing of schemes, events or files.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Final, Literal, TypeAlias

from .vocabulary import UNITS, WINDOWS, english

Exact: TypeAlias = int | Fraction
"""An exact number inside the engine: a whole number of grid units, or a fraction of them."""

MAX_DIGITS: Final = 60
"""The longest number read from a file, in digits: beyond any village, short of an attack."""


class Unknown(StrEnum):
    """`unknown` 未载明: not published or not decided. It may stand for any value."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

Average: TypeAlias = Literal["mean", "median", "trimmed_mean"]
"""How several values become one that lies among them."""
Pick: TypeAlias = Literal["highest", "lowest", "heaviest", "latest"]
"""Which of several values counts for all."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\Z")


def parse_number(text: str) -> Decimal:
    """Read a decimal number exactly; full-width digits count. ValueError if it is none."""
    plain = text.strip().replace("－", "-").replace("．", ".").replace("＋", "+")
    if not _NUMBER.match(plain) or len(plain) > MAX_DIGITS:
        raise ValueError(text)
    number = Decimal(plain)
    if abs(number.adjusted()) > MAX_DIGITS:
        raise ValueError(text)
    return number


def exact(number: Exact) -> Exact:
    """Drop a denominator of 1, so that the common case stays a plain integer."""
    return number.numerator if number.denominator == 1 else number


def int_if_whole(number: Exact) -> Exact:
    """Return a whole number as an int, any other as it is."""
    return number if type(number) is int else exact(Fraction(number))


def plain(number: Exact | Decimal, scale: int = 1) -> str:
    """Write number/scale as a decimal without exponent or trailing zeros.

    ValueError if it has no finite decimal: a division somewhere stated no rounding.
    """
    if isinstance(number, int):
        whole, rest = divmod(abs(number), scale)
        digits = _zeros(scale) if rest else 0
        if digits is not None:
            text = f"{_digits(whole)}.{rest:0{digits}}" if rest else _digits(whole)
            return _unpadded(f"-{text}" if number < 0 else text)
    elif isinstance(number, Decimal) and scale == 1 and number.is_finite():
        return _unpadded(f"{number:f}") if number else "0"
    return _plain_fraction(Fraction(number) / scale)


def _digits(whole: int) -> str:
    """Write a whole number of any size; Python itself stops at some thousands of digits."""
    return str(whole) if whole.bit_length() < 4096 else f"{Decimal(whole):f}"


def add_points(numbers: Iterable[Decimal]) -> Decimal:
    """Add points up exactly. `sum` of Decimal rounds to 28 digits.

    >>> add_points([Decimal(10**30), Decimal("0.1")])
    Decimal('1000000000000000000000000000000.1')
    """
    return Decimal(plain(sum(map(Fraction, numbers), Fraction(0))))


@cache
def _zeros(scale: int) -> int | None:
    """Of a power of ten, how many zeros it has."""
    text = str(scale)
    return len(text) - 1 if text.strip("0") == "1" else None


def _unpadded(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain_fraction(fraction: Fraction) -> str:
    """Write a fraction whose denominator has no primes but 2 and 5."""
    digits, rest = 0, fraction.denominator
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        digits = max(digits, power)
    if rest != 1:
        raise ValueError(f"{fraction} has no finite decimal")
    return plain(fraction.numerator * 10**digits // fraction.denominator, 10**digits)


WindowName: TypeAlias = Literal[
    "event", "day", "week", "month", "quarter", "half_year", "year", "period", "ever", "length"
]

ORDER: Final = (
    "event",
    "day",
    "week",
    "month",
    "quarter",
    "half_year",
    "year",
    "period",
    "length",
    "ever",
)
"""Windows from short to long; a length is placed by its days."""

ABOUT_DAYS: Final = {"day": 1, "week": 7, "month": 31, "quarter": 92, "half_year": 184, "year": 366}


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch a cap or count runs over: a calendar window by name, or a length."""

    name: WindowName
    count: int = 1
    unit: str = ""

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Read `month`, 季, `6 months`, 2年. ValueError if it is no window."""
        return _window(text.strip())

    def days(self, period_days: int = 366) -> int:
        """About how long it is, in days: only to put windows in order."""
        if self.name in ("event", "ever"):
            return 0 if self.name == "event" else 10**6
        if self.name == "period":
            return period_days
        return ABOUT_DAYS[self.unit or self.name] * self.count

    def key(self, day: date) -> int:
        """Return the number of the calendar window that holds the day (no period or length)."""
        return window_key(self.name, day)

    def last_day(self, day: date) -> date:
        """Last day of the calendar window that holds the day; of a length, of one it begins."""
        if self.unit:
            return last_of_length(day, self.count, self.unit)
        return window_end(self.name, day)

    def ends(self, day: date, period: "Period") -> bool:
        """Whether it ends on a day; `period` is that which holds the day."""
        if self.name == "period":
            return period.end == day
        return self.name not in ("ever", "length") and self.last_day(day) == day

    def first_day_back(self, day: date) -> date:
        """First day from which the length, counted forward, reaches the day: `6 months` back.

        >>> Window.parse("6 months").first_day_back(date(2025, 2, 28))
        datetime.date(2024, 8, 29)
        """
        about = add_length(day, -self.count, self.unit).toordinal()
        first = date.fromordinal(max(about - 3, 1))
        while last_of_length(first, self.count, self.unit) < day:
            first += timedelta(days=1)
        return first

    def __str__(self) -> str:
        return self.name if self.name != "length" else f"{self.count} {self.unit}"


@cache
def _window(word: str) -> Window:
    name = english(WINDOWS, word)
    if name in WINDOWS:
        return Window(name)  # type: ignore[arg-type]  # the table holds WindowName words
    return Window("length", *parse_length(word))


_LENGTH = re.compile(r"(\d{1,4})\s*([a-z_]+|[\u4e00-\u9fff]+)\Z")


def parse_length(text: str) -> tuple[int, str]:
    """Read `2 years` or 30天 as (2, "year"). ValueError otherwise."""
    found = _LENGTH.match(text.strip())
    if not found or found.group(2) not in UNITS or int(found.group(1)) < 1:
        raise ValueError(text)
    return int(found.group(1)), UNITS[found.group(2)]


@cache
def window_key(name: str, day: date) -> int:
    """Give numbers to the calendar windows of a kind; a week starts on Monday."""
    match name:
        case "day" | "event":
            return day.toordinal()
        case "week":
            return (day.toordinal() - 1) // 7
        case "month":
            return day.year * 12 + day.month - 1
        case "quarter":
            return day.year * 4 + (day.month - 1) // 3
        case "half_year":
            return day.year * 2 + (day.month > 6)
        case "year":
            return day.year
        case "ever":
            return 0
        case _:
            raise ValueError(f"{name} is no calendar window")


def window_start(name: str, key: int) -> date:
    """First day of the calendar window with this number."""
    match name:
        case "day" | "event":
            return date.fromordinal(key)
        case "week":
            return date.fromordinal(key * 7 + 1)
        case "month":
            return date(key // 12, key % 12 + 1, 1)
        case "quarter":
            return date(key // 4, key % 4 * 3 + 1, 1)
        case "half_year":
            return date(key // 2, 7 if key % 2 else 1, 1)
        case "year":
            return date(key, 1, 1)
        case _:
            raise ValueError(f"{name} has no first day")


@cache
def window_end(name: str, day: date) -> date:
    """Last day of the calendar window that holds the day."""
    if name == "day":
        return day
    key = window_key(name, day)
    if key == window_key(name, date.max):
        return date.max
    return window_start(name, key + 1) - timedelta(days=1)


def add_length(day: date, count: int, unit: str) -> date:
    """Go on by so many units; a month's missing day is its last. Stays within the calendar."""
    if unit in ("day", "week"):
        ordinal = day.toordinal() + count * (7 if unit == "week" else 1)
        return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[unit] * count
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year > date.max.year:
        return date.max
    if year < 1:
        return date.min
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_of_length(day: date, count: int, unit: str) -> date:
    """Last day of a length that begins on a day: the eve of the same day of the later month.

    Where that month has no such day, it is its last day.

    >>> last_of_length(date(2024, 8, 28), 6, "month"), last_of_length(date(2024, 8, 31), 6, "month")
    (datetime.date(2025, 2, 27), datetime.date(2025, 2, 28))
    """
    if unit in ("day", "week"):
        return add_length(day, count * (7 if unit == "week" else 1) - 1, "day")
    end = add_length(day, count, unit)
    if end.day != day.day:
        return end
    return end if end == date.max else end - timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One stretch that a score is about, first and last day included."""

    start: date
    end: date
    label: str

    def __str__(self) -> str:
        return self.label

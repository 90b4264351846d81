"""The periods of a scheme and its deadlines: which days belong together, and until when.

Knows the calendar, and nothing of schemes, events or files.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal, Protocol

from .terms import (
    ABOUT_DAYS,
    Period,
    add_length,
    parse_length,
    window_end,
)
from .vocabulary import UNITS, WINDOWS, english


class Calendar(Protocol):
    """What knows which days are working days."""

    def after(self, day: date, count: int) -> date:
        """Return the day on which so many working days after a day have passed."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when: so many days, a day of the month that follows, a date, a window's end."""

    kind: Literal["length", "working_days", "day_of_month", "date", "window"]
    count: int = 0
    unit: str = ""

    @classmethod
    def parse(cls, text: str) -> "Deadline":
        """Read `3 days`, `7 working_days`, `day 10`, `12-31` or `year`."""
        word = text.strip()
        if found := re.match(r"(\d{1,3})\s*(working_days|个?工作日)\Z", word):
            return cls("working_days", int(found.group(1)))
        if found := re.match(r"(?:day\s+|每月)(\d{1,2})日?\Z", word):
            if 1 <= int(found.group(1)) <= 28:
                return cls("day_of_month", int(found.group(1)))
            raise ValueError(text)
        if found := re.match(r"(\d{1,2})-(\d{1,2})\Z", word):
            date(2001, int(found.group(1)), int(found.group(2)))
            return cls("date", unit=word)
        if english(WINDOWS, word) in WINDOWS:
            return cls("window", unit=english(WINDOWS, word))
        return cls("length", *parse_length(word))

    def last_day(
        self, day: date, period_end: date, workdays: "Calendar | None" = None
    ) -> date | None:
        """Last day of the deadline for something of a day; None where it takes a calendar."""
        match self.kind:
            case "length":
                return add_length(day, self.count, self.unit)
            case "day_of_month":
                return add_length(day.replace(day=1), 1, "month").replace(day=self.count)
            case "date":
                month, number = (int(part) for part in self.unit.split("-"))
                this_year = add_length(date(day.year, month, 1), 0, "month")
                last = this_year.replace(day=min(number, monthrange(day.year, month)[1]))
                return last if last >= day else add_length(last, 1, "year")
            case "window":
                return period_end if self.unit == "period" else window_end(self.unit, day)
            case "working_days":
                return workdays.after(day, self.count) if workdays is not None else None


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """How periods follow each other: `year`, `year from 07-01`, `month from 26`, `2 years`."""

    count: int
    unit: str
    from_month: int = 1
    from_day: int = 1

    @classmethod
    def parse(cls, text: str) -> "PeriodRule":
        """Read a period. ValueError if it is none."""
        head, _, start = text.strip().replace("自", " from ").replace("起", "").partition(" from ")
        word = english(WINDOWS, head.strip())
        if word in UNITS:
            count, unit = 1, UNITS[word]
        else:
            count, unit = parse_length(word)
        if not start.strip():
            return cls(count, unit)
        parts = [int(part) for part in start.strip().split("-")]
        if unit == "month" and len(parts) == 1 and 1 <= parts[0] <= 28:
            return cls(count, unit, 1, parts[0])
        if unit in ("year", "half_year", "quarter") and len(parts) == 2:
            date(2001, parts[0], parts[1])
            if parts[1] <= 28:
                return cls(count, unit, parts[0], parts[1])
        raise ValueError(text)

    @property
    def months(self) -> int:
        """Length in months; 0 for days and weeks."""
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(self.unit, 0) * self.count

    @property
    def about_days(self) -> int:
        """About how long it is, in days: only to put windows in order."""
        return ABOUT_DAYS[self.unit] * self.count

    def holding(self, day: date, anchor: date) -> Period:
        """Give the period that holds the day; several units are counted from the anchor."""
        return _holding(self, day, anchor if self.count > 1 else date(2000, 1, 3))

    def next(self, period: Period, anchor: date) -> Period:
        """Give the period that begins the day after this one ends."""
        return self.holding(period.end + timedelta(days=1), anchor)


@cache
def _holding(rule: PeriodRule, day: date, anchor: date) -> Period:
    if not rule.months:
        size = rule.count * (7 if rule.unit == "week" else 1)
        start_ordinal = anchor.toordinal() + (day.toordinal() - anchor.toordinal()) // size * size
        start = date.fromordinal(max(start_ordinal, 1))
        end = add_length(start, size - 1, "day")
    else:
        first = _month_start(rule, anchor)
        shift = (day.year - first.year) * 12 + day.month - first.month - (day.day < first.day)
        begin = shift // rule.months * rule.months
        start = add_length(first, begin, "month")
        last = add_length(first, begin + rule.months, "month")
        end = last if last == date.max else last - timedelta(days=1)
    return Period(start, end, _label(rule, start, end))


def _month_start(rule: PeriodRule, anchor: date) -> date:
    """Return a first day of some period, before or at the anchor."""
    if rule.count == 1:
        return date(2000, rule.from_month, rule.from_day)
    return date(anchor.year, anchor.month, 1)


def _label(rule: PeriodRule, start: date, end: date) -> str:
    calendar = rule.count == 1 and rule.from_month == 1 and rule.from_day == 1
    match rule.unit if calendar else "":
        case "year":
            return f"{start.year}"
        case "half_year":
            return f"{start.year}-H{1 if start.month == 1 else 2}"
        case "quarter":
            return f"{start.year}-Q{(start.month + 2) // 3}"
        case "month":
            return f"{start.year}-{start.month:02}"
        case "week":
            return f"{start.isocalendar().year}-W{start.isocalendar().week:02}"
        case _:
            return f"{start.isoformat()}/{end.isoformat()}"

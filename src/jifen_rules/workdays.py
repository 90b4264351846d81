"""Working days: Monday to Friday, but for the days that a calendar says otherwise of.

The calendar is data the caller gives, such as the yearly notice of holidays and the
working days that are moved for them (调休).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .intake import parse_day
from .rows import read_rows
from .vocabulary import CALENDAR, COLUMNS, english


@dataclass(frozen=True, slots=True)
class Workdays:
    """Days off that fall on a Monday to Friday, and working days that fall on a weekend."""

    rest: frozenset[date]
    work: frozenset[date]

    def is_work(self, day: date) -> bool:
        """Whether a day is a working day."""
        return day in self.work or (day.weekday() < 5 and day not in self.rest)

    def after(self, day: date, count: int) -> date:
        """The day on which so many working days after a day have passed."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_work(day)
        return day


def read_workdays(source: Path | Iterable[Mapping[str, object] | str]) -> Workdays:
    """Read a file or rows: `date` (日期) and `kind` (类型), which is rest 休息 or work 上班.

    ValueError names the first row that is neither.
    """
    days: dict[str, set[date]] = {"rest": set(), "work": set()}
    for row in read_rows(source) if isinstance(source, Path) else source:
        if isinstance(row, str):
            raise ValueError(f"'{row}' is no row of a calendar")
        values = {english(COLUMNS, str(key).strip()): value for key, value in row.items()}
        kind = english(CALENDAR, str(values.get("kind", "")).strip())
        if kind not in days:
            raise ValueError(f"a day of the calendar is rest or work, not '{values.get('kind')}'")
        days[kind].add(parse_day(values.get("date", "")))
    return Workdays(frozenset(days["rest"]), frozenset(days["work"]))

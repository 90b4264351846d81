"""Working days: Monday to Friday, except for the days of a calendar.

The caller gives the calendar, such as the yearly notice of holidays and of the working days
that are moved for them (调休).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from ..core.message import N_
from ..core.plain_data import PlainData
from ..core.problem import Place
from ..core.sources import ArrowStream, path_or_rows
from ..core.values import is_blank, parse_day
from ..core.vocabulary import CALENDAR as CALENDAR_WORDS, english
from .event import Unreadable
from .headings import CALENDAR
from .parts import Block, Spoilt
from .reasons import NOT_A_ROW
from .rows import read_parts


@dataclass(frozen=True, slots=True)
class Workdays(PlainData):
    """A calendar: days off on a Monday to Friday, and working days on a weekend.

    `refused` are the rows of its file that are neither. Calendars are equal by their days.

    >>> from datetime import date
    >>> from jifen_rules.inputs.workdays import Workdays
    >>> calendar = Workdays(frozenset({date(2024, 10, 1)}), frozenset())
    >>> calendar.after(date(2024, 9, 30), 1)
    datetime.date(2024, 10, 2)
    """

    rest: frozenset[date]
    work: frozenset[date]
    refused: tuple[Unreadable, ...] = field(default=(), compare=False)

    def is_work(self, day: date) -> bool:
        """Tell whether a day is a working day."""
        return day in self.work or (day.weekday() < 5 and day not in self.rest)

    def after(self, day: date, count: int) -> date:
        """Return the day on which a number of working days after a day have passed."""
        while count > 0 and day < date.max:
            day += timedelta(days=1)
            count -= self.is_work(day)
        return day


def read_workdays(
    source: str | Path | ArrowStream | Iterable[Mapping[str, object] | str],
) -> Workdays:
    """Read a calendar from a file (its path), rows, or a table with the Arrow interface.

    A row has a `date` (日期) and a `kind` (类型), which is rest 休息 or work 上班; one that has
    neither is among the `refused` of the calendar. OSError if the file cannot be opened.

    >>> from datetime import date
    >>> from jifen_rules import read_workdays
    >>> days = read_workdays([{"日期": "2024-10-01", "类型": "休息"}])
    >>> days.is_work(date(2024, 10, 1)), days.is_work(date(2024, 10, 8))
    (False, True)
    """
    days: dict[str, set[date]] = {"rest": set(), "work": set()}
    refused: list[Unreadable] = []
    for row, place in _given_rows(path_or_rows(source)):
        if isinstance(row, str):
            refused.append(Unreadable(row, NOT_A_ROW, place))
            continue
        columns = CALENDAR.resolve([str(key) for key in row])
        values = {c: v for c, v in zip(columns, row.values()) if not is_blank(v)}
        content = json.dumps(dict(row), ensure_ascii=False, sort_keys=True, default=str)
        kind = english(CALENDAR_WORDS, str(values.get("kind", "")).strip())
        try:
            if kind not in days:
                raise ValueError(_NEITHER)
            days[kind].add(parse_day(values.get("date", "")))
        except ValueError as error:
            reason = _NEITHER if str(error) == _NEITHER else _NO_DATE
            refused.append(Unreadable(content, reason, place))
    return Workdays(frozenset(days["rest"]), frozenset(days["work"]), tuple(refused))


_NEITHER = N_("a day of the calendar is rest or work")
_NO_DATE = N_("a date of the row cannot be read")


def _given_rows(
    source: Path | Iterable[Mapping[str, object] | str],
) -> Iterator[tuple[Mapping[str, object] | str, Place | None]]:
    if not isinstance(source, Path):
        yield from ((row, None) for row in source)
        return
    for part in read_parts(source, CALENDAR):
        if isinstance(part, Spoilt):
            yield part.text, part.place
        elif isinstance(part, Block):
            for line, row in zip(part.lines, part.rows):
                said = row if part.header is None else dict(zip(part.header, row))
                yield said, part.place(str(source), line)

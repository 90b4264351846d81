"""The windows of one period as cells that follow each other, and which lie inside which."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from ...core.terms import Period, Window, add_length, last_of_length, window_key, window_start

Groups: TypeAlias = tuple[tuple[int, ...], ...]
"""For each window the numbers of others."""

EVENT, DAY, PERIOD = "event", "day", "period"


LONGEST = 3700
"""So many days of a period are looked at one by one; in a longer one only its own windows are."""


@dataclass(slots=True)
class Stretch:
    """Windows as they lie in one period or day; what reaches beyond it is cut off at its ends."""

    period: Period
    _cells: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _inside: dict[tuple[str, str], Groups | None] = field(default_factory=dict)
    _counts: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    _touching: dict[tuple[str, str], Groups] = field(default_factory=dict)
    _lasting: dict[tuple[Window, bool], frozenset[int]] = field(default_factory=dict)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.period.end - self.period.start).days + 1

    @property
    def is_long(self) -> bool:
        """Whether the windows within it are not looked at."""
        return self.days > LONGEST

    def day(self, number: int) -> date:
        """Return the day so many days after the first."""
        return self.period.start + timedelta(number)

    def cells(self, name: str) -> tuple[int, ...]:
        """For each day, the number of its window."""
        if name not in self._cells:
            keys: list[int] = [0] * self.days
            if name not in (PERIOD, "ever"):
                keys = [window_key(name, self.day(number)) for number in range(self.days)]
            numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
            self._cells[name] = tuple(numbers[key] for key in keys)
        return self._cells[name]

    def lasting(self, window: Window, *, next_one: bool = False) -> frozenset[int]:
        """Return the days on which something begins that, so long, still stands at the end.

        With `next_one` it lasts to the end of the window after that of its day.
        """
        key = window, next_one
        if key not in self._lasting:
            ends = ((n, _last(window, self.day(n))) for n in range(self.days))
            if next_one:
                ends = ((n, _last(window, add_length(end, 1, "day"))) for n, end in ends)
            self._lasting[key] = frozenset(n for n, end in ends if end >= self.period.end)
        return self._lasting[key]

    def count(self, name: str) -> int:
        """How many windows of a kind the period has, begun ones too."""
        return self.cells(name)[-1] + 1

    def inside(self, fine: str, coarse: str) -> Groups | None:
        """For each coarse window its fine ones; None where one of them reaches into two."""
        key = (fine, coarse)
        if key not in self._inside:
            rows = self.touching(fine, coarse)
            nests = sum(len(row) for row in rows) == self.count(fine)
            self._inside[key] = rows if nests else None
        return self._inside[key]

    def touching(self, one: str, other: str) -> Groups:
        """For each window of the other kind those of the one that share a day with it."""
        key = (one, other)
        if key not in self._touching:
            found: dict[int, dict[int, None]] = {}
            for small, large in zip(self.cells(one), self.cells(other)):
                found.setdefault(large, {})[small] = None
            self._touching[key] = tuple(tuple(found[number]) for number in sorted(found))
        return self._touching[key]

    def counts(self, one: str, other: str) -> tuple[int, ...]:
        """Count the windows of one kind that share a day with each of the other.

        Where the two are always the same, it is once.
        """
        key = (one, other)
        if key not in self._counts:
            counts = tuple(len(row) for row in self.touching(one, other))
            self._counts[key] = counts[:1] if len(set(counts)) == 1 else counts
        return self._counts[key]

    def apart(self, window: Window) -> int:
        """How many days of the period can stand so far apart that no length holds two of them."""
        day, count = self.period.start, 0
        while day <= self.period.end:
            count += 1
            after = add_length(day, window.count, window.unit)
            while after <= self.period.end and window.first_day_back(after) <= day:
                if after == date.max:
                    return count
                after += timedelta(1)
            day = after
        return count

    def holds_whole(self, window: Window) -> bool:
        """Whether no window of a kind reaches beyond the period."""
        if window.name in ("event", "day", PERIOD):
            return True
        if window.name in ("ever", "length") or self.is_long:
            return False
        key = window.key(self.period.start)
        starts = window_start(window.name, key) == self.period.start
        return starts and window.last_day(self.period.end) == self.period.end

    def ends(self, window: Window) -> tuple[int, ...]:
        """Return the days of the period on which a window of a kind ends."""
        if window.name == PERIOD:
            return (self.days - 1,)
        if window.name in ("ever", "length"):
            return ()
        return tuple(n for n in range(self.days) if window.last_day(self.day(n)) == self.day(n))


def _last(window: Window, day: date) -> date:
    if window.name == "length":
        return last_of_length(day, window.count, window.unit)
    return window.last_day(day)

"""What a limit over a length of time has let through: of each event, and in all since a day."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from ..core.terms import Exact


class Lookback:
    """Events that reached a limit over a length, by day, with what it let through of each.

    The sum over the stretch that ends on the latest day is kept as it runs, so that an event in
    order costs the same however many came before it.
    """

    __slots__ = ("_days", "_items", "_numbers", "_start", "times", "used")

    def __init__(self) -> None:
        self._days: list[date] = []
        self._numbers: list[int] = []
        self._items: dict[int, tuple[date, Exact, Exact]] = {}
        """The day, what reached it and what it let through, by number."""
        self._start = 0
        self.used: Exact = 0
        self.times = 0
        """What was let through since the first day of the stretch, and of how many events."""

    def move_to(self, first: date) -> None:
        """Let go of what came before the first day of the stretch."""
        days, numbers, start = self._days, self._numbers, self._start
        while start < len(days) and days[start] < first:
            self._count(numbers[start], -1)
            start += 1
        self._start = start

    def get(self, number: int) -> tuple[Exact, Exact] | None:
        """Return what reached it of an event, and what it let through."""
        found = self._items.get(number)
        return None if found is None else found[1:]

    def is_latest(self, day: date) -> bool:
        """Whether no event of a later day has reached it."""
        return not self._days or self._days[-1] <= day

    def others(self, number: int, first: date, last: date) -> Iterator[Exact]:
        """Yield what it let through of every other event of a stretch."""
        place = bisect_right(self._days, last)
        for other in reversed(range(place)):
            if self._days[other] < first:
                return
            if self._numbers[other] != number:
                yield self._items[self._numbers[other]][2]

    def put(self, number: int, day: date, reached: Exact, let: Exact) -> None:
        """Note what has reached it of an event, and what it lets through."""
        known = self._items.get(number)
        if known is not None and self._is_inside(known[0]):
            self._count(number, -1)
        self._items[number] = day, reached, let
        if known is None:
            place = bisect_right(self._days, day)
            self._days.insert(place, day)
            self._numbers.insert(place, number)
            if place < self._start:
                self._start += 1
                return
        elif not self._is_inside(day):
            return
        self._count(number, 1)

    def prune(self, since: date) -> None:
        """Let go of events before a day."""
        gone = 0
        while gone < self._start and self._days[gone] < since:
            del self._items[self._numbers[gone]]
            gone += 1
        del self._days[:gone], self._numbers[:gone]
        self._start -= gone

    def _is_inside(self, day: date) -> bool:
        return self._start < len(self._days) and day >= self._days[self._start]

    def _count(self, number: int, sign: int) -> None:
        let = self._items[number][2]
        self.used += sign * let
        self.times += sign * bool(let)

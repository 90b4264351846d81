"""How often something occurred, and how much it asked for: running figures over windows.

An occurrence is an admitted event that was not revoked, whatever it was granted.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from datetime import date

from ..core.expression import Call, Formula
from ..core.terms import Exact, Window
from ..plan import Grant
from .retention import Retention

Key = Callable[[Window, date], object]


class Occurrences:
    """The occurrences of one subject, as far as the scheme asks for them."""

    __slots__ = ("_granted", "_latest", "_retention", "_rows", "_windows", "valid")

    def __init__(self, retention: Retention) -> None:
        self._retention = retention
        self._windows: dict[tuple[str, str], _Calendar | _Length] = {}
        self._granted: dict[tuple[str, str], _Calendar | _Length] = {}
        self._rows: dict[Call, int] = {}
        self._latest: dict[str, list[Exact]] = {}
        self.valid: dict[str, int] = {}
        """By indicator, how many events are in force."""

    def note(self, grant: Grant, day: date, points: Exact, key: Key, sign: int = 1) -> None:
        """Take an occurrence in, or (with sign -1) out again."""
        for name, text in self._retention.questions:
            if is_of(grant, name, points):
                self._window(name, text).note(day, points, key, sign)
        for name in self._retention.latest:
            if name in grant.nodes:
                values = self._latest.setdefault(name, [])
                if sign > 0:
                    values.append(points)
                else:
                    _remove_last(values, points)
        if grant.mark.id in self._retention.valid and sign > 0:
            self.valid[grant.mark.id] = self.valid.get(grant.mark.id, 0) + 1

    def note_granted(self, grant: Grant, day: date, points: Exact, key: Key) -> None:
        """Add what an event, or what became of it, granted."""
        for name, text in self._retention.granted:
            if is_of(grant, name, points):
                self._window(name, text, self._granted).note(day, points, key, 1)

    def granted(self, name: str, window: Window, day: date, key: Key) -> Exact:
        """Add up what was granted in the window that holds, or ends on, a day."""
        return self._window(name, str(window), self._granted).figures(day, key)[1]

    def note_row(self, grant: Grant, holds: Callable[[Formula], bool]) -> None:
        """Let an event go on with, or break, the rows that it belongs to."""
        for call in self._retention.rows:
            if call.arguments[0] in grant.nodes:
                self._rows[call] = self._rows.get(call, 0) + 1 if holds(call.formulas[0]) else 0

    def in_a_row(self, call: Call) -> int:
        """Of how many of the latest events of a figure a condition holds."""
        return self._rows.get(call, 0)

    def count(self, name: str, window: Window, day: date, key: Key) -> int:
        """Count the occurrences in the window that holds, or ends on, a day."""
        return self._window(name, str(window)).figures(day, key)[0]

    def sum(self, name: str, window: Window, day: date, key: Key) -> Exact:
        """Add up what they asked for."""
        return self._window(name, str(window)).figures(day, key)[1]

    def latest(self, name: str) -> Exact:
        """Give what the latest one asked for; 0 if there is none."""
        values = self._latest.get(name)
        return values[-1] if values else 0

    def _window(
        self,
        name: str,
        text: str,
        windows: "dict[tuple[str, str], _Calendar | _Length] | None" = None,
    ) -> "_Calendar | _Length":
        windows = self._windows if windows is None else windows
        found = windows.get((name, text))
        if found is None:
            window = Window.parse(text)
            made: _Calendar | _Length
            made = _Length(window) if window.name == "length" else _Calendar(window)
            found = windows[name, text] = made
        return found

    def prune(self, before: date) -> None:
        """Let go of what lies in windows that were over before a day."""
        for window in (*self._windows.values(), *self._granted.values()):
            window.prune(before)


class _Calendar:
    """Counts and sums by calendar window."""

    __slots__ = ("_by_key", "_window")

    def __init__(self, window: Window) -> None:
        self._window = window
        self._by_key: dict[object, tuple[int, Exact, date]] = {}

    def note(self, day: date, points: Exact, key: Key, sign: int) -> None:
        """Take an occurrence in or out."""
        of = key(self._window, day)
        count, amount, _ = self._by_key.get(of, (0, 0, day))
        self._by_key[of] = count + sign, amount + sign * points, day

    def figures(self, day: date, key: Key) -> tuple[int, Exact]:
        """How many there are in the window of a day, and their sum."""
        return self._by_key.get(key(self._window, day), (0, 0, day))[:2]

    def prune(self, before: date) -> None:
        """Let go of windows that are over."""
        if self._window.name != "ever":
            old = [k for k, (_, _, day) in self._by_key.items() if day.year < before.year - 1]
            for of in old:
                del self._by_key[of]


class _Length:
    """Counts and sums over a length that ends on the latest day that was asked for."""

    __slots__ = ("_amount", "_days", "_window")

    def __init__(self, window: Window) -> None:
        self._window = window
        self._days: deque[tuple[date, Exact]] = deque()
        self._amount: Exact = 0

    def note(self, day: date, points: Exact, key: Key, sign: int) -> None:
        """Take an occurrence in or out."""
        if sign > 0:
            if self._days and self._days[-1][0] > day:
                place = bisect_right([known for known, _ in self._days], day)
                self._days.insert(place, (day, points))
            else:
                self._days.append((day, points))
        elif (day, points) in self._days:
            self._days.remove((day, points))
        else:
            return
        self._amount += sign * points

    def figures(self, day: date, key: Key) -> tuple[int, Exact]:
        """How many there are in the length that ends on a day, and their sum; days in order."""
        first = self._window.first_day_back(day)
        while self._days and self._days[0][0] < first:
            self._amount -= self._days.popleft()[1]
        return len(self._days), self._amount

    def prune(self, before: date) -> None:
        """Keep what there is: it is let go of as days pass."""


def is_of(grant: Grant, name: str, points: Exact) -> bool:
    """Whether an occurrence is one of an indicator, a category, a side, or any."""
    if name in ("any", "added", "deducted"):
        return name == "any" or (points > 0 if name == "added" else points < 0)
    return name in grant.nodes


def _remove_last(values: list[Exact], points: Exact) -> None:
    for place in reversed(range(len(values))):
        if values[place] == points:
            del values[place]
            return

"""The order of a day's events: time and id, and after a later one that the event names.

Knows of an event only its day, its id, its time and whom it names.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeAlias

NAMING = ("voids", "corrects", "revokes", "repairs")
"""What an event says that names an earlier one."""

Place: TypeAlias = tuple[object, ...]
"""It sorts as the event does within its day."""
_Own: TypeAlias = tuple[str, str]


class DayOrder:
    """Where events stand within their days.

    `note` each that says a time, names another or is named.
    """

    def __init__(self) -> None:
        self._said: defaultdict[date, dict[str, _Own]] = defaultdict(dict)
        """Of each day the time of each event, and whom it names."""
        self._moved: dict[date, dict[str, Place]] = {}
        self._any: bool | None = None

    def note(self, day: date, name: str, said: Mapping[str, object] | None) -> None:
        """Take in what an event says; of several with one id the first in order counts."""
        own, of_day = _own(said), self._said[day]
        known = of_day.get(name, _NOTHING)
        of_day[name] = known if own == _NOTHING else own if known == _NOTHING else min(known, own)
        self._moved.pop(day, None)
        self._any = None

    def forget(self, day: date) -> None:
        """Let go of a day."""
        self._said.pop(day, None)
        self._moved.pop(day, None)

    def of(self, day: date, name: str, time: str = "", *, again: bool = False) -> Place:
        """Give the place of an event, or of a further copy."""
        moved = self._moved_on(day).get(name)
        if moved is not None:
            return (*moved, again)
        return (time, name, again)

    def time_of(self, day: date, name: str) -> str:
        """Give the time of an event, for an entry that does not say it."""
        return self._said[day].get(name, _NOTHING)[0] if day in self._said else ""

    def moves(self, day: date, name: str) -> bool:
        """Whether an event stands after one that it would come before."""
        return name in self._moved_on(day)

    @property
    def any_moves(self) -> bool:
        """Whether some event stands after one that it would come before."""
        if self._any is None:
            self._any = any(map(self._moved_on, [*self._said]))
        return self._any

    def _moved_on(self, day: date) -> dict[str, Place]:
        if day not in self._said:
            return {}
        found = self._moved.get(day)
        if found is None:
            found = self._moved[day] = _moved(self._said[day])
        return found


_NOTHING = ("", "")


def _own(said: Mapping[str, object] | None) -> _Own:
    if not said:
        return _NOTHING
    named = (said[word] for word in NAMING if said.get(word))
    return str(said.get("time") or ""), str(next(named, ""))


def _moved(said: Mapping[str, _Own]) -> dict[str, Place]:
    """Find the places of the events of a day that stand after one that they would come before."""
    roots: dict[str, str] = {}
    named = {name: other for name, (_, other) in said.items() if other in said}
    for name in sorted(named):
        _find_root(name, said, named, roots)
    after: dict[str, list[str]] = defaultdict(list)
    for name in sorted(named, key=lambda name: (said[name][0], name)):
        if roots[name] != name:
            after[named[name]].append(name)
    found: dict[str, Place] = {}
    for root in dict.fromkeys(roots[name] for name in named):
        for number, name in enumerate(_in_turn(root, after)):
            if number:
                found[name] = (said[root][0], root, False, f"after {number:09}")
    return found


def _find_root(
    name: str, said: Mapping[str, _Own], named: Mapping[str, str], roots: dict[str, str]
) -> None:
    """Find the event whose place decides where an event stands.

    It is the event itself if it does not move.
    """
    chain: dict[str, None] = {}
    while name not in roots and name not in chain and name in named:
        chain[name] = None
        name = named[name]
    root = roots.get(name, name)
    for name in reversed(chain):
        if (said[root][0], root) <= (said[name][0], name):
            root = name
        roots[name] = root


def _in_turn(root: str, after: Mapping[str, list[str]]) -> Iterable[str]:
    """Yield an event, then those that stand after it, each before its next."""
    waiting = [root]
    while waiting:
        name = waiting.pop()
        yield name
        waiting += reversed(after.get(name, ()))

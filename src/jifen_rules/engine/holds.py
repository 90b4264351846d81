"""The vetoes and gradings in force on one subject; vetoes by the figure that each holds.

Several may hold one figure: the first of them stands for all. Refuses to know what a veto stops.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from ..core.terms import Exact
from ..plan import Graded, Held

Figure: TypeAlias = tuple[str, str, bool]
"""Which figure a veto holds: its name, the matter, and whether it holds later points alone."""


@dataclass(slots=True, eq=False)
class Hold:
    """A veto in force: on what, by which event, since when, until when."""

    effect: Held
    event: str
    matter: str
    end: date | None
    number: int
    """Contributions with a lower number came before it."""

    @property
    def figure(self) -> Figure:
        """Which figure it holds; one of later points alone is another one."""
        return self.effect.target, self.matter, self.effect.later


@dataclass(slots=True, eq=False)
class _OnFigure:
    """The vetoes on one figure, by their numbers, and how many hold it at which value."""

    holds: dict[int, Hold] = field(default_factory=dict)
    values: Counter[Exact] = field(default_factory=Counter)


class Holds:
    """Vetoes in the order in which they came; to add or to end one costs the same at any number."""

    __slots__ = ("_all", "_by_event", "_figures", "_matters")

    def __init__(self) -> None:
        self._all: dict[int, Hold] = {}
        self._by_event: dict[str, dict[int, Hold]] = {}
        self._figures: dict[Figure, _OnFigure] = {}
        self._matters: dict[Figure, _OnFigure] = {}
        """The same of matters, of which there may be many."""

    def __bool__(self) -> bool:
        return bool(self._all)

    def __iter__(self) -> Iterator[Hold]:
        return iter(self._all.values())

    def add(self, hold: Hold) -> None:
        """Let a veto be in force; it came after all others."""
        several = self._of(hold).setdefault(hold.figure, _OnFigure())
        several.holds[hold.number] = self._all[hold.number] = hold
        several.values[hold.effect.value] += 1
        self._by_event.setdefault(hold.event, {})[hold.number] = hold

    def end(self, hold: Hold) -> None:
        """Let a veto be in force no longer."""
        if self._all.pop(hold.number, None) is None:
            return
        several, mine = self._of(hold)[hold.figure], self._by_event[hold.event]
        del several.holds[hold.number], mine[hold.number]
        several.values[hold.effect.value] -= 1
        several.values += Counter()  # without those that none holds
        if not several.holds:
            del self._of(hold)[hold.figure]
        if not mine:
            del self._by_event[hold.event]

    def _of(self, hold: Hold) -> dict[Figure, _OnFigure]:
        return self._matters if hold.effect.target == "matter" else self._figures

    def of_event(self, event: str) -> list[Hold]:
        """Return the vetoes of an event."""
        return [*self._by_event.get(event, {}).values()]

    def stand_on(self, figure: Figure) -> bool:
        """Whether some hold a figure."""
        return figure in self._figures or figure in self._matters

    def hold(self, target: str) -> bool:
        """Whether some hold a ledger, category, ladder or reward, or what comes later to it."""
        return (target, "", False) in self._figures or (target, "", True) in self._figures

    def lowest(self, ledger: str) -> Exact | None:
        """Return the lowest value at which a ledger is held; None where it is not."""
        several = self._figures.get((ledger, "", False))
        return None if several is None else min(several.values)

    def first_on(self, ledger: str) -> Hold | None:
        """Return the first that holds a ledger."""
        several = self._figures.get((ledger, "", False))
        return None if several is None else _first(several)

    def firsts(self, matter: str) -> Iterable[Hold]:
        """Return the first on each figure, for points of a matter."""
        found = [_first(several) for several in self._figures.values()]
        of_matter = self._matters.get(("matter", matter, False)) if self._matters else None
        return found if of_matter is None else [*found, _first(of_matter)]


def _first(several: _OnFigure) -> Hold:
    return next(iter(several.holds.values()))


@dataclass(slots=True, eq=False)
class Grade:
    """A level that stands whatever the points: by which event, until when."""

    effect: Graded
    event: str
    end: date | None


class Grades:
    """Gradings in the order in which they came."""

    __slots__ = ("_all", "_by_event", "_count")

    def __init__(self) -> None:
        self._all: dict[int, Grade] = {}
        self._by_event: dict[str, list[int]] = {}
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._all)

    def __iter__(self) -> Iterator[Grade]:
        return iter(self._all.values())

    def add(self, grade: Grade) -> None:
        """Let a grading be in force; it came after all others."""
        self._count += 1
        self._all[self._count] = grade
        self._by_event.setdefault(grade.event, []).append(self._count)

    def end_of(self, event: str) -> None:
        """Let the gradings of an event be in force no longer."""
        for number in self._by_event.pop(event, ()):
            self._all.pop(number, None)

    def end_before(self, day: date) -> None:
        """Let those be in force no longer that ended before a day."""
        over = [n for n, grade in self._all.items() if grade.end is not None and grade.end < day]
        for number in over:
            del self._all[number]

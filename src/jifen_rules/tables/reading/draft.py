"""A draft: the parts of a scheme to be, what could not be read beside them, cell by cell.

Plain values; `assemble` makes them and a renderer writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from ...core.message import Message
from ...core.problem import Place, Problem
from .reading import Data

Parts = dict[str, Data]
"""Keys and values of one part of a scheme, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that stands above a part of the draft: what was not read, or was assumed."""

    kind: Literal["unread", "assumed", "kept"]
    place: Place
    text: str
    said: Message | None = None


@dataclass(slots=True)
class DraftPart:
    """An indicator, or a category with what is inside it; filled while the table is read."""

    data: Parts
    notes: list[Note] = field(default_factory=list)
    categories: "list[DraftPart]" = field(default_factory=list)
    indicators: "list[DraftPart]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CellReading:
    """What one cell became; nothing where its words stand as a note, or are left out."""

    place: Place
    text: str
    became: Mapping[str, Data]


Fate = Literal["read", "assumed", "unread", "left out"]
"""What became of a cell, the most doubtful thing said of it."""

_FATES: Final[Mapping[str, Fate]] = {
    "D511": "unread",
    "D512": "unread",
    "D517": "unread",
    "D504": "unread",
    "D505": "unread",
    "D508": "unread",
    "D509": "unread",
    "D510": "unread",
    "D513": "assumed",
    "D507": "left out",
    "D514": "left out",
    "D515": "left out",
    "D518": "left out",
}


@dataclass(frozen=True, slots=True)
class CellFate:
    """What became of one cell, and what was said of it."""

    place: Place
    fate: Fate
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A scheme to be worked on: its head, its parts, each cell's fate, and the problems.

    `scheme` holds the head's keys and the outermost parts; `problems` are sorted by place.
    """

    file: str
    scheme: DraftPart
    cells: tuple[CellReading, ...]
    problems: tuple[Problem, ...]

    @property
    def unread(self) -> int:
        """How many cells, or stretches of one, were not understood."""
        return sum(_FATES.get(problem.code) == "unread" for problem in self.problems)

    @property
    def fates(self) -> tuple[CellFate, ...]:
        """What became of each cell that is told of, in the order of their places."""
        said: dict[Place, list[Problem]] = {cell.place: [] for cell in self.cells}
        for problem in self.problems:
            if problem.code in _FATES:
                said.setdefault(problem.place, []).append(problem)
        became = {cell.place for cell in self.cells if cell.became}
        found = []
        for place, problems in sorted(said.items()):
            fates = [_FATES[problem.code] for problem in problems]
            usual: Fate = "read" if place in became else "left out"
            fate = next((f for f in ("unread", "left out", "assumed") if f in fates), usual)
            found.append(CellFate(place, fate, tuple(problems)))
        return tuple(found)

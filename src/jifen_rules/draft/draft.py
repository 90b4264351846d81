"""A draft: the parts of a scheme to be, what could not be read beside them, cell by cell.

Plain values; `assemble` makes them and a renderer writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..message import Message
from ..problem import Place, Problem
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
        return sum(problem.code in ("D511", "D512", "D517") for problem in self.problems)

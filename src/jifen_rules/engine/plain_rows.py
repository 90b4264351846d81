"""The rows of plain events of one subject, one after the other.

For each event stands what came to the rest of its way, where points only add up. They go on
together; once more for each event, from the figures of the beginning, when its row is looked at.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..core.terms import Exact
from ..inputs.event import Event
from ..trace.entry import Outcome, Step
from .frames import DayFrames
from .rows import Cut, Row
from .state import Contribution, SubjectState
from .ways import Rest

if TYPE_CHECKING:
    from .plain import PlainGrant


class Said(NamedTuple):
    """Holds what events that say the same have in common."""

    plain: "PlainGrant"
    points: Exact
    """Says what they ask, if that does not go by the events before."""
    steps: tuple[Cut | Step, ...]
    """Says what changed what they ask, before any limit."""
    quantity: Exact
    rest: Rest


Came: TypeAlias = tuple[Said, tuple[Cut, ...], Exact]
"""Holds what an event says, what was cut before the rest of its way, and what came to that."""


class PlainRows:
    """Events that one subject's points came by, and what each brought."""

    __slots__ = ("_before", "_item", "_total", "came", "events")

    def __init__(self, state: SubjectState, sums: DayFrames, item: Contribution) -> None:
        """Begin by the sums of a subject; `item` is nobody's, to run rows by."""
        self.events: list[Event] = []
        self.came: list[Came] = []
        """For each of the events what came of it; many have the same."""
        self._item = item
        self._before = [[*frame] for frame in sums]
        self._total = state.accounts["total"].inner

    def __len__(self) -> int:
        return len(self.events)

    def rows(self) -> Iterator[Row]:
        """Make the row of each event."""
        item, total, counted = self._item, self._total, Outcome.COUNTED
        sums = [[*frame] for frame in self._before]
        for event, (said, cuts, x) in zip(self.events, self.came, strict=True):
            granted, more, ledgers = said.rest.run(sums, item, x)
            total += granted
            told = said.steps + cuts + more if said.steps else cuts + more
            yield event, said.plain.head, counted, said.points, told, granted, ledgers, total, None

"""The rows of plain events of one subject, one after the other.

For each event stands what came to the rest of its way, where points only add up. They go on
together; once more for each event, from the figures of the beginning, when its row is looked at.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from ..core.terms import Exact
from ..inputs.event import Event
from ..trace.entry import Outcome
from .frames import DayFrames
from .rows import Cut, Row
from .state import Contribution, SubjectState

if TYPE_CHECKING:
    from .plain import Asked


Taken: TypeAlias = "tuple[Event, Asked, tuple[Cut, ...], Exact]"


class PlainRows:
    """Events that one subject's points came by, and what each brought."""

    __slots__ = ("_before", "_item", "_total", "taken")

    def __init__(self, state: SubjectState, sums: DayFrames, item: Contribution) -> None:
        """Begin by the sums of a subject; `item` is nobody's, to run rows by."""
        self.taken: list[Taken] = []
        """Each event, what it asks, what was cut before the rest, and what came to it."""
        self._item = item
        self._before = [[*frame] for frame in sums]
        self._total = state.accounts["total"].inner

    def __len__(self) -> int:
        return len(self.taken)

    def rows(self) -> Iterator[Row]:
        """Make the row of each event."""
        item, total, counted = self._item, self._total, Outcome.COUNTED
        sums = [[*frame] for frame in self._before]
        for event, (points, _, _, said), cuts, x in self.taken:
            granted, more, ledgers = said.rest.run(sums, item, x)
            total += granted
            told = said.steps + cuts + more if said.steps else cuts + more
            yield event, said.plain.head, counted, points, told, granted, ledgers, total, None

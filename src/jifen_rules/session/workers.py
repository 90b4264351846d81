"""Scheme, roster and events -> Result, by several processes that settle some groups each.

What comes back is put together by `joined`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection

from ..core.collector import collector_off
from ..inputs.event import Event, Unreadable
from ..inputs.roster import Roster
from ..trace.entry import Result
from .admit import View
from .batch import Ready, evaluate_ready, prepared
from .crew import Crew, send
from .joined import Joined
from .settle import settle
from .share import dealt, write_share


def evaluate_shared(
    ready: Ready,
    roster: Roster | None,
    read: tuple[tuple[Event, ...], tuple[Unreadable, ...]],
    view: View,
    workers: int,
) -> Result:
    """Do what `evaluate_ready` does, by so many processes, with events that were read."""
    events, bad = read
    prepared(ready.versions, roster, view)  # what is beyond all reason is refused before any starts

    def plain() -> Result:
        return evaluate_ready(ready, roster, events, view)

    joined = Joined(ready, roster, bad, view, workers, plain)
    tasks = [_Settling(ready, roster, events, view, n, workers) for n in range(workers)]
    with collector_off(), Crew(tasks) as crew:
        joined.hear(crew.hear())
    return joined.result


@dataclass(frozen=True, slots=True)
class _Settling:
    """The task of one worker: to settle its share of the groups, and write what comes of it."""

    ready: Ready
    roster: Roster | None
    events: tuple[Event, ...]
    view: View
    number: int
    hands: int

    def __call__(self, end: Connection) -> None:
        with collector_off():
            people = prepared(self.ready.versions, self.roster, self.view)
            found = settle(self.ready.versions, people, self.events, self.view, self._mine)
            write_share(found, self.events, self.view, partial(send, end))
            send(end, None)

    def _mine(self, groups: Sequence[tuple[Sequence[str], int]]) -> set[str]:
        hands = dealt({subjects[0]: weight for subjects, weight in groups}, self.hands)
        return {name for name, hand in hands.items() if hand == self.number}

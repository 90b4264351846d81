"""What one who gives the figures must know of the events behind them, so that nobody looks at each again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ..event import Event


@dataclass(frozen=True, slots=True)
class Seen:
    """Of the events that were read: the last day, whether any has a status, which attributes they have."""

    last: date | None
    has_status: bool
    columns: frozenset[str]
    unreadable: int
    """How many rows are no events."""


def see(events: Sequence[Event], unreadable: int, last_year: int) -> Seen:
    """Look at events once. A day after `last_year` can only be mistyped, and is not the last one."""
    days = {event.date for event in events}
    said = [event for event in events if event.said is not None]
    return Seen(
        max((day for day in days if day.year <= last_year), default=None),
        any(event.status for event in said),
        frozenset(key for event in said for key, _ in event.attributes),
        unreadable,
    )


def seen_together(several: Iterable[Seen]) -> Seen:
    """What was seen of all."""
    found = [*several]
    return Seen(
        max((seen.last for seen in found if seen.last is not None), default=None),
        any(seen.has_status for seen in found),
        frozenset[str]().union(*(seen.columns for seen in found)),
        sum(seen.unreadable for seen in found),
    )

"""What a session says when something changes: the opposite of what no longer holds, then more."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from ..inputs.event import canonical_event
from ..trace.entry import Entry, Outcome, order_of, places_of
from .admit import Verdict

T = TypeVar("T")


def difference(
    before: Sequence[Verdict], after: Sequence[Verdict]
) -> tuple[list[Verdict], list[Verdict]]:
    """Return what is decided no longer, and what newly, each in order."""

    def key(verdict: Verdict) -> tuple[str, Outcome | None]:
        return canonical_event(verdict[0]), verdict[1]

    return _without(before, after, key), _without(after, before, key)


def changes(old: Sequence[Entry], new: Sequence[Entry]) -> Iterator[Entry]:
    """Return the opposite of each entry that is no longer there, then what stands in its place."""
    gone, come = _without(old, new, _content), _without(new, old, _content)
    both = [(entry, True) for entry in gone] + [(entry, False) for entry in come]
    places = places_of((*old, *new))
    for entry, is_gone in sorted(both, key=lambda pair: order_of(pair[0], places)):
        yield opposite(entry) if is_gone else entry


def _without(left: Sequence[T], right: Sequence[T], key: Callable[[T], object]) -> list[T]:
    """Return what is left of a sequence without so many as another has."""
    if not left or not right:
        return list(left)
    spare = Counter(map(key, right))
    found = []
    for item in left:
        if spare[key(item)] > 0:
            spare[key(item)] -= 1
        else:
            found.append(item)
    return found


def _content(entry: Entry) -> object:
    """All that an entry says but for the running total."""
    return (
        entry.event,
        entry.subject,
        entry.period,
        entry.indicator,
        entry.version,
        entry.date,
        entry.outcome,
        tuple(sorted(entry.inputs.items())),
        entry.asked,
        entry.steps,
        entry.granted,
        tuple(sorted(entry.ledgers.items())),
    )


def opposite(entry: Entry) -> Entry:
    """Return the entry that takes another one back."""
    ledgers = {name: -amount for name, amount in entry.ledgers.items()}
    return replace(
        entry,
        outcome=Outcome.REVERSED,
        asked=-entry.asked,
        steps=(),
        granted=-entry.granted,
        ledgers=ledgers,
        total_after=None,
    )

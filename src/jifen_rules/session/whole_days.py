"""Days of a stream that are folded as in a batch: where nothing need be kept of an event.

So it is where nothing ties subjects, no version lets a contribution end or change by itself, move
with a bound, or go on into a further period, and an event can be spoken of by those of its own day
alone. Whom such an event speaks of is parted from the others, for good.
"""

from collections import Counter
from collections.abc import Container, Sequence

from ..engine import moved_slots, retention_of
from ..inputs.event import Event
from ..plan import Versions
from .admit import SPEAKS, spoken_of
from .settle import UNDOES
from .ties import names_of

_SPEAKS_OF_OTHERS = SPEAKS | UNDOES


def may_fold_days(versions: Versions) -> bool:
    """Tell whether nothing that an event of the past brought is asked for one by one."""
    retention = versions.once(retention_of)
    return not (retention.keeps or retention.carries or moved_slots(versions.plans))


def parted(events: Sequence[Event], apart: Container[str]) -> tuple[list[Event], list[Event]]:
    """Part the events of a day: of those who are apart or come to be so, and of the others.

    Apart come who has an event that speaks of another, or is spoken of, or shares its id.
    """
    words = [e for e in events if e.said is not None and not _SPEAKS_OF_OTHERS.isdisjoint(e.said)]
    names = {event.id for event in events}
    special = {name for word in words for name in (word.id, *spoken_of(word), *names_of(word))}
    if len(names) < len(events):
        special |= {name for name, n in Counter(event.id for event in events).items() if n > 1}
    whose = {event.subject for event in events if event.id in special}
    own: list[Event] = []
    others: list[Event] = []
    for event in events:
        is_apart = event.subject in apart or event.subject in whose
        (own if is_apart else others).append(event)
    return own, others

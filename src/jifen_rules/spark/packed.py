"""Events -> bytes on their way through a shuffle, and back: a third of a pickle's size and time.

Both ends run the same release under the same Python. What few events say beside the usual is
pickled, once for all that say the same.
"""

import marshal
import pickle
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ..core.remembered import Remembered
from ..inputs.event import Event, lean_event

_FORMAT = 4


class EventPacker:
    """Makes bytes of events; pickles one mapping of seldom fields once as long as it lives."""

    def __init__(self) -> None:
        self._seldom: dict[int, tuple[Mapping[str, object], bytes]] = {}

    def pack(self, event: Event) -> bytes:
        """Give the bytes of an event."""
        number = None if event.quantity is None else str(event.quantity)
        said = None if event.said is None else self._pickled(event.said)
        day = event.date.toordinal()
        return marshal.dumps((event.id, day, event.subject, event.indicator, number, said), _FORMAT)

    def _pickled(self, said: Mapping[str, object]) -> bytes:
        known = self._seldom.get(id(said))
        if known is None:
            known = self._seldom[id(said)] = said, pickle.dumps(said)
        return known[1]


class EventUnpacker:
    """Makes events of bytes; equal days, numbers and seldom fields are one object."""

    def __init__(self) -> None:
        self._days = Remembered(date.fromordinal)
        self._numbers = Remembered[str, Decimal](Decimal)
        self._seldom = Remembered[bytes, Mapping[str, object]](pickle.loads)

    def unpack(self, data: bytes) -> Event:
        """Give the event of some bytes."""
        id, day, subject, indicator, number, said = marshal.loads(data)
        return lean_event(
            id,
            self._days[day],
            subject,
            indicator,
            None if number is None else self._numbers[number],
            None if said is None else self._seldom[said],
        )

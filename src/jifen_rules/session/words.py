"""What becomes of events that others void or correct, and which one stands in whose place.

Takes the voids and corrections that are heard, by the id they name; knows nothing of schemes,
subjects or points.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeAlias

from ..inputs.event import Event
from ..trace.entry import Outcome

_Said: TypeAlias = tuple[date, str, str]
"""When a word was said: its day, time and id."""


class Words:
    """Decides every event of whole chains, each after all that speak of it.

    An event that is corrected passes its place on: a correction of any event of a chain, by
    whichever id, corrects what stands there, and the last in order counts. A void ends what it
    names, and what was said in its place before.
    """

    def __init__(
        self,
        events: Mapping[str, Event],
        said: Mapping[str, list[Event]],
        said_on: Callable[[Event], date],
    ) -> None:
        self.fates: dict[str, Outcome] = {}
        """Why events do not count that others speak of."""
        self._said = said
        self._keys: dict[str, _Said] = {
            word.id: (said_on(word), word.time, word.id)
            for words in said.values()
            for word in words
        }
        """Of each word when it was said; of a correction that was corrected, when that was."""
        self._places: dict[str, str | None] = {}
        """By id, what stands in the place of an event; None where nothing does."""
        self._members: dict[str, list[str]] = {}
        """By the id of an event that stands, those in whose place it does."""
        self._decide(events)

    @property
    def stands_for(self) -> Mapping[str, list[str]]:
        """By id of a correcting event: those in whose place it stands, directly or by a chain."""
        return self._members

    def _decide(self, events: Mapping[str, Event]) -> None:
        """Decide what is spoken of; what is left over speaks in a circle."""
        said = self._said
        waiting = {target: len(speakers) for target, speakers in said.items()}
        heard = {(target, speaker.id) for target, speakers in said.items() for speaker in speakers}
        ready = [name for name in events if name not in waiting]
        while ready:
            event = events[ready.pop()]
            target = event.voids or event.corrects
            if target not in waiting or (target, event.id) not in heard:
                continue
            waiting[target] -= 1
            if waiting[target]:
                continue
            del waiting[target]
            self._decide_one(target)
            if target in events:
                ready.append(target)
        self.fates |= dict.fromkeys(waiting, Outcome.CONFLICTING)

    def _decide_one(self, name: str) -> None:
        """Decide one event by its words; each of them is decided."""
        voids: list[_Said] = []
        corrections: list[tuple[_Said, str]] = []
        for word in self._said[name]:
            key = self._keys[word.id]
            if not word.voids:
                place = self._places.get(word.id, word.id)
                corrections += [(key, place)] if place is not None else []
            elif word.id not in self.fates:
                voids.append(key)
        last = max(corrections, default=None)
        if voids and (last is None or max(voids) > last[0]):
            self._end(name, (place for _, place in corrections))
        elif last is not None:
            self._correct(name, *last, (place for _, place in corrections))

    def _end(self, name: str, others: Iterable[str]) -> None:
        """Let an event be void, and what stood in its place."""
        self.fates[name], self._places[name] = Outcome.VOIDED, None
        for other in others:
            self.fates[other] = Outcome.VOIDED
            self._members.pop(other, None)

    def _correct(self, name: str, key: _Said, place: str, others: Iterable[str]) -> None:
        """Let the last correction stand in the place of an event, and of those before it."""
        self.fates[name], self._places[name] = Outcome.CORRECTED, place
        self._keys[name] = key
        names = self._members.setdefault(place, [])
        names.append(name)
        for other in others:
            if other != place:
                self.fates[other] = Outcome.CORRECTED
                names += [other, *self._members.pop(other, ())]

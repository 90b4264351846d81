"""Which events there are: their order, copies, conflicts, and what they say of each other."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from jifen_rules import Event, Outcome, read_events

Said: TypeAlias = tuple[date, str, str]
"""The day, time and id of a word."""
NAMING = ("voids", "corrects", "revokes", "repairs", "disputes")


def _named(event: Event) -> list[str]:
    return [getattr(event, word) for word in NAMING if getattr(event, word)]


def _place(event: Event) -> tuple[str, list[str]]:
    """Where one of several events with an id stands in their day."""
    return event.time or "", _named(event)


class Incoming:
    """All events that were handed in, and the words among them that are in force."""

    def __init__(self, rows: Iterable[Any], as_of: date, known_on: date | None = None) -> None:
        events, self.unreadable = read_events(list(rows))
        self.as_of, self.known_on = as_of, known_on
        self.refused: list[tuple[Event, Outcome]] = []
        self.by_id: dict[str, Event] = {}
        self.conflicting: dict[str, date] = {}
        """The first day of each id that several events bear."""
        self.unknown: set[str] = set()
        """Those of them that are not known yet."""
        self.shared: list[Event] = []
        """Of each such id the first of each of its days: they count for nothing but the order."""
        self._sort_out(events)
        ordered = self._ordered([*self.by_id.values(), *self.shared])
        self.order = [event for event in ordered if event.id in self.by_id]
        self._states: dict[str, Outcome | None] = {}

    def is_late(self, event: Event) -> bool:
        """Whether it is not known yet: after `as_of`, or recorded after it if it corrects."""
        if event.date > self.as_of or (event.corrects and said_on(event) > self.as_of):
            return True
        recorded = event.recorded_on
        return bool(self.known_on and recorded and recorded > self.known_on)

    def is_known(self, event: Event) -> bool:
        """Whether it is the one that its id names; of several, one after `as_of` is not."""
        return self.by_id.get(event.id) == event

    def is_said(self, event: Event) -> bool:
        """Tell whether its word about another counts by now: a correction, once recorded."""
        recorded = event.recorded_on or event.date
        return said_on(event) <= self.as_of and not (self.known_on and recorded > self.known_on)

    def _sort_out(self, events: Sequence[Event]) -> None:
        """Keep one event of each id.

        Every other copy, and what is conflicting, has its own entry.
        """
        groups: dict[str, list[Event]] = {}
        for event in events:
            groups.setdefault(event.id, []).append(event)
        for name, same in groups.items():
            known = [e for e in same if not self.is_late(e)]
            late = [e for e in same if self.is_late(e)]
            kinds: list[Event] = []
            for event in known or late:
                if event not in kinds:
                    kinds.append(event)
            if known:
                self.refused += [(event, Outcome.AFTER_AS_OF) for event in late]
            if len(kinds) > 1:
                self.conflicting[name] = min(event.date for event in kinds)
                self.unknown |= set() if known else {name}
                self.refused += [(event, Outcome.CONFLICTING) for event in known or late]
                firsts = {e.date: e for e in sorted(kinds, key=_place, reverse=True)}
                self.shared += firsts.values()
                continue
            self.by_id[name] = kinds[0]
            copies = len(known or late) - 1
            self.refused += [(kinds[0], Outcome.DUPLICATE)] * copies

    def _ordered(self, events: Iterable[Event]) -> list[Event]:
        """By date, time, id; what names an event of its own day stands after it."""
        left = sorted(events, key=lambda e: e.sort_key)
        placed: list[Event] = []
        waiting: dict[tuple[date, str], list[Event]] = {}
        done: set[tuple[date, str]] = set()
        there = {(event.date, event.id) for event in left}

        def place(event: Event) -> None:
            key = event.date, event.id
            if key in done:
                return
            placed.append(event)
            done.add(key)
            for other in waiting.pop(key, []):
                place(other)

        for event in left:
            named = [(event.date, name) for name in _named(event) if name != event.id]
            later = [key for key in named if key in there and key not in done]
            if later:
                waiting.setdefault(later[0], []).append(event)
            else:
                place(event)
        for event in left:  # what names one another in a circle
            place(event)
        return placed

    # --- words of one event about another ---------------------------------------------------------

    def words_about(self, name: str) -> list[Event]:
        """The voids and corrections of an event, in the order in which they count."""
        found = [
            event
            for event in self.by_id.values()
            if name in (event.voids, event.corrects)
            and self.is_said(event)
            and (self.knows(event, name) or (event.id == name and self.follows(event, name)))
        ]
        return sorted(found, key=said)

    def follows(self, event: Event, name: str) -> bool:
        """Whether an event that names another is not of an earlier day."""
        target = self.by_id.get(name)
        first = self.conflicting.get(name) if target is None else target.date
        return first is not None and said_on(event) >= first

    def knows(self, event: Event, name: str) -> bool:
        """Whether what an event names is known by now, is another, and is not of a later day."""
        if name == event.id or not self.follows(event, name):
            return False
        target = self.by_id.get(name)
        return name not in self.unknown if target is None else not self.is_late(target)

    def state(self, name: str) -> Outcome | None:
        """What became of an event by the words of others (None: it stands)."""
        if name not in self._states:
            self._states[name] = self._judge(name)
        return self._states[name]

    def _judge(self, name: str) -> Outcome | None:
        if self._in_circle(name):
            return Outcome.CONFLICTING
        asked: str | None = name
        while asked is not None and not self._in_circle(asked):
            place, _, outcome = self._in_place_of(asked)
            if place != name:
                return outcome
            asked = self.corrected_by(asked)
        return None

    def _in_place_of(self, name: str) -> tuple[str, Said | None, Outcome | None]:
        """Find what replaces an event (nothing: ""), since which word, and what that made of it.

        A void takes what stands there, a correction puts another there, and what was put in the
        place of that correction stands here too; the last of them counts.
        """
        found: list[tuple[Said, str, Outcome]] = []
        for word in self.words_about(name):
            if word.voids:
                if self.state(word.id) is None:
                    found.append((said(word), "", Outcome.VOIDED))
            else:
                place, since, _ = self._in_place_of(word.id)
                if place:
                    found.append((since or said(word), place, Outcome.CORRECTED))
        if not found:
            return name, None, None
        since, place, outcome = max(found)
        return place, since, outcome

    def corrected_by(self, name: str) -> str | None:
        """The event that one corrects, if it may."""
        event = self.by_id.get(name)
        target = event.corrects if event is not None and not event.voids else ""
        is_there = target in self.by_id or target in self.conflicting
        if event is None or event not in self.words_about(target) or not is_there:
            return None
        return target

    def _in_circle(self, name: str) -> bool:
        """Whether an event reaches itself along the words about it."""
        seen: set[str] = set()
        layer = [word.id for word in self.words_about(name)]
        while layer:
            one = layer.pop()
            if one == name:
                return True
            if one not in seen:
                seen.add(one)
                layer += [w.id for w in self.words_about(one)]
        return False

    def standing_for(self, name: str) -> str:
        """What stands in the place of an event that was corrected, along chains of any length."""
        if name in self.conflicting:
            return self._in_place_of(name)[0] or name
        if name not in self.by_id or self.state(name) is not Outcome.CORRECTED:
            return name
        first = name
        while (above := self.corrected_by(first)) is not None:
            first = above
        return self._in_place_of(first)[0]


def said(word: Event) -> Said:
    """The place of a word among others about one event."""
    return said_on(word), word.time, word.id


def said_on(event: Event) -> date:
    """The day from which a word about another event counts."""
    return event.recorded_on if event.corrects and event.recorded_on else event.date

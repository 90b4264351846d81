"""Scheme, roster and events -> Result, by several processes: deals the groups of subjects out to them.

Of a file of JSON Lines, where nothing ties subjects, each process reads the lines of its own subjects. The
lines are dealt out by their look; whoever reads one compares, and if one was misplaced, all is read here.
What comes back is put together by `joined`.
"""

import json
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import compress
from multiprocessing.connection import Connection
from pathlib import Path

from ..collector import collector_off
from ..entry import Result
from ..event import Event, Unreadable
from ..intake import events_of, read_events
from ..roster import Roster
from ..rows import read_lines
from ..vocabulary import COLUMNS
from .admit import View, spoken_of
from .batch import Ready, evaluate_ready, last_year, people_of, prepared
from .crew import Crew, receive, send
from .joined import Joined
from .seen import Seen, see, seen_together
from .settle import SPEAKS, settle
from .share import dealt, write_share
from .ties import Ties

PART = 1 << 20
"""So much of a file is dealt out at a time."""
_SUBJECT = re.compile(
    rf'"(?:subject|{COLUMNS["subject"]})"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"'.encode()
)


def evaluate_shared(
    ready: Ready, roster: Roster | None,
    events: Path | Iterable[Mapping[str, object] | Event | Unreadable | str],
    asked: Callable[[Seen], View], workers: int,
) -> tuple[Result, Seen]:  # fmt: skip
    """Do what `evaluate_ready` does, by so many processes; `asked` says what, once the events are seen."""
    with collector_off():
        if isinstance(events, Path) and events.suffix.lower() not in (".csv", ".xlsx", ".xlsm"):
            data = events.read_bytes().removeprefix(BOM_UTF8)
            if Ties(ready.versions, people_of(ready.versions, roster)).is_free:
                found = _read_by_all(ready, roster, data, asked, workers)
                if found is not None:
                    return found
            events = _rows(data)
        return _settled_by_all(ready, roster, read_events(events), asked, workers)


# --- events that are all there --------------------------------------------------------------------


def _settled_by_all(
    ready: Ready, roster: Roster | None, read: tuple[tuple[Event, ...], tuple[Unreadable, ...]],
    asked: Callable[[Seen], View], workers: int,
) -> tuple[Result, Seen]:  # fmt: skip
    events, bad = read
    seen = see(events, len(bad), last_year(ready.versions))
    view = asked(seen)
    prepared(ready.versions, roster, view)

    def plain() -> Result:
        return evaluate_ready(ready, roster, events, view)

    joined = Joined(ready, roster, bad, view, workers, plain)
    with Crew([_Settling(ready, roster, events, view, n, workers) for n in range(workers)]) as crew:
        joined.hear(crew.hear())
    return joined.result, seen


@dataclass(frozen=True, slots=True)
class _Settling:
    """The task of one worker: to settle its share of events that are all there."""

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

    def _mine(self, weights: Mapping[str, int]) -> set[str]:
        hands = dealt(weights, [0] * self.hands)
        return {name for name, hand in hands.items() if hand == self.number}


# --- a file ---------------------------------------------------------------------------------------


def _read_by_all(
    ready: Ready, roster: Roster | None, data: bytes, asked: Callable[[Seen], View], workers: int
) -> tuple[Result, Seen] | None:
    """The same, each worker reading its lines; None if some event is not of whom its line looks like."""
    with Crew([_Reading(ready, roster)] * workers) as crew:
        dealer = _Dealer(workers)
        for part in _parts(data):
            crew.tell(dealer.deal(part))
        crew.tell([None] * workers)
        dealer.add(
            Counter(
                dict.fromkeys(Ties(ready.versions, people_of(ready.versions, roster)).scored, 0)
            )
        )
        crew.tell(dealer.hands)
        heard: list[_Heard] = crew.ask()
        if any(one.is_astray for one in heard):
            return None
        seen = seen_together(one.seen for one in heard)
        view = asked(seen)
        prepared(ready.versions, roster, view)
        crew.tell([view] * workers)
        names = _spoken_across(crew.ask())
        crew.tell([names] * workers)
        if names:
            several = crew.ask()
            crew.tell([_of_others(several, number) for number in range(workers)])

        def plain() -> Result:
            return evaluate_ready(ready, roster, _rows(data), view)

        bad = tuple(row for one in heard for row in one.bad)
        joined = Joined(ready, roster, bad, view, workers, plain)
        joined.hear(crew.hear())
    return joined.result, seen


def _parts(data: bytes) -> Iterator[bytes]:
    """Whole lines, so much of them at a time that the workers read some while others are dealt out."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + PART) + 1 or len(data)
        yield data[start:end]
        start = end


class _Dealer:
    """Deals lines out by the look of their subjects: new ones to whom has the fewest lines so far."""

    def __init__(self, workers: int) -> None:
        self.hands: list[set[str]] = [set() for _ in range(workers)]
        """The subjects of each worker."""
        self._held = [0] * workers
        self._owners: dict[str, int] = {}
        self._by_look: dict[bytes, int] = {}

    def deal(self, part: bytes) -> list[bytes]:
        """The lines of each worker."""
        lines = part.rstrip(b"\n").split(b"\n")
        looks: list[bytes] = _SUBJECT.findall(part)
        if len(looks) != len(lines):
            found = map(_SUBJECT.search, lines)
            looks = [b"" if match is None else match[1] for match in found]
        counts = Counter(looks)
        names = {look: _name(look) for look in counts}
        weights: Counter[str] = Counter()
        for look, name in names.items():
            weights[name] += counts[look]
        self.add(weights)
        for look in names.keys() - self._by_look.keys():
            self._by_look[look] = self._owners[names[look]]
        numbers = [*map(self._by_look.__getitem__, looks)]
        return [
            b"\n".join(compress(lines, map(hand.__eq__, numbers)))
            for hand in range(len(self.hands))
        ]

    def add(self, weights: Mapping[str, int]) -> None:
        """Give subjects that are new to somebody, and count what everybody gets."""
        for name in weights.keys() & self._owners.keys():
            self._held[self._owners[name]] += weights[name]
        new = {name: weight for name, weight in weights.items() if name not in self._owners}
        for name, hand in dealt(new, self._held).items():
            self._owners[name] = hand
            self.hands[hand].add(name)


def _name(look: bytes) -> str:
    """The subject that a look most likely is."""
    text = look.decode(errors="replace")
    with suppress(ValueError):
        return str(json.loads(f'"{text}"')).strip() if "\\" in text else text.strip()
    return text


def _rows(data: bytes) -> Iterator[dict[str, object] | str]:
    return read_lines(data.decode(errors="replace"))


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a worker says of the lines it has read; astray: some are of subjects that are not its own."""

    is_astray: bool
    seen: Seen
    bad: tuple[Unreadable, ...]


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids of a worker's events, and those that speak of others with what they speak of."""

    all: list[str]
    speakers: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The task of one worker: to read its lines, and to settle the events of its subjects.

    It goes ahead as if no event spoke of one of another worker, nor had its id; if one does,
    it gets all such events of the others, and settles again.
    """

    ready: Ready
    roster: Roster | None

    def __call__(self, end: Connection) -> None:
        with collector_off():
            events, bad = events_of(
                row for part in iter(lambda: receive(end), None) for row in _rows(part)
            )
            subjects: set[str] = receive(end)
            astray = any(event.subject not in subjects for event in events)

            def mine(weights: Mapping[str, int]) -> set[str]:
                return weights.keys() & subjects

            send(end, _Heard(astray, see(events, len(bad), last_year(self.ready.versions)), bad))
            view: View = receive(end)
            send(end, _ids(events))
            people = prepared(self.ready.versions, self.roster, view)
            found = settle(self.ready.versions, people, events, view, mine)
            names: set[str] = receive(end)
            if names:
                send(end, [event for event in events if event.id in names])
                events = (*events, *receive(end))
                found = settle(self.ready.versions, people, events, view, mine)
            write_share(found, events, view, partial(send, end))
            send(end, None)


def _ids(events: Sequence[Event]) -> _Ids:
    said = (event for event in events if event.said is not None)
    speakers = [
        (event.id, spoken_of(event)) for event in said if not SPEAKS.isdisjoint(event.said or ())
    ]
    return _Ids([event.id for event in events], speakers)


def _spoken_across(several: Sequence[_Ids]) -> set[str]:
    """The ids of events that must be judged together, if some of them are of different workers."""
    each = [set(ids.all) for ids in several]
    together: set[str] = set().union(*each)
    shared = len(together) < sum(map(len, each))
    if not shared and not any(
        target in together and target not in own
        for ids, own in zip(several, each, strict=True)
        for _, targets in ids.speakers
        for target in targets
    ):
        return set()
    counts = Counter(name for ids in several for name in ids.all)
    speakers = [pair for ids in several for pair in ids.speakers]
    twice = {name for name, count in counts.items() if count > 1}
    return twice.union(*({name, *targets} for name, targets in speakers))


def _of_others(several: Sequence[Sequence[Event]], number: int) -> list[Event]:
    return [event for other, events in enumerate(several) if other != number for event in events]

"""Shares of an evaluation -> the whole Result. The lines of the trace, which the shares wrote, are put in order
when they are looked at, and read back into entries one by one.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, chain

from ..entry import Entry, Late, Result, Room, Score, in_order
from ..event import Unreadable
from ..merge import gather, sorted_once
from ..roster import Roster
from ..trace import Chains, Written, entry_data, entry_of, seal_line
from .admit import View, unreadable_entry
from .batch import Ready, fingerprints, head_of
from .share import BLOCK, Piece, Places, Share


class Joined:
    """What the shares hold, put together."""

    def __init__(
        self, ready: Ready, roster: Roster | None, bad: Sequence[Unreadable], view: View,
        workers: int, plain: Callable[[], Result],
    ) -> None:  # fmt: skip
        """So many shares are heard; `plain` works all out again, here, for the rooms that no share has."""
        self._ready, self._roster, self._bad, self._view = ready, roster, bad, view
        self._shares, self._plain = [Share() for _ in range(workers)], plain
        self._counts: list[int] = []
        self._order: list[int] = []
        """The numbers of the entries, counted over all shares, in the order of the trace."""
        self._inputs: tuple[str, ...] = ()

    def hear(self, pieces: Iterable[tuple[int, Piece]]) -> None:
        """Take what the shares hand over, each with its number; what can be done meanwhile is done."""
        placed = 0
        for number, piece in pieces:
            self._shares[number].take(piece)
            placed += isinstance(piece, Places)
            if isinstance(piece, Places) and placed == len(self._shares):
                self._ordered()

    def _ordered(self) -> None:
        """Work out, while lines are still written, the order of the entries and the fingerprints."""
        keys: list[str] = []
        for share in self._shares:
            self._counts.append(len(share.keys))
            keys += share.keys
            share.keys = []
        self._order = sorted(range(len(keys)), key=keys.__getitem__)
        several = [share.inputs.split() for share in self._shares]
        own = fingerprints(self._ready, self._roster, (), self._bad, self._view)
        self._inputs = sorted_once(chain(*several, own))
        for share in self._shares:
            share.inputs = ""

    @cached_property
    def result(self) -> Result:
        """The result of everybody."""
        count, scores = sum(self._counts) + len(self._bad), self._scores
        entries = Written(count, lambda: self._lines[0], _entry, _written, self._refused)
        entries.chained, entries.blocks = self._chained, self._blocks
        return gather(
            head_of(self._ready.versions.last, self._view.as_of),
            Late(len(scores), lambda: scores, self._score), entries, lambda: self._inputs,
        )  # fmt: skip

    # --- the trace -------------------------------------------------------------------------------

    @cached_property
    def _unread(self) -> tuple[Entry, ...]:
        return in_order(map(unreadable_entry, self._bad))

    @cached_property
    def _chains(self) -> Chains:
        chains = Chains()
        chains.count = sum(self._counts) + len(self._scores)
        for share in self._shares:
            chains.by_subject |= share.chains
        return chains

    @cached_property
    def _lines(self) -> tuple[list[bytes], list[bytes]]:
        """The lines of entries, and those of scores, in order."""
        several = [
            (share.lines, count) for share, count in zip(self._shares, self._counts, strict=True)
        ]
        entries = [*chain.from_iterable(lines[:count] for lines, count in several)]
        scored = [*chain.from_iterable(lines[count:] for lines, count in several)]
        for share in self._shares:
            share.lines = []
        unread = [
            self._chains.add(entry_data(entry)).encode("utf-8", "surrogatepass")
            for entry in self._unread
        ]
        return (
            [*map(entries.__getitem__, self._order), *unread],
            [scored[number] for number, _, _ in self._scores],
        )

    def _chained(self) -> Iterator[str]:
        """The lines of the trace."""
        for line in chain(*self._lines):
            yield line.decode("utf-8", "surrogatepass")
        yield self._seal()

    def _blocks(self) -> Iterator[bytes]:
        """The same, many lines at a time."""
        for lines in self._lines:
            for start in range(0, len(lines), BLOCK):
                yield b"".join(lines[start : start + BLOCK])
        yield self._seal().encode()

    def _seal(self) -> str:
        chains, result = Chains(), self.result
        chains.count, chains.by_subject = self._chains.count, self._chains.by_subject.copy()
        return seal_line(
            chains, scheme=result.scheme, as_of=result.as_of, digest=result.digest,
            illustrative=result.illustrative,
        )  # fmt: skip

    def _refused(self) -> tuple[Entry, ...]:
        """The entries of what was not admitted."""
        starts = accumulate(self._counts, initial=0)
        some = {
            start + number
            for start, share in zip(starts, self._shares, strict=False)
            for number in share.refused
        }
        lines = self._lines[0]
        places = (
            (place for place, number in enumerate(self._order) if number in some) if some else ()
        )
        return (*(_entry(lines[place]) for place in places), *self._unread)

    # --- scores ----------------------------------------------------------------------------------

    @cached_property
    def _scores(self) -> list[tuple[int, Score, bool]]:
        """By subject and period: the number over all shares, the score, and whether its rooms are there."""
        several = [pair for share in self._shares for pair in share.scores]
        rows = [(number, *pair) for number, pair in enumerate(several)]
        return sorted(rows, key=lambda row: (row[1].subject, row[1].period))

    def _score(self, row: tuple[int, Score, bool]) -> Score:
        _, score, has_rooms = row
        if has_rooms:
            return score
        key = (score.subject, score.period)
        return replace(score, rooms=Late(None, lambda: self._rooms[key], _itself))

    @cached_property
    def _rooms(self) -> dict[tuple[object, object], Sequence[Room]]:
        return {(score.subject, score.period): score.rooms for score in self._plain().scores}


def _entry(line: bytes) -> Entry:
    return entry_of(json.loads(line.decode("utf-8", "surrogatepass")))


def _written(line: bytes) -> tuple[str, str]:
    """The subject of a line, and the line before it was chained."""
    text = line.decode("utf-8", "surrogatepass")
    return json.loads(text)["subject"], text[: text.rindex(', "chain": ')] + "}"


def _itself(room: Room) -> Room:
    return room

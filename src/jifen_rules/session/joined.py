"""Shares of an evaluation -> the whole Result.

The lines of the trace, which the shares wrote, are put in order
when they are looked at, and read back into entries one by one.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain, groupby

from ..inputs.event import Unreadable
from ..inputs.roster import Roster
from ..trace.chain import Chains, Written, seal_line
from ..trace.entry import Entry, Result, Room, Score
from ..trace.late import Late, later
from ..trace.line import entry_of
from ..trace.merge import gather, sorted_once
from .admit import View, unreadable_entries
from .batch import Ready, fingerprints, head_of
from .share import BLOCK, Piece, Places, WorkerShare, lines_of


class Joined:
    """What the shares hold, put together."""

    def __init__(
        self,
        ready: Ready,
        roster: Roster | None,
        bad: Sequence[Unreadable],
        view: View,
        workers: int,
        plain: Callable[[], Result],
    ) -> None:
        """So many shares are heard; `plain` works all out here, where a share has no rooms."""
        self._ready, self._roster, self._bad, self._view = ready, roster, bad, view
        self._shares, self._plain = [WorkerShare() for _ in range(workers)], plain
        self._count, self._refusals = 0, list[int]()
        """Count the entries of the shares, and list which of them, in order, are refusals."""
        self._turns: list[int] = []
        """Of which share the next line is, for each entry."""
        self._written: list[bytes] = []
        """So many lines of entries at a time, in their order."""
        self._inputs: tuple[str, ...] = ()

    def hear(self, pieces: Iterable[tuple[int, Piece]]) -> None:
        """Take what the shares hand over, each with its number, and work on in between."""
        placed = 0
        for number, piece in pieces:
            self._shares[number].take(piece)
            if isinstance(piece, Places):
                placed += 1
                if placed == len(self._shares):
                    self._put_in_order()
            self._write_on()
        self._write_on()

    def _put_in_order(self) -> None:
        """Work out the order of the entries, and the fingerprints of all."""
        keys: list[str] = []
        whose: list[int] = []
        refused: set[int] = set()
        for number, share in enumerate(self._shares):
            refused.update(len(keys) + place for place in share.refused)
            whose += [number] * len(share.keys)
            keys += share.keys
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self._count, self._turns = len(keys), [*map(whose.__getitem__, order)]
        if refused:
            self._refusals = [place for place, number in enumerate(order) if number in refused]
        several = [share.inputs.split() for share in self._shares]
        own = fingerprints(self._ready, self._roster, (), self._bad, self._view)
        self._inputs = sorted_once(chain(*several, own))
        for share in self._shares:
            share.keys, share.inputs = [], ""

    def _write_on(self) -> None:
        """Put lines in order as far as they are there."""
        lines = [share.lines for share in self._shares]
        while turns := self._turns[(at := len(self._written) * BLOCK) : at + BLOCK]:
            if any(len(own) < turns.count(number) for number, own in enumerate(lines)):
                return
            self._written.append(b"".join([lines[number].popleft() for number in turns]))

    @cached_property
    def result(self) -> Result:
        """The result of everybody."""
        count, scores = self._count + len(self._bad), self._scores
        entries = Written(count, lambda: self._lines, _entry, partial(map, _written), self._refused)
        entries.chained, entries.blocks = self._chained, self._blocks
        return gather(
            head_of(self._ready.versions.last, self._view.as_of),
            Late(len(scores), lambda: scores, self._score),
            entries,
            lambda: self._inputs,
        )

    # --- the trace -------------------------------------------------------------------------------

    @cached_property
    def _unread(self) -> tuple[Entry, ...]:
        return tuple(unreadable_entries(self._bad))

    @cached_property
    def _chains(self) -> Chains:
        chains = Chains()
        chains.count = self._count + len(self._scores)
        for share in self._shares:
            chains.by_subject |= share.chains
        return chains

    @cached_property
    def _lines(self) -> list[bytes]:
        """The lines of entries in their order."""
        return [line for block in (*self._written, *self._ends[:1]) for line in lines_of(block)]

    @cached_property
    def _ends(self) -> tuple[bytes, bytes]:
        """The lines of rows that are no events, and those of scores."""
        unread = [self._chains.add(entry.to_dict()) for entry in self._unread]
        scored = [*chain.from_iterable(share.lines for share in self._shares)]
        return (
            b"".join(unread),
            b"".join([scored[number] for number, _, _ in self._scores]),
        )

    def _chained(self) -> Iterator[str]:
        """Return the lines of the trace."""
        for block in self._blocks():
            for line in lines_of(block):
                yield line.decode()

    def _blocks(self) -> Iterator[bytes]:
        """Return the same, many lines at a time."""
        yield from self._written
        yield from self._ends
        yield self._seal()

    def _seal(self) -> bytes:
        chains, result = Chains(), self.result
        chains.count, chains.by_subject = self._chains.count, self._chains.by_subject.copy()
        return seal_line(
            chains,
            scheme=result.scheme,
            as_of=result.as_of,
            digest=result.digest,
            illustrative=result.illustrative,
        )

    def _refused(self) -> tuple[Entry, ...]:
        """Return the entries of what was not admitted."""
        found: list[Entry] = []
        for number, places in groupby(self._refusals, lambda place: place // BLOCK):
            lines = lines_of(self._written[number])
            found += [_entry(lines[place % BLOCK]) for place in places]
        return (*found, *self._unread)

    # --- scores ----------------------------------------------------------------------------------

    @cached_property
    def _scores(self) -> list[tuple[int, Score, bool]]:
        """By subject and period: its number over all, the score, whether its rooms are there."""
        several = [pair for share in self._shares for pair in share.scores]
        rows = [(number, *pair) for number, pair in enumerate(several)]
        return sorted(rows, key=lambda row: (row[1].subject, row[1].period))

    def _score(self, row: tuple[int, Score, bool]) -> Score:
        _, score, has_rooms = row
        if has_rooms:
            return score
        key = (score.subject, score.period)
        return replace(score, rooms=later(lambda: self._rooms[key]))

    @cached_property
    def _rooms(self) -> dict[tuple[object, object], Sequence[Room]]:
        return {(score.subject, score.period): score.rooms for score in self._plain().scores}


def _entry(line: bytes) -> Entry:
    return entry_of(json.loads(line.decode()))


def _written(line: bytes) -> tuple[str, bytes]:
    """Return the subject of a line, and the line before it was chained."""
    return json.loads(line)["subject"], line[: line.rindex(b', "chain": ')]

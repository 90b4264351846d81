"""One share of an evaluation: the lines of some groups of subjects, scores, fingerprints.

What several shares hold is put together by `joined`; a share refuses to know of processes.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from heapq import heapreplace
from typing import Any, TypeAlias

from ..core.remembered import Remembered
from ..engine import Row, RowReader, is_refused, order_of_row, rows_in_order
from ..inputs.event import Event
from ..trace.chain import Chains, chained_lines, in_blocks
from ..trace.day_order import DayOrder
from ..trace.entry import Entries, Entry, Score
from ..trace.late import Late
from .admit import View
from .batch import event_fingerprints, scores_of
from .settle import Settled

BLOCK = 4096
"""So many lines of a trace are handed over at once."""


@dataclass(slots=True)
class WorkerShare:
    """What one worker made, handed over piece by piece."""

    keys: list[str] = field(default_factory=list)
    """The place in the trace of each of its entries, in order."""
    refused: list[int] = field(default_factory=list)
    """The numbers, from 0, of the entries that are refusals."""
    lines: deque[bytes] = field(default_factory=deque)
    """The lines of its entries, then those of its scores."""
    scores: list[tuple[Score, bool]] = field(default_factory=list)
    """Its scores, and whether their rooms are there."""
    chains: Mapping[str, bytes] = field(default_factory=dict)
    """By subject, the end of its chain."""
    inputs: str = ""
    """The fingerprints of its events, line by line."""

    def take(self, piece: "Piece") -> None:
        """Put a piece where it belongs."""
        match piece:
            case bytes():
                self.lines += lines_of(piece)
            case Places(keys, refused, inputs):
                self.keys, self.refused, self.inputs = keys, refused, inputs
            case Ends(scores, chains):
                self.scores, self.chains = scores, chains


@dataclass(frozen=True, slots=True)
class Places:
    """What is known of a share before its lines are written."""

    keys: list[str]
    refused: list[int]
    inputs: str


@dataclass(frozen=True, slots=True)
class Ends:
    """What is known of a share when its lines are written."""

    scores: list[tuple[Score, bool]]
    chains: Mapping[str, bytes]


Piece: TypeAlias = bytes | Places | Ends


def lines_of(block: bytes) -> list[bytes]:
    """Return the lines of a block with their ends: inside one, JSON escapes each sign of an end."""
    return block.splitlines(keepends=True)


def write_share(
    found: Settled,
    events: Sequence[Event],
    view: View,
    give: Callable[[Piece], None],
) -> None:
    """Hand over, piece by piece, what was settled of the groups that were chosen."""
    rows, keys = placed_rows(found, lambda entry: entry.subject in found.subjects)
    refused = [number for number, row in enumerate(rows) if is_refused(row)]
    mine = [event for event in events if event.subject in found.subjects]
    give(Places(keys, refused, "\n".join(event_fingerprints(mine))))
    scores, chains, reader = [*scores_of(found)], Chains(), RowReader()
    entries = Entries(len(rows), lambda: rows, reader.entry, reader.lines, tuple)
    for block in in_blocks(chained_lines(chains, entries, scores, view.as_of), BLOCK):
        give(block)
    lean = [
        (replace(s, rooms=()), False) if isinstance(s.rooms, Late) else (s, True) for s in scores
    ]
    give(Ends(lean, chains.by_subject))


def placed_rows(
    found: Settled, is_mine: Callable[[Entry], bool] = lambda entry: True
) -> tuple[list[Row | Entry], list[str]]:
    """Entries and records in the order of the trace, and the place of each.

    Of the refusals that were judged together, those that `is_mine` names.
    """
    judged = found.rows[: found.judged]
    mine = [row for row in judged if isinstance(row, Entry) and is_mine(row)]
    ranks = {id(row): f"\0\0{rank:09}" for rank, row in enumerate(judged)}
    found.rows[: found.judged] = mine
    rows, place = rows_in_order(found.rows), place_writer(found.places)
    if not ranks:
        return rows, [*map(place, rows)]
    return rows, [place(row) + ranks.get(id(row), "") for row in rows]


def place_writer(places: DayOrder) -> Callable[[Row | Entry], str]:
    """Return what writes the place of a row: of most events that is two texts and an id.

    Entries of events that were judged together may share their place over several shares; a rank
    behind it says which came first.
    """
    fronts = Remembered[date, str](lambda day: place_of((0, day, 1, "", "")))
    last = place_of(("", False))

    def place(row: Row | Entry) -> str:
        if isinstance(row, tuple) and row[-1] is None:
            event = row[0]
            if event.said is None and event.id and "\0" not in event.id:
                return f"{fronts[event.date]}{event.id}{last}"
        return place_of(order_of_row(row, places))

    return place


def place_of(order: tuple[Any, ...]) -> str:
    """Return a place in the trace, as `order_of` gives it, as a text that sorts as it does."""
    return "\0\0".join(map(_sortable, order))


def _sortable(part: object) -> str:
    match part:
        case str():
            return part.replace("\0", "\0\1")
        case date():
            return part.isoformat()
        case int():
            return str(part)
        case _:
            return ""  # what a row said that is no event: none of those is in a share


def dealt(weights: Mapping[str, int], hands: int) -> dict[str, int]:
    """Deal out what weighs most first, each to the hand that holds least.

    A group weighs one beside its events.
    """
    held, found = [(0, hand) for hand in range(hands)], {}
    for name, weight in sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])):
        has, hand = held[0]
        found[name] = hand
        heapreplace(held, (has + weight + 1, hand))
    return found

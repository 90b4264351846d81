"""What the checker says in the end: values only."""

from dataclasses import dataclass

from ..message import Message
from ..plain_data import PlainData


@dataclass(frozen=True, slots=True)
class Finding(PlainData):
    """The first line that does not hold, by its number in the file, and why."""

    line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Verification(PlainData):
    """How much was looked at, and the first line that does not hold (None: all hold)."""

    lines: int
    totals: int
    caps: int
    levels: int
    unproved: int
    finding: Finding | None

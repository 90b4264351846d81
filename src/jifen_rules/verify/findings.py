"""What the checker says in the end: values only."""

from dataclasses import dataclass

from ..message import Message


@dataclass(frozen=True, slots=True)
class Finding:
    """The first line that does not hold, by its number in the file, and why."""

    line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Verification:
    """How much was looked at, and the first line that does not hold (None: all hold)."""

    lines: int
    totals: int
    caps: int
    levels: int
    unproved: int
    finding: Finding | None

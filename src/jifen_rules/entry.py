"""The audit trace: entries, scores and the result of an evaluation.

Holds values only; numbers are exact decimals, written without exponent. A score is
its base plus the sum of its entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .terms import Period


class Outcome(StrEnum):
    """What became of an event."""

    COUNTED = "counted"
    RECEIVED = "received"
    AWARDED = "awarded"
    CARRIED = "carried"
    HELD = "held"
    TIER = "tier"
    VOID = "void"
    NO_VERSION = "no_version"
    UNKNOWN_SUBJECT = "unknown_subject"
    UNKNOWN_INDICATOR = "unknown_indicator"
    NOT_FOR_SUBJECT = "not_for_subject"
    DUPLICATE = "duplicate"
    CONFLICTING = "conflicting"
    MISSING_VALUE = "missing_value"
    NOT_IN_TABLE = "not_in_table"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_VALUE = "unknown_value"
    NOT_PASSED = "not_passed"
    VOIDED = "voided"
    CORRECTED = "corrected"
    AFTER_AS_OF = "after_as_of"
    CONDITION_NOT_MET = "condition_not_met"
    UNKNOWN_TARGET = "unknown_target"
    REPAIR_REFUSED = "repair_refused"
    UNREADABLE = "unreadable"


ADMITTED = frozenset(
    {
        Outcome.COUNTED, Outcome.RECEIVED, Outcome.AWARDED, Outcome.CARRIED, Outcome.HELD,
        Outcome.TIER, Outcome.VOID,
    }
)  # fmt: skip
"""Outcomes that are not a refusal."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that changed the points of an entry, with the rule behind it."""

    kind: str
    id: str
    place: str
    basis: str
    before: Decimal
    after: Decimal
    room: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trace. Points are exact; `granted` is what reached the total."""

    event: str | None
    subject: str
    period: str
    indicator: str
    version: date | None
    date: date
    outcome: Outcome
    asked: Decimal
    steps: tuple[Step, ...]
    granted: Decimal
    ledgers: Mapping[str, Decimal]
    total_after: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The level on a ladder, whether it is final, and what the next one asks for."""

    level: str | None
    final: bool
    graded_by: str = ""
    next_level: str = ""
    missing: Decimal | None = None
    more_than: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """One subject in one period."""

    subject: str
    period: Period
    base: Decimal
    total: Decimal
    categories: Mapping[str, Decimal]
    ledgers: Mapping[str, Decimal]
    tiers: Mapping[str, Standing]


@dataclass(frozen=True, slots=True)
class Result:
    """Scores by subject and period, and the whole trace."""

    scheme: str
    illustrative: bool
    as_of: date
    scores: tuple[Score, ...]
    entries: tuple[Entry, ...]
    digest: str

    @property
    def rejected(self) -> tuple[Entry, ...]:
        """The entries of events that were not admitted, and of rows that are none."""
        return tuple(entry for entry in self.entries if entry.outcome not in ADMITTED)

"""What can become of an event: one closed list of words."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of an event, or what else a line of a trace or journal says.

    Lines that bring, take or show something:

    - `counted`: the event counts; `granted` may still be cut to 0 by a cap.
    - `received`: another subject's event brought or took this one's points.
    - `awarded`: the end of a window brings points for something held throughout.
    - `carried`: opens a period with the points that go on into it.
    - `held`: opens a period with what a standing veto takes of them.
    - `tier`: opens a period with the points that the level reached brings.
    - `released`: a veto ended and gave points back.
    - `expired`: the validity of points ended.
    - `redeemed`: points were spent on a reward.
    - `revoked`: the event takes back what another brought, from this day on.
    - `rule`: a rule took effect.
    - `entitled`: the subject has a right from this day on.
    - `void`: the event voids another. `objection`: the event objects to another.
    - `reversed`: in a journal alone, the opposite of an entry that no longer holds.
    - `scored`, `sealed`: in a trace file alone, a subject's figures, and the last line.

    Events that do not count (`granted` is 0), and rows:

    - `no_version`: no version of the scheme was in force on its date.
    - `unknown_subject`: the subject is not on the roster on that day.
    - `unknown_indicator`: the scheme has no such indicator, or grants it without events.
    - `not_for_subject`: the indicator is for other kinds or classes.
    - `duplicate`: a further copy of an event; the first one counts.
    - `conflicting`: two different events share the id, or events void each other in a circle.
    - `missing_value`: a quantity, level or field that the indicator needs was not given.
    - `not_in_table`: the scheme has no points for the level, place or word.
    - `out_of_range`: judged points are outside the stated range.
    - `unknown_value`: the scheme leaves its points open (`unknown`).
    - `declared_late`: declared after the deadline. `not_allowed`: declared by the wrong one.
    - `not_passed`: not yet checked or published as far as the scheme asks.
    - `voided`, `corrected`: another event says so.
    - `after_as_of`: later than the last day that counts.
    - `condition_not_met`: the condition of the indicator is false.
    - `unknown_target`: it names an event that is not there or does not count.
    - `repair_refused`: a repair too late, or without what it must show.
    - `refused`: too few points for the reward, or asked for too often.
    - `unreadable`: the row is no event; `inputs` has its content and the reason.

    >>> from jifen_rules import Outcome
    >>> Outcome("duplicate") is Outcome.DUPLICATE, f"{Outcome.VOIDED}"
    (True, 'voided')
    """

    COUNTED = "counted"
    RECEIVED = "received"
    AWARDED = "awarded"
    CARRIED = "carried"
    HELD = "held"
    TIER = "tier"
    RELEASED = "released"
    EXPIRED = "expired"
    REDEEMED = "redeemed"
    REVOKED = "revoked"
    RULE = "rule"
    REVERSED = "reversed"
    SCORED = "scored"
    SEALED = "sealed"
    ENTITLED = "entitled"
    VOID = "void"
    OBJECTION = "objection"
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
    DECLARED_LATE = "declared_late"
    NOT_ALLOWED = "not_allowed"
    NOT_PASSED = "not_passed"
    VOIDED = "voided"
    CORRECTED = "corrected"
    AFTER_AS_OF = "after_as_of"
    CONDITION_NOT_MET = "condition_not_met"
    UNKNOWN_TARGET = "unknown_target"
    REPAIR_REFUSED = "repair_refused"
    REFUSED = "refused"
    UNREADABLE = "unreadable"

    @property
    def is_admitted(self) -> bool:
        """Whether the event counts, or the line is of something that happened; else it is refused.

        >>> from jifen_rules import Outcome
        >>> Outcome.COUNTED.is_admitted, Outcome.DUPLICATE.is_admitted
        (True, False)
        """
        return self in ADMITTED


ADMITTED = frozenset(
    {
        Outcome.COUNTED,
        Outcome.RECEIVED,
        Outcome.AWARDED,
        Outcome.CARRIED,
        Outcome.HELD,
        Outcome.TIER,
        Outcome.VOID,
        Outcome.OBJECTION,
        Outcome.RELEASED,
        Outcome.EXPIRED,
        Outcome.REDEEMED,
        Outcome.REVOKED,
        Outcome.RULE,
        Outcome.ENTITLED,
        Outcome.REVERSED,
        Outcome.SCORED,
        Outcome.SEALED,
    }
)
"""Outcomes that are not a refusal."""


OPENING = frozenset({Outcome.CARRIED, Outcome.TIER, Outcome.HELD})
"""Outcomes of entries that open a period, before the events of its first day."""

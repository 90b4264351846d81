"""The sentences of statements: outcomes of events, effects of steps, notes."""

from collections.abc import Mapping
from typing import Final

from ...core.message import N_
from ...trace.entry import Outcome

REASONS: Final[Mapping[Outcome, str]] = {
    Outcome.VOID: N_("takes back {target} as if it had never been"),
    Outcome.OBJECTION: N_("objects to {target}"),
    Outcome.NO_VERSION: N_("no version of the scheme was in force on that day"),
    Outcome.UNKNOWN_SUBJECT: N_("nobody of that name was on the roster that day"),
    Outcome.UNKNOWN_INDICATOR: N_(
        "the scheme has no such indicator, or grants it by itself and not for events"
    ),
    Outcome.NOT_FOR_SUBJECT: N_("this indicator is not for this kind or class of subject"),
    Outcome.DUPLICATE: N_("the same event stands in the file more than once; it counts once"),
    Outcome.CONFLICTING: N_(
        "two different events bear this id, or events void each other in a circle"
    ),
    Outcome.MISSING_VALUE: N_(
        "something the indicator needs is missing, such as a quantity, a level or a recipient"
    ),
    Outcome.NOT_IN_TABLE: N_("the scheme gives no points for that level, place or word"),
    Outcome.OUT_OF_RANGE: N_(
        "the points given lie outside the stated range, or a quantity is below 0"
    ),
    Outcome.UNKNOWN_VALUE: N_("the scheme does not state how many points this is worth (未载明)"),
    Outcome.DECLARED_LATE: N_("it was declared after the deadline"),
    Outcome.NOT_ALLOWED: N_("whoever declared it may not declare this"),
    Outcome.NOT_PASSED: N_("it has not yet passed the step from which it counts"),
    Outcome.VOIDED: N_("it was voided"),
    Outcome.CORRECTED: N_("it was corrected; the correction counts in its place"),
    Outcome.AFTER_AS_OF: N_("it lies after the last day that counts"),
    Outcome.CONDITION_NOT_MET: N_("the condition of the indicator did not hold"),
    Outcome.UNKNOWN_TARGET: N_("it speaks of an event that is not there or does not count"),
    Outcome.REPAIR_REFUSED: N_("the repair came too late, or does not show what it must"),
    Outcome.REFUSED: N_("the purchase was refused: too few points, or too often"),
    Outcome.UNREADABLE: N_("the row could not be read: {reason}"),
}

OPENINGS: Final[Mapping[Outcome, str]] = {
    Outcome.RECEIVED: N_("through {event}"),
    Outcome.AWARDED: N_("held throughout"),
    Outcome.CARRIED: N_("carried from the period before"),
    Outcome.HELD: N_("held down from this day"),
    Outcome.TIER: N_("brought by the level reached"),
    Outcome.RELEASED: N_("what was held down ended"),
    Outcome.EXPIRED: N_("its validity ended"),
    Outcome.REDEEMED: N_("spent"),
    Outcome.REVOKED: N_("taken back from this day on"),
    Outcome.RULE: N_("a rule took effect"),
    Outcome.ENTITLED: N_("entitled"),
}

STEPS: Final[Mapping[str, str]] = {
    "added": N_(
        "at most so much may be added {per} for “{name}”{where}: {after} of {before} count, "
        "{room} left"
    ),
    "deducted": N_(
        "at most so much may be deducted {per} for “{name}”{where}: {after} of {before} count, "
        "{room} left"
    ),
    "net": N_(
        "“{name}” may not go beyond its limit{where}: {after} of {before} count, {room} left"
    ),
    "floor": N_("“{name}” may not fall below its floor{where}: {after} of {before} count"),
    "times": N_("only so many times count {per} for “{name}”{where}: {after} of {before} count"),
    "quantity_cap": N_("at most so much of the quantity counts {per}{where}: {after} of {before}"),
    "combine": N_("“{name}”{where} joins several events into one: {before} becomes {after}"),
    "weight": N_("the weight of “{name}”{where}: {before} becomes {after}"),
    "round": N_("rounded at “{name}”{where}: {before} becomes {after}"),
    "escalate": N_("by the number of times it happened{where}: {before} becomes {after}"),
    "round_asked": N_("its points are rounded{where}: {before} becomes {after}"),
    "share": N_("a share of {before}{where}: {after}"),
    "then": N_("a consequence{where} brings {after}"),
}

LOWEST: Final = N_("from this day “{note}” is at its lowest level{until}{where}")
"""Of a veto on a ladder."""

NOTES: Final[Mapping[str, str]] = {
    "veto": N_("from this day “{note}” counts for nothing{until}{where}"),
    "grade": N_("from this day the level “{note}” stands, whatever the points{until}{where}"),
    "action": N_("to be done: {note}{where}"),
    "gives": N_("given: {note}{where}"),
    "warning": N_("only a warning this time: {note}{where}"),
    "to": N_("goes to {note}"),
    "ends": N_("ends what {note} brought{where}"),
    "nobody": N_("nobody is “{note}”, so this share goes to nobody{where}"),
    "holds_none": N_("{note} cannot hold these points, so they go to nobody{where}"),
    "not_stated": N_("{note} of “{name}” is not stated and binds nothing{where}"),
}

FULL: Final[Mapping[str, str]] = {
    "added": N_(
        "“{name}” has had all that may be added {per}{where}, so these {before} points do not count"
    ),
    "deducted": N_(
        "“{name}” has had all that may be deducted {per}{where}, so these {before} points do not "
        "count"
    ),
    "times": N_("“{name}” has had all its times {per}{where}, so this one does not count"),
}
"""Of a limit that lets nothing more through."""

COMBINED: Final = N_("of several events on “{name}”{where} one counts, and another counts already")
"""Of an event that adds nothing to those it is joined with."""

LAST_ROOM: Final[Mapping[str, str]] = {
    "added": N_(
        "“{name}” has reached its limit {per}{where}: of {before} points {after} are added"
    ),
    "deducted": N_(
        "“{name}” has reached its limit {per}{where}: of {before} points {after} are taken"
    ),
}
"""Of a limit that lets only a part through, and nothing after it."""

HELD: Final = N_("“{name}” counts for nothing at present{where}: {before} becomes {after}")
HELD_BY: Final = N_("held at {after} by the veto of {event}{until}{where}")
NONE_BY: Final = N_("counts for nothing by the veto of {event}{until}{where}")

REFUSED_AS: Final[Mapping[Outcome, str]] = {
    Outcome.NO_VERSION: N_("before the scheme was in force"),
    Outcome.UNKNOWN_SUBJECT: N_("not on the roster"),
    Outcome.UNKNOWN_INDICATOR: N_("no such indicator"),
    Outcome.NOT_FOR_SUBJECT: N_("not for this subject"),
    Outcome.DUPLICATE: N_("entered twice"),
    Outcome.CONFLICTING: N_("one id for two events"),
    Outcome.MISSING_VALUE: N_("something is missing"),
    Outcome.NOT_IN_TABLE: N_("no points for that level"),
    Outcome.OUT_OF_RANGE: N_("points out of range"),
    Outcome.UNKNOWN_VALUE: N_("points not stated"),
    Outcome.DECLARED_LATE: N_("declared too late"),
    Outcome.NOT_ALLOWED: N_("declared by somebody who may not"),
    Outcome.NOT_PASSED: N_("not yet checked"),
    Outcome.VOIDED: N_("voided"),
    Outcome.CORRECTED: N_("replaced by a correction"),
    Outcome.AFTER_AS_OF: N_("after the last day"),
    Outcome.CONDITION_NOT_MET: N_("condition not met"),
    Outcome.UNKNOWN_TARGET: N_("speaks of an event that does not count"),
    Outcome.REPAIR_REFUSED: N_("repair refused"),
    Outcome.REFUSED: N_("purchase refused"),
    Outcome.UNREADABLE: N_("row not readable"),
}
"""Short reasons why something does not count, for counts."""

ENTRY_OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.COUNTED: N_("counts; a limit may still leave nothing of its points"),
    Outcome.VOID: N_("takes back another event"),
    Outcome.OBJECTION: N_("objects to another event"),
    **OPENINGS,
    Outcome.RECEIVED: N_("received through another's event"),
    **REFUSED_AS,
}
"""Short names of the outcomes of events."""

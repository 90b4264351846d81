"""What a phrase may become: parts of an indicator as plain data, and what was assumed.

The values that `phrase` makes and `assemble` puts together. Knows no Chinese.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...core.message import Message

Data: TypeAlias = "str | list[Data] | dict[str, Data]"
"""A stretch of a scheme with English keys, all scalars text."""

Side: TypeAlias = Literal["added", "deducted", "both"]


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around a cell: the side, window and unit its headings name, whose points.

    `names_limit` tells that the heading is one of limits, `unit` what its figures are:
    `points` or `times`. `doubt` tells that a figure without a sign may be on either side.
    """

    subject: str = "household"
    side: Side | None = None
    window: str = ""
    names_limit: bool = False
    unit: str = ""
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap before its side is known: that of the points it stands beside."""

    number: str
    what: str
    window: str
    side: Side | None = None
    extra: str = ""


@dataclass(frozen=True, slots=True)
class PhraseReading:
    """What one phrase says; several are joined into what a cell says.

    `points` is a value form and `side` the side it is on; `full` are full marks, and
    `to_zero` says that deducting stops at nothing. `rest` are words that bear no figure
    and are kept as they are.
    """

    points: "Data | None" = None
    side: Side | None = None
    limits: tuple[Limit, ...] = ()
    then: tuple[Mapping[str, Data], ...] = ()
    escalate: "Data | None" = None
    full: str = ""
    to_zero: bool = False
    assumed: tuple[Message, ...] = ()
    rest: tuple[str, ...] = ()

    @property
    def has_net(self) -> bool:
        """Whether one of its limits is on the net."""
        return any(limit.what == "net" for limit in self.limits)

    def joined(self, other: "PhraseReading") -> "PhraseReading | None":
        """Say both; None where both say the same kind of thing, so that one would be lost."""
        if (
            (self.points and other.points)
            or (self.escalate and other.escalate)
            or (self.full and other.full)
        ):
            return None
        return PhraseReading(
            self.points if self.points is not None else other.points,
            self.side or other.side,
            self.limits + other.limits,
            self.then + other.then,
            self.escalate or other.escalate,
            self.full or other.full,
            self.to_zero or other.to_zero,
            self.assumed + other.assumed,
            self.rest + other.rest,
        )

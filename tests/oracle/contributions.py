"""Contributions: points on their way to ledgers, each in force once and ended once."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from .limits import ZERO, Stage

Side = Literal["added", "deducted", ""]


@dataclass(eq=False)
class Contribution:
    """Who brought points, for whom, from which day, by which route, for how long."""

    number: int
    subject: str
    day: date
    period: str
    side: Side
    amount: Fraction
    inner: tuple[Stage, ...]
    """The stages up to where the ledgers part."""
    outer: dict[str, tuple[Fraction, tuple[Stage, ...]]]
    """Of each ledger the share, and the stages of its own."""
    event: str = ""
    """The event that is its source, or in whose place it stands."""
    item: str = ""
    what: str = ""
    """What its end is called by: the indicator, rule or level that brought it."""
    matter: str = ""
    ends_on: date | None = None
    until_repaired: bool = False
    runs_on: Any = None
    """The window to whose end it lasts once it was put right."""
    own_validity: bool = False
    is_spending: bool = False
    giver: "Contribution | None" = None
    flows: "list[Contribution]" = field(default_factory=list)
    clears: "Contribution | None" = None
    """The base whose opposite it is, since that was wiped."""
    ended: bool = False
    left_inside: bool = False
    """Whether it has been taken out of the stages before the ledgers part."""
    settled: Fraction = ZERO
    """Of a spending, how much was paid out of what has ended since."""
    gone: set[str] = field(default_factory=set)
    """Ledgers in which a period's end cleared it."""
    carried: dict[str, Fraction] = field(default_factory=dict)
    """With how much it stands in the present period of each ledger, if it is of an earlier one."""
    parked: dict[str, set[str]] = field(default_factory=dict)
    """Figures whose veto holds it in each ledger since an earlier period."""
    spent: dict[str, Fraction] = field(default_factory=dict)
    granted: dict[str, Fraction] = field(default_factory=dict)
    came_back: bool = False
    """Whether a veto that held it since an earlier period has let it go."""
    pending: "tuple[Any, Any] | None" = None
    """By whom and to whom it is shared, if it is granted only later."""
    is_unshared: bool = False
    """Whether it came to be worth more or less while it was held, and others lack their part."""

    @property
    def sign(self) -> int:
        return -1 if self.side == "deducted" else 1

    def note(self, ledger: str, amount: Fraction) -> None:
        """Remember what an entry granted on its account."""
        self.granted[ledger] = self.granted.get(ledger, ZERO) + amount

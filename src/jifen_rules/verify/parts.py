"""The parts of a line: its own steps and shares, and the steps of each consequence with points.

A consequence begins with its step `then`; the steps up to the next `then` are its limits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..core.message import N_, Message, msg
from ..trace.entry import Entry, Step
from .book import MOVES, Book
from .consequences import Brings
from .limits import CheckedIndicator
from .rules import Version

BEFORE = ("escalate", "round_asked", "quantity_cap")
"""Kinds of step before the asked points."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """The points of a consequence: its own step, and the steps of the limits it met."""

    step: Step
    met: tuple[Step, ...]
    ledger: str | None
    """The ledger of the points; None where the scheme and the steps do not determine it."""
    may_wipe: bool
    """Whether it may clear a ledger."""

    @property
    def wipes(self) -> bool:
        """Whether it clears the ledger."""
        return self.may_wipe and self.ledger is not None

    @property
    def brings(self) -> Fraction:
        """The points of the consequence before all limits."""
        return _change(self.step)

    @property
    def granted(self) -> Fraction:
        """The points that reached the ledger."""
        return Fraction(self.met[-1].after or 0) if self.met else self.brings

    def unlinked(self) -> Iterator[Message]:
        """Yield an error for the first step that does not begin where the one before it ended."""
        amount = Decimal(self.step.after or 0) - Decimal(self.step.before or 0)
        for step in self.met:
            if step.before != amount:
                yield msg(
                    N_(
                        "the step '{kind}' of {place} begins with {before}, and {amount} came to it"
                    ),
                    kind=step.kind,
                    place=step.place,
                    before=str(step.before),
                    amount=str(amount),
                )
                return
            if displaces(step):
                return
            amount = step.after or Decimal(0)


def displaces(step: Step) -> bool:
    """Tell whether an event displaced another one by a step, which goes its way on that line."""
    return step.kind == "times" and step.after not in (0, step.before)


def own_steps(entry: Entry) -> tuple[Step, ...]:
    """Return the line's own steps, those before the first consequence with points."""
    first = next((n for n, step in enumerate(entry.steps) if _begins(step)), len(entry.steps))
    return entry.steps[:first]


def consequences_of(book: Book, version: Version, entry: Entry) -> tuple[Consequence, ...]:
    """Return the consequences of a line that bring points."""
    if not any(map(_begins, entry.steps)):
        return ()
    may = book.may_bring(version, entry)
    steps = entry.steps
    begins = [number for number, step in enumerate(steps) if _begins(step)]
    ends = [*begins[1:], len(steps)]
    return tuple(
        _consequence(version, may, steps[first:end])
        for first, end in zip(begins, ends, strict=False)
    )


def own_points(book: Book, version: Version, entry: Entry) -> Mapping[str, Fraction] | None:
    """Return the points of a line by ledger, less those of its consequences; None if unknown."""
    left = dict(book.amounts(entry))
    for part in consequences_of(book, version, entry):
        if part.ledger is None or part.may_wipe or any(map(displaces, part.met)):
            return None
        left[part.ledger] = left.get(part.ledger, Fraction(0)) - part.granted
    return left


def has_come(book: Book, version: Version, entry: Entry) -> bool | None:
    """Tell whether points of an event came to its own subject; None if no line tells."""
    if any(s.before is not None and s.kind not in BEFORE for s in own_steps(entry)):
        return True
    points = own_points(book, version, entry)
    return None if points is None else any(points.values())


def starts_of(
    item: CheckedIndicator,
    entry: Entry,
    shares: Sequence[Step],
    paid: int,
    *,
    comes: bool | None = True,
) -> list[Fraction] | None:
    """Return the points at the start of each way of a line; None where its steps do not tell.

    `comes` tells whether any of them came to the subject of the line.
    """
    asked = Fraction(entry.asked)
    own = [asked] if item.ledgers and entry.outcome in MOVES else []
    if not paid:
        return own
    others = [Fraction(step.after or 0) for step in shares]
    if not others and item.divides:
        if comes is None:
            return None
        others = [asked] if comes else []  # the division left all or nothing
    elif not others and own and not item.parts_only:
        return None  # all that was granted, or nothing
    elif not others:
        others = [] if own else [asked] * paid
    elif not item.divides and len(others) != paid:
        return None
    if item.sides != {""}:
        others = [points for points in others if {_side(points)} == item.sides]
    return own + others


def _side(points: Fraction) -> str:
    return "added" if points >= 0 else "deducted"


def _begins(step: Step) -> bool:
    return step.kind == "then" and step.before is not None and step.after is not None


def _consequence(version: Version, may: Sequence[Brings], steps: tuple[Step, ...]) -> Consequence:
    first = steps[0]
    met = tuple(s for s in steps[1:] if s.before is not None and s.after is not None)
    fitting = [brings for brings in may if brings.is_of(first)]
    stated = [brings for brings in fitting if brings.points is not None]
    wipes = {brings.wipes for brings in fitting}
    targets = {ledger for brings in stated or fitting for ledger in brings.ledgers}
    said = {step.id for step in met if step.id in version.limits} or targets
    ledger = said.pop() if len(said) == 1 and len(wipes) == 1 else None
    return Consequence(first, met, ledger, True in wipes)


def _change(step: Step) -> Fraction:
    return Fraction(step.after or 0) - Fraction(step.before or 0)

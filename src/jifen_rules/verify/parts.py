"""The parts of a line: its own steps, and the steps of each consequence that brings points.

A consequence begins with its step `then`; the steps up to the next `then` are its limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..core.message import N_, Message, msg
from ..trace.entry import Entry, Step
from .book import Book
from .consequences import Brings
from .rules import Version


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

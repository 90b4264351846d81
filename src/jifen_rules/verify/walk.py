"""The points of a line at each limit and border, as far as its own steps tell.

Takes the stages of a way and the steps of a line; does not know what a limit should let through.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from ..trace.entry import Step
from .limits import Border, CheckedIndicator, CheckedLimit, Stage


@dataclass(frozen=True, slots=True)
class Passage:
    """The points that reached a stage, and those it let through."""

    stage: Stage
    came: Fraction
    let: Fraction


def walk(stages: Iterable[Stage], amount: Fraction, left: list[Step]) -> Iterator[Passage]:
    """Yield the passage of each stage and consume its step; without a step all points pass."""
    for stage in stages:
        came = amount
        if isinstance(stage, CheckedLimit):
            if left and stage.is_of(left[0]) and left[0].before == amount:
                amount = Fraction(left.pop(0).after or 0)
        else:
            amount = _cross(stage, amount, left)
        yield Passage(stage, came, amount)


def _cross(stage: Border, amount: Fraction, left: list[Step]) -> Fraction:
    """Cross a border; without a step its rounding took back what its weight changed."""
    weighed = amount * stage.factor
    if left and (left[0].kind, left[0].id) == ("weight", stage.node):
        left.pop(0)
    elif weighed != amount and stage.rounding is not None:
        return amount
    amount = weighed
    if left and (left[0].kind, left[0].id) == ("round", stage.node):
        amount = Fraction(left.pop(0).after or 0)
    return amount


def undo_at(item: CheckedIndicator) -> int:
    """Return the first stage at which an end gives room back: a net limit or a rounding."""
    return next((n for n, stage in enumerate(item.stages) if returns_room(stage)), len(item.stages))


def returns_room(stage: Stage) -> bool:
    """Tell whether an end gives its room back at a stage."""
    if isinstance(stage, CheckedLimit):
        return stage.kind == "net"
    return stage.rounding is not None

"""How points are rounded: to which step, and which way."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

from .terms import Exact, exact, int_if_whole, parse_number
from .vocabulary import ROUNDINGS, english


@dataclass(frozen=True, slots=True)
class Rounding:
    """To which multiple, and how: `half_up` goes away from zero at the half."""

    step: Decimal
    mode: Literal["half_up", "down", "up"]

    def apply(self, number: Exact, scale: int = 1) -> Exact:
        """Round a number of 1/scale units; `down` goes towards zero, `up` away from it."""
        return self.rounder(scale)(number)

    def rounder(self, scale: int) -> Callable[[Exact], Exact]:
        """Give the function that rounds numbers of 1/scale units."""
        return _rounder(self.step, self.mode, scale)

    def units(self, scale: int) -> Exact:
        """Return the step in units of 1/scale."""
        return _units(self.step, scale)

    @classmethod
    def parse(cls, text: str) -> "Rounding":
        """Read `1 half_up` or `0.1 down`. ValueError otherwise."""
        step_text, _, mode_text = text.strip().partition(" ")
        mode = english(ROUNDINGS, mode_text.strip())
        step = parse_number(step_text)
        if step <= 0:
            raise ValueError(text)
        match mode:
            case "half_up" | "down" | "up":
                return cls(step, mode)
        raise ValueError(text)


@cache
def _rounder(step: Decimal, mode: str, scale: int) -> Callable[[Exact], Exact]:
    unit = _units(step, scale)
    half = Fraction(unit) / 2 if mode == "half_up" else Fraction(0)

    def apply(number: Exact) -> Exact:
        size = -number if number < 0 else number
        fit = -(-size // unit) * unit if mode == "up" else (size + half) // unit * unit
        return int_if_whole(-fit if number < 0 else fit)

    if type(unit) is not int:
        return apply
    step_units = unit  # of whole numbers, whole steps: a half is passed at the next whole number
    more = {"up": unit - 1, "half_up": unit // 2}.get(mode, 0)

    def apply_whole(number: Exact) -> Exact:
        if type(number) is not int:
            return apply(number)
        if number < 0:
            return -((more - number) // step_units * step_units)
        return (number + more) // step_units * step_units

    return apply_whole


@cache
def _units(step: Decimal, scale: int) -> Exact:
    return exact(Fraction(step) * scale)

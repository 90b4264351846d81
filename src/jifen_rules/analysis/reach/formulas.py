"""Between what a formula lies: an interval for each part of it, and whether its ends are met.

An end is met for certain where each name stands in it once and all of them are free.
"""

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ...core.expression import Formula
from .gains import ENDLESS, Much


@dataclass(frozen=True, slots=True)
class Interval:
    """From the least to the most, and whether both are certainly met."""

    least: Much
    most: Much
    is_exact: bool = True

    def join(self, other: "Interval") -> "Interval":
        """Either of the two."""
        return Interval(
            min(self.least, other.least),
            max(self.most, other.most),
            self.is_exact and other.is_exact,
        )


ANY_NUMBER = Interval(-ENDLESS, ENDLESS, False)


def interval_of(
    formula: Formula, known: Mapping[str, Interval], free: frozenset[str] = frozenset()
) -> Interval:
    """Between what a formula lies, given between what its names lie; the others may be anything.

    `free` names can be made to say anything.
    """
    names = [node.id for node in ast.walk(formula.tree) if isinstance(node, ast.Name)]
    once = len(set(names)) == len(names)
    return _Reader(known, once, free).read(formula.tree)


class _Reader:
    def __init__(self, known: Mapping[str, Interval], once: bool, free: frozenset[str]) -> None:
        self.known, self.once, self.free = known, once, free

    def read(self, node: ast.expr) -> Interval:
        match node:
            case ast.Constant(value=bool() | str()):
                return ANY_NUMBER
            case ast.Constant(value=value):
                return Interval(Fraction(str(value)), Fraction(str(value)))
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=op, operand=inner):
                found = self.read(inner)
                if isinstance(op, ast.USub):
                    return Interval(-found.most, -found.least, found.is_exact)
                return found if isinstance(op, ast.UAdd) else ANY_NUMBER
            case ast.BinOp(left=left, op=op, right=right):
                return _joined(op, self.read(left), self.read(right))
            case ast.IfExp(test=test, body=body, orelse=other):
                both = self.read(body).join(self.read(other))
                return Interval(both.least, both.most, both.is_exact and self._is_free(test))
            case ast.Call(func=ast.Name(id=name), args=args) if name in _RISING:
                parts = [self.read(arg) for arg in args]
                return Interval(
                    _RISING[name]([part.least for part in parts]),
                    _RISING[name]([part.most for part in parts]),
                    name in ("min", "max") and all(part.is_exact for part in parts),
                )
            case _:
                return ANY_NUMBER

    def _name(self, name: str) -> Interval:
        if name.startswith("count("):
            return Interval(0, ENDLESS, False)
        found = self.known.get(name, ANY_NUMBER)
        return Interval(found.least, found.most, found.is_exact and self.once)

    def _is_free(self, test: ast.expr) -> bool:
        """Tell whether a test may come out either way: it asks a field of the event alone."""
        match test:
            case ast.Name(id=name):
                return self.once and name in self.free
            case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.NotEq()]):
                return self.once and name in self.free
        return False


def _whole(pick: Callable[[Fraction], int]) -> Callable[[list[Much]], Much]:
    return lambda ends: ends[0] if isinstance(ends[0], float) else pick(Fraction(ends[0]))


_RISING: Mapping[str, Callable[[list[Much]], Much]] = {
    "min": min,
    "max": max,
    "floor": _whole(math.floor),
    "ceil": _whole(math.ceil),
}


def _joined(op: ast.operator, left: Interval, right: Interval) -> Interval:
    is_exact = left.is_exact and right.is_exact
    match op:
        case ast.Add():
            ends: list[Much] = [left.least + right.least, left.most + right.most]
        case ast.Sub():
            ends = [left.least - right.most, left.most - right.least]
        case ast.Mult():
            ends = [
                _product(one, two)
                for one in (left.least, left.most)
                for two in (right.least, right.most)
            ]
        case ast.Div() if right.least == right.most and right.least:
            ends = [_product(one, 1 / Fraction(right.least)) for one in (left.least, left.most)]
        case _:
            return ANY_NUMBER
    if any(isinstance(end, float) and math.isnan(end) for end in ends):
        return ANY_NUMBER
    return Interval(min(ends), max(ends), is_exact)


def _product(one: Much, two: Much) -> Much:
    return 0 if not one or not two else one * two

"""How fast a formula can grow with the figures it reads, as the degree of a polynomial.

Takes checked formulas; gives degrees. What a formula of points gives enters the figures that it
reads the next time, so that a product of figures there grows without end; elsewhere a small degree
is allowed.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from ..core.expression import OF_OTHERS, Call, Formula

MAX_DEGREE = 6
"""For formulas that enter no figure: a price times a share times a balance is of degree 3."""

_OF_FIGURES = frozenset({"sum", "granted", "mean", "highest", "lowest", "latest"})


@dataclass(frozen=True, slots=True)
class _Growth:
    """The degree of a part, and whether it has a lower and an upper bound of its own."""

    degree: int
    low: bool = False
    high: bool = False

    @classmethod
    def of(cls, degree: int, low: bool, high: bool) -> "_Growth":
        """Between two bounds, or without any figure in it, nothing grows."""
        return cls(0, True, True) if (low and high) or not degree else cls(degree, low, high)


def degree_of(formula: Formula, figures: Mapping[str, int]) -> int:
    """Give the degree of a formula; `figures` has that of each figure by its name."""
    names = dict(figures) | {call.name: _of_call(call, figures) for call in formula.calls}
    return _of(formula.tree, names).degree


def _of_call(call: Call, figures: Mapping[str, int]) -> int:
    if call.function in OF_OTHERS:
        return max(degree_of(inner, figures) for inner in call.formulas)
    if call.function in _OF_FIGURES:
        return max(figures.get(call.arguments[0], 1), 1)
    return 0


def _of(node: ast.expr, names: Mapping[str, int]) -> _Growth:
    match node:
        case ast.Name(id=name):
            return _Growth.of(names.get(name, 0), False, False)
        case ast.UnaryOp(op=ast.USub()):
            inner = _of(node.operand, names)
            return _Growth.of(inner.degree, inner.high, inner.low)
        case ast.UnaryOp(op=ast.UAdd()):
            return _of(node.operand, names)
        case ast.BinOp():
            return _of_pair(node, names)
        case ast.IfExp():
            one, two = _of(node.body, names), _of(node.orelse, names)
            return _Growth.of(
                max(one.degree, two.degree), one.low and two.low, one.high and two.high
            )
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return _of_function(function, [_of(part, names) for part in arguments])
        case _:
            return _Growth.of(0, True, True)


def _of_pair(node: ast.BinOp, names: Mapping[str, int]) -> _Growth:
    one, two = _of(node.left, names), _of(node.right, names)
    if isinstance(node.op, ast.Mult):
        return _Growth.of(one.degree + two.degree, False, False)
    degree = max(one.degree, two.degree)
    if isinstance(node.op, ast.Add):
        return _Growth.of(degree, one.low and two.low, one.high and two.high)
    if isinstance(node.op, ast.Sub):
        return _Growth.of(degree, one.low and two.high, one.high and two.low)
    return _Growth.of(degree, False, False)


def _of_function(function: str, parts: list[_Growth]) -> _Growth:
    degree = max(part.degree for part in parts)
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    match function:
        case "min":
            return _Growth.of(degree, all(lows), any(highs))
        case "max":
            return _Growth.of(degree, any(lows), all(highs))
        case "abs":
            return _Growth.of(degree, True, lows[0] and highs[0])
        case _:  # roundings
            return parts[0]

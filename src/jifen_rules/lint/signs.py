"""The signs that a value can have: whether it can earn, cost, or both."""

import ast
from collections.abc import Iterator
from fractions import Fraction

from ..core.terms import Unknown
from ..plan import (
    Brought,
    Choice,
    Computed,
    Defects,
    Fixed,
    Grant,
    Held,
    Judged,
    Marginal,
    Rate,
    Steps,
    Value,
    Wiped,
)
from ..scheme.model import Between, Indicator, OneOf


def costs(grant: Grant) -> bool:
    """Tell whether an indicator can certainly take points, or veto something."""
    return "-" in signs(grant.value) or any(
        isinstance(effect, Held) or (isinstance(effect, Brought) and "-" in signs(effect.value))
        for effect in grant.effects
    )


def earns(grant: Grant) -> bool:
    """Tell whether an indicator can certainly add points."""
    return "+" in signs(grant.value)


def is_judged(item: Indicator) -> bool:
    """Tell whether somebody judges the points, between stated bounds."""
    form = item.points
    if isinstance(form, Between):
        return not any(isinstance(bound, Unknown) for bound in form.between)
    return isinstance(form, OneOf)


def signs(value: Value | None) -> frozenset[str]:
    """Return the signs of a value: `+`, `-`, both or neither; an unstated end has no sign."""
    return frozenset(_signs(value))


def _signs(value: Value | None) -> Iterator[str]:
    match value:
        case Fixed(points=points):
            yield _sign(points)
        case Rate(rate=rate):
            yield _sign(rate)
        case Steps(edges=edges):
            yield from (_sign(points) for _, _, points in edges)
        case Marginal(bands=bands):
            yield from (_sign(rate) for _, rate in bands)
        case Choice(table=table):
            forms = table.values()
            yield from {_sign(form.points) for form in forms if isinstance(form, Fixed)}
            for form in forms:
                if not isinstance(form, Fixed):
                    yield from _signs(form)
        case Judged(low=low, high=high):
            yield from _judged(low, high)
        case Defects():
            yield "+"
        case Wiped():
            yield "-"
        case Computed(formula=formula):
            yield from _leaves(formula.tree)


def _judged(low: object, high: object) -> Iterator[str]:
    if (isinstance(low, int) and low < 0) or (low is None and high == 0):
        yield "-"
    if (isinstance(high, int) and high > 0) or (high is None and low == 0):
        yield "+"


def _sign(number: Fraction | float) -> str:
    return "" if number == 0 else "-" if number < 0 else "+"


def _leaves(node: ast.expr) -> Iterator[str]:
    """Yield the signs that the result of a formula can have, as far as its text shows them."""
    match node:
        case ast.IfExp(body=body, orelse=other):
            yield from _leaves(body)
            yield from _leaves(other)
        case ast.UnaryOp(op=ast.USub()):
            yield "-"
        case ast.BinOp(op=ast.Mult(), left=ast.UnaryOp(op=ast.USub())):
            yield "-"
        case ast.Constant(value=value):
            yield _sign(value) if isinstance(value, int | float) else ""
        case ast.BinOp(op=ast.Add(), left=left):
            yield from _leaves(left)
        case ast.Name():
            yield "+"

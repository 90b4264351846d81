"""The points of a quantity by the rule alone, computed from the forms of the model."""

from fractions import Fraction

from ..core.terms import Unknown
from ..scheme import model


def table_points(form: model.PerUnit | model.Table, amount: Fraction) -> Fraction | None:
    """Return the points of an amount by a rate or a table; None where they are not stated."""
    if isinstance(form, model.PerUnit):
        (unit, points), *_ = form.each.items()
        if isinstance(points, Unknown):
            return None
        found = amount / Fraction(unit.number) * Fraction(points)
        return found if form.round is None else Fraction(form.round.apply(found))
    steps = [(Fraction(edge), False, points) for edge, points in form.at_least.items()]
    steps += [(Fraction(edge), True, points) for edge, points in form.above.items()]
    reached = Fraction(0)
    for edge, strict, points in sorted(steps, key=lambda step: step[:2]):
        if amount > edge or (amount == edge and not strict):
            if isinstance(points, Unknown):
                return None
            reached = Fraction(points)
    return reached


def banded_points(form: model.Bands, amount: Fraction) -> Fraction | None:
    """Return the points of an amount by bands: each part at the rate of its band."""
    edges = sorted(form.bands.items())
    total = Fraction(0)
    for number, (edge, rates) in enumerate(edges):
        (unit, points), *_ = rates.items()
        if isinstance(points, Unknown):
            return None
        top = Fraction(edges[number + 1][0]) if number + 1 < len(edges) else amount
        inside = max(min(amount, top) - Fraction(edge), Fraction(0))
        total += inside / Fraction(unit.number) * Fraction(points)
    return total if form.round is None else Fraction(form.round.apply(total))

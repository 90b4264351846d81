"""Value forms -> values of the plan, and what an event must say for each."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from ..core.rounding import Rounding
from ..core.terms import Exact, Unknown, Window, exact, plain
from ..core.vocabulary import COLUMNS, FORMULA_NAMES, WORDS, english
from ..plan import (
    Choice,
    Combine,
    Computed,
    Defects,
    Fixed,
    Judged,
    Marginal,
    Mark,
    Rate,
    Steps,
    Unstated,
    Value,
    Wiped,
)
from ..scheme import model
from ..scheme.model import Path
from .desk import SCALE, Desk, scaled


def lower_value(desk: Desk, form: model.MaybeForm, path: Path) -> Value:
    """Give the value that a form means. An unknown one grants nothing."""
    match form:
        case Unknown():
            return Unstated()
        case "clear":
            return Wiped()
        case model.RatedBy():
            return _lower_marks(desk, form, path)
        case model.PerUnit():
            return _lower_rate(desk, form, path)
        case model.Table():
            return _lower_steps(form)
        case model.Bands():
            return _lower_bands(desk, form, path)
        case model.By():
            return _lower_choice(desk, form, path)
        case model.Between() | model.OneOf():
            return _lower_given(form)
        case model.FullMarks():
            return _lower_defects(desk, form, path)
        case model.FormulaForm():
            return _lower_formula(desk, form, path)
        case Decimal():
            return Fixed(scaled(Fraction(form)))
    assert_never(form)


def _lower_steps(form: model.Table) -> Value:
    rows = [(e, False, p) for e, p in form.at_least.items()]
    rows += [(e, True, p) for e, p in form.above.items()]
    edges = [
        (exact(Fraction(edge)), strict, scaled(Fraction(points)))
        for edge, strict, points in rows
        if not isinstance(points, Unknown)
    ]
    unstated = sorted((exact(Fraction(e)), s) for e, s, p in rows if isinstance(p, Unknown))
    return Steps(tuple(sorted(edges, key=lambda row: row[:2])), form.per, tuple(unstated))


def _lower_given(form: model.Between | model.OneOf) -> Value:
    """Give the value of points that an event says itself."""
    if isinstance(form, model.Between):
        return _lower_judged(form.between)
    return Choice("points", False, {plain(n): Fixed(scaled(Fraction(n))) for n in form.one_of})


def _lower_judged(between: Iterable[Decimal | Unknown]) -> Value:
    low, high = (None if isinstance(b, Unknown) else scaled(Fraction(b)) for b in between)
    return Judged(low, high)


def _lower_defects(desk: Desk, form: model.FullMarks, path: Path) -> Value:
    (unit, cost), *_ = form.each.items()
    if cost > 0:
        desk.report("defect-adds", (*path, "each"), unit=unit.unit)
    if form.floor > form.full:
        desk.report("limits-upside-down", (*path, "floor"), low=form.floor, high=form.full)
    each = Fraction(cost) / Fraction(unit.number) * SCALE
    return Defects(scaled(Fraction(form.full)), each, scaled(Fraction(form.floor)))


def _lower_formula(desk: Desk, form: model.FormulaForm, path: Path) -> Value:
    formula = desk.formula(form.formula, (*path, "formula"), "number")
    if formula is None:
        return Unstated()
    if formula.divides and form.round is None:
        desk.report("division-without-rounding", (*path, "formula"))
    return Computed(formula, form.round)


def _lower_marks(desk: Desk, form: model.RatedBy, path: Path) -> Value:
    """Give what one rater's mark is worth: points within bounds, or words that stand for marks."""
    if "unknown" in form.combine:
        return Unstated()
    if form.by is not None:
        return _lower_choice(desk, model.By(by=form.by), path)
    if form.between is None:
        return Judged(None, None)
    return _lower_judged(form.between)


def lower_rating(desk: Desk, form: object, mark: Mark, path: Path) -> Combine | None:
    """Give how the marks of several raters become one; None where the form is no rating."""
    if not isinstance(form, model.RatedBy):
        return None
    mode = next(iter(form.combine), None) or "unknown"
    shares = [
        (english(WORDS, role), None if isinstance(share, Unknown) else share.part)
        for role, share in form.rated_by.items()
    ]
    stated = [share for _, share in shares if share is not None]
    if len(stated) == len(shares) and sum(stated, Fraction(0)) != 1:
        total = plain(sum(stated, Fraction(0)) * 100)
        desk.report("weights-do-not-add-up", (*path, "rated_by"), sum=total)
    over = form.per if isinstance(form.per, Window) else Window("period")
    rounding = form.round if isinstance(form.round, Rounding) else None
    missing = "unknown" if isinstance(form.missing, Unknown) else form.missing
    return Combine(mark, mode, over, False, rounding, tuple(shares), missing)


def _lower_rate(desk: Desk, form: model.PerUnit, path: Path) -> Value:
    (unit, points), *_ = form.each.items()
    if isinstance(points, Unknown):
        return Unstated()
    if unit.number > 1 and form.round is None:
        text = f"{unit.number} {unit.unit}"
        desk.report("unknown-unit-amount", (*path, "each", "key"), amount=text)
    return Rate(Fraction(points) * SCALE, Fraction(unit.number), form.per, form.round)


def _lower_bands(desk: Desk, form: model.Bands, path: Path) -> Value:
    bands = []
    for edge, rates in form.bands.items():
        (unit, points), *_ = rates.items()
        if isinstance(points, Unknown):
            return Unstated()
        bands.append((Fraction(edge), Fraction(points) * SCALE / Fraction(unit.number)))
    return Marginal(tuple(sorted(bands)), form.round)


def _lower_choice(desk: Desk, form: model.By, path: Path) -> Value:
    (written, table), *_ = form.by.items()
    scheme = desk.file.scheme
    name = english(COLUMNS, english(FORMULA_NAMES, written))
    of_subject = name in scheme.fields.subject or name == "class"
    known = name in ("level", "place", "role", "rating") or name in scheme.fields.event
    if not of_subject and not known:
        desk.report("unknown-field", (*path, "by", written, "key"), name=written)
    values = {
        word: lower_value(desk, inner, (*path, "by", written, word))
        for word, inner in table.items()
    }
    return Choice(name, of_subject, values)


def needs_of(value: Value | None) -> frozenset[str]:
    """Check that times of unequal worth say which of them count."""
    match value:
        case Rate() | Steps() | Marginal() | Defects():
            return frozenset({"quantity"})
        case Judged():
            return frozenset({"points"})
        case Choice(field=name, of_subject=False):
            return frozenset({name})
        case Computed(formula=formula):
            return formula.asks & {"quantity", "points"}
        case _:
            return frozenset()


def fixed_points(value: Value | None) -> Iterator[Exact]:
    """Yield the numbers that a value may be, as far as they are written down."""
    match value:
        case Fixed(points=points):
            yield points
        case Steps(edges=edges):
            yield from (points for _, _, points in edges)
        case Choice(table=table):
            for inner in table.values():
                yield from fixed_points(inner)


def deducts(value: Value | None) -> bool:
    """Tell whether a value may take points."""
    match value:
        case Fixed(points=points):
            return points < 0
        case Rate(rate=rate):
            return rate < 0
        case Steps(edges=edges):
            return any(points < 0 for _, _, points in edges)
        case Choice(table=table):
            return any(deducts(inner) for inner in table.values())
        case Judged(low=low):
            return low is None or low < 0
        case Computed() | Wiped():
            return True
        case _:
            return False

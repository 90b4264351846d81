"""Asked points: what each form of a value gives for one event."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jifen_rules import Event, Outcome
from jifen_rules.core.rounding import Rounding
from jifen_rules.core.terms import UNKNOWN, exact, plain
from jifen_rules.core.vocabulary import COLUMNS, WORDS, english
from jifen_rules.inputs.event import attribute
from jifen_rules.scheme.model import (
    Bands,
    Between,
    By,
    FormulaForm,
    FullMarks,
    OneOf,
    PerUnit,
    RatedBy,
    Table,
)

from .asking import Asker, Missing
from .limits import ZERO
from .reading import known


class Refusal(Exception):
    """An event that cannot be valued, and what its entry says."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def value_of(form: Any, asker: Asker, amount: Fraction | None = None) -> Fraction:
    """The points of a form; `amount` stands for the quantity."""
    asker = replace(asker, quantity=amount if amount is not None else asker.quantity)
    match form:
        case None:
            return ZERO
        case Decimal():
            return Fraction(form)
        case PerUnit() | FullMarks() | Bands():
            return amount_value(form, _amount(asker))
        case Table():
            x = asker.figure(form.by) if form.by else _amount(asker)
            return amount_value(form, x)
        case By():
            return value_of(chosen(form.by, asker), asker)
        case Between():
            return _judged(asker, form)
        case OneOf():
            points = _points(asker)
            if points not in [Fraction(value) for value in form.one_of]:
                raise Refusal(Outcome.NOT_IN_TABLE)
            return points
        case FormulaForm():
            return asker.number(form.formula, form.round)
    if form is UNKNOWN:
        raise Refusal(Outcome.UNKNOWN_VALUE)
    raise TypeError(f"no form: {form!r}")


def _amount(asker: Asker) -> Fraction:
    if asker.quantity is None:
        raise Missing("quantity")
    return asker.quantity


def _points(asker: Asker) -> Fraction:
    if asker.event is None or asker.event.points is None:
        raise Missing("points")
    return Fraction(asker.event.points)


def _judged(asker: Asker, form: Between) -> Fraction:
    points = _points(asker)
    check_between(points, form.between)
    return points


def check_between(points: Fraction, between: Any) -> None:
    """Refuse what does not lie within; an unknown bound binds nothing."""
    low, high = (known(bound) for bound in between)
    if (low is not None and points < low) or (high is not None and points > high):
        raise Refusal(Outcome.OUT_OF_RANGE)


def amount_value(form: PerUnit | FullMarks | Bands | Table, amount: Fraction) -> Fraction:
    """The points of a form over an amount."""
    match form:
        case PerUnit():
            ((unit, points),) = form.each.items()
            return _round(_known(points) * amount / Fraction(unit.number), form.round)
        case FullMarks():
            ((unit, points),) = form.each.items()
            left = Fraction(form.full) + Fraction(points) * amount / Fraction(unit.number)
            return max(left, Fraction(form.floor))
        case Bands():
            return _banded(form, amount)
    steps = [
        (Fraction(edge), 0, points) for edge, points in form.at_least.items() if amount >= edge
    ]
    steps += [(Fraction(edge), 1, points) for edge, points in form.above.items() if amount > edge]
    if not steps:
        return ZERO
    return _known(max(steps, key=lambda step: step[:2])[2])


def _banded(form: Bands, amount: Fraction) -> Fraction:
    edges = sorted(Fraction(edge) for edge in form.bands)
    total = ZERO
    for number, edge in enumerate(edges):
        end = edges[number + 1] if number + 1 < len(edges) else amount
        part = min(amount, end) - edge
        if part > 0:
            ((unit, points),) = next(v for e, v in form.bands.items() if e == edge).items()
            total += _known(points) * part / Fraction(unit.number)
    return _round(total, form.round)


def _known(points: Any) -> Fraction:
    if points is UNKNOWN:
        raise Refusal(Outcome.UNKNOWN_VALUE)
    return Fraction(points)


def _round(points: Fraction, rounding: Rounding | None) -> Fraction:
    return points if rounding is None else Fraction(rounding.apply(exact(points)))


def chosen(by: Mapping[str, Mapping[str, Any]], asker: Asker) -> Any:
    """What stands in a table for the word that the event or the subject has in its field."""
    ((field, table),) = by.items()
    field = english(COLUMNS, field)
    if field == "class":
        classes = asker.village.roster.classes(asker.subject, asker.day)
        found = [value for word, value in table.items() if word in classes]
        if not found:
            raise Refusal(Outcome.NOT_IN_TABLE if classes else Outcome.MISSING_VALUE)
        return found[0]
    word = _word(field, asker)
    if not word:
        raise Missing(field)
    for spelled, value in table.items():
        if spelled == word or english(WORDS, spelled) == english(WORDS, word):
            return value
    raise Refusal(Outcome.NOT_IN_TABLE)


def is_said(by: Mapping[str, Mapping[str, Any]], asker: Asker) -> bool:
    """Whether the field of a table has a word."""
    (field,) = by
    return english(COLUMNS, field) == "class" or bool(_word(english(COLUMNS, field), asker))


def _word(field: str, asker: Asker) -> str:
    if field == "quantity" and asker.quantity is not None:
        return plain(exact(asker.quantity))
    version = asker.version
    if field in version.field_types("subject") and field not in version.field_types("event"):
        text = asker.village.roster.attribute(asker.subject, field, asker.day)
        return text or version.blank("subject", field)
    text = attribute(asker.event, field) if asker.event is not None else ""
    return text or (version.blank("event", field) if field in version.field_types("event") else "")


def mark_of(form: RatedBy, event: Event, asker: Asker) -> tuple[str, Fraction]:
    """The role of a rater and the mark it gives."""
    if any(known(share) is None for share in form.rated_by.values()) or UNKNOWN in (
        form.missing,
        form.round,
        form.per,
        *form.combine,
    ):
        raise Refusal(Outcome.UNKNOWN_VALUE)
    if not event.role:
        raise Missing("role")
    roles = {english(WORDS, role): role for role in form.rated_by}
    role = roles.get(english(WORDS, event.role))
    mark = value_of(chosen(form.by, asker), asker) if form.by else _points(asker)
    if role is None:
        raise Refusal(Outcome.NOT_ALLOWED)
    if form.between is not None:
        check_between(mark, form.between)
    return role, mark


def rated(form: RatedBy, marks: list[tuple[str, Fraction]]) -> Fraction | None:
    """The joint mark of several raters, or None where a missing role voids it."""
    (average,) = form.combine
    shares = {role: Fraction(known(share).part) for role, share in form.rated_by.items()}
    means = {}
    for role in shares:
        given = [mark for r, mark in marks if r == role]
        if given:
            means[role] = averaged(average, given)
    if not means or (form.missing == "void" and len(means) < len(shares)):
        return None
    total = sum((shares[role] * mean for role, mean in means.items()), ZERO)
    if form.missing == "spread":
        total /= sum((shares[role] for role in means), ZERO)
    return _round(total, known(form.round))


def averaged(average: str, values: list[Fraction]) -> Fraction:
    """Mean, median, or the mean without the lowest and the highest of three or more."""
    values = sorted(values)
    if average == "median":
        middle = len(values) // 2
        return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    if average == "trimmed_mean" and len(values) >= 3:
        values = values[1:-1]
    return sum(values, ZERO) / len(values)


def uses_quantity(form: Any) -> bool:
    """Whether a form is valued over the quantity of its event."""
    return isinstance(form, PerUnit | FullMarks | Bands) or (
        isinstance(form, Table) and form.by is None
    )

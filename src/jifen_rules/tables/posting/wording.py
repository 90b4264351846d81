"""Forms of a value -> sentences a villager can read on the wall.

The one place that says a form in words. In Chinese they are phrases that `phrase` reads back
as the same form, or not at all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import assert_never

from ...core.message import N_, Message, Value, msg
from ...core.rounding import Rounding
from ...core.terms import UNKNOWN, Unknown, Window, plain
from ...core.vocabulary import COLUMNS, english
from ...scheme.model import (
    Bands,
    Between,
    By,
    Escalate,
    FormulaForm,
    FullMarks,
    Indicator,
    OneOf,
    PerUnit,
    RatedBy,
    Table,
)
from ...scheme.model.forms import MaybeForm
from ..reading.grammar import is_counted_unit
from ..reading.points_phrases import is_level_word
from .formula_wording import say_formula
from .names import NAMELESS, Names, fixed, join_sentences
from .terms_wording import figure, say_amount, say_part, say_rounding, say_window

Number = Decimal | Unknown


def say_points(item: Indicator, names: Names = NAMELESS) -> Message | None:
    """Say what an indicator is worth, by how many times too; None where it says no points."""
    said = None if item.points is None else say_form(item.points, names)
    if item.escalate is None:
        return said
    by_times = say_escalation(item.escalate)
    ((_, steps),) = item.escalate.items()
    same = str(steps[-1]) == _text(item.points) and not any(s.startswith("x") for s in steps)
    if said is None or same:
        return by_times
    return msg(N_("{points}; {by_times}"), points=said, by_times=by_times)


def say_escalation(escalate: Escalate) -> Message:
    """Say what the first time brings, the second, and all later ones."""
    ((window, steps),) = escalate.items()
    stages = [_stage(n, step, n == len(steps)) for n, step in enumerate(steps, 1)]
    when = (
        msg(N_("while it lasts "))
        if window == "valid"
        else msg(N_("{window} "), window=say_window(window))
    )
    return msg(
        N_("{when}{stages}"), when=when, stages=join_sentences(stages, N_("{first}, {rest}"))
    )


def _text(points: object) -> str:
    return plain(points) if isinstance(points, Decimal) else ""


def _stage(number: int, step: str, is_last: bool) -> Message:
    text = N_("time {number} and later: {step}") if is_last else N_("time {number}: {step}")
    said: Value = step
    if re.fullmatch(r"-?[\d.]+", step):
        said = _signed(Decimal(step), N_("+{number}"), N_("-{number}"))
    elif re.fullmatch(r"x[\d.]+", step):
        said = msg(N_("{factor} times the points"), factor=step[1:])
    return msg(text, number=str(number), step=said)


def say_form(form: MaybeForm, names: Names = NAMELESS) -> Message:
    """Say a value form."""
    match form:
        case Unknown() | str() | Decimal():
            return _plainly(form)
        case PerUnit():
            return _per_unit(form)
        case Table():
            return _table(form, names)
        case Bands():
            return _bands(form)
        case By():
            return _by(form, names)
        case Between():
            return _between(*form.between)
        case OneOf():
            return _one_of(form.one_of)
        case FullMarks():
            return _full_marks(form)
        case FormulaForm():
            return _by_formula(form, names)
        case RatedBy():
            return _rated_by(form, names)
    assert_never(form)


def _plainly(form: Unknown | str | Decimal) -> Message:
    match form:
        case Unknown():
            return msg(N_("not stated"))
        case "clear":
            return msg(N_("the balance is wiped"))
        case Decimal():
            return _signed(form, N_("+{number} each time"), N_("-{number} each time"))
    return msg(form)


def _signed(number: Number, added: str, deducted: str, **values: Value) -> Message:
    """Say a number by its sign: as what it adds, or as what it takes."""
    if number == 0 and not values:
        return msg(N_("neither added nor deducted"))
    if isinstance(number, Unknown):
        return msg(added, number=msg(N_("not stated")), **values)
    return msg(deducted if number < 0 else added, number=plain(abs(number)), **values)


def _per_unit(form: PerUnit) -> Message:
    ((unit, number),) = form.each.items()
    whole = isinstance(number, Decimal) and form.round == Rounding(
        abs(number) or Decimal(1), "down"
    )
    if is_counted_unit(unit.unit):
        texts = (
            (N_("+{number} for each full {unit}"), N_("-{number} for each full {unit}"))
            if whole
            else (N_("+{number} for each {unit}"), N_("-{number} for each {unit}"))
        )
    else:
        texts = (
            (
                N_("by quantity, +{number} for each full {unit}"),
                N_("by quantity, -{number} for each full {unit}"),
            )
            if whole
            else (
                N_("by quantity, +{number} for each {unit}"),
                N_("by quantity, -{number} for each {unit}"),
            )
        )
    counted = is_counted_unit(unit.unit) and unit.number == 1
    amount: Value = unit.unit if counted else say_amount(unit)
    if isinstance(number, Unknown):
        open_ = N_("for each {unit}, how many points is not stated")
        return _over(form.per, msg(open_, unit=amount))
    said = _signed(number, *texts, unit=amount)
    if form.round is not None and not whole:
        said = msg(
            N_("{points}, in proportion, {rounding}"),
            points=said,
            rounding=say_rounding(form.round),
        )
    return _over(form.per, said)


def _over(window: Window | None, said: Message) -> Message:
    """Say that the quantity is added up over a window."""
    if window is None:
        return said
    return msg(N_("added up {window}, {points}"), window=say_window(window), points=said)


def _table(form: Table, names: Names) -> Message:
    steps = [
        _signed(
            number, N_("from {edge} on +{number}"), N_("from {edge} on -{number}"), edge=plain(edge)
        )
        for edge, number in form.at_least.items()
    ]
    steps += [
        _signed(
            number, N_("above {edge} +{number}"), N_("above {edge} -{number}"), edge=plain(edge)
        )
        for edge, number in form.above.items()
    ]
    said = join_sentences(steps, N_("{first}, {rest}"))
    return _over(form.per, _by_figure(form, said, names))


def _by_figure(form: Table, said: Message, names: Names) -> Message:
    if form.by is None:
        return said
    return msg(N_("by {figure}: {points}"), figure=names.account(form.by), points=said)


def _bands(form: Bands) -> Message:
    parts = []
    for edge, rates in form.bands.items():
        for unit, number in rates.items():
            text = N_("above {edge}, {number} for each {unit}")
            parts.append(msg(text, edge=plain(edge), number=figure(number), unit=say_amount(unit)))
    bands = join_sentences(parts, N_("{first}, {rest}"))
    if form.round is None:
        return msg(N_("by bands: {bands}"), bands=bands)
    text = N_("by bands: {bands}, {rounding}")
    return msg(text, bands=bands, rounding=say_rounding(form.round))


def _by_formula(form: FormulaForm, names: Names) -> Message:
    said = say_formula(form.formula, names)
    if form.round is None:
        return msg(N_("by the formula: {formula}"), formula=said)
    text = N_("by the formula: {formula}, {rounding}")
    return msg(text, formula=said, rounding=say_rounding(form.round))


def _by(form: By, names: Names) -> Message:
    ((field, table),) = form.by.items()
    return _by_words(field, table, names)


def _by_words(field: str, table: Mapping[str, MaybeForm], names: Names) -> Message:
    plain_figures = all(isinstance(value, Decimal) for value in table.values())
    text = N_("by {field}: {table}")
    figures = [value for value in table.values() if isinstance(value, Decimal)]
    falls = plain_figures and all(value <= 0 for value in figures) and any(figures)
    parts = []
    for word, value in table.items():
        if isinstance(value, Decimal):
            added = N_("{word} -{number}") if falls else N_("{word} +{number}")
            parts.append(_signed(value, added, N_("{word} -{number}"), word=word))
        else:
            parts.append(msg(N_("{word}: {points}"), word=word, points=say_form(value, names)))
    simple = plain_figures and all(is_level_word(word) for word in table)
    join = N_("{first}, {rest}") if simple else N_("{first}; {rest}")
    return msg(text, field=fixed(english(COLUMNS, field)), table=join_sentences(parts, join))


def _between(low: Number, high: Number) -> Message:
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        if low is UNKNOWN and high is UNKNOWN:
            return msg(N_("as judged"))
        return msg(N_("judged, from {low} to {high}"), low=figure(low), high=figure(high))
    values = {"low": plain(min(abs(low), abs(high))), "high": plain(max(abs(low), abs(high)))}
    if low >= 0:
        return msg(N_("as judged, +{low} to +{high}"), **values)
    if high <= 0:
        return msg(N_("as judged, -{low} to -{high}"), **values)
    return msg(N_("judged, from -{low} to +{high}"), low=plain(abs(low)), high=plain(high))


def _one_of(numbers: Sequence[Decimal]) -> Message:
    figures = join_sentences(
        [msg("{n}", n=plain(abs(number))) for number in numbers], N_("{first}, {rest}")
    )
    if all(number >= 0 for number in numbers):
        return msg(N_("one of these, added: {figures}"), figures=figures)
    if all(number <= 0 for number in numbers):
        return msg(N_("one of these, deducted: {figures}"), figures=figures)
    figures = join_sentences(
        [msg("{n}", n=plain(number)) for number in numbers], N_("{first}, {rest}")
    )
    return msg(N_("one of these: {figures}"), figures=figures)


def _full_marks(form: FullMarks) -> Message:
    ((unit, number),) = form.each.items()
    once = unit.unit == "次" and unit.number == 1
    each = say_form(number) if once else _per_unit(PerUnit(each={unit: number}))
    full = plain(form.full)
    if not form.floor:
        return msg(N_("full marks {full}, {each}, until nothing is left"), full=full, each=each)
    text = N_("full marks {full}, {each}, never below {floor}")
    return msg(text, full=full, each=each, floor=plain(form.floor))


_AVERAGES: Mapping[str, str] = {
    "mean": N_("several of one role by their mean"),
    "median": N_("several of one role by their median"),
    "trimmed_mean": N_("several of one role by the mean without the highest and the lowest"),
    "unknown": N_("how several of one role become one is not stated"),
}
_MISSING: Mapping[str, str] = {
    "spread": N_("the share of a role that did not rate goes to the others"),
    "zero": N_("a role that did not rate counts as zero"),
    "void": N_("nothing counts until all have rated"),
    "unknown": N_("what becomes of a role that did not rate is not stated"),
}


def _rated_by(form: RatedBy, names: Names) -> Message:
    shares = [
        msg(N_("{role} {share}"), role=fixed(str(role)), share=say_part(share))
        for role, share in form.rated_by.items()
    ]
    said = msg(N_("as rated: {shares}"), shares=join_sentences(shares, N_("{first}, {rest}")))
    return join_sentences([said, *_of_rating(form, names)], N_("{first}; {rest}"))


def _of_rating(form: RatedBy, names: Names) -> Iterator[Message]:
    yield msg(N_("rated {window}"), window=say_window(form.per))
    for how in form.combine:
        yield msg(_AVERAGES[how])
    yield msg(_MISSING[str(form.missing)])
    if isinstance(form.round, Rounding):
        yield say_rounding(form.round)
    else:
        yield msg(N_("rounding not stated"))
    for field, table in (form.by or {}).items():
        yield _by_words(field, table, names)
    if form.between is not None:
        low, high = form.between
        yield msg(N_("each rater from {low} to {high}"), low=figure(low), high=figure(high))


# --- amounts that are no points -----------------------------------------------------------------


def say_gift(form: MaybeForm, names: Names) -> Message:
    """Say an amount of money or goods that a form works out: its figures are no points."""
    match form:
        case Decimal():
            return msg("{number}", number=plain(form))
        case PerUnit():
            ((unit, number),) = form.each.items()
            said = msg(N_("{number} for each {unit}"), number=figure(number), unit=say_amount(unit))
            if form.round is not None:
                text = N_("{points}, {rounding}")
                said = msg(text, points=said, rounding=say_rounding(form.round))
            return _over(form.per, said)
        case Table():
            steps = [
                msg(N_("from {edge} on {number}"), edge=plain(edge), number=figure(number))
                for edge, number in form.at_least.items()
            ] + [
                msg(N_("above {edge} {number}"), edge=plain(edge), number=figure(number))
                for edge, number in form.above.items()
            ]
            return _over(
                form.per, _by_figure(form, join_sentences(steps, N_("{first}, {rest}")), names)
            )
        case By():
            ((field, table),) = form.by.items()
            parts = [
                msg(N_("{word}: {points}"), word=word, points=say_gift(value, names))
                for word, value in table.items()
            ]
            said = join_sentences(parts, N_("{first}; {rest}"))
            return msg(N_("by {field}: {table}"), field=fixed(english(COLUMNS, field)), table=said)
    return say_form(form, names)

"""Forms of a value, caps and consequences -> sentences a villager can read on the wall.

The one place that says a form in words. In Chinese they are phrases that `phrase` reads back
as the same form, or not at all.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import assert_never

from ..message import N_, Message, Term, Value, say
from ..model import (
    ActionEffect,
    Bands,
    Between,
    By,
    CapRule,
    Consequence,
    FormulaForm,
    FullMarks,
    GradeEffect,
    Indicator,
    OneOf,
    PerUnit,
    PointsEffect,
    RatedBy,
    Share,
    Table,
    VetoEffect,
)
from ..model.amounts import UnitAmount
from ..model.forms import MaybeForm
from ..terms import UNKNOWN, Rounding, Unknown, Window, plain
from ..vocabulary import COLUMNS, chinese, english
from .grammar import is_counted_unit
from .points_phrases import is_level_word

Number = Decimal | Unknown


def say_points(item: Indicator) -> Message | None:
    """Say what an indicator is worth, by how many times too; None where it says no points."""
    if item.points is None:
        return None
    said = say_form(item.points)
    if item.escalate is None:
        return said
    ((window, steps),) = item.escalate.items()
    stages = joined(
        [_stage(n, step, n == len(steps)) for n, step in enumerate(steps, 1)], N_("{first}, {rest}")
    )
    when = (
        say(N_("while it lasts "))
        if window == "valid"
        else say(N_("{window} "), window=say_window(window))
    )
    by_times = say(N_("{when}{stages}"), when=when, stages=stages)
    if str(steps[-1]) == _text(item.points) and not any(step.startswith("x") for step in steps):
        return by_times
    return say(N_("{points}; {by_times}"), points=said, by_times=by_times)


def _text(points: object) -> str:
    return plain(points) if isinstance(points, Decimal) else ""


def _stage(number: int, step: str, is_last: bool) -> Message:
    text = N_("time {number} and later: {step}") if is_last else N_("time {number}: {step}")
    said: Value = step
    if re.fullmatch(r"-?[\d.]+", step):
        said = _signed(Decimal(step), N_("+{number}"), N_("-{number}"))
    elif re.fullmatch(r"x[\d.]+", step):
        said = say(N_("{factor} times the points"), factor=step[1:])
    return say(text, number=str(number), step=said)


def say_form(form: MaybeForm) -> Message:
    """Say a value form."""
    match form:
        case Unknown():
            return say(N_("not stated"))
        case "clear":
            return say(N_("the balance is wiped"))
        case Decimal():
            return _signed(form, N_("+{number} each time"), N_("-{number} each time"))
        case PerUnit():
            return _per_unit(form)
        case Table():
            return _table(form)
        case Bands():
            return _bands(form)
        case By():
            return _by(form)
        case Between():
            return _between(*form.between)
        case OneOf():
            return _one_of(form.one_of)
        case FullMarks():
            return _full_marks(form)
        case FormulaForm():
            return say(N_("by the formula: {formula}"), formula=form.formula)
        case RatedBy():
            return _rated_by(form)
        case str():
            return say(form)
    assert_never(form)


def _signed(number: Number, added: str, deducted: str, **values: Value) -> Message:
    """Say a number by its sign: as what it adds, or as what it takes."""
    if isinstance(number, Unknown):
        return say(added, number=say(N_("not stated")), **values)
    return say(deducted if number < 0 else added, number=plain(abs(number)), **values)


def _per_unit(form: PerUnit) -> Message:
    ((unit, number),) = form.each.items()
    whole = isinstance(number, Decimal) and form.round == Rounding(
        abs(number) or Decimal(1), "down"
    )
    if is_counted_unit(unit.unit):
        texts = (N_("+{number} for each full {unit}"), N_("-{number} for each full {unit}")) if whole else (
            N_("+{number} for each {unit}"), N_("-{number} for each {unit}"))  # fmt: skip
    else:
        texts = (N_("by quantity, +{number} for each full {unit}"), N_("by quantity, -{number} for each full {unit}")) if whole else (
            N_("by quantity, +{number} for each {unit}"), N_("by quantity, -{number} for each {unit}"))  # fmt: skip
    counted = is_counted_unit(unit.unit) and unit.number == 1
    amount: Value = unit.unit if counted else _amount(unit)
    said = _signed(number, *texts, unit=amount)
    if form.round is not None and not whole:
        said = say(
            N_("{points}, in proportion, {rounding}"), points=said, rounding=_rounding(form.round)
        )
    return _over(form.per, said)


def _rounding(rounding: Rounding) -> Message:
    text = {
        "half_up": N_("rounded to {step}"), "down": N_("rounded down to {step}"),
        "up": N_("rounded up to {step}"),
    }[rounding.mode]  # fmt: skip
    return say(text, step=plain(rounding.step))


def _over(window: Window | None, said: Message) -> Message:
    """Say that the quantity is added up over a window."""
    if window is None:
        return said
    return say(N_("added up {window}, {points}"), window=say_window(window), points=said)


def _table(form: Table) -> Message:
    steps = [
        _signed(number, N_("from {edge} on +{number}"), N_("from {edge} on -{number}"), edge=plain(edge))
        for edge, number in form.at_least.items()
    ]  # fmt: skip
    steps += [
        _signed(number, N_("above {edge} +{number}"), N_("above {edge} -{number}"), edge=plain(edge))
        for edge, number in form.above.items()
    ]  # fmt: skip
    said = joined(steps, N_("{first}, {rest}"))
    if form.by is not None:
        said = say(N_("by {figure}: {points}"), figure=form.by, points=said)
    return _over(form.per, said)


def _amount(unit: UnitAmount) -> Message:
    return say(N_("{count} {unit}"), count=plain(unit.number), unit=unit.unit)


def _bands(form: Bands) -> Message:
    parts = []
    for edge, rates in form.bands.items():
        for unit, number in rates.items():
            text = N_("above {edge}, {number} for each {unit}")
            figure = plain(number) if isinstance(number, Decimal) else say(N_("not stated"))
            parts.append(say(text, edge=plain(edge), number=figure, unit=_amount(unit)))
    bands = joined(parts, N_("{first}, {rest}"))
    if form.round is None:
        return say(N_("by bands: {bands}"), bands=bands)
    text = N_("by bands: {bands}, {rounding}")
    return say(text, bands=bands, rounding=_rounding(form.round))


def _by(form: By) -> Message:
    ((field, table),) = form.by.items()
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
            parts.append(say(N_("{word}: {points}"), word=word, points=say_form(value)))
    simple = plain_figures and all(is_level_word(word) for word in table)
    join = N_("{first}, {rest}") if simple else N_("{first}; {rest}")
    return say(text, field=fixed(english(COLUMNS, field)), table=joined(parts, join))


def _between(low: Number, high: Number) -> Message:
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        if low is UNKNOWN and high is UNKNOWN:
            return say(N_("as judged"))
        ends = [plain(n) if isinstance(n, Decimal) else say(N_("not stated")) for n in (low, high)]
        return say(N_("judged, from {low} to {high}"), low=ends[0], high=ends[1])
    values = {"low": plain(min(abs(low), abs(high))), "high": plain(max(abs(low), abs(high)))}
    if low >= 0:
        return say(N_("as judged, +{low} to +{high}"), **values)
    if high <= 0:
        return say(N_("as judged, -{low} to -{high}"), **values)
    return say(N_("judged, from -{low} to +{high}"), low=plain(abs(low)), high=plain(high))


def _one_of(numbers: Sequence[Decimal]) -> Message:
    figures = joined(
        [say("{n}", n=plain(abs(number))) for number in numbers], N_("{first}, {rest}")
    )
    if all(number >= 0 for number in numbers):
        return say(N_("one of these, added: {figures}"), figures=figures)
    if all(number <= 0 for number in numbers):
        return say(N_("one of these, deducted: {figures}"), figures=figures)
    figures = joined([say("{n}", n=plain(number)) for number in numbers], N_("{first}, {rest}"))
    return say(N_("one of these: {figures}"), figures=figures)


def _full_marks(form: FullMarks) -> Message:
    ((unit, number),) = form.each.items()
    each = _per_unit(PerUnit(each={unit: number})) if unit.unit != "次" else say_form(number)
    full = plain(form.full)
    if not form.floor:
        return say(N_("full marks {full}, {each}, until nothing is left"), full=full, each=each)
    text = N_("full marks {full}, {each}, never below {floor}")
    return say(text, full=full, each=each, floor=plain(form.floor))


def _rated_by(form: RatedBy) -> Message:
    shares = [
        say(N_("{role} {share}"), role=fixed(str(role)), share=_share(share))
        for role, share in form.rated_by.items()
    ]
    return say(N_("as rated: {shares}"), shares=joined(shares, N_("{first}, {rest}")))


def fixed(word: str) -> Value:
    """A word of the vocabulary as such, any other as its author wrote it."""
    return Term(word) if chinese(word) else word


def _share(share: Share | Unknown) -> Value:
    return say(N_("not stated")) if isinstance(share, Unknown) else f"{plain(share.part * 100)}%"


# --- limits and consequences --------------------------------------------------------------------


def say_window(window: Window | Unknown) -> Message:
    """Say over which stretch something runs."""
    if isinstance(window, Unknown):
        return say(N_("in a window that is not stated"))
    match window.name:
        case "event":
            return say(N_("each time"))
        case "period":
            return say(N_("in the period"))
        case "ever":
            return say(N_("ever"))
        case "length":
            return say(_LENGTHS[window.unit], count=str(window.count))
    return say(N_("each {window}"), window=Term(window.name))


_LENGTHS: Mapping[str, str] = {
    "day": N_("in any {count} days"), "week": N_("in any {count} weeks"),
    "month": N_("in any {count} months"), "quarter": N_("in any {count} quarters"),
    "half_year": N_("in any {count} half-years"), "year": N_("in any {count} years"),
}  # fmt: skip

_CAPS: Mapping[str, tuple[str, str]] = {
    "added": (N_("at most +{number} {window}"), N_("at most +{number}")),
    "deducted": (N_("at most -{number} {window}"), N_("at most -{number}")),
    "once": (N_("at most once {window}"), N_("at most once")),
    "times": (N_("at most {number} times {window}"), N_("at most {number} times")),
    "first": (N_("at most {number} times {window}, the first"), N_("at most {number} times, the first")),
    "highest": (N_("at most {number} times {window}, the highest"), N_("at most {number} times, the highest")),
    "kept": (N_("net at most {number} {window}, the excess kept"), N_("net at most {number}, the excess kept")),
    "lost": (N_("net at most {number} {window}, the excess lost"), N_("net at most {number}, the excess lost")),
    "net": (N_("net at most {number} {window}, the excess not stated"), N_("net at most {number}, the excess not stated")),
    "quantity": (N_("at most {number} {unit} {window}"), N_("at most {number} {unit}")),
}  # fmt: skip


def say_cap(cap: CapRule) -> Message:
    """Say a limit, with its window and whom it holds for together."""
    amount = cap.at_most
    if (
        amount.kind == "times"
        and amount.number == 1
        and _name(cap.per) == "ever"
        and not amount.counted
    ):
        said = say(N_("once only"))
    else:
        kind: str = amount.kind
        if kind == "times" and isinstance(amount.counted, str) and amount.counted in _CAPS:
            kind = amount.counted
        elif kind == "times" and amount.number == 1:
            kind = "once"
        if kind == "net" and isinstance(amount.beyond, str) and amount.beyond in _CAPS:
            kind = amount.beyond
        with_window, alone = _CAPS[kind]
        number: Value = (
            plain(amount.number) if isinstance(amount.number, Decimal) else say(N_("not stated"))
        )
        values: dict[str, Value] = {"number": number, "unit": amount.unit}
        if not isinstance(cap.per, Unknown):
            values["window"] = say_window(cap.per)
        said = say(alone if isinstance(cap.per, Unknown) else with_window, **values)
    if not cap.among:
        return said
    whom = joined([say("{n}", n=fixed(name)) for name in cap.among], N_("{first}, {rest}"))
    return say(N_("{cap}, shared by all of one {whom}"), cap=said, whom=whom)


def _name(window: Window | Unknown) -> str:
    return "" if isinstance(window, Unknown) else window.name


def say_consequence(effect: Consequence) -> Message:
    """Say what follows."""
    match effect:
        case VetoEffect():
            if effect.veto is UNKNOWN and effect.lasts is UNKNOWN and effect.gives is UNKNOWN:
                return say(N_("veto"))
            what = effect.veto if not isinstance(effect.veto, Unknown) else ("unknown",)
            names = joined([say("{n}", n=fixed(name)) for name in what], N_("{first}, {rest}"))
            return say(N_("veto: {what} counts for nothing"), what=names)
        case GradeEffect():
            return say(N_("graded directly: {level}"), level=fixed(str(effect.grade)))
        case PointsEffect():
            return say(N_("and further: {points}"), points=say_form(effect.points))
        case ActionEffect():
            return say(N_("measure: {action}"), action=effect.action)
    assert_never(effect)


def joined(parts: Sequence[Message], template: str) -> Message:
    """Say several one after the other, by a template of `first` and `rest`."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2  # halves, so that a long list is not a deep one
    return say(template, first=joined(parts[:half], template), rest=joined(parts[half:], template))

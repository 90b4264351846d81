"""The points an event asks for, derived from its inputs and the rule alone.

The result is None where a line does not say enough: formulas, fields of the roster, figures of the
period.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from ..core.message import N_, Message, msg
from ..core.terms import Unknown, Window, parse_number, plain
from ..core.vocabulary import COLUMNS, FORMULA_NAMES, english
from ..scheme import model
from ..trace.entry import Entry
from .book import Book
from .findings import left_out, no_such_step
from .limits import CheckedIndicator
from .parts import own_points
from .rules import Version
from .values import banded_points, table_points


class AskedCheck:
    """Computes the points that each line asks for; keeps the amounts that add up in a window."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._amounts: dict[object, Fraction] = defaultdict(Fraction)
        self._periods: dict[object, str] = {}
        """The period of the first event of each amount."""
        self._ended: set[tuple[str, str]] = set()
        """The (subject, indicator) pairs of amounts of which a part has ended."""

    def end(self, entry: Entry) -> None:
        """Stop deriving the amounts of which a line takes a part back."""
        self._ended.add((entry.subject, entry.indicator))

    def check(
        self, version: Version, item: CheckedIndicator, entry: Entry
    ) -> Iterator[Message | None]:
        """Yield what is wrong with the asked points; None where the line does not say enough."""
        yield from _uncapped(version, item, entry)
        for field in _missing(item.form, entry):
            yield msg(
                N_("the event does not give the '{field}' that its points go by"), field=field
            )
            return
        value = self._value(version, item.form, item, entry)
        written = Fraction(entry.asked)
        if value is None:
            yield None
            return
        allowed = list(_rounded(item, value))
        if item.escalate is not None:
            steps = next(iter(item.escalate.values()))
            allowed = [found for word in steps for found in _escalated(item, value, word)]
            yield from _without_word(item, value, entry)
        if written not in allowed:
            found = " / ".join(dict.fromkeys(map(_text, allowed)))
            yield msg(
                N_("the event asks for {found} points, not {written}"),
                found=found,
                written=plain(entry.asked),
            )

    def _value(
        self, version: Version, form: model.MaybeForm | None, item: CheckedIndicator, entry: Entry
    ) -> Fraction | None:
        """Return the points by the rule alone, before escalation; None where they are unknown."""
        given = entry.inputs
        match form:
            case None:
                return Fraction(0)
            case Decimal():
                return Fraction(form)
            case Unknown() | "clear" | model.FormulaForm():
                return None
            case model.PerUnit() | model.Table() | model.Bands() | model.FullMarks():
                if "quantity" not in given:
                    return None
                return self._by_quantity(version, form, item, entry)
            case model.RatedBy(by=Mapping() as by):
                return self._value(version, model.By(by=by), item, entry)
            case model.By():
                (written, table), *_ = form.by.items()
                name = english(COLUMNS, english(FORMULA_NAMES, written))
                word = given.get(name, "")
                return self._value(version, table[word], item, entry) if word in table else None
            case model.Between() | model.OneOf() | model.RatedBy():
                return Fraction(parse_number(given["points"])) if "points" in given else None
        assert_never(form)

    def _by_quantity(
        self,
        version: Version,
        form: model.PerUnit | model.Table | model.Bands | model.FullMarks,
        item: CheckedIndicator,
        entry: Entry,
    ) -> Fraction | None:
        clipped = [s.after for s in entry.steps if s.kind == "quantity_cap"]
        last = clipped[-1] if clipped else None
        amount = Fraction(parse_number(entry.inputs["quantity"]) if last is None else last)
        match form:
            case model.PerUnit() | model.Table():
                return self._by_table(version, form, item, entry, amount)
            case model.Bands():
                return banded_points(form, amount)
            case model.FullMarks():
                (unit, cost), *_ = form.each.items()
                lost = Fraction(cost) / Fraction(unit.number) * amount
                return max(Fraction(form.full) + lost, Fraction(form.floor))
        assert_never(form)

    def _by_table(
        self,
        version: Version,
        form: model.PerUnit | model.Table,
        item: CheckedIndicator,
        entry: Entry,
        amount: Fraction,
    ) -> Fraction | None:
        if isinstance(form, model.Table) and form.by is not None:
            return None
        if form.per is None:
            return table_points(form, amount)
        assert entry.date is not None
        if (entry.subject, entry.indicator) in self._ended or _takes_out(item):
            return None
        held = self._book.holds_figures(version, entry.subject)
        if item.lasts is not None and (held or entry.subject in self._book.wiped):
            return None  # what is held or was cleared ends without a line
        key = (entry.subject, entry.indicator, window_id(version, form.per, entry.date))
        if self._periods.setdefault(key, entry.period) != entry.period:
            return None  # no line tells which part of the amount ended with its period
        before = self._amounts[key]
        self._amounts[key] += amount
        points = own_points(self._book, version, entry) if item.lasts is not None else {"": 1}
        if points is None or not any(points.values()):
            self.end(entry)  # it brings nothing, so no line reports its end
        after, old = table_points(form, before + amount), table_points(form, before)
        return None if after is None or old is None else after - old


def _takes_out(item: CheckedIndicator) -> bool:
    """Tell whether an escalation has steps that are points or warnings.

    Such an event is part of no amount, and no line tells which event it is.
    """
    words = next(iter(item.escalate.values())) if item.escalate is not None else ()
    return any(word[:1] not in ("x", "×") for word in words)


def _uncapped(version: Version, item: CheckedIndicator, entry: Entry) -> Iterator[Message]:
    """Yield the caps on the quantity that an event exceeds."""
    if "quantity" not in entry.inputs:
        return
    clipped = [s.after for s in entry.steps if s.kind == "quantity_cap" and s.after is not None]
    amount = min([*map(Fraction, clipped), Fraction(parse_number(entry.inputs["quantity"]))])
    for place, _, bound in version.quantity_caps(item):
        if amount > bound:
            yield msg(N_("the cap of {place} on the quantity is left out"), place=place)


def _without_word(item: CheckedIndicator, value: Fraction, entry: Entry) -> Iterator[Message]:
    """Yield an error where points are not those of the rule alone, and no escalation says so."""
    told = [step for step in entry.steps if step.kind in ("escalate", "warning")]
    if not told and Fraction(entry.asked) not in _rounded(item, value):
        yield left_out("escalate", item.key)
    for step in told:
        begins = step.before is None or Fraction(step.before) == value
        ends = step.after is None or Fraction(entry.asked) in _rounded(item, Fraction(step.after))
        if len(told) > 1 or not (begins and ends):
            yield no_such_step(step)


def _missing(form: model.MaybeForm | None, entry: Entry) -> Iterator[str]:
    """Yield the field that a form needs and the event lacks."""
    if isinstance(form, model.Form) and form.asks and form.asks not in entry.inputs:
        yield form.asks


def valued(item: CheckedIndicator, entry: Entry) -> Fraction | None:
    """Return the points of a line before escalation and rounding; None where it does not tell."""
    form = item.form
    if isinstance(form, model.Form) and form.asks == "points" and "points" in entry.inputs:
        return Fraction(parse_number(entry.inputs["points"]))
    if item.escalate is not None:
        return None
    rounded = (step.before for step in entry.steps if step.kind == "round_asked")
    return Fraction(next(rounded, None) or entry.asked)


def is_out_of_range(item: CheckedIndicator, points: Fraction) -> bool:
    """Tell whether points lie outside the range of the form or of a category."""
    form = item.form
    if isinstance(form, model.OneOf) and points not in map(Fraction, form.one_of):
        return True
    ranges = (
        [form.between] if isinstance(form, model.Between | model.RatedBy) and form.between else []
    )
    around: list[model.Category | model.Scheme] = [*item.categories, item.scheme]
    ranges += [part.between for part in around if part.between is not None]
    return any(
        (not isinstance(low, Unknown) and points < Fraction(low))
        or (not isinstance(high, Unknown) and points > Fraction(high))
        for low, high in ranges
    )


def window_id(version: Version, window: Window, day: date) -> object:
    """Return a key that differs between two windows of one kind."""
    if window.name in ("period", "length"):
        return version.period(day).start
    return window.key(day)


def _rounded(item: CheckedIndicator, value: Fraction) -> Iterator[Fraction]:
    rounding = item.indicator.round
    yield value if rounding is None else Fraction(rounding.apply(value))


def _escalated(item: CheckedIndicator, value: Fraction, word: str) -> Iterator[Fraction]:
    """Yield the values after a step of an escalation, rounded after it or before it."""
    if word[:1] in ("x", "×"):
        times = _number(word[1:])
        if times is not None:
            yield from _rounded(item, value * times)
            yield from (rounded * times for rounded in _rounded(item, value))
            return
    points = _number(word)
    if points is None:
        yield Fraction(0)  # a warning in words
    else:
        yield points
        yield from _rounded(item, points)


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(parse_number(text))
    except ValueError:
        return None


def _text(number: Fraction) -> str:
    try:
        return plain(number)
    except ValueError:
        return str(number)

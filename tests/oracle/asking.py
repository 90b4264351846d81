"""Formulas: what a name stands for, and what a question to the figures is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from jifen_rules import Event
from jifen_rules.core.expression import Call, Formula
from jifen_rules.core.rounding import Rounding
from jifen_rules.core.terms import Window, exact, parse_number
from jifen_rules.core.vocabulary import ACCOUNTS, WINDOWS, YES_NO, english

from .formulas import FIXED, formula_of
from .limits import ZERO
from .reading import Version, lies_within

if TYPE_CHECKING:
    from .village import Village


class Missing(Exception):
    """A fact that a formula asks for and nobody stated."""


class Undecided(Exception):
    """A level that a formula asks for and the scheme does not decide."""


@dataclass(frozen=True)
class Asker:
    """Who asks, when, and about what."""

    village: "Village"
    version: Version
    subject: str
    day: date
    event: Event | None = None
    quantity: Fraction | None = None
    indicator: str = ""
    extras: Mapping[str, Any] = field(default_factory=dict)
    stretch: tuple[date, date] | None = None

    def of(self, subject: str) -> "Asker":
        return replace(self, subject=subject, event=None, quantity=None)

    def holds(self, text: str | None) -> bool:
        """Whether a condition holds; none at all holds."""
        return text is None or bool(self.value(text))

    def number(self, text: str, rounding: Rounding | None = None) -> Fraction:
        found = Fraction(self.value(text))
        return found if rounding is None else Fraction(rounding.apply(found))

    def value(self, text: str) -> Any:
        return self.evaluate(formula_of(self.version, text))

    def evaluate(self, formula: Formula) -> Any:
        asks = getattr(formula, "asks", formula.names)
        values: dict[str, Any] = {name: self._value(name, name in asks) for name in formula.names}
        for call in formula.calls:
            values[call.name] = self.answer(call)
        return formula.evaluate(values)

    def _value(self, name: str, is_asked: bool) -> Any:
        """What a name stands for; one that is only asked for where it is given may be missing."""
        try:
            return self.name(name)
        except Missing:
            if is_asked:
                raise
            return 0

    # --- names ------------------------------------------------------------------------------------

    def name(self, name: str) -> Any:
        if name in self.extras:
            return self.extras[name]
        events, subjects = self.version.field_types("event"), self.version.field_types("subject")
        if name in events:
            text = self._said(name) or self.version.blank("event", name)
            return self._typed(name, events[name], text)
        if name in subjects:
            text = self.village.roster.attribute(self.subject, name, self.day)
            text = text or self.version.blank("subject", name)
            return self._typed(name, subjects[name], text)
        if name in FIXED and name != "total":
            return self._fixed(name)
        if name in self.version.ladders:
            return self.village.level_name(self.subject, name)
        return exact(self.figure(name))

    def _said(self, name: str) -> str:
        if self.event is None:
            return ""
        return next((value for key, value in self.event.attributes if key == name), "")

    def _typed(self, name: str, kind: Any, text: str) -> Any:
        if text == "":
            raise Missing(name)
        if kind == "number":
            try:
                return exact(Fraction(parse_number(text)))
            except ValueError:
                raise Missing(name) from None
        if kind == "yes_no":
            word = english(YES_NO, text)
            if word not in ("yes", "no"):
                raise Missing(name)
            return word == "yes"
        return text

    def _fixed(self, name: str) -> Any:
        village, event = self.village, self.event
        match name:
            case "quantity":
                if self.quantity is None:
                    raise Missing(name)
                return exact(self.quantity)
            case "points":
                if event is None or event.points is None:
                    raise Missing(name)
                return exact(Fraction(event.points))
            case "level" | "place" | "role" | "rating" | "evidence":
                text = "" if event is None else getattr(event, name)
                if not text and name != "evidence":
                    raise Missing(name)
                return text
            case "indicator":
                return self.indicator
            case "subject":
                return self.subject
            case "class":
                return village.roster.classes(self.subject, self.day)
            case "headcount":
                return len(village.roster.members(self.subject, self.day))
            case "days_in":
                return village.roster.days_in(self.subject, self.day, village.versions.first.since)
            case "year":
                return self.day.year
            case "month":
                return self.day.month
            case "date":
                return self.day.isoformat()
            case "time":
                if self.event is None or not self.event.time:
                    raise Missing(name)
                return self.event.time
            case "day":
                return self.day.day
            case "weekday":
                return self.day.isoweekday()
        raise Missing(name)

    def figure(self, name: str) -> Fraction:
        """Return a figure as it is: the total, a ledger, category or indicator, a derived one."""
        name = english(ACCOUNTS, name)
        derived = self.version.derived.get(name)
        if derived is None or derived.formula is None:
            return self.village.book(self.subject).figure(name)
        return self.number(derived.formula, derived.round)

    # --- questions --------------------------------------------------------------------------------

    def answer(self, call: Call) -> Any:
        words = call.arguments
        match call.function:
            case "count" | "sum":
                return self._counted(call.function, *words)
            case "latest":
                facts = self.village.occurrences(self.subject, words[0])
                return exact(facts[-1].asked) if facts else 0
            case "mean" | "highest" | "lowest":
                return exact(self._over_parts(call.function, *words))
            case "reached":
                return self._reached(*words)
            case "last":
                return self.village.level_name(self.subject, words[0], back=1)
            case "streak":
                return self.village.streak(self.subject, *words)
            case "given":
                return self._is_given(words[0])
            case "granted":
                return exact(self._granted(*words))
            case "in_a_row":
                return self._in_a_row(words[0], call.formulas[0])
            case "throughout":
                first, last = self.stretch or (self.day, self.day)
                return self.village.roster.throughout(self.subject, words[0], first, last)
            case "draw":
                text = f"{words[0]}/{self.subject}"
                return Fraction(int(sha256(text.encode()).hexdigest(), 16), 1 << 256)
        return self._of_others(call)

    def _counted(self, function: str, what: str, window: str) -> Any:
        stretch = Window.parse(window) if window != "valid" else None
        found = [
            fact
            for fact in self.village.occurrences(self.subject, what)
            if stretch is None or self._is_near(fact.day, stretch)
        ]
        if function == "count":
            return len(found)
        return exact(sum((fact.asked for fact in found), ZERO))

    def _is_given(self, name: str) -> bool:
        try:
            value = self.name(name)
        except Missing:
            return False
        return bool(value != "" and value != frozenset())

    def _granted(self, what: str, window: str) -> Fraction:
        """What the events of a figure were granted in a window, so far as it stands."""
        stretch = Window.parse(window)
        events = self.village.occurrences(self.subject, what)
        return sum((fact.credit for fact in events if self._is_near(fact.day, stretch)), ZERO)

    def _in_a_row(self, figure: str, condition: Formula) -> int:
        """Of how many of the latest events of a figure a condition holds."""
        count = 0
        for fact in reversed(self.village.occurrences(self.subject, figure)):
            amount = None if fact.event.quantity is None else Fraction(fact.event.quantity)
            asker = replace(
                self, event=fact.event, quantity=amount, day=fact.day, indicator=fact.item.key
            )
            try:
                if not asker.evaluate(condition):
                    break
            except Missing:
                break
            count += 1
        return count

    def _is_near(self, day: date, window: Window) -> bool:
        if window.name == "length":
            return lies_within(day, self.day, window)
        if window.name == "period":
            return self.village.versions.period(day) == self.village.versions.period(self.day)
        return day <= self.day and window.key(day) == window.key(self.day)

    def _over_parts(self, function: str, figure: str, window: str) -> Fraction:
        name = english(WINDOWS, window)
        parts = self.village.snapshots.get((self.subject, name), [])
        period = self.village.versions.period(self.day)
        start = min(period.start, date(self.day.year, 1, 1))
        near = [v for day, v in parts if start <= day <= self.day]
        values = [values.get(figure, ZERO) for values in near]
        if not values:
            return ZERO
        match function:
            case "mean":
                return sum(values, ZERO) / len(values)
            case "highest":
                return max(values)
        return min(values)

    def _reached(self, ladder: str, level: str) -> bool:
        held = self.village.level_name(self.subject, ladder)
        names = [one.label for one in self.version.ladders[ladder].levels]
        return held in names and level in names and names.index(held) <= names.index(level)

    def _of_others(self, call: Call) -> Any:
        others = [
            self.of(s) for s in self.village.resolve(self.subject, call.arguments[0], self.day)
        ]
        asked, *tests = call.formulas
        if tests:
            others = [one for one in others if bool(one.evaluate(tests[0]))]
        values = [one.evaluate(asked) for one in others]
        match call.function:
            case "sum_of":
                return exact(sum(map(Fraction, values), ZERO))
            case "mean_of":
                return exact(sum(map(Fraction, values), ZERO) / len(values)) if values else 0
            case "count_of":
                return sum(1 for value in values if value)
            case "all_of":
                return all(values)
        yes = sum(1 for value in values if value)
        return exact(Fraction(yes, len(values))) if values else 0

"""Formulas: what a name stands for, and what a question to the figures is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from jifen_rules import Event, Place
from jifen_rules.expression import Call, Formula, Scope, Type, parse_formula
from jifen_rules.terms import Rounding, Window, exact, parse_number
from jifen_rules.vocabulary import ACCOUNTS, WINDOWS, YES_NO, english

from .limits import ZERO
from .reading import Version, lies_within

if TYPE_CHECKING:
    from .village import Village

FIXED: Mapping[str, Type] = {
    "quantity": "number", "level": "text", "place": "text", "role": "text", "rating": "text",
    "points": "number", "evidence": "text", "indicator": "text", "subject": "text",
    "class": "words", "headcount": "number", "days_in": "number", "month": "number",
    "day": "number", "weekday": "number", "raters": "number", "rank": "number",
    "last_rank": "number", "ranked": "number", "total": "number",
}  # fmt: skip


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
        values: dict[str, Any] = {name: self.name(name) for name in formula.names}
        for call in formula.calls:
            values[call.name] = self.answer(call)
        return formula.evaluate(values)

    # --- names --------------------------------------------------------------------------------------

    def name(self, name: str) -> Any:
        if name in self.extras:
            return self.extras[name]
        fields = self.version.scheme.fields
        if name in fields.event:
            return self._typed(name, fields.event[name], self._said(name))
        if name in fields.subject:
            text = self.village.roster.attribute(self.subject, name, self.day)
            return self._typed(name, fields.subject[name], text)
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
            case "month":
                return self.day.month
            case "day":
                return self.day.day
            case "weekday":
                return self.day.isoweekday()
        raise Missing(name)

    def figure(self, name: str) -> Fraction:
        """A figure as it stands: the total, a ledger, a category, an indicator, a derived ledger."""
        name = english(ACCOUNTS, name)
        derived = self.version.derived.get(name)
        if derived is None or derived.formula is None:
            return self.village.book(self.subject).figure(name)
        return self.number(derived.formula, derived.round)

    # --- questions ----------------------------------------------------------------------------------

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
            fact for fact in self.village.occurrences(self.subject, what)
            if stretch is None or self._is_near(fact.day, stretch)
        ]  # fmt: skip
        if function == "count":
            return len(found)
        return exact(sum((fact.asked for fact in found), ZERO))

    def _is_near(self, day: date, window: Window) -> bool:
        if window.name == "length":
            return lies_within(day, self.day, window)
        if window.name == "period":
            return self.village.versions.period(day) == self.village.versions.period(self.day)
        return day <= self.day and window.key(day) == window.key(self.day)

    def _over_parts(self, function: str, figure: str, window: str) -> Fraction:
        name = english(WINDOWS, window)
        parts = self.village.snapshots.get((self.subject, name), [])
        part = Window.parse(name)
        period = self.village.versions.period(self.day)
        days = (period.end - period.start).days + 1
        if days > part.days():
            near = [v for day, v in parts if period.start <= day <= self.day]
        else:
            near = [v for day, v in parts if day.year == self.day.year and day <= self.day]
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


_FORMULAS: dict[tuple[int, str], tuple[Version, Formula]] = {}


def formula_of(version: Version, text: str) -> Formula:
    """A formula of a version, checked and ready."""
    key = (id(version), text)
    if key not in _FORMULAS:
        found, problems = parse_formula(text, Place("", 1, 1), scope_of(version), None)
        if found is None:
            raise ValueError(f"{text}: {problems}")
        _FORMULAS[key] = (version, found)
    return _FORMULAS[key][1]


def scope_of(version: Version) -> Scope:
    """The names that formulas of a version may use."""
    figures = {
        "total", *version.items, *version.categories, *version.ledgers, *version.derived,
    }  # fmt: skip
    names: dict[str, Type] = dict(FIXED)
    names |= dict.fromkeys(figures, "number")
    names |= dict.fromkeys(version.ladders, "text")
    for fields in (version.scheme.fields.event, version.scheme.fields.subject):
        for name, kind in fields.items():
            names[name] = kind if kind in ("number", "yes_no") else "text"
    ladders = {
        key: frozenset(level.label for level in ladder.levels)
        for key, ladder in version.ladders.items()
    }
    return Scope(
        names, frozenset(figures | {"added", "deducted", "any", *version.rewards}), ladders,
        others=True,
    )  # fmt: skip

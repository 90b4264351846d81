"""Whether an event is admitted: the first reason against it, in the order of the rule."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from jifen_rules import Event, Outcome
from jifen_rules.core.terms import UNKNOWN, Window
from jifen_rules.core.vocabulary import STEPS, english
from jifen_rules.scheme.model import LastsBy, LastsTable, PerUnit, ProcessStep, RatedBy, Table

from .asking import Asker, Missing
from .combining import Fact, round_asked
from .formulas import formula_of
from .limits import ZERO
from .reading import Item, bound_of, known, lies_within
from .values import (
    Refusal,
    amount_value,
    check_between,
    chosen,
    is_said,
    mark_of,
    uses_quantity,
    value_of,
)

if TYPE_CHECKING:
    from .village import Village


@dataclass
class Judged:
    """What admission found out about an event: a refusal, or what it is worth."""

    refusal: Outcome | None
    item: Item | None = None
    asker: Asker | None = None
    asked: Fraction = ZERO
    amount: Fraction | None = None
    factor: Fraction = Fraction(1)
    role: str = ""
    mark: Fraction = ZERO
    is_warning: bool = False
    is_fixed: bool = False
    lasting: Any = None
    payees: list[Any] = field(default_factory=list)


class Admission:
    """Judges events of a village, one at a time."""

    def __init__(self, village: "Village") -> None:
        self.village = village

    def judge(self, event: Event) -> Judged:
        """The first reason against an event of an indicator, or its asked points."""
        stranger = self.stranger(event)
        if stranger is not None:
            return Judged(stranger)
        version = self.village.versions.on(event.date)
        assert version is not None  # else it is a stranger
        item = version.items[event.indicator]
        if event.quantity is not None and event.quantity < 0:
            return Judged(Outcome.OUT_OF_RANGE, item)
        try:
            self.village.payees(item.nearest("to"), item, event)
            judged = self.valued(event, item)
        except Refusal as refusal:
            judged = Judged(refusal.outcome, item)
        except Missing:
            return Judged(Outcome.MISSING_VALUE, item)
        worthless = judged.refusal
        judged.refusal = self.late(event, item) or self.standing_of(event)
        if judged.refusal is None and not self.condition_holds(event, item):
            judged.refusal = Outcome.CONDITION_NOT_MET
        judged.refusal = judged.refusal or worthless
        return judged

    def stranger(self, event: Event) -> Outcome | None:
        """Tell whether no version, nobody on the roster, no indicator or another one is meant."""
        version = self.village.versions.on(event.date)
        if version is None:
            return Outcome.NO_VERSION
        if not self.village.roster.is_member(event.subject, event.date):
            return Outcome.UNKNOWN_SUBJECT
        item = version.items.get(event.indicator)
        if item is None or item.indicator.per is not None:
            return Outcome.UNKNOWN_INDICATOR
        fits = self.may_hold(item, event.subject, event.date)
        return None if fits else Outcome.NOT_FOR_SUBJECT

    def may_hold(self, item: Item, subject: str, day: date) -> bool:
        """Whether every `for` on the way fits the subject.

        Without one, it is of the scheme's kind.
        """
        fors = item.fors or [frozenset({item.version.scheme.kind})]
        return all(self.village.roster.fits(subject, words, day) for words in fors)

    def standing_of(self, event: Event) -> Outcome | None:
        """Whether others have voided or replaced it, or it is not known yet."""
        if not self.village.incoming.is_known(event):
            return Outcome.AFTER_AS_OF
        outcome = self.village.incoming.state(event.id)
        if outcome is not None:
            return outcome
        if self.village.incoming.is_late(event):
            return Outcome.AFTER_AS_OF
        lost = event.corrects and not self.village.incoming.knows(event, event.corrects)
        return Outcome.UNKNOWN_TARGET if lost else None

    def is_in_time(self, event: Event, item: Item) -> bool:
        """Whether nothing but what an event says of itself may be against it."""
        return self.late(event, item) is None and self.standing_of(event) is None

    # --- value and escalation ---------------------------------------------------------------------

    def asker(self, event: Event, item: Item, quantity: Fraction | None = None) -> Asker:
        return Asker(
            self.village, item.version, event.subject, event.date, event, quantity, event.indicator
        )

    def valued(self, event: Event, item: Item) -> Judged:
        """What an event asks for, after its escalation.

        Refusal or Missing says why it asks nothing.
        """
        given = None if event.quantity is None else Fraction(event.quantity)
        form = item.indicator.points
        if given is None and uses_quantity(form):
            raise Missing("quantity")
        amount = None if given is None else self.capped_quantity(event, item, given)
        asker = self.asker(event, item, amount)
        found = Judged(None, item, asker, amount=amount)
        self.check_facts(item, asker)
        if isinstance(form, RatedBy):
            found.role, mark = mark_of(form, event, asker)
            found.mark = found.asked = round_asked(mark, item.indicator.round)
        elif isinstance(form, PerUnit | Table) and form.per is not None and amount is not None:
            found.asked = amount_value(form, amount)
            before = self.amount_before(event, item, form.per)
            found.asked = amount_value(form, before + amount) - amount_value(form, before)
        elif form != "clear":
            found.asked = value_of(form, asker)
        for between in item.betweens if not isinstance(form, RatedBy) and form is not None else ():
            check_between(found.asked, between)
        self.escalate(event, item, found)
        found.lasting = self.lasting(item, asker, found.asked)
        found.payees = self.village.payees(item.nearest("to"), item, event)
        return found

    def check_facts(self, item: Item, asker: Asker) -> None:
        """Ask for each fact that the conditions ask for, so that one nobody stated is missed."""
        lasts = item.nearest("lasts")
        if isinstance(lasts, LastsBy) and not is_said(lasts.by, asker):
            raise Missing("lasts")
        texts = [item.indicator.when]
        for effect in item.indicator.then:
            if asker.quantity is None and uses_quantity(getattr(effect, "points", None)):
                raise Missing("quantity")
            texts += [effect.when, getattr(getattr(effect, "points", None), "formula", None)]
        for text in texts:
            if text is None:
                continue
            formula = formula_of(item.version, text)
            for name in getattr(formula, "asks", formula.names) - {"raters", "total"}:
                if name in item.version.field_types("event") or name in ("quantity", "points"):
                    asker.name(name)

    def amount_before(self, event: Event, item: Item, window: Window | None) -> Fraction:
        """The amount of earlier events, still in force, that adds up with this one's."""
        assert window is not None
        return sum(
            (
                fact.amount or ZERO
                for fact in self.village.facts_of(event.subject)
                if fact.item.key == item.key
                and fact.in_force
                and not fact.is_fixed
                and self.village.same_window(window, fact.day, event.date)
            ),
            ZERO,
        )

    def capped_quantity(self, event: Event, item: Item, amount: Fraction) -> Fraction:
        """The quantity after its own caps, from short windows to long."""
        caps = [cap for cap in item.indicator.caps if cap.at_most.kind == "quantity"]
        days = self.village.period_days(event.date)
        stated: list[tuple[Window, Fraction, Any]] = [
            (per, bound, c)
            for c in caps
            if (per := known(c.per)) is not None and (bound := bound_of(c.at_most)) is not None
        ]
        for per, bound, cap in sorted(stated, key=lambda three: three[0].days(days)):
            before = ZERO
            if per.name != "event":
                facts = self.village.pot_facts(event.subject, cap.among, event.date)
                before = sum(
                    (
                        fact.amount or ZERO
                        for fact in facts
                        if fact.item.key == item.key
                        and self.village.same_window(per, fact.day, event.date)
                    ),
                    ZERO,
                )
            amount = min(before + amount, bound) - min(before, bound)
        return amount

    def escalate(self, event: Event, item: Item, found: Judged) -> None:
        """By the nth time: a warning, a multiple, or other points; then the rounding."""
        steps = item.nearest("escalate")
        if steps:
            ((window, words),) = steps.items()
            earlier = [
                fact
                for fact in self.village.facts_of(event.subject)
                if fact.item.key == item.key and self.counts_before(fact, window, event.date)
            ]
            word = words[min(len(earlier), len(words) - 1)].strip()
            self.take_step(word, found)
        found.asked = round_asked(found.asked, item.indicator.round)

    def counts_before(self, fact: Fact, window: Any, day: date) -> bool:
        """Whether an earlier event is an occurrence for the nth time."""
        if not fact.is_occurrence:
            return False
        if window == "valid":
            return fact.in_force and not fact.wiped
        if window.name == "length":
            return lies_within(fact.day, day, window)
        return self.village.same_window(window, fact.day, day)

    def take_step(self, word: str, found: Judged) -> None:
        times = word[1:] if word[:1] in ("x", "×", "X") else ""
        try:
            found.factor = Fraction(times) if times else Fraction(1)
            found.asked = found.asked * found.factor if times else Fraction(word)
            found.is_fixed = not times
        except ValueError:
            found.asked, found.factor = ZERO, Fraction(1)
            found.is_warning = found.is_fixed = True

    def lasting(self, item: Item, asker: Asker, asked: Fraction) -> Any:
        """How long the points count, by size or field where the scheme says so."""
        lasts = item.nearest("lasts")
        if isinstance(lasts, LastsBy):
            return chosen(lasts.by, asker)
        if isinstance(lasts, LastsTable):
            size = abs(asked)
            fits = [(Fraction(e), 0, v) for e, v in lasts.at_least.items() if size >= e]
            fits += [(Fraction(e), 1, v) for e, v in lasts.above.items() if size > e]
            return max(fits, key=lambda fit: fit[:2])[2] if fits else None
        return known(lasts)

    # --- process ----------------------------------------------------------------------------------

    def late(self, event: Event, item: Item) -> Outcome | None:
        """Whether it was declared in time, by one who may, and has come far enough."""
        steps: tuple[ProcessStep, ...] = item.nearest("process") or ()
        for step in steps:
            if step.step != "declare":
                continue
            if event.declared_on and not self.in_time(step, event.date, event.declared_on):
                return Outcome.DECLARED_LATE
            is_named = event.role in step.who
            if event.rater and step.who and not is_named and not self.may(step, event.rater, event):
                return Outcome.NOT_ALLOWED
        return None if self.has_passed(steps, event) else Outcome.NOT_PASSED

    def in_time(self, step: ProcessStep, day: date, done: date) -> bool:
        within = known(step.within)
        if within is None:
            return True
        last = within.last_day(day, self.village.versions.period(day).end, self.village.workdays)
        return last is None or done <= last

    def may(self, step: ProcessStep, who: str, event: Event) -> bool:
        """Whether somebody is one of those who take a step."""
        for word in step.who:
            if word in ("anyone", "任何人") or (word in ("self", "本人") and who == event.subject):
                return True
            if self.village.roster.fits(who, {word}, event.date):
                return True
            if who in self.village.roster.resolve(event.subject, word, event.date):
                return True
        return False

    def has_passed(self, steps: tuple[ProcessStep, ...], event: Event) -> bool:
        if not steps:
            return True
        needed = max(
            (n for n, step in enumerate(steps) if step.step == "count"), default=len(steps) - 1
        )
        if self.is_disputed(event) and any(s.step == "object" for s in steps[:needed]):
            return False
        status = event.status or self.village.status or ""
        if not event.status and english(STEPS, status) == "count":
            return True
        words = [
            n
            for n, step in enumerate(steps)
            if status == step.id or english(STEPS, status) == step.step
        ]
        return bool(words) and max(words) >= needed

    def is_disputed(self, event: Event) -> bool:
        return any(True for _ in self.objections(event))

    def objections(self, event: Event) -> Iterator[Event]:
        """Objections to an event that stand."""
        incoming = self.village.incoming
        for other in incoming.by_id.values():
            names = other.disputes and incoming.standing_for(other.disputes) == event.id
            if names and not incoming.is_late(other) and incoming.state(other.id) is None:
                yield other

    def condition_holds(self, event: Event, item: Item) -> bool:
        """Whether the indicator's condition holds; one about raters is asked of the group."""
        text = item.indicator.when
        if text is None or "raters" in formula_of(item.version, text).names:
            return True
        stated = None if event.quantity is None else Fraction(event.quantity)
        try:
            return self.asker(event, item, stated).holds(text)
        except Missing:
            return False

    def is_unknown(self, value: Any) -> bool:
        return value is UNKNOWN

"""The scheme itself -> the lines over the table: whose points, which period, what holds for all."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from ...core.faults import INVENTED
from ...core.message import N_, Message, Term, Value, msg
from ...core.terms import UNKNOWN, plain
from ...core.vocabulary import COLUMNS, YES_NO, english
from ...scheme.model import Carried, FieldType, Scheme
from ...scheme.model.scheme import Fields
from .formula_wording import say_formula
from .names import Names, fixed, join_sentences
from .rule_wording import bases_of, say_between, say_cap, say_combines
from .terms_wording import (
    say_accounts,
    say_bases,
    say_bound,
    say_full,
    say_lasting,
    say_length,
    say_rounding,
)
from .wording import say_escalation, say_form


def say_above(scheme: Scheme, names: Names) -> Iterator[Message]:
    """Say in the first line what an import reads back, and the rest in lines of their own."""
    parts = [
        msg(N_("subject: {kind}"), kind=fixed(scheme.kind)),
        msg(N_("period: {period}"), period=say_period(scheme)),
    ]
    if isinstance(scheme.base, Decimal):
        parts.append(msg(N_("base points: {base}"), base=plain(scheme.base)))
    if isinstance(scheme.at_period_end, str):
        parts.append(msg(N_("at the period's end: {what}"), what=_at_end(scheme.at_period_end)))
    if scheme.floor is not None:
        parts.append(msg(N_("lowest total: {floor}"), floor=say_bound(scheme.floor)))
    parts.append(msg(N_("in force from: {date}"), date=scheme.effective_from.isoformat()))
    yield join_sentences(parts, N_("{first}; {rest}"))
    if scheme.illustrative:
        yield msg(INVENTED)
    together = list(_together(scheme))
    if together:
        limits = join_sentences(together, N_("{first}; {rest}"))
        yield msg(N_("for everything together: {limits}"), limits=limits)
    if scheme.kinds:
        kinds = join_sentences(
            [msg("{n}", n=fixed(kind)) for kind in scheme.kinds], N_("{first}, {rest}")
        )
        yield msg(N_("kinds, from small to large: {kinds}"), kinds=kinds)
    yield from _for_all(scheme, names)
    yield from say_fields(scheme.fields)


def _at_end(what: str) -> Value:
    return msg(N_("not stated")) if what is UNKNOWN else Term(what)


def _together(scheme: Scheme) -> Iterator[Message]:
    """Return what holds for the sum of all points."""
    yield from (say_cap(cap) for cap in scheme.caps)
    if scheme.full is not None:
        yield msg(N_("highest total: {full}"), full=say_full(scheme.full))
    yield from say_combines(scheme.combine)
    if scheme.round is not None:
        yield msg(N_("rounding: the total {rounding}"), rounding=say_rounding(scheme.round))


def _for_all(scheme: Scheme, names: Names) -> Iterator[Message]:
    """Return what holds for indicators that do not say otherwise, or the bounds of the total."""
    if scheme.for_:
        yield msg(N_("only for: {whom}"), whom=names.all_of(scheme.for_))
    if scheme.base is not None and not isinstance(scheme.base, Decimal):
        yield msg(N_("base points: {base}"), base=say_form(scheme.base, names))
    if isinstance(scheme.at_period_end, Carried):
        formula = say_formula(scheme.at_period_end.formula, names)
        yield msg(N_("at the period's end is carried: {formula}"), formula=formula)
    if scheme.to is not None:
        yield say_accounts(scheme.to, names)
    if scheme.lasts is not None:
        yield msg(N_("lasts: {length}"), length=say_lasting(scheme.lasts, names))
    if scheme.escalate is not None:
        yield msg(N_("by the nth time: {stages}"), stages=say_escalation(scheme.escalate))
    if scheme.between is not None:
        yield say_between(*scheme.between)
    yield from say_bases(*(text for text in bases_of(scheme) if text != scheme.basis))


def say_fields(declared: Fields) -> Iterator[Message]:
    """Return what else is written down of a subject and of an event, and in which words."""
    sides: tuple[tuple[str, Literal["subject", "event"]], ...] = (
        (N_("the roster also says: {fields}"), "subject"),
        (N_("an event also says: {fields}"), "event"),
    )
    for text, side in sides:
        fields, blanks = declared.types(side), declared.blanks(side)
        if fields:
            said = [_field(name, kind, blanks.get(name)) for name, kind in fields.items()]
            yield msg(text, fields=join_sentences(said, N_("{first}, {rest}")))


def _field(name: str, kind: FieldType, blank: str | None) -> Message:
    """Say what a field holds, and what a blank means there."""
    if blank is None:
        return _kept(name, kind)
    word = Term(english(YES_NO, blank)) if kind == "yes_no" else msg("{n}", n=blank)
    return msg(N_("{field}, blank is {word}"), field=_kept(name, kind), word=word)


def _kept(name: str, kind: FieldType) -> Message:
    label = fixed(english(COLUMNS, name))
    if isinstance(kind, tuple):
        choices = join_sentences([msg("{n}", n=word) for word in kind], N_("{first} or {rest}"))
        return msg(N_("{name} ({limits})"), name=label, limits=choices)
    return msg(N_("{name} ({limits})"), name=label, limits=msg(_TYPES[kind]))


_TYPES = {
    "number": N_("a number"),
    "text": N_("a word"),
    "date": N_("a day"),
    "yes_no": N_("a yes or no"),
}


def say_period(scheme: Scheme) -> Value:
    """How long a period is, and when it begins."""
    rule = scheme.period
    if rule.count == 1 and (rule.from_month, rule.from_day) == (1, 1):
        return Term(rule.unit)
    if rule.count > 1:
        first = rule.holding(scheme.effective_from, scheme.effective_from).start
        length = say_length(rule.count, rule.unit)
        day = {"year": str(first.year), "month": str(first.month), "day": str(first.day)}
        return msg(N_("{length} each, from {year}-{month}-{day} on"), length=length, **day)
    if rule.unit == "month":
        text = N_("{unit} (each from day {day} on)")
        return msg(text, unit=Term(rule.unit), day=str(rule.from_day))
    text = N_("{unit} (each from day {day} of month {month} on)")
    return msg(text, unit=Term(rule.unit), day=str(rule.from_day), month=str(rule.from_month))

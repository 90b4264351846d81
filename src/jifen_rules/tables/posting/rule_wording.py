"""Limits, combining, consequences, steps of the process -> sentences a villager can read."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pydantic import BaseModel

from ...core.message import N_, Message, Value, msg
from ...core.terms import UNKNOWN, Unknown, Window, plain
from ...core.vocabulary import WORDS, english
from ...scheme.model import (
    ActionEffect,
    CapRule,
    Consequence,
    GradeBound,
    GradeEffect,
    PointsEffect,
    ProcessStep,
    VetoEffect,
)
from ...scheme.model.parts import Combine, Named
from .formula_wording import say_formula
from .names import NAMELESS, Names, fixed, join_sentences
from .terms_wording import (
    figure,
    say_accounts,
    say_bases,
    say_deadline,
    say_lasting,
    say_window,
)
from .wording import say_form

_CAPS: Mapping[str, tuple[str, str]] = {
    "added": (N_("at most +{number} {window}"), N_("at most +{number}")),
    "deducted": (N_("at most -{number} {window}"), N_("at most -{number}")),
    "once": (N_("at most once {window}"), N_("at most once")),
    "times": (N_("at most {number} times {window}"), N_("at most {number} times")),
    "first": (
        N_("at most {number} times {window}, the first"),
        N_("at most {number} times, the first"),
    ),
    "highest": (
        N_("at most {number} times {window}, the highest"),
        N_("at most {number} times, the highest"),
    ),
    "kept": (
        N_("net at most {number} {window}, the excess kept"),
        N_("net at most {number}, the excess kept"),
    ),
    "lost": (
        N_("net at most {number} {window}, the excess lost"),
        N_("net at most {number}, the excess lost"),
    ),
    "net": (
        N_("net at most {number} {window}, the excess not stated"),
        N_("net at most {number}, the excess not stated"),
    ),
    "balance": (
        N_("of what is in {unit}, at most {number}%, {window}"),
        N_("of what is in {unit}, at most {number}%"),
    ),
    "quantity": (N_("at most {number} {unit} {window}"), N_("at most {number} {unit}")),
}


def say_cap(cap: CapRule) -> Message:
    """Say a limit, with its window and whom it holds for together."""
    amount = cap.at_most
    if (
        amount.kind == "times"
        and amount.number == 1
        and _name(cap.per) == "ever"
        and not amount.counted
    ):
        said = msg(N_("once only"))
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
            plain(amount.number) if isinstance(amount.number, Decimal) else msg(N_("not stated"))
        )
        values: dict[str, Value] = {"number": number, "unit": amount.unit}
        if not isinstance(cap.per, Unknown):
            values["window"] = say_window(cap.per)
        said = msg(alone if isinstance(cap.per, Unknown) else with_window, **values)
    if not cap.among:
        return said
    if cap.among == ("all",):
        return msg(N_("{cap}, shared by all"), cap=said)
    whom = join_sentences([msg("{n}", n=fixed(name)) for name in cap.among], N_("{first}, {rest}"))
    return msg(N_("{cap}, shared by all of one {whom}"), cap=said, whom=whom)


def _name(window: Window | Unknown) -> str:
    return "" if isinstance(window, Unknown) else window.name


def say_combines(combine: Combine) -> Iterator[Message]:
    """How several become one."""
    for how, over in combine.items():
        what = msg(N_("one matter")) if over == "matter" else msg(N_("not stated"))
        window = what if isinstance(over, str) else say_window(over)
        yield msg(N_("several of {window}: {how}"), window=window, how=fixed(how))


def say_between(low: Decimal | Unknown, high: Decimal | Unknown) -> Message:
    """Return the bounds within which every value lies."""
    return msg(N_("each value from {low} to {high}"), low=figure(low), high=figure(high))


# --- consequences -------------------------------------------------------------------------------


def say_consequence(effect: Consequence, names: Names = NAMELESS) -> Message:
    """Say what follows; in brackets how long, on what condition and for whom."""
    if isinstance(effect, VetoEffect) and _is_bare(effect):
        return msg(N_("veto"))
    said = _what_follows(effect, names)
    details = [*_details(effect, names), *say_bases(effect.basis)]
    return bracketed(said, details)


def _is_bare(effect: VetoEffect) -> bool:
    unstated = effect.veto is UNKNOWN and effect.lasts is UNKNOWN and effect.gives is UNKNOWN
    return unstated and not effect.when and not effect.basis


def bracketed(said: Message, details: Sequence[Message]) -> Message:
    """Return a sentence, and in brackets what there is to say of it."""
    if not details:
        return said
    inner = join_sentences(list(details), N_("{first}; {rest}"))
    return msg(N_("{said} ({details})"), said=said, details=inner)


def _what_follows(effect: Consequence, names: Names) -> Message:
    match effect:
        case VetoEffect():
            what = effect.veto if not isinstance(effect.veto, Unknown) else ("unknown",)
            if effect.at:
                text = N_("veto: {what} counts for {points}")
                return msg(text, what=_vetoed(what, names), points=plain(effect.at))
            return msg(N_("veto: {what} counts for nothing"), what=_vetoed(what, names))
        case GradeEffect(grade=GradeBound(at_best=str(level))):
            return msg(N_("graded no better than {level}"), level=names.level(level))
        case GradeEffect(grade=GradeBound(at_least=str(level))):
            return msg(N_("graded no worse than {level}"), level=names.level(level))
        case GradeEffect():
            return msg(
                N_("graded directly: {level}"),
                level=names.level(str(effect.grade))
                if not isinstance(effect.grade, Unknown)
                else msg(N_("not stated")),
            )
        case PointsEffect():
            return msg(N_("and further: {points}"), points=say_form(effect.points, names))
        case ActionEffect():
            return msg(N_("measure: {action}"), action=effect.action)


def _vetoed(what: tuple[str, ...], names: Names) -> Message:
    parts = [
        msg(N_("one matter")) if english(WORDS, word) == "matter" else msg("{n}", n=names.of(word))
        for word in what
    ]
    return join_sentences(parts, N_("{first}, {rest}"))


_GIVEN_BACK: Mapping[str, str] = {
    "all": N_("then all comes back"),
    "before": N_("then what stood before comes back"),
    "nothing": N_("nothing comes back"),
    "unknown": N_("what comes back is not stated"),
}


def _details(effect: Consequence, names: Names) -> Iterator[Message]:
    if effect.when:
        yield msg(N_("condition: {formula}"), formula=say_formula(effect.when, names))
    if effect.lasts is not None:
        yield msg(N_("lasts: {length}"), length=say_lasting(effect.lasts, names))
    if isinstance(effect, VetoEffect) and effect.gives is not None:
        yield msg(_GIVEN_BACK[str(effect.gives)])
    if isinstance(effect, PointsEffect) and effect.to is not None:
        yield say_accounts(effect.to, names)


# --- the process --------------------------------------------------------------------------------


def say_process(steps: Sequence[ProcessStep]) -> Message:
    """Return the steps from declaring to counting, each with who, by when and how long."""
    said = [say_step(step) for step in steps]
    if not said:
        return msg(N_("process: {steps}"), steps=msg(N_("none")))
    return msg(N_("process: {steps}"), steps=join_sentences(said, N_("{first}, then {rest}")))


def say_step(step: ProcessStep) -> Message:
    """One step, with who takes it, by when and how long in brackets."""
    return bracketed(msg("{n}", n=fixed(step.step)), list(_of_step(step)))


def _of_step(step: ProcessStep) -> Iterator[Message]:
    if step.who:
        names = [msg("{n}", n=fixed(name)) for name in step.who]
        yield msg(N_("by {whom}"), whom=join_sentences(names, N_("{first}, {rest}")))
    if step.within is not None:
        yield say_deadline(step.within)
    if step.lasts is not None:
        yield msg(N_("for {length}"), length=say_lasting(step.lasts, NAMELESS))
    if step.per is not None:
        yield msg(N_("held {window}"), window=say_window(step.per))
    if step.among:
        yield say_among(step.among)
    yield from say_bases(step.basis)


def say_among(among: Sequence[str]) -> Message:
    """Together with whom."""
    if tuple(among) == ("all",):
        return msg(N_("together of all"))
    whom = join_sentences([msg("{n}", n=fixed(name)) for name in among], N_("{first}, {rest}"))
    return msg(N_("together within one {whom}"), whom=whom)


def bases_of(part: BaseModel) -> Iterator[str]:
    """On what a part and all that belongs to it rest, outermost first; not what is named itself."""
    values = dict(part)
    basis = values.pop("basis", None)
    if isinstance(basis, str):
        yield basis
    for value in values.values():
        yield from _inner_bases(value)


def _inner_bases(value: object) -> Iterator[str]:
    if isinstance(value, BaseModel):
        if not isinstance(value, Named | Consequence_ | ProcessStep):
            yield from bases_of(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _inner_bases(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _inner_bases(inner)


Consequence_ = VetoEffect | GradeEffect | PointsEffect | ActionEffect
"""Consequences and steps say on what they rest themselves."""

"""A value of a scheme -> the sentence that says it, as the posted table would.

Where a rule has several limits or consequences, only those that differ are said.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from ...core.message import N_, Message, Term, Value, msg
from ...core.periods import PeriodRule
from ...core.rounding import Rounding
from ...core.terms import Unknown, Window, plain
from ...scheme.model import Carried, Rank, RepairRule, Scheme
from ...scheme.model.amounts import Share, Weight
from ...scheme.model.forms import Part
from ...scheme.model.scheme import Fields
from ...tables.posting.formula_wording import say_formula
from ...tables.posting.names import Names, fixed, join_sentences
from ...tables.posting.posted_above import say_fields, say_period
from ...tables.posting.rule_wording import (
    bracketed,
    say_among,
    say_between,
    say_cap,
    say_combines,
    say_consequence,
    say_process,
)
from ...tables.posting.terms_wording import (
    say_accounts,
    say_bases,
    say_bound,
    say_deadline,
    say_end,
    say_full,
    say_lasting,
    say_part,
    say_rounding,
    say_stretch,
)
from ...tables.posting.wording import say_escalation, say_form, say_gift
from .parts import PartKey, PartTable

_Sayer: TypeAlias = Callable[[Any, Names], Value]


def say_value(part: Part, key: str, value: object, names: Names) -> Message:
    """Say one value of a part; that nothing is said, where it has none."""
    if _is_unsaid(value):
        return msg(N_("nothing said"))
    if isinstance(value, Unknown):
        return msg(N_("not stated"))
    if isinstance(value, PeriodRule) and isinstance(part, Scheme):
        return msg("{n}", n=say_period(part))
    sayer = _BY_KEY.get(key) or _BY_TYPE.get(type(value)) or _written
    return msg("{n}", n=sayer(value, names))


def say_whole(key: PartKey, table: PartTable, names: Names) -> Message:
    """Say a part as a whole: each of its keys, and by their names what it holds."""
    says = table[key].says
    parts = [
        msg(N_("{key}: {value}"), key=say_key(name), value=say_value(says, name, value, names))
        for name, value in table[key].values.items()
        if name != "name"
        and not _is_unsaid(value)
        and value != type(says).model_fields[name].default
    ]
    held = [msg("{n}", n=entry.label) for entry in table.values() if entry.parent == key]
    if held:
        parts.append(msg(N_("with {parts}"), parts=join_sentences(held, N_("{first}, {rest}"))))
    return join_sentences(parts, N_("{first}; {rest}"))


def say_key(name: str) -> Value:
    """Say a key of the language, or a kind of parts."""
    word = name.rstrip("_")
    return msg(_PARTS[word]) if word in _PARTS else Term(word, is_key=True)


_PARTS: Final[Mapping[str, str]] = {
    "category": N_("category"),
    "indicator": N_("indicator"),
    "ledger": N_("ledger"),
    "ladder": N_("ladder"),
    "level": N_("level"),
    "reward": N_("reward"),
    "rule": N_("rule"),
    "scheme": N_("scheme"),
    "version": N_("version"),
}


def _is_unsaid(value: object) -> bool:
    return value is None or value is False or value in ((), "") or value == {}


def say_difference(
    part: tuple[Part, Part], key: str, old: Any, new: Any, names: tuple[Names, Names]
) -> tuple[Message, Message]:
    """Say a value before and after a change; of a list what one of them has alone."""
    if isinstance(old, tuple) and isinstance(new, tuple) and key in ("caps", "then"):
        mine = tuple(item for item in old if item not in new)
        other = tuple(item for item in new if item not in old)
        old, new = (mine, other) if mine or other else (old, new)
    return say_value(part[0], key, old, names[0]), say_value(part[1], key, new, names[1])


def _written(value: Any, names: Names) -> Value:
    if isinstance(value, tuple):
        return join_sentences(
            [msg("{n}", n=_written(v, names)) for v in value], N_("{first}, {rest}")
        )
    if isinstance(value, bool):
        return Term("yes" if value else "no")
    if isinstance(value, Decimal):
        return plain(value)
    return fixed(str(value))


def _all(sayer: Callable[[Any, Names], Message]) -> _Sayer:
    def say_them(value: Any, names: Names) -> Value:
        return join_sentences([sayer(item, names) for item in value], N_("{first}; {rest}"))

    return say_them


def _repair(value: RepairRule, names: Names) -> Value:
    parts = [] if value.within is None else [say_deadline(value.within)]
    if value.when:
        parts.append(msg(N_("condition: {formula}"), formula=say_formula(value.when, names)))
    parts += [say_consequence(effect, names) for effect in value.then]
    return join_sentences(parts, N_("{first}; {rest}"))


def _weight(value: Weight, _: Names) -> Value:
    return say_part(Share(value.factor)) if value.percent else plain(value.factor)


def _rank(value: Rank, _: Names) -> Value:
    text = N_("the first {number}") if value.end == "top" else N_("the last {number}")
    return msg(text, number=f"{plain(value.number)}{'%' if value.percent else ''}")


def _carried(value: Any, names: Names) -> Value:
    return say_formula(value.formula, names) if isinstance(value, Carried) else Term(str(value))


def _lasting(value: Any, names: Names) -> Value:
    return say_stretch(value) if isinstance(value, Window) else say_lasting(value, names)


def _figure(value: Any, names: Names) -> Value:
    return plain(value) if isinstance(value, Decimal) else say_form(value, names)


def _gift(value: Any, names: Names) -> Value:
    return value if isinstance(value, str) else say_gift(value, names)


_BY_KEY: Final[Mapping[str, _Sayer]] = {
    "points": say_form,
    "base": _figure,
    "gives": _gift,
    "caps": _all(lambda cap, _: bracketed(say_cap(cap), list(say_bases(cap.basis)))),
    "then": _all(say_consequence),
    "floor": lambda value, _: say_bound(value),
    "full": lambda value, _: say_full(value),
    "lasts": _lasting,
    "escalate": lambda value, _: say_escalation(value),
    "process": lambda value, _: say_process(value),
    "combine": lambda value, _: join_sentences(list(say_combines(value)), N_("{first}; {rest}")),
    "to": say_accounts,
    "when": say_formula,
    "formula": say_formula,
    "repair": _repair,
    "at_period_end": _carried,
    "between": lambda value, _: say_between(*value),
    "among": lambda value, _: say_among(value),
    "for_": lambda value, names: names.all_of(value),
    "by": lambda value, names: names.account(value),
}
_BY_TYPE: Final[Mapping[type, _Sayer]] = {
    Window: lambda value, _: say_end(value),
    Rounding: lambda value, _: say_rounding(value),
    Weight: _weight,
    Rank: _rank,
    Fields: lambda value, _: join_sentences(list(say_fields(value)), N_("{first}; {rest}")),
}

"""A value of a scheme -> the small changes of it: one more, the next window, the other word.

Gives each with what was changed, in English. Whether a change is sound, and whether it means
anything, is for the compiler and the plan to tell.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel

from ..model import Bound, Lasting, LimitAmount, Rank, Share
from ..model.amounts import UnitAmount, Weight
from ..model.forms import Part
from ..terms import Deadline, Rounding, Unknown, Window, WindowName, plain
from .formula_changes import change_formula

_Beyond: TypeAlias = Literal["kept", "lost"]
Small: TypeAlias = Iterator[tuple[str, Any]]

LONGER: Final[Mapping[str, WindowName]] = {
    "event": "month",
    "day": "month",
    "week": "month",
    "month": "year",
    "quarter": "year",
    "half_year": "year",
    "year": "ever",
    "period": "ever",
}
"""The window that is tried for another."""

UNTRIED: Final = frozenset(
    {
        "id",
        "name",
        "basis",
        "open",
        "touches",
        "scheme",
        "extends",
        "illustrative",
        "subject",
        "period",
        "effective_from",
        "kinds",
        "fields",
        "action",
        "who",
        "step",
    }
)
"""Keys whose values are not changed: words for people, and what a score is about."""

_FORMULAS: Final = frozenset({"when", "formula"})
_OTHER_WORDS: Final[Mapping[tuple[str, str], str]] = {
    ("at_period_end", "clear"): "carry",
    ("at_period_end", "carry"): "clear",
    ("revokes", "all"): "to zero",
    ("revokes", "to zero"): "all",
    ("missing", "spread"): "zero",
    ("missing", "zero"): "spread",
    ("missing", "void"): "zero",
    ("ties", "all"): "none",
    ("ties", "none"): "all",
    ("ties", "dense"): "all",
    ("gives", "all"): "nothing",
    ("gives", "before"): "nothing",
    ("gives", "nothing"): "all",
    ("combine", "highest"): "lowest",
    ("combine", "lowest"): "highest",
    ("combine", "heaviest"): "highest",
    ("combine", "latest"): "highest",
    ("combine", "mean"): "median",
    ("combine", "median"): "mean",
    ("combine", "trimmed_mean"): "mean",
}
"""The word that is tried for another, by its key."""


def small_changes(key: str, value: Any) -> Small:
    """Yield the small changes of the value of a key, each with what was changed."""
    if value is None or isinstance(value, Unknown | bool) or key in UNTRIED:
        return
    sayer = _BY_TYPE.get(type(value))
    if sayer is not None:
        yield from sayer(key, value)
    elif isinstance(value, str):
        yield from _words(key, value)
    elif isinstance(value, BaseModel):
        yield from _inside(value)
    elif isinstance(value, Mapping):
        yield from _mappings(key, value)
    elif isinstance(value, tuple):
        yield from _lists(key, value)


def _inside(part: BaseModel) -> Small:
    for name, info in type(part).model_fields.items():
        said = getattr(part, name)
        if said != info.default:
            for change, value in small_changes(name.rstrip("_"), said):
                yield change, part.model_copy(update={name: value})


def _words(key: str, value: str) -> Small:
    if key in _FORMULAS:
        yield from change_formula(value)
    elif key == "spends":
        number, _, ledger = value.strip().partition(" ")
        try:
            yield f"one more than {value}", f"{plain(Decimal(number) + 1)} {ledger}".strip()
        except ArithmeticError:
            return
    elif key == "escalate":
        yield from _stages(value)
    elif (key, value) in _OTHER_WORDS:
        yield f"{_OTHER_WORDS[key, value]} instead of {value}", _OTHER_WORDS[key, value]


def _stages(text: str) -> Small:
    """A stage of an escalation: a multiple, points, or a warning in words."""
    sign = "x" if text.startswith("x") else ""
    try:
        number = Decimal(text.removeprefix("x"))
    except ArithmeticError:
        yield f"x1 instead of '{text}'", "x1"
    else:
        yield f"one more than {text}", f"{sign}{plain(number + 1)}"


def _mappings(key: str, table: Mapping[Any, Any]) -> Small:
    items = list(table.items())
    for number, (word, value) in enumerate(items):
        around = (items[:number], items[number + 1 :])
        for change, other in small_changes(_key_below(key), value):
            yield f"{change} at {_short(word)}", dict([*around[0], (word, other), *around[1]])
        for change, other in _of_key(key, word):
            if other not in table:
                yield f"{change} ({_short(word)})", dict([*around[0], (other, value), *around[1]])
        if key in ("combine", "by") and (len(items) > 1 or key == "combine"):
            yield f"without {_short(word)}", dict([*around[0], *around[1]])


def _key_below(key: str) -> str:
    return "points" if key in ("at_least", "above", "each", "bands", "by") else key


def _of_key(key: str, word: Any) -> Small:
    """Edges, units, windows and ways of combining stand as keys."""
    if key == "combine":
        yield from _words(key, str(word))
    elif isinstance(word, Decimal):
        yield "the edge one higher", word + 1
        yield "the edge one lower", word - 1
    elif isinstance(word, UnitAmount | Window):
        yield from small_changes(key, word)


def _lists(key: str, items: tuple[Any, ...]) -> Small:
    for number, item in enumerate(items):
        for change, other in small_changes(key, item):
            yield change, (*items[:number], other, *items[number + 1 :])
        if key in ("between", "who") or (key in ("spends", "veto") and len(items) == 1):
            continue
        if len(items) > 1 or isinstance(item, Part) or key in ("for", "among"):
            yield f"without {_short(item)}", (*items[:number], *items[number + 1 :])


_SHARED: Final = frozenset({"basis", "lasts", "when", "touches"})
"""What any consequence may say, so that none is known by it."""


def _short(item: Any) -> str:
    """A few words for a part of a value."""
    if isinstance(item, Decimal):
        return plain(item)
    if isinstance(item, UnitAmount):
        return f"{plain(item.number)} {item.unit}"
    if isinstance(item, Part):
        name, said = next((n, v) for n, v in item if n not in _SHARED and v not in (None, (), ""))
        text = said.text if isinstance(said, LimitAmount) else said
        return f"{name.rstrip('_')} {_short(text)}"
    if isinstance(item, tuple):
        return ", ".join(map(_short, item))
    return str(item) if isinstance(item, str | Window) else type(item).__name__.lower()


# --- numbers, windows, amounts --------------------------------------------------------------------


def _numbers(key: str, number: Decimal) -> Small:
    yield f"{plain(number + 1)} instead of {plain(number)}", number + 1
    if key in ("at_least", "above", "between", "at", "base"):
        yield f"{plain(number - 1)} instead of {plain(number)}", number - 1
    if key == "points" and number:
        yield "the other sign", -number


def _windows(_: str, window: Window) -> Small:
    if window.name == "length":
        longer = replace(window, count=window.count + 1)
        yield f"{longer} instead of {window}", longer
    elif other := LONGER.get(window.name):
        yield f"{other} instead of {window}", Window(other)


def _lasting(_: str, lasts: Lasting) -> Small:
    window = lasts.window
    match lasts.kind:
        case "window" | "length" if window is not None:
            for change, longer in _windows("", window):
                kind = "ever" if longer.name == "ever" else lasts.kind
                yield f"lasts {change}", Lasting(kind, None if kind == "ever" else longer)
        case "ever":
            yield "lasts a year instead of ever", Lasting("window", Window("year"))
        case "until_repaired":
            yield "lasts a year instead of until repaired", Lasting("window", Window("year"))
        case "after_repair":
            yield "lasts until repaired", Lasting("until_repaired")
        case "next" if window is not None:
            yield f"lasts this {window} instead of the next", Lasting("window", window)


def _limits(_: str, limit: LimitAmount) -> Small:
    if isinstance(limit.number, Decimal):
        for step in (1, -1):
            changed = replace(limit, number=limit.number + step)
            yield f"{plain(limit.number + step)} instead of {limit.text}", changed
    if limit.beyond in ("kept", "lost"):
        beyond: _Beyond = "lost" if limit.beyond == "kept" else "kept"
        yield f"{beyond} instead of {limit.text}", replace(limit, beyond=beyond)
    if limit.counted in ("first", "highest"):
        counted: Literal["first", "highest"] = "highest" if limit.counted == "first" else "first"
        yield f"{counted} instead of {limit.text}", replace(limit, counted=counted)


def _bounds(_: str, bound: Bound) -> Small:
    if not isinstance(bound.number, Decimal):
        return
    for step in (1, -1):
        changed = replace(bound, number=bound.number + step)
        yield f"the bound {plain(bound.number + step)} instead of {bound}", changed
    if bound.beyond in ("kept", "lost"):
        beyond: _Beyond = "lost" if bound.beyond == "kept" else "kept"
        yield f"{beyond} instead of {bound.beyond}", replace(bound, beyond=beyond)
    yield f"no bound instead of {bound}", Bound(None)


def _shares(_: str, share: Share) -> Small:
    if share.share == "each":
        yield "half the share", replace(share, part=share.part / 2)
    else:
        yield f"to each instead of {share.share}", Share(Fraction(1), share.side)
    if share.side is not None:
        side: Literal["added", "deducted"] = "deducted" if share.side == "added" else "added"
        yield f"of what is {side} instead", replace(share, side=side)


def _weights(_: str, weight: Weight) -> Small:
    yield "twice the weight", replace(weight, factor=weight.factor * 2)


def _rounding(_: str, rounding: Rounding) -> Small:
    mode: Literal["up", "down"] = "up" if rounding.mode == "down" else "down"
    yield f"rounded {mode} instead of {rounding.mode}", replace(rounding, mode=mode)
    yield "rounded ten times as coarsely", replace(rounding, step=rounding.step * 10)


def _ranks(_: str, rank: Rank) -> Small:
    yield "one place more", replace(rank, number=rank.number + 1)
    yield "one place fewer", replace(rank, number=rank.number - 1)
    end: Literal["top", "bottom"] = "bottom" if rank.end == "top" else "top"
    yield f"the {end} instead of the {rank.end}", replace(rank, end=end)


def _deadlines(_: str, deadline: Deadline) -> Small:
    if deadline.count:
        yield "a deadline one later", replace(deadline, count=deadline.count + 1)
    elif deadline.kind == "window" and (other := LONGER.get(deadline.unit)):
        yield f"by the end of the {other}", replace(deadline, unit=other)


def _units(_: str, unit: UnitAmount) -> Small:
    yield "twice the unit", replace(unit, number=unit.number * 2)


def _counts(_: str, number: int) -> Small:
    yield f"{number + 1} instead of {number}", number + 1


_BY_TYPE: Final[Mapping[type, Callable[[str, Any], Small]]] = {
    Decimal: _numbers,
    Window: _windows,
    Lasting: _lasting,
    LimitAmount: _limits,
    Bound: _bounds,
    Share: _shares,
    Weight: _weights,
    Rounding: _rounding,
    Rank: _ranks,
    Deadline: _deadlines,
    UnitAmount: _units,
    int: _counts,
}

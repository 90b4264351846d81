"""A value of a scheme -> the small changes of it: one more, the next window, the other word.

One piece: a list of small functions, one for each kind of value, read as a table.

Gives each with what was changed, as a message. Whether a change is sound, and whether it means
anything, is for the compiler and the plan to tell.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel

from ...core.message import N_, Message, Term, Value, msg
from ...core.periods import Deadline
from ...core.rounding import Rounding
from ...core.terms import Unknown, Window, WindowName, plain
from ...scheme.model import Lasting, LimitAmount, NetLimit, Rank, Share
from ...scheme.model.amounts import UnitAmount, Weight
from ...scheme.model.forms import Part
from ...tables.posting.names import fixed, join_sentences
from ...tables.posting.terms_wording import say_bound, say_length
from .formula_changes import change_formula

_Beyond: TypeAlias = Literal["kept", "lost"]
Small: TypeAlias = Iterator[tuple[Message, Any]]

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

FORMULAS: Final = frozenset({"when", "formula"})
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

_SAID: Final[Mapping[tuple[str, str], str]] = {
    ("revokes", "all"): N_("all taken back"),
    ("revokes", "to zero"): N_("taken back down to zero"),
    ("missing", "spread"): N_("the weight spread"),
    ("missing", "zero"): N_("counted as zero"),
    ("missing", "void"): N_("not counted"),
    ("ties", "all"): N_("all who tie"),
    ("ties", "none"): N_("none who tie"),
    ("ties", "dense"): N_("ties that take one place"),
    ("gives", "all"): N_("all given back"),
    ("gives", "before"): N_("what was before given back"),
    ("gives", "nothing"): N_("nothing given back"),
}
"""Words of a key that mean something else, or nothing, by themselves."""


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


def _instead(new: Value, old: Value) -> Message:
    return msg(N_("{new} instead of {old}"), new=new, old=old)


def _without(what: Value) -> Message:
    return msg(N_("without {what}"), what=what)


def _inside(part: BaseModel) -> Small:
    for name, said in part:
        if said != type(part).model_fields[name].default:
            for change, value in small_changes(name.rstrip("_"), said):
                yield change, part.model_copy(update={name: value})


def _words(key: str, value: str) -> Small:
    if key in FORMULAS:
        yield from change_formula(value)
    elif key == "spends":
        number, _, ledger = value.strip().partition(" ")
        try:
            more = f"{plain(Decimal(number) + 1)} {ledger}".strip()
        except ArithmeticError:
            return
        yield msg(N_("one more than {value}"), value=value), more
    elif key == "escalate":
        yield from _stages(value)
    elif (key, value) in _OTHER_WORDS:
        other = _OTHER_WORDS[key, value]
        yield _instead(_word(key, other), _word(key, value)), other


def _word(key: str, word: str) -> Value:
    return msg(_SAID[key, word]) if (key, word) in _SAID else Term(word)


def _stages(text: str) -> Small:
    """Return a stage of an escalation: a multiple, points, or a warning in words."""
    sign = "x" if text.startswith("x") else ""
    try:
        number = Decimal(text.removeprefix("x"))
    except ArithmeticError:
        yield _instead("x1", text), "x1"
    else:
        yield msg(N_("one more than {value}"), value=text), f"{sign}{plain(number + 1)}"


def _mappings(key: str, table: Mapping[Any, Any]) -> Small:
    items = list(table.items())
    for number, (word, value) in enumerate(items):
        around = (items[:number], items[number + 1 :])
        name = _short(word)
        for change, other in small_changes(_key_below(key), value):
            said = msg(N_("{change} at {word}"), change=change, word=name)
            yield said, dict([*around[0], (word, other), *around[1]])
        for change, other in _of_key(key, word):
            if other not in table:
                said = msg(N_("{change} ({word})"), change=change, word=name)
                yield (
                    change if key == "combine" else said,
                    dict([*around[0], (other, value), *around[1]]),
                )
        if key in ("combine", "by") and (len(items) > 1 or key == "combine"):
            yield _without(name), dict([*around[0], *around[1]])


def _key_below(key: str) -> str:
    return "points" if key in ("at_least", "above", "each", "bands", "by") else key


def _of_key(key: str, word: Any) -> Small:
    """Edges, units, windows and ways of combining stand as keys."""
    if key == "combine":
        yield from _words(key, str(word))
    elif isinstance(word, Decimal):
        yield msg(N_("the edge one higher")), word + 1
        yield msg(N_("the edge one lower")), word - 1
    elif isinstance(word, UnitAmount | Window):
        yield from small_changes(key, word)


def _lists(key: str, items: tuple[Any, ...]) -> Small:
    for number, item in enumerate(items):
        for change, other in small_changes(key, item):
            yield change, (*items[:number], other, *items[number + 1 :])
        if key in ("between", "who") or (key in ("spends", "veto") and len(items) == 1):
            continue
        if len(items) > 1 or isinstance(item, Part) or key in ("for", "among"):
            yield _without(_short(item)), (*items[:number], *items[number + 1 :])


_SHARED: Final = frozenset({"basis", "lasts", "when", "touches"})
"""What any consequence may say, so that none is known by it."""


def _short(item: Any) -> Value:
    """Return a few words for a part of a value."""
    if isinstance(item, Decimal):
        return plain(item)
    if isinstance(item, UnitAmount):
        return f"{plain(item.number)} {item.unit}"
    if isinstance(item, Window):
        return _window(item)
    if isinstance(item, Part):
        name, said = next((n, v) for n, v in item if n not in _SHARED and v not in (None, (), ""))
        text = said.text if isinstance(said, LimitAmount) else _short(said)
        return msg(N_("{key} {value}"), key=Term(name.rstrip("_"), is_key=True), value=text)
    if isinstance(item, tuple):
        return join_sentences([msg("{n}", n=_short(one)) for one in item], N_("{first}, {rest}"))
    return fixed(item) if isinstance(item, str) else type(item).__name__.lower()


# --- numbers, windows, amounts --------------------------------------------------------------------


def _numbers(key: str, number: Decimal) -> Small:
    yield _instead(plain(number + 1), plain(number)), number + 1
    if key in ("at_least", "above", "between", "at", "base"):
        yield _instead(plain(number - 1), plain(number)), number - 1
    if key == "points" and number:
        yield msg(N_("the other sign")), -number


def _window(window: Window) -> Value:
    return say_length(window.count, window.unit) if window.name == "length" else Term(window.name)


def _windows(_: str, window: Window) -> Small:
    if window.name == "length":
        longer = replace(window, count=window.count + 1)
        yield _instead(_window(longer), _window(window)), longer
    elif other := LONGER.get(window.name):
        yield _instead(Term(other), Term(window.name)), Window(other)


def _lasting(_: str, lasts: Lasting) -> Small:
    window = lasts.window
    year = Lasting("window", Window("year"))
    match lasts.kind:
        case "window" | "length" if window is not None:
            for change, longer in _windows("", window):
                kind = "ever" if longer.name == "ever" else lasts.kind
                said = msg(N_("lasts {change}"), change=change)
                yield said, Lasting(kind, None if kind == "ever" else longer)
        case "ever":
            yield msg(N_("lasts a year instead of ever")), year
        case "until_repaired":
            yield msg(N_("lasts a year instead of until repaired")), year
        case "after_repair":
            yield msg(N_("lasts until repaired")), Lasting("until_repaired")
        case "next" if window is not None:
            said = msg(N_("lasts this {window} instead of the next"), window=_window(window))
            yield said, Lasting("window", window)


def _beyond(beyond: _Beyond) -> Message:
    text = {"kept": N_("what lies beyond is kept"), "lost": N_("what lies beyond is lost")}
    return msg(text[beyond])


def _other_beyond(limit: LimitAmount | NetLimit) -> Iterator[tuple[Message, Any]]:
    if limit.beyond in ("kept", "lost"):
        beyond: _Beyond = "lost" if limit.beyond == "kept" else "kept"
        yield _beyond(beyond), replace(limit, beyond=beyond)


def _limits(_: str, limit: LimitAmount) -> Small:
    if isinstance(limit.number, Decimal):
        for step in (1, -1):
            changed = replace(limit, number=limit.number + step)
            yield _instead(plain(limit.number + step), limit.text), changed
    yield from _other_beyond(limit)
    if limit.counted in ("first", "highest"):
        counted: Literal["first", "highest"] = "highest" if limit.counted == "first" else "first"
        text = {"first": N_("the first count"), "highest": N_("the highest count")}[counted]
        yield msg(text), replace(limit, counted=counted)


def _bounds(_: str, bound: NetLimit) -> Small:
    if not isinstance(bound.number, Decimal):
        return
    for step in (1, -1):
        changed = replace(bound, number=bound.number + step)
        yield _instead(plain(bound.number + step), plain(bound.number)), changed
    yield from _other_beyond(bound)
    yield msg(N_("no bound instead of {bound}"), bound=say_bound(bound)), NetLimit(None)


def _shares(_: str, share: Share) -> Small:
    if share.share == "each":
        yield msg(N_("half the share")), replace(share, part=share.part / 2)
    else:
        yield msg(N_("the whole to each")), Share(Fraction(1), share.side)
    if share.side is not None:
        side: Literal["added", "deducted"] = "deducted" if share.side == "added" else "added"
        text = {"added": N_("of adds instead"), "deducted": N_("of deducts instead")}[side]
        yield msg(text), replace(share, side=side)


def _weights(_: str, weight: Weight) -> Small:
    yield msg(N_("twice the weight")), replace(weight, factor=weight.factor * 2)


def _rounding(_: str, rounding: Rounding) -> Small:
    mode: Literal["up", "down"] = "up" if rounding.mode == "down" else "down"
    said = {"up": N_("rounded up instead"), "down": N_("rounded down instead")}[mode]
    yield msg(said), replace(rounding, mode=mode)
    yield msg(N_("rounded ten times as coarsely")), replace(rounding, step=rounding.step * 10)


def _ranks(_: str, rank: Rank) -> Small:
    yield msg(N_("one place more")), replace(rank, number=rank.number + 1)
    yield msg(N_("one place fewer")), replace(rank, number=rank.number - 1)
    end: Literal["top", "bottom"] = "bottom" if rank.end == "top" else "top"
    said = {
        "top": N_("the first instead of the last"),
        "bottom": N_("the last instead of the first"),
    }
    yield msg(said[end]), replace(rank, end=end)


def _deadlines(_: str, deadline: Deadline) -> Small:
    if deadline.count:
        yield msg(N_("a deadline one later")), replace(deadline, count=deadline.count + 1)
    elif deadline.kind == "window" and (other := LONGER.get(deadline.unit)):
        yield (
            msg(N_("by the end of the {window}"), window=Term(other)),
            replace(deadline, unit=other),
        )


def _units(_: str, unit: UnitAmount) -> Small:
    yield msg(N_("twice the unit")), replace(unit, number=unit.number * 2)


def _counts(_: str, number: int) -> Small:
    yield _instead(str(number + 1), str(number)), number + 1


_BY_TYPE: Final[Mapping[type, Callable[[str, Any], Small]]] = {
    Decimal: _numbers,
    Window: _windows,
    Lasting: _lasting,
    LimitAmount: _limits,
    NetLimit: _bounds,
    Share: _shares,
    Weight: _weights,
    Rounding: _rounding,
    Rank: _ranks,
    Deadline: _deadlines,
    UnitAmount: _units,
    int: _counts,
}

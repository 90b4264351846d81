"""Two forms of a value -> which of them is worth more, whatever an event says.

Where that differs from event to event, it is open.
"""

from itertools import pairwise
from typing import Literal, TypeAlias

from ...core.terms import Exact
from ...plan import (
    Cap,
    Choice,
    Computed,
    Defects,
    Fixed,
    Grant,
    Judged,
    Marginal,
    Noted,
    Plan,
    Rate,
    Steps,
    Value,
    Wiped,
)
from ..monotone import lies_in, value_leaves

Sign: TypeAlias = Literal[-1, 0, 1]


class Unproved(Exception):
    """Nothing can be said of a difference."""


def sign_of(value: Value | None) -> Sign | None:
    """Tell whether a form only adds (1), only deducts (-1), neither (0), or may do both (None)."""
    signs: set[Sign] = set()
    for leaf in value_leaves(value):
        if isinstance(leaf, Computed | Wiped):
            return None
        amounts = _amounts(leaf)
        if amounts is None:
            return None
        signs |= {_sign(amount) for amount in amounts}
    signs.discard(0)
    return signs.pop() if len(signs) == 1 else None if signs else 0


def _sign(number: Exact) -> Sign:
    return 1 if number > 0 else -1 if number < 0 else 0


def _amounts(leaf: Value) -> list[Exact] | None:
    """List figures whose signs are those of whatever the form may bring.

    None if it may bring anything.
    """
    match leaf:
        case Fixed(points=points):
            return [points]
        case Rate(rate=rate):
            return [rate]
        case Steps(edges=edges):
            falls = leaf.window is not None and any(b[2] < a[2] for a, b in pairwise(edges))
            return None if falls or leaf.unstated else [points for _, _, points in edges]
        case Marginal(bands=bands):
            return [rate for _, rate in bands]
        case Judged(low=low, high=high):
            return None if low is None or high is None else [low, high]
        case Defects(full=full, floor=floor):
            return [full, floor]
    return []


def compare_values(one: Value | None, two: Value | None) -> Sign:
    """Tell which way points move from one form to another for the same events.

    Unproved where it may be either, or where the forms are not of one kind.
    """
    if one == two:
        return 0
    if one is None or two is None or type(one) is not type(two):
        raise Unproved
    signs = set(_differences(one, two)) - {0}
    if len(signs) > 1:
        raise Unproved
    return signs.pop() if signs else 0


def _differences(one: Value, two: Value) -> list[Sign]:
    match one, two:
        case Fixed(), Fixed():
            return [_sign(two.points - one.points)]
        case Rate(), Rate():
            _same((one.window, one.rounding), (two.window, two.rounding))
            if one.window is not None and one.rounding is not None:
                raise Unproved
            return [_sign(two.each - one.each)]
        case Steps(), Steps():
            _same([e[:2] for e in one.edges], [e[:2] for e in two.edges])
            _same((one.window, one.unstated), (two.window, two.unstated))
            if one.window is not None:
                raise Unproved
            return [_sign(b[2] - a[2]) for a, b in zip(one.edges, two.edges)]
        case Marginal(), Marginal():
            _same(
                (one.rounding, [e for e, _ in one.bands]), (two.rounding, [e for e, _ in two.bands])
            )
            return [_sign(b - a) for (_, a), (_, b) in zip(one.bands, two.bands)]
        case Choice(), Choice():
            return _of_tables(one, two)
        case Judged(), Judged():
            return _of_ranges(one, two)
        case Defects(), Defects():
            pairs = ((one.full, two.full), (one.each, two.each), (one.floor, two.floor))
            return [_sign(b - a) for a, b in pairs]
    raise Unproved


def _same(one: object, two: object) -> None:
    if one != two:
        raise Unproved


def _of_tables(one: Choice, two: Choice) -> list[Sign]:
    """Return a word that only one table has is worth nothing under the other."""
    _same((one.field, one.of_subject), (two.field, two.of_subject))
    signs: list[Sign] = []
    for word in dict.fromkeys((*one.table, *two.table)):
        if word in one.table and word in two.table:
            signs.append(compare_values(one.table[word], two.table[word]))
            continue
        alone = sign_of(one.table.get(word) or two.table.get(word))
        if alone is None:
            raise Unproved
        signs.append(alone if word in two.table else other_sign(alone))
    return signs


def _of_ranges(one: Judged, two: Judged) -> list[Sign]:
    """Judge a range: events outside it are refused, so a wider range admits more."""
    sign = sign_of(one)
    if sign != sign_of(two) or not sign:
        raise Unproved
    assert one.low is not None and two.low is not None  # stated, or it has no sign
    assert one.high is not None and two.high is not None
    wider = [_sign(one.low - two.low), _sign(two.high - one.high)]
    return [s if sign == 1 else other_sign(s) for s in wider]


def other_sign(sign: Sign) -> Sign:
    """Return the other sign."""
    return -1 if sign == 1 else 1 if sign == -1 else 0


def takes_plainly(plan: Plan, grant: Grant) -> bool:
    """Whether a deduct more, or a greater one, can only lower the total of its own subject."""
    if grant.combines or grant.escalation or grant.repair or grant.quantity_caps:
        return False
    if any(not isinstance(effect, Noted) for effect in grant.effects) or grant.others:
        return False
    caps = [stage for stage in grant.path if isinstance(stage, Cap)]
    if any(cap.kind == "times" or cap.lost or cap.window.name == "length" for cap in caps):
        return False
    if caps and grant.lasts not in ("period", "this period"):
        return False
    windows = ["event", *(cap.window.name for cap in caps if cap.kind != "added"), "period"]
    return all(lies_in(inner, outer, plan.period) for inner, outer in pairwise(windows))

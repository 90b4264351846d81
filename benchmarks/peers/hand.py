"""The limit: the loop a programmer would write for this scheme, with a record of each event."""

import gc
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reference.workload import MONTH, STARS, WEIGHT_TENTHS, Event, cap_table, rules, settle, slots

KINDS = ("fixed", "unit", "level", "formula")
Number = Any


def _table(of: Callable[[int], Number]) -> dict[str, tuple[Any, ...]]:
    formulas = {
        "E31": lambda hours, role: of(200) * hours if hours >= 2 else of(100),
        "F31": lambda hours, role: of(800) if role == "party_member" else of(500),
        "E32": lambda hours, role: of(150) * hours + (of(200) if role == "party_member" else 0),
    }
    caps, found = cap_table(of), {}
    for key, rule in rules().items():
        points = rule["points"]
        if rule["kind"] == "formula":
            points = formulas[key]
        else:
            points = (
                {k: of(v) for k, v in points.items()} if rule["kind"] == "level" else of(points)
            )
        found[key] = (KINDS.index(rule["kind"]), points, *caps[key])
    return found


def run_int(events: list[Event]) -> tuple[Any, Any]:
    """Whole cents."""
    table, size = _table(lambda amount: amount), slots()
    states: dict[str, list[int]] = {}
    trace: list[Any] = []
    add, month_of, nothing = trace.append, MONTH, ()
    for number, who, day, indicator, quantity, level, hours, role in events:
        (
            kind,
            points,
            at,
            most,
            month_at,
            monthly,
            count_at,
            count,
            counted,
            in_month,
            in_category,
        ) = table[indicator]
        if kind == 0:
            asked = points
        elif kind == 1:
            asked = round(points * quantity)
        elif kind == 2:
            asked = points[level]
        else:
            asked = round(points(hours, role))
        if who in states:
            state = states[who]
        else:
            state = states[who] = [0] * size
        let, took = asked, nothing
        if count is not None:
            times = state[count_at] = state[count_at] + 1
            if times > count:
                add((number, who, indicator, asked, ((counted, asked),), 0))
                continue
        if monthly is not None:
            month_at += month_of[day]
            left = monthly - state[month_at]
            if (let > left) if at < 6 else (let < left):
                took = ((in_month, let - left),)
                let = left
            state[month_at] += let
        if most is not None:
            left = most - state[at]
            if (let > left) if at < 6 else (let < left):
                took += ((in_category, let - left),)
                let = left
        state[at] += let
        add((number, who, indicator, asked, took, let))
    return settle(states), trace


def run_int_no_gc(events: list[Event]) -> tuple[Any, Any]:
    """The same with the collector off: what the library is measured against."""
    gc.disable()
    try:
        return run_int(events)
    finally:
        gc.enable()


def load_decimals(events: list[Event]) -> list[Any]:
    """The events with their numbers as decimals."""

    def of(number: float | None) -> Decimal | None:
        return None if number is None else Decimal(str(number))

    return [(*e[:4], of(e[4]), e[5], of(e[6]), e[7]) for e in events]


def run_decimal(events: list[Any]) -> tuple[Any, Any]:
    """Decimals throughout, collector off."""
    gc.disable()
    try:
        return _run_decimal(events)
    finally:
        gc.enable()


def _run_decimal(events: list[Any]) -> tuple[Any, Any]:
    table, size = _table(lambda amount: Decimal(amount) / 100), slots()
    states: dict[str, list[Any]] = {}
    trace: list[Any] = []
    add, month_of, nothing, zero, cent = trace.append, MONTH, (), Decimal(0), Decimal("0.01")
    for number, who, day, indicator, quantity, level, hours, role in events:
        (
            kind,
            points,
            at,
            most,
            month_at,
            monthly,
            count_at,
            count,
            counted,
            in_month,
            in_category,
        ) = table[indicator]
        if kind == 0:
            asked = points
        elif kind == 1:
            asked = (points * quantity).quantize(cent)
        elif kind == 2:
            asked = points[level]
        else:
            asked = points(hours, role)
        if who in states:
            state = states[who]
        else:
            state = states[who] = [zero] * 12 + [0] * 5 + [zero] * (size - 17)
        let, took = asked, nothing
        if count is not None:
            times = state[count_at] = state[count_at] + 1
            if times > count:
                add((number, who, indicator, asked, ((counted, asked),), zero))
                continue
        if monthly is not None:
            month_at += month_of[day]
            left = monthly - state[month_at]
            if (let > left) if at < 6 else (let < left):
                took = ((in_month, let - left),)
                let = left
            state[month_at] += let
        if most is not None:
            left = most - state[at]
            if (let > left) if at < 6 else (let < left):
                took += ((in_category, let - left),)
                let = left
        state[at] += let
        add((number, who, indicator, asked, took, let))
    return {who: _settled(state, zero) for who, state in states.items()}, trace


def _settled(state: list[Any], zero: Decimal) -> tuple[Any, str, tuple[Any, ...]]:
    parts = tuple(state[c] + state[6 + c] for c in range(6))
    total = 100 + sum(
        (Decimal(w) / 10 * p for w, p in zip(WEIGHT_TENTHS, parts, strict=True)), zero
    )
    total = min(max(total, zero), Decimal(200)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return total, next(name for least, name in STARS if total * 100 >= least), parts


def in_cents(found: tuple[Any, Any], _: Any) -> tuple[Any, Any]:
    """For the check only: decimals as cents."""

    def of(amount: Any) -> int:
        return round(amount * 100)

    households = {
        w: (of(t), name, tuple(map(of, parts))) for w, (t, name, parts) in found[0].items()
    }
    trace = [
        (n, w, i, of(a), tuple((r, of(x)) for r, x in took), of(let))
        for n, w, i, a, took, let in found[1]
    ]
    return households, trace

"""A plan with the bound of one limit moved: what the boundary of a limit is tried with."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ...core.terms import exact
from ...plan import Cap, Plan, QuantityCap


def all_limits(plan: Plan) -> Iterator[Cap | QuantityCap]:
    """Every limit of a plan: on the way of points, of quantities, of ledgers."""
    yield from plan.caps
    for grant in plan.grants.values():
        yield from grant.quantity_caps
    for ledger in plan.ledgers.values():
        yield from ledger.limits


def with_bound(plan: Plan, cap: Cap | QuantityCap, shift: int, *, least: bool = True) -> Plan:
    """Return the plan with the bound of a limit moved by the least unit (or by one), up or down."""
    if isinstance(cap, QuantityCap):
        step = Fraction(1, plan.scale) if least else Fraction(1)
        return _exchanged(plan, cap, replace(cap, bound=cap.bound + shift * step))
    unit = 1 if cap.kind == "times" or least else plan.scale
    if cap.high is not None:
        return _exchanged(plan, cap, replace(cap, high=exact(Fraction(cap.high) + shift * unit)))
    low = None if cap.low is None else exact(Fraction(cap.low) - shift * unit)
    return _exchanged(plan, cap, replace(cap, low=low))


def _exchanged(plan: Plan, cap: Cap | QuantityCap, new: Cap | QuantityCap | None) -> Plan:
    """Return the plan with a limit exchanged wherever it stands, or taken out."""

    def kept(stages: Iterable[Any]) -> tuple[Any, ...]:
        found = (new if stage == cap else stage for stage in stages)
        return tuple(stage for stage in found if stage is not None)

    grants = {
        key: replace(grant, path=kept(grant.path), quantity_caps=kept(grant.quantity_caps))
        for key, grant in plan.grants.items()
    }
    ledgers = {key: replace(led, limits=kept(led.limits)) for key, led in plan.ledgers.items()}
    starts = tuple(replace(start, path=kept(start.path)) for start in plan.starts)
    return replace(plan, grants=grants, ledgers=ledgers, starts=starts)

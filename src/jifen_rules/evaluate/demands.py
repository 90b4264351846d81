"""What the versions of a scheme may ask of what came before: of all versions, since a later one may ask for what
an earlier one did not keep. Programs leave away, and streams let go of, what is not here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any

from ..expression import Formula
from ..plan import Cap, Close, Escalation, Grant, Held, Mark, Plan, Post, Reward, Versions, Weigh
from ..terms import Window

_HISTORY = frozenset({"count", "sum", "latest"})


@dataclass(frozen=True, slots=True)
class Demands:
    """What must be kept."""

    figures: frozenset[str]
    """Categories, and what else formulas, ladders, shares and rights look up."""
    vetoed: frozenset[str]
    """Figures that a veto may stand on; what rests with all adds is held at the root."""
    undoes: bool
    """Whether anything may still change the sums of a window that is over."""
    history: bool
    """Whether formulas or escalations ask for the events gone by."""
    escalates: bool
    recounted: frozenset[str]
    """Indicators of which the events that still count are counted."""
    carries: frozenset[str]
    """Ledgers that are carried on."""


def demands_of(versions: Versions, *, undone: bool = False) -> Demands:
    """Look through all versions; `undone` if some event is known to take another back."""
    plans = versions.plans
    parts = [part for plan in plans for part in _parts(plan)]
    targets = {part.target for part in parts if isinstance(part, Held)}
    grants = [grant for plan in plans for grant in plan.grants.values()]
    escalations = [part for part in parts if isinstance(part, Escalation)]
    return Demands(
        figures=frozenset().union(*(plan.categories for plan in plans), _asked_for(plans, parts)),
        vetoed=frozenset(targets | {plan.root for plan in plans if "added" in targets}),
        undoes=undone or any(map(_may_be_undone, grants)),
        history=bool(escalations) or any(plan.functions & _HISTORY for plan in plans),
        escalates=bool(escalations),
        recounted=frozenset(
            g.mark.id for g in grants if g.escalation is not None and g.escalation.window is None
        ),
        carries=frozenset(
            name for plan in plans for name, ledger in plan.ledgers.items() if ledger.carries
        ),
    )  # fmt: skip


def _may_be_undone(grant: Grant) -> bool:
    """Whether what an event brought may be taken back on a later day, in the windows it fell in."""
    return bool(grant.combines or grant.repair or grant.effects) or grant.lasts != "period"


def _asked_for(plans: Iterable[Plan], parts: Iterable[Any]) -> frozenset[str]:
    """Every word that a figure may be looked up by."""
    found = {name for plan in plans for name, _ in plan.parts}
    for part in parts:
        match part:
            case Formula():
                found |= part.names
                found |= {word for call in part.calls for word in call.arguments}
            case Close():
                found |= {part.figure, *part.deciders}
            case Post() | Reward():
                found.add(part.figure)
    return frozenset(found)


def _parts(value: Any) -> Iterator[Any]:
    """A value of the plan and everything in it that may hold a formula or name a figure."""
    match value:
        case None | str() | int() | Fraction() | Mark() | Window() | Cap() | Weigh() | frozenset():
            return
        case Formula():
            yield value
            for call in value.calls:
                yield from _parts(call.formulas)
        case tuple():
            for part in value:
                yield from _parts(part)
        case Mapping():
            for part in value.values():
                yield from _parts(part)
        case _:
            if is_dataclass(value):
                yield value
                for column in fields(value):
                    yield from _parts(getattr(value, column.name))

"""What the versions of a scheme may ask of what came before, so that it is kept.

All versions are looked through, since a later one may ask for what an earlier one did not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any

from ..core.expression import Call, Formula
from ..core.terms import Window
from ..plan import (
    Brought,
    Cap,
    Close,
    Combine,
    Grant,
    Held,
    Mark,
    Plan,
    Post,
    Repair,
    RewardPlan,
    Versions,
    Weigh,
    Wiped,
)

Question = tuple[str, str]
"""A name and the text of a window: how often, and how much, in it."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What must be kept."""

    figures: frozenset[str]
    """Categories, and what else formulas, ladders, shares and rights look up."""
    keeps: bool
    """Whether something may end a single contribution, or change what it brings."""
    carries: bool
    """Whether some ledger is carried on, so that an end in a later period finds what it takes."""
    by_veto: bool
    """Whether a veto or a wipe may find any contribution of a subject."""
    by_each: bool
    """Whether it must be known of each what a limit keeps: for a veto, or as ways part there."""
    questions: frozenset[Question]
    """What is counted or added up over windows."""
    granted: frozenset[Question]
    """What was granted over windows."""
    rows: frozenset[Call]
    """Of how many of the latest events of a figure something holds."""
    latest: frozenset[str]
    """Names whose latest points formulas ask for."""
    valid: frozenset[str]
    """Indicators of which those in force are counted."""
    spent: frozenset[str]
    """Ledgers that prices are paid from, where some points outlast the others."""


def retention_of(versions: Versions) -> Retention:
    """Look through all versions."""
    plans = versions.plans
    parts = [part for plan in plans for part in _parts(plan)]
    grants = [grant for plan in plans for grant in plan.grants.values()]
    questions: set[Question] = set()
    latest: set[str] = set()
    granted: set[Question] = set()
    rows: set[Call] = set()
    for part in parts:
        for call in part.calls if isinstance(part, Formula) else ():
            if call.function in ("count", "sum"):
                questions.add((call.arguments[0], str(Window.parse(call.arguments[1]))))
            elif call.function == "granted":
                granted.add((call.arguments[0], str(Window.parse(call.arguments[1]))))
            elif call.function == "in_a_row":
                rows.add(call)
            elif call.function == "latest":
                latest.add(call.arguments[0])
    escalating = [(g.mark.id, g.escalation) for g in grants if g.escalation is not None]
    questions |= {(name, str(e.window)) for name, e in escalating if e.window is not None}
    by_veto = any(isinstance(part, Held | Wiped) for part in parts)
    return Retention(
        figures=frozenset().union(*(plan.categories for plan in plans), _asked_for(plans, parts)),
        keeps=bool(granted)
        or any(isinstance(part, _ENDING) for part in parts)
        or any(map(_displaces, plans))
        or any(map(_may_end, grants))
        or any(map(_goes_on_in_part, plans)),
        carries=any(ledger.carries for plan in plans for ledger in plan.ledgers.values()),
        by_veto=by_veto,
        by_each=by_veto or _part_ways(grants, parts),
        questions=frozenset(questions),
        granted=frozenset(granted),
        rows=frozenset(rows),
        latest=frozenset(latest),
        valid=frozenset(name for name, e in escalating if e.window is None),
        spent=frozenset(_spent(plans) if any(map(_outlasts, parts)) else ()),
    )


_ENDING = (Held, Repair, Wiped, Brought, Combine)
"""Constructs through which a contribution may end or change by itself."""


def _displaces(plan: Plan) -> bool:
    """Tell whether a higher event takes the place of one that counted, which goes its own way."""
    return any(cap.highest for cap in plan.limits)


def _may_end(grant: Grant) -> bool:
    return grant.lasts != "period" or (grant.escalation is not None and not grant.escalation.window)


def _outlasts(part: Any) -> bool:
    """Tell whether points may end otherwise than with their period."""
    return isinstance(part, Grant | Brought) and part.lasts != "period"


def _spent(plans: Iterable[Plan]) -> Iterator[str]:
    for plan in plans:
        for reward in plan.rewards.values():
            yield from (ledger for ledger, _ in reward.prices or ())


def _goes_on_in_part(plan: Plan) -> bool:
    """Tell whether what goes on has shared a net limit or a rounding with what does not."""
    carrying = {name for name, ledger in plan.ledgers.items() if ledger.carries}
    grants = plan.grants.values() if carrying else ()
    posts = [post for grant in grants for post in grant.posts]
    ends = any(post.side is not None or post.ledger not in carrying for post in posts)
    return ends and any(_settles(part) for grant in grants for part in grant.path)


def _part_ways(grants: Iterable[Grant], parts: Iterable[Any]) -> bool:
    """Tell whether points that may share a limit go to other ledgers than those of others."""
    several = [grant.posts for grant in grants]
    several += [part.posts for part in parts if isinstance(part, Brought)]
    return len({frozenset((p.ledger, p.part, p.side) for p in posts) for posts in several}) > 1


def _settles(part: Cap | Weigh) -> bool:
    return part.kind == "net" if isinstance(part, Cap) else part.rounding is not None


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
            case Post() | RewardPlan():
                found.add(part.figure)
    return frozenset(found)


def _parts(value: Any) -> Iterator[Any]:
    """Yield a value of the plan and everything in it that may hold a formula or name a figure."""
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

"""Which grants are plain, so that a program may be written for them: what an event asks for is decided by the
event alone, and its way leads over limits, borders and own ledgers. For all others the fold has the general stages.
"""

from collections.abc import Sequence

from ..expression import Formula
from ..plan import (
    Cap,
    Choice,
    Computed,
    Fixed,
    Grant,
    Judged,
    Plan,
    Post,
    Rate,
    Steps,
    Unstated,
    Value,
    Weigh,
    Wiped,
)
from ..terms import Window
from .consequences import is_endless
from .demands import Demands
from .registers import CALENDAR, spans_period

_ELSE = "?"
"""Stands for what the event alone does not say."""
_DATED = frozenset({"month", "day", "weekday"})
_AROUND = frozenset({"class", "subject", "headcount", "days_in"})


def is_plain(plan: Plan, grant: Grant, posts: Sequence[Post], demands: Demands) -> bool:
    """Whether a program can be written for a grant; `posts` are those of its posts that reach a ledger."""
    own = all(not post.account and post.rounding is None for post in grant.posts)
    ledgers = [post.ledger for post in grant.posts]
    return (
        own
        and bool(grant.posts)
        and len(set(ledgers)) == len(ledgers)
        and not (grant.combines or grant.effects or grant.escalation)
        and not (grant.standing or grant.quantity_caps or _has_an_end(plan, grant, demands))
        and (not _sums(grant.value) or _plain_sum(plan, grant))
        and all(map(_plain_stage, grant.path))
        and all(_plain_ledger(plan, post.ledger) for post in posts)
        and deciding_fields(plan, grant) is not None
        and not any(rule.window.name == "event" for rule in plan.rules)
    )


def deciding_fields(plan: Plan, grant: Grant) -> tuple[str, ...] | None:
    """Which fields of the event decide what it asks; None if something else does too."""
    found = {*grant.needs, *_of_formula(plan, grant.when), *_of_value(plan, grant.value)}
    if _ELSE in found:
        return None
    own = ("quantity", "date")
    return (*(name for name in own if name in found), *sorted(found.difference(own)))


def owes_offer(plan: Plan, grant: Grant, demands: Demands) -> bool:
    """Whether somebody may ask what an event of it brought: who ends what outlasts its period, or counts what counts."""
    return not _ends_with_period(plan, grant, demands) or grant.mark.id in demands.recounted


def _has_an_end(plan: Plan, grant: Grant, demands: Demands) -> bool:
    """Whether an end that its points have by themselves is another than that of their period."""
    endless = isinstance(grant.lasts, str) and is_endless(grant.lasts)
    return not (endless or _ends_with_period(plan, grant, demands))


def _ends_with_period(plan: Plan, grant: Grant, demands: Demands) -> bool:
    """Whether its points end when their period does, so that nobody needs to end them."""
    if grant.lasts == "period":
        return True
    rule = plan.period
    carries = any(post.ledger in demands.carries for post in grant.posts)
    year = rule.months == 12 and spans_period(Window("year"), rule)
    return grant.lasts == "year" and year and not carries


def _sums(value: Value | None) -> bool:
    """Whether it goes by what is added up in a window."""
    return isinstance(value, Rate | Steps) and value.window is not None


def _plain_sum(plan: Plan, grant: Grant) -> bool:
    """Whether nothing but the amount decides what is asked, and its window is one of the calendar or holds the period."""
    window = grant.value.window if isinstance(grant.value, Rate | Steps) else None
    known = window is not None and (window.name in CALENDAR or spans_period(window, plan.period))
    return known and not (grant.when or grant.within or grant.rounding)


def _plain_stage(stage: Cap | Weigh) -> bool:
    if isinstance(stage, Weigh):
        return stage.factor > 0
    if stage.window.name == "event":
        return stage.kind in ("added", "deducted") and (stage.high or -1) >= 0
    return (
        stage.window.name != "length"
        and not (stage.among or stage.twins)
        and not (stage.kind == "times" and (stage.highest or stage.high is None))
        and (stage.kind != "net" or (stage.high is None) != (stage.low is None))
        and (stage.kind not in ("added", "deducted") or (stage.high or -1) >= 0)
    )


def _plain_ledger(plan: Plan, name: str) -> bool:
    ledger = plan.ledgers[name]
    plain = all(cap.kind == "net" and _plain_stage(cap) for cap in ledger.limits)
    return plain and ledger.lasts is None and ledger.formula is None


def _of_formula(plan: Plan, formula: Formula | None) -> set[str]:
    if formula is None:
        return set()
    if formula.calls:
        return {_ELSE}
    return {_of_name(plan, name) for name in formula.names}


def _of_name(plan: Plan, name: str) -> str:
    if name in _DATED:
        return "date"
    if name in ("quantity", "points", "indicator"):
        return name if name != "indicator" else "quantity"
    if name in _AROUND or name in plan.ladders or name in plan.subject_fields:
        return _ELSE
    if name in plan.event_fields:
        return name
    return _ELSE if name in plan.ledgers or name in plan.nodes else name


def _of_value(plan: Plan, value: Value | None) -> set[str]:
    match value:
        case None | Wiped() | Unstated():
            return {_ELSE}
        case Fixed():
            return set()
        case Rate() | Steps():
            return {"quantity"}
        case Choice():
            inner = {name for part in value.table.values() for name in _of_value(plan, part)}
            own = (
                _ELSE if value.of_subject or any(map(_sums, value.table.values())) else value.field
            )
            return inner | {own}
        case Judged():
            return {"points"}
        case Computed():
            return _of_formula(plan, value.formula)
        case _:
            return {"quantity"}

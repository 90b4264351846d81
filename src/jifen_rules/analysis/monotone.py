"""Plan -> what could let one more good deed lower a score; nothing found means that it never does.

One piece: each question of the list is a small function over the same grants and limits.

"Good deed": an event that asks for more than 0; "score": the total of its subject, in any period.
Looks only at the rules, so a reason is one that some village could meet, not one that any has met.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from ..core.expression import Formula
from ..core.message import N_
from ..core.periods import PeriodRule
from ..core.terms import Exact
from ..plan import (
    Brought,
    Cap,
    Choice,
    Combine,
    Computed,
    Defects,
    Effect,
    Fixed,
    Grant,
    Held,
    Judged,
    LedgerPlan,
    Marginal,
    Mark,
    Plan,
    Post,
    Rate,
    RewardPlan,
    Steps,
    Value,
    Versions,
    Weigh,
    Wiped,
)

REASONS: Final = MappingProxyType(
    {
        "coupling": N_("its points pass to others, or hang on the figures of others"),
        "combine": N_("'{word}' may let a better or an earlier event go for it"),
        "passes": N_("a value may pass to an event under other limits, weights or dates"),
        "windows": N_("its limits run over windows that do not lie in one another"),
        "outlasts": N_(
            "a limit outlasts a period that is cleared, and room used there is missing in the next"
        ),
        "lengths": N_(
            "a limit looks back over a length of time, and room used earlier is missing later"
        ),
        "lost": N_("what lies beyond this limit is lost"),
        "times": N_("only the first events count, and they need not be of one worth"),
        "steps": N_("more of the amount may be worth less"),
        "quantity": N_("a limit on the quantity may leave too little for what is worth more"),
        "escalation": N_("one more time may make later ones count for less"),
        "ends": N_("points that end leave no room behind under its limits"),
        "consequence": N_("it brings a consequence that takes points"),
        "level": N_("a level decides over points"),
        "rule": N_("a rule that looks at figures decides over points"),
        "wipe": N_("a wipe takes what is there, and room used before it is missing after it"),
        "formula": N_("a formula looks at figures, and is not proved to rise with them"),
        "purchase": N_("with more points, a purchase is no longer refused"),
        "version": N_("another version moves its limits"),
    }
)
"""Why a score may dip, by kind; `word` is the way of combining."""

_INSIDE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "day": ("week", "month", "quarter", "half_year", "year"),
        "week": (),
        "month": ("quarter", "half_year", "year"),
        "quarter": ("half_year", "year"),
        "half_year": ("year",),
        "year": (),
    }
)
"""The calendar windows that each one lies in whole, besides itself."""


@dataclass(frozen=True, slots=True)
class Dip:
    """One rule that keeps a scheme from being monotone: its kind, and where it stands."""

    kind: str
    mark: Mark
    word: str = ""


def find_dips(versions: Versions, only: frozenset[str] | None = None) -> tuple[Dip, ...]:
    """Every reason for which one more good deed could lower a score, each once, in plan order.

    With `only`, the deeds are of these indicators: what concerns others alone is left out, as long
    as they share no limit with these.
    """
    found = [dip for plan in versions.plans for dip in _of_plan(plan, only)]
    found += [dip for old, new in pairwise(versions.plans) for dip in _moved(old, new)]
    return tuple(dict.fromkeys(found))


def _of_plan(plan: Plan, only: frozenset[str] | None) -> Iterator[Dip]:
    total = plan.ledgers["total"]
    near = plan.grants.keys() if only is None else _sharing(plan, only)
    for name, grant in plan.grants.items():
        yield from _conditions(plan, grant)
        if name in near and value_signs(grant.value)[0]:
            yield from _of_grant(plan, grant, total)
    yield from _of_ledger(total)
    for ladder in plan.ladders.values():
        effects = [effect for rung in ladder.rungs for effect in rung.effects]
        if any(bears_on_points(effect) for effect in effects):
            yield Dip("level", ladder.mark)
    for rule in plan.rules:
        if _reads(plan, rule.when) and any(bears_on_points(effect) for effect in rule.effects):
            yield Dip("rule", rule.mark)
    for reward in plan.rewards.values():
        yield from _of_reward(plan, reward, total)
    if any(cap.kind in ("added", "times") for cap in plan.caps):
        yield from (Dip("wipe", mark) for mark in _wipes(plan))


def _sharing(plan: Plan, only: frozenset[str]) -> frozenset[str]:
    """Return these indicators, those that share a limit with them, those that pay by a figure."""
    slots = {
        name: {s.slot for s in grant.path if isinstance(s, Cap)}
        for name, grant in plan.grants.items()
    }
    those = {slot for name in only & slots.keys() for slot in slots[name]}
    by_figure = {n for n, g in plan.grants.items() if any(post.figure for post in g.posts)}
    return only | by_figure | {name for name, own in slots.items() if own & those}


def _wipes(plan: Plan) -> Iterator[Mark]:
    """Find what wipes the balance: an indicator, or a consequence of one, of a rule or a level."""
    owners = [(grant.mark, grant.effects) for grant in plan.grants.values()]
    owners += [(rule.mark, rule.effects) for rule in plan.rules]
    owners += [(rung.mark, rung.effects) for one in plan.ladders.values() for rung in one.rungs]
    values = [(grant.mark, grant.value) for grant in plan.grants.values()]
    values += [(m, one.value) for m, found in owners for one in found if isinstance(one, Brought)]
    for mark, value in values:
        if any(isinstance(leaf, Wiped) for leaf in value_leaves(value)):
            yield mark


# --- one indicator ---------------------------------------------------------------------------


def _conditions(plan: Plan, grant: Grant) -> Iterator[Dip]:
    """Formulas of an indicator, and of what it brings, that ask for figures."""
    formulas = [grant.when, *(effect.when for effect in grant.effects)]
    formulas += [
        value.formula for value in value_leaves(grant.value) if isinstance(value, Computed)
    ]
    if any(_reads(plan, formula) for formula in formulas):
        yield Dip("formula", grant.mark)


def _of_grant(plan: Plan, grant: Grant, total: LedgerPlan) -> Iterator[Dip]:
    if _pays_others(grant.posts):
        yield Dip("coupling", grant.mark)
    if any(_takes(effect) for effect in grant.effects):
        yield Dip("consequence", grant.mark)
    yield from _of_value(grant)
    for combine in grant.combines:
        yield from _of_combine(plan, combine)
    limits = [stage for stage in grant.path if isinstance(stage, Cap) and stage.kind != "deducted"]
    if grant.lasts not in ("period", "this period") and _leaves_no_room(grant, limits, total):
        yield Dip("ends", grant.mark)
    for cap in limits:
        yield from _of_cap(grant, cap)
    windows = list(_windows(grant))
    for (inner, _), (outer, mark) in pairwise(windows):
        if not lies_in(inner, outer, plan.period):
            yield Dip("windows", mark)
    for name, mark in () if total.carries else windows:
        if not lies_in(name, "period", plan.period):
            yield Dip("outlasts", mark)


def _of_value(grant: Grant) -> Iterator[Dip]:
    """Forms on an amount that is added up, or of which only so much counts."""
    for value in value_leaves(grant.value):
        if isinstance(value, Steps) and value.window and not _rises(p for _, _, p in value.edges):
            yield Dip("steps", grant.mark)
    whole = isinstance(grant.value, Rate) and not grant.value.rounding and not grant.value.window
    for limit in grant.quantity_caps:
        if limit.window.name == "length":
            yield Dip("lengths", limit.mark)
        elif limit.window.name != "event" and not whole:
            yield Dip("quantity", limit.mark)
    escalation = grant.escalation
    if escalation is not None:
        factors = [0 if kind == "warning" else amount for kind, _, amount in escalation.rungs]
        mixed = value_signs(grant.value)[1]
        if escalation.window is None or mixed or not _rises(factors) or factors[0] < 0:
            yield Dip("escalation", escalation.mark)


def _of_combine(plan: Plan, combine: Combine) -> Iterator[Dip]:
    if combine.side_only and combine.mode == "heaviest":
        return
    if combine.mode != "highest":
        yield Dip("combine", combine.mark, combine.mode)
        return
    paths = [grant.path for grant in plan.grants.values() if combine in grant.combines]
    stages = {_slots(path) for path in paths}
    name = "matter" if combine.over is None else combine.over.name
    inside = all(
        name != "matter" and lies_in(name, window, plan.period)
        for path in paths
        for window in _path_windows(path)
        if window != "event"
    )
    if len(stages) > 1 or not inside or not lies_in(name, "period", plan.period):
        yield Dip("passes", combine.mark)


def _leaves_no_room(grant: Grant, limits: list[Cap], total: LedgerPlan) -> bool:
    """Whether what ends, or is carried by itself, may be less because of other events."""
    if not total.carries:
        return bool(limits or grant.combines or total.limits)
    ends = grant.lasts != "ever"
    return ends and bool(grant.combines or any(cap.kind != "net" for cap in limits))


def _of_cap(grant: Grant, cap: Cap) -> Iterator[Dip]:
    if cap.window.name == "length":
        yield Dip("lengths", cap.mark)
    if cap.lost:
        yield Dip("lost", cap.mark)
    if cap.kind == "times" and not cap.highest:
        before = grant.path[: grant.path.index(cap)]
        cut = any(isinstance(stage, Cap) and stage.kind in ("added", "net") for stage in before)
        if (
            cut
            or grant.escalation
            or not isinstance(grant.value, Fixed)
            or cap.mark.id != grant.mark.id
        ):
            yield Dip("times", cap.mark)


# --- what stands around ------------------------------------------------------------------------


def _of_ledger(ledger: LedgerPlan) -> Iterator[Dip]:
    yield from (Dip("lost", limit.mark) for limit in ledger.limits if limit.lost)
    if ledger.carried is not None:
        yield Dip("formula", ledger.mark)


def _of_reward(plan: Plan, reward: RewardPlan, total: LedgerPlan) -> Iterator[Dip]:
    if _pays_others(reward.posts):
        yield Dip("coupling", reward.mark)
    bought = any(ledger == "total" for ledger, _ in reward.prices or ())
    if bought and (total.limits or reward.balance_caps or _reads(plan, reward.when)):
        yield Dip("purchase", reward.mark)


def _moved(old: Plan, new: Plan) -> Iterator[Dip]:
    """Limits, weights and roundings on the way of an indicator that a version changes."""
    for name, grant in new.grants.items():
        before = old.grants.get(name)
        if before is not None and _bounds(before.path) != _bounds(grant.path):
            yield Dip("version", grant.mark)
    if _bounds(old.ledgers["total"].limits) != _bounds(new.ledgers["total"].limits):
        yield Dip("version", new.ledgers["total"].mark)


def _bounds(path: Iterable[Cap | Weigh]) -> list[object]:
    return [
        (s.slot, s.high, s.low, s.lost) if isinstance(s, Cap) else (s.mark.id, s.factor, s.rounding)
        for s in path
    ]


# --- windows -------------------------------------------------------------------------------------


def _windows(grant: Grant) -> Iterator[tuple[str, Mark]]:
    """Return what adds up on the way of points, inside out: over which window, and where."""
    for value in value_leaves(grant.value):
        if isinstance(value, Rate | Steps) and value.window is not None:
            yield value.window.name, grant.mark
    yield from ((limit.window.name, limit.mark) for limit in grant.quantity_caps)
    for stage in grant.path:
        if isinstance(stage, Weigh):
            if stage.rounding is not None:
                yield "period", stage.mark
        elif stage.kind != "deducted":
            yield stage.window.name, stage.mark


def _path_windows(path: Iterable[Cap | Weigh]) -> Iterator[str]:
    for stage in path:
        if isinstance(stage, Cap):
            yield stage.window.name
        elif stage.rounding is not None:
            yield "period"


def lies_in(inner: str, outer: str, period: PeriodRule) -> bool:
    """Whether every window of one kind lies whole in one of another."""
    if inner in ("event", outer) or outer == "ever":
        return True
    calendar = period.count == 1 and (period.from_month, period.from_day) == (1, 1)
    if calendar:
        inner = period.unit if inner == "period" else inner
        outer = period.unit if outer == "period" else outer
    elif outer == "period":
        return inner == "day"
    return inner == outer or outer in _INSIDE.get(inner, ())


# --- forms, effects, formulas --------------------------------------------------------------------


def value_leaves(value: Value | None) -> Iterator[Value]:
    """Yield the forms of a value, those in the branches of a table each on its own."""
    if isinstance(value, Choice):
        for one in value.table.values():
            yield from value_leaves(one)
    elif value is not None:
        yield value


def value_signs(value: Value | None) -> tuple[bool, bool]:
    """Whether a form can ask for more than 0, and for less."""
    found = [_sign_of(leaf) for leaf in value_leaves(value)]
    return any(more for more, _ in found), any(less for _, less in found)


def _sign_of(value: Value) -> tuple[bool, bool]:
    match value:
        case Fixed(points=points):
            return points > 0, points < 0
        case Rate(rate=rate):
            return rate > 0, rate < 0
        case Steps(edges=edges):
            return any(p > 0 for _, _, p in edges), any(p < 0 for _, _, p in edges)
        case Marginal(bands=bands):
            return any(rate > 0 for _, rate in bands), any(rate < 0 for _, rate in bands)
        case Judged(low=low, high=high):
            return high is None or high > 0, low is None or low < 0
        case Defects(full=full, floor=floor):
            return full > 0, floor < 0
        case Computed():
            return True, True
        case Wiped():
            return False, True
    return False, False


def _rises(amounts: Iterable[Exact]) -> bool:
    found = list(amounts)
    return (
        all(one <= two for one, two in pairwise([*found[:1], *found]))
        and min(found, default=0) >= 0
    )


def _slots(path: Iterable[Cap | Weigh]) -> tuple[object, ...]:
    """Return what a way lets through and how: its limits, and the borders that change something."""
    return tuple(
        (s.slot,) if isinstance(s, Cap) else (s.mark.id, s.factor, s.rounding)
        for s in path
        if isinstance(s, Cap) or s.factor != 1 or s.rounding is not None
    )


def _pays_others(posts: Iterable[Post]) -> bool:
    return any(post.account for post in posts)


def _takes(effect: Effect) -> bool:
    """Whether a consequence may leave its subject with less."""
    if isinstance(effect, Brought):
        more = isinstance(effect.value, Fixed) and effect.value.points >= 0
        return not more or _pays_others(effect.posts)
    return bears_on_points(effect)


def bears_on_points(effect: Effect) -> bool:
    """Whether a consequence may change a total."""
    if isinstance(effect, Brought):
        return not effect.posts or any(post.ledger == "total" for post in effect.posts)
    return isinstance(effect, Held)


def _reads(plan: Plan, formula: Formula | None) -> bool:
    """Whether a formula asks for figures, or for what was before."""
    if formula is None:
        return False
    figures = {*plan.ledgers, *plan.ladders, *plan.nodes}
    asked = {call.function for call in formula.calls} - {"draw", "throughout", "given"}
    return bool(asked) or not figures.isdisjoint(formula.names)

"""Two plans that differ by one change -> what it can do to figures: raise, lower, either, nothing.

"Proved" is said of the total of every subject, over every stream in which no event takes another
back (`revokes`, `repairs`), voids one or corrects one. Where nothing is proved, the answer is
"either". A change that proves one way, undone proves the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ...core.terms import Exact
from ...plan import (
    Cap,
    Close,
    Graded,
    Grant,
    Held,
    LedgerPlan,
    Mark,
    Noted,
    Plan,
    Rung,
    Start,
    Unstated,
    Weigh,
)
from ..monotone import bears_on_points, find_dips
from .plain_plan import PlainPlan, PlainVersions
from .values import Sign, Unproved, compare_values, other_sign, sign_of, takes_plainly


class Direction(StrEnum):
    """What a change can do to a figure."""

    RAISES = "raises"
    LOWERS = "lowers"
    EITHER = "either"
    NONE = "none"


class Bearing(StrEnum):
    """Which figures a change bears on first of all; levels and rewards follow from scores."""

    SCORES = "scores"
    LEVELS = "levels"
    REWARDS = "rewards"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Tendency:
    """The figures that a change bears on, and which way it can move them."""

    bearing: Bearing
    direction: Direction


UNKNOWN_TENDENCY = Tendency(Bearing.SCORES, Direction.EITHER)
_SIGNS = {frozenset({1}): Direction.RAISES, frozenset({-1}): Direction.LOWERS}


def find_tendency(old: PlainVersions, new: PlainVersions) -> Tendency:
    """Tell what leads from one plan to another can do, as far as it is proved."""
    if len(old.plans) != len(new.plans):
        return UNKNOWN_TENDENCY
    pairs = list(zip(old.plans, new.plans, strict=True))
    if old.means(new):
        return Tendency(Bearing.NOTHING, Direction.NONE)
    if all(_of_scores(one) == _of_scores(two) for one, two in pairs):
        return _of_what_follows(pairs)
    only = frozenset(name for one, two in pairs for name in _touched(one, two))
    if find_dips(old.versions, only) or find_dips(new.versions, only):
        return UNKNOWN_TENDENCY
    try:
        signs = {sign for one, two in pairs for sign in _signs(one, two)} - {0}
    except Unproved:
        return UNKNOWN_TENDENCY
    return Tendency(Bearing.SCORES, _SIGNS.get(frozenset(signs), Direction.EITHER))


# --- levels and rewards ---------------------------------------------------------------------------


_FOLLOWING: Final = frozenset({"ladders", "rewards", "populations", "parts", "relates"})
"""What may hang on ladders and rewards alone."""


def _of_scores(plain: PlainPlan) -> object:
    """Return a plan without ladders and rewards that nothing else looks at: they move no point."""
    parts = {name: part for name, part in plain.parts.items() if name not in _FOLLOWING}
    kept = plain.parts["ladders"] if not _only_followed(plain) else ()
    rewards = plain.parts["rewards"] if _spends_points(plain) else ()
    more = [plain.parts[name] for name in _FOLLOWING] if kept or rewards else ()
    return parts, plain.grants, plain.standing, kept, rewards, more


def _only_followed(plain: PlainPlan) -> bool:
    """Whether no point depends on a ladder."""
    ladders = plain.plan.ladders
    effects = [e for one in ladders.values() for rung in one.rungs for e in rung.effects]
    if any(bears_on_points(effect) for effect in effects):
        return False
    names = {*ladders, *(rung.name for one in ladders.values() for rung in one.rungs)}
    return not names & plain.asked


def _spends_points(plain: PlainPlan) -> bool:
    """Whether a reward may take points of the total or pays others, or a formula asks for one."""
    rewards = plain.plan.rewards
    return bool(rewards.keys() & plain.asked) or any(
        reward.posts or any(ledger == "total" for ledger, _ in reward.prices or ())
        for reward in rewards.values()
    )


def _of_what_follows(pairs: Sequence[tuple[PlainPlan, PlainPlan]]) -> Tendency:
    differ = [(one, two) for one, two in pairs if one.parts["ladders"] != two.parts["ladders"]]
    rewards = any(one.parts["rewards"] != two.parts["rewards"] for one, two in pairs)
    if not differ:
        return Tendency(Bearing.REWARDS, Direction.EITHER)
    signs = {_edges_moved(one, two) for one, two in differ}
    if rewards or len(signs) > 1:
        return Tendency(Bearing.LEVELS, Direction.EITHER)
    return Tendency(Bearing.LEVELS, _SIGNS.get(frozenset(signs), Direction.EITHER))


def _edges_moved(one: PlainPlan, two: PlainPlan) -> int:
    """1 where levels can only become better, -1 only worse; 0 where neither is proved."""
    ladders, others = one.plan.ladders, two.plan.ladders
    if ladders.keys() != others.keys():
        return 0
    signs: set[int] = set()
    for name, ladder in ladders.items():
        other = others[name]
        if one.of(_edgeless(ladder)) != two.of(_edgeless(other)):
            return 0
        edges = list(zip(ladder.rungs, other.rungs, strict=True))
        moved = [(a, b) for a, b in edges if (a.least, a.open) != (b.least, b.open)]
        if moved and not all(_follows(r, ladder.figure) for pair in edges for r in pair):
            return 0
        for a, b in moved:
            if a.least is None or b.least is None:
                return 0
            signs.add(1 if (b.least, b.open) < (a.least, a.open) else -1)
    return signs.pop() if len(signs) == 1 else 0


def _follows(rung: Rung, figure: str) -> bool:
    """Tell whether a level only follows the figure and moves neither a figure nor a level."""
    if not rung.stated or any(isinstance(effect, Held | Graded) for effect in rung.effects):
        return False
    return figure == "total" or all(isinstance(effect, Noted) for effect in rung.effects)


def _edgeless(ladder: Close) -> Close:
    rungs = tuple(
        replace(r, least=None if r.least is None else 0, open=False) for r in ladder.rungs
    )
    return replace(ladder, rungs=rungs)


# --- scores ---------------------------------------------------------------------------------------


def _signs(one: PlainPlan, two: PlainPlan) -> Iterator[Sign]:
    """Yield which way each difference moves totals. Unproved where one is of no such kind."""
    if _bones(one) != _bones(two):
        raise Unproved
    yield from _of_total(one.plan.ledgers["total"], two.plan.ledgers["total"])
    yield from _of_starts(one.plan.starts, two.plan.starts)
    for name in dict.fromkeys((*one.grants, *two.grants)):
        before, after = one.plan.grants.get(name), two.plan.grants.get(name)
        if before is None or after is None:
            side = one.plan if after is None else two.plan
            gone = _of_one_alone(side, before or after)
            yield gone if after is None else other_sign(gone)
        elif one.grants[name] != two.grants[name]:
            yield from _of_grant(one, two, before, after)


def _touched(one: PlainPlan, two: PlainPlan) -> Iterator[str]:
    """Yield the indicators that a difference bears on: those that differ, all where a base does."""
    for name in dict.fromkeys((*one.grants, *two.grants)):
        if one.grants.get(name) != two.grants.get(name):
            yield name
    if one.parts["starts"] != two.parts["starts"]:
        yield from (name for plain in (one, two) for name in plain.grants)


_COMPARED: Final = frozenset({"starts", "outermost", "ledgers", "scored"})
"""What is compared apart, or follows."""


def _bones(plain: PlainPlan) -> object:
    """Return what must be the same in both for anything to be proved."""
    ledgers = dict(plain.plan.ledgers)
    total = ledgers.pop("total")
    slim = replace(total, base=Unstated(), limits=())
    rest = {name: part for name, part in plain.parts.items() if name not in _COMPARED}
    return rest, plain.of(ledgers), plain.of(slim)


def _of_one_alone(plan: Plan, grant: Grant | None) -> Sign:
    """Which way the total goes when an indicator is taken away."""
    if grant is None or (sign := sign_of(grant.value)) is None:
        raise Unproved
    if sign < 0 and not takes_plainly(plan, grant):
        raise Unproved
    return other_sign(sign)


def _of_total(one: LedgerPlan, two: LedgerPlan) -> Iterator[Sign]:
    yield compare_values(one.base, two.base)
    yield from _of_path(one.limits, two.limits, 0)


def _of_starts(one: Sequence[Start], two: Sequence[Start]) -> Iterator[Sign]:
    before, after = ({start.mark.id: start for start in starts} for starts in (one, two))
    if before.keys() != after.keys():
        raise Unproved
    for name, start in before.items():
        other = after[name]
        if start.kinds != other.kinds:
            raise Unproved
        yield compare_values(start.value, other.value)
        yield from _of_path(start.path, other.path, sign_of(start.value))


def _of_grant(one: PlainPlan, two: PlainPlan, before: Grant, after: Grant) -> Iterator[Sign]:
    if one.of(_grant_bones(before)) != two.of(_grant_bones(after)):
        raise Unproved
    sign = sign_of(before.value)
    if sign is None or sign != sign_of(after.value) or before.within:
        raise Unproved
    if sign < 0 and not (takes_plainly(one.plan, before) and takes_plainly(two.plan, after)):
        raise Unproved
    yield compare_values(before.value, after.value)
    yield from _of_path(before.path, after.path, sign)


def _grant_bones(grant: Grant) -> Grant:
    return replace(grant, value=None, path=(), needs=frozenset(), subject_needs=frozenset())


def _of_path(
    one: Sequence[Cap | Weigh], two: Sequence[Cap | Weigh], sign: Sign | None
) -> Iterator[Sign]:
    """Compare what two ways let through of an amount of a sign; None is of either sign."""
    borders = [[s for s in path if isinstance(s, Weigh)] for path in (one, two)]
    if _route(borders[0]) != _route(borders[1]):
        raise Unproved
    for border, other in zip(*borders, strict=True):
        if border.factor != other.factor:
            if not sign:
                raise Unproved
            yield sign if other.factor > border.factor else other_sign(sign)
    before, after = _caps(one), _caps(two)
    common = [key for key in before if key in after]
    if common != [key for key in after if key in before]:
        raise Unproved
    for key in dict.fromkeys((*before, *after)):
        yield from _of_cap(before.get(key), after.get(key), sign)


def _route(borders: Sequence[Weigh]) -> list[object]:
    return [(_name(border.mark), border.rounding) for border in borders]


def _name(mark: Mark) -> str:
    """Return the id of a rule; of the scheme itself nothing, for its id is none of its rules."""
    return "" if mark.id.startswith("@") else mark.id


def _caps(path: Sequence[Cap | Weigh]) -> dict[object, Cap]:
    """Return the limits on a way, by all but their bounds and in their order."""
    caps = [stage for stage in path if isinstance(stage, Cap)]
    found: dict[object, Cap] = {}
    for number, cap in enumerate(caps):
        key: object = (_name(cap.mark), cap.kind, cap.window, cap.lost, cap.highest, cap.among)
        found[key if key not in found else (key, number)] = cap
    return found


def _of_cap(one: Cap | None, two: Cap | None, sign: Sign | None) -> Iterator[Sign]:
    kind = next(cap.kind for cap in (one, two) if cap is not None)
    bounds = [(None, None) if cap is None else (cap.low, cap.high) for cap in (one, two)]
    low = _compare_bounds(bounds[0][0], bounds[1][0], none_is=-1)
    high = _compare_bounds(bounds[0][1], bounds[1][1], none_is=1)
    if kind == "deducted":
        yield other_sign(high)
    elif kind == "times":
        if high and sign is None:
            raise Unproved
        yield high if sign == 1 else other_sign(high) if sign == -1 else 0
    else:
        yield high
        yield low


def _compare_bounds(one: Exact | None, two: Exact | None, none_is: Sign) -> Sign:
    """Which way a bound moved; None lies beyond all others on one side."""
    if one == two:
        return 0
    if one is None or two is None:
        return none_is if two is None else other_sign(none_is)
    return 1 if two > one else -1

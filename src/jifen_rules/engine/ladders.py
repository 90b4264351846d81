"""Ladders: the level the figures of a period earn, what is missing for the next, and rights."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from ..core.terms import Exact, plain
from ..inputs.event import Event, moment
from ..plan import Close, Noted, Plan, RewardPlan, Rung
from ..trace.entry import Right, Standing
from .answers import Undecided, figure_of, holds
from .holds import Grade
from .limits_of_rewards import right_amount
from .state import SubjectState, Unfit
from .value import points_of
from .world import World

Places = tuple[int, int, int]
"""Of one figure: the best and the worst place that its equals share, and how many are rated."""

_Figures: TypeAlias = tuple[Exact, ...]
_Ranking: TypeAlias = tuple[dict[str, _Figures], list[_Figures]]


class _NotStated(Exception):
    """A case met what the scheme does not state: a tie, or how a percentage is rounded."""


def judge(world: World, state: SubjectState, ladder: Close, day: date, *, final: bool) -> Standing:
    """Decide a level at the end of a window, or provisionally on the last day."""
    return _judge(world, state, ladder, day, final=final)[0]


def _judge(
    world: World, state: SubjectState, ladder: Close, day: date, *, final: bool
) -> tuple[Standing, int | None]:
    """Decide a level, and tell which one the figures alone earn."""
    if not _is_rated(world, state.subject, ladder, day):
        return Standing(None, final), None
    names = [rung.name for rung in ladder.rungs]
    if state.is_held(ladder.mark.id):
        return Standing(names[-1], final), None
    grades = [grade for grade in state.grades if grade.effect.ladder == ladder.mark.id]
    graded = _set_by(grades, names) if grades else None
    if graded is not None:
        standing = Standing(graded.effect.level, final, graded.event)
        try:
            return standing, _earned(world, state, ladder, day)[0]
        except (_NotStated, Undecided):
            return standing, None
    try:
        earned, more = _earned(world, state, ladder, day)
    except (_NotStated, Undecided):
        return Standing(None, final, unstated=True), None
    if earned is None:
        return Standing(None, final), None
    held = _moved(world.plan, state, ladder, earned, day)
    bounded, by = _bounded(grades, names, held)
    standing = _standing(world, state, ladder, bounded, day, final, more)
    return (replace(standing, graded_by=by) if by else standing), earned


def _set_by(grades: list[Grade], names: list[str]) -> Grade | None:
    """Return the grading that sets the level, whatever the points: the lowest of those in force."""
    setting = [grade for grade in grades if grade.effect.bound == "set"]
    if not setting:
        return None
    found = max(setting, key=lambda grade: names.index(grade.effect.level))
    best = [grade for grade in grades if grade.effect.bound == "at_best"]
    return max([found, *best], key=lambda grade: names.index(grade.effect.level))


def _bounded(grades: list[Grade], names: list[str], held: int) -> tuple[int, str]:
    """Lift a level to the highest `at_least`, then lower it to the lowest `at_best`."""
    by = ""
    for bound, pick in (("at_least", min), ("at_best", max)):
        several = [grade for grade in grades if grade.effect.bound == bound]
        if several:
            one = pick(several, key=lambda grade: names.index(grade.effect.level))
            edge = names.index(one.effect.level)
            if pick(held, edge) != held:
                held, by = edge, one.event
    return held, by


def _is_rated(world: World, subject: str, ladder: Close, day: date) -> bool:
    kinds = ladder.kinds or (world.plan.kind,)
    asking = moment(day, subject)
    roster = world.roster
    on_roster = roster.is_member(subject, day) and roster.fits(subject, kinds, day)
    return on_roster and holds(world, ladder.when, asking)


def _earned(
    world: World, state: SubjectState, ladder: Close, day: date
) -> tuple[int | None, Mapping[str, int]]:
    """Return the first level whose tests all hold, else the first without tests; and the places.

    _NotStated if what is stated does not decide whether a level is reached.
    """
    more: dict[str, int] = {}
    places: Places = (0, 0, 0)
    if ladder.asks_places:
        places = _places(world, state.subject, ladder, day)
        best, worst, rated = places
        more = {"rank": best, "last_rank": rated + 1 - worst, "ranked": rated}
    figure = figure_of(world, state.subject, ladder.figure, day)
    asking = moment(day, state.subject)
    rest: int | None = None
    for number, rung in enumerate(ladder.rungs):
        if not rung.stated:
            if _high_enough(rung, figure):
                raise _NotStated
        elif not rung.tested:
            rest = number if rest is None else rest
        elif (
            _high_enough(rung, figure)
            and (rung.rank is None or _by_place(ladder, rung, places))
            and holds(world, rung.when, asking, more=more)
        ):
            return number, more
    return rest, more


def _high_enough(rung: Rung, figure: Exact) -> bool:
    return rung.least is None or figure > rung.least or (figure == rung.least and not rung.open)


# --- places ----------------------------------------------------------------------------------


def _places(world: World, subject: str, ladder: Close, day: date) -> Places:
    """Return the places of a subject among those it is rated with."""
    key = (ladder.mark.id, day)
    if key not in world.rankings:
        world.rankings[key] = _rankings(world, ladder, day)
    figures, ordered = world.rankings[key][world.roster.populations(subject, ladder.among, day)]
    below = bisect_left(ordered, figures[subject])
    if ladder.ties == "dense":
        return len(ordered) - below, len(ordered) - below, len(ordered)
    up_to = bisect_right(ordered, figures[subject])
    return len(ordered) - up_to + 1, len(ordered) - below, len(ordered)


def _rankings(world: World, ladder: Close, day: date) -> dict[tuple[str, ...], _Ranking]:
    """Rank all who are rated, each population by itself: figures by subject, and in order."""
    several: defaultdict[tuple[str, ...], dict[str, _Figures]] = defaultdict(dict)
    for other in world.states:
        if _is_rated(world, other, ladder, day):
            population = world.roster.populations(other, ladder.among, day)
            figures = tuple(figure_of(world, other, name, day) for name in _criteria(ladder))
            several[population][other] = figures
    is_dense = ladder.ties == "dense"  # then equals share one place
    return {
        population: (figures, sorted(set(figures.values()) if is_dense else figures.values()))
        for population, figures in several.items()
    }


def _criteria(ladder: Close) -> tuple[str, ...]:
    return (ladder.figure, *ladder.deciders)


def _by_place(ladder: Close, rung: Rung, places: Places) -> bool:
    """Whether the places of a subject and its equals lie within a rank."""
    assert rung.rank is not None
    end, number, percent = rung.rank
    best, worst, rated = places
    if end == "bottom":
        best, worst = rated + 1 - worst, rated + 1 - best
    if percent:
        exactly = number * rated / 100
        if ladder.rounding is None and exactly.denominator != 1:
            raise _NotStated
        number = Fraction(ladder.rounding.apply(exactly)) if ladder.rounding else exactly
    if ladder.ties == "unknown" and best <= number < worst:
        raise _NotStated
    return (worst if ladder.ties == "none" else best) <= number


# --- promotion ---------------------------------------------------------------------------------


def _moved(plan: Plan, state: SubjectState, ladder: Close, earned: int, day: date) -> int:
    """Bound the move from the level held: so many up or down at a time, and what protects it."""
    key = ladder.mark.id
    names = [rung.name for rung in ladder.rungs]
    if state.held_levels.get(key) not in names:
        return earned
    old = names.index(state.held_levels[key])
    if earned < old:
        return earned if ladder.up is None else max(earned, old - ladder.up)
    lasts, since = ladder.rungs[old].lasts, state.earned_on.get(f"{key}.{names[old]}")
    is_protected = lasts is not None and since is not None and day <= plan.last_day(lasts, since)
    if is_protected and earned > old:
        return old
    return earned if ladder.down is None else min(earned, old + ladder.down)


def decide(world: World, state: SubjectState, ladder: Close, last: date) -> None:
    """Decide a level for good, and remember it."""
    key = ladder.mark.id
    new, earned = _judge(world, state, ladder, last, final=True)
    names = [rung.name for rung in ladder.rungs]
    if new.level is not None:
        by_figures = earned is not None and earned <= names.index(new.level)
        if by_figures:
            state.earned_on[f"{key}.{new.level}"] = last
        state.held_levels[key] = new.level
    state.decided[key] = new
    state.levels.setdefault(key, []).append(new.level or "")
    world.moves += 1


def _standing(
    world: World,
    state: SubjectState,
    ladder: Close,
    held: int,
    day: date,
    final: bool,
    more: Mapping[str, int],
) -> Standing:
    rung = ladder.rungs[held]
    actions = tuple(effect.action for effect in rung.effects if isinstance(effect, Noted))
    place = more.get("rank")
    better = [other for other in ladder.rungs[:held] if other.tested]
    if not better:
        return Standing(rung.name, final, place=place, actions=actions)
    above = better[-1]
    figure = figure_of(world, state.subject, ladder.figure, day)
    if above.least is None or not above.stated or _high_enough(above, figure):
        return Standing(rung.name, final, "", above.name, place=place, actions=actions)
    missing = world.decimal(above.least - figure)
    return Standing(
        rung.name, final, "", above.name, missing, above.open, place=place, actions=actions
    )


# --- rights --------------------------------------------------------------------------------------


def rights(world: World, state: SubjectState) -> tuple[Right, ...]:
    """Rewards that cost nothing and whose condition holds on the last day of the period."""
    day = min(state.period.end, world.as_of)
    return tuple(
        entitled(world, state, reward, day)
        for reward in world.plan.rewards.values()
        if has_right(world, state, reward, day)
    )


def has_right(world: World, state: SubjectState, reward: RewardPlan, day: date) -> bool:
    """Whether a subject is entitled to a reward that costs nothing and is no pool."""
    asking = moment(day, state.subject)
    kinds = reward.kinds or (world.plan.kind,)
    return (
        reward.prices == ()
        and not reward.posts
        and not (state.is_held(reward.mark.id) or state.is_held("rewards"))
        and world.roster.fits(state.subject, kinds, day)
        and world.roster.is_member(state.subject, day)
        and holds(world, reward.when, asking)
        and _is_stated(world, reward, asking)
    )


def _is_stated(world: World, reward: RewardPlan, asking: Event) -> bool:
    """Whether what a right gives is stated and can be worked out."""
    if isinstance(reward.gives, str):
        return bool(reward.gives)
    return reward_amount(world, reward, asking) is not None


def entitled(
    world: World, state: SubjectState, reward: RewardPlan, day: date, *, ends: bool = False
) -> Right:
    """Return what a reward gives a subject: words, or an amount worked out from a figure."""
    if isinstance(reward.gives, str):
        return Right(reward.mark.id, reward.gives)
    found = reward_amount(world, reward, moment(day, state.subject))
    if found is None:
        return Right(reward.mark.id, "", None)
    found = right_amount(world, state, reward, found, day if ends else None)
    return Right(reward.mark.id, "", Decimal(plain(found)))


def reward_amount(world: World, reward: RewardPlan, event: Event) -> Exact | None:
    """Return what a reward's value comes to; None where the scheme does not state it."""
    assert not isinstance(reward.gives, str)
    quantity = Fraction(event.quantity or 0)
    if reward.figure:
        quantity = Fraction(figure_of(world, event.subject, reward.figure, event.date))
        quantity /= world.plan.scale
    try:
        points = Fraction(points_of(world, reward.gives, event, quantity, "")) / world.plan.scale
    except (Unfit, Undecided):
        return None
    return points if reward.rounding is None else reward.rounding.apply(points)

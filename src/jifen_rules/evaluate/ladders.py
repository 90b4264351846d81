"""Ladders: the level the figures of a period earn, what is missing for the next, and rights."""

from ..entry import Standing
from ..event import Event
from ..plan import Close, Rung
from ..terms import Exact
from .inputs import holds
from .state import State, World


def judge(world: World, state: State, ladder: Close, *, final: bool) -> Standing:
    """Decide a level at the period's end, or provisionally on the last day."""
    day = min(state.period.end, world.as_of)
    subject = state.subject
    if ladder.kinds and not world.roster.fits(subject, ladder.kinds, day):
        return Standing(None, final)
    asking = Event(id="", date=day, subject=subject)
    if not holds(world, ladder.when, asking):
        return Standing(None, final)
    names = [rung.name for rung in ladder.rungs]
    grades = [grade for grade in state.grades if grade.effect.ladder == ladder.mark.id]
    if grades:
        worst = max(grades, key=lambda grade: names.index(grade.effect.level))
        return Standing(worst.effect.level, final, worst.event)
    if state.is_held(ladder.mark.id):
        return Standing(names[-1], final)
    figure = state.figure(ladder.figure)
    better: Rung | None = None
    for rung in ladder.rungs:
        if not rung.stated:
            return Standing(None, final, unstated=True)
        if _high_enough(rung, figure) and holds(world, rung.when, asking):
            return _standing(world, rung, better, figure, final)
        better = rung if rung.least is not None or rung.when is not None else better
    return Standing(None, final)


def _high_enough(rung: Rung, figure: Exact) -> bool:
    return rung.least is None or figure > rung.least or (figure == rung.least and not rung.open)


def _standing(
    world: World, rung: Rung, better: Rung | None, figure: Exact, final: bool
) -> Standing:
    if better is None:
        return Standing(rung.name, final)
    if better.least is None or _high_enough(better, figure):
        return Standing(rung.name, final, next_level=better.name)
    missing = world.decimal(better.least - figure)
    return Standing(rung.name, final, "", better.name, missing, better.open)


def rights(world: World, state: State) -> tuple[str, ...]:
    """Rewards that cost nothing and whose condition holds on the last day of the period."""
    day = min(state.period.end, world.as_of)
    asking = Event(id="", date=day, subject=state.subject)
    return tuple(
        key
        for key, reward in world.plan.rewards.items()
        if reward.prices == ()
        and not state.is_held(key)
        and world.roster.fits(state.subject, reward.kinds, day)
        and holds(world, reward.when, asking)
    )

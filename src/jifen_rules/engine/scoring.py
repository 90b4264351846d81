"""What a period of one subject comes to."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..core.terms import Exact, exact
from ..plan import Cap
from ..trace.entry import Room, Score, Standing
from ..trace.late import later
from .answers import figure_of
from .bases import has_ledger
from .ladders import judge, rights
from .stages import size, times_come
from .state import SubjectState
from .steps import as_points
from .world import World


def judge_now(world: World, state: SubjectState) -> None:
    """Judge levels and rights on the last day, before what ends with it."""
    day = min(state.period.end, world.as_of)
    ends = state.period.end == day
    state.provisional = _tiers(world, state, day, final=ends), rights(world, state)


def score_period(world: World, state: SubjectState) -> None:
    """Write the score of the period that a subject is in, once it has ended."""
    world.scores.append(score_of(world, state))


def score_of(world: World, state: SubjectState) -> Score:
    """Make the score of the period that a subject is in."""
    day = min(state.period.end, world.as_of)
    final = day == state.period.end
    categories = world.versions.categories_by(day)
    tiers, given = state.provisional or (
        _tiers(world, state, day, final=final),
        rights(world, state),
    )
    accounts = {k: world.decimal(account.shown) for k, account in state.accounts.items()}
    return Score(
        subject=state.subject,
        period=state.period,
        base=world.decimal(state.accounts["total"].base),
        total=accounts.pop("total"),
        categories={k: world.decimal(state.figures.get(k, 0)) for k in categories},
        weighed={k: world.decimal(_entering(state, k)) for k in categories},
        ledgers=accounts | _derived(world, state, day),
        tiers=tiers,
        rooms=_rooms(world, state, day),
        rights=given,
        unstated=tuple(sorted(state.unstated)),
        kind=world.roster.kind(state.subject),
    )


def _entering(state: SubjectState, category: str) -> Exact:
    """Return the figure of a category as it enters its parent, noted apart if it may differ."""
    found = state.weighed.get(category)
    return state.figures.get(category, 0) if found is None else found


def _tiers(world: World, state: SubjectState, day: date, *, final: bool) -> dict[str, Standing]:
    found = {}
    is_there = world.roster.is_member(state.subject, day)
    for key, ladder in world.plan.ladders.items():
        ended = is_there and (final or ladder.window.ends(day, state.period))
        known = state.decided.get(key) if ended else None
        found[key] = known or judge(world, state, ladder, day, final=False)
    return found


def _derived(world: World, state: SubjectState, day: date) -> dict[str, Decimal]:
    return {
        name: world.decimal(figure_of(world, state.subject, name, day))
        for name, ledger in world.plan.ledgers.items()
        if ledger.formula is not None and has_ledger(world, ledger, state.subject, day)
    }


def _rooms(world: World, state: SubjectState, day: date) -> Sequence[Room]:
    """Return the caps a subject has used in the windows that hold a day, and what is left."""
    used = []
    for stage in world.routes.rooms:
        cap, keys, seen = stage.cap, stage.keys, stage.reached(state, day)
        if seen and cap is not None and keys is not None:
            if cap.kind == "times":
                seen = times_come(seen)
            elif state.over and keys[day] in state.over:
                seen = state.over[keys[day]]
            used.append((cap, seen))
    scale = world.scale
    return later(lambda: [_room(cap, seen, scale) for cap, seen in used]) if used else ()


def _room(cap: Cap, seen: Exact, scale: int) -> Room:
    high = cap.high or 0
    used: Exact
    if cap.kind == "times":
        used, scale = min(seen, high), 1
    else:
        used = size(cap.clamp(seen))
    return Room(
        cap.mark.id,
        cap.mark.name,
        cap.mark.place,
        cap.mark.basis,
        cap.kind,
        str(cap.window),
        _number(high, scale),
        _number(used, scale),
        _number(high - used, scale),
    )


def _number(number: Exact, scale: int) -> Decimal:
    return as_points(exact(Fraction(number)), scale)

"""What a period of one subject comes to."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..entry import Room, Score, Standing
from ..terms import Exact, exact
from .answers import figure_of
from .ladders import judge, rights
from .periods import has_ledger
from .state import SubjectState
from .steps import as_points
from .world import World


def judge_now(world: World, state: SubjectState) -> None:
    """Judge levels and rights on the last day, before what ends with it."""
    day = min(state.period.end, world.as_of)
    ends = state.period.end == day
    state.provisional = _tiers(world, state, day, final=ends), rights(world, state)


def score_period(world: World, state: SubjectState, *, final: bool) -> None:
    """Write the score of the period that a subject is in; `final` where its levels are decided for good."""
    day = min(state.period.end, world.as_of)
    categories = world.versions.categories_by(day)
    tiers, given = state.provisional or (
        _tiers(world, state, day, final=final), rights(world, state),
    )  # fmt: skip
    accounts = {k: world.decimal(account.shown) for k, account in state.accounts.items()}
    world.scores.append(
        Score(
            subject=state.subject, period=state.period,
            base=world.decimal(state.accounts["total"].base), total=accounts.pop("total"),
            categories={k: world.decimal(state.figures.get(k, 0)) for k in categories},
            weighed={k: world.decimal(_entering(world, state, k)) for k in categories},
            ledgers=accounts | _derived(world, state, day), tiers=tiers,
            rooms=_rooms(world, state, day), rights=given,
            unstated=tuple(sorted(state.unstated)),
            kind=world.roster.kind(state.subject),
        )
    )  # fmt: skip


def _entering(world: World, state: SubjectState, category: str) -> Exact:
    """The figure of a category as it enters its parent."""
    apart = world.routes.maker.is_apart(category)
    return (state.weighed if apart else state.figures).get(category, 0)


def _tiers(
    world: World, state: SubjectState, day: date, *, final: bool
) -> dict[str, Standing]:  # fmt: skip
    found = {}
    for key, ladder in world.plan.ladders.items():
        ended = final or ladder.window.ends(day, state.period)
        known = state.decided.get(key) if ended else None
        found[key] = known or judge(world, state, ladder, day, final=False)
    return found


def _derived(world: World, state: SubjectState, day: date) -> dict[str, Decimal]:
    return {
        name: world.decimal(figure_of(world, state.subject, name, day))
        for name, ledger in world.plan.ledgers.items()
        if ledger.formula is not None and has_ledger(world, ledger, state.subject, day)
    }


def _rooms(world: World, state: SubjectState, day: date) -> tuple[Room, ...]:
    """The caps a subject has used in the windows that hold a day, and what is left."""
    found = []
    for cap in world.plan.caps:
        keys = world.routes.maker.stage(cap).keys
        if keys is None or cap.high is None:
            continue
        key = keys[day]
        seen = state.sums.get(key)
        if not seen:
            continue
        used: Exact
        high = cap.high
        if cap.kind == "times":
            times = seen if isinstance(seen, int) else len(seen)
            used, limit, scale = exact(Fraction(min(times, int(high)))), Fraction(high), 1
        else:
            over = state.over.get(key)
            reached = cap.clamp(seen) if over is None else over
            used, limit, scale = abs(reached), Fraction(high), world.scale
        found.append(
            Room(
                cap.mark.id, cap.mark.name, cap.mark.place, cap.mark.basis, cap.kind,
                str(cap.window), _number(limit, scale), _number(used, scale),
                _number(limit - used, scale),
            )
        )  # fmt: skip
    return tuple(found)


def _number(number: Exact, scale: int) -> Decimal:
    return as_points(exact(Fraction(number)), scale)

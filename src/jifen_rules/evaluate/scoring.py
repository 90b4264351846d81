"""What a period of one subject comes to."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..entry import Room, Score
from ..terms import Exact, exact
from .inputs import figure_of
from .ladders import judge, rights
from .limits import size
from .periods import has_ledger
from .state import State, World, as_points


def score_period(world: World, state: State, *, final: bool) -> None:
    """Write the score of the period that a subject is in; `final` where its levels are decided for good."""
    plan = world.plan
    day = min(state.period.end, world.as_of)
    tiers, categories = {}, world.versions.categories_by(day)
    for key, ladder in plan.ladders.items():
        ended = final or ladder.window.ends(day, state.period)
        ended = ended and key in state.decided
        tiers[key] = state.decided[key] if ended else judge(world, state, ladder, day, final=False)
    accounts = {k: world.decimal(account.shown) for k, account in state.accounts.items()}
    world.scores.append(
        Score(
            subject=state.subject, period=state.period,
            base=world.decimal(state.accounts["total"].base), total=accounts.pop("total"),
            categories={k: world.decimal(state.figures.get(k, 0)) for k in categories},
            weighed={k: world.decimal(state.weighed.get(k, 0)) for k in categories},
            ledgers=accounts | _derived(world, state, day), tiers=tiers,
            rooms=_rooms(world, state, day), rights=rights(world, state),
            unstated=tuple(sorted(state.unstated)),
            kind=world.roster.kind(state.subject),
        )
    )  # fmt: skip


def _derived(world: World, state: State, day: date) -> dict[str, Decimal]:
    return {
        name: world.decimal(figure_of(world, state.subject, name, day))
        for name, ledger in world.plan.ledgers.items()
        if ledger.formula is not None and has_ledger(world, ledger, state.subject, day)
    }


def _rooms(world: World, state: State, day: date) -> tuple[Room, ...]:
    """The caps a subject has used in the windows that hold a day, and what is left."""
    found = []
    for key, (cap, high) in world.plan.rooms_on(day).items():
        seen = state.sums.get(key)
        if not seen:
            continue
        used: Exact
        if cap.kind == "times":
            used, limit = exact(Fraction(min(len(seen), int(high)))), Fraction(high)
            scale = 1
        else:
            used, limit, scale = size(cap.clamp(seen)), Fraction(high), world.plan.scale
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

"""What a period of one subject comes to."""

from datetime import date
from decimal import Decimal

from ..entry import Score
from .inputs import figure_of
from .ladders import judge, rights
from .limits import rooms
from .periods import has_ledger
from .state import State, World


def score_period(world: World, state: State, *, final: bool) -> None:
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
            rooms=rooms(world, state, day), rights=rights(world, state),
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

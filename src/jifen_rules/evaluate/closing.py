"""What the one period of a subject comes to for whom nothing but programs has run: made when it is looked at.

The sums of its records go on to the ledgers at once; where that would not tell, the fold closes the period.
"""

from collections.abc import Mapping
from dataclasses import replace

from ..entry import Late, Room, Score, Standing
from ..plan import Close, Plan
from ..terms import Exact
from .fold import ends
from .ladders import judge
from .lane import Fresh, Rows, Shop, give_back
from .limits import weigh
from .state import as_points


def score_of(shop: Shop, fresh: Fresh, rows: Rows) -> Score:
    """The score of a subject; `rows` are its entries and records."""
    table, plan = fresh.opening.table, shop.versions.on(fresh.start)
    if table.pour is None or not _adds_up(plan):
        return _folded(shop, fresh, rows)
    registers = fresh.registers.copy()
    table.pour(registers)
    layout, state = table.layout, fresh.opening.state
    figures, weighed = state.figures.copy(), state.weighed.copy()
    for node, at in layout.figures.items():
        came, rounds = registers[at], layout.weighed.get(node)
        out = weigh(came, layout.factors[node]) if rounds is None else registers[rounds]
        figures[node] = figures.get(node, 0) + came
        weighed[node] = weighed.get(node, 0) + out
    ledgers = {
        name: registers[layout.accounts[name] + len(account.sums)] if name in layout.accounts else account.shown
        for name, account in state.accounts.items()
    }  # fmt: skip
    tiers = {
        key: _standing(shop, fresh, ladder, ledgers | figures) for key, ladder in plan.ladders.items()
    }  # fmt: skip
    scale, total = plan.scale, ledgers.pop("total")
    categories = fresh.opening.fold.world.categories
    return Score(
        subject=fresh.subject, period=state.period,
        base=as_points(state.accounts["total"].base, scale), total=as_points(total, scale),
        categories={k: as_points(figures.get(k, 0), scale) for k in categories},
        weighed={k: as_points(weighed.get(k, 0), scale) for k in categories},
        ledgers={k: as_points(v, scale) for k, v in ledgers.items()}, tiers=tiers,
        rooms=Late(None, lambda: _folded(shop, fresh, rows).rooms, _itself),
        unstated=tuple(sorted(state.unstated)), kind=shop.roster.kind(fresh.subject),
    )  # fmt: skip


def _itself(room: Room) -> Room:
    return room


def _folded(shop: Shop, fresh: Fresh, rows: Rows) -> Score:
    fold = shop.fold()
    give_back(fold, fresh, rows)
    return fold.finish()[0]


def _adds_up(plan: Plan) -> bool:
    """Whether levels go by one figure alone, and nothing else is worked out at the end of a period."""
    rights = any(reward.prices == () for reward in plan.rewards.values())
    derived = any(ledger.formula is not None for ledger in plan.ledgers.values())
    return not (rights or derived) and all(map(_by_figure, plan.ladders.values()))


def _by_figure(ladder: Close) -> bool:
    return ladder.when is None and not ladder.ranks and not any(r.when for r in ladder.rungs)


def _standing(
    shop: Shop, fresh: Fresh, ladder: Close, figures: Mapping[str, Exact]
) -> Standing:  # fmt: skip
    """The level of a figure; asked once for all who come to the same."""
    opening, figure = fresh.opening, figures.get(ladder.figure, 0)
    key = (ladder.mark.id, figure)
    if key not in opening.standings:
        state, world = opening.state, opening.fold.world
        accounts = {
            name: replace(account, shown=figures.get(name, account.shown))
            for name, account in state.accounts.items()
        }
        like = replace(state, accounts=accounts, figures={ladder.figure: figure})
        world.states[state.subject] = like
        day = min(state.period.end, shop.as_of)
        final = ends(ladder.window, day, state.period)
        opening.standings[key] = judge(world, like, ladder, day, final=final)
    return opening.standings[key]

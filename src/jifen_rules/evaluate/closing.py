"""What the one period of a subject comes to for whom nothing but programs has run: made when it is looked at.

The sums of its records go on to the ledgers at once; where that would not tell, the fold closes the period.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from ..entry import Score, Standing, later
from ..plan import Close, Plan
from ..terms import Exact
from .alone import Fresh, give_back
from .ladders import judge
from .limits import weigh
from .program import Rows
from .shop import Opening, Shop
from .state import as_points

Figure: TypeAlias = tuple[str, int, int | None, Exact, Exact, Exact]
"""A node: its place, that of what came out of it (None: its weight tells), its weight, and both at the beginning."""


class Closings:
    """Closes the periods of one evaluation; what is the same for all of one opening is worked out once."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._known: dict[int, _Closing | None] = {}

    def score(self, fresh: Fresh, rows: Rows) -> Score:
        """The score of a subject; `rows` are its entries and records."""
        opening = fresh.opening
        if id(opening) not in self._known:
            quick = opening.table.bench.pour is not None and _adds_up(
                self.shop.versions.on(opening.first)
            )
            self._known[id(opening)] = _Closing(self.shop, opening) if quick else None
        closing = self._known[id(opening)]
        return _folded(self.shop, fresh, rows) if closing is None else closing.score(fresh, rows)


class _Closing:
    """What is the same for all who begin alike: where each figure stands, and from what it began."""

    def __init__(self, shop: Shop, opening: Opening) -> None:
        self.shop, self.opening = shop, opening
        self.plan = shop.versions.on(opening.first)
        layout, state, pour = opening.table.layout, opening.state, opening.table.bench.pour
        assert pour is not None
        self.pour = pour
        self.figures: tuple[Figure, ...] = tuple(
            (node, at, layout.weighed.get(node), layout.factors.get(node, 1),
             state.figures.get(node, 0), state.weighed.get(node, 0))
            for node, at in layout.figures.items()
        )  # fmt: skip
        self.held = {
            name: layout.accounts[name] + len(account.sums)
            for name, account in state.accounts.items() if name in layout.accounts
        }  # fmt: skip
        ladders, scale, as_of = self.plan.ladders, self.plan.scale, shop.as_of
        self.levels = {key: _Levels(opening, ladders[key], scale, as_of) for key in ladders}
        self.categories = shop.versions.categories_by(min(state.period.end, shop.as_of))
        self.base = as_points(state.accounts["total"].base, self.plan.scale)
        self.unstated = tuple(sorted(state.unstated))
        self.kind = shop.roster.kind(state.subject)

    def score(self, fresh: Fresh, rows: Rows) -> Score:
        """What one of them comes to."""
        registers, state, scale = fresh.registers.copy(), self.opening.state, self.plan.scale
        self.pour(registers)
        figures, weighed = state.figures.copy(), state.weighed.copy()
        for node, at, rounds, factor, figure, out in self.figures:
            came = registers[at]
            figures[node] = figure + came
            weighed[node] = out + (weigh(came, factor) if rounds is None else registers[rounds])
        ledgers = {name: account.shown for name, account in state.accounts.items()}
        ledgers |= {name: registers[at] for name, at in self.held.items()}
        both = ledgers | figures
        tiers = {key: levels.standing(both) for key, levels in self.levels.items()}
        total, categories, shop = ledgers.pop("total"), self.categories, self.shop
        return Score(
            fresh.subject, state.period, self.base, as_points(total, scale),
            {name: as_points(figures.get(name, 0), scale) for name in categories},
            {name: as_points(weighed.get(name, 0), scale) for name in categories},
            {name: as_points(held, scale) for name, held in ledgers.items()}, tiers,
            later(lambda: _folded(shop, fresh, rows).rooms), (), self.unstated,
            self.kind,
        )  # fmt: skip


class _Levels:
    """The levels of one ladder by its figure alone; between two bounds only what is missing differs."""

    def __init__(self, opening: Opening, ladder: Close, scale: int, as_of: date) -> None:
        self.opening, self.ladder, self.scale, self.as_of = opening, ladder, scale, as_of
        stated = [rung for rung in ladder.rungs if rung.least is not None]
        self.bounds = sorted((rung.least, rung.open) for rung in stated if rung.least is not None)
        self.least = {rung.name: rung.least for rung in stated if rung.least is not None}
        self._known: dict[int, Standing] = {}

    def standing(self, figures: Mapping[str, Exact]) -> Standing:
        """The level of a figure."""
        figure = figures.get(self.ladder.figure, 0)
        place = bisect_right(self.bounds, (figure, False))
        if place not in self._known:
            self._known[place] = self._judged(figures, figure)
        like = self._known[place]
        if like.missing is None:
            return like
        missing = as_points(self.least[like.next_level] - figure, self.scale)
        return Standing(
            like.level, like.final, like.graded_by, like.next_level, missing, like.more_than,
            like.unstated, like.place, like.actions,
        )  # fmt: skip

    def _judged(self, figures: Mapping[str, Exact], figure: Exact) -> Standing:
        opening, ladder = self.opening, self.ladder
        state, world = opening.state, opening.fold.world
        accounts = {
            name: replace(account, shown=figures.get(name, account.shown))
            for name, account in state.accounts.items()
        }
        like = replace(state, accounts=accounts, figures={ladder.figure: figure})
        world.states[state.subject] = like
        day = min(state.period.end, self.as_of)
        final = ladder.window.ends(day, state.period)
        return judge(world, like, ladder, day, final=final)


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

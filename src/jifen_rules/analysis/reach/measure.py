"""Plan -> Reach: reads the tree once for both sides, and once more for each other ledger.

Looks only at events that are declared, checked and counted: no voids, corrections, clawbacks,
repairs or purchases, and nothing carried from before. Refuses to know of events and catalogs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from ...core.terms import Exact, Period
from ...plan import Brought, Cap, Grant, Held, Plan
from .acts import climbs_of, falls_of
from .effects import extras_of, held_by
from .flow import over_period
from .formulas import Interval, interval_of
from .gains import ENDLESS, sum_of
from .leaves import Leaf, Menu, asked_of, leaf_of, leaf_once
from .ledgers import Shares, base_span, enter_ledger, only_paid, shares_of
from .spread import Both, SideFlow, Spread
from .stretch import Stretch
from .tree import ReachNode, applies, build_tree
from .values import Act, Bound, CategoryReach, Range, Reach, Single, in_points


def measure_reach(plan: Plan) -> Reach:
    """Work out the most and the least of every figure in the first whole period of a version.

    Of a subject of the scheme's own kind that begins with the period and for whom every `for`
    holds; figures in points, at the period's end.

    >>> from jifen_rules.compile import compile_plan
    >>> from jifen_rules.scheme.load import load_scheme
    >>> text = '''
    ... scheme: hamlet
    ... effective_from: 2024-01-01
    ... subject: household
    ... period: year
    ... base: 100
    ... at_period_end: clear
    ... indicators:
    ...   - {id: meeting, name: 参加村民大会, points: 2, caps: [{at_most: 4 added, per: month}]}
    ... '''
    >>> reach = measure_reach(compile_plan(load_scheme("hamlet.yaml", text=text)))
    >>> int(reach.total.most.points), reach.total.most.is_exact  # 100 + 12 months of 4
    (148, True)
    """
    return _Measuring(plan).reach()


def measure_alone(plan: Plan, indicators: Iterable[str]) -> dict[str, Bound]:
    """Work out the most that the total comes to with each of some indicators alone."""
    measuring = _Measuring(plan)
    found: dict[str, Bound] = {}
    for name in indicators:
        grant = (plan.grants[name],)
        both = measuring.into("total", measuring.spread(grant), grant)
        found[name] = measuring.bound(both.adds)
    return found


class _Measuring:
    """One plan, read several times: whole, for each ledger, for one day, each indicator once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.period = _first_period(plan)
        self.stretch = Stretch(self.period)
        self.day = Stretch(Period(self.period.start, self.period.start, ""))
        self.grants = tuple(g for g in plan.grants.values() if _can_reach(g, plan.kind))
        self.asked = {grant.mark.id: asked_of(plan, grant) for grant in self.grants}
        self.held = held_by(plan, self.grants)
        self.trees: dict[tuple[str, ...], ReachNode] = {}
        self.shares: dict[str, Shares] = {}
        self.once: dict[tuple[str, Menu], Leaf] = {}

    def reach(self) -> Reach:
        """Read everything, and put it together."""
        plan, main = self.plan, self.spread(self.grants)
        ledgers = {
            name: self.into(name, main, self.grants)
            for name, ledger in plan.ledgers.items()
            if ledger.formula is None
        }
        figures = main.own | ledgers
        ranges = {name: self.range_of(both) for name, both in ledgers.items()}
        ranges |= dict(self.derived(figures))
        best, worst = self.single_acts()
        return Reach(
            self.period,
            plan.scale,
            ranges["total"],
            ranges,
            {
                name: CategoryReach(
                    self.range_of(main.own[name]), self.range_of(main.weighed[name])
                )
                for name in plan.categories
                if name in main.own
            },
            {grant.mark.id: self.single(grant, main) for grant in self.grants},
            tuple(self.idle((*ledgers.values(), main.own[plan.root]))),
            tuple(climbs_of(plan, figures, self.stretch)),
            tuple(falls_of(plan, self.grants, figures, self.stretch)),
            best,
            worst,
            self.worst_day(),
            self.total_once("large once", self.grants),
            self.total_once("small once", self.easier_half()),
        )

    # --- readings ------------------------------------------------------------------------------

    def spread(
        self,
        grants: tuple[Grant, ...],
        stretch: Stretch | None = None,
        menu: Menu = "all",
        *,
        best_only: bool = False,
    ) -> Spread:
        """Read the tree of some indicators over the period, or over a day."""
        stretch = stretch or self.stretch
        leaves = {grant.mark.id: self.leaf(grant, stretch, menu) for grant in grants}
        names = tuple(leaves)
        if names not in self.trees:
            self.trees[names] = build_tree(self.plan, grants)
        tree = self.trees[names]
        spread = Spread(
            self.plan, stretch, tree, leaves, self.bases, self.held, best_only=best_only
        )
        spread.read()
        return spread

    def leaf(self, grant: Grant, stretch: Stretch, menu: Menu) -> Leaf:
        """Return what one indicator brings; once, it is the same in any stretch."""
        asked = self.asked[grant.mark.id]
        if menu == "all":
            return leaf_of(grant, asked, self.plan.scale, stretch)
        if (grant.mark.id, menu) not in self.once:
            self.once[grant.mark.id, menu] = leaf_once(asked, menu)
        return self.once[grant.mark.id, menu]

    def into(
        self, name: str, main: Spread, payers: tuple[Grant, ...], *, once: bool = False
    ) -> Both:
        """Return what a ledger comes to.

        Where it takes not all that goes the same way, read anew.
        """
        if name not in self.shares:
            self.shares[name] = shares_of(self.grants, name)
        shares = self.shares[name]
        root, spread = main.weighed[self.plan.root], main
        partial = shares.leave_out(main.leaves)
        ebbs = partial and (root.bends or self.trades(main))
        if partial:
            leaves = only_paid(main.leaves, shares)
            spread = replace(main, leaves=leaves, one_sided=True, own={}, weighed={})
            root = spread.read()
        extras = extras_of(self.plan, payers, name, main.stretch, once=once)
        return enter_ledger(spread, root, self.plan.ledgers[name], shares, extras, ebbs=ebbs)

    def trades(self, main: Spread) -> bool:
        """Tell whether an event can replace a deduct among the highest times.

        If so, it brings that deduct back beside its own points.
        """
        falls = any(not leaf.deducts.is_empty for leaf in main.leaves.values())
        caps = (part for grant in self.grants for part in grant.path if isinstance(part, Cap))
        return falls and any(cap.kind == "times" and cap.highest for cap in caps)

    def bases(self, node: ReachNode) -> tuple[Exact, Exact]:
        """Return the least and the most of a category's own base.

        An end that is not known counts as 0.
        """
        least: Exact = 0
        most: Exact = 0
        for value in node.bases:
            span = base_span(self.plan, value)
            least += span.least if not isinstance(span.least, float) else 0
            most += span.most if not isinstance(span.most, float) else 0
        return least, most

    # --- figures -------------------------------------------------------------------------------

    def range_of(self, both: Both) -> Range:
        """Return the two ends of a figure."""
        base = Fraction(both.deducts.start) / self.plan.scale
        return Range(base, self.bound(both.deducts), self.bound(both.adds))

    def bound(self, side: SideFlow, stretch: Stretch | None = None) -> Bound:
        """Where one side ends."""
        whole = sum_of(over_period(side.flow, stretch or self.stretch))
        points = in_points(side.start + whole * side.sign, self.plan.scale)
        binds = tuple({cap.slot: cap for cap in side.binds}.values())
        return Bound(points, tuple(sorted(side.flow.why)), binds)

    def single(self, grant: Grant, main: Spread) -> Single:
        """One indicator: what it brings after its own caps, and the ends of one event."""
        span, scale = self.asked[grant.mark.id].span, self.plan.scale
        ends = in_points(span.least, scale), in_points(span.most, scale)
        small = in_points(span.small, scale) if span.small > 0 else None
        return Single(grant.mark, self.range_of(main.own[grant.mark.id]), *ends, small)

    def derived(self, figures: Mapping[str, Both]) -> Iterator[tuple[str, Range]]:
        """Yield the figures that are worked out from others by a formula."""
        known: dict[str, Interval] = {}
        formulas = [led.formula for led in self.plan.ledgers.values() if led.formula is not None]
        asked = frozenset().union(*(formula.names for formula in formulas))
        for name, both in ((name, figures[name]) for name in asked & figures.keys()):
            found = self.range_of(both)
            least, most = found.least.points, found.most.points
            known[name] = Interval(
                -ENDLESS if least is None else least,
                ENDLESS if most is None else most,
                found.least.is_exact and found.most.is_exact,
            )
        for name, ledger in self.plan.ledgers.items():
            if ledger.formula is not None:
                ends = interval_of(ledger.formula, known)
                why = () if ends.is_exact and ledger.rounding is None else ("formula",)
                least, most = (in_points(end, 1) for end in (ends.least, ends.most))
                yield name, Range(Fraction(0), Bound(least, why), Bound(most, why))

    def idle(self, reached: tuple[Both, ...]) -> Iterator[Cap]:
        """Yield the caps that never take anything, for one subject and one period."""
        binds = {
            cap.slot for both in reached for side in (both.adds, both.deducts) for cap in side.binds
        }
        caps = {
            stage.slot: stage
            for grant in self.grants
            for stage in grant.path
            if isinstance(stage, Cap)
        }
        kept = (
            led for led in self.plan.ledgers.values() if not led.carries and led.carried is None
        )
        for cap in (*caps.values(), *(limit for ledger in kept for limit in ledger.limits)):
            if cap.slot not in binds and not cap.among and self.stretch.holds_whole(cap.window):
                yield cap

    # --- days and households -------------------------------------------------------------------

    def worst_day(self) -> Bound:
        """Return the total after a first day with each deduct once, at its worst."""
        spread = self.spread(self.grants, self.day, "large once")
        return self.bound(self.into("total", spread, self.grants, once=True).deducts, self.day)

    def total_once(self, menu: Menu, grants: tuple[Grant, ...]) -> Bound:
        """Return the total with each of some indicators once in the period."""
        return self.bound(
            self.into("total", self.spread(grants, menu=menu), grants, once=True).adds
        )

    def easier_half(self) -> tuple[Grant, ...]:
        """Of the awards that are open to all the smaller half, by their smallest listed gain."""
        open_to_all = [
            grant
            for grant in self.grants
            if self.asked[grant.mark.id].span.small > 0
            and not grant.kinds
            and any(post.account == "" for post in grant.posts)
        ]
        by_size = sorted(open_to_all, key=lambda grant: self.asked[grant.mark.id].span.small)
        return tuple(by_size[: (len(by_size) + 1) // 2])

    def single_acts(self) -> tuple[Act | None, Act | None]:
        """Return the one event that brings most to the total from the base.

        With it comes the one event that takes most.
        """
        spread = self.spread(self.grants, self.day, "once", best_only=True)
        found = [self.into("total", spread, (), once=True)]
        for grant in self.grants:
            if any(isinstance(effect, Brought) for effect in grant.effects):
                alone = self.spread((grant,), self.day, "once", best_only=True)
                found.append(self.into("total", alone, (grant,), once=True))
        best = max((both.adds for both in found), key=self._size)
        worst = max((both.deducts for both in found), key=self._size)
        return self._act(best), self._act(self._or_veto(worst))

    def _size(self, side: SideFlow) -> float | Exact:
        return sum_of(over_period(side.flow, self.day))

    def _act(self, side: SideFlow) -> Act | None:
        moved = self._size(side)
        if not moved:
            return None
        mark = self.plan.grants[side.source].mark
        return Act(mark, in_points(moved * side.sign, self.plan.scale), not side.flow.why)

    def _or_veto(self, side: SideFlow) -> SideFlow:
        """Apply the rule that an event that holds the total down takes all that the base is."""
        for grant in self.grants:
            holds = any(isinstance(e, Held) and e.target == "total" for e in grant.effects)
            if holds and side.start > 0 and self._size(side) <= side.start:
                return replace(side, source=grant.mark.id)
        return side


def _first_period(plan: Plan) -> Period:
    """Return the first period that lies whole within the version."""
    found = plan.period_of(plan.version)
    if found.start >= plan.version or found.end >= date.max - timedelta(days=1):
        return found
    return plan.period_of(found.end + timedelta(days=1))


def _can_reach(grant: Grant, kind: str) -> bool:
    """Whether an indicator can bring something to a subject of a kind: its own, or another's."""
    return applies(grant, kind) or any(post.account not in ("", "nobody") for post in grant.posts)

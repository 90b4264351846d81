"""From the border around everything into a ledger: its part, its base, its own net limits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from ...core.terms import Exact, exact
from ...plan import Cap, Grant, LedgerPlan, Plan, Value
from .effects import Extras
from .flow import Flow, sum_in, times_as_much, together
from .gains import ENDLESS
from .leaves import Leaf, common, grain_of
from .spans import Amount, Span, ValueContext, span_of
from .spread import Both, SideFlow, Spread, with_more
from .stretch import Stretch

NO_FLOW = Flow()


@dataclass(frozen=True)
class Shares:
    """What part of each side of each indicator enters a ledger."""

    adds: Mapping[str, Fraction]
    deducts: Mapping[str, Fraction]

    @cached_property
    def parts(self) -> tuple[frozenset[Fraction], frozenset[Fraction]]:
        """The parts that stand on each side, each once."""
        return frozenset(self.adds.values()), frozenset(self.deducts.values())

    def leave_out(self, leaves: Mapping[str, Leaf]) -> bool:
        """Whether something that goes the same way does not enter."""
        return any(
            (name not in self.adds and not leaf.adds.is_empty)
            or (name not in self.deducts and not leaf.deducts.is_empty)
            for name, leaf in leaves.items()
        )


def shares_of(grants: Iterable[Grant], ledger: str) -> Shares:
    """Of each indicator the parts that enter a ledger; what comes from others is taken whole."""
    adds: dict[str, Fraction] = {}
    deducts: dict[str, Fraction] = {}
    for grant in grants:
        for post in grant.posts:
            if post.ledger != ledger or post.account == "nobody":
                continue
            part = Fraction(1 if post.account else post.part)
            for side, name in ((adds, "added"), (deducts, "deducted")):
                if post.side in (None, name) and part:
                    side[grant.mark.id] = max(part, side.get(grant.mark.id, Fraction(0)))
    return Shares(adds, deducts)


def only_paid(leaves: Mapping[str, Leaf], shares: Shares) -> dict[str, Leaf]:
    """Return the same indicators without what does not enter the ledger."""
    return {
        name: replace(
            leaf,
            adds=leaf.adds if name in shares.adds else NO_FLOW,
            deducts=leaf.deducts if name in shares.deducts else NO_FLOW,
        )
        for name, leaf in leaves.items()
    }


def enter_ledger(
    spread: Spread, root: Both, ledger: LedgerPlan, shares: Shares, extras: Extras, *, ebbs: bool
) -> Both:
    """Let what passes the last border into a ledger.

    `ebbs` where what does not enter can make room on the way, again and again, for what does.
    """
    base = base_span(spread.plan, ledger.base)
    if ledger.mark.id != "total":  # bases of categories are points of the total alone
        root = root.each(lambda side: replace(side, start=0))
    adds = _share(root.adds, shares.parts[0])
    deducts = _share(root.deducts, shares.parts[1])
    grain = _shared_grain(root.grain, shares)
    both = replace(root, adds=adds, deducts=deducts, grain=grain)
    if ebbs:
        both = both.each(lambda side: with_more(side, ENDLESS, "parts"))
    if any(isinstance(part, Cap) for part in spread.plan.outermost):  # these hold consequences too
        adds_too, deducts_too = (
            replace(flow, why=flow.why | {"then"}) if not flow.is_empty else flow
            for flow in (extras.adds, extras.deducts)
        )
        extras = replace(extras, adds=adds_too, deducts=deducts_too)
    why = base.why | extras.why
    adds = _entering(both.adds, extras.adds, base.most, why, spread.stretch)
    deducts = _entering(both.deducts, extras.deducts, base.least, why, spread.stretch)
    adds = replace(adds, at_once=1 if extras.adds.is_empty else 1 + extras.of_one)
    deducts = replace(deducts, at_once=1 if extras.deducts.is_empty else 1 + extras.of_one)
    moves = not (extras.adds.is_empty and extras.deducts.is_empty and not extras.clears)
    grain = None if moves else common(grain, grain_of(ledger.base))
    rises = both.rises or not extras.adds.is_empty
    falls = both.falls or not extras.deducts.is_empty
    both = replace(both, adds=adds, deducts=deducts, rises=rises, falls=falls, grain=grain)
    if extras.clears:
        both = _cleared(both, spread.stretch)
    both = spread.enter(both, ledger.limits)
    return spread.held_down(ledger.mark.id, both)


def base_span(plan: Plan, value: Value) -> Span:
    """Return what a base can be: one number, or by who the subject is."""
    return span_of(value, Amount(0, 0), ValueContext(plan.scale))


def _share(side: SideFlow, found: frozenset[Fraction]) -> SideFlow:
    """Return the part of a side that enters.

    Where parts differ, the largest of them is a bound.
    """
    if not found or found == {1}:
        return side
    flow = times_as_much(side.flow, exact(max(found)))
    why = flow.why | ({"parts"} if len(found) > 1 else frozenset())
    return replace(side, flow=replace(flow, why=why))


def _shared_grain(grain: Exact | None, shares: Shares) -> Exact | None:
    for part in (shares.parts[0] | shares.parts[1]) - {1}:
        grain = None if grain is None else common(grain, exact(grain * part))
    return grain


def _entering(
    side: SideFlow, extra: Flow, base: Exact | float, why: frozenset[str], stretch: Stretch
) -> SideFlow:
    flow = together([side.flow, extra], stretch)
    if not (flow.is_endless and not flow.why):  # else any base comes to the same
        flow = replace(flow, why=flow.why | why)
    if isinstance(base, float):
        return with_more(replace(side, flow=flow), ENDLESS, "formula")
    return replace(side, flow=flow, start=side.start + base)


def _cleared(both: Both, stretch: Stretch) -> Both:
    """Points that are cleared are forgotten: what came before may be had, or lost, once more."""
    again = ENDLESS if both.returns else 0
    down, up = (sum_in(side.flow, stretch) for side in (both.deducts, both.adds))
    gain = again or max(-both.adds.start, 0) + (down if both.bends else 0)
    loss = again or max(both.deducts.start, 0) + (up if both.bends else 0)
    adds = with_more(both.adds, gain, "clears")
    deducts = with_more(both.deducts, loss, "clears")
    return replace(both, adds=adds, deducts=deducts, bends=True, returns=True)

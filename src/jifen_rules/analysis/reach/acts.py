"""How few events lead to a level, and how few lead down."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Literal

from ...core.terms import Exact
from ...plan import Close, Graded, Grant, Held, Plan, Rung
from .flow import over_period
from .gains import events_for
from .spread import Both, SideFlow
from .stretch import Stretch
from .values import Climb, Fall, Reached


def climbs_of(plan: Plan, figures: Mapping[str, Both], stretch: Stretch) -> Iterator[Climb]:
    """Yield for each level that begins at a figure whether and how it is reached from the base."""
    for ladder in _ladders(plan):
        both = figures.get(ladder.figure)
        for rung in ladder.rungs if both is not None else ():
            if rung.least is not None and rung.stated:
                yield _climb(plan, ladder, rung, both, stretch)


def falls_of(
    plan: Plan, grants: Iterable[Grant], figures: Mapping[str, Both], stretch: Stretch
) -> Iterator[Fall]:
    """Yield for each level that the base has, or that is below it, the quickest way out of it."""
    grants = tuple(grants)
    for ladder in _ladders(plan):
        both = figures.get(ladder.figure)
        if both is None or not _by_edges_alone(ladder) or both.adds.start != both.deducts.start:
            continue
        start = both.adds.start
        held = next(n for n, rung in enumerate(ladder.rungs) if _has(rung, start))
        for number in range(held, len(ladder.rungs) - 1):
            if ladder.rungs[number].least is not None:
                yield _fall(plan, ladder, number, both.deducts, grants, stretch)


def _ladders(plan: Plan) -> Iterator[Close]:
    for ladder in plan.ladders.values():
        if not ladder.kinds or plan.kind in ladder.kinds:
            yield ladder


def _climb(plan: Plan, ladder: Close, rung: Rung, both: Both | None, stretch: Stretch) -> Climb:
    assert both is not None and rung.least is not None
    side, edge = both.adds, rung.least
    gains = over_period(side.flow, stretch)
    events, together = _fewest(side, events_for(gains, edge - side.start, strictly=rung.open))
    why = side.flow.why | side.flow.loose | together
    others = frozenset({"when"}) if rung.when is not None else frozenset()
    others |= frozenset({"rank"}) if rung.rank is not None else frozenset()
    at_once = _beyond(both.deducts.start, rung) and not others
    reached: Reached = "at once" if at_once else "no" if events is None else "yes"
    if reached == "yes" and (side.flow.why or others):
        reached = "unknown"
    return Climb(
        ladder.mark,
        rung.name,
        rung.mark,
        ladder.figure,
        Fraction(edge) / plan.scale,
        rung.open,
        reached,
        None if reached == "no" else events,
        tuple(sorted(why | others)),
        is_skipped=_is_skipped(ladder, rung, both),
    )


def _fewest(side: SideFlow, gains: int | None) -> tuple[int | None, frozenset[str]]:
    """Return the fewest events that bring so many gains, and why that is only a bound."""
    if gains is None or gains <= 1 or side.at_once == 1:
        return gains, frozenset()
    return -(-gains // side.at_once), frozenset({"then"})


def _beyond(figure: Exact, rung: Rung) -> bool:
    return rung.least is None or figure > rung.least or (figure == rung.least and not rung.open)


def _has(rung: Rung, figure: Exact) -> bool:
    return not rung.tested or _beyond(figure, rung)


def _by_edges_alone(ladder: Close) -> bool:
    plain = all(r.stated and r.when is None and r.rank is None for r in ladder.rungs)
    return plain and bool(ladder.rungs) and not ladder.rungs[-1].tested


def _is_skipped(ladder: Close, rung: Rung, both: Both) -> bool:
    """Whether no figure can lie between the edge of a level and that of the next better one."""
    better = [r for r in ladder.rungs[: ladder.rungs.index(rung)] if r.least is not None]
    grain, start = both.grain, both.adds.start
    if not better or grain is None or not grain or start != both.deducts.start:
        return False
    above, least = better[-1], rung.least
    if above.least is None or least is None or not (above.stated and _by_edges_alone(ladder)):
        return False
    figure = start + -(-(least - start) // grain) * grain
    if figure == least and rung.open:
        figure += grain
    return _beyond(figure, above)


def _fall(
    plan: Plan,
    ladder: Close,
    number: int,
    side: SideFlow,
    grants: tuple[Grant, ...],
    stretch: Stretch,
) -> Fall:
    """So few deducts, or one event that grades lower or holds the figure down."""
    rung, names = ladder.rungs[number], [r.name for r in ladder.rungs]
    assert rung.least is not None
    to = names[number + 1]
    gains = over_period(side.flow, stretch)
    count = events_for(gains, side.start - rung.least, strictly=not rung.open)
    events, together = _fewest(side, count)
    why = tuple(sorted(side.flow.why | side.flow.loose | together))
    if count != 1:
        for grant in grants:
            by = _drops(ladder, rung, names[number + 1 :], grant)
            if by:
                return Fall(ladder.mark, rung.name, to, 1, by, grant.mark)
    return Fall(ladder.mark, rung.name, to, events, "deducts", None, why)


def _drops(
    ladder: Close, rung: Rung, lower: list[str], grant: Grant
) -> Literal["veto", "grade"] | None:
    """Tell how one event of an indicator takes a level away; None if it does not."""
    for effect in grant.effects:
        if isinstance(effect, Graded) and effect.ladder == ladder.mark.id and effect.level in lower:
            return "grade"
        if isinstance(effect, Held):
            zero = effect.target == ladder.figure and not _beyond(0, rung)
            if zero or effect.target == ladder.mark.id:
                return "veto"
    return None

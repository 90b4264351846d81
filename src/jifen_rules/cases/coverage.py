"""Which rules of a scheme its cases try: indicators, branches, caps, levels, edges, consequences.

A point is one thing that can be tried. What a result shows of it is read from its entries and
scores; nothing is worked out again. Never rounds up: what was not seen is listed with its place.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..analysis.change.limits import all_limits, with_bound
from ..compile import compile_versions
from ..core.message import N_, Message, Term, msg
from ..core.terms import Exact, plain
from ..inputs.enrolment import read_roster
from ..inputs.roster import Roster
from ..plan import (
    Cap,
    Choice,
    Close,
    Graded,
    Grant,
    Held,
    Marginal,
    Mark,
    Plan,
    QuantityCap,
    RewardPlan,
    Rung,
    Steps,
    Unstated,
    Value,
    Versions,
)
from ..scheme.model import SchemeFile
from ..session import Ready
from ..trace.entry import Entry, Outcome, Result
from .case import CaseResult
from .runner import run_ready

_FIRED = frozenset({Outcome.COUNTED, Outcome.AWARDED, Outcome.REDEEMED, Outcome.ENTITLED})


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """One thing to try: of which rule, where it stands, and what of it."""

    place: str
    id: str
    kind: str
    detail: str = ""
    said: Message | None = field(default=None, compare=False, repr=False)
    """The detail as a message, where it is more than a word of the scheme."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The points of a scheme, in their order, and those that were seen."""

    points: tuple[Point, ...]
    seen: frozenset[Point]

    @property
    def missing(self) -> tuple[Point, ...]:
        """The points that no case has shown, by place."""
        return tuple(point for point in self.points if point not in self.seen)

    @property
    def share(self) -> Fraction:
        """What part was seen, exactly; 1 where there is nothing to see."""
        if not self.points:
            return Fraction(1)
        return Fraction(len(self.points) - len(self.missing), len(self.points))

    def of(self, *kinds: str) -> "Coverage":
        """Return the same of some kinds of point only."""
        return Coverage(tuple(p for p in self.points if p.kind in kinds), self.seen)


def measure_coverage(file: SchemeFile, outcomes: Iterable[CaseResult]) -> Coverage:
    """Tell which points of a scheme the results of its cases show. SchemeError as the engine."""
    plan = compile_versions(file).last
    points = tuple(sorted(set(_points(plan))))
    outcomes = tuple(outcomes)
    seen = set(_exactly_met(plan, outcomes))
    for outcome in outcomes:
        rows = outcome.case.roster
        roster = Roster(read_roster(rows).rows, kind=plan.kind) if rows else None
        seen |= set(_seen(plan, roster, outcome.result))
    return Coverage(points, frozenset(seen) & frozenset(points))


# --- what there is to try ------------------------------------------------------------------------


def _points(plan: Plan) -> Iterator[Point]:
    for grant in plan.grants.values():
        if not isinstance(grant.value, Unstated) and not any(c.is_unstated for c in grant.combines):
            yield from _points_of_grant(grant)
    for cap in (
        *plan.caps,
        *(limit for ledger in plan.ledgers.values() for limit in ledger.limits),
    ):
        yield from _ways(cap.mark)
    for reward in plan.rewards.values():
        if reward.prices != () and reward.prices is not None:
            yield Point(reward.mark.place, reward.mark.id, "reward")
    for ladder in plan.ladders.values():
        for rung in ladder.rungs:
            if rung.stated:
                yield from _points_of_level(ladder, rung)
    for rule in plan.rules:
        yield Point(rule.mark.place, rule.mark.id, "rule")


def _points_of_grant(grant: Grant) -> Iterator[Point]:
    mark = grant.mark
    if grant.value is None or _is_stated(grant.value):
        yield Point(mark.place, mark.id, "indicator")
    for branch in _branches(grant.value):
        yield _point(mark, "branch", branch)
    for combine in grant.combines:
        mode = msg("{n}", n=Term(combine.mode))
        yield Point(combine.mark.place, combine.mark.id, "combine", combine.mode, mode)
    for number, _ in enumerate(grant.escalation.rungs if grant.escalation else ()):
        yield Point(mark.place, mark.id, "escalation", str(number + 1))
    for cap in grant.quantity_caps:
        yield from _ways(cap.mark)
    for effect in grant.effects:
        if isinstance(effect, Held | Graded):
            yield Point(effect.mark.place, mark.id, *_effect(effect))


def _points_of_level(ladder: Close, rung: Rung) -> Iterator[Point]:
    if not _never(ladder, rung):
        yield Point(rung.mark.place, ladder.mark.id, "level", rung.name)
    if rung.least is not None:
        for side in (AT_OR_ABOVE, BELOW):
            said = msg(side, level=rung.name)
            yield Point(rung.mark.place, ladder.mark.id, "edge", str(said), said)


def _never(ladder: Close, rung: Rung) -> bool:
    """Whether an edge nobody stated, above this level, leaves it undecided for everybody."""
    above = [other for other in ladder.rungs[: ladder.rungs.index(rung)] if not other.stated]
    if any(other.least is None for other in above):
        return True
    return rung.open and any(other.least == rung.least for other in above)


AT_OR_ABOVE, BELOW = N_("{level}: at the edge or above"), N_("{level}: below")
BINDS, IS_FREE, IS_MET = N_("binds"), N_("does not bind"), N_("is exactly met")


def _point(mark: Mark, kind: str, said: Message) -> Point:
    return Point(mark.place, mark.id, kind, str(said), said)


def _ways(mark: Mark) -> Iterator[Point]:
    for way in (BINDS, IS_FREE, IS_MET):
        yield _point(mark, "cap", msg(way))


def _branches(value: Value | None) -> Iterator[Message]:
    match value:
        case Choice(field=field, table=table):
            for word, inner in table.items():
                own = msg(N_("{field} {word}"), field=Term(field), word=word)
                if _is_stated(inner):
                    yield own
                for deeper in _branches(inner):
                    yield msg(N_("{first}, {rest}"), first=own, rest=deeper)
        case Steps(edges=edges):
            for edge, strict, _ in edges:
                yield _of_edge(edge, strict)
        case Marginal(bands=bands):
            yield from (msg(N_("band from {edge}"), edge=plain(edge)) for edge, _ in bands)


def _of_edge(edge: Exact, strict: bool) -> Message:
    return msg(N_("above {edge}") if strict else N_("from {edge}"), edge=plain(edge))


def _is_stated(value: Value) -> bool:
    """Whether a value can bring anything: not one that is `unknown` throughout."""
    if isinstance(value, Choice):
        return any(_is_stated(inner) for inner in value.table.values())
    return not isinstance(value, Unstated)


def _effect(effect: Held | Graded) -> tuple[str, str]:
    return ("veto", effect.target) if isinstance(effect, Held) else ("grade", effect.level)


# --- what was seen -------------------------------------------------------------------------------


def _seen(plan: Plan, roster: Roster | None, result: Result) -> Iterator[Point]:
    amounts: dict[Any, Fraction] = defaultdict(Fraction)
    points = tuple(_points(plan))
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for entry in result.entries:
        cut = {step.place for step in entry.steps if step.before is not None}
        yield from _seen_in_steps(points, entry)
        if entry.outcome is Outcome.RULE:
            rule = next(r for r in plan.rules if r.mark.id == entry.indicator)
            yield Point(rule.mark.place, rule.mark.id, "rule")
        if entry.indicator in plan.rewards:
            yield from _seen_of_reward(plan, plan.rewards[entry.indicator], entry)
        grant = plan.grants.get(entry.indicator)
        if grant is None or entry.outcome not in _FIRED:
            continue
        yield Point(grant.mark.place, grant.mark.id, "indicator")
        for branch in _taken(plan, roster, grant.value, entry, amounts):
            yield Point(grant.mark.place, grant.mark.id, "branch", branch)
        counts[entry.subject, entry.indicator] += 1
        for number in range(counts[entry.subject, entry.indicator]):
            yield Point(grant.mark.place, grant.mark.id, "escalation", str(number + 1))
        yield from _free(plan, grant, entry, cut)
    yield from _levels(plan, result)


def _seen_in_steps(points: Sequence[Point], entry: Entry) -> Iterator[Point]:
    caps = {point.place: point for point in points if point.kind == "cap"}
    for step in entry.steps:
        if step.place in caps and step.before is not None:
            yield Point(step.place, caps[step.place].id, "cap", BINDS)
        if step.kind in ("veto", "grade") and step.before is None:
            yield Point(step.place, entry.indicator, step.kind, step.note.rpartition(".")[2])
        if step.kind == "combine":
            yield from (p for p in points if p.kind == "combine" and p.id == step.id)


def _seen_of_reward(plan: Plan, reward: RewardPlan, entry: Entry) -> Iterator[Point]:
    """Return a reward that was had.

    Where one is refused and has no limits, those of what it spends bound it.
    """
    if entry.outcome in _FIRED:
        yield Point(reward.mark.place, reward.mark.id, "reward")
    if entry.outcome is Outcome.REFUSED and not reward.caps:
        for name, _ in reward.prices or ():
            for limit in plan.ledgers[name].limits:
                yield Point(limit.mark.place, limit.mark.id, "cap", BINDS)


def _exactly_met(plan: Plan, outcomes: tuple[CaseResult, ...]) -> Iterator[Point]:
    """Limits that a case fills to the last unit: a lower bound would change it, a higher not."""
    own = [o for o in outcomes if not o.case.changes and not o.case.scheme]
    for cap in all_limits(plan):
        lower, higher = (with_bound(plan, cap, shift) for shift in (-1, 1))
        for outcome in own:
            if _differs(outcome, lower) and not _differs(outcome, higher):
                yield Point(cap.mark.place, cap.mark.id, "cap", IS_MET)
                break


def _differs(outcome: CaseResult, plan: Plan) -> bool:
    (found,) = run_ready(Ready(Versions((plan,)), ()), [outcome.case])
    return [e.granted for e in found.result.entries] != [
        e.granted for e in outcome.result.entries
    ] or [s.ledgers for s in found.result.scores] != [s.ledgers for s in outcome.result.scores]


def _free(plan: Plan, grant: Grant, entry: Entry, cut: set[str]) -> Iterator[Point]:
    """Limits that an entry with points passed without being cut."""
    if not entry.asked:
        return
    side = "added" if entry.asked > 0 else "deducted"
    limits: list[Cap | QuantityCap] = [
        s for s in grant.path if isinstance(s, Cap) and s.kind in (side, "net", "times")
    ]
    limits += [limit for ledger in plan.ledgers.values() for limit in ledger.limits]
    for cap in [*limits, *grant.quantity_caps]:
        if cap.mark.place not in cut:
            yield Point(cap.mark.place, cap.mark.id, "cap", IS_FREE)


def _taken(
    plan: Plan,
    roster: Roster | None,
    value: Value | None,
    entry: Entry,
    amounts: dict[Any, Fraction],
) -> Iterator[str]:
    quantity = Fraction(entry.inputs.get("quantity") or 0)
    match value:
        case Choice(field=field, of_subject=of_subject, table=table):
            words = {entry.inputs.get(field, "")}
            if of_subject and roster is not None and entry.date is not None:
                own = roster.classes(entry.subject, entry.date)
                words = (
                    set(own)
                    if field == "class"
                    else {roster.attribute(entry.subject, field, entry.date)}
                )
            for word, inner in table.items():
                if word in words or (field == "points" and word in {_number(w) for w in words}):
                    yield f"{field} {word}"
                    for deeper in _taken(plan, roster, inner, entry, amounts):
                        yield f"{field} {word}, {deeper}"
        case Steps(edges=edges, window=window):
            if window is not None and entry.date is not None:
                day = entry.date
                over = plan.period_of(day).start if window.name == "period" else window.key(day)
                amounts[entry.subject, entry.indicator, over] += quantity
                quantity = amounts[entry.subject, entry.indicator, over]
            reached = [e for e in edges if quantity > e[0] or (quantity == e[0] and not e[1])]
            if reached:
                edge, strict, _ = reached[-1]
                yield str(_of_edge(edge, strict))
        case Marginal(bands=bands):
            yield from (f"band from {plain(edge)}" for edge, _ in bands if quantity > edge)


def _number(word: str) -> str:
    try:
        return plain(Decimal(word))
    except ArithmeticError:
        return word


def _levels(plan: Plan, result: Result) -> Iterator[Point]:
    for score in result.scores:
        figures: Mapping[str, Decimal] = {
            "total": score.total,
            **score.ledgers,
            **score.categories,
        }
        for key, standing in score.tiers.items():
            ladder = plan.ladders.get(key)
            if ladder is None:
                continue
            figure = figures.get(ladder.figure)
            for rung in ladder.rungs:
                if rung.name == standing.level:
                    yield Point(rung.mark.place, key, "level", rung.name)
                if rung.stated and rung.least is not None and figure is not None:
                    edge = Fraction(rung.least) / plan.scale
                    above = figure > edge or (figure == edge and not rung.open)
                    side = msg(AT_OR_ABOVE if above else BELOW, level=rung.name)
                    yield Point(rung.mark.place, key, "edge", str(side))

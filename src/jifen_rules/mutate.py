"""Small changes of a scheme's rules: does any of its cases notice?

Each mutant is the plan with one rule changed. Only cases that a rule can concern are run against
it; a mutant that all of them let pass is a survivor, and stands for a case that is missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .cases import Case, CaseResult, run_cases, run_ready
from .compile import compile_versions
from .model import SchemeFile
from .plan import (
    Cap,
    Choice,
    Close,
    Fixed,
    Graded,
    Grant,
    Held,
    Judged,
    Marginal,
    Plan,
    QuantityCap,
    Rate,
    Rung,
    Steps,
    Value,
    Versions,
)
from .session import Ready
from .terms import Window, WindowName, exact


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed rule: where it stands, what was changed, and the plan with it."""

    place: str
    id: str
    change: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class Mutation:
    """How many mutants there were, and those that no case noticed, by place."""

    total: int
    survivors: tuple[Mutant, ...]

    @property
    def score(self) -> Fraction:
        """What part was noticed, exactly; 1 where there was nothing to change."""
        if not self.total:
            return Fraction(1)
        return Fraction(self.total - len(self.survivors), self.total)


def mutate_scheme(file: SchemeFile, cases: Sequence[Case]) -> Mutation:
    """Try every mutant of a scheme against its cases. SchemeError as the engine."""
    plan = compile_versions(file).last
    own = [case for case in cases if not case.scheme and not case.changes]
    outcomes = [outcome for outcome in run_cases(file, own) if outcome.passed]
    total, survivors = 0, []
    for mutant in mutants(plan):
        total += 1
        if not any(_notices(mutant, outcome) for outcome in _near(mutant, outcomes)):
            survivors.append(mutant)
    return Mutation(total, tuple(sorted(survivors, key=lambda m: (_line(m.place), m.change))))


def mutants(plan: Plan) -> Iterator[Mutant]:
    """Yield each small change: values, signs, caps, windows, edges, vetoes, combines."""
    for key, grant in plan.grants.items():
        for change, value in _values(grant.value, plan.scale):
            yield _with(plan, key, replace(grant, value=value), change)
        for number, effect in enumerate(grant.effects):
            if isinstance(effect, Held | Graded):
                rest = grant.effects[:number] + grant.effects[number + 1 :]
                yield _with(plan, key, replace(grant, effects=rest), "drop its veto or grading")
        for number, combine in enumerate(grant.combines):
            if combine.mark.id == key:
                rest_of = grant.combines[:number] + grant.combines[number + 1 :]
                yield _with(plan, key, replace(grant, combines=rest_of), f"drop {combine.mode}")
    for cap in all_limits(plan):
        mark = cap.mark
        yield Mutant(mark.place, mark.id, "drop the limit", _exchanged(plan, cap, None))
        yield Mutant(mark.place, mark.id, "one more", with_bound(plan, cap, 1, least=False))
        if wider := _LONGER.get(cap.window.name):
            longer = _exchanged(plan, cap, replace(cap, window=Window(wider)))
            yield Mutant(mark.place, mark.id, f"{wider} instead of {cap.window}", longer)
    for name, ladder in plan.ladders.items():
        for number, rung in enumerate(ladder.rungs):
            for change, other in _rungs(rung, plan.scale):
                rungs = (*ladder.rungs[:number], other, *ladder.rungs[number + 1 :])
                changed: dict[str, Close] = {**plan.ladders, name: replace(ladder, rungs=rungs)}
                yield Mutant(rung.mark.place, name, change, replace(plan, ladders=changed))


_LONGER: Mapping[str, WindowName] = {
    "event": "month",
    "day": "month",
    "week": "month",
    "month": "year",
    "quarter": "year",
    "half_year": "year",
    "year": "ever",
}


def _with(plan: Plan, key: str, grant: Grant, change: str) -> Mutant:
    grants = {**plan.grants, key: grant}
    return Mutant(grant.mark.place, key, change, replace(plan, grants=grants))


def _values(value: Value | None, scale: int) -> Iterator[tuple[str, Value]]:
    match value:
        case Fixed(points=points):
            yield "one point more", Fixed(points + scale)
            if points:
                yield "the other sign", Fixed(-points)
        case Rate(rate=rate):
            yield "twice the rate", replace(value, rate=rate * 2)
            if value.window is not None:
                yield "no window", replace(value, window=None)
        case Steps(edges=edges):
            for number, (edge, strict, points) in enumerate(edges):
                for change, row in (
                    ("one point more", (edge, strict, points + scale)),
                    ("the edge on the other side", (edge, not strict, points)),
                ):
                    rows = (*edges[:number], row, *edges[number + 1 :])
                    yield f"{change} at {edge}", replace(value, edges=rows)
        case Marginal(bands=bands):
            for number, (edge, rate) in enumerate(bands):
                rows_ = (*bands[:number], (edge, rate * 2), *bands[number + 1 :])
                yield f"twice the rate from {edge}", replace(value, bands=rows_)
        case Choice(table=table):
            for word, inner in table.items():
                for change, other in _values(inner, scale):
                    yield f"{change} for {word}", replace(value, table={**table, word: other})
        case Judged(low=low, high=high):
            if low is not None:
                yield "the lowest one higher", replace(value, low=low + scale)
            if high is not None:
                yield "the highest one lower", replace(value, high=high - scale)


def all_limits(plan: Plan) -> Iterator[Cap | QuantityCap]:
    """Every limit of a plan: on the way of points, of quantities, of ledgers."""
    yield from plan.caps
    for grant in plan.grants.values():
        yield from grant.quantity_caps
    for ledger in plan.ledgers.values():
        yield from ledger.limits


def with_bound(plan: Plan, cap: Cap | QuantityCap, shift: int, *, least: bool = True) -> Plan:
    """The plan with the bound of a limit moved by the least unit (or by one), up or down."""
    if isinstance(cap, QuantityCap):
        step = Fraction(1, plan.scale) if least else Fraction(1)
        return _exchanged(plan, cap, replace(cap, bound=cap.bound + shift * step))
    unit = 1 if cap.kind == "times" or least else plan.scale
    if cap.high is not None:
        return _exchanged(plan, cap, replace(cap, high=exact(Fraction(cap.high) + shift * unit)))
    low = None if cap.low is None else exact(Fraction(cap.low) - shift * unit)
    return _exchanged(plan, cap, replace(cap, low=low))


def _exchanged(plan: Plan, cap: Cap | QuantityCap, new: Cap | QuantityCap | None) -> Plan:
    """The plan with a limit exchanged wherever it stands, or taken out."""

    def kept(stages: Iterable[Any]) -> tuple[Any, ...]:
        found = (new if stage == cap else stage for stage in stages)
        return tuple(stage for stage in found if stage is not None)

    grants = {
        key: replace(grant, path=kept(grant.path), quantity_caps=kept(grant.quantity_caps))
        for key, grant in plan.grants.items()
    }
    ledgers = {key: replace(led, limits=kept(led.limits)) for key, led in plan.ledgers.items()}
    starts = tuple(replace(start, path=kept(start.path)) for start in plan.starts)
    return replace(plan, grants=grants, ledgers=ledgers, starts=starts)


def _rungs(rung: Rung, scale: int) -> Iterator[tuple[str, Rung]]:
    if rung.stated and rung.least is not None:
        yield f"{rung.name}: the edge one higher", replace(rung, least=rung.least + scale)
        yield f"{rung.name}: the edge one lower", replace(rung, least=rung.least - scale)
        yield f"{rung.name}: the edge on the other side", replace(rung, open=not rung.open)
    if rung.rank is not None:
        end, number, percent = rung.rank
        yield f"{rung.name}: one place more", replace(rung, rank=(end, number + 1, percent))


# --- who notices ---------------------------------------------------------------------------------


def _near(mutant: Mutant, outcomes: Sequence[CaseResult]) -> Iterator[CaseResult]:
    """The cases a mutant can concern, the nearest first; ladders, categories and ledgers all."""
    for outcome in outcomes:
        if mutant.id not in mutant.plan.grants or any(
            entry.indicator == mutant.id for entry in outcome.result.entries
        ):
            yield outcome


def _notices(mutant: Mutant, outcome: CaseResult) -> bool:
    ready = Ready(Versions((mutant.plan,)), ())
    (found,) = run_ready(ready, [outcome.case])
    return not found.passed


def _line(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition(":")
    return file, int(line or 0)

"""SchemeFile -> Plan: walks the catalog and gives each indicator its way.

Checks what the words mean together (codes M…), all at once; refuses to know of events.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .. import model, vocabulary
from ..faults import FAULTS
from ..message import Term
from ..model import Category, Indicator, Path, Scheme, SchemeFile, unknown_places
from ..plan import (
    Brought,
    Cap,
    Combine,
    Grant,
    Mark,
    Plan,
    Weigh,
)  # fmt: skip
from ..problem import Problem, SchemeError, Severity
from ..terms import Deadline
from .desk import SCALE, Desk, categories, lasting_word
from .effects import lower_effects, lower_posts, lower_repair
from .ladders import lower_ladder, lower_ledgers, lower_reward
from .limits import (
    check_mixed,
    check_nesting,
    check_times,
    check_weights,
    lower_border,
    lower_caps,
    lower_combines,
    lower_limits,
    lower_quantity_caps,
    unstated_limits,
)
from .values import deducts, lower_value, needs_of


def compile_plan(file: SchemeFile) -> Plan:
    """Lower a scheme to the six shapes. SchemeError carries every problem (codes M…)."""
    desk = Desk(file)
    plan = _lower_plan(desk)
    errors = [p for p in desk.problems if p.severity is Severity.ERROR]
    if errors:
        raise SchemeError(errors)
    return plan


def check_plan(file: SchemeFile) -> tuple[Problem, ...]:
    """List what the words of a scheme mean wrongly together, and what is not stated, by place."""
    desk = Desk(file)
    _lower_plan(desk)
    unstated = (
        Problem(FAULTS["not-stated"], place, {"key": Term(key)})
        for key, place in unknown_places(file)
    )
    problems = (*desk.problems, *unstated)
    return tuple(sorted(problems, key=lambda problem: problem.sort_key))


@dataclass(frozen=True, slots=True)
class _Around:
    """What an indicator inherits from the scheme and the categories around it."""

    to: tuple[Mapping[str, object], Path] | None
    lasts: object
    process: tuple[tuple[model.ProcessStep, ...], Path]
    kinds: tuple[tuple[str, ...], ...]
    combines: tuple[Combine, ...]
    unstated: tuple[Mark, ...]


def _lower_plan(desk: Desk) -> Plan:
    scheme = desk.file.scheme
    desk.ids = desk.collect_ids()
    grants = {grant.mark.id: grant for grant in _lower_grants(desk)}
    if not grants:
        desk.say("nothing-to-judge", ())
    check_mixed(desk, grants.values())
    deducts = any(_can_deduct(grant) for grant in grants.values())
    ledgers = dict(lower_ledgers(desk, deducts))
    ladders = {ladder.key: lower_ladder(desk, i, ladder) for i, ladder in enumerate(scheme.tiers)}
    fields = scheme.fields
    rewards = {
        reward.key: lower_reward(desk, reward, ("rewards", n), ledgers)
        for n, reward in enumerate(scheme.rewards)
    }
    return Plan(
        scheme.scheme, scheme.name or scheme.scheme, scheme.effective_from, scheme.kind,
        scheme.illustrative, scheme.period, SCALE, grants, ledgers, ladders, rewards,
        {c.key: desk.mark(c, p) for p, c in categories(scheme, ())},
        {name: _type_word(kind) for name, kind in fields.event.items()},
        {name: _type_word(kind) for name, kind in fields.subject.items()},
    )  # fmt: skip


def _lower_grants(desk: Desk) -> Iterator[Grant]:
    scheme = desk.file.scheme
    around = _Around(
        (scheme.to, ("to",)) if scheme.to else None, scheme.lasts,
        (scheme.process, ("process",)), (scheme.for_,) if scheme.for_ else (),
        lower_combines(desk, scheme, (), grouped=True), tuple(unstated_limits(desk, scheme, ())),
    )  # fmt: skip
    root: tuple[Cap | Weigh, ...] = (
        *lower_caps(desk, scheme.caps, (), scheme),
        *lower_border(desk, scheme, ()),
    )
    yield from _lower_inside(desk, scheme, (), around, root)


def _lower_inside(
    desk: Desk, node: Scheme | Category, path: Path, around: _Around, outer: tuple[Cap | Weigh, ...]
) -> Iterator[Grant]:
    for number, indicator in enumerate(node.indicators):
        yield _lower_grant(desk, indicator, (*path, "indicators", number), around, outer)
    check_weights(desk, node, path)
    for number, category in enumerate(node.categories):
        inner_path = (*path, "categories", number)
        inner = _Around(
            (category.to, (*inner_path, "to")) if category.to else around.to,
            category.lasts if category.lasts is not None else around.lasts,
            (category.process, (*inner_path, "process")) if category.process is not None
            else around.process,
            (*around.kinds, category.for_) if category.for_ else around.kinds,
            (*lower_combines(desk, category, inner_path, grouped=True), *around.combines),
            (*unstated_limits(desk, category, inner_path), *around.unstated),
        )  # fmt: skip
        own: tuple[Cap | Weigh, ...] = (
            *lower_limits(desk, category, inner_path),
            *lower_border(desk, category, inner_path),
        )
        check_nesting(desk, own, outer)
        yield from _lower_inside(desk, category, inner_path, inner, (*own, *outer))


def _lower_grant(
    desk: Desk, item: Indicator, path: Path, around: _Around, outer: tuple[Cap | Weigh, ...]
) -> Grant:
    mark = desk.mark(item, path)
    value = None if item.points is None else lower_value(desk, item.points, (*path, "points"))
    own = lower_limits(desk, item, path)
    gate = Weigh(mark, Fraction(1), None)
    check_nesting(desk, own, outer)
    to = (item.to, (*path, "to")) if item.to else around.to
    lasts = item.lasts if item.lasts is not None else around.lasts
    steps, steps_path = (
        (item.process, (*path, "process")) if item.process is not None else around.process
    )
    repair = lower_repair(desk, item, path, {lasting_word(lasts)})
    declare, unstated = _lower_deadline(desk, steps, steps_path)
    check_times(desk, item, value, path)
    return Grant(
        mark, (*around.kinds, *((item.for_,) if item.for_ else ())), value, item.round,
        desk.formula(item.when, (*path, "when"), "yes_no"), needs_of(value),
        tuple(lower_quantity_caps(desk, item, path)),
        (*lower_combines(desk, item, path, grouped=False), *around.combines),
        (*own, gate, *outer), lower_posts(desk, to), lower_effects(desk, item.then, (*path, "then")),
        repair, lasting_word(lasts), item.per, *_lower_process(desk, steps), declare,
        (*unstated_limits(desk, item, path), *around.unstated, *unstated),
    )  # fmt: skip


def _lower_process(
    desk: Desk, steps: tuple[model.ProcessStep, ...]
) -> tuple[int, Mapping[str, int]]:
    statuses: dict[str, int] = {}
    for number, step in enumerate(steps):
        for word in (step.step, vocabulary.STEPS[step.step], step.id):
            if word:
                statuses[word] = number
    counts = [n for n, step in enumerate(steps) if step.step == "count"]
    return (counts[0] if counts else len(steps) - 1), statuses


def _lower_deadline(
    desk: Desk, steps: tuple[model.ProcessStep, ...], path: Path
) -> tuple[Deadline | None, tuple[Mark, ...]]:
    """By when an event must be declared; an unknown deadline holds nobody back."""
    for number, step in enumerate(steps):
        if step.step == "declare" and step.within is not None:
            if isinstance(step.within, Deadline):
                return step.within, ()
            place = desk.file.place((*path, number, "within")).short
            return None, (Mark("declare", "declare", place, "within"),)
    return None, ()


def _can_deduct(grant: Grant) -> bool:
    return deducts(grant.value) or any(
        isinstance(effect, Brought) and deducts(effect.value) for effect in grant.effects
    )


def _type_word(kind: model.FieldType) -> str:
    return kind if isinstance(kind, str) else "choice"

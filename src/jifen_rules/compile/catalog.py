"""SchemeFile -> Plan: walks the catalog and gives each indicator its way.

One piece: a grant is put together from all that stands around it, in one walk down the catalog.

Checks what the words mean together (codes M…), all at once; refuses to know of events.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from ..core import vocabulary
from ..core.faults import FAULTS, choices_of
from ..core.message import Term, msg
from ..core.problem import MAX_PROBLEMS, Problem, SchemeError, Severity, sort_problems
from ..core.terms import Exact, Unknown
from ..plan import (
    Brought,
    Cap,
    Close,
    Combine,
    Effect,
    Grant,
    Held,
    Mark,
    Plan,
    RulePlan,
    Start,
    ValidityBy,
    Value,
    Weigh,
    Wiped,
)
from ..scheme import model
from ..scheme.model import Category, Indicator, Path, Scheme, SchemeFile, unknown_places
from .bases import check_bases, check_held
from .desk import SCALE, Desk, Enough, categories
from .effects import check_wiped, lower_effects, lower_posts, lower_repair
from .facts import asked_by, check_growth, check_lasting, lower_blanks
from .ladders import (
    lower_board,
    lower_ladder,
    lower_ledgers,
    lower_reward,
    lower_rule,
    spent_ledgers,
)
from .limits import (
    check_full,
    check_mixed,
    check_nesting,
    check_times,
    check_weights,
    lower_border,
    lower_caps,
    lower_combines,
    lower_limits,
    lower_quantity_caps,
    order_limits,
    unstated_limits,
)
from .qualifiers import (
    check_within,
    declarers,
    lasting_words,
    lower_bounds,
    lower_deadline,
    lower_escalation,
    lower_lasts,
    lower_process,
)
from .values import deducts, lower_rating, lower_value, needs_of


def compile_plan(file: SchemeFile) -> Plan:
    """Lower a scheme to the six shapes. SchemeError carries every problem (codes M…)."""
    desk = Desk(file)
    plan = None
    with suppress(Enough):
        plan = _lower_plan(desk)
    errors = [p for p in desk.problems if p.severity is Severity.ERROR]
    if errors or plan is None:
        raise SchemeError(errors)
    return plan


def check_plan(file: SchemeFile) -> tuple[Problem, ...]:
    """List what the words of a scheme mean wrongly together, and what is not stated, by place."""
    return read_plan(file)[1]


def read_plan(file: SchemeFile) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Lower a scheme and list what `check_plan` lists; the plan is None where one is an error."""
    desk = Desk(file)
    plan = None
    with suppress(Enough):
        plan = _lower_plan(desk)
        if file.scheme.illustrative:
            desk.report("figures-invented", ("illustrative",))
    problems = sort_problems((*desk.problems, *_unstated(file)))
    sound = all(problem.severity is not Severity.ERROR for problem in problems)
    return plan if sound else None, tuple(problems)


def _unstated(file: SchemeFile) -> Iterator[Problem]:
    for number, (key, place) in enumerate(unknown_places(file)):
        if number == MAX_PROBLEMS:
            more = replace(FAULTS["too-many-problems"], severity=Severity.ADVICE)
            yield Problem(more, place, {"limit": str(MAX_PROBLEMS)})
            return
        word, hint = Term(key, is_key=True), msg(choices_of(key))
        yield Problem(FAULTS["not-stated"], place, {"key": word, "hint": hint})


def find_ids(file: SchemeFile) -> Mapping[str, Path]:
    """Let a base that only some subjects have be missing too."""
    with suppress(Enough):  # of so many ids used twice, no part can be called by its own
        return Desk(file).collect_ids()
    return {}


@dataclass(frozen=True, slots=True)
class _Around:
    """What an indicator inherits from the scheme and the categories around it."""

    to: tuple[Mapping[str, object], Path] | None
    lasts: tuple[object, Path]
    escalate: tuple[model.Escalate, model.Named | Scheme, Path] | None
    within: tuple[tuple[Exact | None, Exact | None], ...]
    process: tuple[tuple[model.ProcessStep, ...], Path]
    kinds: tuple[tuple[str, ...], ...]
    combines: tuple[Combine, ...]
    unstated: tuple[Mark, ...]


def _lower_plan(desk: Desk) -> Plan:
    scheme = desk.file.scheme
    desk.ids = desk.collect_ids()
    grants = {grant.mark.id: grant for grant in _lower_grants(desk)}
    if not grants:
        desk.report("nothing-to-judge", ())
    check_mixed(desk, grants.values())
    deducts = any(_can_deduct(grant) for grant in grants.values())
    ledgers = dict(lower_ledgers(desk, deducts, frozenset(spent_ledgers(scheme))))
    ladders = {ladder.key: lower_ladder(desk, i, ladder) for i, ladder in enumerate(scheme.tiers)}
    rules = tuple(lower_rule(desk, rule, ("rules", n)) for n, rule in enumerate(scheme.rules))
    desk.relates = desk.relates or _reaches_others(grants, ladders, rules)
    fields = scheme.fields
    rewards = {
        reward.key: lower_reward(desk, reward, ("rewards", n), ledgers)
        for n, reward in enumerate(scheme.rewards)
    }
    deciders, dense = lower_board(desk)
    plan = Plan(
        scheme.scheme,
        scheme.name or scheme.scheme,
        scheme.effective_from,
        scheme.kind,
        scheme.illustrative,
        scheme.period,
        SCALE,
        grants,
        ledgers,
        ladders,
        rewards,
        {c.key: desk.mark(c, p) for p, c in categories(scheme, ())},
        {name: _type_word(kind) for name, kind in fields.types("event").items()},
        {name: _type_word(kind) for name, kind in fields.types("subject").items()},
        tuple(desk.starts),
        rules,
        tuple(desk.parts),
        _scored(desk, scheme, grants),
        tuple(desk.populations),
        desk.relates,
        functions=frozenset(desk.functions),
        kinds=desk.kinds,
        blanks=lower_blanks(desk),
        board_deciders=deciders,
        board_dense=dense,
        outermost=desk.outermost,
    )
    if all(problem.fault.name != "duplicate-id" for problem in desk.problems):
        check_bases(desk, plan)  # by ids, of which each must be of one thing
        check_held(desk, plan, _held(plan))
    check_growth(desk)
    return plan


def _held(plan: Plan) -> Iterator[Held]:
    """Every veto of a plan."""
    lists = [grant.effects for grant in plan.grants.values()]
    lists += [grant.repair.effects for grant in plan.grants.values() if grant.repair is not None]
    lists += [rule.effects for rule in plan.rules]
    lists += [rung.effects for ladder in plan.ladders.values() for rung in ladder.rungs]
    yield from (effect for effects in lists for effect in effects if isinstance(effect, Held))


def _scored(desk: Desk, scheme: Scheme, grants: Mapping[str, Grant]) -> frozenset[str]:
    """Kinds of subject that have figures: the scheme's own, those of ledgers and ladders, and those
    for which an indicator is that gives points to whom it is about."""
    written = [part.for_ for part in scheme.ledgers] + [part.for_ for part in scheme.tiers]
    written += [part.for_ for part in scheme.rules]
    written += [names for grant in grants.values() if _pays_own(grant) for names in grant.kinds]
    words = {vocabulary.english(vocabulary.KINDS, word) for names in written for word in names}
    return frozenset({scheme.kind} | (words & set(desk.kinds)))


def _pays_own(grant: Grant) -> bool:
    """Tell whether an indicator brings points to whom it is about.

    It does so itself, by what follows, or by its repair.
    """
    repair = grant.repair.effects if grant.repair is not None else ()
    brought = [one for one in (*grant.effects, *repair) if isinstance(one, Brought)]
    return bool(grant.own) or any(not post.account for one in brought for post in one.posts)


def _reaches_others(
    grants: Mapping[str, Grant], ladders: Mapping[str, Close], rules: tuple[RulePlan, ...]
) -> bool:
    """Whether a boundary may bring something to another subject."""
    effects = [effect for rule in rules for effect in rule.effects]
    effects += [effect for ladder in ladders.values() for r in ladder.rungs for effect in r.effects]
    effects += [effect for grant in grants.values() if grant.standing for effect in grant.effects]
    posts = [post for effect in effects if isinstance(effect, Brought) for post in effect.posts]
    posts += [post for grant in grants.values() if grant.standing for post in grant.posts]
    return any(post.account for post in posts)


def _lower_grants(desk: Desk) -> Iterator[Grant]:
    scheme = desk.file.scheme
    around = _Around(
        (scheme.to, ("to",)) if scheme.to else None,
        (scheme.lasts, ("lasts",)),
        (scheme.escalate, scheme, ("escalate",)) if scheme.escalate else None,
        lower_bounds(scheme.between),
        (scheme.process, ("process",)),
        _kinds(desk, scheme, ()),
        lower_combines(desk, scheme, (), grouped=True),
        tuple(unstated_limits(desk, scheme, ())),
    )
    root: tuple[Cap | Weigh, ...] = (
        *order_limits(desk, lower_caps(desk, scheme.caps, (), scheme)),
        *lower_border(desk, scheme, ()),
    )
    desk.outermost = root
    yield from _lower_inside(desk, scheme, (), around, root)


def _lower_inside(
    desk: Desk, node: Scheme | Category, path: Path, around: _Around, outer: tuple[Cap | Weigh, ...]
) -> Iterator[Grant]:
    for number, indicator in enumerate(node.indicators):
        yield _lower_grant(desk, indicator, (*path, "indicators", number), around, outer)
    check_weights(desk, node, path)
    check_full(desk, node, path)
    for number, category in enumerate(node.categories):
        inner_path = (*path, "categories", number)
        inner = _Around(
            (category.to, (*inner_path, "to")) if category.to else around.to,
            (category.lasts, (*inner_path, "lasts"))
            if category.lasts is not None
            else around.lasts,
            (category.escalate, category, (*inner_path, "escalate"))
            if category.escalate
            else around.escalate,
            (*lower_bounds(category.between), *around.within),
            (category.process, (*inner_path, "process"))
            if category.process is not None
            else around.process,
            (*around.kinds, *_kinds(desk, category, inner_path)),
            (*lower_combines(desk, category, inner_path, grouped=True), *around.combines),
            (*unstated_limits(desk, category, inner_path), *around.unstated),
        )
        own: tuple[Cap | Weigh, ...] = (
            *lower_limits(desk, category, inner_path),
            *lower_border(desk, category, inner_path),
        )
        check_nesting(desk, own, outer)
        if category.base is not None:
            value = lower_value(desk, category.base, (*inner_path, "base"))
            mark = desk.mark(category, inner_path)
            desk.starts.append(Start(mark, value, (*own, *outer), inner.kinds))
        yield from _lower_inside(desk, category, inner_path, inner, (*own, *outer))


def _lower_grant(
    desk: Desk, item: Indicator, path: Path, around: _Around, outer: tuple[Cap | Weigh, ...]
) -> Grant:
    mark = desk.mark(item, path)
    value = None if item.points is None else lower_value(desk, item.points, (*path, "points"))
    _check_alone(desk, item, value, path)
    own = lower_limits(desk, item, path)
    gate = Weigh(mark, 1, None)
    check_nesting(desk, own, outer)
    to = (item.to, (*path, "to")) if item.to else around.to
    lasts = (item.lasts, (*path, "lasts")) if item.lasts is not None else around.lasts
    escalate = (item.escalate, item, (*path, "escalate")) if item.escalate else around.escalate
    steps, steps_path = (
        (item.process, (*path, "process")) if item.process is not None else around.process
    )
    lasting = lower_lasts(desk, *lasts)
    repair = lower_repair(desk, item, path, lasting_words(lasting))
    declare, unstated = lower_deadline(desk, steps, steps_path)
    check_times(desk, item, value, path)
    check_within(desk, value, around.within, path)
    rating = lower_rating(desk, item.points, mark, (*path, "points"))
    more = ("raters",) if rating is not None else ()
    others = item.per is not None
    when = desk.formula(item.when, (*path, "when"), "yes_no", more=more, others=others)
    combines = (*lower_combines(desk, item, path, grouped=False), *around.combines)
    if rating is not None:
        quorum = when if when is not None and "raters" in when.names else None
        when = None if quorum is not None else when
        combines = (replace(rating, quorum=quorum), *combines)
    if any(combine.averages for combine in combines) and len(combines) > 1:
        desk.report("mean-inside-combine", (*path, "id" if item.id else "name"))
    effects = lower_effects(desk, item.then, (*path, "then"))
    asked = asked_by(when, value, effects)
    needs = needs_of(value) | asked & desk.event_facts
    needs |= _needs_beside(effects, lasting, is_rating=rating is not None)
    check_lasting(desk, lasting, value, lasts[1])
    return Grant(
        mark,
        (*around.kinds, *_kinds(desk, item, path)),
        value,
        item.round,
        when,
        needs - desk.blank_fields,
        tuple(lower_quantity_caps(desk, item, path)),
        combines,
        (*own, gate, *outer),
        lower_posts(desk, to, item.round),
        effects,
        repair,
        lasting,
        item.per,
        *lower_process(desk, steps),
        declare,
        (
            *unstated_limits(desk, item, path),
            *around.unstated,
            *unstated,
            *_unstated_vetoes(desk, item, path),
        ),
        lower_escalation(desk, *escalate) if escalate else None,
        around.within,
        declarers(steps),
        (asked & desk.subject_facts) - desk.blank_fields,
        item.revokes == "to zero",
    )


def _needs_beside(
    effects: Iterable[Effect], lasting: str | ValidityBy, *, is_rating: bool
) -> frozenset[str]:
    """Return what an event must say for its consequences, its validity and its rater."""
    needs = {n for e in effects if isinstance(e, Brought) for n in needs_of(e.value)}
    if isinstance(lasting, ValidityBy):
        needs |= {lasting.field} - {""}
    return frozenset(needs | ({"role"} if is_rating else set()))


def _kinds(
    desk: Desk, item: Scheme | Category | Indicator, path: Path
) -> tuple[tuple[str, ...], ...]:
    """Whom the `for` of a thing lets in; nothing where it has none."""
    return (desk.kinds_of(item.for_, (*path, "for")),) if item.for_ else ()


def _unstated_vetoes(desk: Desk, item: Indicator, path: Path) -> Iterator[Mark]:
    """Vetoes that do not say what they void: nothing is held, and the entries say so."""
    for number, effect in enumerate(item.then):
        if isinstance(effect, model.VetoEffect) and isinstance(effect.veto, Unknown):
            place = desk.file.place((*path, "then", number)).short
            yield Mark(item.key, item.label, place, "veto")


def _check_alone(desk: Desk, item: Indicator, value: Value | None, path: Path) -> None:
    """Check what stands alone.

    A wipe brings no points to speak of, and a rating is no occurrence to count.
    """
    if isinstance(value, Wiped):
        check_wiped(desk, item, path, "combine", "caps", "lasts", "repair", "round")
    if isinstance(item.points, model.RatedBy) and item.escalate:
        desk.report("rating-escalated", (*path, "escalate", "key"))


def _can_deduct(grant: Grant) -> bool:
    return deducts(grant.value) or any(
        isinstance(effect, Brought) and deducts(effect.value) for effect in grant.effects
    )


def _type_word(kind: model.FieldType) -> str:
    return kind if isinstance(kind, str) else "choice"

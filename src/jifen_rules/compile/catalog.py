"""SchemeFile -> Plan: walks the catalog and gives each indicator its way.

Checks what the words mean together (codes M…), all at once; refuses to know of events.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ..core import vocabulary
from ..core.faults import FAULTS, choices_of
from ..core.message import Term, say
from ..core.problem import MAX_PROBLEMS, Problem, SchemeError, Severity, sort_problems
from ..core.terms import Deadline, Exact, Unknown, exact, parse_number, plain
from ..plan import (
    Brought,
    Cap,
    Close,
    Combine,
    Escalation,
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
from .desk import SCALE, Desk, Enough, categories, lasting_word, scaled
from .effects import lower_effects, lower_posts, lower_repair
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
    in_order,
    lower_border,
    lower_caps,
    lower_combines,
    lower_limits,
    lower_quantity_caps,
    unstated_limits,
)
from .values import deducts, fixed_points, lower_rating, lower_value, needs_of


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
            desk.say("figures-invented", ("illustrative",))
    problems = sort_problems((*desk.problems, *_unstated(file)))
    sound = all(problem.severity is not Severity.ERROR for problem in problems)
    return plan if sound else None, tuple(problems)


def _unstated(file: SchemeFile) -> Iterator[Problem]:
    for number, (key, place) in enumerate(unknown_places(file)):
        if number == MAX_PROBLEMS:
            more = replace(FAULTS["too-many-problems"], severity=Severity.ADVICE)
            yield Problem(more, place, {"limit": str(MAX_PROBLEMS)})
            return
        word, hint = Term(key, is_key=True), say(choices_of(key))
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
    escalate: tuple[model.Escalate, model.Part, Path] | None
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
        desk.say("nothing-to-judge", ())
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
    """Whether an indicator brings points to whom it is about, itself or by what follows."""
    brought = [effect for effect in grant.effects if isinstance(effect, Brought)]
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
        _bounds(scheme.between),
        (scheme.process, ("process",)),
        _kinds(desk, scheme, ()),
        lower_combines(desk, scheme, (), grouped=True),
        tuple(unstated_limits(desk, scheme, ())),
    )
    root: tuple[Cap | Weigh, ...] = (
        *in_order(desk, lower_caps(desk, scheme.caps, (), scheme)),
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
            (*_bounds(category.between), *around.within),
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
    lasting = _lower_lasts(desk, *lasts)
    repair = lower_repair(desk, item, path, _lasting_words(lasting))
    declare, unstated = _lower_deadline(desk, steps, steps_path)
    check_times(desk, item, value, path)
    _check_within(desk, value, around.within, path)
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
        desk.say("mean-inside-combine", (*path, "id" if item.id else "name"))
    effects = lower_effects(desk, item.then, (*path, "then"))
    asked = asked_by(when, value, effects)
    needs = needs_of(value) | asked & desk.event_facts
    needs |= {name for e in effects if isinstance(e, Brought) for name in needs_of(e.value)}
    needs |= frozenset({"role"}) if rating is not None else frozenset()
    needs |= {lasting.field} - {""} if isinstance(lasting, ValidityBy) else set()
    needs -= desk.blank_fields
    check_lasting(desk, lasting, value, lasts[1])
    return Grant(
        mark,
        (*around.kinds, *_kinds(desk, item, path)),
        value,
        item.round,
        when,
        needs,
        tuple(lower_quantity_caps(desk, item, path)),
        combines,
        (*own, gate, *outer),
        lower_posts(desk, to, item.round),
        effects,
        repair,
        lasting,
        item.per,
        *_lower_process(desk, steps),
        declare,
        (
            *unstated_limits(desk, item, path),
            *around.unstated,
            *unstated,
            *_unstated_vetoes(desk, item, path),
        ),
        _lower_escalation(desk, *escalate) if escalate else None,
        around.within,
        _declarers(steps),
        (asked & desk.subject_facts) - desk.blank_fields,
        item.revokes == "to zero",
    )


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
    """Return a wipe brings no points that something could be said of; a rating is no occurrence to be counted."""
    if isinstance(value, Wiped):
        for key in ("combine", "caps", "lasts", "repair", "round"):
            if getattr(item, key):
                desk.say("said-of-a-wipe", (*path, key, "key"))
    if isinstance(item.points, model.RatedBy) and item.escalate:
        desk.say("rating-escalated", (*path, "escalate", "key"))


def _lower_lasts(desk: Desk, lasts: object, path: Path) -> str | ValidityBy:
    """How long points count: a word, or by their size, or by a field of the event."""
    if isinstance(lasts, model.LastsTable):
        rows = [(e, False, w) for e, w in lasts.at_least.items()]
        rows += [(e, True, w) for e, w in lasts.above.items()]
        edges = sorted((scaled(Fraction(e)), strict, lasting_word(w)) for e, strict, w in rows)
        return ValidityBy("", tuple(edges), {})
    if isinstance(lasts, model.LastsBy):
        (written, table), *_ = lasts.by.items()
        name = vocabulary.english(vocabulary.COLUMNS, written)
        if name not in ("level", "place", "role") and name not in desk.file.scheme.fields.event:
            desk.say("unknown-field", (*path, "by", written, "key"), name=written)
        return ValidityBy(name, (), {word: lasting_word(w) for word, w in table.items()})
    return lasting_word(lasts)


def _lasting_words(lasts: str | ValidityBy) -> set[str]:
    if isinstance(lasts, str):
        return {lasts}
    return {word for _, _, word in lasts.edges} | set(lasts.table.values())


def _lower_escalation(
    desk: Desk, escalate: model.Escalate, owner: model.Part, path: Path
) -> Escalation:
    (over, words), *_ = escalate.items()
    place = desk.file.place(path).short
    mark = desk.mark(owner, path[:-1])
    rungs = tuple(_lower_step(word) for word in words)
    for word, (kind, _, amount) in zip(words, rungs, strict=True):
        if kind == "times" and amount < 0:
            desk.say("escalation-below-zero", path, text=word)
    if not rungs:
        desk.say("escalation-empty", path)
        rungs = (("times", "", 1),)
    window = None if over == "valid" else over
    return Escalation(Mark(mark.id, mark.name, place, mark.basis), window, rungs)


def _lower_step(word: str) -> tuple[Literal["warning", "times", "points"], str, Exact]:
    """`x2` is a multiple, a number is points, any other word names a warning."""
    try:
        if word[:1] in ("x", "×"):
            return "times", "", exact(Fraction(parse_number(word[1:])))
        return "points", "", scaled(Fraction(parse_number(word)))
    except ValueError:
        return "warning", word, 0


def _bounds(between: object) -> tuple[tuple[Exact | None, Exact | None], ...]:
    if not isinstance(between, tuple):
        return ()
    low, high = (None if isinstance(b, Unknown) else scaled(Fraction(b)) for b in between)
    return ((low, high),)


def _check_within(
    desk: Desk,
    value: Value | None,
    within: tuple[tuple[Exact | None, Exact | None], ...],
    path: Path,
) -> None:
    """Check what stands alone: a wipe brings no points that something could be said of; a rating is no occurrence to be counted."""
    for low, high in within:
        for points in fixed_points(value):
            if (low is not None and points < low) or (high is not None and points > high):
                desk.say("outside-the-bounds", (*path, "points"), points=plain(points, SCALE))
                return


def _declarers(steps: tuple[model.ProcessStep, ...]) -> tuple[str, ...]:
    """Who may declare; nobody named, or `anyone`, means everyone."""
    for step in steps:
        if step.step == "declare":
            words = tuple(vocabulary.english(vocabulary.WORDS, word) for word in step.who)
            return () if "anyone" in words else words
    return ()


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

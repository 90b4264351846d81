"""One event, or an award: valued, escalated, combined, limited, weighed, posted, entered."""

from collections.abc import Iterator
from datetime import date

from ..core.terms import Exact
from ..inputs.event import Event, moment
from ..plan import Grant, RewardPlan, Wiped
from ..trace.entry import Outcome, Step
from . import groups
from .answers import Stretch, holds, is_for, names_nobody
from .effects import apply, validity_of, wipe
from .groups import role_of
from .payouts import pay, payees, whom
from .rewards import redeem
from .rows import is_refused
from .rules import after_event
from .state import EntryBuilder, Source, SubjectState, Unfit
from .steps import note
from .undoing import note_source, repair, revoke
from .unfit import find_unfit
from .value import ask, escalate, forget_amounts, lasts_of, round_asked
from .world import World


def enter_event(world: World, event: Event) -> None:
    """Let an admitted event do what it says: repair, revoke, buy, or earn and cost."""
    world.today = event.date
    world.touched.clear()
    said = len(world.rows)
    if event.repairs:
        repair(world, event)
    elif event.revokes:
        revoke(world, event)
    else:
        plan, name = world.plan, event.indicator
        rule = plan.rewards.get(name) or plan.grants[name]
        unfit = find_unfit(plan, rule, event)
        if isinstance(rule, Grant) and names_nobody(world, rule.others, event):
            unfit = Outcome.MISSING_VALUE
        if unfit is not None:
            world.write(event, unfit, 0, EntryBuilder())
            return
        if isinstance(rule, RewardPlan):
            redeem(world, event)
        else:
            _grant(world, event, rule, None)
    if world.plan.after_events and not is_refused(world.rows[said]):
        after_event(world, sorted(world.touched), event)


def award(world: World, subject: str, grant: Grant, stretch: Stretch) -> None:
    """Grant a standing fact at the end of each stretch through which it held."""
    last = stretch[1]
    if not is_for(world.roster, grant.kinds or ((world.plan.kind,),), subject, last):
        return
    if holds(world, grant.when, moment(last, subject, indicator=grant.mark.id), stretch):
        event = moment(last, subject, f"@{grant.mark.id}@{last}", grant.mark.id)
        _grant(world, event, grant, stretch)


def _grant(world: World, event: Event, grant: Grant, stretch: Stretch | None) -> None:
    """Value, escalate, combine, limit, weigh, post: the way of one event, or of an award."""
    standing = stretch is not None
    if not standing and not holds(world, grant.when, event):
        world.write(event, Outcome.CONDITION_NOT_MET, 0, EntryBuilder())
        return
    builder = EntryBuilder([*not_stated(grant, event)])
    state = world.state_of(event)
    unfit = _unfit(world, grant, event)
    if unfit is not None:
        world.write(event, unfit, 0, EntryBuilder(), standing=standing)
        return
    world.added_up.clear()
    try:
        value, quantity = ask(world, grant, event, builder)
        if grant.others and names_nobody(world, grant.others, event):
            raise Unfit(Outcome.MISSING_VALUE)
        grown = value
        escalated = escalate(world, state, grant, event, value, builder)
        if escalated.is_fixed:
            forget_amounts(world, quantities=False)
        value = round_asked(world, grant, escalated.value, builder)
        lasts = lasts_of(grant, event, value)
    except Unfit as found:
        forget_amounts(world)
        world.write(event, found.outcome, 0, EntryBuilder(), standing=standing)
        return
    ends = validity_of(world.plan, lasts, event.date)
    source = source_of(world, event, grant, value, lasts, ends)
    source.quantity, source.grown, source.factor = quantity, grown, escalated.factor
    source.is_fixed = escalated.is_fixed
    if grant.others:
        builder.steps += whom(world, source, source.payees)
    count_in(world, state, source, builder)
    for effect in () if escalated.is_warning else grant.effects:
        apply(world, state, effect, source, builder)
    if not world.keeps:
        source.contributions.clear()
    if world.retention.rows:
        state.occurrences.note_row(grant, lambda formula: holds(world, formula, event))
    if world.retention.granted and (got := builder.granted.get("total")):
        state.occurrences.note_granted(grant, event.date, got, world.key)
    outcome = Outcome.AWARDED if standing else Outcome.COUNTED
    world.write(event, outcome, value, builder, standing=standing)


def _unfit(world: World, grant: Grant, event: Event) -> Outcome | None:
    """Say why an event cannot be valued, as far as that is known before it is."""
    if _lacks_fact(world, grant, event):
        return Outcome.MISSING_VALUE
    if _is_unlisted(grant, event):
        return Outcome.NOT_ALLOWED
    if any(combine.is_unstated for combine in grant.combines):
        return Outcome.UNKNOWN_VALUE
    return None


def not_stated(grant: Grant, event: Event) -> Iterator[Step]:
    """Yield what the scheme does not state and the event would need."""
    for mark in grant.unstated:
        if mark.basis != "within" or event.declared_on is not None:
            yield note("not_stated", mark, mark.basis)


def source_of(
    world: World, event: Event, grant: Grant, value: Exact, lasts: str, ends: date | None
) -> Source:
    """Make the source of an event that was valued, with those it pays."""
    source = Source(event, grant, value, lasts, ends)
    source.payees = payees(world, source)
    return source


def count_in(world: World, state: SubjectState, source: Source, builder: EntryBuilder) -> None:
    """Let what a source is worth in, and note that it occurred."""
    event, grant = source.event, source.grant
    assert grant is not None
    state.occurrences.note(grant, event.date, source.value, world.key)
    world.moves += 1
    if world.keeps:
        if grant.standing is None:
            note_source(world, source)
        elif grant.mark.id in world.retention.valid:  # it may count for nothing but this
            world.sources[f"{event.id}@{event.subject}"] = source
        world.expires_on(source.ends, state.subject, world.next_number(), source)
    if isinstance(grant.value, Wiped):
        source.is_wipe = source.counted = True
        for ledger in _own_ledgers(grant):
            if ledger in state.accounts:
                wipe(world, state, ledger, builder)
        return
    said = len(builder.steps)
    changes, decided = groups.join(world, state, source)
    for change in changes:
        pay(world, change, builder)
    net = sum((change.amount for change in changes), 0)
    if decided is not None and net != source.value:
        step = world.step("combine", decided.mark, source.value, net)
        for mine in (builder, *builder.others.values()):
            mine.steps.insert(0 if mine is not builder else said, step)


def _lacks_fact(world: World, grant: Grant, event: Event) -> bool:
    """Whether a fact of the subject that is asked for was never stated."""
    blanks, roster = world.plan.blanks, world.roster
    return any(
        name not in blanks and not roster.attribute(event.subject, name, event.date)
        for name in grant.subject_needs
    )


def _is_unlisted(grant: Grant, event: Event) -> bool:
    """Whether it is a rating by a role that has no share."""
    shares = next((combine.roles for combine in grant.combines if combine.roles), ())
    return bool(shares) and role_of(event) not in dict(shares)


def _own_ledgers(grant: Grant) -> tuple[str, ...]:
    """Give the ledgers that a wipe takes: its subject's own, the total where others get all."""
    return tuple(post.ledger for post in grant.own) or ("total",)

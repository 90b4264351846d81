"""What an event does: its admission, its points, its consequences, and its word about others."""

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from jifen_rules import Event, Outcome
from jifen_rules.scheme.model import ActionEffect, GradeEffect, PointsEffect, VetoEffect

from . import holding, moving, rewarding, rules, wiping
from .admission import Judged
from .asking import Asker, Missing, Undecided
from .book import add
from .combining import Fact, accumulates
from .limits import ZERO
from .moving import Source, put
from .reading import Version, known
from .routes import Payee, figures_of, payees_of
from .values import Refusal, value_of

if TYPE_CHECKING:
    from .village import Effects, Village


def payees_for(village: "Village", to: Any, version: Version, event: Event) -> list[Payee]:
    """The payees of an event; one that is to be named and is not is missing."""
    wanted = [account for account in to or () if account.split(".")[0] in ("named", "指名人")]
    if wanted and not (event.to and village.is_present(event.to, event.date)):
        raise Missing("to")
    return payees_of(to, version, event.subject, event.to, event.date, village)


def process(village: "Village", event: Event) -> None:
    """Take one event."""
    refusal = refuse_word(village, event)
    if refusal is not None:
        village.write(event.subject, event.id, refusal, day=event.date)
    elif event.voids:
        _void(village, event)
    elif event.disputes:
        _object(village, event)
    elif event.revokes:
        _revoke(village, event)
    elif event.repairs:
        _repair(village, event)
    elif rewarding.is_redemption(village, event):
        rewarding.redeem(village, event)
    else:
        _count(village, event)


def refuse_late(village: "Village", event: Event) -> None:
    """The entry of an event that is after `as_of`."""
    outcome = refuse_word(village, event) or Outcome.AFTER_AS_OF
    if rewarding.is_redemption(village, event):
        outcome = rewarding.refused_before_its_standing(village, event) or outcome
    elif not speaks_of_another(event):
        outcome = village.admission.judge(event).refusal or outcome
    village.write(event.subject, event.id, outcome, day=event.date)


def speaks_of_another(event: Event) -> bool:
    """Whether an event is a word about another one alone, and has no value of its own."""
    return bool(event.voids or event.disputes or event.revokes or event.repairs)


def refuse_word(village: "Village", event: Event) -> Outcome | None:
    """Why an event that speaks of another is not taken."""
    incoming = village.incoming
    if not speaks_of_another(event):
        return None
    if not village.roster.is_member(event.subject, event.date):
        return Outcome.UNKNOWN_SUBJECT
    outcome = incoming.state(event.id) if incoming.is_known(event) else None
    if outcome is not None:
        return outcome
    return Outcome.AFTER_AS_OF if incoming.is_late(event) else None


def _void(village: "Village", event: Event) -> None:
    outcome = Outcome.UNKNOWN_TARGET
    if village.incoming.knows(event, event.voids):
        outcome = Outcome.VOID
    village.write(event.subject, event.id, outcome, day=event.date)


def _object(village: "Village", event: Event) -> None:
    outcome = Outcome.UNKNOWN_TARGET
    if village.incoming.knows(event, event.disputes):
        outcome = Outcome.OBJECTION
    village.write(event.subject, event.id, outcome, day=event.date)


# --- events of an indicator -----------------------------------------------------------------------


def _count(village: "Village", event: Event) -> None:
    judged = village.admission.judge(event)
    if judged.refusal is not None or judged.item is None:
        village.write(event.subject, event.id, judged.refusal or Outcome.COUNTED, day=event.date)
        if judged.item is not None and village.admission.is_in_time(event, judged.item):
            village.book(event.subject)
        return
    village.book(event.subject)
    fact = fact_of(village, event, judged)
    village.facts.append(fact)
    if judged.item.indicator.points == "clear":
        effects: Effects = {}
        fact.in_force, fact.asked = False, -village.book(event.subject).unheld("total")
        for ledger in [p.ledger for p in fact.payees if p.is_own] or ["total"]:
            put(effects, event.subject, wiping.wipe(village, event.subject, ledger))
    else:
        effects = moving.regroup(village, event.subject)
    put(effects, event.subject, {})
    then = judged.item.indicator.then
    if then and not fact.is_warning and village.may_act(judged.item.indicator, event.subject):
        assert judged.asker is not None
        asker = replace(judged.asker, quantity=value_quantity(event))  # a cap is on its own form
        merge(effects, apply(village, then, asker, fact=fact))
    write_all(village, event.subject, event.id, Outcome.COUNTED, effects)
    rules.after_event(village, effects, event)


def merge(effects: "Effects", more: "Effects") -> None:
    for subject, moves in more.items():
        add(effects.setdefault(subject, {}), moves)


def write_all(
    village: "Village", subject: str, event: str | None, outcome: Outcome, effects: "Effects"
) -> None:
    """The entry of a subject, and one for each other whose figure it moves."""
    village.write(subject, event, outcome, effects.get(subject))
    for other in sorted(effects):
        if other != subject:
            alike = (Outcome.EXPIRED, Outcome.RULE, Outcome.TIER, Outcome.HELD)
            own = outcome if outcome in alike else Outcome.RECEIVED
            village.write(other, event, own, effects[other])


def fact_of(village: "Village", event: Event, judged: Judged) -> Fact:
    item, lasting = judged.item, judged.lasting
    assert item is not None
    fact = Fact(
        event,
        item,
        event.subject,
        event.date,
        village.versions.period(event.date).label,
        village.next_number(),
        judged.asked,
        judged.factor,
        judged.amount,
        judged.role,
        judged.mark,
        is_warning=judged.is_warning,
        is_fixed=judged.is_fixed,
        payees=[_settled(village, payee) for payee in judged.payees],
    )
    form = item.indicator.points
    if accumulates(form) is not None and judged.amount is None:
        fact.amount = ZERO
    if lasting is not None:
        fact.own_validity = True
        fact.until_repaired = lasting.kind in ("until_repaired", "after_repair")
        fact.ends_on = village.versions.last_day(lasting, event.date)
    fact.lasting = lasting
    return fact


def _settled(village: "Village", payee: Payee) -> Payee:
    """A payee with the figures to share by as they stand before the event."""
    if payee.share.share != "by":
        return payee

    def figure(who: str, name: str) -> Fraction:
        return village.book(who).figure(name)

    return replace(payee, weights=figures_of(payee, payee.subjects, figure))


# --- consequences ---------------------------------------------------------------------------------


def apply(
    village: "Village",
    then: Any,
    asker: Asker | None,
    *,
    fact: Fact | None = None,
    name: str = "",
    event: str = "",
    day: Any = None,
    repairs: str = "",
) -> "Effects":
    """Do what follows: of an event (`fact`), a rule, a level or a repair."""
    effects: Effects = {}
    assert asker is not None
    for effect in then:
        try:
            if not asker.holds(effect.when):
                continue
            if isinstance(effect, PointsEffect):
                merge(effects, _points(village, effect, asker, fact, name, event, day))
            elif isinstance(effect, VetoEffect):
                merge(effects, holding.veto(village, effect, asker, fact, event, day))
            elif isinstance(effect, GradeEffect):
                holding.grade(village, effect, asker, fact, event, day)
            elif not isinstance(effect, ActionEffect):
                raise TypeError(effect)
        except (Missing, Undecided, Refusal):
            continue
    return effects


def _points(
    village: "Village",
    effect: PointsEffect,
    asker: Asker,
    fact: Fact | None,
    name: str,
    event: str,
    day: Any,
) -> "Effects":
    day = day or asker.day
    if effect.points == "clear":
        several = payees_of(effect.to, asker.version, asker.subject, "", day, village)
        wiped: Effects = {}
        for ledger in dict.fromkeys(payee.ledger for payee in several):
            put(wiped, asker.subject, wiping.wipe(village, asker.subject, ledger))
        return wiped
    amount = value_of(effect.points, asker)
    lasting = known(effect.lasts)
    source = Source(
        asker.version,
        day,
        event=fact.event.id if fact else event,
        what=fact.item.key if fact else name,
        name=name,
        rounding=fact.item.indicator.round if fact else None,
        ends_on=village.versions.last_day(lasting, day) if lasting else None,
        until_repaired=lasting is not None and lasting.kind in ("until_repaired", "after_repair"),
        own_validity=lasting is not None,
        matter=fact.matter if fact and not fact.is_repair else "",
    )
    to = effect.to
    named = asker.event.to if asker.event is not None else ""
    payees = payees_of(to, asker.version, asker.subject, named, day, village)
    made, effects = moving.bring(village, source, asker.subject, amount, payees)
    for one in made:
        one.runs_on = holding.runs_on(lasting)
    if fact is not None:
        fact.beside += made
    return effects


# --- clawbacks and repairs ------------------------------------------------------------------------


def target_of(village: "Village", event: Event, name: str) -> Fact | None:
    """The fact that an event names, or what stands in its place."""
    standing = village.incoming.standing_for(name)
    if not village.incoming.follows(event, standing):
        return None
    return next((fact for fact in village.facts if fact.event.id == standing), None)


def _revoke(village: "Village", event: Event) -> None:
    fact = target_of(village, event, event.revokes)
    bought = rewarding.redemption_of(village, event, event.revokes)
    if bought is not None and not bought.is_undone:
        effects = rewarding.undo(village, bought)
        put(effects, bought.subject, {})
        write_all(village, event.subject, event.id, Outcome.REVOKED, effects)
        rules.after_event(village, effects, event)
        return
    if fact is None or not _may_revoke(fact):
        is_wipe = fact is not None and fact.item.indicator.points == "clear"  # it is voided
        outcome = Outcome.REFUSED if is_wipe else Outcome.UNKNOWN_TARGET
        village.write(event.subject, event.id, outcome)
        return
    fact.is_occurrence, fact.is_repair = False, False
    effects = {fact.subject: {}}
    if fact.in_force:
        merge(effects, moving.end_fact(village, fact, takes_spent=True))
    for one in fact.beside:
        if not one.ended:
            merge(effects, moving.end(village, one, takes_spent=True))
    merge(effects, holding.end_of_event(village, fact.event.id))
    _stop_at_zero(village, fact.subject, event, effects)
    told = {who for who, moves in effects.items() if any(moves.values())}
    told |= {fact.subject} if village.is_present(fact.subject) else set()
    effects = {who: moves for who, moves in effects.items() if who in told}
    write_all(village, event.subject, event.id, Outcome.REVOKED, effects)
    rules.after_event(village, effects, event)


def _stop_at_zero(village: "Village", subject: str, event: Event, effects: "Effects") -> None:
    """Leave what would take the total below zero, where the clawback's indicator says so."""
    version = village.versions.standing(event.date)
    item = version.items.get(event.indicator)
    taken = -effects.get(subject, {}).get("total", ZERO)
    below = -village.book(subject).figure("total")
    if item is None or getattr(item.indicator, "revokes", "all") != "to zero":
        return
    left = min(below, taken)
    if left > 0:
        source = Source(version, event.date, event=event.id, what=item.key)
        one = moving.make(village, source, subject, left, {"total": Fraction(1)})
        one.inner = ()
        put(effects, subject, village.book(subject).enter(one))


def _may_revoke(fact: Fact) -> bool:
    """Whether something can be taken back: once, and never a wipe."""
    if fact.is_repair:
        return True
    return fact.is_occurrence and fact.item.indicator.points != "clear"


def _repair(village: "Village", event: Event) -> None:
    fact = target_of(village, event, event.repairs)
    bought = rewarding.redemption_of(village, event, event.repairs)
    if bought is not None:
        refused = bought.is_repaired or bought.is_undone
        bought.is_repaired = True  # there is nothing to put right
        outcome = Outcome.REPAIR_REFUSED if refused else Outcome.COUNTED
        village.write(event.subject, event.id, outcome)
        if not refused:  # it may be named in its turn
            again = rewarding.Redemption(event, "", bought.subject, ZERO, [])
            village.redeemed.append(again)
            rules.after_event(village, {event.subject: {}}, event)
        return
    if fact is None:
        village.write(event.subject, event.id, Outcome.UNKNOWN_TARGET)
        return
    rule = fact.item.indicator.repair
    if not _may_repair(village, fact, event):
        village.write(event.subject, event.id, Outcome.REPAIR_REFUSED)
        return
    fact.repaired = True
    effects: Effects = {fact.subject: {}}
    if fact.until_repaired and fact.in_force:
        merge(effects, _end_after_repair(village, fact))
    for one in fact.beside:
        if one.runs_on is not None and not one.ended:
            moving.let_run_on(village, one, one.runs_on)
        elif one.until_repaired and not one.ended:
            merge(effects, moving.end(village, one, takes_spent=True))
    merge(effects, holding.end_of_event(village, fact.event.id, is_repair=True))
    asker = Asker(
        village,
        fact.item.version,
        fact.subject,
        event.date,
        event,
        None if event.quantity is None else value_quantity(event),
        event.indicator or fact.item.key,
    )
    done = Fact(
        event,
        fact.item,
        fact.subject,
        event.date,
        fact.period,
        village.next_number(),
        in_force=False,
        is_occurrence=False,
        is_repair=True,
    )
    then = rule.then if rule is not None and not fact.is_repair else ()
    effects = {who: moves for who, moves in effects.items() if any(moves.values())}
    merge(effects, apply(village, then, asker, fact=done))  # who is paid has an entry, also of 0
    village.facts.append(done)
    write_all(village, event.subject, event.id, Outcome.COUNTED, effects)
    rules.after_event(village, effects, event)


def value_quantity(event: Event) -> Any:
    return Fraction(event.quantity) if event.quantity is not None else None


def _end_after_repair(village: "Village", fact: Fact) -> "Effects":
    """End it now, or let it run to the end of the window in which it was put right."""
    window = holding.runs_on(fact.lasting)
    if window is not None:
        fact.ends_on = village.versions.end_of(window, village.day)
        for one in fact.brought:
            moving.let_run_on(village, one, window)
        return {}
    return moving.end_fact(village, fact, takes_spent=True)


def _may_repair(village: "Village", fact: Fact, event: Event) -> bool:
    """Whether a wrong can still be put right, in time, by what the event shows."""
    rule = fact.item.indicator.repair
    has_run_out = fact.ends_on is not None and fact.ends_on < event.date
    if fact.item.indicator.points == "clear":
        return False  # a wipe is voided
    if fact.is_repair:
        return not fact.repaired
    if fact.repaired or not fact.is_occurrence or has_run_out:
        return False
    if rule is None:
        return True
    within = known(rule.within)
    if within is not None:
        end = village.versions.period(fact.day).end
        last = within.last_day(fact.day, end, village.workdays)
        if last is not None and event.date > last:
            return False
    asker = Asker(
        village,
        fact.item.version,
        fact.subject,
        event.date,
        event,
        value_quantity(event),
        event.indicator,
    )
    try:
        return asker.holds(rule.when)
    except Missing:
        return False

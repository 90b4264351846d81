"""Periods: how one opens with its base, and what goes on into it from the one before."""

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from jifen_rules import Outcome
from jifen_rules.core.terms import Period
from jifen_rules.scheme.model import Carried

from . import holding, moving
from .asking import Asker, Missing
from .book import Book, Moves, add
from .combining import Fact
from .contributions import Contribution, Side
from .limits import ZERO, Stage, clamp
from .moving import Source
from .reading import Version, known
from .routes import category_stages, ledger_stages, of_side, scheme_stages
from .stages import Bounds
from .values import Refusal, value_of

if TYPE_CHECKING:
    from .village import Village


def open_period(village: "Village", subject: str, day: date) -> None:
    """Open a period of a subject: its base, what is carried, what a standing veto takes of them."""
    book = village.books[subject]
    period = village.versions.period(day)
    old = book.period
    version = village.versions.standing(period.start)
    held = {f for v in holding.in_force(village, subject) for f in v.figures}
    carried: dict[str, list[tuple[Contribution, Fraction]]] = {}
    if old is not None:
        _leave(village, book, old, carried)
    village.lifted.add(subject)
    book.period = period
    _bring_bases(village, book, version)
    moves: Moves = {}
    for ledger, parts in carried.items():
        for one, amount in parts:
            one.carried[ledger] = amount
            stages = ledger_stages(version, ledger)
            one.outer[ledger] = (one.outer[ledger][0], stages)
            if not _loses(village, ledger):
                add(moves, book.push_ledger(one, ledger, amount, stages))
        if _loses(village, ledger):
            free = [one for one, _ in parts if not _places(one) & held]
            add(moves, _stand_on(book, ledger, free))
    village.lifted.discard(subject)
    if any(carried.values()):
        village.write(subject, None, Outcome.CARRIED, moves)
    taken = _take_held(village, book, carried)
    if any(taken.values()):
        village.write(subject, None, Outcome.HELD, taken)


def end_vetoes(village: "Village", subject: str) -> None:
    """End the vetoes that lasted to the last day of a period, without an entry."""
    for veto in holding.outermost_first(village, village.vetoes):
        is_over = veto.ends_on is not None and veto.ends_on < village.day
        if veto.subject == subject and is_over and not veto.ended:
            holding.end_veto(village, veto)


def _stand_on(book: Book, ledger: str, parts: list[Contribution]) -> Moves:
    """Let what goes on stand in a ledger, so far as its limits hold it beside the new base.

    The last to come lose what has no room.
    """
    moves: Moves = {}
    whole = book.unheld(ledger) + sum((one.carried[ledger] for one in parts), ZERO)
    within = whole
    for stage in parts[0].outer[ledger][1] if parts else ():
        if stage.kind == "net":
            within = clamp(within, *book.bounds_of(stage, parts[0]))
    over = whole - within
    for one in reversed(parts):
        amount = one.carried[ledger]
        if amount * over > 0:
            lost = min(amount, over) if over > 0 else max(amount, over)
            one.carried[ledger], over = amount - lost, over - lost
    for one in parts:
        add(moves, book.stand(one, ledger, one.carried[ledger]))
    return moves


def _take_held(
    village: "Village", book: Book, carried: dict[str, list[tuple[Contribution, Fraction]]]
) -> Moves:
    """What standing vetoes take of the base and of what is carried."""
    moves: Moves = {}
    figures = {f for v in holding.in_force(village, book.subject) for f in v.figures}
    ledgers = {"total", *carried}
    for ledger, parts in carried.items():
        for one, amount in parts:
            inner = _places(one) & figures
            if inner:
                one.parked.setdefault(ledger, set()).update(inner)
            if inner and not _loses(village, ledger):  # else it has not come there
                stages = one.outer[ledger][1]
                add(moves, book.push_ledger(one, ledger, -amount, stages))
            if not inner:
                one.parked.pop(ledger, None)
    for figure in sorted(figures, key=lambda f: f in ledgers):
        add(moves, holding.take(village, book.subject, figure))
    for figure in sorted(figures):
        add(moves, holding.show_held(village, book.subject, figure))
    return moves


def _places(one: Contribution) -> set[str]:
    """The figures on the way of a contribution to its ledgers; of one that was wiped there none."""
    if one.side and one.left_inside:
        return set()
    return {stage.place for stage in one.inner if stage.kind == "gate"}


def _bring_bases(village: "Village", book: Book, version: Version) -> None:
    """Bring the bases: of the total, of ledgers, and of categories through their weights."""
    book.bases, book.base_moves = {}, {}
    days = village.period_days(village.day)
    subject, scheme = book.subject, version.scheme
    day = village.versions.period(village.day).start
    if not village.is_present(subject, day):
        day = village.day
    outer = {"total": (Fraction(1), ledger_stages(version, "total"))}
    holders: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = []
    if village.roster.kind(subject) == scheme.kind or village.roster.everyone or scheme.for_:
        holders.append((scheme, (), outer))
        for chain in version.categories.values():
            stages = []
            for category in reversed(chain):
                stages += category_stages(category, days)
            if all(_is_for(village, category, subject, day, version) for category in chain):
                holders.append((chain[-1], (*stages, *scheme_stages(version, days)), outer))
    for ledger in version.ledgers.values():
        part = {ledger.key: (Fraction(1), ledger_stages(version, ledger.key))}
        holders.append((ledger, (), part))
    for holder, inner, to in holders:
        amount = base_of(village, holder, subject, day, version)
        if not amount:
            continue
        one = Contribution(village.next_number(), subject, day, book.label, "", amount, inner, to)
        moves = book.push(one, amount)
        for name, brought in moves.items():
            book.base_moves.setdefault(name, []).append(brought)
            book.bases.setdefault(name, []).append(one)


def _is_for(village: "Village", category: Any, subject: str, day: date, version: Version) -> bool:
    """Whether a category, or one around it, says that it is for others."""
    today, village.day = village.day, day
    try:
        return not category.for_ or village.fits(subject, category.for_, version)
    finally:
        village.day = today


def base_of(village: "Village", holder: Any, subject: str, day: date, version: Version) -> Fraction:
    """The base that a scheme, category or ledger gives a subject."""
    form = known(holder.base)
    words = holder.for_
    if form is None:
        return ZERO
    today, village.day = village.day, day
    try:
        if words and not village.fits(subject, words, version):
            return ZERO
        if (
            not words
            and hasattr(holder, "at_period_end")
            and not village.fits(subject, (), version)
        ):
            return ZERO
        return value_of(form, Asker(village, version, subject, day))
    except (Missing, Refusal):
        return ZERO
    finally:
        village.day = today


def last_day_in(village: "Village", one: Contribution, ledger: str) -> date | None:
    """The last day of a contribution in a ledger: its own, or that of a period that is cleared."""
    period = village.books[one.subject].period
    if one.ends_on is not None or one.own_validity:
        return one.ends_on
    if policy_of(village, ledger) == "carry" or period is None:
        return None
    return period.end


def policy_of(village: "Village", ledger: str) -> Any:
    version = village.versions.standing(village.day)
    holder = version.scheme if ledger == "total" else version.ledgers.get(ledger)
    return known(getattr(holder, "at_period_end", None)) or "clear"


def _leave(
    village: "Village",
    book: Book,
    old: Period,
    carried: dict[str, list[tuple[Contribution, Fraction]]],
) -> None:
    """Close the old period of a book: what goes on of it, with how much."""
    run_out(village, book, old)
    rests = village.rests.pop(book.subject)
    today, village.day = village.day, old.end
    ledgers = sorted({ledger for one in book.live for ledger in one.outer} | {"total", *rests})
    version = village.versions.standing(old.end)
    policies = {ledger: policy_of(village, ledger) for ledger in ledgers}
    all_going = [
        one
        for one in book.live
        if any(
            not isinstance(policy, Carried) and _goes_on(village, one, ledger, old, policy)
            for ledger, policy in policies.items()
        )
    ]
    for ledger, policy in policies.items():
        if isinstance(policy, Carried):
            village.lifted.add(book.subject)
            amount = Asker(village, version, book.subject, old.end).number(policy.formula)
            village.lifted.discard(book.subject)
            carried[ledger] = _as_one(village, book, version, ledger, amount, today, None)
            continue
        going = [one for one in book.live if _goes_on(village, one, ledger, old, policy)]
        lasts = _lasts_of(version, ledger)
        if lasts is not None:  # all ends, what a veto holds with it
            going = [one for one in going if not _is_withheld(book, one, ledger)]
        parts = _granted_anew(village, book, ledger, going, all_going, policy)
        if rests.get(ledger):
            parts += _as_one(village, book, version, ledger, rests[ledger], today, None, side="")
        if lasts is not None and parts:
            amount = sum((amount for _, amount in parts), ZERO)
            end = village.versions.end_of(lasts, today)
            parts = _as_one(village, book, version, ledger, amount, today, end)
        carried[ledger] = parts
    for one in list(book.live):
        kept = [ledger for ledger in one.outer if any(one is o for o, _ in carried.get(ledger, ()))]
        one.gone |= set(one.outer) - set(kept)
        if not kept:
            one.ended = True
            book.live.remove(one)
    village.day = today


def close_facts(village: "Village", subject: str, old: Period) -> None:
    """Let what ended with a period stand in no group, once each payee's rest is known."""
    today, village.day = village.day, old.end
    for fact in village.facts_of(subject):
        is_left = fact.wiped or fact.taken  # a wipe and a veto leave an event in its groups
        there = [one for one in fact.brought if not _has_left(village, one, old)]
        has_brought = there and not is_left
        if fact.in_force and has_brought and all(one.ended for one in there):
            fact.in_force, fact.value, fact.brought, fact.closed = False, None, [], True
        elif fact.in_force and not has_brought and not _fact_goes_on(village, fact, old):
            fact.in_force, fact.value, fact.closed = False, None, True
    for fact, value in village.grouping.standing(village.facts_of(subject)).items():
        if fact.value is None and not any(fact in group for group in village.grouping.averaged):
            fact.value = value  # nothing comes forward for what a period's end took
    village.day = today


def _has_left(village: "Village", one: Contribution, old: Period) -> bool:
    """Whether no new period has opened for whose a contribution is."""
    period = village.books[one.subject].period
    return period is None or period.end <= old.end


def _fact_goes_on(village: "Village", fact: Fact, old: Period) -> bool:
    own = [payee.ledger for payee in fact.payees if payee.is_own]
    if own and all(_ends_whole(village, ledger) for ledger in own):
        return False
    if fact.ends_on is not None:
        return fact.ends_on > old.end
    able = of_side(fact.payees, "added" if fact.asked >= 0 else "deducted")
    return (
        fact.own_validity
        or any(_runs_on(village, p.ledger) for p in able if p.is_own)
        or _runs_on(village, "total")
    )


def _ends_whole(village: "Village", ledger: str) -> bool:
    """Whether all in a ledger ends with the period, and goes on in one sum at most."""
    policy = policy_of(village, ledger)
    return isinstance(policy, Carried) or (policy == "carry" and not _runs_on(village, ledger))


def _runs_on(village: "Village", ledger: str) -> bool:
    """Whether what is in a ledger goes on, each by itself."""
    lasts = _lasts_of(village.versions.standing(village.day), ledger)
    return policy_of(village, ledger) == "carry" and lasts is None


def _is_held(book: Book, one: Contribution, ledger: str) -> bool:
    """Whether a veto keeps back something of a contribution on its way to a ledger."""
    places = [s.place for s in (*one.inner, *one.outer[ledger][1]) if s.kind == "gate"]
    hidden = (p for p in places if book.hidden_of(p).get(one) != book.shown_of(p).get(one))
    return bool(one.parked.get(ledger)) or any(hidden)


def _is_withheld(book: Book, one: Contribution, ledger: str) -> bool:
    """Whether a veto stands on the way of a contribution to a ledger, whatever came of it there."""
    gates = {stage.place for stage in one.outer[ledger][1] if stage.kind == "gate"}
    return _is_held(book, one, ledger) or book.is_held_by(one, _places(one) | gates)


def _lasts_of(version: Version, ledger: str) -> Any:
    return known(getattr(version.ledgers.get(ledger), "lasts", None))


def run_out(village: "Village", book: Book, old: Period) -> None:
    """Let what lasts to a period's last day end, and note what a limit that loses keeps of it."""
    if book.subject not in village.rests:
        today, village.day = village.day, old.end
        village.rests[book.subject] = _let_run_out(village, book, old)
        village.day = today


def _let_run_out(village: "Village", book: Book, old: Period) -> dict[str, Fraction]:
    """What lasts to the period's last day ends with it, without an entry.

    What was behind it comes forward. Gives, of ledgers that are carried under a limit that loses,
    what that limit did not let any end take: it goes on, as within a period.
    """
    losing = [ledger for ledger in _ledgers_of(village, book) if _loses(village, ledger)]
    ended = [
        fact
        for fact in village.facts_of(book.subject)
        if fact.in_force and fact.ends_on is not None and fact.ends_on <= old.end
    ]
    for fact in ended:
        fact.in_force = False
    rests: dict[str, Fraction] = {}
    came = village.came[book.subject] = {}
    if ended or losing:
        several = [*village.books.values()]  # it may have paid others
        kept = [(one.lines, one.inside, one.outside, [*one.live]) for one in several]
        for one in several:
            one.lines = {key: list(lines) for key, lines in one.lines.items()}
            one.inside = {key: list(lines) for key, lines in one.inside.items()}
            one.outside = {key: list(lines) for key, lines in one.outside.items()}
        before = {ledger: book.hidden_of(ledger) for ledger in losing}
        if ended:
            moving.regroup(village, book.subject, is_end=True)
        for ledger in losing:
            rests[ledger] = _rest(village, book, ledger, old)
            after = book.hidden_of(ledger)
            came[ledger] = {o: amount - before[ledger].get(o, ZERO) for o, amount in after.items()}
        for one, (lines, inside, outside, there) in zip(several, kept, strict=True):
            if one is not book:  # it runs out there too
                running = [other for other in there if other not in one.live]
                for other in running:
                    other.left_inside = False
                village.over |= {*running}
            forward = [other for other in one.live if other not in there]
            stands = {k: v for k, v in one.lines.items() if any(x.who in forward for x in v)}
            one.lines, one.inside, one.outside = lines | stands, inside, outside
    for contribution in list(book.live):
        if contribution.ends_on is not None and contribution.ends_on <= old.end:
            moving.free_spent(village, contribution)
            contribution.ended = True
            book.live.remove(contribution)
    return rests


def _ledgers_of(village: "Village", book: Book) -> list[str]:
    """The ledgers of which a subject shows a figure."""
    names = ["total", *village.versions.standing(village.day).ledgers]
    return [name for name in names if (name, book.label) in book.inside]


def _loses(village: "Village", ledger: str) -> bool:
    """Whether what is in a ledger goes on under a limit that loses."""
    stages = ledger_stages(village.versions.standing(village.day), ledger)
    return policy_of(village, ledger) == "carry" and any(stage.lost for stage in stages)


def _rest(village: "Village", book: Book, ledger: str, old: Period) -> Fraction:
    """What stays of what has ended, or ends now, since a limit did not let its end take it."""
    for one in [*book.hidden_of(ledger)]:
        is_over = one.ends_on is not None and one.ends_on <= old.end
        if one in village.over or (is_over and one in book.live and not one.ended):
            village.over.discard(one)
            moving.free_spent(village, one)
            book.end(one)
    parts = (
        one for one in book.hidden_of(ledger) if one.side or one.what in (ledger, "clear")
    )  # no base
    gone = (one for one in parts if one not in book.live or ledger in one.gone)
    return sum((book.hidden_of(ledger)[one] for one in gone), ZERO)


def _goes_on(village: "Village", one: Contribution, ledger: str, old: Period, policy: Any) -> bool:
    if ledger not in one.outer or ledger in one.gone or one.ended:
        return False
    if one.ends_on is not None:
        return one.ends_on > old.end
    if one.is_spending and policy != "carry":
        return any(not o.ended and o.own_validity for o in village.spendings.get(one, {}))
    return policy == "carry" or one.own_validity


def _granted_anew(
    village: "Village",
    book: Book,
    ledger: str,
    going: list[Contribution],
    all_going: list[Contribution],
    policy: Any,
) -> list[tuple[Contribution, Fraction]]:
    """What goes on, in its order, as if it alone had been brought: how much of each that leaves.

    Each meets the bounds of its own day, as it did then.
    What goes on in other ledgers alone passes the limits before the ledgers as well.
    Room under net limits returns, under other caps it does not, and what was lost stays lost: there
    it has what was let through of it. A ledger that is carried under a limit that loses goes on
    from where it stood.
    """
    loses = _loses(village, ledger)
    pots = {key: list(lines) for key, lines in book.pots.items()}

    def bounds(stage: Stage, who: Contribution, period: Period) -> Bounds:
        return village.bounds(stage, who, period, who.day)

    trial = Book(book.subject, book.held, pots, book.population, bounds, is_trial=True)
    trial.period, trial.model = book.period, book
    trial.free = f"ledger {ledger}" if loses else ""
    for one in {base: None for several in book.bases.values() for base in several}:
        trial.push(one, one.amount, ledgers=[name for name in one.outer if name == ledger])
    parts = []
    for one in sorted(all_going, key=lambda o: o.number):
        if not any(one is other for other in going):
            if one.period == book.label and not (one.side and one.left_inside):
                trial.push(one, one.amount, ledgers=[])
            continue
        amount = one.amount
        if one.is_spending:
            spent = village.spendings.get(one, {})
            amount += one.settled
            if policy != "carry":
                amount = -sum((part for o, part in spent.items() if o in going), ZERO)
        if loses and not _is_held(book, one, ledger):
            came = village.came[book.subject].get(ledger, {}).get(one, ZERO)
            moves = {ledger: book.hidden_of(ledger).get(one, ZERO) + came}
        elif one.period == book.label and one.side and one.left_inside:
            amount = book.came_to(one, ledger)  # no limit of the total's stands before it now
            moves = trial.push_ledger(one, ledger, amount, one.outer[ledger][1])
        elif one.period == book.label:
            moves = trial.push(one, amount, ledgers=[ledger])
        else:
            for stage in () if one.side and one.left_inside else one.inner:
                if book.was_held_at(stage, one) and not one.came_back:
                    break  # what is behind a veto it meets as it comes back
                is_longer = stage.window is not None and stage.window.name not in (
                    "period",
                    "event",
                )
                if stage.kind == "weight" or is_longer:
                    amount = trial.enter_stage(stage, one, amount)
            amount = one.carried.get(ledger, ZERO) + (one.settled if one.is_spending else ZERO)
            moves = trial.push_ledger(one, ledger, amount, one.outer[ledger][1])
        parts.append((one, moves.get(ledger, ZERO)))
        one.settled = ZERO  # it stands with so much less from now on
    return [(one, amount) for one, amount in parts if amount or not one.is_spending]


def _as_one(
    village: "Village",
    book: Book,
    version: Version,
    ledger: str,
    amount: Fraction,
    day: date,
    ends_on: date | None,
    side: Side | None = None,
) -> list[tuple[Contribution, Fraction]]:
    """Open with one contribution of what is carried in one sum."""
    source = Source(version, day, what=ledger, ends_on=ends_on)
    one = moving.make(village, source, book.subject, amount, {ledger: Fraction(1)})
    one.inner = ()
    one.side = ("added" if amount >= 0 else "deducted") if side is None else side
    if not amount:
        return []
    book.live.append(one)
    return [(one, amount)]

"""Boundaries: what a day's end and a period's opening append."""

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from jifen_rules import Outcome
from jifen_rules.model import Carried, By
from jifen_rules.terms import Period, Window

from . import doing, holding, ladders, moving, rewarding, rules, scoring
from .asking import Asker, Missing
from .book import Book, Moves, add
from .combining import Fact
from .contributions import Contribution
from .limits import ZERO
from .moving import Source, put
from .reading import Item, Version, known
from .routes import category_stages, ledger_stages, payees_of, scheme_stages
from .values import Refusal, value_of

if TYPE_CHECKING:
    from .village import Village


# --- the end of a day ---------------------------------------------------------------------------------


def close_day(village: "Village") -> None:
    """After the events of a day: awards, levels, rules and rights of each window, then expiry."""
    version = village.versions.standing(village.day)
    for group in _ending(village, version):
        for window in group:
            awards(village, version, window)
        for window in group if village.asks_parts else ():
            snapshot(village, window)

        def is_now(per: Any, is_rule: bool = False, group: list[Window] = group) -> bool:
            return any(_same(per, window, is_rule) for window in group)

        ladders.decide(village, [one for one in version.scheme.tiers if is_now(one.per)])
        rules.at_end(village, [one for one in version.scheme.rules if is_now(one.per, True)])
        rewarding.rights_at(village, [one for one in version.scheme.rewards if is_now(one.per)])
    scoring.judge(village)
    expire(village)
    close_period(village)


def _ending(village: "Village", version: Version) -> list[list[Window]]:
    """The windows that end today, short before long; those of one stretch together."""
    windows = {str(w): w for w in (*version.windows(), Window("period"))}
    if village.asks_parts:
        names = ("month", "quarter", "half_year", "year")
        windows |= {name: Window(name) for name in names}  # type: ignore[arg-type]  # names of windows
    groups: dict[date, list[Window]] = {}
    for window in windows.values():
        if _ends(village, window):
            groups.setdefault(_start(village, window), []).append(window)
    return [groups[start] for start in sorted(groups, reverse=True)]


def _start(village: "Village", window: Window) -> date:
    if window.name == "period":
        return village.versions.period(village.day).start
    return window_start(window, village.day)


def _ends(village: "Village", window: Window) -> bool:
    if window.name == "event":
        return False
    return window.ends(village.day, village.versions.period(village.day))


def _same(per: Any, window: Window, is_rule: bool = False) -> bool:
    """Whether something is decided at the ends of a window; what says none, of the period."""
    if per is None:
        return window.name == "period" and not is_rule
    return known(per) is not None and str(per) == str(window)


def snapshot(village: "Village", window: Window) -> None:
    """Keep the figures as they stand at the end of a window."""
    version = village.versions.standing(village.day)
    for subject, book in village.books.items():
        names = ["total", *version.ledgers, *version.categories, *version.items]
        figures = {name: book.figure(name) for name in names}
        for name in version.derived:
            asker = Asker(village, version, subject, village.day)
            if "mean(" not in (version.derived[name].formula or "") and "平均(" not in (version.derived[name].formula or ""):
                figures[name] = asker.figure(name)
        parts = village.snapshots.setdefault((subject, window.name), [])
        if not parts or parts[-1][0] != village.day:
            parts.append((village.day, figures))


def awards(village: "Village", version: Version, window: Window) -> None:
    """Recurring awards for a state held through a window."""
    period = village.versions.period(village.day)
    for item in version.items.values():
        per = item.indicator.per
        if per is None or str(per) != str(window):
            continue
        first = period.start if window.name == "period" else window_start(window, village.day)
        for subject in village.roster.subjects:
            present = village.is_present(subject) and village.admission.may_hold(item, subject, village.day)
            if present:
                _award(village, item, subject, first)


def window_start(window: Window, day: date) -> date:
    """First day of the calendar window that holds a day."""
    start = day
    while start > date.min and window.key(start - timedelta(days=1)) == window.key(day):
        start -= timedelta(days=1)
    return start


def _award(village: "Village", item: Item, subject: str, first: date) -> None:
    asker = Asker(
        village, item.version, subject, village.day, indicator=item.key, stretch=(first, village.day)
    )
    try:
        if not asker.holds(item.indicator.when):
            return
        asked = value_of(item.indicator.points, asker)
    except Missing:
        village.book(subject)
        village.write(subject, None, Outcome.MISSING_VALUE)
        return
    except Refusal as refusal:
        village.write(subject, None, refusal.outcome)
        return
    event = doing.Event(f"award {item.key} {subject} {village.day}", village.day, subject, item.key)
    village.book(subject)
    found = doing.Judged(None, item, asker, asked)
    village.admission.escalate(event, item, found)
    found.lasting = village.admission.lasting(item, asker, found.asked)
    found.payees = payees_of(item.nearest("to"), item.version, subject, "", village.day, village)
    fact = doing._fact_of(village, event, found)
    village.facts.append(fact)
    effects = moving.regroup(village, subject)
    put(effects, subject, {})
    if not fact.is_warning:
        doing.merge(effects, doing.apply(village, item.indicator.then, asker, fact=fact))
    doing.write_all(village, subject, None, Outcome.AWARDED, effects)
    rules.after_event(village, effects, None)


def expire(village: "Village") -> None:
    """End what lasts to today: contributions, vetoes, gradings."""
    for subject in sorted(village.books):
        book = village.books[subject]
        if not village.is_present(subject):
            continue
        is_last = book.period is not None and book.period.end == village.day
        for fact in [f for f in village.facts_of(subject) if f.in_force and f.ends_on == village.day]:
            if is_last:
                continue
            effects = moving.end_fact(village, fact)
            put(effects, subject, {})
            doing.write_all(village, subject, None, Outcome.EXPIRED, effects)
        for one in list(book.live):
            if one.ends_on == village.day and not one.ended and not is_last and one.giver is None:
                if any(one in fact.brought for fact in village.facts):
                    continue
                effects = moving.end(village, one)
                put(effects, subject, {})
                doing.write_all(village, subject, None, Outcome.EXPIRED, effects)
    for veto in list(village.vetoes):
        book = village.books[veto.subject]
        if book.period is not None and book.period.end == village.day:
            continue
        if veto.ends_on == village.day and not veto.ended:
            effects = holding.end_veto(village, veto)
            if veto.figures and village.is_present(veto.subject):
                doing.write_all(village, veto.subject, None, Outcome.RELEASED, effects)
    for grade in village.grades:
        if grade.ends_on == village.day:
            grade.ended = True


def close_period(village: "Village") -> None:
    """Write the scores of the periods that end today."""
    village.rated.clear()
    for subject, book in sorted(village.books.items()):
        if book.period is not None and book.period.end == village.day:
            scoring.score(village, subject, book.period)


# --- the opening of a day -----------------------------------------------------------------------------


def open_day(village: "Village") -> None:
    """Open the periods that begin today, and do what was decided last night."""
    for subject in village.roster.subjects:
        if village.is_present(subject) and _is_of_interest(village, subject):
            village.book(subject)
    opened = []
    for subject, book in sorted(village.books.items()):
        begins = book.period is None or book.period.end < village.day
        if begins and village.is_present(subject):
            open_period(village, subject, village.day)
        if village.versions.period(village.day).start == village.day:
            opened.append(subject)
    for subject, _, level in village.tomorrow:
        if village.is_present(subject):
            _reach(village, subject, level)
    village.tomorrow = []
    for then, asker, day in village.holding_from_tomorrow:
        effects = doing.apply(village, then, asker, day=day)
        if any(any(moves.values()) for moves in effects.values()):
            doing.write_all(village, asker.subject, None, Outcome.HELD, effects)
    village.holding_from_tomorrow = []
    if opened:
        rules.act(village, rules.turned(village, [s for s in opened if village.is_present(s)]), None)


def _is_of_interest(village: "Village", subject: str) -> bool:
    """Whether somebody on the roster has a score before anything happened."""
    version = village.versions.standing(village.day)
    words = [version.scheme.for_] if version.scheme.for_ else [()]
    parts = (*version.scheme.ledgers, *version.scheme.tiers, *version.scheme.rewards, *version.scheme.rules)
    words += [part.for_ for part in parts if part.for_]
    return any(village.fits(subject, one, version) for one in words) or village.roster.kind(
        subject
    ) == version.scheme.kind


def _reach(village: "Village", subject: str, level: Any) -> None:
    """What reaching a level brings, on the day after it was decided."""
    version = village.versions.standing(village.day)
    village.book(subject)
    asker = Asker(village, version, subject, village.day)
    effects = doing.apply(village, level.then, asker, name=level.label)
    effects.setdefault(subject, {})
    doing.write_all(village, subject, None, Outcome.TIER, effects)


# --- periods ------------------------------------------------------------------------------------------


def open_period(village: "Village", subject: str, day: date) -> None:
    """Open a period of a subject: its base, what is carried, what a standing veto takes of them."""
    book = village.books[subject]
    period = village.versions.period(day)
    old = book.period
    for veto in village.vetoes if old is not None else ():
        is_over = veto.ends_on is not None and veto.ends_on < day
        if veto.subject == subject and is_over and not veto.ended:
            holding.end_veto(village, veto)
    version = village.versions.standing(period.start)
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
            add(moves, book.push_ledger(one, ledger, amount, stages))
    village.lifted.discard(subject)
    if any(carried.values()):
        village.write(subject, None, Outcome.CARRIED, moves)
    taken = _take_held(village, book, carried)
    if any(taken.values()):
        village.write(subject, None, Outcome.HELD, taken)


def _take_held(
    village: "Village", book: Book, carried: dict[str, list[tuple[Contribution, Fraction]]]
) -> Moves:  # fmt: skip
    """What standing vetoes take of the base and of what is carried."""
    moves: Moves = {}
    figures = {f for v in holding.in_force(village, book.subject) for f in v.figures}
    ledgers = {"total", *carried}
    for ledger, parts in carried.items():
        for one, amount in parts:
            inner = {stage.place for stage in one.inner if stage.kind == "gate"} & figures
            if inner:
                one.parked.setdefault(ledger, set()).update(inner)
                stages = one.outer[ledger][1]
                add(moves, book.push_ledger(one, ledger, -amount, stages))
            else:
                one.parked.pop(ledger, None)
    for figure in sorted(figures, key=lambda f: f in ledgers):
        add(moves, holding.take(village, book.subject, figure))
    return moves


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
        holders.append((scheme, tuple(scheme_stages(version, days)), outer))
        for chain in version.categories.values():
            stages = []
            for category in reversed(chain):
                stages += category_stages(category, days)
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
        for ledger, brought in moves.items():
            book.base_moves.setdefault(ledger, []).append(brought)
            book.bases.setdefault(ledger, []).append(one)


def base_of(
    village: "Village", holder: Any, subject: str, day: date, version: Version
) -> Fraction:
    """The base that a scheme, category or ledger gives a subject."""
    form = known(holder.base)
    words = holder.for_
    if form is None:
        return ZERO
    today, village.day = village.day, day
    try:
        if words and not village.fits(subject, words, version):
            return ZERO
        if not words and hasattr(holder, "at_period_end") and not village.fits(subject, (), version):
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
    village: "Village", book: Book, old: Period,
    carried: dict[str, list[tuple[Contribution, Fraction]]],
) -> None:  # fmt: skip
    """Close the old period of a book: what goes on of it, with how much."""
    today, village.day = village.day, old.end
    _let_run_out(village, book, old)
    ledgers = sorted({ledger for one in book.live for ledger in one.outer} | {"total"})
    version = village.versions.standing(old.end)
    for ledger in ledgers:
        policy = policy_of(village, ledger)
        if isinstance(policy, Carried):
            village.lifted.add(book.subject)
            amount = Asker(village, version, book.subject, old.end).number(policy.formula)
            village.lifted.discard(book.subject)
            carried[ledger] = _as_one(village, book, version, ledger, amount, today, None)
            continue
        going = [one for one in book.live if _goes_on(village, one, ledger, old, policy)]
        parts = _granted_anew(village, book, ledger, going, policy)
        lasts = known(getattr(version.ledgers.get(ledger), "lasts", None))
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
    for fact in village.facts_of(book.subject):
        if fact.in_force and fact.brought and all(one.ended for one in fact.brought):
            fact.in_force, fact.value, fact.brought = False, None, []
        elif fact.in_force and not fact.brought and not _fact_goes_on(village, fact, old):
            fact.in_force, fact.value = False, None
    village.day = today


def _fact_goes_on(village: "Village", fact: Fact, old: Period) -> bool:
    if fact.ends_on is not None:
        return fact.ends_on > old.end
    return fact.own_validity or any(
        policy_of(village, p.ledger) == "carry" for p in fact.payees if p.is_own
    ) or policy_of(village, "total") == "carry"


def _let_run_out(village: "Village", book: Book, old: Period) -> None:
    """What lasts to the period's last day ends with it, without an entry; what was behind it comes forward."""
    ended = [
        fact for fact in village.facts_of(book.subject)
        if fact.in_force and fact.ends_on is not None and fact.ends_on <= old.end
    ]  # fmt: skip
    for fact in ended:
        fact.in_force = False
    if ended:
        trial = [dict(book.lines), dict(book.inside), dict(book.outside)]
        book.lines = {key: list(lines) for key, lines in book.lines.items()}
        book.inside = {key: list(lines) for key, lines in book.inside.items()}
        book.outside = {key: list(lines) for key, lines in book.outside.items()}
        moving.regroup(village, book.subject, is_end=True)
        book.lines, book.inside, book.outside = trial
    for one in list(book.live):
        if one.ends_on is not None and one.ends_on <= old.end:
            one.ended = True
            book.live.remove(one)


def _goes_on(
    village: "Village", one: Contribution, ledger: str, old: Period, policy: Any
) -> bool:
    if ledger not in one.outer or ledger in one.gone or one.ended:
        return False
    if one.ends_on is not None:
        return one.ends_on > old.end
    if one.is_spending and policy != "carry":
        return any(not o.ended and o.own_validity for o in village.spendings.get(one, {}))
    return policy == "carry" or one.own_validity


def _granted_anew(
    village: "Village", book: Book, ledger: str, going: list[Contribution], policy: Any
) -> list[tuple[Contribution, Fraction]]:
    """What goes on, in its order, as if it alone had been brought: how much of each that leaves."""
    trial = Book(book.subject, book.held, book.pots, book.population, is_trial=True)
    trial.period = book.period
    for one in book.bases.get(ledger, ()):
        trial.push(one, one.amount, ledgers=[ledger])
    parts = []
    for one in sorted(going, key=lambda o: o.number):
        amount = one.amount
        if one.is_spending:
            spent = village.spendings.get(one, {})
            amount += one.settled
            if policy != "carry":
                amount = -sum((part for o, part in spent.items() if o in going), ZERO)
        if one.period == book.label:
            moves = trial.push(one, amount, ledgers=[ledger])
        else:
            for stage in one.inner:
                if stage.window is not None and stage.window.name not in ("period", "event"):
                    trial.enter_stage(stage, one, one.amount)
            amount = one.carried.get(ledger, ZERO) + (one.settled if one.is_spending else ZERO)
            moves = trial.push_ledger(one, ledger, amount, one.outer[ledger][1])
        parts.append((one, moves.get(ledger, ZERO)))
    return [(one, amount) for one, amount in parts if amount or not one.is_spending]


def _as_one(
    village: "Village", book: Book, version: Version, ledger: str, amount: Fraction, day: date,
    ends_on: date | None,
) -> list[tuple[Contribution, Fraction]]:  # fmt: skip
    """End all in a ledger, and open with one contribution of what is carried."""
    source = Source(version, day, what=ledger, ends_on=ends_on)
    one = moving.make(village, source, book.subject, amount, {ledger: Fraction(1)})
    one.inner, one.side = (), "added" if amount >= 0 else "deducted"
    if not amount:
        return []
    book.live.append(one)
    return [(one, amount)]


__all__ = ["By"]

"""Boundaries: what a day's end and a period's opening append."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jifen_rules import Event, Outcome
from jifen_rules.core.terms import Window
from jifen_rules.scheme.model import Ladder, Ledger, PointsEffect, Rule

from . import doing, holding, ladders, moving, periods, rewarding, rules, scoring
from .admission import Judged
from .asking import Asker, Missing
from .moving import put
from .reading import Item, Version, account_of, kind_words, known
from .routes import payees_of
from .values import Refusal, value_of

if TYPE_CHECKING:
    from .village import Effects, Village


# --- the end of a day -----------------------------------------------------------------------------


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
        parts = (Window("month"), Window("quarter"), Window("half_year"), Window("year"))
        windows |= {str(part): part for part in parts}
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
        if not village.is_present(subject):
            continue
        names = ["total", *version.ledgers, *version.categories, *version.items]
        figures = {name: book.figure(name) for name in names}
        for name in version.derived:
            asker = Asker(village, version, subject, village.day)
            if "mean(" not in (version.derived[name].formula or "") and "平均(" not in (
                version.derived[name].formula or ""
            ):
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
            present = village.is_present(subject) and village.admission.may_hold(
                item, subject, village.day
            )
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
        village,
        item.version,
        subject,
        village.day,
        indicator=item.key,
        stretch=(first, village.day),
    )
    try:
        if not asker.holds(item.indicator.when):
            return
        if any(
            account.split(".")[0] in ("named", "指名人") for account in item.nearest("to") or ()
        ):
            raise Missing("to")
        asked = value_of(item.indicator.points, asker)
        village.admission.lasting(item, asker, asked)
    except Missing:
        village.book(subject)
        village.write(subject, None, Outcome.MISSING_VALUE)
        return
    except Refusal as refusal:
        village.write(subject, None, refusal.outcome)
        return
    event = Event(f"award {item.key} {subject} {village.day}", village.day, subject, item.key)
    village.book(subject)
    found = Judged(None, item, asker, asked)
    village.admission.escalate(event, item, found)
    found.lasting = village.admission.lasting(item, asker, found.asked)
    found.payees = payees_of(item.nearest("to"), item.version, subject, "", village.day, village)
    fact = doing.fact_of(village, event, found)
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
        is_last = village.versions.period(village.day).end == village.day  # also of who has left
        for fact in [
            f for f in village.facts_of(subject) if f.in_force and f.ends_on == village.day
        ]:
            if is_last:
                continue
            effects = moving.end_fact(village, fact)
            if village.is_present(subject):
                put(effects, subject, {})
                doing.write_all(village, subject, None, Outcome.EXPIRED, effects)
                continue
            for other, moves in sorted(effects.items()):  # who has left has no entry any more
                village.write(other, None, Outcome.EXPIRED, moves)
        for one in list(book.live) if village.is_present(subject) else ():
            if one.ends_on == village.day and not one.ended and not is_last and one.giver is None:
                if any(one in fact.brought for fact in village.facts):
                    continue
                effects = moving.end(village, one)
                put(effects, subject, {})
                doing.write_all(village, subject, None, Outcome.EXPIRED, effects)
    with holding.ending_together(village) as (back, late):
        for veto in holding.outermost_first(village, village.vetoes):
            book = village.books[veto.subject]
            if book.period is not None and book.period.end == village.day:
                continue
            if veto.ends_on == village.day and not veto.ended and village.is_present(veto.subject):
                effects = holding.end_veto(village, veto)
                if veto.figures:
                    doing.merge(back, effects)
    for subject, moves in back.items():
        doing.write_all(village, subject, None, Outcome.RELEASED, {subject: moves})
    shares: dict[str, Effects] = {}
    for one, moves in late:
        moving.share_late(village, one, moves, shares.setdefault(one.subject, {}))
    for of_giver in shares.values():
        for other, theirs in sorted(of_giver.items()):
            village.write(other, None, Outcome.RECEIVED, theirs)
    for grade in village.grades:
        if grade.ends_on == village.day:
            grade.ended = True


def close_period(village: "Village") -> None:
    """Write the scores of the periods that end today."""
    village.rated.clear()
    for subject, book in sorted(village.books.items()):
        if book.period is not None and book.period.end == village.day:
            scoring.score(village, subject, book.period)


# --- the opening of a day -------------------------------------------------------------------------


def open_day(village: "Village") -> None:
    """Open the periods that begin today, and do what was decided last night."""
    opened = []
    closed = []
    for subject in village.roster.subjects:
        if village.is_present(subject) and may_hold_points(village, subject):
            if subject not in village.books:
                opened.append(subject)  # also in the midst of a calendar period
            village.book(subject)
    ending = [
        (book, book.period)
        for subject, book in sorted(village.books.items())
        if book.period and book.period.end < village.day and village.is_present(subject)
    ]
    with holding.ending_together(village) as (_, late):
        for book, _ in ending:  # of all, before anybody's period opens
            periods.end_vetoes(village, book.subject)
    for one, moves in late:
        moving.share_late(village, one, moves, {})
    for book, period in ending:
        periods.run_out(village, book, period)
    for subject, book in sorted(village.books.items()):
        begins = book.period is None or book.period.end < village.day
        if begins and village.is_present(subject):
            closed += [(subject, book.period)] if book.period is not None else []
            periods.open_period(village, subject, village.day)
            opened.append(subject)
    for subject, period in closed:
        periods.close_facts(village, subject, period)
    for subject, _, level in village.tomorrow:
        if village.is_present(subject) and village.may_act(level, subject):
            _reach(village, subject, level)
    village.tomorrow = []
    for then, asker, day in village.holding_from_tomorrow:
        if not village.is_present(asker.subject):
            continue
        effects = doing.apply(village, then, asker, day=day)
        if any(any(moves.values()) for moves in effects.values()):
            doing.write_all(village, asker.subject, None, Outcome.HELD, effects)
    village.holding_from_tomorrow = []
    if opened:
        rules.act(
            village, rules.turned(village, [s for s in opened if village.is_present(s)]), None
        )


def may_hold_points(village: "Village", subject: str) -> bool:
    """Whether somebody on the roster is of a kind that holds points: only those have scores."""
    kind = village.roster.kind(subject)
    return any(
        kind == version.scheme.kind or kind in _kinds_that_hold(version)
        for version in village.versions.all
    )


def _kinds_that_hold(version: Version) -> set[str]:
    """The words of each `for` of a ledger, ladder or rule.

    Also those of indicators that bring points to whom they are about.
    """
    scheme = version.scheme
    parts: tuple[Ledger | Ladder | Rule, ...] = (*scheme.ledgers, *scheme.tiers, *scheme.rules)
    found = {word for part in parts for word in kind_words(part.for_)}
    for item in version.items.values():
        repair = item.indicator.repair
        then = (*item.indicator.then, *(repair.then if repair is not None else ()))
        followed = [one for one in then if isinstance(one, PointsEffect)]
        if any(_pays_own(version, to) for to in (item.nearest("to"), *(f.to for f in followed))):
            found |= {word for words in item.fors for word in words}
    return found


def _pays_own(version: Version, to: Any) -> bool:
    return not to or any(not account_of(account, version)[0] for account in to)


def _reach(village: "Village", subject: str, level: Any) -> None:
    """What reaching a level brings, on the day after it was decided."""
    version = village.versions.standing(village.day)
    village.book(subject)
    asker = Asker(village, version, subject, village.day)
    effects = doing.apply(village, level.then, asker, name=level.label)
    effects.setdefault(subject, {})
    doing.write_all(village, subject, None, Outcome.TIER, effects)

"""The oracle: a village told day by day, everything worked out anew from lists.

Written for clarity, and slow. `Oracle(...)` runs the whole; `.entries` and `.scores` say what came
out.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from jifen_rules import Event, Outcome, SchemeFile
from jifen_rules.core.terms import Period, Window
from jifen_rules.inputs.roster import Roster

from . import boundaries, doing, holding, periods, rewarding, scoring
from .admission import Admission
from .asking import Asker, Undecided
from .book import Book, Key, Moves
from .combining import Fact, Grouping
from .contributions import Contribution
from .formulas import formula_of
from .holding import Grade, Veto
from .incoming import Incoming
from .limits import ZERO, Line, Stage
from .reading import Item, Version, Versions, kind_words, lies_within
from .routes import stages_of
from .stages import Bounds

Effects = dict[str, Moves]
"""By subject, what one thing brings."""


class Village:
    """What is known on a day of the story: books, facts, vetoes, levels."""

    def __init__(
        self,
        versions: Versions,
        roster: Roster,
        incoming: Incoming,
        status: str | None,
        workdays: Any = None,
    ) -> None:
        self.versions, self.roster, self.incoming = versions, roster, incoming
        self.status, self.workdays = status, workdays
        self.as_of = incoming.as_of
        self.day = date.min
        self.books: dict[str, Book] = {}
        self.pots: dict[Key, list[Line]] = {}
        self.rests: dict[str, dict[str, Fraction]] = {}
        """What goes on in ledgers as a limit that loses did not let its end take it."""
        self.back: list[tuple[Contribution, Callable[[], Moves]]] | None = None
        """What comes back once all vetoes of this moment have ended, and how it does."""
        self.over: set[Contribution] = set()
        """What has run out with an event of somebody else, as a period ended."""
        self.came: dict[str, dict[str, dict[Contribution, Fraction]]] = {}
        """In ledgers that lose, what comes forward as a period ends, for what lasts to then."""
        self.facts: list[Fact] = []
        self.vetoes: list[Veto] = []
        self.grades: list[Grade] = []
        self.levels: dict[tuple[str, str], list[tuple[date, str | None]]] = {}
        self.snapshots: dict[tuple[str, str], list[tuple[date, dict[str, Fraction]]]] = {}
        self.earned_on: dict[tuple[str, str, str], date] = {}
        """When the figures last earned the level that is held: subject, ladder, level."""
        self.rated: dict[tuple[date, str], Any] = {}
        self.judged: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        """Levels and rights of those whose score is about to be written."""
        self.acted: dict[tuple[str, str], list[date]] = {}
        """On which days something that acts once in a stretch did: its key, the subject."""
        self.rule_states: dict[tuple[str, str], bool] = {}
        self.rights: dict[str, dict[str, Any]] = {}
        self.tomorrow: list[tuple[str, str, Any]] = []
        """Levels decided today whose consequences open the next day: subject, ladder, level."""
        self.holding_from_tomorrow: list[Any] = []
        self.lifted: set[str] = set()
        """Subjects whose vetoes are looked away from, while a period opens."""
        self.shown_at: dict[tuple[str, str, str], Contribution] = {}
        """What stands for held figures that show another value than 0: subject, figure, period."""
        self.spendings: dict[Contribution, dict[Contribution, Fraction]] = {}
        """Of each redemption, out of which contributions its price was paid."""
        self.redeemed: list[rewarding.Redemption] = []
        self.asks_parts = any(
            re.search(r"\b(mean|highest|lowest|平均|最高|最低)\(", str(version.scheme))
            for version in versions.all
        )
        self.numbers = 0
        self.admission = Admission(self)
        self.grouping = Grouping(self.window_key, self.quorum)
        self.entries: dict[str, list[tuple[Any, ...]]] = {}
        self.scores: dict[tuple[str, str], dict[str, Any]] = {}
        self.shares: dict[str, dict[str, Fraction]] = {}

    # --- entries ----------------------------------------------------------------------------------

    def write(
        self,
        subject: str,
        event: str | None,
        outcome: Outcome,
        moves: Moves | None = None,
        day: date | None = None,
    ) -> None:
        """Append an entry of a subject."""
        moves = dict(moves or {})
        granted = moves.pop("total", ZERO)
        ledgers = {ledger: amount for ledger, amount in moves.items() if amount}
        row = (day or self.day, event, outcome.value, granted, ledgers)
        self.entries.setdefault(subject, []).append(row)

    def next_number(self) -> int:
        self.numbers += 1
        return self.numbers

    # --- looking things up ------------------------------------------------------------------------

    def book(self, subject: str) -> Book:
        """The book of a subject, opened on the day it is first wanted."""
        if subject not in self.books:
            self.books[subject] = Book(
                subject,
                lambda figure: self.is_held(subject, figure),
                self.pots,
                self.population,
                self.bounds,
            )
            periods.open_period(self, subject, self.day)
        return self.books[subject]

    def bounds(
        self, stage: Stage, who: Contribution, period: Period, day: date | None = None
    ) -> Bounds:
        """The bounds of a limit on a day, or now: of the last version within the window by then."""
        window, day = stage.window, day or self.day
        if len(self.versions.all) == 1 or (window and window.name in ("event", "length")):
            return stage.low, stage.high
        is_of_period = window is None or window.name == "period"
        end = period.end if is_of_period else window.last_day(who.day)  # type: ignore[union-attr]  # it has one
        first = max(day, period.start) if is_of_period else day
        days = self.period_days(self.day)
        version = self.versions.standing(min(first, end))
        same = (one for one in stages_of(version, days) if one.key == stage.key)
        return next(((one.low, one.high) for one in same), (stage.low, stage.high))

    def population(self, stage: Stage, who: Contribution) -> Key:
        return self.roster.populations(who.subject, stage.among, who.day)

    def resolve(self, subject: str, relation: str, day: date) -> tuple[str, ...]:
        return self.roster.resolve(subject, relation, day)

    def facts_of(self, subject: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.subject == subject]

    def pot_facts(self, subject: str, among: Sequence[str], day: date) -> list[Fact]:
        """The facts of all who share a common room with a subject."""
        if not among:
            return self.facts_of(subject)
        mine = self.roster.populations(subject, tuple(among), day)
        return [
            fact
            for fact in self.facts
            if self.roster.populations(fact.subject, tuple(among), fact.day) == mine
        ]

    def occurrences(self, subject: str, what: str) -> list[Fact]:
        """Admitted events that were not revoked, of an indicator, a category, a side, or any."""
        found = [fact for fact in self.facts_of(subject) if fact.is_occurrence]
        match what:
            case "any" | "total":
                return found
            case "added":
                return [fact for fact in found if fact.asked > 0]
            case "deducted":
                return [fact for fact in found if fact.asked < 0]
        return [
            fact
            for fact in found
            if fact.item.key == what or what in [category.key for category in fact.item.chain]
        ]

    def window_key(self, window: Window, day: date) -> object:
        return self.versions.period(day).start if window.name == "period" else window.key(day)

    def same_window(self, window: Window | None, earlier: date, day: date) -> bool:
        if window is None:
            return False
        if window.name == "length":
            return lies_within(earlier, day, window)
        return self.window_key(window, earlier) == self.window_key(window, day)

    def period_days(self, day: date) -> int:
        period = self.versions.period(day)
        return (period.end - period.start).days + 1

    def payees(self, to: Any, item: Item, event: Event) -> list[Any]:
        return doing.payees_for(self, to, item.version, event)

    def may_act(self, part: Any, subject: str) -> bool:
        """Whether what acts once in a stretch has not acted in it; if so, it does now."""
        window = getattr(part, "once", None)
        if window is None or window == "unknown":
            return True
        days = self.acted.setdefault((part.key, subject), [])
        if any(self.same_window(window, day, self.day) for day in days):
            return False
        days.append(self.day)
        return True

    def is_present(self, subject: str, day: date | None = None) -> bool:
        return self.roster.is_member(subject, day or self.day)

    def fits(self, subject: str, words: Sequence[str], version: Version) -> bool:
        """Whether somebody is meant by a `for`; without one, by the kind of the scheme."""
        known = kind_words(words) if words else frozenset({version.scheme.kind})
        return self.roster.fits(subject, known, self.day)

    def may_have(self, subject: str, words: Sequence[str], version: Version) -> bool:
        """Whether somebody has a ledger: anybody, unless it says for whom it is."""
        return not words or self.roster.fits(subject, kind_words(words), self.day)

    def quorum(self, item: Item, group: list[Fact]) -> bool:
        """Whether the condition about raters holds of a group of ratings."""
        text = item.indicator.when
        if text is None or "raters" not in formula_of(item.version, text).names:
            return True  # else it is asked of each rating
        last = group[-1]
        raters = {fact.event.rater or f"of {fact.event.id}" for fact in group}
        asker = Asker(
            self,
            item.version,
            last.subject,
            last.day,
            last.event,
            None,
            item.key,
            {"raters": len(raters)},
        )
        return asker.holds(text)

    def is_held(self, subject: str, figure: str) -> bool:
        return subject not in self.lifted and holding.is_held(self, subject, figure)

    # --- levels -----------------------------------------------------------------------------------

    def level_name(self, subject: str, ladder: str, back: int = 0) -> str:
        """The level last decided, or one before it; nothing where there is none."""
        decided = self.levels.get((subject, ladder), [])
        if len(decided) <= back:
            return ""
        level = decided[-1 - back][1]
        if level is None:
            raise Undecided(ladder)
        return level

    def streak(self, subject: str, ladder: str, level: str) -> int:
        """How many times in a row, up to the last, it was that level or better."""
        names = [one.label for one in self.versions.standing(self.day).ladders[ladder].levels]
        count = 0
        for _, held in reversed(self.levels.get((subject, ladder), [])):
            if held is None or held not in names or names.index(held) > names.index(level):
                break
            count += 1
        return count

    # --- the story --------------------------------------------------------------------------------

    def tell(self) -> None:
        """Take every day from the first to `as_of`."""
        events: dict[date, list[Event]] = {}
        for event in self.incoming.order:
            events.setdefault(event.date, []).append(event)
        for event in [e for e in self.incoming.order if e.date < self.versions.first.since]:
            doing.process(self, event)
        self.day = self.versions.first.since
        while self.day <= self.as_of:
            boundaries.open_day(self)
            for event in events.get(self.day, ()):
                doing.process(self, event)
            boundaries.close_day(self)
            if self.day == date.max:
                break
            self.day = self.next_day(sorted(events))
        for event in self.incoming.order:
            if event.date > self.as_of and event.date >= self.versions.first.since:
                doing.refuse_late(self, event)
        for event, outcome in self.incoming.refused:
            if outcome is Outcome.AFTER_AS_OF:
                doing.refuse_late(self, event)
                continue
            self.write(event.subject, event.id, self.stranger(event) or outcome, day=event.date)
        for _ in self.incoming.unreadable:
            self.write("", None, Outcome.UNREADABLE, day=date.max)
        self.day = self.as_of
        scoring.score_all(self)

    def stranger(self, event: Event) -> Outcome | None:
        """Why an event is refused before it is asked what became of its id."""
        if doing.speaks_of_another(event):
            is_here = self.roster.is_member(event.subject, event.date)
            return None if is_here else Outcome.UNKNOWN_SUBJECT
        if rewarding.is_redemption(self, event):
            found = rewarding.refused_before_its_standing(self, event)
            return found if found in rewarding.STRANGE else None
        return self.admission.stranger(event)

    def next_day(self, event_days: Sequence[date]) -> date:
        """The next day on which anything may happen."""
        tomorrow = self.day + timedelta(days=1)
        if self.tomorrow or self.holding_from_tomorrow:
            return tomorrow
        period = self.versions.period(tomorrow)
        found = [self.as_of + timedelta(days=1), self.as_of, period.end]
        found += [tomorrow] if period.start == tomorrow else []
        found += [day for day in event_days if day >= tomorrow][:1]
        found += [version.since for version in self.versions.all]
        for window in self.versions.standing(tomorrow).windows():
            if window.name not in ("event", "ever", "length", "period"):
                found.append(window.last_day(tomorrow))
        found += [Window("month").last_day(tomorrow)] if self.asks_parts else []
        for row in self.roster.rows:
            found.append(row.since)
            if row.until != date.max:
                found.append(row.until + timedelta(days=1))
        ends = [fact.ends_on for fact in self.facts if fact.in_force]
        ends += [one.ends_on for book in self.books.values() for one in book.live]
        held: tuple[Veto | Grade, ...] = (*self.vetoes, *self.grades)
        ends += [one.ends_on for one in held if not one.ended]
        return min(day for day in [*found, *(e for e in ends if e is not None)] if day >= tomorrow)


class Oracle:
    """A naive second opinion on what an evaluation must give."""

    def __init__(
        self,
        schemes: SchemeFile | Sequence[SchemeFile],
        roster: Roster | None,
        events: Iterable[Any],
        as_of: date,
        status: str | None = "count",
        known_on: date | None = None,
        workdays: Any = None,
    ) -> None:
        """`status` is that of events which have none; `known_on` hides what was recorded later."""
        versions = Versions(schemes)
        kind = versions.last.scheme.kind
        if roster is None:
            roster = Roster((), kind=kind, everyone=True)
        else:
            roster = Roster(roster.rows, kind=kind)
        self.village = Village(
            versions, roster, Incoming(events, as_of, known_on), status, workdays
        )
        self.village.tell()
        self.entries = {
            subject: sorted(rows, key=_in_order)
            for subject, rows in sorted(self.village.entries.items())
        }
        self.scores = self.village.scores
        self.shares = self.village.shares


def _in_order(row: tuple[Any, ...]) -> date:
    day: date = row[0]
    return day

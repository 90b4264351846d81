"""The lines of scores.

A score has its base and each figure once, its levels fit their thresholds, no period is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..core.message import N_, Message, msg
from ..core.terms import Period, Unknown, Window
from ..core.vocabulary import ACCOUNTS, english, spell_kind, spell_kinds
from ..scheme import model
from .book import Book, Figures
from .ends import EndCheck
from .rules import Version
from .starts import begin_period
from .sums import number_text

_PARTS = {"category": N_("the category"), "ledger": N_("the ledger"), "level": N_("the ladder")}


class ScoreCheck:
    """Checks each score, and that none is missing."""

    def __init__(self, book: Book, ends: EndCheck) -> None:
        self._book, self._ends = book, ends
        self._seen: dict[str, list[Period]] = {}
        self.totals = self.levels = self.unproved = 0

    def check(self, line: Mapping[str, Any]) -> Iterator[Message]:
        """Yield the errors of the line of a score."""
        day = date.fromisoformat(line["date"])
        version = self._book.on(day)
        if version is None:
            yield msg(N_("no version is in force on {date}"), date=line["date"])
            return
        period = version.period(day)
        yield from self._itself(line, period, day)
        subject = line["subject"]
        figures = self._book.figures[subject, line["period"]]
        self.totals += 1
        if line["total_after"] is None or Fraction(line["total_after"]) != figures.total:
            yield msg(
                N_("the lines of {period} come to {found}, not {written}"),
                period=line["period"],
                found=number_text(figures.total),
                written=str(line["total_after"]),
            )
        yield from self._base(version, line, figures, period)
        yield from self._within(version, subject, figures)
        yield from self._ends.period_end(subject, period)
        said = {"total": figures.total}
        yield from self._figures(version, line, figures, said)
        yield from self._all_there(version, subject, line["steps"], day)
        yield from self._levels(version, line, said)

    def end(self) -> Iterator[Message]:
        """Yield an error for each period without a score."""
        as_of = self._book.index.as_of
        scored = {(s, p.label) for s, periods in self._seen.items() for p in periods}
        for (subject, label), figures in self._book.figures.items():
            if figures.lines and (subject, label) not in scored:
                yield _lacks(subject, label)
        until: dict[str, date] = {}
        for row in self._book.roster.rows if self._book.roster is not None else ():
            until[row.id] = max(row.until, until.get(row.id, row.until))
        for subject, first in self._firsts():
            version = self._book.on(first)
            last = min(as_of, until.get(subject, date.max))
            while version is not None and first <= last:
                period = version.period(first)
                if (subject, period.label) not in scored:
                    yield _lacks(subject, period.label)
                    break
                if period.end == date.max:
                    break
                first = period.end + timedelta(days=1)
                version = self._book.on(first)

    def _firsts(self) -> Iterator[tuple[str, date]]:
        """Yield the subjects that must have a score, each with its first day."""
        roster, start = self._book.roster, self._book.versions[0].scheme.effective_from
        found = {subject: min(p.start for p in periods) for subject, periods in self._seen.items()}
        kind = self._book.versions[-1].scheme.kind
        for subject in roster.subjects if roster is not None else ():
            since = roster.since(subject) if roster is not None else None
            if roster is None or since is None:
                continue
            if roster.kind(subject) == kind or subject in found:
                found[subject] = max(since, start)
        yield from sorted(found.items())

    # --- the line as such ----------------------------------------------------------------------

    def _itself(self, line: Mapping[str, Any], period: Period, day: date) -> Iterator[Message]:
        subject, label = line["subject"], line["period"]
        if label != period.label or day != min(period.end, self._book.index.as_of):
            yield msg(
                N_("{date} lies in the period {period}"), date=line["date"], period=period.label
            )
        still = (line["event"], line["version"], line["indicator"], line["asked"], line["granted"])
        if still != (None, None, "", "0", "0") or line["ledgers"]:
            yield msg(N_("the line of a score brings nothing itself"))
        seen = self._seen.setdefault(subject, [])
        if any(other.label == label for other in seen):
            yield msg(
                N_("'{subject}' has a second score of {period}"), subject=subject, period=label
            )
        seen.append(period)
        roster = self._book.roster
        if roster is not None and subject not in self._book.people:
            yield msg(N_("'{subject}' is not on the roster"), subject=subject)

    def _base(
        self, version: Version, line: Mapping[str, Any], figures: Figures, period: Period
    ) -> Iterator[Message]:
        base = version.scheme.base
        began = max(period.start, self._book.versions[0].scheme.effective_from)
        first = self._book.on(began) or version
        if not isinstance(base, Decimal | None) or first is not version or version.starts:
            return
        if not self._starts(version, line["subject"], period):
            base = None
        due = Fraction(base or 0)
        later = self._seen[line["subject"]][0] != period or self._has_left(line)
        carries = version.scheme.at_period_end == "carry" and later
        may_be_none = carries or self._book.roster is None  # the kind of the subject is unknown
        if figures.base not in ({due, Fraction(0)} if may_be_none else {due}):
            yield msg(
                N_("the base is {found}, not {written}"),
                found=number_text(due),
                written=line["inputs"].get("base", ""),
            )

    def _starts(self, version: Version, subject: str, period: Period) -> bool:
        """Tell whether a subject has the base, by kinds and classes, else by the scheme's kind."""
        roster, scheme = self._book.roster, version.scheme
        if roster is None:
            return True
        day = max(period.start, roster.since(subject) or period.start)
        words = {word for one in scheme.for_ for word in spell_kind(one)} or {scheme.kind}
        return roster.fits(subject, words, day)

    def _has_left(self, line: Mapping[str, Any]) -> bool:
        return not isinstance(self._book.versions[0].scheme.base, Decimal)

    def _within(self, version: Version, subject: str, figures: Figures) -> Iterator[Message]:
        """Check the total against its own limits, unless a veto or a version may have moved it."""
        if len(self._book.versions) > 1 or self._book.standing[subject]:
            return
        for bound in version.limits["total"]:
            inside = bound.clamp(figures.base) == figures.base
            if inside and bound.clamp(figures.total) != figures.total:
                yield msg(
                    N_("a total of {found} lies beyond the limit of {place}"),
                    found=number_text(figures.total),
                    place=bound.place,
                )

    # --- ledgers and categories ----------------------------------------------------------------

    def _figures(
        self,
        version: Version,
        line: Mapping[str, Any],
        figures: Figures,
        said: dict[str, Fraction],
    ) -> Iterator[Message]:
        """Check each figure, and collect its id."""
        for step in line["steps"]:
            kind, name = step["kind"], step["id"]
            if kind == "level" and _says_only(step, "note"):
                continue
            if not (kind in ("ledger", "category") and step["after"] and _says_only(step, "after")):
                yield msg(N_("the line of a score has no step '{kind}'"), kind=kind)
                continue
            said[name] = Fraction(step["after"])
            known = figures.ledgers if kind == "ledger" else figures.categories
            due = self._due(version, line, kind, name, known[name])
            if due is None:
                self.unproved += 1
            elif said[name] not in due:
                yield msg(
                    N_("'{ledger}' comes to {found}, not {written}"),
                    ledger=name,
                    found=number_text(due[0]),
                    written=step["after"],
                )

    def _due(
        self, version: Version, line: Mapping[str, Any], kind: str, name: str, known: Fraction
    ) -> list[Fraction] | None:
        """Return the possible values of a figure; None where no line determines them."""
        subject, day = line["subject"], date.fromisoformat(line["date"])
        figures = self._book.figures[subject, line["period"]]
        if kind == "category":
            begun = begin_period(self._book, subject, day)
            if begun is None or len(self._book.versions) > 1 or figures.loose & {"*", name}:
                return None
            base = begun.figures[name]
            if base and self._book.holds_figures(version, subject):
                return None  # a veto of an earlier period may hold the base
            return [known + (0 if figures.wiped else base)]
        ledger = next((led for led in version.scheme.ledgers if led.key == name), None)
        if ledger is None or ledger.formula is not None:
            return None
        if ledger.base is None:
            return [known]
        if not isinstance(ledger.base, Decimal) or len(self._book.versions) > 1:
            return None
        return [known + Fraction(ledger.base), known]

    def _all_there(
        self, version: Version, subject: str, steps: Sequence[Mapping[str, Any]], day: date
    ) -> Iterator[Message]:
        """Check that each ledger, category and ladder is there once, and nothing else."""
        seen = [(step["kind"], step["id"]) for step in steps]
        must = {("category", key) for key in version.categories}
        must |= {("level", ladder.key) for ladder in version.scheme.tiers}
        must |= {("ledger", led.key) for led in version.scheme.ledgers if not led.for_}
        may = set(must)
        for other in self._book.versions:
            may |= {("category", key) for key in other.categories}
            may |= {("ledger", led.key) for led in other.scheme.ledgers}
            may |= {("level", ladder.key) for ladder in other.scheme.tiers}
        roster = self._book.roster
        for led in version.scheme.ledgers if roster is not None else ():
            words = spell_kinds(led.for_)
            if led.for_ and led.formula is not None and roster is not None:
                must |= {("ledger", led.key)} if roster.fits(subject, words, day) else set()
        for kind, name in sorted(must - set(seen)):
            yield msg(N_("the score leaves out {part} '{name}'"), part=msg(_PARTS[kind]), name=name)
        for kind, name in seen:
            if (kind, name) not in may or seen.count((kind, name)) > 1:
                part = msg(_PARTS.get(kind, kind))
                yield msg(N_("{part} '{name}' is too many in the score"), part=part, name=name)

    # --- levels --------------------------------------------------------------------------------

    def _levels(
        self, version: Version, line: Mapping[str, Any], said: Mapping[str, Fraction]
    ) -> Iterator[Message]:
        levels = {s["id"]: s["note"] for s in line["steps"] if s["kind"] == "level"}
        for ladder in version.scheme.tiers:
            yield from self._level(ladder, line, said, levels.get(ladder.key, ""))

    def _level(
        self,
        ladder: model.Ladder,
        line: Mapping[str, Any],
        said: Mapping[str, Fraction],
        written: str,
    ) -> Iterator[Message]:
        names = {level.key for level in ladder.levels}
        if written not in names | {""}:
            yield msg(N_("the ladder '{id}' has no level '{level}'"), id=ladder.key, level=written)
            return
        figure = said.get(english(ACCOUNTS, ladder.by or "total"))
        graded = ladder.key in self._book.standing[line["subject"]]
        ruled = self._book.figures[line["subject"], line["period"]].ruled
        rated = bool(written) or self._is_rated(ladder, line)
        if (
            figure is None
            or graded
            or ruled == date.fromisoformat(line["date"])
            or not rated
            or not self._by_edges(ladder, line)
            or self._asks_windows(ladder)
        ):
            self.unproved += 1
            return
        self.levels += 1
        rest = next((level.key for level in ladder.levels if not level.has_test), "")
        found = next((level.key for level in ladder.levels if _reached(level, figure)), rest)
        if found != written:
            yield msg(
                N_("{figure} points are the level '{found}', not '{written}'"),
                figure=number_text(figure),
                found=found,
                written=written,
            )

    def _is_rated(self, ladder: model.Ladder, line: Mapping[str, Any]) -> bool:
        """Tell whether a subject is certainly rated on a ladder."""
        roster = self._book.roster
        if roster is None or ladder.when is not None:
            return False
        words = ladder.for_ or (self._book.versions[-1].scheme.kind,)
        known = spell_kinds(words)
        day = date.fromisoformat(line["date"])
        there = roster.is_member(line["subject"], day)
        return there and roster.fits(line["subject"], known, day)

    def _asks_windows(self, ladder: model.Ladder) -> bool:
        """Tell whether its figure may depend on windows that end after the level is decided."""
        ledgers = (one for version in self._book.versions for one in version.scheme.ledgers)
        return any(
            one.key == ladder.by and one.formula is not None and "(" in one.formula
            for one in ledgers
        )

    def _by_edges(self, ladder: model.Ladder, line: Mapping[str, Any]) -> bool:
        """Tell whether a ladder has only stated thresholds and is decided at its period's end."""
        version = self._book.on(date.fromisoformat(line["date"]))
        rule = self._book.versions[-1].scheme.period
        year = isinstance(ladder.per, Window) and rule.count == 1 and ladder.per.name == rule.unit
        whole = (rule.from_month, rule.from_day) == (1, 1)
        ends = ladder.per in (None, Window("period")) or (year and whole)
        moves = (ladder.up, ladder.down, *(level.lasts for level in ladder.levels))
        if version is None or not ends or any(move is not None for move in moves):
            return False
        return not any(
            level.rank is not None
            or level.when is not None
            or isinstance(level.at_least, Unknown)
            or isinstance(level.above, Unknown)
            for level in ladder.levels
        )


def _says_only(step: Mapping[str, Any], key: str) -> bool:
    """Tell whether a step has its kind and id and one thing more."""
    return not any(value for name, value in step.items() if name not in ("kind", "id", key))


def _lacks(subject: str, period: str) -> Message:
    return msg(N_("'{subject}' has no score of {period}"), subject=subject, period=period)


def _reached(level: model.Level, figure: Fraction) -> bool:
    if isinstance(level.above, Decimal):
        return figure > Fraction(level.above)
    return isinstance(level.at_least, Decimal) and figure >= Fraction(level.at_least)

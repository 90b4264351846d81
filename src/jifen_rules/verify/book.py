"""The state after the lines so far: totals, ledgers, categories, vetoes, references."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from ..inputs.roster import Roster
from ..trace.chain import Trace
from ..trace.entry import ADMITTED, Entry, Outcome, Step
from .consequences import Brings
from .rules import Version

MOVES = frozenset({Outcome.COUNTED, Outcome.AWARDED})
"""Outcomes of lines whose points pass the limits of an indicator."""


_SPEAKING = MOVES | {Outcome.REDEEMED, Outcome.REVOKED, Outcome.VOID, Outcome.OBJECTION}
"""Outcomes of lines with all that an event that counts says."""


@dataclass(slots=True)
class Figures:
    """The figures of a subject in a period, as far as its lines tell."""

    base: Fraction = Fraction(0)
    total: Fraction = Fraction(0)
    ledgers: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    categories: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    ruled: date | None = None
    """The last day on whose end a rule, a longer award or an end may have moved something late.

    Late is after levels were decided.
    """
    loose: set[str] = field(default_factory=set)
    """Categories whose figure cannot be derived from the lines; `*` means all of them."""
    wiped: bool = False
    """Whether everything was cleared at some time, including the bases of categories."""
    lines: int = 0
    """Number of lines with a total or with points."""


class LateLines:
    """Lines of events that repair or revoke a later event of their day; they follow that event."""

    def __init__(self, by_event: Mapping[str, Sequence[Entry]], entries: Sequence[Entry]) -> None:
        places: dict[str, int] = {}
        for place, entry in enumerate(entries):
            places.setdefault(entry.event or "", place)
        self.moved: set[str | None] = set()
        """The events that are processed later than their place in the trace."""
        self._after: dict[str, list[Entry]] = defaultdict(list)
        for event, own in by_event.items():
            target = own[0].inputs.get("repairs") or own[0].inputs.get("revokes") or ""
            later = target in by_event and by_event[target][0].date == own[0].date
            if later and places[target] > places[event]:
                self.moved.add(event)
                self._after[target] += own

    def after(self, event: str | None) -> Iterator[Entry]:
        """Yield the lines processed after the last line of an event, with their own followers."""
        lines = self._after.get(event or "", ())
        for number, line in enumerate(lines, 1):
            yield line
            if number == len(lines) or lines[number].event != line.event:
                yield from self.after(line.event)


class Index:
    """An index of the whole trace, built before the first line is checked."""

    def __init__(self, trace: Trace) -> None:
        self.by_event: dict[str, list[Entry]] = defaultdict(list)
        self.givers: dict[tuple[str | None, date | None, str], list[Entry]] = defaultdict(list)
        """The lines by event, day and indicator; a standing fact has a line per awarded subject."""
        self.voided_by: dict[str, set[Outcome]] = defaultdict(set)
        """The outcomes of the lines that void or correct an event, by event."""
        self.repaired: Counter[str] = Counter()
        self._passed_on: dict[str, list[str]] = defaultdict(list)
        """The days on which the correction of an event was itself corrected, by event."""
        self._corrects: dict[str, str] = {}
        counted: list[str] = []
        known: set[str] = set()
        for entry in trace.entries:
            if entry.event is not None:
                self.by_event[entry.event].append(entry)
            if entry.outcome in ADMITTED and entry.outcome is not Outcome.RECEIVED:
                self.givers[entry.event, entry.date, entry.indicator].append(entry)
            for key in ("voids", "corrects"):
                if key in entry.inputs:
                    self.voided_by[entry.inputs[key]].add(entry.outcome)
            if "corrects" in entry.inputs and entry.event is not None:
                self._corrects[entry.event] = entry.inputs["corrects"]
                if entry.outcome in MOVES | {Outcome.REDEEMED}:
                    counted.append(entry.event)
                elif entry.outcome is Outcome.CORRECTED:
                    said_on = entry.inputs.get("recorded_on", str(entry.date))
                    self._passed_on[entry.inputs["corrects"]].append(said_on)
            if entry.event is not None and entry.outcome in _SPEAKING:
                known.add(entry.inputs.get("recorded_on") or str(entry.date))
            if "repairs" in entry.inputs and entry.outcome is Outcome.COUNTED:
                self.repaired[entry.inputs["repairs"]] += 1
        self._standing = {self._first(event): event for event in counted}
        """The event that counts in a chain of corrections, by the first event of the chain."""
        self.known_on = max(known, default="")
        """The latest day on which something that counts was recorded."""
        self.late = LateLines(self.by_event, trace.entries)
        self.scored = {(line["subject"], line["period"]) for line in _of(trace, Outcome.SCORED)}
        seal = next(_of(trace, Outcome.SEALED), None)
        self.as_of = date.fromisoformat(seal["date"]) if seal is not None else date.max

    def standing_for(self, event: str) -> str:
        """Return the event that counts for an id, after all corrections."""
        counts = MOVES | {Outcome.REDEEMED}
        if any(entry.outcome in counts for entry in self.by_event.get(event, ())):
            return event
        return self._standing.get(self._first(event), event)

    def is_passed_on(self, event: str, day: date | None) -> bool:
        """Tell whether a correction of an event of a day was itself corrected."""
        return any(said_on >= str(day) for said_on in self._passed_on.get(event, ()))

    def _first(self, event: str) -> str:
        """Return the event that a chain of corrections begins with; of a circle the least id."""
        seen: list[str] = []
        while event in self._corrects and event not in seen:
            seen.append(event)
            event = self._corrects[event]
        return min(seen[seen.index(event) :]) if event in seen else event

    def own(self, event: str) -> Entry | None:
        """Return the line of an event for its own subject, if the event counts."""
        found = self.by_event.get(self.standing_for(event), ())
        moves = MOVES | {Outcome.REDEEMED}
        return next((entry for entry in found if entry.outcome in moves), None)

    def about(self, event: str) -> str:
        """Return the indicator of an event; empty where there is no such event."""
        return next((entry.indicator for entry in self.by_event.get(event, ())), "")


def times_paid(giver: Entry, subject: str) -> int:
    """Count how often a line names a subject among those whom its indicator pays."""
    named = (step.note.split(", ") for step in giver.steps if step.kind == "to")
    return sum(subject in several for several in named)


def _of(trace: Trace, outcome: Outcome) -> Iterator[Mapping[str, Any]]:
    return (line for line in trace.lines if line["outcome"] == outcome)


class Book:
    """The state that all checks of one trace share."""

    def __init__(self, versions: Sequence[Version], roster: Roster | None, trace: Trace) -> None:
        self.versions, self.roster, self.index = versions, roster, Index(trace)
        self.people = frozenset(roster.subjects) if roster is not None else frozenset()
        self.figures: dict[tuple[str, str], Figures] = defaultdict(Figures)
        self.standing: dict[str, set[str]] = defaultdict(set)
        """The targets of vetoes and gradings so far, by subject."""
        self.any_stands = False
        """Whether some veto or grading has begun."""
        self.held_at: dict[str, set[Fraction]] = defaultdict(set)
        """The values at which vetoes on the total held so far, by subject."""
        self.displaced: set[str] = set()
        """Subjects of whom an event displaced another among the highest times."""
        self.wiped: set[str] = set()
        """Subjects of whom a ledger was cleared at some time."""
        for line in _of(trace, Outcome.SCORED):
            figures = self.figures[line["subject"], line["period"]]
            figures.base = figures.total = Fraction(line["inputs"].get("base", "0"))

    def on(self, day: date) -> Version | None:
        """Return the version in force on a day."""
        return next((v for v in reversed(self.versions) if v.scheme.effective_from <= day), None)

    def note_standing(self, version: Version, entry: Entry, step: Step) -> None:
        """Note the targets of a veto or grading."""
        if step.kind not in ("veto", "grade") or step.before is not None:
            return
        self.any_stands = True
        standing = self.standing[entry.subject]
        standing.add(step.note.partition(".")[0] or step.id)
        self.held_at[entry.subject] |= self.values_held(step)
        standing.update(
            ladder.key
            for ladder in version.scheme.tiers
            if step.kind == "grade" and step.note in {level.key for level in ladder.levels}
        )

    def values_held(self, step: Step) -> set[Fraction]:
        """Return the values at which a step may hold the total; none if it holds something else."""
        if step.kind != "veto" or step.before is not None or step.note != "total":
            return set()
        every = (brings for version in self.versions for brings in version.consequences)
        return {brings.at for brings in every if brings.is_of(step)}

    def is_held(self, subject: str, names: Collection[str]) -> bool:
        """Tell whether a veto has named one of these, or all adds, or a matter."""
        return bool(self.standing[subject] & {"added", "matter", *names})

    def holds_figures(self, version: Version, subject: str) -> bool:
        """Tell whether a veto has named anything but ladders and rewards."""
        others = {*(ladder.key for ladder in version.scheme.tiers), *version.rewards, "rewards"}
        return bool(self.standing[subject] - others)

    def may_bring(self, version: Version, entry: Entry) -> tuple[Brings, ...]:
        """Return the consequences that a line may bring; a repair brings those of the wrong."""
        if entry.outcome is Outcome.TIER and entry.date is not None:
            decided = self.on(entry.date - timedelta(days=1)) or version  # of the day before
            return decided.consequences.of(entry.indicator)
        if "repairs" not in entry.inputs:
            return version.consequences.of(entry.indicator)
        wrong = self.index.own(entry.inputs["repairs"])
        if wrong is None or wrong.date is None:
            return tuple(version.consequences)
        then = self.on(wrong.date) or version
        return then.consequences.of(wrong.indicator)

    def giver(self, entry: Entry) -> Entry | None:
        """Return the line of the event or day whose points another subject receives.

        None if no line tells which one, or how much.
        """
        found = self.index.givers.get((entry.event, entry.date, entry.indicator), ())
        lines = [line for line in found if line.outcome in MOVES]
        naming = [
            li for li in lines if li.subject != entry.subject and times_paid(li, entry.subject)
        ]
        if not naming:
            return lines[-1] if lines else None
        same = {times_paid(line, entry.subject) for line in naming}
        return naming[0] if len(same) == 1 else None

    def amounts(self, entry: Entry) -> Mapping[str, Fraction]:
        """Return the points of a line for the total and each other ledger."""
        found = {"total": Fraction(entry.granted)}
        return found | {name: Fraction(amount) for name, amount in entry.ledgers.items()}

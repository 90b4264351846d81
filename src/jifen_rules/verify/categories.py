"""The figure of each category: the points that reached its border, less those that ended.

From the first line whose steps do not tell its way, a category is not derived (`Figures.loose`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..core.terms import Window
from ..scheme import model
from ..trace.entry import Entry, Outcome, Step
from .book import MOVES, Book, Figures, times_paid
from .consequences import is_standing
from .limits import Border, CheckedIndicator, CheckedLimit
from .parts import BEFORE, consequences_of, displaces, has_come, own_steps, starts_of
from .rules import Version
from .walk import Passage, undo_at, walk

_STRAIGHT = frozenset(
    {
        Outcome.RULE,
        Outcome.TIER,
        Outcome.CARRIED,
        Outcome.HELD,
        Outcome.REDEEMED,
    }
)
"""Outcomes of lines whose points belong to no category."""


@dataclass(frozen=True, slots=True)
class _Brought:
    """The points that an event brought to its subject, stage by stage."""

    item: CheckedIndicator
    period: str
    ways: tuple[tuple[Passage, ...], ...]
    """One passage, or several if the points came in several shares."""


class CategorySums:
    """Adds each line to its categories."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._brought: dict[tuple[str, str], _Brought] = {}
        """The points that may still end, by subject and event."""
        self._periods: dict[tuple[str, str], set[str]] = defaultdict(set)
        """The periods of the events of each combine, by subject."""
        self._came_in: dict[str, set[str]] = defaultdict(set)
        """The periods in which points came, by subject."""
        self._reached: dict[tuple[str, str], set[str]] = defaultdict(set)
        """The others whom the events of each combine paid, by subject."""

    def add(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> None:
        """Add the points at each border; mark it loose where other events moved or a veto held."""
        figures = self._book.figures[entry.subject, entry.period]
        held = any(step.kind == "veto" for step in own_steps(entry))
        if held or any(map(is_standing, entry.steps)) or entry.outcome is Outcome.RELEASED:
            figures.loose.add("*")  # no step says what a veto took or gave back
        elif entry.outcome in _STRAIGHT:
            pass
        elif "repairs" in entry.inputs:
            self._repaired(entry, figures)
        elif item is None:
            figures.loose |= {"*"} if entry.granted or entry.ledgers else set()
        elif entry.outcome in MOVES:
            self._moved(version, item, entry, figures)
        elif entry.outcome is Outcome.RECEIVED and "revokes" not in entry.inputs:
            self._received(version, item, entry, figures)
        elif entry.outcome in (Outcome.EXPIRED, Outcome.REVOKED, Outcome.RECEIVED):
            self._ended(version, item, entry, figures)
        self._wiped(version, item, entry, figures)

    # --- what comes ----------------------------------------------------------------------------

    def _moved(
        self, version: Version, item: CheckedIndicator, entry: Entry, figures: Figures
    ) -> None:
        steps = own_steps(entry)
        self._join(version, item, entry, steps, figures)
        if item.form == "clear":
            return
        paid = times_paid(entry, entry.subject)
        self._came(version, item, entry, paid, has_come(self._book, version, entry), figures)

    def _received(
        self, version: Version, item: CheckedIndicator, entry: Entry, figures: Figures
    ) -> None:
        """Add points from others, which pass the limits of the same indicator."""
        giver = self._book.giver(entry)
        if item.joins > 0:
            figures.loose.add("*")
        elif giver is None or len(own_steps(entry)) < len(entry.steps):
            figures.loose |= set(item.nodes)
        else:
            self._came(version, item, entry, times_paid(giver, entry.subject), True, figures)

    def _came(
        self,
        version: Version,
        item: CheckedIndicator,
        entry: Entry,
        paid: int,
        comes: bool | None,
        figures: Figures,
    ) -> None:
        """Add the points at each border of the way, once for each time they passed it."""
        self._came_in[entry.subject].add(entry.period)
        steps = [s for s in own_steps(entry) if s.before is not None and s.kind not in BEFORE]
        met = [step for step in steps if step.kind not in ("combine", "share")]
        displaced = any(displaces(step) and step.id in item.nodes for step in met)
        if displaced and item.highest_beyond and len(self._came_in[entry.subject]) > 1:
            figures.loose |= set(item.nodes)  # what is of an earlier period leaves no category
        if item.joins >= 0:
            if item.pays:
                figures.loose |= set(item.nodes)
            asked = Fraction(entry.asked) + sum(_change(s) for s in steps if s.kind == "combine")
            self._added(item, asked, met, figures)
            return
        shares = [s for s in steps if s.kind == "share"]
        starts = starts_of(item, entry, shares, paid, comes=comes)
        if starts is None:
            figures.loose |= set(item.nodes)  # no step tells which way the points took
            return
        ways = []
        if displaced:
            self._added(item, sum(starts, Fraction(0)), met, figures)
            starts = []
        for start in starts:
            ways.append(tuple(walk(item.stages, start, met)))
            while met and met[0].id in version.limits:
                met.pop(0)
            for passage in ways[-1]:
                _note(figures, passage, 1)
        if entry.event is not None:
            self._brought[entry.subject, entry.event] = _Brought(item, entry.period, (*ways,))

    def _added(
        self, item: CheckedIndicator, start: Fraction, met: Sequence[Step], figures: Figures
    ) -> None:
        """Add the differences of all steps, since two events of a group may share the way."""
        at: dict[str, Fraction] = defaultdict(Fraction)
        beyond: dict[str, Fraction] = defaultdict(Fraction)
        for step in met:
            (beyond if step.kind in ("weight", "round") else at)[step.id] += _change(step)
        for node in item.nodes:
            start += at[node]
            if node != item.key:
                figures.categories[node] += start
            start += beyond[node]

    def reaches_back(self, item: CheckedIndicator, entry: Entry) -> bool:
        """Tell whether a group of a line may have an event of an earlier period."""
        over = [window for part in item.parts for window in part.combine.values()]
        if isinstance(item.form, model.RatedBy):
            over.append(item.form.per)
        days = item.scheme.period.about_days
        nested = all(isinstance(w, Window) and w.days(days) <= days for w in over)
        return not nested and bool(self._periods[entry.subject, item.joined] - {entry.period})

    # --- groups --------------------------------------------------------------------------------

    def _join(
        self,
        version: Version,
        item: CheckedIndicator,
        entry: Entry,
        steps: Sequence[Step],
        figures: Figures,
    ) -> None:
        """Mark as loose what another event of the group may have moved; no step tells its way."""
        if item.joins < 0:
            return
        node = item.joined
        seen = self._periods[entry.subject, node]
        seen.add(entry.period)
        paid = (step.note.split(", ") for step in steps if step.kind == "to")
        self._reached[entry.subject, node].update(*paid)
        if not item.picks or not (item.picks > 1 or any(step.kind == "combine" for step in steps)):
            return
        strange = {step.id for step in steps if step.before is not None and step.kind != "combine"}
        strange -= {*item.nodes, version.root, item.key, *version.limits}
        self._moves_others(item, entry.event or "", entry)
        loses = any(isinstance(stage, CheckedLimit) and stage.lost for stage in item.stages)
        if len(seen) > 1 or any(part.pays for part in version.items.values()):
            figures.loose.add("*")  # the event it replaces may be of an earlier period
        elif strange or loses or entry.subject in self._book.wiped:
            figures.loose.add("*")  # at most what a limit let through and is left is taken back
        elif item.joins > 0:
            figures.loose |= set(version.categories) - set(item.nodes[item.joins :])

    def _moves_others(self, item: CheckedIndicator, event: str, entry: Entry) -> None:
        """Mark as loose the figures of others where all moves by as much as it moves back.

        They have no line then, and yet a category may have changed.
        """
        lines = self._book.index.by_event
        others: set[str] = set()
        for line in lines.get(event, ()):
            if line.outcome in (*MOVES, Outcome.RECEIVED):
                others |= {line.subject} | self._reached[line.subject, item.joined]
        told = {line.subject for line in lines.get(entry.event or "", ())}
        for subject in others - told - {entry.subject}:
            loose = self._book.figures[subject, entry.period].loose
            loose |= {"*"} if item.joins > 0 else set(item.nodes)

    # --- ends ----------------------------------------------------------------------------------

    def _repaired(self, entry: Entry, figures: Figures) -> None:
        """End what lasts until its repair, if there was no veto."""
        event = self._book.index.standing_for(entry.inputs["repairs"])
        own = self._book.index.own(event)
        if own is not None and own.subject != entry.subject and entry.outcome in MOVES:
            self._repaired_by_another(own, event, entry)
        brought = self._brought.get((entry.subject, event))
        lasts = brought.item.lasts if brought is not None else None
        if brought is None or self._book.standing[entry.subject]:
            figures.loose.add("*")
        elif isinstance(lasts, model.Lasting) and lasts.kind == "until_repaired":
            self._ends(brought.item, event, entry, figures)
        elif not isinstance(lasts, model.Lasting | None):
            figures.loose |= set(brought.item.nodes)

    def _repaired_by_another(self, own: Entry, event: str, entry: Entry) -> None:
        """Mark as loose what ends of the one whose wrong another puts right."""
        version = self._book.on(own.date) if own.date is not None else None
        item = version.items.get(own.indicator) if version is not None else None
        if item is not None and item.lasts is not None:
            self._moves_others(item, event, entry)

    def _ended(
        self, version: Version, item: CheckedIndicator, entry: Entry, figures: Figures
    ) -> None:
        """Take back the points of an ended event, as far as a line tells them."""
        event = entry.inputs.get("revokes") or next(
            (step.note for step in entry.steps if step.kind == "ends"), ""
        )
        if entry.outcome is Outcome.EXPIRED and any(
            brings.lasts for brings in version.consequences.of(item.key)
        ):
            figures.loose |= set(item.nodes)  # perhaps only the consequence ends
        else:
            self._ends(item, self._book.index.standing_for(event), entry, figures)

    def _ends(self, item: CheckedIndicator, event: str, entry: Entry, figures: Figures) -> None:
        brought = self._brought.pop((entry.subject, event), None)
        if entry.outcome is not Outcome.RECEIVED:
            self._moves_others(item, event, entry)
        if item.joins > 0:
            figures.loose.add("*")
        elif brought is None or brought.item is not item or item.adds_up:
            figures.loose |= set(item.nodes)
        elif entry.subject in self._book.displaced and item.highest & {*item.nodes}:
            figures.loose |= set(item.nodes)  # no line tells which one was displaced
        elif brought.period == entry.period:
            self._taken_back(item, entry, brought, figures)

    def _taken_back(
        self, item: CheckedIndicator, entry: Entry, brought: _Brought, figures: Figures
    ) -> None:
        """Apply all limits again, from the first net limit on."""
        first = undo_at(item)
        left = [step for step in own_steps(entry) if step.before is not None]
        for way in brought.ways:
            for passage in way[:first]:
                _note(figures, passage, -1)
            amount = -way[first].came if first < len(way) else Fraction(0)
            for passage in walk(item.stages[first:], amount, left):
                if isinstance(passage.stage, CheckedLimit) and passage.stage.lost:
                    figures.loose |= set(item.nodes)  # at most what it had let through is taken
                _note(figures, passage, 1)
            while left and left[0].id in item.ledgers:
                left.pop(0)

    def _wiped(
        self, version: Version, item: CheckedIndicator | None, entry: Entry, figures: Figures
    ) -> None:
        """Set all categories to zero when the whole total ends."""
        brings = consequences_of(self._book, version, entry)
        wiped = [part.ledger for part in brings if part.may_wipe]
        if item is not None and item.form == "clear" and entry.outcome in MOVES:
            wiped += item.ledgers
        if wiped:
            self._book.wiped.add(entry.subject)
        if None in wiped:
            figures.loose.add("*")
        elif "total" in wiped:
            figures.categories.clear()
            figures.wiped = True
            figures.loose |= {"*"} if figures.loose or _keeps_something(version) else set()
            for key, brought in self._brought.items():
                if key[0] == entry.subject:  # the rest is in other ledgers only
                    self._brought[key] = replace(brought, period="")
        else:
            figures.loose |= set(_ending_with(version, wiped))


def _keeps_something(version: Version) -> bool:
    """Tell whether a category may keep points after the whole total ended."""
    limits = any(
        bound.lost or (bound.low is not None and bound.low > 0)
        for item in version.items.values()
        for bound in item.stages
        if isinstance(bound, CheckedLimit)
    )
    elsewhere = any(_may_miss_total(item) and not item.pays for item in version.items.values())
    return limits or elsewhere


def _ending_with(version: Version, wiped: Sequence[str | None]) -> Iterator[str]:
    """Yield the parts in which points end where a further ledger is cleared."""
    for item in version.items.values():
        if _may_miss_total(item) and not item.ledgers.keys().isdisjoint(wiped):
            yield from item.nodes


def _may_miss_total(item: CheckedIndicator) -> bool:
    """Tell whether points of an indicator may go to other ledgers alone."""
    total = item.ledgers.get("total")
    return total is None or bool(total.side)


def _change(step: Step) -> Fraction:
    return Fraction(step.after or 0) - Fraction(step.before or 0)


def _note(figures: Figures, passage: Passage, sign: int) -> None:
    if isinstance(passage.stage, Border):
        figures.categories[passage.stage.node] += sign * passage.came

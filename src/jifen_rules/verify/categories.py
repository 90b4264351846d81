"""What each category comes to: what the lines brought to its border, less what ended.

A category is left open (`Figures.loose`) from the first line on whose steps do not tell its way.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..scheme import model
from ..trace.entry import Entry, Outcome, Step
from .book import MOVES, Book, Figures, times_paid
from .consequences import is_standing
from .limits import Border, CheckedIndicator, CheckedLimit
from .parts import consequences_of, own_steps
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
"""Outcomes of lines whose points enter no category."""


@dataclass(frozen=True, slots=True)
class _Brought:
    """What an event brought to its subject, stage by stage."""

    item: CheckedIndicator
    period: str
    ways: tuple[tuple[Passage, ...], ...]
    """One, or several where it came in several shares."""


class CategorySums:
    """Adds each line to the categories it went through."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._brought: dict[tuple[str, str], _Brought] = {}
        """By subject and event, what may still end."""
        self._periods: dict[tuple[str, str], set[str]] = defaultdict(set)
        """By subject and thing that combines, the periods in which its events came."""

    def add(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> None:
        """Add what came to each border; loose where other events moved, or a veto stood between."""
        figures = self._book.figures[entry.subject, entry.period]
        held = any(step.kind == "veto" for step in own_steps(entry))
        if held or any(map(is_standing, entry.steps)) or entry.outcome is Outcome.RELEASED:
            figures.loose.add("*")  # a veto took or gave back what no step says
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
        self._came(version, item, entry, times_paid(entry, entry.subject), figures)

    def _received(
        self, version: Version, item: CheckedIndicator, entry: Entry, figures: Figures
    ) -> None:
        """Apply the rule that what comes from others goes the way of the same indicator."""
        giver = self._book.giver(entry)
        if item.joins > 0:
            figures.loose.add("*")
        elif giver is None or len(own_steps(entry)) < len(entry.steps):
            figures.loose |= set(item.nodes)
        else:
            self._came(version, item, entry, times_paid(giver, entry.subject), figures)

    def _came(
        self, version: Version, item: CheckedIndicator, entry: Entry, paid: int, figures: Figures
    ) -> None:
        """Add what came to each border of the way, as often as it went there."""
        steps = [s for s in own_steps(entry) if s.before is not None and s.kind not in _BEFORE]
        met = [step for step in steps if step.kind not in ("combine", "share")]
        if item.joins >= 0:
            if item.pays:
                figures.loose |= set(item.nodes)
            asked = Fraction(entry.asked) + sum(_change(s) for s in steps if s.kind == "combine")
            self._added(item, asked, met, figures)
            return
        starts = starts_of(item, entry, [s for s in steps if s.kind == "share"], paid)
        if starts is None:
            figures.loose |= set(item.nodes)  # which of the ways was gone no step tells
            return
        ways = []
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
        """Do the same by the differences of all steps: two events of a group may share the way."""
        at: dict[str, Fraction] = defaultdict(Fraction)
        beyond: dict[str, Fraction] = defaultdict(Fraction)
        for step in met:
            (beyond if step.kind in ("weight", "round") else at)[step.id] += _change(step)
        for node in item.nodes:
            start += at[node]
            if node != item.key:
                figures.categories[node] += start
            start += beyond[node]

    # --- groups --------------------------------------------------------------------------------

    def _join(
        self,
        version: Version,
        item: CheckedIndicator,
        entry: Entry,
        steps: Sequence[Step],
        figures: Figures,
    ) -> None:
        """Leave open what another event of the group may have moved, whose way no step tells."""
        if item.joins < 0:
            return
        node = item.joined
        seen = self._periods[entry.subject, node]
        seen.add(entry.period)
        if not item.picks or not (item.picks > 1 or any(step.kind == "combine" for step in steps)):
            return
        strange = {step.id for step in steps if step.before is not None and step.kind != "combine"}
        strange -= {*item.nodes, version.root, item.key, *version.limits}
        loses = any(isinstance(stage, CheckedLimit) and stage.lost for stage in item.stages)
        if len(seen) > 1 or any(part.pays for part in version.items.values()):
            figures.loose.add("*")  # what it takes the place of may be of a period before
        elif strange or loses:
            figures.loose.add("*")  # no more is taken back than a limit let through
        elif item.joins > 0:
            figures.loose |= set(version.categories) - set(item.nodes[item.joins :])

    # --- ends ----------------------------------------------------------------------------------

    def _repaired(self, entry: Entry, figures: Figures) -> None:
        """End what lasts until it is repaired now, if no veto stood on anything."""
        event = self._book.index.standing_for(entry.inputs["repairs"])
        brought = self._brought.get((entry.subject, event))
        lasts = brought.item.lasts if brought is not None else None
        if brought is None or self._book.standing[entry.subject]:
            figures.loose.add("*")
        elif isinstance(lasts, model.Lasting) and lasts.kind == "until_repaired":
            self._ends(brought.item, event, entry, figures)
        elif not isinstance(lasts, model.Lasting | None):
            figures.loose |= set(brought.item.nodes)

    def _ended(
        self, version: Version, item: CheckedIndicator, entry: Entry, figures: Figures
    ) -> None:
        """Take back what an ended event brought, so far as a line tells what that is."""
        event = entry.inputs.get("revokes") or next(
            (step.note for step in entry.steps if step.kind == "ends"), ""
        )
        if entry.outcome is Outcome.EXPIRED and any(
            brings.lasts for brings in version.consequences.of(item.key)
        ):
            figures.loose |= set(item.nodes)  # it may be the consequence alone that ends
        else:
            self._ends(item, self._book.index.standing_for(event), entry, figures)

    def _ends(self, item: CheckedIndicator, event: str, entry: Entry, figures: Figures) -> None:
        brought = self._brought.pop((entry.subject, event), None)
        if item.joins > 0:
            figures.loose.add("*")
        elif brought is None or brought.item is not item or item.adds_up:
            figures.loose |= set(item.nodes)
        elif brought.period == entry.period:
            self._taken_back(item, entry, brought, figures)

    def _taken_back(
        self, item: CheckedIndicator, entry: Entry, brought: _Brought, figures: Figures
    ) -> None:
        """From its first net limit on, it goes through all the limits again."""
        first = undo_at(item)
        left = [step for step in own_steps(entry) if step.before is not None]
        for way in brought.ways:
            for passage in way[:first]:
                _note(figures, passage, -1)
            amount = -way[first].came if first < len(way) else Fraction(0)
            for passage in walk(item.stages[first:], amount, left):
                if isinstance(passage.stage, CheckedLimit) and passage.stage.lost:
                    figures.loose |= set(item.nodes)  # no more than it had let through is taken
                _note(figures, passage, 1)
            while left and left[0].id in item.ledgers:
                left.pop(0)

    def _wiped(
        self, version: Version, item: CheckedIndicator | None, entry: Entry, figures: Figures
    ) -> None:
        """Apply the rule that what ends all of the total leaves nothing in any category."""
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
                if key[0] == entry.subject:  # what is left of it stands in other ledgers alone
                    self._brought[key] = replace(brought, period="")


_BEFORE = ("escalate", "round_asked", "quantity_cap")
"""Kinds of step that come before the asked points."""


def _keeps_something(version: Version) -> bool:
    """Whether a category may hold something after all of the total ended."""
    limits = any(
        bound.lost or (bound.low is not None and bound.low > 0)
        for item in version.items.values()
        for bound in item.stages
        if isinstance(bound, CheckedLimit)
    )
    elsewhere = any(
        "total" not in item.ledgers and not item.pays for item in version.items.values()
    )
    return limits or elsewhere


def starts_of(
    item: CheckedIndicator, entry: Entry, shares: Sequence[Step], paid: int
) -> list[Fraction] | None:
    """Give what set out on each of a line's ways; None where its steps do not tell."""
    asked = Fraction(entry.asked)
    own = [asked] if item.ledgers and entry.outcome in MOVES else []
    if not paid:
        return own
    others = [Fraction(step.after or 0) for step in shares]
    if not others and item.divides:
        others = [] if _got_nothing(entry) else [asked]  # division left all, or nothing
    elif not others and own and not item.parts_only:
        return None  # all of what was granted, or nothing
    elif not others:
        others = [] if own else [asked] * paid
    elif not item.divides and len(others) != paid:
        return None
    if item.sides != {""}:
        others = [points for points in others if {_side(points)} == item.sides]
    return own + others


def _got_nothing(entry: Entry) -> bool:
    """Whether nothing of what a line gives came to its own subject."""
    met = (s for s in own_steps(entry) if s.before is not None and s.kind not in _BEFORE)
    came = entry.granted or entry.ledgers or any(met)
    return entry.outcome in MOVES and not came


def _side(points: Fraction) -> str:
    return "added" if points >= 0 else "deducted"


def _change(step: Step) -> Fraction:
    return Fraction(step.after or 0) - Fraction(step.before or 0)


def _note(figures: Figures, passage: Passage, sign: int) -> None:
    if isinstance(passage.stage, Border):
        figures.categories[passage.stage.node] += sign * passage.came

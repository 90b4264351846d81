"""The sum of a line: the asked points plus the changes of its steps are the granted points.

Each step that changes points states them before and after. The differences of all steps are the
difference between asked and granted, however many events a line moves (a combine).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ..core.message import N_, Message, msg
from ..core.terms import Window, plain
from ..core.vocabulary import spell_kinds
from ..trace.entry import Entry, Outcome, Step
from .book import MOVES, Book, times_paid
from .categories import CategorySums
from .consequences import is_standing
from .limits import Border, CheckedIndicator, CheckedLimit
from .parts import Consequence, consequences_of, displaces, own_steps, starts_of
from .prices import prices_of, redeemed_times
from .rules import Version

_BEFORE_ASKED = frozenset({"escalate", "round_asked", "quantity_cap", "share"})
"""Kinds of step whose difference does not change the points."""


@dataclass(slots=True)
class _Read:
    """The differences of the steps of a line."""

    way: Fraction = Fraction(0)
    ledgers: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    unsure: set[str] = field(default_factory=set)
    """Ledgers that a consequence may enter, without saying so."""


class SumCheck:
    """Checks the granted points of a line against its steps, and adds them to the figures."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._categories = CategorySums(book)

    def check(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message | None]:
        """Yield an error for each amount that does not follow from the steps; None if unknown."""
        if any(map(is_standing, entry.steps)):
            yield from self._held(entry)
            yield None  # no step says what a veto takes or gives back
            return
        brings = consequences_of(self._book, version, entry)
        for part in brings:
            yield from part.unlinked()
        yield from self._cleared(version, item, entry, brings)
        read = self._read(version, entry, brings)
        starts = self._starts(version, item, entry, read.way)
        written = self._book.amounts(entry)
        if starts is None:
            yield None
            return
        for ledger in sorted({*starts, *written, *read.ledgers}):
            if ledger in read.unsure:
                yield None
                continue
            start = starts.get(ledger, Fraction(0))
            allowed = self._allowed(version, entry, ledger, start, read)
            found = written.get(ledger, Fraction(0))
            if allowed and found not in allowed:
                yield msg(
                    N_("'{ledger}' gets {found}, not {written}"),
                    ledger=ledger,
                    found=number_text(allowed[0]),
                    written=number_text(found),
                )

    def _allowed(
        self, version: Version, entry: Entry, ledger: str, start: Fraction, read: _Read
    ) -> list[Fraction]:
        """Return the possible amounts of a ledger: the derived one, or 0 while a veto may hold."""
        found = [start + read.ledgers.get(ledger, Fraction(0))]
        if ledger in self._book.standing[entry.subject]:
            return [*found, Fraction(0)]
        has = may_have_ledger(self._book, version, ledger, entry)
        if has is None:
            return [*found, Fraction(0)]
        return found if has else [Fraction(0)]

    def _held(self, entry: Entry) -> Iterator[Message]:
        """Check that a veto that begins on the total leaves its value, or that of a lower one."""
        own = [*filter(None, map(self._book.values_held, entry.steps))]
        beginning = entry.outcome in (*MOVES, Outcome.RULE, Outcome.HELD)
        if not (own and beginning) or "repairs" in entry.inputs or entry.total_after is None:
            return
        may = self._book.held_at[entry.subject].union(*own)
        if Fraction(entry.total_after) not in {at for at in may if at <= min(map(max, own))}:
            yield msg(
                N_("a veto stands on the total, and {total} is left of it"),
                total=plain(entry.total_after),
            )

    def _cleared(
        self,
        version: Version,
        item: CheckedIndicator | None,
        entry: Entry,
        brings: Sequence[Consequence],
    ) -> Iterator[Message]:
        """Check that a clear leaves nothing, or the floor."""
        wipes = item is not None and item.form == "clear" and "total" in item.ledgers
        wipes = wipes and entry.outcome in MOVES and "repairs" not in entry.inputs
        wiping = [n for n, part in enumerate(brings) if part.wipes and part.ledger == "total"]
        later = brings[wiping[-1] + 1 :] if wiping else brings
        if not (wipes or wiping) or any(part.ledger is None for part in later):
            return
        left = _least(version, "total")
        left += sum(part.granted for part in later if part.ledger == "total")
        if entry.granted and entry.total_after not in (None, left):
            yield msg(
                N_("the total is wiped, and {total} is left of it"),
                total=number_text(Fraction(entry.total_after or 0)),
            )

    def _read(self, version: Version, entry: Entry, brings: Sequence[Consequence]) -> _Read:
        read = _Read()
        for step in own_steps(entry):
            if step.before is None or step.after is None or step.kind in _BEFORE_ASKED:
                continue
            change = Fraction(step.after) - Fraction(step.before)
            ledger = "total" if (step.kind, step.id) == ("veto", "added") else step.id
            if ledger in version.limits and step.kind in ("net", "floor", "veto"):
                read.ledgers[ledger] += change
            else:
                read.way += change
        for part in brings:
            if part.ledger is None or any(map(displaces, part.met)):
                read.unsure |= {"total", *version.posted}
            else:
                left = _least(version, part.ledger) if part.wipes else 0
                read.ledgers[part.ledger] += part.granted + left
            if part.wipes and any(other.frees for other in self._book.versions):
                read.unsure |= {"total", *version.posted} - {part.ledger}
        return read

    def _starts(
        self, version: Version, item: CheckedIndicator | None, entry: Entry, way: Fraction
    ) -> Mapping[str, Fraction] | None:
        """Return the points of each ledger before its own limits; None where they are unknown."""
        if entry.outcome in (Outcome.RULE, Outcome.TIER):
            return {}
        if entry.outcome is Outcome.REDEEMED:
            return _price(version, entry)
        undoes = "repairs" in entry.inputs or "revokes" in entry.inputs
        if item is not None and entry.outcome is Outcome.RECEIVED and not undoes:
            return self._received(item, entry, way)
        if item is None or undoes or entry.outcome not in MOVES or not item.stated:
            return None
        if item.form == "clear":
            return None
        if item.pays and times_paid(entry, entry.subject):
            return None
        if _displaces_strangely(version, item, [*filter(displaces, own_steps(entry))]):
            return None
        reached = Fraction(entry.asked) + way
        side = "added" if entry.asked >= 0 else "deducted"
        if item.joins >= 0 and self._joins_strange(version, item, entry):
            return None
        return {
            name: reached * own.part for name, own in item.ledgers.items() if own.side in ("", side)
        }

    def _joins_strange(self, version: Version, item: CheckedIndicator, entry: Entry) -> bool:
        """Tell whether the old event of a group may have another way, or ended early in part."""
        if any(own.side for own in item.ledgers.values()):
            return True
        if any(other.pays for other in version.items.values()):
            return True
        if not any(step.kind == "combine" for step in entry.steps):
            return False
        if not _is_straight(version, item) and self._categories.reaches_back(item, entry):
            return True
        book, subject = self._book, entry.subject
        held = book.holds_figures(version, subject)
        return held or subject in book.wiped or _loses(version, item)

    def _received(
        self, item: CheckedIndicator, entry: Entry, way: Fraction
    ) -> Mapping[str, Fraction] | None:
        """Check that others receive their shares, less what limits took."""
        giver = self._book.giver(entry)
        if giver is None or item.joins >= 0 or len(item.reaches) > 1:
            return None
        if len(own_steps(entry)) < len(entry.steps):
            return None  # perhaps only a consequence pays
        if any(map(displaces, entry.steps)):
            return None  # what went for it has a way of its own
        shares = [step for step in entry.steps if step.kind == "share"]
        starts = starts_of(item, entry, shares, times_paid(giver, entry.subject))
        return None if starts is None else {name: sum(starts) + way for name in item.reaches}

    # --- figures -------------------------------------------------------------------------------

    def add_up(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message]:
        """Add a line to the total, the ledgers and, as far as its steps tell, the categories."""
        figures = self._book.figures[entry.subject, entry.period]
        figures.lines += bool(entry.total_after is not None or entry.granted or entry.ledgers)
        figures.total += Fraction(entry.granted)
        for ledger, amount in entry.ledgers.items():
            figures.ledgers[ledger] += Fraction(amount)
        yield from self.compare_total(entry)
        self._categories.add(version, item, entry)

    def compare_total(self, entry: Entry) -> Iterator[Message]:
        """Compare the total after a line with the sum of the lines so far."""
        figures = self._book.figures[entry.subject, entry.period]
        if entry.total_after is not None and Fraction(entry.total_after) != figures.total:
            yield msg(
                N_("the total after this line is {found}, not {written}"),
                found=number_text(figures.total),
                written=plain(entry.total_after),
            )


def _displaces_strangely(version: Version, item: CheckedIndicator, steps: Sequence[Step]) -> bool:
    """Tell whether what an event displaces, by some steps, may go another way back than it came.

    What is of an earlier period goes as it stands there, rounded already.
    """
    if not steps:
        return False
    days = item.scheme.period.about_days
    is_long = any(Window.parse(step.window).days(days) > days for step in steps)
    if is_long and any(isinstance(s, Border) and s.rounding is not None for s in item.stages):
        return True
    if any({*item.ledgers} != {*one.ledgers} for one in version.consequences if one.ledgers):
        return True
    elsewhere = any(other.ledgers != item.ledgers for other in version.items.values())
    sides = any(own.side for own in item.ledgers.values())
    return elsewhere or sides or _loses(version, item)


def _loses(version: Version, item: CheckedIndicator) -> bool:
    """Tell whether a limit on the way to a ledger, or of the ledger itself, loses what it cuts."""
    bounds = [bound for name in item.ledgers for bound in version.limits[name]]
    bounds += [stage for stage in item.stages if isinstance(stage, CheckedLimit)]
    return any(bound.lost for bound in bounds)


def _is_straight(version: Version, item: CheckedIndicator) -> bool:
    """Tell whether the points of an indicator reach its ledger as they are, and no other one."""
    ways = (s.factor == 1 and s.rounding is None for s in item.stages if isinstance(s, Border))
    bounds = [bound for name in item.ledgers for bound in version.limits[name]]
    if len(item.ledgers) > 1:
        return False  # a period's end may leave them in one and not in another
    return all(ways) and not bounds and not any(isinstance(s, CheckedLimit) for s in item.stages)


def _least(version: Version, ledger: str) -> Fraction:
    """Return what a clear leaves in a ledger: 0, or its floor if that is higher."""
    floors = (bound.low for bound in version.limits[ledger] if bound.low is not None)
    return max([Fraction(0), *floors])


def may_have_ledger(book: Book, version: Version, ledger: str, entry: Entry) -> bool | None:
    """Tell whether a subject has a ledger; None if unknown. A subject without a total has none."""
    if entry.total_after is None and entry.outcome is not Outcome.SCORED:
        return False
    words: tuple[str, ...] = next(
        (part.for_ for part in version.scheme.ledgers if part.key == ledger), ()
    )
    if not words:
        return True
    if book.roster is None or entry.date is None:
        return None
    return True if book.roster.fits(entry.subject, spell_kinds(words), entry.date) else None


def number_text(number: Fraction) -> str:
    """Return a number as text, also an infinite fraction."""
    try:
        return plain(number)
    except ValueError:
        return str(number)


def _price(version: Version, entry: Entry) -> Mapping[str, Fraction] | None:
    """Return the price of a redemption, by ledger."""
    reward = version.rewards.get(entry.indicator)
    prices = prices_of(reward) if reward is not None else {}
    if prices is None:
        return None
    return {ledger: -price * redeemed_times(entry) for ledger, price in prices.items()}

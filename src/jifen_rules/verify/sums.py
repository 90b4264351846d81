"""One line adds up by itself: what is asked, plus what each step took or brought, is what is granted.

Each step that changes points has them before and after, so that their differences are the whole
difference between asked and granted, however many events one line moves (a combine).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ..entry import Entry, Outcome, Step
from ..message import N_, Message, say
from ..terms import plain
from ..vocabulary import KINDS, english
from .book import MOVES, Book, Figures
from .prices import prices_of, times_of
from .rules import Item, Version

_BEFORE_ASKED = frozenset({"escalate", "quantity_cap", "share"})
"""Steps whose difference is no part of the points on their way."""


@dataclass(slots=True)
class _Read:
    """The differences that the steps of a line make."""

    way: Fraction = Fraction(0)
    at: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    """By node, what its limits made of it (its border not among them)."""
    borders: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    ledgers: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    unsure: set[str] = field(default_factory=set)
    """Ledgers of which a consequence does not say whether it is for them."""


class SumCheck:
    """Checks what a line grants against its own steps, and adds it to the figures."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def check(self, version: Version, item: Item | None, entry: Entry) -> Iterator[Message | None]:
        """Yield each amount that does not follow from the steps; None where they do not tell."""
        if any(step.kind == "veto" and step.before is None for step in entry.steps):
            yield from self._held(entry)
            yield None  # what a veto takes or gives back no step says
            return
        yield from self._cleared(version, item, entry)
        read = self._read(version, item, entry)
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
                yield say(N_("'{ledger}' gets {found}, not {written}"), ledger=ledger,
                          found=plain_text(allowed[0]), written=plain_text(found))  # fmt: skip

    def _allowed(
        self, version: Version, entry: Entry, ledger: str, start: Fraction, read: _Read
    ) -> list[Fraction]:
        """What a ledger may get: that which follows, and nothing while a veto may stand on it."""
        found = [start + read.ledgers.get(ledger, Fraction(0))]
        if ledger in self._book.standing[entry.subject]:
            return [*found, Fraction(0)]
        has = has_ledger(self._book, version, ledger, entry)
        if has is None:
            return [*found, Fraction(0)]
        return found if has else [Fraction(0)]

    def _held(self, entry: Entry) -> Iterator[Message]:
        """A veto that begins on the total leaves nothing of it."""
        held = any(s.kind == "veto" and s.before is None and s.note == "total" for s in entry.steps)
        beginning = entry.outcome in (*MOVES, Outcome.RULE, Outcome.HELD)
        if held and beginning and "repairs" not in entry.inputs and entry.total_after:
            yield say(N_("a veto stands on the total, and {total} is left of it"),
                      total=plain(entry.total_after))  # fmt: skip

    def _cleared(self, version: Version, item: Item | None, entry: Entry) -> Iterator[Message]:
        """A wipe leaves nothing, or what the floor holds."""
        wipes = item is not None and item.form == "clear" and "total" in item.ledgers
        wipes = wipes and entry.outcome in MOVES and "repairs" not in entry.inputs
        floors = {bound.low for bound in version.limits["total"]} - {None}
        if wipes and entry.granted and entry.total_after and entry.total_after not in floors:
            yield say(N_("the total is wiped, and {total} is left of it"),
                      total=plain(entry.total_after))  # fmt: skip

    def _read(self, version: Version, item: Item | None, entry: Entry) -> _Read:
        read = _Read()
        for step in entry.steps:
            if step.before is None or step.after is None or step.kind in _BEFORE_ASKED:
                continue
            change = Fraction(step.after) - Fraction(step.before)
            if step.kind == "then":
                self._bring(version, item, entry, step, change, read)
            elif (step.id in version.limits and step.kind in ("net", "floor")) or (
                step.kind == "veto" and step.id in ("total", *version.posted)
            ):
                read.ledgers[step.id] += change
            else:
                read.way += change
                border = step.kind in ("weight", "round", "veto")
                (read.borders if border else read.at)[step.id] += change
        return read

    def _bring(
        self, version: Version, item: Item | None, entry: Entry, step: Step, change: Fraction,
        read: _Read,
    ) -> None:  # fmt: skip
        """Points of a consequence go to a ledger: to which, its rule says; the limits of the scheme stand before it."""
        if version.limits_all:
            read.unsure |= {"total", *version.posted}
            return
        owner = item.key if item is not None else entry.indicator
        fitting = [b for b in version.consequences.of(owner) if b.is_of(step)]
        targets = {b.ledgers for b in fitting} or {("total",)}
        certain = len(targets) == 1 and not any(b.pays for b in fitting)
        ledgers = targets.pop() if certain else ()
        if len(ledgers) == 1 and entry.outcome is not Outcome.RECEIVED:
            read.ledgers[ledgers[0]] += change
        else:
            read.unsure |= {"total", *version.posted}

    def _starts(
        self, version: Version, item: Item | None, entry: Entry, way: Fraction
    ) -> Mapping[str, Fraction] | None:
        """What each ledger gets before its own limits; None where the line does not say."""
        if entry.outcome in (Outcome.RULE, Outcome.TIER):
            return {}
        if entry.outcome is Outcome.REDEEMED:
            return _price(version, entry)
        undoes = "repairs" in entry.inputs or "revokes" in entry.inputs
        if item is None or undoes or entry.outcome not in MOVES or not item.stated:
            return None
        if item.form == "clear":
            return None
        if item.pays and any(_pays_itself(entry, step) for step in entry.steps):
            return None
        reached = Fraction(entry.asked) + way
        side = "added" if entry.asked >= 0 else "deducted"
        if item.joins >= 0 and (
            any(own.side for own in item.ledgers.values())
            or any(other.pays for other in version.items.values())
        ):
            return None  # the old event of the group may have gone to other accounts
        return {
            name: reached * own.part
            for name, own in item.ledgers.items() if own.side in ("", side)
        }  # fmt: skip

    # --- figures -------------------------------------------------------------------------------

    def add_up(self, version: Version, item: Item | None, entry: Entry) -> Iterator[Message]:
        """Add a line to the total, the ledgers and, as far as its steps tell, the categories."""
        figures = self._book.figures[entry.subject, entry.period]
        figures.lines += bool(entry.total_after is not None or entry.granted or entry.ledgers)
        figures.total += Fraction(entry.granted)
        for ledger, amount in entry.ledgers.items():
            figures.ledgers[ledger] += Fraction(amount)
        yield from self.compare_total(entry)
        self._categories(version, item, entry, figures)

    def compare_total(self, entry: Entry) -> Iterator[Message]:
        """Compare the total after a line with what the lines so far come to."""
        figures = self._book.figures[entry.subject, entry.period]
        if entry.total_after is not None and Fraction(entry.total_after) != figures.total:
            yield say(N_("the total after this line is {found}, not {written}"),
                      found=plain_text(figures.total), written=plain(entry.total_after))  # fmt: skip

    def _categories(
        self, version: Version, item: Item | None, entry: Entry, figures: Figures
    ) -> None:
        """Add what came to each border; loose where other events moved, or a veto stood between."""
        if item is None or entry.outcome not in MOVES or "repairs" in entry.inputs:
            self._loosen(version, item, entry, figures)
            return
        read = self._read(version, item, entry)
        strange = set(read.at) | set(read.borders)
        kinds = {step.kind for step in entry.steps}
        if version.scheme.at_period_end != "clear" and "combine" in kinds:
            figures.loose.add("*")  # what it takes the place of may be of a period before
        if (
            kinds & {"veto", "then"}
            or item.form == "clear"
            or strange - {*item.nodes, version.root, item.key}
        ):
            figures.loose.add("*")
        if item.joins > 0:
            figures.loose |= set(version.categories) - set(item.nodes[item.joins :])
        if item.pays and (not item.ledgers or any(_pays_itself(entry, s) for s in entry.steps)):
            figures.loose |= set(item.nodes)
            return
        came = Fraction(entry.asked)
        for node in item.nodes:
            came += read.at.get(node, Fraction(0))
            if node != item.key:
                figures.categories[node] += came
            came += read.borders.get(node, Fraction(0))

    def _loosen(self, version: Version, item: Item | None, entry: Entry, figures: Figures) -> None:
        moving = entry.granted or entry.ledgers or any(s.before is not None for s in entry.steps)
        straight = entry.outcome in (Outcome.REDEEMED, Outcome.TIER, Outcome.CARRIED, Outcome.HELD)
        if entry.outcome is Outcome.RULE or straight:
            moving = any(step.kind == "veto" for step in entry.steps)
            if moving:
                figures.loose.add("*")
            return
        undoes = "repairs" in entry.inputs or "revokes" in entry.inputs
        if item is None or undoes or item.joins > 0:
            figures.loose |= {"*"} if moving or undoes else set()
        else:
            figures.loose |= set(item.nodes)


def has_ledger(book: Book, version: Version, ledger: str, entry: Entry) -> bool | None:
    """Whether a subject has a ledger that is for some only; None if nobody knows."""
    words: tuple[str, ...] = next(
        (part.for_ for part in version.scheme.ledgers if part.key == ledger), ()
    )
    if ledger == "total" and entry.total_after is None and entry.outcome is not Outcome.SCORED:
        return False
    if not words:
        return True
    if book.roster is None or entry.date is None:
        return None
    kinds = tuple(english(KINDS, word) for word in words)
    return True if book.roster.fits(entry.subject, kinds, entry.date) else None


def plain_text(number: Fraction) -> str:
    """Write a number, also one that has no end."""
    try:
        return plain(number)
    except ValueError:
        return str(number)


def _pays_itself(entry: Entry, step: Step) -> bool:
    return step.kind == "to" and entry.subject in step.note.split(", ")


def _price(version: Version, entry: Entry) -> Mapping[str, Fraction] | None:
    """What a redemption takes, by ledger."""
    reward = version.rewards.get(entry.indicator)
    prices = prices_of(reward) if reward is not None else {}
    if prices is None:
        return None
    return {ledger: -price * times_of(entry) for ledger, price in prices.items()}

"""What a line may contain under its outcome: its subject, its indicator, its points."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from ..core.message import N_, Message, msg
from ..core.terms import plain
from ..scheme import model
from ..trace.entry import ADMITTED, Entry, Outcome
from .asked import is_out_of_range, valued
from .book import MOVES, Book
from .findings import no_such_step
from .grounds import Grounds, is_awarded_on, refuses_fact
from .limits import CheckedIndicator
from .prices import prices_of, redeemed_times
from .rules import Version
from .sums import number_text

_WITHOUT_POINTS = frozenset({Outcome.VOID, Outcome.OBJECTION, Outcome.ENTITLED})
"""Admitted outcomes that move no points."""

_OF_EVENTS = frozenset(
    {
        Outcome.COUNTED,
        Outcome.REDEEMED,
        Outcome.REVOKED,
        Outcome.VOID,
        Outcome.OBJECTION,
    }
)
_OF_DAYS = frozenset(
    {
        Outcome.AWARDED,
        Outcome.CARRIED,
        Outcome.HELD,
        Outcome.TIER,
        Outcome.RELEASED,
        Outcome.EXPIRED,
        Outcome.ENTITLED,
    }
)
_ALL = frozenset(Outcome) - {Outcome.UNREADABLE, Outcome.NO_VERSION}


class OutcomeCheck:
    """Checks each line by its outcome."""

    def __init__(self, book: Book) -> None:
        self._book, self._grounds = book, Grounds(book)
        self._seen: Counter[tuple[object, ...]] = Counter()
        self._last: tuple[str | None, tuple[int, int, str]] = (None, (0, 0, ""))

    def check(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message]:
        """Yield the errors of a line under its outcome."""
        outcome = entry.outcome
        moves = outcome in ADMITTED and outcome not in _WITHOUT_POINTS
        if not moves and (entry.granted or entry.ledgers):
            yield msg(N_("the outcome '{outcome}' moves no points"), outcome=outcome.value)
        if not _may_be_named_so(version, item, entry):
            yield msg(N_("no line of this sort has the outcome '{outcome}'"), outcome=outcome.value)
        if not self._grounds.has(version, item, entry):
            yield msg(N_("nothing says why the outcome is '{outcome}'"), outcome=outcome.value)
        scored = (entry.subject, entry.period) in self._book.index.scored
        due = scored and self._grounds.gives_total(version, item, entry)
        if due and entry.total_after is None:
            yield msg(N_("the line does not give the total after it"))
        if outcome not in ADMITTED:
            yield from self._refusal(version, item, entry)
            return
        yield from self._twice(version, entry)
        yield from self._out_of_turn(version, entry)
        yield from self._subject(entry)
        yield from self._about(version, item, entry)

    def _twice(self, version: Version, entry: Entry) -> Iterator[Message]:
        outcome = entry.outcome
        if entry.event is not None and outcome in MOVES | {Outcome.REDEEMED, Outcome.REVOKED}:
            key: tuple[object, ...] = (entry.event,)
        elif entry.event is not None and outcome in (Outcome.RECEIVED, Outcome.RULE):
            key = (outcome, entry.subject, entry.indicator, entry.event)
        elif outcome in (Outcome.AWARDED, Outcome.CARRIED, Outcome.ENTITLED):
            key = (outcome, entry.subject, entry.indicator, entry.date)
        else:
            return
        self._seen[key] += 1
        if self._seen[key] > self._most(version, entry):
            yield msg(N_("the event '{id}' stands twice"), id=entry.event or entry.indicator)

    def _out_of_turn(self, version: Version, entry: Entry) -> Iterator[Message]:
        """Yield an error where a line of an event comes before one that precedes it.

        First comes the event's own line, then who receives, by name, then the rules.
        """
        turn = _turn(version, entry)
        event, last = self._last
        if entry.event is not None and entry.event == event and turn < last:
            yield msg(N_("the line stands before one that comes earlier"))
        self._last = entry.event, turn

    def _most(self, version: Version, entry: Entry) -> int:
        """Return how many lines of one kind a subject may have of an event.

        A rule that pays others has one by each of them.
        """
        if entry.outcome is not Outcome.RULE or not version.consequences.pays(entry.indicator):
            return 1
        lines = self._book.index.by_event[entry.event or ""]
        sort = (Outcome.RULE, entry.indicator)
        return len({li.subject for li in lines if (li.outcome, li.indicator) == sort})

    # --- whose it is ---------------------------------------------------------------------------

    def _subject(self, entry: Entry) -> Iterator[Message]:
        roster = self._book.roster
        if roster is None or not entry.subject:
            return
        assert entry.date is not None
        there = entry.subject in self._book.people
        if entry.outcome in _OF_EVENTS:
            there = roster.is_member(entry.subject, entry.date)
        if not there:
            yield msg(N_("'{subject}' is not on the roster"), subject=entry.subject)

    # --- what it is about ----------------------------------------------------------------------

    def _about(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message]:
        outcome = entry.outcome
        if outcome in MOVES and "repairs" not in entry.inputs:
            yield from self._counted(version, item, entry)
        elif outcome is Outcome.REDEEMED:
            yield from self._redeemed(version, entry)
        elif (outcome is Outcome.ENTITLED and entry.indicator not in version.rewards) or (
            outcome is Outcome.RULE and entry.indicator not in version.rules
        ):
            yield from _unknown(entry)
        elif outcome is Outcome.TIER:
            levels = (
                level for v in self._book.versions for t in v.scheme.tiers for level in t.levels
            )
            if not any(level.then for level in levels if level.key == entry.indicator):
                yield from _unknown(entry)
        elif outcome is Outcome.RECEIVED:
            yield from self._received(version, entry)
        if entry.asked and outcome not in MOVES | {Outcome.REDEEMED, Outcome.RECEIVED}:
            yield msg(N_("no line of this sort asks for points"))

    def _counted(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message]:
        if item is None:
            yield from _unknown(entry)
            return
        if self._grounds.fits(version, item, entry) is False:
            yield msg(N_("'{id}' is not for '{subject}'"), id=item.key, subject=entry.subject)
        if entry.date is not None and entry.date > self._book.index.as_of:
            yield msg(N_("the line is of a day after {date}"), date=str(self._book.index.as_of))
        points = valued(item, entry)
        if points is not None and is_out_of_range(item, points):
            yield msg(
                N_("{points} points are out of the range of '{id}'"),
                points=number_text(points),
                id=item.key,
            )
        if entry.outcome is Outcome.AWARDED and not is_awarded_on(version, item, entry.date):
            yield msg(N_("'{id}' is awarded on no such day"), id=item.key)
        event, index = entry.event, self._book.index
        if event is not None and (self._is_undone(event) or index.is_passed_on(event, entry.date)):
            yield msg(N_("the event '{id}' was voided or corrected, and counts"), id=event)

    def _is_undone(self, event: str) -> bool:
        """Tell whether some counted line voids or corrects an event."""
        found = self._book.index.voided_by.get(event, ())
        return any(outcome in (Outcome.VOID, *MOVES, Outcome.REDEEMED) for outcome in found)

    def _redeemed(self, version: Version, entry: Entry) -> Iterator[Message]:
        reward = version.rewards.get(entry.indicator)
        if reward is None:
            yield from _unknown(entry)
            return
        yield from _asks(entry, _price(reward, entry))

    def _received(self, version: Version, entry: Entry) -> Iterator[Message]:
        givers = self._book.index.givers.get((entry.event, entry.date, entry.indicator))
        if not givers:
            yield msg(N_("no line gives what this one receives"))
        elif entry.asked not in {giver.asked for giver in givers}:
            yield from _asks(entry, Fraction(givers[0].asked))

    # --- refusals ------------------------------------------------------------------------------

    def _refusal(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message]:
        reward = version.rewards.get(entry.indicator) if item is None else None
        price = _price(reward, entry) if reward is not None else None
        if entry.asked or entry.outcome is Outcome.REFUSED:
            yield from _asks(entry, price or Fraction(0))
        for step in entry.steps:
            yield no_such_step(step)


def _price(reward: model.Reward, entry: Entry) -> Fraction | None:
    """Return the points a redemption asks for; None where the price is not stated."""
    prices = prices_of(reward)
    return None if prices is None else -sum(prices.values(), Fraction(0)) * redeemed_times(entry)


def _asks(entry: Entry, due: Fraction | None) -> Iterator[Message]:
    if due is not None and Fraction(entry.asked) != due:
        yield msg(
            N_("the event asks for {found} points, not {written}"),
            found=plain(due),
            written=plain(entry.asked),
        )


def _may_be_named_so(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    """Tell whether a line with or without an event may have its outcome."""
    outcome = entry.outcome
    if outcome is Outcome.REVERSED:
        return False
    if entry.event is not None:
        return outcome not in _OF_DAYS
    if outcome in ADMITTED:
        return outcome not in _OF_EVENTS
    return refuses_fact(version, item, entry)


def _turn(version: Version, entry: Entry) -> tuple[int, int, str]:
    """Return the place of a line among those of its event."""
    if entry.outcome is Outcome.RECEIVED:
        return (1, 0, entry.subject)
    if entry.outcome is not Outcome.RULE:
        return (0, 0, "")
    rules = [*version.rules, entry.indicator]
    pays = version.consequences.pays(entry.indicator)  # whom a rule pays comes after its own
    return (2, rules.index(entry.indicator), "" if pays else entry.subject)


def is_before_all(entry: Entry) -> bool:
    """Tell whether a line before the first version has the right outcome."""
    return entry.outcome is Outcome.NO_VERSION and not (entry.granted or entry.ledgers)


def _unknown(entry: Entry) -> Iterator[Message]:
    yield msg(
        N_("the scheme has nothing '{id}' that brings '{outcome}'"),
        id=entry.indicator,
        outcome=entry.outcome.value,
    )

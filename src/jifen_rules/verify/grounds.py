"""Whether a refusal, void or objection has a ground in the trace, the scheme or the roster.

Takes the state of a trace and a line; does not know what the event would have brought.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from ..core.terms import parse_number
from ..core.vocabulary import WORDS, english, spell_kinds
from ..scheme import model
from ..trace.entry import ADMITTED, Entry, Outcome
from .asked import is_out_of_range, valued
from .book import Book
from .limits import CheckedIndicator
from .prices import prices_of
from .rules import Version

_SPEAKS = frozenset({"voids", "corrects", "disputes"})
_NAMES = _SPEAKS | {"repairs", "revokes"}
"""Columns in which an event names another one."""

_AMONG_FIGURES = frozenset(
    {
        Outcome.CONDITION_NOT_MET,
        Outcome.NOT_IN_TABLE,
        Outcome.UNKNOWN_VALUE,
        Outcome.REFUSED,
        Outcome.REPAIR_REFUSED,
    }
)
"""Refusals that are decided among the figures of a subject: the total stands beside them."""
_AT_EITHER = frozenset(
    {
        Outcome.MISSING_VALUE,
        Outcome.OUT_OF_RANGE,
        Outcome.NOT_ALLOWED,
        Outcome.UNKNOWN_TARGET,
    }
)
"""Refusals that are decided there, or before where the event could not count anyway."""
_OF_A_FACT = frozenset(
    {
        Outcome.MISSING_VALUE,
        Outcome.NOT_IN_TABLE,
        Outcome.OUT_OF_RANGE,
        Outcome.UNKNOWN_VALUE,
        Outcome.NOT_ALLOWED,
    }
)
"""Refusals that an award for a standing fact may meet, which no event brings."""


class Grounds:
    """Tells of each refusal whether it may be honest."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._by_outcome: Mapping[
            Outcome, Callable[[Version, CheckedIndicator | None, Entry], bool]
        ] = {
            Outcome.VOIDED: self._is_spoken_of,
            Outcome.CORRECTED: self._is_spoken_of,
            Outcome.DUPLICATE: self._is_copied,
            Outcome.CONFLICTING: self._conflicts,
            Outcome.UNKNOWN_SUBJECT: self._is_unknown,
            Outcome.UNKNOWN_INDICATOR: _has_no_such_indicator,
            Outcome.UNKNOWN_TARGET: _names_another,
            Outcome.NOT_FOR_SUBJECT: self._is_not_for,
            Outcome.CONDITION_NOT_MET: _has_condition,
            Outcome.NOT_ALLOWED: _may_be_of_the_wrong_one,
            Outcome.NOT_PASSED: _has_process,
            Outcome.DECLARED_LATE: _was_declared,
            Outcome.AFTER_AS_OF: self._is_late,
            Outcome.REPAIR_REFUSED: _repairs,
            Outcome.REFUSED: _spends,
            Outcome.OUT_OF_RANGE: _may_be_out_of_range,
            Outcome.MISSING_VALUE: _may_lack,
            Outcome.NOT_IN_TABLE: _may_lack,
            Outcome.UNKNOWN_VALUE: _may_be_unstated,
            Outcome.VOID: lambda version, item, entry: "voids" in entry.inputs,
            Outcome.OBJECTION: lambda version, item, entry: "disputes" in entry.inputs,
            Outcome.NO_VERSION: _never,  # a version is in force on its day
            Outcome.UNREADABLE: _never,  # such a line has no day
        }

    def has(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
        """Tell whether a refusal has a ground, as far as anything says."""
        judge = self._by_outcome.get(entry.outcome)
        return judge is None or judge(version, item, entry)

    def gives_total(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
        """Tell whether a line must give the total after it, where its subject has one."""
        if entry.outcome in ADMITTED:
            return entry.outcome not in (Outcome.VOID, Outcome.OBJECTION)
        if not _NAMES.isdisjoint(entry.inputs) and not self._has_begun(entry):
            return False
        if entry.outcome not in _AT_EITHER:
            return entry.outcome in _AMONG_FIGURES
        if entry.outcome is Outcome.OUT_OF_RANGE and not _is_below_0(entry):
            return True
        return not (
            _has_process(version, item, entry)
            or not _SPEAKS.isdisjoint(entry.inputs)
            or self._is_spoken_of(version, item, entry)
            or self._is_late(version, item, entry)
        )

    def _has_begun(self, entry: Entry) -> bool:
        """Tell whether a subject has figures: who is on no roster, from its first event on.

        An event about another one begins nobody.
        """
        figures = self._book.figures[entry.subject, entry.period]
        return self._book.roster is not None or figures.lines > 0

    def fits(self, version: Version, item: CheckedIndicator, entry: Entry) -> bool | None:
        """Tell whether an indicator applies to a subject; None if that is unknown."""
        roster = self._book.roster
        if roster is None or entry.date is None:
            return None
        stated = [part.for_ for part in item.parts if part.for_] or [(version.scheme.kind,)]
        groups = [spell_kinds(words) for words in stated]
        return all(roster.fits(entry.subject, words, entry.date) for words in groups)

    def _is_spoken_of(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
        return entry.event in self._book.index.voided_by or "corrects" in entry.inputs

    def _is_copied(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
        return len(self._book.index.by_event[entry.event or ""]) > 1

    def _conflicts(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
        """Tell whether another event has its id, or they may speak of each other in a circle."""
        return self._is_copied(version, item, entry) or not _SPEAKS.isdisjoint(entry.inputs)

    def _is_unknown(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
        roster, day = self._book.roster, entry.date
        return roster is None or day is None or not roster.is_member(entry.subject, day)

    def _is_not_for(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
        return item is None or self.fits(version, item, entry) is not True

    def _is_late(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
        """Tell whether an event was not known yet: later than the last day, or than all known."""
        last = self._book.index.as_of
        said = entry.inputs.get("recorded_on") or str(entry.date)
        is_later = (entry.date or date.min) > last or said > self._book.index.known_on
        return is_later or ("corrects" in entry.inputs and said > str(last))


def refuses_fact(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    """Tell whether a line may refuse an award for a standing fact, on a day of one."""
    return (
        item is not None
        and entry.outcome in _OF_A_FACT
        and is_awarded_on(version, item, entry.date)
    )


def is_awarded_on(version: Version, item: CheckedIndicator, day: date | None) -> bool:
    """Tell whether an indicator is a standing fact with a window that ends on a day."""
    per = item.indicator.per
    return per is not None and day is not None and per.ends(day, version.period(day))


def _never(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    return False


def _has_no_such_indicator(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    is_standing = item is not None and item.indicator.per is not None
    return is_standing or (item is None and entry.indicator not in version.rewards)


def _names_another(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    return not entry.subject or not _NAMES.isdisjoint(entry.inputs)


def _has_condition(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    part = item.indicator if item is not None else version.rewards.get(entry.indicator)
    return part is None or part.when is not None


def _has_process(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    return item is not None and any(part.process for part in item.parts)


def _was_declared(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    return "declared_on" in entry.inputs and _has_process(version, item, entry)


def _may_be_of_the_wrong_one(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    """Tell whether an event says who declared it, or is a rating by a role that has no share."""
    if not {"rater", "role"}.isdisjoint(entry.inputs) and _has_process(version, item, entry):
        return True
    if item is None or not isinstance(item.form, model.RatedBy):
        return False
    roles = {english(WORDS, role) for role in item.form.rated_by}
    return english(WORDS, entry.inputs.get("role", "")) not in roles


def _repairs(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    return "repairs" in entry.inputs


def _spends(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    """Tell whether a line asks for a reward, or takes back what cannot be."""
    return "revokes" in entry.inputs or (item is None and entry.indicator in version.rewards)


def _may_be_out_of_range(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    if _is_below_0(entry):
        return True
    if item is None or not (_is_judged(item) or _has_range(item)):
        return False
    points = valued(item, entry) if _is_judged(item) and "points" in entry.inputs else None
    return points is None or is_out_of_range(item, points) or item.escalate is not None


def _is_below_0(entry: Entry) -> bool:
    quantity = entry.inputs.get("quantity")
    return quantity is not None and parse_number(quantity) < 0


def _is_judged(item: CheckedIndicator) -> bool:
    return not isinstance(item.form, Decimal | None)


def _has_range(item: CheckedIndicator) -> bool:
    around = any(category.between is not None for category in item.categories)
    return around or item.scheme.between is not None


def _may_lack(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    """Tell whether an event may lack something that its indicator or reward goes by."""
    if item is None:
        return entry.indicator in version.rewards
    return not _is_plain(item)


def _may_be_unstated(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    if item is not None:
        return not _is_plain(item)
    reward = version.rewards.get(entry.indicator)
    return reward is not None and prices_of(reward) is None


def _is_plain(item: CheckedIndicator) -> bool:
    """Tell whether an indicator brings a stated number to its own subject, and asks nothing."""
    own = item.indicator
    asks = own.when is not None or own.then or item.pays or item.joins >= 0
    by_field = isinstance(item.lasts, model.LastsBy)
    return isinstance(item.form, Decimal) and not asks and not by_field

"""Scores: the figures of each subject at the end of each period, and at `as_of`."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from jifen_rules.core.terms import Period

from . import boundaries, ladders, rewarding
from .asking import Asker, Missing, Undecided
from .limits import ZERO
from .reading import Version

if TYPE_CHECKING:
    from .village import Village


def score(village: "Village", subject: str, period: Period) -> None:
    """Write the score of a subject in a period as it stands now, if it is one that holds points."""
    if not (village.roster.everyone or boundaries.may_hold_points(village, subject)):
        return
    book = village.books[subject]
    version = village.versions.standing(village.day)
    asker = Asker(village, version, subject, village.day)
    figures: dict[str, Fraction | None] = {"total": book.figure("total", period.label)}
    for name, ledger in version.ledgers.items():
        if village.may_have(subject, ledger.for_, version):
            figures[name] = book.figure(name, period.label)
    for name, ledger in version.derived.items():
        if village.may_have(subject, ledger.for_, version):
            figures[name] = _derived(asker, name)
    base = sum((a for a in book.base_moves.get("total", ())), ZERO)
    village.scores[subject, period.label] = {
        "base": base,
        "figures": figures,
        "categories": {key: book.figure(key, period.label) for key in version.categories},
        "weighed": {key: book.figure(f"weighed {key}", period.label) for key in version.categories},
        "tiers": village.judged[subject][0],
        "rights": village.judged[subject][1],
    }


def judge(village: "Village") -> None:
    """Decide levels and rights of all whose score is due, while what lasts to today holds."""
    village.rated.clear()
    for subject, book in sorted(village.books.items()):
        if book.period is not None and (
            book.period.end == village.day or village.day == village.as_of
        ):
            version = village.versions.standing(village.day)
            tiers = {key: _tier(village, subject, key, version) for key in version.ladders}
            village.judged[subject] = (tiers, _rights(village, subject, version))


def _derived(asker: Asker, name: str) -> Fraction | None:
    try:
        return asker.figure(name)
    except (Missing, Undecided):
        return None


def _tier(village: "Village", subject: str, ladder: str, version: Version) -> str:
    """Return the level of a ladder: a period's end has the last decided, else a provisional one."""
    if not village.is_present(subject):
        return ""
    decided = village.levels.get((subject, ladder), [])
    ends = village.books[subject].period.end == village.day  # type: ignore[union-attr]  # it is open
    if decided and (ends or decided[-1][0] == village.day):
        return decided[-1][1] or ""
    key = (village.day, ladder)
    if key not in village.rated:
        village.rated[key] = ladders.rated_by(village, version.ladders[ladder])
    level = ladders.level_of(village, version.ladders[ladder], subject, village.rated[key])
    return level if isinstance(level, str) else ""


def _rights(village: "Village", subject: str, version: Version) -> dict[str, Any]:
    """Rights of windows that have ended, and of the period so far."""
    found = dict(village.rights.get(subject, {}))
    for key, reward in version.rewards.items():
        if reward.spends is None and reward.per is None:
            found.pop(key, None)
            right = rewarding.right_of(village, reward, subject)
            if right is not None:
                found[key] = right
    return found


def score_all(village: "Village") -> None:
    """Score every open period at `as_of`."""
    for subject, book in sorted(village.books.items()):
        if book.period is not None and book.period.end > village.as_of:
            score(village, subject, book.period)

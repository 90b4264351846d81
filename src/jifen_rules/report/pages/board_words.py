"""Words that boards and statements share: periods, numbers of subjects, levels."""

import re

from ...core.message import N_, Message, Term, Value, msg
from ...scheme.model import Ladder
from ...trace.entry import Standing

NO_LEVEL = "—"
MAX_DOTS = 6
"""A ladder with more levels has no dots, since many dots look alike."""


def period_words(label: str) -> Value:
    """Return the label of a period in its usual form: 2024年第1季度."""
    for pattern, text in _PERIODS:
        if found := re.fullmatch(pattern, label):
            return msg(text, **found.groupdict())
    return label


_PERIODS = (
    (r"(?P<year>\d{4})", N_("{year}")),
    (r"(?P<year>\d{4})-H1", N_("first half of {year}")),
    (r"(?P<year>\d{4})-H2", N_("second half of {year}")),
    (r"(?P<year>\d{4})-Q(?P<number>\d)", N_("quarter {number} of {year}")),
    (r"(?P<year>\d{4})-W0?(?P<number>\d+)", N_("week {number} of {year}")),
    (r"(?P<year>\d{4})-0?(?P<month>\d+)", N_("{year}-{month}")),
    (r"(?P<start>[\d-]{10})/(?P<end>[\d-]{10})", N_("{start} to {end}")),
)


def so_many(kind: str, count: int) -> Message:
    """Say a number of subjects of a kind: 12 户."""
    text = _COUNTS.get(kind)
    if text is None:
        return msg(N_("{count} of {kind}"), count=str(count), kind=Term(kind))
    return msg(text, count=str(count))


_COUNTS = {
    "household": N_("{count} households"),
    "person": N_("{count} persons"),
    "party_member": N_("{count} party members"),
    "group": N_("{count} groups"),
    "village": N_("{count} villages"),
    "township": N_("{count} townships"),
}


def level_words(ladder: Ladder, standing: Standing | None) -> Value:
    """Say the level reached, with one dot for each level above the lowest."""
    if standing is None or standing.level is None:
        return NO_LEVEL
    labels = [level.label for level in ladder.levels]
    most = len(labels) - 1
    if standing.level not in labels or not 0 < most < MAX_DOTS:
        return standing.level
    above = most - labels.index(standing.level)
    return f"{standing.level} {'●' * above}{'○' * (most - above)}"

"""Every fault a scheme can have, with its code, its name and its wording.

They stand in one table, `faults.txt`, so that a code is given once; `load` and `compile` say where,
`render` says it in the reader's language.
"""

from collections.abc import Iterator
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from .message import N_
from .problem import Fault, Severity

INVENTED: Final = N_("the figures of this scheme are invented (illustrative)")
"""What every output of an illustrative scheme says."""

_FIGURE = N_("write the figure, or a form such as '{{each: {{小时: 1}}}}'")
_WORDS = N_("decide it before the villagers vote")
_CHOICES: Final = MappingProxyType(
    {
        "points": _FIGURE,
        "base": _FIGURE,
        "each": N_("write how many points for each unit"),
        "bands": N_("write how many points for each unit"),
        "between": N_("write the smallest and the largest, or fixed points by level"),
        "at_least": N_("write the figure it begins at"),
        "above": N_("write the figure it begins above"),
        "at_most": N_("write an amount such as '20 added' or '3 times', or take the cap out"),
        "per": N_("write a window: day, week, month, quarter, year, period or ever"),
        "floor": N_(
            "write 'none', '0 kept' (later points pay it first) or '0 lost' (it is forgiven)"
        ),
        "full": N_("write '100 kept' or '100 lost', or take it out"),
        "at_period_end": N_("write 'clear' or 'carry'"),
        "lasts": N_("write 'period', 'ever', 'until repaired', or a length such as '2 years'"),
        "veto": N_(
            "name what counts for nothing: total, rewards, a category, an indicator, a ladder"
        ),
        "grade": N_("name the level that stands"),
        "gives": N_("beside a veto write 'all', 'before' or 'nothing'; in a reward, what is given"),
        "spends": N_("write the price, such as '50 wallet'"),
        "rank": N_("write 'top 10', 'top 30%' or 'bottom 5'"),
        "ties": N_("write 'all', 'none', or a figure that decides and then one of the two"),
        "round": N_("write '1 down', '0.1 half_up' or '0.1 up'"),
        "missing": N_("write 'spread' (the others share it), 'zero' or 'void'"),
        "rated_by": N_("write each role's share, together 100%"),
        "within": N_("write '3 days', 'day 10', '12-31' or '7 working_days'"),
        "up": N_("write how many levels, or take it out"),
        "down": N_("write how many levels, or take it out"),
    }
)


def choices_of(key: str) -> str:
    """Return the choices a village has for a key that is not stated: a text for the catalogs."""
    return _CHOICES.get(key, _WORDS)


def _read(text: str) -> Iterator[Fault]:
    """Read faults: code, name and severity in one line, then the sentence and the remedy."""
    rows = [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    for head, message, remedy in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        code, name, *said = head.split()
        severity = Severity(said[0]) if said else Severity.ERROR
        yield Fault(code, name, message, remedy, severity)


FAULTS: Final = MappingProxyType(
    {fault.name: fault for fault in _read((files(__package__) / "faults.txt").read_text("utf-8"))}
)
"""Every fault of a scheme, by name."""

"""Plan -> Reach: the most and the least of a subject in a period, and the events it takes.

The rooms: `spans` and `leaves` read what one indicator can bring, `tree` puts the plan together
again, `flow` and `spread` carry both sides through limits and borders, `ledgers` and `effects` into
ledgers; `acts` counts events, `measure` puts it all together. Refuses to know of events.
"""

from .measure import measure_alone, measure_reach
from .values import Act, Bound, CategoryReach, Climb, Fall, Range, Reach, Single

__all__ = [
    "Act",
    "Bound",
    "CategoryReach",
    "Climb",
    "Fall",
    "Range",
    "Reach",
    "Single",
    "measure_alone",
    "measure_reach",
]

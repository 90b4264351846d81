"""What the engine needs of a scheme: the waist between catalog and evaluation.

Six shapes: Grant (admit and value), Combine, Cap, Weigh, Post, Close. All points are
whole numbers of 1/scale (fractions only where an event's own figure is finer).
The rooms: `values` is what an event can be worth, `shapes` the way its points take, `versions` the
whole. Knows nothing of YAML, pydantic, files or events.
"""

from .shapes import (
    PLACES,
    Brought,
    Cap,
    Close,
    Combine,
    Effect,
    Graded,
    Grant,
    Held,
    Ledger,
    Noted,
    Post,
    QuantityCap,
    Repair,
    Reward,
    Rule,
    Rung,
    Start,
    Weigh,
)
from .values import (
    Choice,
    Computed,
    Defects,
    Escalation,
    Fixed,
    Judged,
    LastsBy,
    Marginal,
    Mark,
    Rate,
    Steps,
    Unstated,
    Value,
    Wiped,
)
from .versions import (
    Day,
    Plan,
    Versions,
)

__all__ = [
    "PLACES",
    "Brought",
    "Cap",
    "Choice",
    "Close",
    "Combine",
    "Computed",
    "Day",
    "Defects",
    "Effect",
    "Escalation",
    "Fixed",
    "Graded",
    "Grant",
    "Held",
    "Judged",
    "LastsBy",
    "Ledger",
    "Marginal",
    "Mark",
    "Noted",
    "Plan",
    "Post",
    "QuantityCap",
    "Rate",
    "Repair",
    "Reward",
    "Rule",
    "Rung",
    "Start",
    "Steps",
    "Unstated",
    "Value",
    "Versions",
    "Weigh",
    "Wiped",
]

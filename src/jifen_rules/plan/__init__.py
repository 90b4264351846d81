"""What the engine needs of a scheme: the waist between catalog and evaluation.

Six shapes: Grant (admit and value), Combine, Cap, Weigh, Post, Close. All points are whole numbers
of 1/scale (fractions only where an event's own figure is finer). The rooms: `values` is what an
event can be worth, `shapes` the way its points take, `ledgers` what is no indicator, `versions` the
whole. Knows nothing of YAML, pydantic, files or events.
"""

from .ledgers import PLACES, Close, LedgerPlan, RewardPlan, RulePlan, Rung, Start
from .shapes import (
    BalanceCap,
    Brought,
    Cap,
    Combine,
    Effect,
    Graded,
    Grant,
    Held,
    Noted,
    Post,
    QuantityCap,
    Repair,
    Weigh,
    segments_of,
)
from .values import (
    Choice,
    Computed,
    Defects,
    Escalation,
    Fixed,
    Judged,
    Marginal,
    Mark,
    Rate,
    Steps,
    Unstated,
    ValidityBy,
    Value,
    Wiped,
)
from .versions import (
    FACTS,
    Day,
    Plan,
    Versions,
)

__all__ = [
    "FACTS",
    "PLACES",
    "BalanceCap",
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
    "LedgerPlan",
    "Marginal",
    "Mark",
    "Noted",
    "Plan",
    "Post",
    "QuantityCap",
    "Rate",
    "Repair",
    "RewardPlan",
    "RulePlan",
    "Rung",
    "Start",
    "Steps",
    "Unstated",
    "ValidityBy",
    "Value",
    "Versions",
    "Weigh",
    "Wiped",
    "segments_of",
]

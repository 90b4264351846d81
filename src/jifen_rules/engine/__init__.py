"""The engine: a plan and events in order become entries and scores.

`prepare` a scheme once, then fold each group of subjects. Knows nothing of the catalog, files or
drivers.
"""

from ..plan import Versions
from .fold import Fold
from .prepared import Prepared
from .retention import Retention, retention_of
from .rows import (
    Row,
    RowReader,
    Written,
    count_rows,
    is_refused,
    order_of_row,
    rows_in_order,
    whole,
)
from .scoring import score_of
from .stages import moved_slots
from .state import SubjectState
from .unfit import find_unfit
from .world import World

__all__ = [
    "Fold",
    "Prepared",
    "Retention",
    "Row",
    "RowReader",
    "SubjectState",
    "World",
    "Written",
    "count_rows",
    "find_unfit",
    "is_refused",
    "moved_slots",
    "order_of_row",
    "prepare",
    "retention_of",
    "rows_in_order",
    "score_of",
    "whole",
]


def prepare(
    versions: Versions, *, names_others: bool, count: int = 0, waits: bool = True
) -> Prepared:
    """Prepare the versions of a scheme for many subjects, and for so many events if that is known.

    `names_others` tells that events may take earlier ones back or repair them: then every
    contribution is kept. With `waits`, points may wait for those of later events.
    """
    retention = versions.once(retention_of)
    keeps = names_others or retention.keeps
    return Prepared(versions, retention, keeps=keeps, count=count, waits=waits)

"""Plan + the events of subjects tied by flows -> entries and scores: one fold, no I/O.

The rooms: `state` holds the running figures, `inputs` answers what formulas and tables ask,
`value` works out asked points, `combine` joins events, `limits` carries points through caps
and borders into ledgers, `consequences` holds and gives back, `rewards` spends, `ladders`
decides levels, `fold` takes events and boundaries in order, for `events`, `boundaries`, `periods` and `scoring`; `demands` says
what must be kept, `forget` lets go of what is over. `program` writes the stages
of a plain grant out over `registers`, `shop` has them for each kind of subject, `alone` and `lane` run them, `records`
makes entries of what they leave, `offers` what may be undone of it. Refuses to know of
files, YAML or the model.
"""

from .alone import Alone, Fresh, whole_rows
from .closing import Closings
from .demands import demands_of
from .fold import Fold
from .lane import Lane
from .program import Record, Rows
from .records import Scribe, order_of_row, rows_in_order
from .shop import UNDOES, Shop

__all__ = [
    "UNDOES",
    "Alone",
    "Closings",
    "Fold",
    "Fresh",
    "Lane",
    "Record",
    "Rows",
    "Scribe",
    "Shop",
    "demands_of",
    "order_of_row",
    "rows_in_order",
    "whole_rows",
]

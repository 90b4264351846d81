"""Plan + the events of subjects tied by flows -> entries and scores: one fold, no I/O.

The rooms: `state` holds the running figures, `inputs` answers what formulas and tables ask,
`value` works out asked points, `combine` joins events, `limits` carries points through caps
and borders into ledgers, `consequences` holds and gives back, `rewards` spends, `ladders`
decides levels, `fold` takes events and boundaries in order, `forget` lets go of what is over. `program` writes the stages
of a plain grant out over `registers`, `lane` runs them, `records` makes entries of what they leave. Refuses to know of
files, YAML or the model.
"""

from .closing import Closings
from .fold import Fold
from .lane import UNDOES, Alone, Fresh, Lane, Rows, Shop, whole_rows
from .program import Record
from .records import Scribe, order_of_row, rows_in_order

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
    "order_of_row",
    "rows_in_order",
    "whole_rows",
]

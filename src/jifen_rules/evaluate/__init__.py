"""Plan + the events of subjects tied by flows -> entries and scores: one fold, no I/O.

The rooms: `state` holds the running figures, `inputs` answers what formulas and tables ask,
`value` works out asked points, `combine` joins events, `limits` carries points through caps
and borders into ledgers, `consequences` holds and gives back, `rewards` spends, `ladders`
decides levels, `fold` takes events and boundaries in order, `forget` lets go of what is over. Refuses to know of files, YAML
or the model.
"""

from .fold import Fold

__all__ = ["Fold"]

"""The engine: a plan and events in order become entries and scores.

`prepare` a scheme once, then fold each group of subjects. Knows nothing of the catalog, files or drivers.
"""

from ..plan import Versions
from .fold import Fold
from .retention import Retention, retention_of
from .world import Prepared

__all__ = ["Fold", "Prepared", "Retention", "prepare", "retention_of"]


def prepare(versions: Versions, *, names_others: bool) -> Prepared:
    """Prepare the versions of a scheme for many subjects.

    `names_others` tells that events may take earlier ones back or repair them: then every
    contribution is kept.
    """
    retention = retention_of(versions)
    return Prepared(versions, retention, keeps=names_others or retention.keeps)

"""Scheme, roster and events -> Result: admits events, ties groups, folds them, merges.

`admit` tells what counts, `ties` what must be settled together, `batch` does all at once,
`evaluate` asks it (or several `workers`: each writes its `share`, which are then `joined`; `crew`
holds the processes), `live` one event after the other, `stream` many without keeping them.
"""

from .admit import View
from .batch import (
    MAX_YEARS,
    Ready,
    check_roster,
    evaluate_ready,
    make_ready,
    scores_of_some,
)
from .evaluate import evaluate_events
from .live import Session, restore_session, start_session
from .stream import Stream, stream_entries

__all__ = [
    "MAX_YEARS",
    "Ready",
    "Session",
    "Stream",
    "View",
    "check_roster",
    "evaluate_events",
    "evaluate_ready",
    "make_ready",
    "restore_session",
    "scores_of_some",
    "start_session",
    "stream_entries",
]

"""jifen_rules: a rules engine for village point schemes (积分制)."""

from .entry import Entry, Outcome, Result, Score, Standing, Step
from .event import Event, read_events
from .load import load_scheme
from .merge import merge_results
from .model import Scheme, SchemeFile
from .problem import EventError, JifenError, Place, Problem, SchemeError, Severity
from .roster import Roster, read_roster
from .session import evaluate_events

__all__ = [
    "Entry",
    "Event",
    "EventError",
    "JifenError",
    "Outcome",
    "Place",
    "Problem",
    "Result",
    "Roster",
    "Scheme",
    "SchemeError",
    "SchemeFile",
    "Score",
    "Severity",
    "Standing",
    "Step",
    "evaluate_events",
    "load_scheme",
    "merge_results",
    "read_events",
    "read_roster",
]

"""What a long stream need not keep: events and windows that nothing can reach any more."""

from datetime import date

from .state import Contribution, Source, SubjectState
from .world import World


def prune(world: World, before: date) -> None:
    """Let go of events before a day that nothing lasts of, and of windows closed by then."""

"""Events, roster and schemes on a Spark cluster -> scores, entries, boards, one digest.

Needs the extra `spark` (PySpark 4 and a Java). The rules are those of the engine; what stands here
only decides what is worked out where.
"""

from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..inputs.enrolment import read_roster
from ..inputs.roster import Roster
from ..inputs.workdays import Workdays
from ..scheme.model import SchemeFile
from ..session import View, check_roster, make_ready
from ..session.binding import bind_roster, declared_fields

if find_spec("pyspark") is None:
    raise ImportError("this needs pyspark: pip install 'jifen-rules[spark]'")

from .cluster import run_job
from .frames import Frames
from .job import Job

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["Frames", "evaluate_frames"]


def evaluate_frames(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: "Roster | DataFrame | None",
    events: "DataFrame",
    as_of: date,
    *,
    status: str = "",
    known_on: date | None = None,
    workdays: Workdays | None = None,
    partitions: int | None = None,
) -> Frames:
    """Do what `evaluate_events` does, on a cluster: equal scores, entries, boards and digest.

    - `events`: a data frame whose columns are called as those of a file of events.
    - `roster`: what `read_roster` returns, a data frame of such rows, or None. It travels once to
      each Python process of the cluster.
    - `partitions`: how many tasks share the groups of subjects; by default one for 100,000 events,
      and two for each core.
    - The others are those of `evaluate_events`, and so are the errors. TypeError where `events` is
      no data frame.

    Subjects that pay each other, are ranked, or share an event are in one task; a group larger than
    half a task has one of its own, which is begun first.
    """
    from pyspark.sql import DataFrame

    if not isinstance(events, DataFrame):
        raise TypeError(f"events are a data frame of Spark, not a {type(events).__name__}")
    if partitions is not None and partitions < 1:
        raise ValueError(f"{partitions} partitions are none")
    ready, view = make_ready(schemes), View(as_of, status, known_on, workdays)
    if isinstance(roster, DataFrame):
        roster = read_roster(roster.toArrow(), declared_fields(ready.files, "subject"))
    check_roster(roster)
    people = bind_roster(ready.files, roster) if roster is not None else None
    return run_job(Job(ready, people, view), events, partitions)

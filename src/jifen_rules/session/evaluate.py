"""One evaluation of many events: here, or by several processes.

Says nothing itself: `batch` does it, and `workers` share it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from ..core.sources import ArrowStream
from ..inputs.intake import Given, read_events
from ..inputs.roster import Roster
from ..inputs.workdays import Workdays
from ..scheme.model import SchemeFile
from ..trace.entry import Result
from .admit import View
from .batch import check_roster, evaluate_ready, make_ready
from .binding import bound, declared_fields


def evaluate_events(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    events: str | Path | ArrowStream | Iterable[Given],
    as_of: date,
    *,
    status: str = "",
    known_on: date | None = None,
    workdays: Workdays | None = None,
    workers: int = 1,
) -> Result:
    """Calculate every score up to and including the day `as_of`, and an entry for every event.

    - `schemes`: one, or several dated versions of one; each event goes by the version of its date.
    - `roster`: the subjects; None where the scheme needs neither membership nor class.
    - `events`: the path of a file, rows, or a table with the Arrow interface, in any order.
    - `status`: what an event without a status of its own has reached, such as "count". Where the
      scheme has a `process`, one that has not reached the step that counts is `not_passed`.
    - `known_on`: what was recorded after this day is as if after `as_of`, so that a board can be
      reproduced as it was published.
    - `workdays`: the calendar; without one, deadlines in working days are not judged.
    - `workers`: so many processes share the groups of subjects; the result is the same. It pays
      where the trace is written or rules are general, and costs where only plain scores are
      read. A script on a system without fork needs `if __name__ == "__main__":`.

    The order of a result is that of `Result`. A row or event that cannot be used has an entry
    that says why; it is no exception. SchemeError if the scheme has problems, EventError if
    nothing in a file can be read, OSError if it cannot be opened, TypeError or ValueError for
    arguments of another kind, a text that is no path, or a day beyond all reason.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> rows = [{"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}]
    >>> result = evaluate_events(scheme, None, rows, date(2024, 12, 31))
    >>> [(score.subject, score.total) for score in result.scores]
    [('张家', Decimal('5'))]
    """
    check_roster(roster)
    ready, view = make_ready(schemes), View(as_of, status, known_on, workdays)
    if workers < 1:
        raise ValueError(f"{workers} workers are none")
    if workers > 1:
        from .workers import evaluate_shared  # few ask for processes, so few load them

        roster, read = bound(
            ready.files, roster, *read_events(events, declared_fields(ready.files, "event"))
        )
        return evaluate_shared(ready, roster, read, view, workers)
    return evaluate_ready(ready, roster, events, view)

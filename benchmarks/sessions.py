"""A session of a million events: time of an add, size of what is saved, time to restore.

    python benchmarks/sessions.py --sizes 10000 1000000

The rules and events of the reference workload, fifty events a household. Times are of the
processor; each size is a process of its own.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar

from processes import resident, run_alone
from reference import workload

from jifen_rules import (
    Event,
    Session,
    load_scheme,
    read_events,
    restore_session,
    start_session,
)

T = TypeVar("T")
END = date(workload.YEAR, 12, 31)
LAST = 5_000
"""So many adds at the end are timed one by one."""


def main() -> None:
    """Run every size and print what it took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--run", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.run:
        print(json.dumps(run(given.run)))
        return
    for size in given.sizes:
        print(run_alone(Path(__file__), "--run", size), flush=True)


def run(size: int) -> dict[str, object]:
    """Add so many events, save without them, and restore."""
    scheme = load_scheme(workload.SCHEME)
    events, _ = read_events(map(workload.row, workload.generate(size)))
    session = start_session(scheme, as_of=END)
    _, whole = timed(lambda: add_all(session, events[:-LAST]))
    each = [timed(lambda event=event: session.add(event))[1] for event in events[-LAST:]]
    saved, save = timed(lambda: json.dumps(session.save(events=False)))
    memory, _ = resident()
    again, restore = timed(lambda: restore_session(scheme, None, json.loads(saved), events=events))
    assert again.scores() == session.scores()
    last = sorted(each)
    return {
        "events": size,
        "add, mean of all but the last, microseconds": round(whole / (size - LAST) * 1e6),
        "add, median of the last": round(statistics.median(last) * 1e6),
        "add, 99 of 100 of the last": round(last[-len(last) // 100] * 1e6),
        "save, seconds": round(save, 1),
        "saved without events, MB": round(len(saved.encode()) / 1e6, 2),
        "restore, seconds": round(restore, 1),
        "memory, MB": round(memory),
    }


def add_all(session: Session, events: Iterable[Event]) -> None:
    """Add events one by one."""
    for event in events:
        session.add(event)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Do some work; what it gives, and the processor time it took."""
    begun = time.process_time()
    found = work()
    return found, time.process_time() - begun


if __name__ == "__main__":
    main()

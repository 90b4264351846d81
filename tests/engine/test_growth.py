"""Four times as many events make four times as many calls: for every mechanic.

Calls are counted, since they are the same on every machine; `benchmarks/growth.py` measures time.
"""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shards import shards

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
growth = importlib.import_module("growth")

SMALL, LARGE = 80, 320
SHARDS = 8


def calls(work: Callable[[], int]) -> float:
    """Calls of Python and of C an event."""
    count = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    work()  # what is made once is made by now
    sys.setprofile(note)
    try:
        events = work()
    finally:
        sys.setprofile(None)
    return count / events


@pytest.mark.parametrize("is_wide", [False, True], ids=["long", "wide"])
@pytest.mark.parametrize("shard", shards(range(SHARDS)))
def test_an_event_costs_no_more_where_there_are_many(shard: int, *, is_wide: bool) -> None:
    for name, mechanic, case in [*growth.cases()][shard::SHARDS]:
        few, many = (
            calls(growth.work_of(mechanic, case, size, is_wide=is_wide)) for size in (SMALL, LARGE)
        )
        assert many < 1.25 * few, f"{name}: {few:.0f} calls an event, then {many:.0f}"

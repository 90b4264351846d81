"""Promise 9, file by file: each attack ends in a problem or a refused row, in a second.

It takes no more than 200 MB.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import hostile_files as hostile
from shards import shards

HERE = Path(__file__).parent
GROUPS = ("formulas", "kept", "events", "others", "schemes", "numbers", "fuzzed")
SECONDS, MEGABYTES = 1.0, 200


@pytest.mark.parametrize("group", shards(GROUPS, quick=2, ids=GROUPS))
def test_an_attack_ends_soon_and_says_why(group: str) -> None:
    """Every attack runs in a process of its own, so that each failure has a name.

    Seconds are those of the processor, whatever else the machine does.
    """
    run = subprocess.run(
        [sys.executable, str(HERE / "hostile_run.py"), group], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    failures = {}
    for line in run.stdout.splitlines():
        seen = json.loads(line)
        wrong = [
            *(["crashed"] if seen["code"] not in (0, 1, 2) else []),
            *([f"{seen['seconds']:.1f} s"] if seen["seconds"] > SECONDS else []),
            *([f"{seen['megabytes']:.0f} MB"] if seen["megabytes"] > MEGABYTES else []),
            *(["silent"] if seen["refused"] and not seen["spoken"] else []),
        ]
        if wrong:
            failures[seen["name"]] = (*wrong, seen["said"][-300:])
    assert failures == {}


def test_there_are_more_than_a_hundred_and_each_has_a_name() -> None:
    by_hand = [
        *hostile.SCHEMES,
        *hostile.NUMBERS,
        *hostile.FORMULAS,
        *hostile.EVENT_FILES,
        *hostile.ROSTERS,
        *hostile.CASES,
        *hostile.TRACES,
        *hostile.CALENDARS,
    ]
    assert len(by_hand) > 200
    assert sum(case.refused for case in by_hand) > 150

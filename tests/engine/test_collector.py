"""An evaluation leaves nothing to Python's collector of cycles.

The collector is off meanwhile and does not look at it later.
"""

import gc
from collections import Counter

import pytest
from test_villages import evaluate

from jifen_rules import Result, evaluate_events
from jifen_rules.inputs.roster import Roster
from plain_schemes import AS_OF, ROSTER, events, versions
from villages import village


def looked_at(result: Result) -> None:
    """See all there is of a result."""
    for score in result.scores:
        _ = score.rooms, score.tiers
    _ = [entry.steps for entry in result.entries], result.digest, result.boards


def plain(seed: int) -> None:
    files = versions(seed)
    rows = events(seed, *files)
    for roster in (None, Roster(ROSTER)):
        looked_at(evaluate_events(files, roster, rows, AS_OF, status="count"))


def whole(seed: int) -> None:
    looked_at(evaluate(village(seed)))


@pytest.mark.parametrize("way", [plain, whole])
def test_what_is_let_go_of_is_gone(way: object) -> None:
    assert callable(way)
    for seed in range(12):
        way(seed)  # what is made once for all is made now
    gc.collect()
    flags, was_on = gc.get_debug(), gc.isenabled()
    gc.disable()
    try:
        for seed in range(12):
            way(seed)
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = [one for one in gc.garbage if type(one).__module__.startswith("jifen_rules")]
        assert not left, Counter(type(one).__name__ for one in left).most_common(9)
    finally:
        gc.set_debug(flags)
        gc.garbage.clear()
        if was_on:
            gc.enable()


def test_what_a_program_has_frozen_is_not_walked_through_for_a_few_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To count it takes a second where a service has frozen millions of values before a fork."""

    def counted() -> int:
        raise AssertionError("counted")

    gc.collect()
    monkeypatch.setattr(gc, "get_freeze_count", counted)
    whole(0)

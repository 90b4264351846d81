"""Engine and oracle tell one story over generated villages of the whole language.

A village in which they differ is shown made small, with its first difference.
"""

import traceback

import pytest

from generators import Village, village
from generators.shrink import shrink
from oracle.comparing import differences
from shards import shards

SHARD = 100
NUMBER = 1000


def first_difference(case: Village) -> str | None:
    """Say the first difference of a village, or how one of the two fails; None where they agree."""
    try:
        return compared(case)
    except Exception:
        return traceback.format_exc().splitlines()[-1]


def compared(case: Village) -> str | None:
    found = differences(case.files(), case.people(), list(case.events), case.as_of)
    return found[0] if found else None


def shown(seed: int, said: str) -> str:
    """A village that differs, made small, ready to read.

    Where it fails, so must what is left of it.
    """
    try:
        compared(village(seed))
        small = shrink(village(seed), compared)
    except Exception:
        small = shrink(village(seed), first_difference)
    return f"seed {seed}: {said}\nmade small: {first_difference(small)}\n{small}"


@pytest.mark.parametrize("first", shards(range(0, NUMBER, SHARD)))
def test_engine_and_oracle_tell_one_story(first: int) -> None:
    for seed in range(first, first + SHARD):
        said = first_difference(village(seed))
        if said is not None:
            pytest.fail(shown(seed, said), pytrace=False)

"""Promises 1 to 7 over generated villages that use the whole language.

`python -m generators 500 --relation 5v` (in this folder) shows more failing villages, made small.
"""

import pytest
from test_relations import hold, of_shard

from generators.promises import PROMISES
from shards import examples

QUICK = {
    "1": 120,
    "2": 80,
    "3": 60,
    "3s": 40,
    "3o": 60,
    "4": 80,
    "4w": 80,
    "5": 100,
    "5v": 40,
    "6": 60,
    "7": 30,
}
"""So many villages are tried of each promise by `make check`, beside the thorough ones."""


@pytest.mark.parametrize("number", PROMISES)
def test_promise(number: str) -> None:
    hold(PROMISES[number], range(examples(QUICK[number])))


@pytest.mark.thorough
@pytest.mark.parametrize("shard", range(8))
@pytest.mark.parametrize("number", PROMISES)
def test_promise_thoroughly(number: str, shard: int) -> None:
    hold(PROMISES[number], of_shard(QUICK[number], shard))

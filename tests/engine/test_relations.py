"""The relations (a) to (k) over generated villages that use the whole language.

None of them needs a second evaluator: each says how two results belong together. A failing number
is shown as a small village; `make villages` tries others.
"""

from collections.abc import Iterable

import pytest

from generators.__main__ import report
from generators.relations import RELATIONS, Relation
from shards import examples

QUICK = {
    "a": 40,
    "b": 20,
    "c": 60,
    "d": 80,
    "e": 80,
    "f": 90,
    "g": 90,
    "h": 80,
    "i": 80,
    "j": 45,
    "k": 90,
}
"""So many villages are tried of each relation by `make check`, beside the thorough ones."""
THOROUGH = 4
"""So many times as many are tried, other ones, where `-m thorough` asks for it."""
FIRST = 100_000
"""The numbers of the thorough run begin here."""


def hold(relation: Relation, seeds: Iterable[int]) -> None:
    """Show the first village that breaks a relation, made small."""
    for seed in seeds:
        found = report(relation, seed)
        if found is not None:
            pytest.fail(found, pytrace=False)


@pytest.mark.parametrize("letter", RELATIONS)
def test_relation(letter: str) -> None:
    hold(RELATIONS[letter], range(examples(QUICK[letter])))


@pytest.mark.thorough
@pytest.mark.parametrize("shard", range(8))
@pytest.mark.parametrize("letter", RELATIONS)
def test_relation_thoroughly(letter: str, shard: int) -> None:
    hold(RELATIONS[letter], of_shard(QUICK[letter], shard))


def of_shard(quick: int, shard: int) -> range:
    """Tell which numbers the thorough run tries in one of its eight shards."""
    first, last = (quick * THOROUGH * n // 8 for n in (shard, shard + 1))
    return range(FIRST + first, FIRST + last)

"""The relations (a) to (k) over generated villages that use the whole language.

None of them needs a second evaluator: each says how two results belong together. A failing number is
shown as a small village; `make villages` tries others.
"""

from collections.abc import Iterable

import pytest

from generators.__main__ import report, said
from generators.relations import RELATIONS, Relation

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
"""So many villages are tried of each relation every time."""
OPEN: dict[str, set[int]] = {"b": {11, 12, 17}, "k": {20, 65, 75, 83}}
"""Villages of the quick run that still break a relation: faults of the engine not yet mended.

They are tried too, and the day one of them holds, it must leave this list. Other numbers still show
faults of more relations and promises: `make villages` counts them, and the gate does not run it.
"""


def hold(relation: Relation, seeds: Iterable[int]) -> None:
    """Show the first village that breaks a relation, made small."""
    for seed in seeds:
        found = report(relation, seed)
        if found is not None:
            pytest.fail(found, pytrace=False)


@pytest.mark.parametrize("letter", RELATIONS)
def test_relation(letter: str) -> None:
    known = OPEN.get(letter, set())
    hold(RELATIONS[letter], [seed for seed in range(QUICK[letter]) if seed not in known])


@pytest.mark.parametrize("letter", OPEN)
def test_what_is_said_to_be_open_still_is(letter: str) -> None:
    relation = RELATIONS[letter]
    mended = [seed for seed in OPEN[letter] if said(relation, relation.draw(seed)) is None]
    assert mended == [], "take these from OPEN"

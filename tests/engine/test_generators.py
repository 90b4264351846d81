"""The generator itself: villages are sound, small, stable; relations notice what is wrong."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zlib import crc32

import pytest

from generators import Village, village
from generators.promises import PROMISES
from generators.relations import RELATIONS
from generators.shrink import shrink
from jifen_rules import Entry, Result, SchemeError, Score

ALL = RELATIONS | PROMISES
SOUND = 300
"""So many villages are loaded and evaluated; each must be sound."""


def test_a_number_gives_the_same_village_each_time() -> None:
    assert [village(seed) for seed in range(50)] == [village(seed) for seed in range(50)]
    assert len({str(village(seed)) for seed in range(50)}) == 50


def test_villages_are_small() -> None:
    for seed in range(300):
        case = village(seed)
        assert len(case.events) <= 25
        assert len(case.routes) <= 14, seed


def test_every_village_is_sound() -> None:
    """A pair that the contract gives a meaning is no problem of the check."""
    found: Counter[str] = Counter()
    first: dict[str, int] = {}
    for seed in range(SOUND):
        try:
            village(seed).evaluate()
        except SchemeError as error:
            for problem in error.problems:
                found[problem.fault.name] += 1
                first.setdefault(problem.fault.name, seed)
    assert not found, f"{found}; first seeds {first}"


# --- that the relations can fail ------------------------------------------------------------------

Change = Callable[[Village, Result], Result]


def other_totals(case: Village, result: Result) -> Result:
    """Totals that hang on how the case is written."""
    more = Decimal(crc32(str(case).encode()) % 1000 + 1)
    return _of(result, tuple(replace(score, total=score.total + more) for score in result.scores))


def no_entries(case: Village, result: Result) -> Result:
    return _of(result, result.scores, ())


def no_steps(case: Village, result: Result) -> Result:
    entries = tuple(replace(entry, steps=(), inputs={}) for entry in result.entries)
    return _of(result, result.scores, entries)


def low_totals(case: Village, result: Result) -> Result:
    down = 1 if "up" in {row["id"] for row in case.events} else 0
    low = Decimal(-1000 - down)
    return _of(result, tuple(replace(score, total=low) for score in result.scores))


def much_granted(case: Village, result: Result) -> Result:
    entries = tuple(replace(entry, granted=100 * entry.asked) for entry in result.entries)
    return _of(result, result.scores, entries)


def _of(result: Result, scores: Sequence[Score], entries: Sequence[Entry] | None = None) -> Result:
    head = (result.scheme, result.kind, result.illustrative, result.as_of)
    kept = result.entries if entries is None else entries
    return Result(head, scores, kept, lambda _: result.boards, lambda: result.inputs)


ALTERED: dict[str, Change] = {
    **dict.fromkeys(ALL, other_totals),
    "2": no_entries,
    "k": no_steps,
    "4": low_totals,
    "4w": much_granted,
    "5": low_totals,
}
LOADING = ("7",)
"""What is compared here is no result."""


@pytest.mark.parametrize("letter", [name for name in ALL if name not in LOADING])
def test_a_wrong_result_is_noticed(letter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    relation, right = ALL[letter], Village.evaluate
    change = ALTERED[letter]

    def wrong(case: Village, as_of: date | None = None) -> Result:
        return change(case, right(case, as_of))

    monkeypatch.setattr(Village, "evaluate", wrong)
    noticed = sum(relation.broken(relation.draw(seed)) is not None for seed in range(12))
    assert noticed >= 2


def test_a_failing_village_is_made_small() -> None:
    """Of a village in which some event of D grants something, one event and little else is left."""

    def granted(case: Village) -> str | None:
        entries = case.evaluate().entries
        return (
            "granted" if any(e.subject == "D" and e.event and e.granted for e in entries) else None
        )

    seed = next(seed for seed in range(100) if granted(village(seed)))
    small = shrink(village(seed), granted)
    assert len(small.events) == 1
    assert len(str(small)) < len(str(village(seed))) / 2

"""The generator itself: villages are sound, small, the same each time, and the relations notice what is wrong."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from zlib import crc32

import pytest

from generators import Village, village
from generators.promises import PROMISES
from generators.relations import RELATIONS
from generators.shrink import shrink
from jifen_rules import Result, SchemeError

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
    first = {}
    for seed in range(SOUND):
        try:
            village(seed).evaluate()
        except SchemeError as error:
            for problem in error.problems:
                found[problem.fault.name] += 1
                first.setdefault(problem.fault.name, seed)
    assert not found, f"{found}; first seeds {first}"


# --- that the relations can fail -------------------------------------------------------------------

Change = Callable[[Village, Result], Result]


def other_totals(case: Village, result: Result) -> Result:
    """Totals that hang on how the case is written."""
    more = Decimal(crc32(str(case).encode()) % 1000 + 1)
    return _of(result, tuple(replace(score, total=score.total + more) for score in result.scores))


def no_entries(case: Village, result: Result) -> Result:
    return Result(
        (result.scheme, result.kind, result.illustrative, result.as_of), result.scores, (),
        lambda _: result.boards, lambda: result.inputs,
    )  # fmt: skip


def no_steps(case: Village, result: Result) -> Result:
    entries = tuple(replace(entry, steps=(), inputs={}) for entry in result.entries)
    return Result(
        (result.scheme, result.kind, result.illustrative, result.as_of), result.scores, entries,
        lambda _: result.boards, lambda: result.inputs,
    )  # fmt: skip


def low_totals(case: Village, result: Result) -> Result:
    down = 1 if "up" in {row["id"] for row in case.events} else 0
    low = Decimal(-1000 - down)
    return _of(result, tuple(replace(score, total=low) for score in result.scores))


def _of(result: Result, scores: tuple[object, ...]) -> Result:
    head = (result.scheme, result.kind, result.illustrative, result.as_of)
    return Result(head, scores, result.entries, lambda _: result.boards, lambda: result.inputs)  # type: ignore[arg-type]


ALTERED: dict[str, Change] = {
    **dict.fromkeys(ALL, other_totals), "2": no_entries, "k": no_steps, "4": low_totals, "5": low_totals,
}  # fmt: skip
LOADING = ("7",)
"""What is compared here is no result."""


@pytest.mark.parametrize("letter", [name for name in ALL if name not in LOADING])
def test_a_wrong_result_is_noticed(letter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    relation, right = ALL[letter], Village.evaluate
    change = ALTERED[letter]

    def wrong(case: Village, as_of: object = None) -> Result:
        return change(case, right(case, as_of))  # type: ignore[arg-type]

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

"""The engine and the naive evaluator agree, entry by entry, over the whole language."""

from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any

import pytest

from jifen_rules import Result, evaluate_events, load_scheme, read_roster
from jifen_rules.entry import Entry
from reference import Naive
from shards import shards
from villages import CONSTRUCTS, Village, village

CASES = 10_000
SHARDS = 40
OPENING = ("carried", "tier", "held")


def evaluate(case: Village) -> Result:
    scheme = load_scheme("village.yaml", text=case.text)
    return evaluate_events(
        scheme, read_roster(case.roster), case.events, case.as_of, status="count"
    )


@pytest.mark.parametrize("shard", shards(range(SHARDS)))
def test_8_the_engine_agrees_with_the_naive_evaluator(shard: int) -> None:
    for seed in range(shard * CASES // SHARDS, (shard + 1) * CASES // SHARDS):
        case = village(seed)
        result = evaluate(case)
        naive = Naive(case.scheme, case.roster, case.events, case.as_of)
        assert lines(result) == in_order(naive.entries), f"village({seed})"
        assert scores(result) == naive.scores, f"village({seed})"


def test_every_construct_is_drawn_in_at_least_one_village_of_a_hundred() -> None:
    drawn = Counter(name for seed in range(1000) for name in village(seed).used)
    assert {name: drawn[name] for name in CONSTRUCTS if drawn[name] < 10} == {}


def lines(result: Result) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for entry in result.entries:
        found[entry.subject].append(line(entry))
    return found


def line(entry: Entry) -> tuple[Any, ...]:
    ledgers = {name: Fraction(amount) for name, amount in entry.ledgers.items() if amount}
    return (entry.date, entry.event, entry.outcome.value, Fraction(entry.granted), ledgers)


def in_order(entries: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Openings of a day, its events by id, its boundary; a further copy of an event comes last."""

    def place(one: tuple[Any, ...]) -> tuple[Any, ...]:
        day, event, outcome, *_ = one
        phase = 1 if event is not None else 0 if outcome in OPENING else 2
        return (day, phase, event or "", outcome == "duplicate")

    return {subject: sorted(mine, key=place) for subject, mine in entries.items()}


def scores(result: Result) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (score.subject, score.period.label): {
            "base": Fraction(score.base),
            "figures": {"total": Fraction(score.total)}
            | {name: Fraction(figure) for name, figure in score.ledgers.items()},
            "tiers": {name: standing.level or "" for name, standing in score.tiers.items()},
            "rights": {right.id: Fraction(right.amount or 0) for right in score.rights},
        }
        for score in result.scores
    }

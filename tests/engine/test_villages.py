"""The villages that other tests draw by number, and what they draw."""

from collections import Counter

from jifen_rules import Result, evaluate_events, load_scheme, read_roster
from villages import CONSTRUCTS, Village, village


def evaluate(case: Village) -> Result:
    scheme = load_scheme("village.yaml", text=case.text)
    return evaluate_events(
        scheme, read_roster(case.roster), case.events, case.as_of, status="count"
    )


def test_every_construct_is_drawn_in_at_least_one_village_of_a_hundred() -> None:
    drawn = Counter(name for seed in range(1000) for name in village(seed).used)
    assert {name: drawn[name] for name in CONSTRUCTS if drawn[name] < 10} == {}

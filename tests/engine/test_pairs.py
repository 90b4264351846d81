"""Every pair of constructs that may meet is drawn.

Pairs that are not independent, worked out by hand.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from generators.constructs import CONSTRUCTS
from generators.pairs import (
    LEAST,
    LEAST_ROUTE,
    drawn,
    examples,
    on_a_route,
    pairs,
    reason,
)
from jifen_rules import SchemeError, evaluate_events, load_scheme, read_cases, run_cases
from jifen_rules.report.render.to_text import render_case
from snippets import HEAD, whole

EXAMPLES = examples()


def cases() -> Iterator[Any]:
    for place, example in enumerate(EXAMPLES, 1):
        for number, case in enumerate(example["cases"], 1):
            yield pytest.param(example, case, id=f"{place}-{number}")


@pytest.mark.parametrize(("example", "case"), list(cases()))
def test_pair(example: dict[str, Any], case: dict[str, Any]) -> None:
    given = {"as_of": "2024-12-31", "roster": example.get("roster", [])}
    body = {"name": example["title"], **case}
    document = {"given": given, "cases": [body]}
    (one,) = read_cases("pair.yaml", text=json.dumps(document, ensure_ascii=False))
    texts = [example["scheme"], *([example["later"]] if "later" in example else [])]
    schemes = [load_scheme(f"pair{n}.yaml", text=whole(text)) for n, text in enumerate(texts)]
    (outcome,) = run_cases(schemes, [one])
    assert outcome.passed, render_case(outcome)


def test_examples_are_of_pairs_that_may_meet() -> None:
    assert len(EXAMPLES) >= 30
    for example in EXAMPLES:
        one, two = example["pair"]
        assert {one, two} <= {*CONSTRUCTS}, example["pair"]
        assert not reason((one, two), route=False), example["pair"]


@pytest.mark.thorough
def test_every_pair_that_may_meet_in_a_scheme_is_drawn() -> None:
    schemes, _ = drawn()
    seldom = [(schemes[p], p) for p in pairs() if not reason(p, route=False) and schemes[p] < LEAST]
    assert seldom == []
    assert [pair for pair in pairs() if reason(pair, route=False) and schemes[pair]] == []


@pytest.mark.thorough
def test_every_pair_that_may_meet_on_the_way_of_an_event_is_drawn_there() -> None:
    _, routes = drawn()
    known = on_a_route()
    seldom = [
        (routes[pair], pair)
        for pair in pairs()
        if {*pair} <= known and not reason(pair, route=True) and routes[pair] < LEAST_ROUTE
    ]
    assert seldom == []
    assert [pair for pair in pairs() if reason(pair, route=True) and routes[pair]] == []


RATED = {
    "rated_by": {"self": "20%", "mutual": "80%"},
    "per": "month",
    "combine": {"mean": "role"},
    "missing": "spread",
    "round": "0.1 half_up",
}
SENSELESS: dict[str, dict[str, Any]] = {
    "wipe, combine": {"points": "clear", "combine": {"highest": "year"}},
    "wipe, cap": {"points": "clear", "caps": [{"at_most": "3 added", "per": "year"}]},
    "wipe, lasts": {"points": "clear", "lasts": "20 days"},
    "wipe, repair": {"points": "clear", "lasts": "until repaired", "repair": {}},
    "wipe, round": {"points": "clear", "round": "1 half_up"},
    "rated_by, combine": {"points": RATED, "combine": {"highest": "year"}},
    "rated_by, escalate": {"points": RATED, "escalate": {"year": ["x1", "x2"]}},
    "quorum without ratings": {"points": "5", "when": "raters >= 2"},
}
"""Pairs to which the language gives no meaning, on one indicator."""


@pytest.mark.parametrize("item", SENSELESS.values(), ids=SENSELESS)
def test_a_pair_without_a_meaning_is_a_problem(item: dict[str, Any]) -> None:
    text = json.dumps({**HEAD, "indicators": [{"id": "x", **item}]}, ensure_ascii=False)
    scheme = load_scheme("senseless.yaml", text=text)
    day = scheme.scheme.effective_from
    with pytest.raises(SchemeError):
        evaluate_events(scheme, None, [], day)

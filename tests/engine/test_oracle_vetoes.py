"""Engine and oracle tell one story of vetoes, net limits that keep, and what ends under both.

Small villages of one household, drawn by number; generated villages rarely have all three.
"""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from generators import Village
from oracle.comparing import differences
from shards import shards

SHARD = 50
NUMBER = 150
LASTS = {"by": {"level": {"a": "10 days", "b": "1 month", "c": "ever"}}}


@pytest.mark.parametrize("first", shards(range(0, NUMBER, SHARD)))
def test_a_veto_takes_and_gives_back_what_stands(first: int) -> None:
    for seed in range(first, first + SHARD):
        case = drawn(random.Random(seed))
        found = differences(case.files(), case.people(), list(case.events), case.as_of)
        assert not found, f"seed {seed}: {found[0]}\n{case}"


def drawn(rng: random.Random) -> Village:
    """Draw a category with two indicators, limits around them, a veto, and ten events."""
    marks = [{"id": name, "points": {"between": ["-20", "40"]}, "lasts": LASTS} for name in "ik"]
    marks[0] |= limits(rng, "4", "8", "10", floors=("0", "-3"))
    gives = rng.choice(["all", "before", "nothing"])
    veto = {"veto": rng.choice(["i", "c", "total"]), "lasts": "10 days", "gives": gives}
    category: dict[str, Any] = {"id": "c", "indicators": [*marks, {"id": "v", "then": [veto]}]}
    category |= limits(rng, "5", "9", "15", floors=("0",))
    scheme: dict[str, Any] = {
        "scheme": "s",
        "illustrative": "yes",
        "effective_from": "2024-01-01",
        "subject": "person",
        "period": rng.choice(["year", "quarter"]),
        "base": "10",
        "floor": rng.choice(["none", "0 kept"]),
        "at_period_end": rng.choice(["clear", "carry"]),
        "categories": [category],
    }
    if rng.random() < 0.2:
        scheme["combine"] = {"highest": "matter"}
    rows, day = list[dict[str, str]](), date(2024, 1, 5)
    for number in range(rng.randrange(3, 10)):
        day += timedelta(rng.randrange(12))
        rows.append({"id": f"e{number}", "date": str(day), "subject": "甲", **said(rng, number)})
    return Village((scheme,), ({"id": "甲", "kind": "person"},), tuple(rows), date(2024, 6, 1))


def limits(rng: random.Random, *fulls: str, floors: tuple[str, ...]) -> dict[str, str]:
    """Draw the net limits of a place, each perhaps."""
    found = {"full": f"{rng.choice(fulls)} kept"} if rng.random() < 0.7 else {}
    return found | ({"floor": f"{rng.choice(floors)} kept"} if rng.random() < 0.4 else {})


def said(rng: random.Random, number: int) -> dict[str, str]:
    """Draw what an event says: points, the veto, or that an earlier one is revoked."""
    kind = rng.random()
    if kind < 0.2 and number:
        return {"revokes": f"e{rng.randrange(number)}"}
    if kind < 0.3:
        return {"indicator": "v"}
    return {
        "indicator": rng.choice("iik"),
        "points": rng.choice(["12", "1", "3", "5", "-2", "-7", "20"]),
        "level": rng.choice("abc"),
        "matter": rng.choice(["m", "n", ""]),
    }

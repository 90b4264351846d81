"""The worked examples of the meaning, told by the oracle; the arithmetic stands beside each."""

import json
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from jifen_rules import load_scheme, read_roster
from oracle import Oracle
from oracle.reading import length_end

HEAD: dict[str, Any] = {
    "scheme": "t",
    "illustrative": "yes",
    "effective_from": "2024-01-01",
    "subject": "person",
    "period": "year",
    "at_period_end": "clear",
    "floor": "none",
}
JUDGED = {"between": ["-100", "100"]}


def told(
    body: dict[str, Any] | Sequence[dict[str, Any]],
    lines: Sequence[str],
    as_of: str = "2024-12-31",
    roster: Sequence[dict[str, str]] = (),
) -> Oracle:
    """Tell events written as `date subject indicator key=value …`; their ids are e1, e2, …"""
    bodies = [body] if isinstance(body, dict) else body
    files = [
        load_scheme("t.yaml", text=json.dumps({**HEAD, **one}, ensure_ascii=False))
        for one in bodies
    ]
    rows = []
    for number, line in enumerate(lines, 1):
        day, subject, indicator, *more = line.split()
        row = {"id": f"e{number}", "date": day, "subject": subject}
        row |= {"indicator": indicator} if indicator != "-" else {}
        rows.append(row | dict(part.split("=") for part in more))
    names = read_roster(roster) if roster else None
    return Oracle(files, names, rows, date.fromisoformat(as_of))


def granted(oracle: Oracle, subject: str = "A", ledger: str = "") -> list[float]:
    """What each entry of a subject granted, in order."""
    rows = oracle.entries.get(subject, [])
    return [float(row[4].get(ledger, 0) if ledger else row[3]) for row in rows]


def totals(oracle: Oracle, subject: str = "A", figure: str = "total") -> dict[str, float]:
    return {
        period: float(score["figures"][figure])
        for (who, period), score in oracle.scores.items()
        if who == subject
    }


def total(oracle: Oracle, subject: str = "A", figure: str = "total") -> float:
    return list(totals(oracle, subject, figure).values())[-1]


def judged(**more: Any) -> dict[str, Any]:
    """An indicator x whose points the event says."""
    return {"id": "x", "points": JUDGED, **more}


def caps(*texts: str, per: str = "year") -> list[dict[str, str]]:
    return [{"at_most": text, "per": per} for text in texts]


def test_1_a_void_frees_room() -> None:
    body = {"indicators": [{"id": "x", "points": "8", "caps": caps("10 added", per="month")}]}
    both = ["2024-01-01 A x", "2024-01-02 A x"]
    assert granted(told(body, both)) == [8, 2]  # 8, then 10 - 8
    voided = told(body, [*both, "2024-01-03 A - voids=e1"])
    assert granted(voided) == [0, 8, 0]
    assert voided.entries["A"][1][0] == date(2024, 1, 2)


def test_2_a_falling_value_is_no_deduct() -> None:
    latest = {"indicators": [judged(combine={"latest": "year"}, caps=caps("8 added"))]}
    found = told(latest, ["2024-01-01 A x points=10", "2024-01-02 A x points=6"])
    assert granted(found) == [8, -2]  # min(10, 8) = 8; min(6, 8) - 8
    mean = {"indicators": [judged(combine={"mean": "year"}, round="0.01 half_up")]}
    marks = [f"2024-01-0{n} A x points={mark}" for n, mark in enumerate((10, 10, 9), 1)]
    assert granted(told(mean, marks)) == [10, 0, -0.33]  # 29 / 3 = 9.67


@pytest.mark.parametrize(
    ("bound", "points", "wanted"),
    [
        ({"floor": "0 kept"}, (-30, 10), [0, 0]),
        ({"floor": "0 lost"}, (-30, 10), [0, 10]),
        ({"full": "10 kept"}, (15, -3), [10, 0]),  # the sum is 12
        ({"full": "10 lost"}, (15, -3), [10, -3]),
    ],
)
def test_3_kept_and_lost(bound: dict[str, str], points: tuple[int, int], wanted: list[int]) -> None:
    lines = [f"2024-01-0{n} A x points={p}" for n, p in enumerate(points, 1)]
    assert granted(told({"indicators": [judged()], **bound}, lines)) == wanted


def test_3_added_and_net_at_one_place() -> None:
    category = {"id": "c", "caps": caps("20 added", "15 net kept"), "indicators": [judged()]}
    lines = [f"2024-01-0{n} A x points={p}" for n, p in enumerate((18, 10, -6), 1)]
    found = told({"categories": [category]}, lines)
    assert granted(found) == [15, 0, -1]  # let in 18, 2; 18 + 2 - 6 = 14
    assert total(found) == 14


def test_4_why_nothing_else_stands_around_a_net_limit() -> None:
    # -20, +10, -10, +10, -10 inside 0 to 10: the sum never rises above 0
    indicator = judged(floor="0 kept", full="10 kept")
    category = {"id": "c", "caps": caps("5 added"), "indicators": [indicator]}
    points = (-20, 10, -10, 10, -10)
    lines = [f"2024-01-0{n} A x points={p}" for n, p in enumerate(points, 2)]
    assert granted(told({"categories": [category]}, lines)) == [0] * 5
    # one more +20 before them all lets 5 in, and then each fall takes 10
    more = told({"categories": [category]}, ["2024-01-01 A x points=20", *lines])
    assert granted(more) == [5, -10, 0, -10, 0, -10]


def test_5_highest_across_places() -> None:
    one = {"id": "a", "indicators": [judged()]}
    two = {"id": "b", "weight": "2", "indicators": [{"id": "y", "points": JUDGED}]}
    body = {"combine": {"highest": "matter"}, "categories": [one, two]}
    x, y = "A x points=5 matter=m", "A y points=8 matter=m"
    assert granted(told(body, [f"2024-01-01 {x}", f"2024-01-02 {y}"])) == [5, 11]  # -5 + 2 × 8
    assert granted(told(body, [f"2024-01-01 {y}", f"2024-01-02 {x}"])) == [16, 0]
    capped = {
        "combine": {"highest": "matter"},
        "indicators": [judged(caps=caps("4 added")), {"id": "y", "points": JUDGED}],
    }
    assert granted(told(capped, [f"2024-01-01 {x}", f"2024-01-02 {y}"])) == [4, 4]  # -4 + 8


def test_6_rounding() -> None:
    lines = ["2024-01-01 A x", "2024-01-02 A x", "2024-01-03 A x"]
    inner = {"id": "x", "points": "1"}
    category = {"id": "c", "weight": "0.5", "round": "1 half_up", "indicators": [inner]}
    assert granted(told({"categories": [category]}, lines)) == [1, 0, 1]  # 0.5, 1, 1.5 → 1, 1, 2
    each = {"id": "c", "weight": "0.5", "indicators": [{**inner, "round": "1 half_up"}]}
    assert granted(told({"categories": [each]}, lines)) == [0.5, 0.5, 0.5]


def test_6_ratings_by_role() -> None:
    form = {
        "rated_by": {"self": "20%", "mutual": "30%", "干部": "50%"},
        "per": "quarter",
        "combine": {"mean": "role"},
        "missing": "spread",
        "round": "0.1 half_up",
    }
    marks = (("self", 95), ("mutual", 80), ("mutual", 90), ("干部", 70))
    lines = [f"2024-01-0{n} A r role={role} points={m}" for n, (role, m) in enumerate(marks, 1)]
    found = told({"indicators": [{"id": "r", "points": form}]}, lines)
    # 95; (1900 + 2400) / 50 = 86; (1900 + 2550) / 50 = 89; (1900 + 2550 + 3500) / 100 = 79.5
    assert granted(found) == [95, -9, 3, -9.5]


def test_7_undo() -> None:
    a, b = (
        {"id": "a", "points": "10", "lasts": "30 days"},
        {"id": "b", "points": "5", "lasts": "60 days"},
    )
    lines = ["2024-01-01 A a", "2024-01-02 A b"]
    net = told({"caps": caps("10 net kept"), "indicators": [a, b]}, lines)
    assert granted(net) == [10, 0, -5, -5]  # 15 - 10 = 5; then 0
    added = told(
        {"caps": caps("10 added"), "indicators": [a, b, {"id": "c", "points": "3"}]},
        [*lines, "2024-02-05 A c"],
    )
    assert granted(added) == [10, 0, -10, 0, 0]  # the room is used; b had nothing
    assert total(added) == 0


def test_8_versions() -> None:
    def versions(first: str, second: str) -> list[dict[str, Any]]:
        return [
            {"indicators": [judged(caps=caps(first))]},
            {"effective_from": "2024-07-01", "indicators": [judged(caps=caps(second))]},
        ]

    lines = [
        "2024-06-01 A x points=15",
        "2024-07-01 A x points=1",
        "2024-07-02 A x points=-7",
        "2024-07-03 A x points=5",
    ]
    assert granted(told(versions("20 added", "10 added"), lines)) == [15, 0, -7, 0]
    assert granted(told(versions("10 added", "20 added"), lines[:2])) == [10, 1]


@pytest.mark.parametrize(("end", "wanted"), [("carry", 40), ("clear", 3)])
def test_8_periods(end: str, wanted: int) -> None:
    body = {
        "period": "quarter",
        "at_period_end": end,
        "indicators": [judged(caps=caps("40 added"))],
    }
    found = told(body, ["2024-02-01 A x points=37", "2024-05-01 A x points=10"], "2024-06-30")
    assert total(found) == wanted  # 37 + 3, or 3 in the second quarter


def test_9_held() -> None:
    wrong = {
        "id": "v",
        "then": [{"veto": "c", "lasts": "until repaired", "gives": "all"}],
        "repair": {"then": []},
    }
    category = {"id": "c", "caps": caps("10 net kept"), "indicators": [judged()]}
    lines = [
        "2024-01-01 A x points=8",
        "2024-01-02 A v",
        "2024-01-03 A x points=5",
        "2024-01-04 A - repairs=e2",
    ]
    found = told({"categories": [category], "indicators": [wrong]}, lines)
    assert granted(found) == [8, -8, 0, 10]  # min(13, 10)


@pytest.mark.parametrize(
    ("held", "wanted"), [(True, [50, -1050, 0, 1000]), (False, [50, 0, 10, -60])]
)
def test_9_direct_grading(held: bool, wanted: list[int]) -> None:
    then: list[dict[str, str]] = [{"grade": "零星", "lasts": "until repaired"}]
    if held:
        then.append({"veto": "total", "lasts": "until repaired", "gives": "all"})
    body = {
        "base": "1000",
        "indicators": [
            judged(),
            {"id": "crime", "then": then, "repair": {"then": [{"points": "-60"}]}},
        ],
        "tiers": [
            {
                "id": "star",
                "by": "total",
                "levels": [{"name": "一星", "at_least": "0"}, {"name": "零星"}],
            }
        ],
    }
    lines = [
        "2024-01-01 A x points=50",
        "2024-01-02 A crime",
        "2024-01-03 A x points=10",
        "2024-01-04 A - repairs=e2",
    ]
    found = told(body, lines)
    assert granted(found) == wanted
    assert total(found) == 1000
    before = told(body, lines[:3])
    assert before.scores["A", "2024"]["tiers"] == {"star": "零星"}
    assert found.scores["A", "2024"]["tiers"] == {"star": "一星"}


def test_10_flows_and_times() -> None:
    family = [
        {"id": "F", "kind": "household"},
        {"id": "H", "unit": "F", "role": "head"},
        {"id": "M", "unit": "F"},
    ]
    body = {
        "floor": "0 kept",
        "indicators": [judged(), {"id": "w", "points": JUDGED, "to": {"head": "whole"}}],
    }
    found = told(body, ["2024-01-01 H x points=30", "2024-01-02 M w points=-50"], roster=family)
    assert granted(found, "H") == [30, -30]
    assert granted(found, "M") == [0]
    spouse = {
        "indicators": [
            {"id": "x", "points": JUDGED, "caps": caps("10 added"), "to": {"named": "whole"}}
        ]
    }
    lines = ["2024-01-01 M x points=8 to=H", "2024-01-02 M x points=10 to=H"]
    assert granted(told(spouse, lines, roster=family), "H") == [8, 2]


@pytest.mark.parametrize(("counted", "wanted"), [("first", [1, 0]), ("highest", [1, 9])])
def test_10_times(counted: str, wanted: list[int]) -> None:
    body = {"indicators": [judged(caps=caps(f"1 times {counted}"))]}
    assert granted(told(body, ["2024-01-01 A x points=1", "2024-01-02 A x points=10"])) == wanted


@pytest.mark.parametrize(("ties", "wanted"), [("all", "五五四其"), ("none", "四四四其")])
def test_10_ranks(ties: str, wanted: str) -> None:
    levels = [{"name": "五", "rank": "top 1"}, {"name": "四", "rank": "top 3"}, {"name": "其"}]
    body = {
        "indicators": [judged()],
        "tiers": [{"id": "star", "by": "total", "ties": ties, "levels": levels}],
    }
    marks = zip("ABCD", (100, 100, 90, 80), strict=True)
    found = told(body, [f"2024-01-01 {who} x points={mark}" for who, mark in marks])
    assert "".join(found.scores[who, "2024"]["tiers"]["star"] for who in "ABCD") == wanted


def test_11_one_way_one_end() -> None:
    lasting = {"indicators": [{"id": "w", "then": [{"points": "-50", "lasts": "30 days"}]}]}
    found = told(lasting, ["2024-03-01 A w"], "2024-03-31")
    assert granted(found) == [-50, 50]  # 30 March is the thirtieth day
    assert found.entries["A"][1][0] == date(2024, 3, 30)
    wiped = {
        "indicators": [
            {"id": "s", "points": "100", "lasts": "30 days"},
            {"id": "wipe", "points": "clear"},
        ]
    }
    assert granted(told(wiped, ["2024-03-01 A s", "2024-03-05 A wipe"]))[:2] == [100, -100]
    assert total(told(wiped, ["2024-03-01 A s", "2024-03-05 A wipe"])) == 0


def test_11_what_others_get_ends_too() -> None:
    wrong = {
        "id": "w",
        "for": ["household"],
        "points": "-60",
        "lasts": "until repaired",
        "to": {"members": "whole"},
        "repair": {"then": []},
    }
    family = [{"id": "F", "kind": "household"}, {"id": "M", "unit": "F"}]
    lines = ["2024-03-01 F w", "2024-03-05 F - repairs=e1"]
    assert granted(told({"indicators": [wrong]}, lines, roster=family), "M") == [-60, 60]


def test_11_a_revoked_wrong_bars_nothing() -> None:
    body = {
        "base": "10",
        "indicators": [
            {"id": "w", "points": "-1", "escalate": {"year": ["劝导", "x1"]}},
            {"id": "bad", "then": [{"veto": "rice", "lasts": "year"}]},
        ],
        "rewards": [{"id": "rice", "spends": "1", "gives": "米"}],
    }
    found = told(body, ["2024-03-01 A bad", "2024-03-05 A - revokes=e1", "2024-03-06 A rice"])
    assert [row[2] for row in found.entries["A"]] == ["counted", "revoked", "redeemed"]
    again = told(body, ["2024-03-01 A w", "2024-03-05 A - revokes=e1", "2024-03-06 A w"])
    assert granted(again) == [0, 0, 0]  # the next one is the first: talked over


def test_12_over_a_period_s_end() -> None:
    body = {
        "period": "month",
        "at_period_end": "carry",
        "full": "10 kept",
        "indicators": [judged(lasts="3 months")],
    }
    found = told(body, ["2024-04-28 A x points=15"], "2024-07-31")
    assert list(totals(found).values()) == [10, 10, 10, 0]
    body = {
        "period": "month",
        "at_period_end": "carry",
        "base": "10",
        "floor": "10 kept",
        "indicators": [judged()],
    }
    found = told(body, ["2024-01-05 A x points=5"], "2024-03-31")
    assert list(totals(found).values()) == [15, 15, 15]


VETO = {
    "id": "v",
    "then": [{"veto": "total", "lasts": "until repaired", "gives": "all"}],
    "repair": {"then": []},
}


def test_12_a_veto_over_a_year_s_end() -> None:
    body = {
        "base": "1000",
        "at_period_end": "carry",
        "effective_from": "2023-01-01",
        "indicators": [{"id": "good", "points": "10"}, VETO],
    }
    lines = [
        "2023-12-10 A good",
        "2023-12-20 A v",
        "2023-12-25 A good",
        "2024-02-01 A good",
        "2024-06-01 A - repairs=e2",
    ]
    assert totals(told(body, lines, "2024-03-01")) == {"2023": 0, "2024": 0}
    assert total(told(body, lines, "2024-06-01")) == 1030


def test_12_a_veto_over_a_cleared_month_s_end() -> None:
    body = {
        "base": "1000",
        "period": "month",
        "effective_from": "2023-12-01",
        "indicators": [{"id": "good", "points": "10"}, VETO],
    }
    lines = [
        "2023-12-10 A good",
        "2023-12-20 A v",
        "2023-12-25 A good",
        "2024-01-10 A - repairs=e2",
    ]
    found = told(body, lines, "2024-01-31")
    assert granted(found) == [10, -1010, 0, -1000, 1000]
    assert totals(found) == {"2023-12": 0, "2024-01": 1000}
    assert found.entries["A"][3][0] == date(2024, 1, 1)


def test_13_coming_forward() -> None:
    body = {
        "combine": {"highest": "matter"},
        "indicators": [
            {"id": "s", "points": "50", "lasts": "30 days"},
            {"id": "l", "points": "20", "lasts": "90 days"},
        ],
    }
    found = told(body, ["2024-03-01 A s matter=m", "2024-03-01 A l matter=m"])
    assert granted(found) == [50, 0, -30, -20]
    assert [row[0] for row in found.entries["A"][2:]] == [date(2024, 3, 30), date(2024, 5, 29)]


@pytest.mark.parametrize(("end", "wanted"), [("clear", [-21, -21]), ("carry", [-21, -41])])
def test_14_rules_that_turn_true(end: str, wanted: list[int]) -> None:
    rule = {"id": "r", "per": "event", "when": "total <= -15", "then": [{"points": "-1"}]}
    body = {"period": "month", "at_period_end": end, "indicators": [judged()], "rules": [rule]}
    lines = ["2024-01-05 A x points=-20", "2024-02-05 A x points=-20"]
    assert list(totals(told(body, lines, "2024-02-29")).values()) == wanted


def test_15_spending_and_validity() -> None:
    body = {
        "ledgers": [{"id": "w", "floor": "0 kept", "at_period_end": "carry"}],
        "to": {"w": "whole"},
        "indicators": [
            {"id": "a", "points": "100", "lasts": "half_year"},
            {"id": "b", "points": "50", "lasts": "1 year"},
            {"id": "m", "points": "150", "lasts": "month"},
            {"id": "c", "points": "100"},
        ],
        "rewards": [{"id": "r", "spends": "1 w", "gives": "物"}],
    }
    lines = ["2024-01-10 A a", "2024-05-10 A b", "2024-05-20 A r quantity=80"]
    found = told(body, lines, "2024-06-30")
    assert granted(found, ledger="w") == [100, 50, -80, -20]
    assert total(found, figure="w") == 50
    lines = [
        "2024-01-10 A m",
        "2024-01-20 A r quantity=150",
        "2024-02-01 A c",
        "2024-02-02 A r quantity=100",
    ]
    found = told(body, lines)
    assert granted(found, ledger="w") == [150, -150, 0, 100, -100]


@pytest.mark.parametrize(
    ("first", "count", "unit", "last"),
    [
        ((2023, 8, 28), 6, "month", (2024, 2, 27)),
        ((2022, 8, 29), 6, "month", (2023, 2, 28)),
        ((2022, 8, 30), 6, "month", (2023, 2, 28)),
        ((2022, 8, 31), 6, "month", (2023, 2, 28)),
        ((2023, 8, 29), 6, "month", (2024, 2, 28)),  # a leap year
        ((2023, 8, 30), 6, "month", (2024, 2, 29)),
        ((2023, 8, 31), 6, "month", (2024, 2, 29)),
        ((2024, 2, 29), 1, "year", (2025, 2, 28)),
        ((2024, 3, 1), 30, "day", (2024, 3, 30)),
    ],
)
def test_16_ends_of_months(
    first: tuple[int, int, int], count: int, unit: str, last: tuple[int, int, int]
) -> None:
    assert length_end(date(*first), count, unit) == date(*last)


def test_the_dividend_of_a_village() -> None:
    # 165130 / 668819 × 12940 = 3194.87…, in whole yuan 3195
    assert round(Fraction(165130, 668819) * 12940) == 3195

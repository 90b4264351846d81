"""The example year with a change of rules on 1 July: made up, beside the published scheme."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jifen_rules import Result, SchemeFile, evaluate_events, load_scheme, read_roster, verify_trace
from jifen_rules.trace.chain import trace_lines

PATH = Path(__file__).parents[2] / "schemes" / "wendeng-rural" / "scheme.yaml"
CHANGES = [
    ("effective_from: 2020-01-01", "illustrative: true\neffective_from: 2024-07-01"),
    ("{at_most: 3 times, per: year}]}", "{at_most: 5 times, per: year}]}"),  # 参加培训
    ("{at_most: 40 added, per: year", "{at_most: 30 added, per: year"),  # 捐赠
    ("{id: shows, name: 文艺演出", "{id: choir, name: 合唱队"),  # one ends, one begins
    ("{name: 五星, above: 1060", "{name: 五星, above: 1050"),
]
ROSTER = [{"id": "A", "kind": "person", "状态": "在评"}]


def versions() -> list[SchemeFile]:
    text = PATH.read_text("utf-8")
    for old, new in CHANGES:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return [load_scheme(PATH), load_scheme("scheme-july.yaml", text=text)]


def run(*lines: str, as_of: date = date(2024, 12, 31)) -> Result:
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        day, indicator, *more = line.split()
        row = {"id": f"e{number}", "date": day, "subject": "A", "indicator": indicator}
        rows.append(row | dict(word.split("=") for word in more))
    result = evaluate_events(versions(), read_roster(ROSTER), rows, as_of, status="count")
    found = verify_trace(trace_lines(result), versions(), read_roster(ROSTER))
    assert found.finding is None, found
    return result


def granted(result: Result) -> list[int]:
    return [int(entry.granted) for entry in result.entries if entry.event]


def test_times_run_on_into_the_new_version() -> None:
    """Three a year until June: 1, 1, 1, 0. Five from July: two more, then none."""
    lines = [f"2024-0{month}-10 training" for month in (2, 3, 4, 6, 7, 8, 9)]
    assert granted(run(*lines)) == [1, 1, 1, 0, 1, 1, 0]


def test_a_bound_that_is_lowered_takes_nothing_and_lets_nothing_through() -> None:
    """35 of 40 stand at the end of June; the new bound is 30. What stands, stands; no more comes.

    15000 元: 10 for the first 1000, 10 for the next 4000 (1 for each 400), 10 for the next 5000
    (1 for each 500), 5 for the last 5000 (1 for each 1000): 35.
    """
    lines = ["2024-05-01 gift quantity=15000", "2024-08-01 gift quantity=15000"]
    assert granted(run(lines[0], as_of=date(2024, 6, 30))) == [35]
    assert granted(run(*lines)) == [35, 0]


def test_an_indicator_that_ends_and_one_that_begins() -> None:
    """文艺演出 is 2 at the town's level until June, unknown from July.

    合唱队 the other way round.
    """
    result = run(
        "2024-06-30 shows level=镇级",
        "2024-07-01 shows level=镇级",
        "2024-06-30 choir level=镇级",
        "2024-07-01 choir level=镇级",
    )
    found = {entry.event: (int(entry.granted), entry.outcome.value) for entry in result.entries}
    assert found["e1"] == (2, "counted")
    assert found["e2"] == (0, "unknown_indicator")
    assert found["e3"] == (0, "unknown_indicator")
    assert found["e4"] == (2, "counted")
    assert [str(e.version) for e in result.entries if e.event] == [
        "2020-01-01",
        "2020-01-01",
        "2024-07-01",
        "2024-07-01",
    ]


@pytest.mark.parametrize(
    ("day", "level"), [(date(2024, 6, 30), "四星"), (date(2024, 12, 31), "五星")]
)
def test_an_edge_that_moves_is_that_of_the_day_it_is_decided(day: date, level: str) -> None:
    """1000 + 5 × 10 + 5 = 1055: above 1040, not above 1060; from July above 1050."""
    lines = [f"2024-0{month}-01 burial to=A" for month in range(1, 6)]
    result = run(*lines, "2024-05-20 half_year_help", as_of=day)
    (score,) = [s for s in result.scores if s.period.label == "2024"]
    assert (int(score.total), score.tiers["star"].level) == (1055, level)

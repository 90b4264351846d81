"""A version moves a bound: it holds in the windows that hold its day, for all that stands there.

Figures by hand stand beside each; engine and oracle are both asked.
"""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from jifen_rules import SchemeFile, evaluate_events, load_scheme, verify_trace
from jifen_rules.trace.chain import trace_lines
from oracle import Oracle

HEAD = """
scheme: s
illustrative: yes
effective_from: {since}
subject: household
period: {period}
at_period_end: {end}
floor: none
"""
RATED = """
indicators:
- {id: good, points: {between: [0, 20]}, lasts: {by: {level: {甲级: 3 months, 乙级: ever}}}}
"""
HELD = """
categories:
- {id: c, indicators: [{id: good, points: 12, then: [{veto: c, lasts: 3 months, gives: all}]}]}
"""


def schemes(
    body: str, before: str, after: str, period: str = "year", end: str = "clear"
) -> list[SchemeFile]:
    """Give two versions, the second from 1 July on, that differ in one line."""
    parts = (("2024-01-01", before), ("2024-07-01", after))
    texts = [HEAD.format(since=since, period=period, end=end) + body + cap for since, cap in parts]
    return [load_scheme(f"v{number}.yaml", text=text) for number, text in enumerate(texts, 1)]


def totals(files: list[SchemeFile], *lines: str, on: list[str]) -> list[float]:
    """Give the total on each of several days, in which engine, oracle and checker agree."""
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        day, indicator, *more = line.split()
        row = {"id": f"e{number}", "date": day, "subject": "甲", "indicator": indicator}
        rows.append(row | dict(word.split("=") for word in more))
    found = []
    for last in map(date.fromisoformat, on):
        result = evaluate_events(files, None, rows, last, status="count")
        assert verify_trace(trace_lines(result), files).finding is None
        score = result.scores[-1]
        told = Oracle(files, None, rows, last).scores[score.subject, score.period.label]
        assert Fraction(score.total) == told["figures"]["total"]
        found.append(float(score.total))
    return found


def test_a_window_that_was_over_keeps_its_bound() -> None:
    """7.5 + 0.8 = 8.3, of which 6 count in the first half-year; 0.8 when the 7.5 end on 6 July.

    The bound of July is of the second half-year.
    """
    files = schemes(
        RATED,
        "caps: [{at_most: 6 net kept, per: half_year}]",
        "caps: [{at_most: 11 net kept, per: half_year}]",
    )
    rows = ["2024-04-07 good points=7.5 level=甲级", "2024-06-07 good points=0.8 level=乙级"]
    assert totals(files, *rows, on=["2024-06-30", "2024-07-05", "2024-07-06"]) == [6, 6, 0.8]


def test_a_window_that_runs_on_goes_on_from_what_was_let_through() -> None:
    """6 of 7.5 and none of 0.8 were let through; when the 7.5 end, the 6 go and nothing is left.

    Then 13 of 20, at the new bound of the year.
    """
    files = schemes(
        RATED,
        "caps: [{at_most: 6 net kept, per: year}]",
        "caps: [{at_most: 13 net kept, per: year}]",
    )
    rows = ["2024-04-07 good points=7.5 level=甲级", "2024-06-07 good points=0.8 level=乙级"]
    later = "2024-08-01 good points=20 level=乙级"
    days = ["2024-07-05", "2024-07-06", "2024-08-01"]
    assert totals(files, *rows, later, on=days) == [6, 0, 13]


@pytest.mark.parametrize("after", [33, 40])
def test_a_veto_takes_no_more_than_a_moved_bound_let_through(after: int) -> None:
    """12 and 12 are 24; a third 12 comes to 33 or 36, and a veto on all of it leaves 0.

    Given back on 22 January, in the next year, nothing counts; on 31 December it is held.
    """
    files = schemes(
        HELD,
        "caps: [{at_most: 35 net kept, per: year}]",
        f"caps: [{{at_most: {after} net kept, per: year}}]",
    )
    rows = ["2024-02-08 good", "2024-06-30 good", "2024-10-23 good"]
    days = ["2024-05-07", "2024-06-30", "2024-09-29", "2024-10-23", "2024-12-31"]
    assert totals(files, *rows, on=days) == [12, 0, 24, 0, 0]


@pytest.mark.parametrize(("after", "back"), [(20, 20), (40, 36)])
def test_what_a_veto_gives_back_meets_the_bound_of_now(after: int, back: int) -> None:
    """12, 12 and 12 are held on 20 June; on 19 September so much comes back as is let now."""
    files = schemes(
        HELD,
        "caps: [{at_most: 35 net kept, per: year}]",
        f"caps: [{{at_most: {after} net kept, per: year}}]",
    )
    rows = ["2024-06-18 good", "2024-06-19 good", "2024-06-20 good"]
    assert totals(files, *rows, on=["2024-06-20", "2024-09-18", "2024-09-19"]) == [0, 0, back]


@pytest.mark.parametrize(("before", "after", "back"), [(15, 9, 9), (9, 15, 12)])
def test_what_came_back_under_the_new_bound_is_taken_whole_again(
    before: int, after: int, back: int
) -> None:
    """12 are held from 18 June to 17 September, so the bound moves over none of them.

    So much of them comes back as is let now; the veto of 1 October takes all, and leaves 0.
    """
    cap = "caps: [{{at_most: {} net kept, per: year}}]"
    files = schemes(HELD, cap.format(before), cap.format(after))
    rows = ["2024-06-18 good", "2024-10-01 good"]
    assert totals(files, *rows, on=["2024-06-18", "2024-09-17", "2024-10-01"]) == [0, back, 0]


def test_what_goes_on_keeps_to_a_limit_that_loses_beside_a_higher_base() -> None:
    """10 + 6 + 15 = 31; beside a base of 25 the 6 stand, and 9 of the 15, up to 40.

    The 6 end on 13 September: 34; the 9 on the 23rd: 25.
    """
    body = "indicators: [{id: good, points: {between: [0, 20]}, lasts: 3 months}]\nfull: 40 lost\n"
    files = schemes(body, "base: 10", "base: 25", period="quarter", end="carry")
    rows = ["2024-06-14 good points=6", "2024-06-24 good points=15"]
    days = ["2024-06-30", "2024-07-01", "2024-09-13", "2024-09-23"]
    assert totals(files, *rows, on=days) == [31, 40, 34, 25]


def test_what_passes_on_takes_back_no_more_than_a_moved_bound_has_of_it() -> None:
    """3 of 15 fill the cap, so that the 2.5 bring nothing; in the second half-year 5 more are let.

    4 in the place of the 2.5 bring 4.
    """
    files = schemes(
        "indicators: [{id: good, points: {between: [0, 20]}, combine: {highest: matter}}]\n",
        "caps: [{at_most: 3 added, per: year}]",
        "caps: [{at_most: 8 added, per: year}]",
    )
    rows = [
        "2024-02-01 good points=15 matter=m",
        "2024-03-01 good points=2.5 matter=n",
        "2024-08-01 good points=4 matter=n",
    ]
    assert totals(files, *rows, on=["2024-03-01", "2024-08-01"]) == [3, 7]


@pytest.mark.parametrize("way", ["kept", "lost"])
@pytest.mark.parametrize(("before", "after", "let"), [(3, 1, [3, 3, 0]), (1, 3, [1, 3, 2])])
def test_what_goes_on_meets_the_bound_of_its_own_day(
    way: str, before: int, after: int, let: list[float]
) -> None:
    """12 in June and 12 in August, at most 3, then 1: 3 and 0; at most 1, then 3: 1 and 2.

    So much goes on in April, and the first end on 31 May.
    """
    files = schemes(
        "indicators: [{id: good, points: {between: [0, 20]}, lasts: 1 year}]\n",
        f"caps: [{{at_most: {before} net {way}, per: period}}]",
        f"caps: [{{at_most: {after} net {way}, per: period}}]",
        period="year from 04-01",
    )
    rows = ["2024-06-01 good points=12", "2024-08-01 good points=12"]
    june, august, last = let
    days = ["2024-06-01", "2024-08-01", "2025-03-31", "2025-04-01", "2025-05-31"]
    assert totals(files, *rows, on=days) == [june, august, august, august, last]


def test_what_a_moved_limit_has_lost_of_an_average_goes_on_as_it_was() -> None:
    """3 of 6; the median of 6 and 2 is 4, so that 2 go back: 1, and 1 goes on in April."""
    combined = "combine: {median: year}, round: 0.01 half_up, lasts: 1 year"
    files = schemes(
        f"indicators: [{{id: good, points: {{between: [0, 20]}}, {combined}}}]\n",
        "caps: [{at_most: 3 net lost, per: period}]",
        "caps: [{at_most: 1 net lost, per: period}]",
        period="year from 04-01",
    )
    rows = ["2024-05-01 good points=6", "2024-06-01 good points=2"]
    assert totals(files, *rows, on=["2024-05-01", "2024-06-01", "2025-04-01"]) == [3, 1, 1]


def test_what_fills_the_place_of_what_has_ended_stands_whole_under_a_new_bound() -> None:
    """2 + 4 are 5 of 5; the 4 fill the place of the 2 that end in June, and all 4 end in August."""
    files = schemes(
        RATED,
        "caps: [{at_most: 5 net kept, per: year}]",
        "caps: [{at_most: 6 net kept, per: year}]",
    )
    given = ["2024-04-01 good points=2 level=甲级", "2024-05-10 good points=4 level=甲级"]
    assert totals(files, *given, on=["2024-05-10", "2024-06-30", "2024-08-09"]) == [5, 4, 0]


def test_what_stood_when_a_cap_was_lowered_ends_without_leaving_room() -> None:
    """2 + 2 of 6, then of 4: no room for the 3, also as the 2 end in July and in August."""
    files = schemes(
        RATED,
        "caps: [{at_most: 6 added, per: year}]",
        "caps: [{at_most: 4 added, per: year}]",
    )
    given = ["2024-04-15 good points=2 level=甲级", "2024-05-15 good points=2 level=甲级"]
    given.append("2024-07-02 good points=3 level=乙级")
    assert totals(files, *given, on=["2024-07-02", "2024-07-14", "2024-08-14"]) == [4, 2, 0]


def test_a_mean_falls_below_what_has_used_a_lowered_cap() -> None:
    """6 were let through and have ended, so 2 find no room in the 4 left, and are wiped.

    A mean that falls from 2 to -2 takes 4.
    """
    body = RATED.replace("[0, 20]}", "[-20, 20]}, combine: {mean: month}, round: 0.01 half_up")
    files = schemes(
        body + "- {id: wipe, points: clear}\n",
        "caps: [{at_most: 6 added, per: year}]",
        "caps: [{at_most: 4 added, per: year}]",
    )
    given = ["2024-04-15 good points=6 level=甲级", "2024-07-20 good points=2 level=乙级"]
    given += ["2024-07-21 wipe", "2024-07-25 good points=-6 level=乙级"]
    assert totals(files, *given, on=["2024-07-14", "2024-07-20", "2024-07-25"]) == [0, 0, -4]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # 9 of 6 let in; as they end the 6 go, no more, and 9 of 7 come
        ("6 net kept", "7 net kept", [6, 0, 7]),
        # 9 of 6 let in, whose room stays used as they end: of 20 there are 14 for the next
        ("6 added", "20 added", [6, 0, 14]),
    ],
)
def test_a_bound_moves_over_what_goes_on_from_an_earlier_period(
    before: str, after: str, expected: list[float]
) -> None:
    files = schemes(
        RATED,
        f"caps: [{{at_most: {before}, per: year}}]",
        f"caps: [{{at_most: {after}, per: year}}]",
        "month",
        "carry",
    )
    rows = ("2024-05-10 good points=9 level=甲级", "2024-10-04 good points=20 level=乙级")
    assert totals(files, *rows, on=["2024-07-31", "2024-09-30", "2024-10-31"]) == expected


def test_what_goes_on_has_what_it_would_have_had_alone_before_the_bound_moved() -> None:
    """5 and 5 at most 1: 1 and 0. From July the second stands with 0, also once the first is over.

    In January it alone was brought: 5 at most 1.
    """
    cap = "caps: [{{at_most: {} net kept, per: year}}]"
    files = schemes(RATED, cap.format(1), cap.format(2))
    rows = ["2024-05-10 good points=5 level=甲级", "2024-06-10 good points=5 level=乙级"]
    assert totals(files, *rows, on=["2024-06-30", "2024-08-09", "2025-01-01"]) == [1, 0, 1]


@pytest.mark.parametrize("period", ["year", "month"])
def test_what_passes_on_in_a_later_period_leaves_what_a_lowered_cap_has_let_through(
    period: str,
) -> None:
    """9 of 4 are 4, which stand as the cap falls to 2; as the 4 of August take their place: 2."""
    body = "indicators: [{id: good, points: {between: [0, 20]}, combine: {heaviest: year}}]"
    before, after = (f"\ncaps: [{{at_most: {most} added, per: year}}]" for most in (4, 2))
    files = schemes(body, before, after, period, "carry")
    given = ("2024-01-29 good points=9", "2024-08-17 good points=4")
    assert totals(files, *given, on=["2024-08-16", "2024-08-17", "2024-10-01"]) == [4, 2, 2]

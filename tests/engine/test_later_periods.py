"""What goes on into a later period meets there what it would have met in one long one.

Figures by hand stand beside each, the same for months and a year; engine and oracle are both asked.
"""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from jifen_rules import evaluate_events, load_scheme, verify_trace
from jifen_rules.trace.chain import trace_lines
from oracle import Oracle

HEAD = """
scheme: s
illustrative: yes
effective_from: 2024-01-01
subject: household
period: {period}
at_period_end: {end}
floor: none
"""
HOURS = """
indicators:
- {id: good, points: 1, lasts: ever}
- id: hours
  points: {above: {0: 1, 5: 2}, per: year}
  lasts: {by: {level: {a: 20 days, b: 2 months}}}
"""
HELD = """
indicators:
- {id: good, points: 5, lasts: ever}
- {id: kind, points: 5, lasts: ever, then: [{veto: matter, lasts: 3 months, gives: GIVES}]}
"""
PERIODS = pytest.mark.parametrize("period", ["year", "month"])


def totals(scheme: str, *lines: str, on: list[str]) -> list[float]:
    """Give the total of 甲 on each of several days, on which engine, oracle and checker agree."""
    file, rows = load_scheme("s.yaml", text=scheme), list[dict[str, Any]]()
    for number, line in enumerate(lines, 1):
        day, subject, indicator, *more = line.split()
        row = {"id": f"e{number}", "date": day, "subject": subject, "indicator": indicator}
        rows.append(row | dict(word.split("=") for word in more))
    found = []
    for last in map(date.fromisoformat, on):
        result = evaluate_events(file, None, rows, last, status="count")
        assert verify_trace(trace_lines(result), file).finding is None
        score = [score for score in result.scores if score.subject == "甲"][-1]
        told = Oracle(file, None, rows, last).scores[score.subject, score.period.label]
        assert Fraction(score.total) == told["figures"]["total"]
        found.append(float(score.total))
    return found


@PERIODS
@pytest.mark.parametrize("end", ["clear", "carry"])
@pytest.mark.parametrize("window", ["month", "year"])
def test_what_rises_takes_the_room_of_what_has_ended(period: str, end: str, window: str) -> None:
    """3 hours have the 1 of the cap; 12 more, 1 more, of which it lets nothing in.

    As the 3 run out on 4 April, the 12 are worth 2, and the 1 by which they rise takes their room;
    with the 12 it ends on 21 May.
    """
    body = HOURS + f"caps: [{{at_most: 1 added, per: {window}}}]"
    scheme = HEAD.format(period=period, end=end) + body
    given = ("2024-03-16 甲 hours quantity=3 level=a", "2024-03-22 甲 hours quantity=12 level=b")
    days = ["2024-03-31", "2024-04-03", "2024-04-04", "2024-05-20", "2024-05-21"]
    assert totals(scheme, *given, on=days) == [1, 1, 1, 1, 0]


@PERIODS
@pytest.mark.parametrize("window", ["month", "year"])
def test_what_rises_has_no_room_where_there_was_none(period: str, window: str) -> None:
    """The 1 of the cap is the other deed's, and stays so, whichever of the hours run out."""
    body = HOURS + f"caps: [{{at_most: 1 added, per: {window}}}]"
    scheme = HEAD.format(period=period, end="carry") + body
    hours = ("2024-03-16 甲 hours quantity=3 level=a", "2024-03-22 甲 hours quantity=12 level=b")
    days = ["2024-03-31", "2024-04-04", "2024-05-21"]
    assert totals(scheme, "2024-03-01 甲 good", *hours, on=days) == [1, 1, 1]


@PERIODS
@pytest.mark.parametrize(
    ("mode", "marks", "figures"),
    [
        # 5: 1. Mean 2: -3. Mean 4: 2, of which 1. Then 6.5: 1.5 of the last, of which 1; 3 back
        ("mean", (5, -1, 8), [-2, -1, 2]),
        # 5: 1. 2.25: -2.75. 5: 2.75, of which 1. Then 5: nothing of the last; 2.75 back less 1
        ("trimmed_mean", (5, -0.5, 5), [-1.75, -0.75, 1]),
    ],
)
def test_a_bound_on_one_event_bounds_what_it_takes_up_of_an_average(
    period: str, mode: str, marks: tuple[float, ...], figures: list[float]
) -> None:
    body = f"""
indicators:
- id: mark
  points: {{between: [-9, 9]}}
  combine: {{{mode}: year}}
  round: 0.01 half_up
  lasts: {{by: {{level: {{a: 20 days, b: ever}}}}}}
  caps: [{{at_most: 1 added, per: event}}]
"""
    days, levels = ("04-16", "05-19", "05-20"), ("b", "a", "b")
    given = [
        f"2024-{day} 甲 mark points={mark} level={level}"
        for day, mark, level in zip(days, marks, levels, strict=True)
    ]
    scheme = HEAD.format(period=period, end="carry") + body
    assert totals(scheme, *given, on=["2024-05-19", "2024-05-20", "2024-06-07"]) == figures


@PERIODS
@pytest.mark.parametrize("gives", ["before", "all"])
@pytest.mark.parametrize("end", ["clear", "carry"])
def test_what_was_held_comes_back_into_the_room_that_is_left(
    period: str, gives: str, end: str
) -> None:
    """Of 8 a year, 5 and 3 were let through while 5 were held: nothing is left on 13 May.

    Where only 5 were, 3 come back, and nothing is left for June.
    """
    body = HELD.replace("GIVES", gives) + "caps: [{at_most: 8 added, per: year}]"
    scheme = HEAD.format(period=period, end=end) + body
    kind, march, april = ("2024-02-14 甲 kind", "2024-03-05 甲 good", "2024-04-05 甲 good")
    days = ["2024-03-05", "2024-04-05", "2024-05-12", "2024-05-13", "2024-06-20"]
    assert totals(scheme, kind, march, april, on=days) == [5, 8, 8, 8, 8]
    june = "2024-06-20 甲 good"
    assert totals(scheme, kind, march, june, on=days) == [5, 5, 5, 8, 8]


@PERIODS
def test_what_was_held_comes_back_into_the_room_that_is_left_of_a_pot(period: str) -> None:
    """Of 8 a year for all, 乙 has 5: 3 come back."""
    body = HELD.replace("GIVES", "before") + "caps: [{at_most: 8 added, per: year, among: all}]"
    scheme = HEAD.format(period=period, end="carry") + body
    given = ("2024-02-14 甲 kind", "2024-03-05 乙 good", "2024-06-20 乙 good")
    assert totals(scheme, *given, on=["2024-05-12", "2024-05-13", "2024-06-20"]) == [0, 3, 3]


@PERIODS
def test_what_was_held_comes_back_among_the_highest_times(period: str) -> None:
    """5 and 5 had the two times of the year; as the 9 come back, the later 5 go."""
    body = HELD.replace("GIVES", "all").replace("kind, points: 5", "kind, points: 9")
    scheme = HEAD.format(period=period, end="carry") + body
    scheme += "caps: [{at_most: 2 times highest, per: year}]"
    given = ("2024-02-14 甲 kind", "2024-03-05 甲 good", "2024-04-05 甲 good")
    assert totals(scheme, *given, on=["2024-04-05", "2024-05-12", "2024-05-13"]) == [10, 10, 14]


@PERIODS
def test_what_is_held_takes_no_room_under_a_net_limit(period: str) -> None:
    """5 and 3 of 8 stand while 5 are held, whatever periods open, and when those come back."""
    body = HELD.replace("GIVES", "all") + "caps: [{at_most: 8 net kept, per: year}]"
    scheme = HEAD.format(period=period, end="carry") + body
    given = ("2024-01-19 甲 kind", "2024-03-08 甲 good", "2024-03-17 甲 good")
    days = ["2024-03-08", "2024-03-31", "2024-04-01", "2024-04-18", "2024-05-01"]
    assert totals(scheme, *given, on=days) == [5, 8, 8, 8, 8]

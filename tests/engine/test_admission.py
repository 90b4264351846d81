"""Step 1, case by case: what counts, what does not, and what the entry says."""

from datetime import date
from decimal import Decimal

import pytest

from forgeries import Work
from jifen_rules import (
    Outcome,
    Result,
    evaluate_events,
    load_scheme,
    read_roster,
    say,
    start_session,
    stream_entries,
    verify_trace,
)
from jifen_rules.trace.chain import trace_lines
from oracle.comparing import differences
from traces import Given

SCHEME = """
scheme: a
effective_from: 2024-01-01
subject: person
period: year
at_period_end: clear
floor: none
indicators:
  - {id: x, points: 5}
  - {id: y, points: 1, when: "sum(x, 'month') >= 10"}
  - {id: late, points: 1, process: [{step: declare, within: DEADLINE}, {step: count}]}
"""


def run(*rows: str, as_of: str = "2024-12-31", deadline: str = "30 days") -> Result:
    """Rows are `id date indicator key=value …`, all of A."""
    events = []
    for row in rows:
        name, day, indicator, *more = row.split()
        event = {"id": name, "date": day, "subject": "A"}
        if indicator != "-":
            event["indicator"] = indicator
        events.append(event | dict(part.split("=") for part in more))
    scheme = load_scheme("a.yaml", text=SCHEME.replace("DEADLINE", deadline))
    return evaluate_events(scheme, None, events, date.fromisoformat(as_of), status="count")


def outcomes(result: Result) -> dict[str, str]:
    return {entry.event or "": entry.outcome.value for entry in result.entries}


def test_a_voided_void_is_void() -> None:
    result = run("e 2024-01-01 x", "v 2024-01-02 - voids=e", "w 2024-01-03 - voids=v")
    assert outcomes(result) == {"e": "counted", "v": "voided", "w": "void"}
    assert result.scores[0].total == 5


def test_events_that_void_each_other_are_conflicting() -> None:
    result = run("v 2024-01-03 - voids=w", "w 2024-01-03 - voids=v", "e 2024-01-01 x")
    assert outcomes(result) == {"v": "conflicting", "w": "conflicting", "e": "counted"}


def test_of_several_words_for_one_event_the_last_counts() -> None:
    corrected = run("e 2024-01-01 x", "v 2024-01-02 - voids=e", "c 2024-01-03 x corrects=e")
    assert outcomes(corrected) == {"e": "corrected", "v": "void", "c": "counted"}
    voided = run("e 2024-01-01 x", "c 2024-01-02 x corrects=e", "v 2024-01-03 - voids=e")
    assert outcomes(voided) == {
        "e": "voided",
        "c": "voided",
        "v": "void",
    }  # what stood in e's place


def test_a_correction_is_known_from_the_day_it_is_recorded() -> None:
    rows = ["e 2024-01-01 x", "c 2024-01-01 x corrects=e recorded_on=2024-07-01"]
    before = run(*rows, as_of="2024-06-30")
    assert outcomes(before) == {"e": "counted", "c": "after_as_of"}
    assert outcomes(run(*rows)) == {"e": "corrected", "c": "counted"}


def test_what_speaks_of_nothing() -> None:
    result = run("v 2024-01-02 - voids=z", "c 2024-01-03 x corrects=z", "r 2024-01-04 - repairs=z")
    assert set(outcomes(result).values()) == {"unknown_target"}
    assert not result.scores  # nothing was admitted


def test_one_event_twice_and_two_events_of_one_id() -> None:
    twice = run("e 2024-01-01 x", "e 2024-01-01 x")
    assert [entry.outcome.value for entry in twice.entries] == ["counted", "duplicate"]
    two = run("e 2024-01-01 x", "e 2024-01-02 x")
    assert [entry.outcome.value for entry in two.entries] == ["conflicting", "conflicting"]


def test_what_names_a_shared_id_stands_after_the_first_of_them_on_its_day() -> None:
    rows = [
        {"id": "e", "date": "2024-01-01", "time": "12:30", "indicator": "x"},
        {"id": "e", "date": "2024-02-01", "indicator": "x"},
        {"id": "b", "date": "2024-01-01", "time": "08:00", "indicator": "x"},
        {"id": "c", "date": "2024-01-01", "time": "08:30", "indicator": "x"},
        {"id": "a", "date": "2024-01-01", "corrects": "e", "indicator": "y"},
    ]
    scheme = load_scheme("a.yaml", text=SCHEME.replace("DEADLINE", "30 days"))
    events, day = [row | {"subject": "A"} for row in rows], date(2024, 12, 31)
    result = evaluate_events(scheme, None, events, day, status="count")
    # a says no time, but comes after 12:30: 5 + 5 of b and c are there, and its condition holds
    assert outcomes(result) == {"b": "counted", "c": "counted", "e": "conflicting", "a": "counted"}
    assert differences(scheme, None, events, day) == []


def test_a_sum_in_a_condition_is_of_its_window() -> None:
    result = run("a 2024-01-01 x", "b 2024-01-31 x", "c 2024-01-31 y", "d 2024-02-01 y")
    # 5 + 5 in January reaches 10; February has none
    assert outcomes(result) == {
        "a": "counted",
        "b": "counted",
        "c": "counted",
        "d": "condition_not_met",
    }


@pytest.mark.parametrize(
    ("deadline", "declared", "expected"),
    [
        ("30 days", "2024-03-31", Outcome.COUNTED),  # 1 March and 30 days
        ("30 days", "2024-04-01", Outcome.DECLARED_LATE),
        ("day 10", "2024-04-10", Outcome.COUNTED),  # the 10th of the month that follows
        ("day 10", "2024-04-11", Outcome.DECLARED_LATE),
        ("12-31", "2024-12-31", Outcome.COUNTED),
        ("12-31", "2025-01-01", Outcome.DECLARED_LATE),
        ("quarter", "2024-03-31", Outcome.COUNTED),
        ("quarter", "2024-04-01", Outcome.DECLARED_LATE),
        ("period", "2025-01-01", Outcome.DECLARED_LATE),
        ("7 working_days", "2024-12-31", Outcome.COUNTED),  # no calendar: not judged
        ("unknown", "2024-12-31", Outcome.COUNTED),
    ],
)
def test_a_deadline_for_declaring(deadline: str, declared: str, expected: Outcome) -> None:
    result = run(f"e 2024-03-01 late declared_on={declared}", deadline=deadline)
    assert result.entries[0].outcome is expected


def test_a_category_shows_its_own_points_and_what_they_weigh() -> None:
    text = SCHEME.split("indicators:")[0] + (
        "categories: [{id: c, weight: 0.5, indicators: [{id: z, points: 3}]}]\n"
    )
    events = [
        {"id": str(n), "date": "2024-01-01", "subject": "A", "indicator": "z"} for n in range(3)
    ]
    result = evaluate_events(load_scheme("a.yaml", text=text), None, events, date(2024, 12, 31))
    (score,) = result.scores
    assert (score.categories["c"], score.weighed["c"], score.total) == (
        Decimal(9),
        Decimal("4.5"),
        Decimal("4.5"),
    )


CHAIN = (
    {"id": "a", "date": "2024-01-01", "subject": "A", "indicator": "x"},
    {"id": "b", "date": "2024-01-02", "indicator": "x", "corrects": "a"},
    {"id": "c", "date": "2024-01-03", "subject": "B", "indicator": "x", "corrects": "b"},
    {"id": "d", "date": "2024-01-04", "subject": "C", "indicator": "x", "corrects": "a"},
    {"id": "o", "date": "2024-01-05", "disputes": "b"},
    {"id": "r", "date": "2024-01-06", "subject": "A", "revokes": "a"},
)
"""B's and C's events correct A's.

They do so by a correction without a subject, which is that of the event it corrects.
"""


@pytest.mark.parametrize("arrival", [1, -1])
def test_what_names_an_event_of_a_chain_names_what_stands_in_its_place(arrival: int) -> None:
    scheme = load_scheme("a.yaml", text=SCHEME.replace("DEADLINE", "30 days"))
    last = date(2024, 12, 31)
    found = evaluate_events(scheme, None, CHAIN, last, status="count")
    assert [(e.event, e.subject, e.outcome.value, e.granted) for e in found.entries] == [
        ("a", "A", "corrected", Decimal(0)),
        ("b", "A", "corrected", Decimal(0)),
        ("c", "B", "corrected", Decimal(0)),
        ("d", "C", "counted", Decimal(5)),
        ("o", "A", "objection", Decimal(0)),
        ("r", "A", "revoked", Decimal(0)),
        ("r", "C", "received", Decimal(-5)),
    ]
    assert found.entries[3].inputs == {"corrects": "a", "stands_for": "b, c", "disputed_by": "o"}
    session = start_session(scheme, as_of=last, status="count")
    journal = [entry for row in CHAIN[::arrival] for entry in session.add(row)]
    assert [*session.result().entries] == [*found.entries]
    assert sum(entry.granted for entry in journal if entry.subject == "C") == 0
    assert sum(entry.granted for entry in journal if entry.event == "d") == 5
    stream = stream_entries(scheme, None, CHAIN, last, status="count", within=7)
    assert [*stream] == [*found.entries]
    assert verify_trace(trace_lines(found), scheme).finding is None


def test_a_trace_in_which_the_first_of_a_chain_counts_too_is_found() -> None:
    scheme = load_scheme("a.yaml", text=SCHEME.replace("DEADLINE", "30 days"))
    result = evaluate_events(scheme, None, CHAIN[:3], date(2024, 12, 31), status="count")
    work = Work(Given("chain", scheme, None, CHAIN[:3], result), 0)
    work.lines[0] |= {"outcome": "counted", "asked": "5", "granted": "5", "total_after": "5"}
    work.lines[0]["ledgers"] = {"total": "5"}
    finding = verify_trace(work.sealed(), scheme).finding
    assert finding is not None and finding.line == 1
    assert say(finding.reason) == "the event 'a' was voided or corrected, and counts"


def test_a_name_that_means_another_event_by_now_settles_anew_who_used_it() -> None:
    """b comes last and was said before d, which replaces it: r, which names b, takes back d."""
    scheme = load_scheme("a.yaml", text=SCHEME.replace("DEADLINE", "30 days"))
    a, b, _, d, _, r = CHAIN
    session = start_session(scheme, as_of=date(2024, 12, 31), status="count")
    journal = [e for row in (a, d, r | {"revokes": "b"}, b) for e in session.add(row)]
    result = session.result()
    assert [score.total for score in result.scores if score.subject == "C"] == [0]
    assert sum(entry.granted for entry in journal if entry.subject == "C") == 0


REFUSED = """
scheme: a
effective_from: 2024-01-01
subject: person
period: year
at_period_end: clear
floor: none
base: 7
indicators:
  - {id: x, points: {each: {小时: 1}}, process: [{step: declare, within: 3 days}, {step: count}]}
"""


@pytest.mark.parametrize(
    ("said", "has_score"),
    [
        ({"quantity": "-3"}, True),  # refused for what it says of itself: A is there, with its base
        ({}, True),
        ({"quantity": "-3", "declared_on": "2024-05-01"}, False),  # it comes too late as well
        ({"quantity": "-3", "date": "2025-01-01"}, False),  # after the last day
    ],
)
def test_who_has_only_an_event_that_is_refused(said: dict[str, str], *, has_score: bool) -> None:
    scheme = load_scheme("a.yaml", text=REFUSED)
    event = {"id": "1", "date": "2024-03-01", "subject": "A", "indicator": "x", **said}
    last = date(2024, 12, 31)
    found = evaluate_events(scheme, None, [event], last, status="count")
    assert [score.total for score in found.scores] == [7] * has_score
    session = start_session(scheme, as_of=last, status="count")
    session.add(event)
    stream = stream_entries(scheme, None, [event], last, status="count")
    assert [*stream] == [*found.entries] == [*session.result().entries]
    assert [*stream.scores] == [*found.scores]


def test_an_event_below_zero_that_is_voided_leaves_no_trace_in_scores() -> None:
    scheme = load_scheme("a.yaml", text=REFUSED)
    event = {"id": "1", "date": "2024-03-01", "subject": "A", "indicator": "x", "quantity": "-3"}
    void = {"id": "2", "date": "2024-03-02", "subject": "A", "voids": "1"}
    found = evaluate_events(scheme, None, [event, void], date(2024, 12, 31), status="count")
    assert outcomes(found) == {"1": "out_of_range", "2": "void"}
    assert [*found.scores] == []


def test_a_long_chain_of_voids_is_settled_from_its_end() -> None:
    """v0 voids e, v1 voids v0 …: with 2000 voids the last stands, so e counts (2000 is even)."""
    rows = ["e 2024-01-01 x"]
    rows += [f"v{n} 2024-01-02 - voids={f'v{n - 1}' if n else 'e'}" for n in range(2000)]
    result = run(*rows)
    assert outcomes(result)["e"] == "counted"
    assert outcomes(run(*rows[:-1]))["e"] == "voided"


LADDER = """
tiers:
  - {id: star, by: total, per: WINDOW, levels: [{name: 好, at_least: 5}, {name: 其他}]}
"""


@pytest.mark.parametrize(
    "window",
    [
        pytest.param("day", marks=pytest.mark.thorough),
        pytest.param("week", marks=pytest.mark.thorough),
        "month",
        "quarter",
        "year",
    ],
)
def test_the_first_and_the_last_day_of_all_are_days_like_others(window: str) -> None:
    """Levels are decided at the ends of windows; no such end lies beyond the calendar."""
    text = SCHEME.replace("DEADLINE", "30 days") + LADDER.replace("WINDOW", window)
    rows = [
        {"id": day, "date": day, "subject": "A", "indicator": "x"}
        for day in ("0001-01-01", "2024-01-02", "9999-12-31")
    ]
    scheme = load_scheme("a.yaml", text=text)
    result = evaluate_events(scheme, None, rows, date(2024, 1, 5), status="count")
    expected = {"0001-01-01": "no_version", "2024-01-02": "counted", "9999-12-31": "after_as_of"}
    assert outcomes(result) == expected


def test_of_a_day_s_events_that_name_each_other_in_a_chain_none_is_lost() -> None:
    """c is the wrong, b puts it right, a takes b back: taken in the order c, b, a.

    -5, then +5, then nothing.
    """
    text = _CHAIN + "  - {id: x, points: -5, lasts: until repaired, repair: {then: []}}\n"
    scheme = load_scheme("demo.yaml", text=text)
    rows = [
        {"id": "a", "date": "2024-03-01", "subject": "A", "revokes": "b"},
        {"id": "b", "date": "2024-03-01", "subject": "A", "repairs": "c"},
        {"id": "c", "date": "2024-03-01", "subject": "A", "indicator": "x"},
    ]
    result = evaluate_events(scheme, None, rows, date(2024, 12, 31))
    found = {entry.event: (str(entry.granted), str(entry.total_after)) for entry in result.entries}
    assert found == {"c": ("-5", "-5"), "b": ("5", "0"), "a": ("0", "0")}
    assert verify_trace(trace_lines(result), scheme).finding is None


def test_a_refused_event_adds_nothing_to_an_amount() -> None:
    """2 points for each 4 hours of a period.

    1 hour of a level without a validity is refused; 5 are 2 points, not 3.

    With it, 6 hours would be 3 points less the 0 of the first hour.
    """
    text = _CHAIN + (
        "  - {id: x, points: {each: {4 小时: 2}, per: period, round: 1 down}, "
        "lasts: {by: {level: {村级: ever}}}}\n"
    )
    scheme = load_scheme("demo.yaml", text=text)
    rows = [
        {
            "id": "a",
            "date": "2024-03-01",
            "subject": "A",
            "indicator": "x",
            "quantity": "1",
            "level": "县级",
        },
        {
            "id": "b",
            "date": "2024-03-02",
            "subject": "A",
            "indicator": "x",
            "quantity": "5",
            "level": "村级",
        },
    ]
    result = evaluate_events(scheme, None, rows, date(2024, 12, 31))
    found = [(entry.outcome.value, str(entry.granted)) for entry in result.entries]
    assert found == [("not_in_table", "0"), ("counted", "2")]


def test_nothing_is_appended_for_a_payee_who_has_left() -> None:
    """+5 to B for 60 days from 1 March ends on 29 April.

    B left on 31 March, and keeps a score of 5.
    """
    text = _CHAIN + "  - {id: x, points: 5, to: {named: whole}, lasts: 60 days}\n"
    scheme = load_scheme("demo.yaml", text=text)
    roster = read_roster(
        [
            {"id": "A", "kind": "household"},
            {"id": "B", "kind": "household", "until": "2024-03-31"},
        ]
    )
    row = {"id": "a", "date": "2024-03-01", "subject": "A", "indicator": "x", "to": "B"}
    result = evaluate_events(scheme, roster, [row], date(2024, 12, 31))
    mine = [
        (entry.outcome.value, str(entry.granted))
        for entry in result.entries
        if entry.subject == "B"
    ]
    assert mine == [("received", "5")]
    assert [str(score.total) for score in result.scores if score.subject == "B"] == ["5"]


_CHAIN = """scheme: demo
illustrative: true
effective_from: 2024-01-01
subject: household
period: year
base: 0
floor: none
at_period_end: clear
indicators:
"""

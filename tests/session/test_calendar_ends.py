"""The first and the last days of the calendar: what ends there, and no error on any way."""

from datetime import date
from decimal import Decimal

import pytest

from jifen_rules import (
    Result,
    SchemeFile,
    evaluate_events,
    lint_scheme,
    load_scheme,
    read_roster,
    start_session,
    stream_entries,
    verify_trace,
)
from jifen_rules.core.terms import last_of_length, window_end
from jifen_rules.inputs.workdays import Workdays
from jifen_rules.trace.chain import trace_lines

FIRST, LAST = date.min, date.max
BEFORE_LAST = date(9999, 12, 30)
LASTS = ["30 days", "2 months", "1 year", "month", "year", "next month", "next year"]
PERIODS = ["week", "month", "month from 26", "year", "2 years", "45 days"]


def scheme(begins: date, period: str, lasts: str = "", end: str = "carry") -> str:
    own = f", lasts: {lasts}" if lasts else ""
    return (
        f"{{scheme: a, effective_from: {begins}, subject: household, period: {period}, "
        f"floor: none, at_period_end: {end}, indicators: [{{id: x, name: 帮工, points: 4{own}, "
        "caps: [{at_most: 9 added, per: 6 months}]}, {id: y, points: 1, per: month}]}"
    )


def loaded(text: str) -> SchemeFile:
    return load_scheme("a.yaml", text=text)


def rows(*days: date) -> list[dict[str, str]]:
    return [
        {"id": str(n), "date": str(day), "subject": "A", "indicator": "x"}
        for n, day in enumerate(days)
    ]


def on_every_way(file: SchemeFile, given: list[dict[str, str]], as_of: date) -> Result:
    """Evaluate as a batch, a session and a stream, and check the trace."""
    result = evaluate_events(file, None, given, as_of)
    session = start_session(file, as_of=as_of)
    for row in reversed(given):  # each of them late
        session.add(row)
        session.advance(as_of)
    assert session.result().digest == result.digest
    assert [*trace_lines(session.result())] == [*trace_lines(result)]
    for within in (0, 400):
        stream = stream_entries(file, None, given, as_of, within=within)
        assert [*stream] == [*result.entries]
        assert stream.scores == tuple(result.scores)
    assert verify_trace(trace_lines(result), file, result=result).finding is None
    assert not [p for p in lint_scheme(file) if p.severity.value == "error"]
    return result


@pytest.mark.parametrize("lasts", LASTS)
@pytest.mark.parametrize("period", PERIODS)
def test_nothing_breaks_at_the_first_and_the_last_days(period: str, lasts: str) -> None:
    for end in ("carry", "clear"):
        early = loaded(scheme(FIRST, period, lasts, end))
        on_every_way(early, rows(FIRST, date(1, 1, 2), date(1, 2, 1)), FIRST)
        on_every_way(early, rows(FIRST, date(1, 1, 2), date(1, 2, 1)), date(1, 3, 1))
        late = loaded(scheme(date(9998, 6, 1), period, lasts, end))
        on_every_way(late, rows(date(9999, 12, 1), BEFORE_LAST, LAST), BEFORE_LAST)


def test_an_event_of_the_last_day_comes_after_every_day_that_can_be_asked_about() -> None:
    file = loaded(scheme(LAST, "year"))
    (entry,) = on_every_way(file, rows(LAST), BEFORE_LAST).entries
    assert (entry.outcome.value, entry.granted) == ("after_as_of", Decimal(0))


def test_the_last_day_of_all_cannot_be_asked_about() -> None:
    """What ends with it would be taken back on no day."""
    file, people = loaded(scheme(LAST, "year")), read_roster([{"id": "A", "kind": "household"}])
    said = "9999-12-31 is the last day of the calendar; ask about an earlier day"
    with pytest.raises(ValueError, match=said):
        evaluate_events(file, people, rows(LAST), LAST)
    with pytest.raises(ValueError, match=said):
        start_session(file, as_of=LAST)
    with pytest.raises(ValueError, match=said):
        stream_entries(file, None, rows(LAST), LAST)
    session = start_session(file, as_of=BEFORE_LAST)
    with pytest.raises(ValueError, match=said):
        session.move_to(LAST)


def test_months_of_the_last_year_end_as_those_of_any_year() -> None:
    """4 a month of at most 4: 1 March 4, 1 April 4; the award of March, and no more."""
    text = (
        "{scheme: a, effective_from: 9999-03-01, subject: household, period: year, floor: none, "
        "at_period_end: clear, indicators: [{id: x, name: 帮工, points: 4, lasts: month, "
        "caps: [{at_most: 4 added, per: month}]}, {id: y, name: 守约, points: 1, per: month}]}"
    )
    given = rows(date(9999, 3, 1), date(9999, 4, 1))
    result = on_every_way(loaded(text), given, date(9999, 4, 2))
    said = [(e.event or e.indicator, str(e.date)[5:], str(e.granted)) for e in result.entries]
    # what lasts to the end of March ends with it: 4 + 1 - 4 = 1, and 4 of April: 5
    assert said == [
        ("0", "03-01", "4"),
        ("y", "03-31", "1"),
        ("x", "03-31", "-4"),
        ("1", "04-01", "4"),
    ]
    assert [score.total for score in result.scores] == [Decimal(5)]


@pytest.mark.parametrize(
    ("window", "day", "last"),
    [
        ("month", date(9999, 11, 30), date(9999, 11, 30)),
        ("month", date(9999, 12, 1), LAST),
        ("quarter", date(9999, 1, 1), date(9999, 3, 31)),
        ("half_year", date(9999, 6, 30), date(9999, 6, 30)),
        ("year", date(9999, 1, 1), LAST),
        ("week", date(9999, 12, 27), LAST),  # a Monday; its week would end on 2 January
        ("week", date(9999, 12, 26), date(9999, 12, 26)),
    ],
)
def test_a_window_of_the_last_year_ends_where_the_calendar_says(
    window: str, day: date, last: date
) -> None:
    assert window_end(window, day) == last


def test_a_length_ends_within_the_calendar() -> None:
    """30 days from 1 December are the first to the 30th; what would go on beyond ends nowhere."""
    assert last_of_length(date(9999, 12, 1), 30, "day") == BEFORE_LAST
    assert last_of_length(date(9999, 12, 1), 4, "week") == date(9999, 12, 28)
    assert last_of_length(date(9999, 12, 1), 2, "month") == LAST
    assert Workdays(frozenset(), frozenset()).after(BEFORE_LAST, 10) == LAST

"""What a limit that loses what lies beyond it let through is what goes on into the next period."""

from datetime import date
from typing import Any

from jifen_rules import Session, evaluate_events, load_scheme, start_session, stream_entries

SCHEME = """
scheme: s
illustrative: yes
effective_from: 2024-01-01
subject: person
period: month
base: 10
floor: {floor}
at_period_end: carry
categories:
- {{id: c, {category} indicators: [{{id: good, points: 3}}, {{id: bad, points: -7}}]}}
- {{id: d, indicators: [{{id: brief, points: -7, lasts: 3 months}}, {{id: end, points: 0,
   then: [{{veto: {held}, lasts: 20 days, gives: nothing}}]}}]}}
"""


def totals(rows: list[tuple[str, str]], **words: str) -> dict[str, int]:
    """Give the total of each month; a batch, a session and a stream must agree on it."""
    filled = {"floor": "none", "category": "", "held": "total"} | words
    file, as_of = load_scheme("s.yaml", text=SCHEME.format(**filled)), date(2024, 8, 31)
    events: list[Any] = [
        {"id": f"e{n}", "date": day, "subject": "甲", "indicator": name}
        for n, (day, name) in enumerate(rows)
    ]
    whole = evaluate_events(file, None, events, as_of, status="count")
    session: Session = start_session(file, as_of=as_of, status="count")
    for event in events:
        session.add(event)
    session.advance(as_of)
    # what the session has folded cannot be asked for
    folded = session._groups.written()  # noqa: SLF001  (no public way: it is folded)
    assert sum(e.granted for e in folded) == sum(e.granted for e in whole.entries)
    assert [*stream_entries(file, None, events, as_of, status="count")] == [*whole.entries]
    return {score.period.label: int(score.total) for score in whole.scores}


def test_a_floor_that_loses_goes_on_from_what_it_let_through() -> None:
    """10 - 7 = 3.

    In June -7 takes 3, to 0; on 11 June the first ends, +7; the second took only 3: 7 stays 7.
    """
    found = totals([("2024-03-12", "brief"), ("2024-06-06", "brief")], floor="0 lost")
    assert [found[f"2024-0{n}"] for n in (3, 5, 6, 7, 8)] == [3, 3, 7, 7, 7]


def test_what_a_category_lost_does_not_come_back_in_the_next_period() -> None:
    """3, then 4 of 6 and of 9 and of 12; -7 takes it to -3: 10 - 3 = 7, whatever was asked."""
    rows = [*((f"2024-03-0{n}", "good") for n in range(2, 6)), ("2024-03-06", "bad")]
    found = totals(rows, category="full: 4 lost,")
    assert (found["2024-03"], found["2024-04"], found["2024-05"]) == (7, 7, 7)


def test_the_base_of_a_category_that_a_veto_ended_stays_ended() -> None:
    """Base 10 + 1.

    Held from 21 March, at 0 in all or without the 1; nothing comes back on 9 April.
    """
    rows = [("2024-03-21", "end")]
    assert set(totals(rows, category="base: 1,").values()) == {0}
    assert set(totals(rows, category="base: 1,", held="c").values()) == {10}

"""The order of a day: what names a later event follows it, in the fold and in the trace."""

import random
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from jifen_rules import (
    Entry,
    Outcome,
    Result,
    evaluate_events,
    load_scheme,
    start_session,
    stream_entries,
    verify_trace,
)
from jifen_rules.trace.chain import trace_lines
from jifen_rules.trace.day_order import DayOrder

AS_OF = date(2024, 12, 31)
SCHEME = """
scheme: s
illustrative: yes
effective_from: 2024-01-01
subject: person
period: {period}
base: 10
floor: none
at_period_end: clear
indicators:
- {{id: good, points: 4}}
- {{id: bad, points: -6, lasts: until repaired, repair: {{then: []}}}}
- {{id: fall, points: -6}}
{more}
"""
RULE = 'rules: [{id: r, per: event, when: "total >= 12", then: [{points: 1}]}]'


def row(name: str, subject: str = "甲", day: str = "2024-03-01", **said: str) -> dict[str, Any]:
    return {"id": name, "date": day, "subject": subject, **said}


def told(rows: list[dict[str, Any]], more: str = "", period: str = "year") -> Result:
    """Evaluate rows in any way that there is; all must agree, and the checker finds nothing."""
    file = load_scheme("s.yaml", text=SCHEME.format(more=more, period=period))
    whole = evaluate_events(file, None, rows, AS_OF, status="count")
    shuffled = random.Random(1).sample(rows, len(rows))
    for several in (rows, shuffled):
        session = start_session(file, as_of=AS_OF, status="count")
        for one in several:
            session.add(one)
            session._result = None  # noqa: SLF001 - nothing is kept from event to event
        # what the session has folded cannot be asked for
        folded = session._groups.written()  # noqa: SLF001  (no public way: it is folded)
        assert sum(e.granted for e in folded) == sum(
            e.granted for e in whole.entries if e.date and e.date <= date(2024, 3, 1)
        )
        assert session.result() == whole
    assert evaluate_events(file, None, shuffled, AS_OF, status="count") == whole
    assert evaluate_events(file, None, rows, AS_OF, status="count", workers=2) == whole
    assert tuple(stream_entries(file, None, rows, AS_OF, status="count")) == tuple(whole.entries)
    finding = verify_trace(list(trace_lines(whole)), file).finding
    assert finding is None
    return whole


def shown(entries: Any) -> list[tuple[str | None, str, str, Decimal, Decimal | None]]:
    def line(e: Entry) -> tuple[str | None, str, str, Decimal, Decimal | None]:
        return e.event, e.subject, str(e.outcome), e.granted, e.total_after

    return [line(entry) for entry in entries]


def test_a_repair_without_a_time_stands_after_the_wrong_that_has_one() -> None:
    """Base 10; the wrong takes 6 at 08:00, the repair of that day gives them back."""
    rows = [row("w", time="08:00", indicator="bad"), row("x", repairs="w")]
    assert shown(told(rows).entries) == [
        ("w", "甲", "counted", Decimal(-6), Decimal(4)),
        ("x", "甲", "counted", Decimal(6), Decimal(10)),
    ]


def test_each_of_a_chain_of_names_stands_after_the_one_it_names() -> None:
    """c is taken first, then b that revokes it, then a that names b.

    A revocation is not revoked.
    """
    rows = [row("a", revokes="b"), row("b", revokes="c"), row("c", indicator="good")]
    assert shown(told(rows).entries) == [
        ("c", "甲", "counted", Decimal(4), Decimal(14)),
        ("b", "甲", "revoked", Decimal(-4), Decimal(10)),
        ("a", "甲", "unknown_target", Decimal(0), Decimal(10)),
    ]


def test_a_correction_stands_after_what_it_corrects() -> None:
    """The rule sees 10 + 4 after b, and acts; a is in the place of c, later in the day."""
    rows = [
        row("a", corrects="c", indicator="bad"),
        row("b", indicator="good"),
        row("c", indicator="good"),
    ]
    assert [(e.event, e.outcome, e.granted) for e in told(rows, RULE).entries] == [
        ("b", Outcome.COUNTED, Decimal(4)),
        ("b", Outcome.RULE, Decimal(1)),
        ("c", Outcome.CORRECTED, Decimal(0)),
        ("a", Outcome.COUNTED, Decimal(-6)),
    ]


def test_what_a_rule_brings_stands_with_the_event_that_has_a_time() -> None:
    rows = [row("b", indicator="good", time="08:00"), row("c", indicator="good")]
    assert shown(told(rows, RULE).entries) == [
        ("c", "甲", "counted", Decimal(4), Decimal(14)),
        ("c", "甲", "rule", Decimal(1), Decimal(15)),
        ("b", "甲", "counted", Decimal(4), Decimal(19)),
    ]


def test_what_a_rule_brings_when_a_period_opens_stands_before_the_events_of_that_day() -> None:
    """February falls to 4, March opens with 10: the rule turns true and brings 1, then comes b."""
    rule = 'rules: [{id: r, per: event, when: "total >= 10", then: [{points: 1}]}]'
    rows = [row("a", indicator="fall", day="2024-02-01"), row("b", indicator="good")]
    entries = [e for e in told(rows, rule, "month").entries if e.period == "2024-03"]
    assert shown(entries) == [
        (None, "甲", "rule", Decimal(1), Decimal(11)),
        ("b", "甲", "counted", Decimal(4), Decimal(15)),
    ]


def test_an_event_takes_back_what_another_subject_was_granted() -> None:
    """Its own subject has an entry, and so has the one whose figure it moves."""
    rows = [row("a", "乙", indicator="good", day="2024-02-01"), row("b", revokes="a")]
    assert shown(told(rows).entries) == [
        ("a", "乙", "counted", Decimal(4), Decimal(14)),
        ("b", "甲", "revoked", Decimal(0), None),
        ("b", "乙", "received", Decimal(-4), Decimal(10)),
    ]


def test_an_event_repairs_a_wrong_of_another_subject() -> None:
    rows = [
        row("a", "乙", indicator="bad", day="2024-02-01"),
        row("b", "甲", indicator="good", day="2024-02-01"),
        row("c", repairs="a"),
    ]
    assert shown(told(rows).entries) == [
        ("a", "乙", "counted", Decimal(-6), Decimal(4)),
        ("b", "甲", "counted", Decimal(4), Decimal(14)),
        ("c", "甲", "counted", Decimal(0), Decimal(14)),
        ("c", "乙", "received", Decimal(6), Decimal(10)),
    ]


def test_who_names_a_corrected_event_means_its_correction_whoever_has_that() -> None:
    """y puts a's 4 points to 丙; 甲 takes them back there."""
    rows = [
        row("a", "乙", indicator="good", day="2024-02-01"),
        row("y", "丙", indicator="good", day="2024-02-02", corrects="a"),
        row("z", revokes="a"),
    ]
    assert [(e.event, e.subject, e.outcome, e.granted) for e in told(rows).entries] == [
        ("a", "乙", Outcome.CORRECTED, Decimal(0)),
        ("y", "丙", Outcome.COUNTED, Decimal(4)),
        ("z", "甲", Outcome.REVOKED, Decimal(0)),
        ("z", "丙", Outcome.RECEIVED, Decimal(-4)),
    ]


@pytest.mark.parametrize("circle", [["a", "b"], ["a", "b", "c"], ["b", "c", "a", "d"]])
def test_events_that_name_each_other_all_keep_a_place(circle: list[str]) -> None:
    order, day = DayOrder(), date(2024, 1, 1)
    for name, other in zip(circle, (*circle[1:], circle[0]), strict=True):
        order.note(day, name, {"revokes": other})
    places = {order.of(day, name) for name in circle}
    assert len(places) == len(circle)


def test_a_long_chain_of_names_takes_no_longer_than_its_length() -> None:
    order, day, count = DayOrder(), date(2024, 1, 1), 50_000
    names = [f"{number:06}" for number in range(count)]
    for name, other in pairwise(names):
        order.note(day, name, {"revokes": other})
    order.note(day, names[-1], None)
    assert sorted(names, key=lambda name: order.of(day, name)) == names[::-1]

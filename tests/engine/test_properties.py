"""Promises kept over generated events: sums, order, voids, and what comes after as_of."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, strategies as st

from jifen_rules import Event, Outcome, Result, evaluate_events, load_scheme

SCHEME = load_scheme(
    "generated.yaml",
    text="""
scheme: a
effective_from: 2024-01-01
subject: person
period: quarter
base: 10
floor: 0 kept
at_period_end: clear
combine: {highest: matter}
categories:
  - id: c
    weight: 0.5
    caps: [{at_most: 12 added, per: month}, {at_most: 9 deducted, per: year}]
    indicators:
      - {id: x, points: {between: [-20, 20]}, caps: [{at_most: 7 added, per: day}]}
      - {id: hours, points: {each: {4 小时: 1}, per: year, round: 1 down}}
  - id: d
    indicators:
      - {id: y, points: 3, caps: [{at_most: 2 times, per: month}]}
      - {id: bad, then: [{veto: c, lasts: until repaired, gives: all}]}
""",
)
DAYS = st.integers(0, 240).map(lambda n: date(2024, 1, 1) + timedelta(n))
AS_OF = date(2024, 6, 30)


@st.composite
def streams(draw: st.DrawFn) -> list[Event]:
    """Events of two people, with matters, voids and repairs, valid and not."""
    events = []
    for number in range(draw(st.integers(0, 14))):
        points = draw(st.decimals(-25, 25, places=1))
        event = Event(
            f"e{number}",
            draw(DAYS),
            draw(st.sampled_from("AB")),
            draw(st.sampled_from(["x", "y", "hours", "bad", "nothing"])),
            quantity=draw(st.decimals(0, 9, places=1)),
            points=points,
            matter=draw(st.sampled_from(["", "", "m"])),
        )
        other = f"e{draw(st.integers(0, 14))}"
        kind = draw(st.sampled_from(["", "", "", "", "void", "repair"]))
        if kind == "void":
            event = Event(event.id, event.date, event.subject, voids=other)
        elif kind == "repair":
            event = Event(event.id, event.date, event.subject, repairs=other)
        events.append(event)
    return events


def evaluate(events: list[Event]) -> Result:
    return evaluate_events(SCHEME, None, events, AS_OF)


@given(streams())
def test_a_total_is_its_base_plus_its_entries(events: list[Event]) -> None:
    result = evaluate(events)
    for score in result.scores:
        entries = [
            entry.granted
            for entry in result.entries
            if (entry.subject, entry.period) == (score.subject, score.period.label)
        ]
        assert score.total == score.base + sum(entries)


@given(streams())
def test_every_event_has_exactly_one_entry_for_its_subject(events: list[Event]) -> None:
    """Another one has an entry too where a word is about its event: outcome `received`."""
    entries = [entry for entry in evaluate(events).entries if entry.event is not None]
    own = [entry for entry in entries if entry.outcome is not Outcome.RECEIVED]
    assert sorted(str(entry.event) for entry in own) == sorted(event.id for event in events)
    others = [entry for entry in entries if entry.outcome is Outcome.RECEIVED]
    assert all(entry.granted or entry.ledgers or entry.steps for entry in others)


@given(streams(), st.randoms())
def test_the_order_of_the_file_changes_nothing(events: list[Event], random: Random) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)
    assert evaluate(shuffled) == evaluate(events)


@given(streams())
def test_what_comes_after_as_of_changes_no_score(events: list[Event]) -> None:
    before = [event for event in events if event.date <= AS_OF]
    assert evaluate(before).scores == evaluate(events).scores


def test_who_has_only_refused_events_has_no_score() -> None:
    refused = Event("e0", date(2024, 1, 1), "A", "nothing")
    late = Event("e1", date(2024, 7, 1), "A", voids="e0")
    assert [len(evaluate(events).scores) for events in ([refused], [refused, late])] == [0, 0]


@given(streams())
def test_the_caps_hold_in_every_window(events: list[Event]) -> None:
    """Category c lets at most 12 x 0.5 through in a month of adds alone."""
    adds = [
        replace(event, points=abs(event.points), matter="")  # type: ignore[arg-type]  # seldom said
        for event in events
        if event.indicator == "x" and event.points
    ]
    months: dict[tuple[str, int], Decimal] = {}
    for entry in evaluate(adds).entries:
        assert entry.date is not None
        key = (entry.subject, entry.date.month)
        months[key] = months.get(key, Decimal(0)) + entry.granted
    assert all(total <= 6 for total in months.values())

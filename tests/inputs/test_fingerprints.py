"""The canonical form of an event and the fingerprints of inputs: the bytes of all digests."""

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st
from test_intake import OWN

from jifen_rules import Event, evaluate_events, load_scheme, read_roster
from jifen_rules.inputs.event import Unreadable, canonical_event, canonical_events, lean_event
from jifen_rules.session.admit import View
from jifen_rules.session.batch import ENGINE, fingerprints, make_ready

SCHEME = """scheme: demo
effective_from: 2024-01-01
subject: household
period: year
floor: none
at_period_end: clear
indicators: [{id: x, points: 1}]
"""

# --- the plain spelling ---------------------------------------------------------------------------


def plain_form(event: Event) -> str:
    """What an event says, by column, in the order of the alphabet."""
    said = {name: getattr(event, name) for name in [*OWN, "attributes"]}
    said = {
        name: value for name, value in said.items() if value is not None and value not in ("", ())
    }
    for name, value in said.items():
        if isinstance(value, Decimal):
            said[name] = plain_number(value)
        elif isinstance(value, date):
            said[name] = value.isoformat()
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain_number(number: Decimal) -> str:
    digits = format(number, "f")
    whole, _, rest = digits.partition(".")
    text = f"{whole}.{rest.rstrip('0')}".removesuffix(".")
    return "0" if number == 0 else text


def plain_prints(lines: list[str]) -> list[str]:
    """The first copy of a line is the hash of `1 line`, the next the same hash and `-0000002`."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        seen[line] += 1
        first = sha256(f"1 {line}".encode()).hexdigest()
        found.append(first if seen[line] == 1 else f"{first}-{seen[line]:07}")
    return found


# --- odd events -----------------------------------------------------------------------------------

WORD = st.sampled_from(
    ["", "甲", "A", 'a"b', "C:\\", "\x00", "\n", "\u2028", "\U0001f600", "张三,李四", " "]
) | st.text(max_size=3)
NUMBER = st.none() | st.sampled_from(
    [Decimal(text) for text in ("0", "-0", "1.50", "1E+3", "-0.5", "1E-9", "100")]
)
NUMBER |= st.decimals(allow_nan=False, allow_infinity=False, places=3)
DAY = st.none() | st.dates()
SELDOM: dict[str, st.SearchStrategy[Any]] = {
    name: DAY if name.endswith("_on") else NUMBER if name in ("quantity", "points") else WORD
    for name in OWN
    if name not in ("id", "date", "subject", "indicator")
}
PAIRS = st.lists(st.tuples(WORD, WORD), max_size=3).map(tuple)
EVENT = st.builds(
    lambda who, more: Event(**(who | more)),
    st.fixed_dictionaries({"id": WORD, "date": st.dates(), "subject": WORD, "indicator": WORD}),
    st.just({}) | st.fixed_dictionaries({}, optional=SELDOM | {"attributes": PAIRS}),
)


@given(EVENT)
def test_the_canonical_form_is_what_an_event_says_in_the_order_of_columns(event: Event) -> None:
    assert canonical_event(event) == plain_form(event)


@given(st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False))
def test_what_a_program_gives_as_an_attribute_is_written_as_it_is(value: Any) -> None:
    event = Event(id="1", date=date(2024, 3, 1), subject="A", attributes=(("f", value),))
    assert json.loads(canonical_event(event))["attributes"] == [["f", value]]


ODD_NUMBER = st.sampled_from([3, 3.0, True, 1, "1", Decimal("3.0"), Decimal("1E+30")])


@given(
    st.lists(
        EVENT
        | st.builds(lambda q: Event("x", date(2024, 3, 1), "A", "x", quantity=q), ODD_NUMBER)
        | st.builds(lambda i: Event(i, date(2024, 3, 1), "A", i), ODD_NUMBER)
    )
)
def test_many_are_written_as_each_alone(events: list[Event]) -> None:
    shared = [lean_event("x", e.date, "A", "x", e.quantity, e.said) for e in events]
    several = [*events, *shared, *events[::-1]]
    assert [*canonical_events(several)] == [*map(canonical_event, several)]


def test_events_that_nobody_keeps_do_not_lend_their_words_to_others() -> None:
    """Each is gone before the next is made, and what it said may lie where the next one's will."""
    said = [{"note": str(number)} for number in range(100)]
    passing = (lean_event("e", date(2024, 3, 1), "A", "x", None, {**one}) for one in said)
    kept = [lean_event("e", date(2024, 3, 1), "A", "x", None, one) for one in said]
    assert [*canonical_events(passing)] == [*map(canonical_event, kept)]


def test_one_by_hand() -> None:
    event = Event(
        id="e1",
        date=date(2024, 3, 1),
        subject="张三",
        indicator="捐款",
        quantity=Decimal("1.50"),
        time="09:30",
        attributes=(("hours", "4"),),
    )
    written = (
        '{"attributes":[["hours","4"]],"date":"2024-03-01","id":"e1","indicator":"捐款",'
        '"quantity":"1.5","subject":"张三","time":"09:30"}'
    )
    assert canonical_event(event) == written


@given(st.lists(EVENT, max_size=6), st.lists(st.sampled_from(["", "no json", "{}"]), max_size=3))
def test_each_line_has_its_fingerprint_and_each_copy_its_own(
    events: list[Event], texts: list[str]
) -> None:
    ready = make_ready(load_scheme("x.yaml", text=SCHEME))
    roster = read_roster([{"id": "A"}, {"id": "A"}])
    events, bad = events + events[:2], [Unreadable(text, "") for text in texts]
    lines = [f"engine {ENGINE} status count", *ready.lines]
    lines += ['roster ["A", "", "", "()", "", "", "0001-01-01", "9999-12-31", "()"]'] * 2
    lines += [f"event {plain_form(event)}" for event in events] + [f"row {text}" for text in texts]
    view = View(date(2024, 12, 31), "count")
    assert sorted(fingerprints(ready, roster, events, bad, view)) == sorted(plain_prints(lines))


def test_the_digest_is_over_the_day_and_the_sorted_fingerprints() -> None:
    row = {"id": "1", "date": "2024-03-01", "subject": "A", "indicator": "x"}
    result = evaluate_events(
        load_scheme("x.yaml", text=SCHEME), None, [row, row], date(2024, 12, 31)
    )
    assert list(result.inputs) == sorted(set(result.inputs)) and len(result.inputs) == 4
    assert result.digest == sha256("\n".join(["2024-12-31", *result.inputs]).encode()).hexdigest()


SCHEMES = Path(__file__).parents[2] / "schemes"
RICH = [
    "wendeng-rural",
    "illustrative/rated-household",
    "illustrative/savings-station",
    "illustrative/weighted-assessment",
    "short-records/lucheng-zhangjiahe",
    "short-records/suixi-youzha",
]
"""Schemes that have every part between them."""
SAID = """
ActionEffect Bands Between Bound By CapRule Carried Category Deadline Decimal FieldRule Fields
FormulaForm Fraction GradeEffect Indicator Ladder Lasting Ledger Level LimitAmount OneOf PerUnit
PeriodRule PointsEffect ProcessStep Rank RatedBy RepairRule Reward Rounding Rule Scheme Share Table
UnitAmount VetoEffect Weight Window
"""
"""The words by which digests name the parts of a scheme; published boards have such digests."""


def test_the_words_for_a_scheme_in_a_digest_stay() -> None:
    """A class of the model that gets another name keeps its word here: digests must not change."""
    ready = [make_ready(load_scheme(SCHEMES / name / "scheme.yaml")) for name in RICH]
    lines = [re.sub("'[^']*'", "", line) for one in ready for line in one.lines]
    assert {word for line in lines for word in re.findall(r"\b[A-Z]\w*(?=\()", line)} == {
        *SAID.split()
    }

"""Figures beside the total: the room left under caps, shared places, flows to those unscored."""

from datetime import date
from decimal import Decimal

from jifen_rules import Result, Roster, evaluate_events, load_scheme, read_roster

HEAD = (
    "scheme: a\neffective_from: 2024-01-01\nsubject: person\nperiod: year\n"
    "at_period_end: clear\nfloor: none\n"
)


def run(body: str, events: list[dict[str, object]], roster: Roster | None = None) -> Result:
    """Evaluate to the end of March."""
    file = load_scheme("a.yaml", text=HEAD + body)
    return evaluate_events(file, roster, events, date(2024, 3, 31), status="count")


def event(
    name: str, day: str, indicator: str, subject: str = "A", **more: object
) -> dict[str, object]:
    return {"id": name, "date": day, "subject": subject, "indicator": indicator, **more}


def test_room_under_a_cap_on_deducts() -> None:
    body = "indicators: [{id: x, points: -3, caps: [{at_most: 10 deducted, per: year}]}]\n"
    days = ["2024-01-01", "2024-02-01"]
    result = run(body, [event(f"e{day}", day, "x") for day in days])
    room = result.scores[0].rooms[0]
    # 3 + 3 of 10 are used
    assert (room.kind, room.used, room.left) == ("deducted", Decimal(6), Decimal(4))
    more = [event(f"e{day}", day, "x") for day in [*days, "2024-02-02", "2024-02-03"]]
    entry = run(body, more).entries[-1]
    # 9 of 10 are used: the fourth -3 costs 1, and nothing is left
    assert (entry.granted, entry.steps[-1].room) == (Decimal(-1), Decimal(0))


def test_room_while_a_cap_still_has_some() -> None:
    body = (
        "indicators: [{id: x, points: {between: [-9, 9]}, caps: [{at_most: 10 deducted, per: "
        "month},"
        " {at_most: 12 deducted, per: year}]}]\n"
    )
    events = [
        event("e1", "2024-01-01", "x", points=-9),
        event("e2", "2024-01-02", "x", points=-9),
    ]
    steps = run(body, events).entries[1].steps
    # January: 9, then 1 of 9; in the year 10 of 12 are used, which takes nothing off
    assert [(s.kind, s.after, s.room) for s in steps] == [("deducted", Decimal(-1), Decimal(0))]
    rooms = run(body, events).scores[0].rooms
    assert [(r.window, r.used, r.left) for r in rooms] == [
        ("year", Decimal(10), Decimal(2))
    ]  # of March, none


def test_a_quantity_cap_is_of_its_window() -> None:
    body = (
        "indicators: [{id: x, points: {each: {小时: 1}}, caps: [{at_most: 4 小时, per: month}]}]\n"
    )
    days = ["2024-01-01", "2024-01-31", "2024-02-01"]
    result = run(body, [event(f"e{day}", day, "x", quantity=3) for day in days])
    # January: 3, then 1 of 3; February anew: 3
    assert [entry.granted for entry in result.entries] == [3, 1, 3]


def test_a_quantity_cap_is_of_each_subject() -> None:
    body = (
        "indicators: [{id: x, points: {each: {小时: 1}}, caps: [{at_most: 4 小时, per: month}]}]\n"
    )
    result = run(body, [event(s, "2024-01-01", "x", s, quantity=3) for s in "AB"])
    assert [entry.granted for entry in result.entries] == [3, 3]


def test_equal_totals_share_a_place() -> None:
    body = "indicators: [{id: x, points: 2}, {id: y, points: 1}]\n"
    events = [event(f"e{s}", "2024-01-01", "x" if s in "BC" else "y", s) for s in "ABCD"]
    places = run(body, events).boards[0].places
    assert [(p.place, p.subject) for p in places] == [(1, "B"), (1, "C"), (3, "A"), (3, "D")]


def test_points_for_one_who_is_not_scored() -> None:
    roster = read_roster(
        [
            {"id": "H", "kind": "household"},
            {"id": "A", "kind": "person", "unit": "H"},
        ]
    )
    body = "indicators: [{id: x, points: 2, to: {total: whole, household: whole}}]\n"
    result = run(body, [event("e", "2024-01-01", "x")], roster)
    # the household has no score in a scheme of persons: the person's own 2 stand
    assert [(e.subject, e.granted) for e in result.entries] == [("A", Decimal(2))]
    assert [(s.subject, s.total) for s in result.scores] == [("A", Decimal(2))]


def test_a_window_of_a_formula() -> None:
    body = (
        "indicators: [{id: x, points: 1, when: \"count(x, 'month') < 2\"},"
        " {id: y, points: {formula: \"sum(x, 'year')\"}}]\n"
    )
    days = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-02-01"]
    events = [event(f"e{day}", day, "x") for day in days] + [event("y", "2024-03-01", "y")]
    # the third of January meets two before it; the year's x are 1 + 1 + 1
    assert [entry.granted for entry in run(body, events).entries] == [1, 1, 0, 1, 3]


def test_the_level_of_a_ladder_before_it_is_decided() -> None:
    body = (
        "indicators: [{id: x, points: 1, when: \"star == '高'\"}]\n"
        "tiers: [{id: star, by: total, per: month, levels: [{name: 高, at_least: 0}, {name: "
        "低}]}]\n"
    )
    events = [event("e1", "2024-01-01", "x"), event("e2", "2024-02-01", "x")]
    # nothing is decided in January; at its end 0 points earn 高
    assert [entry.granted for entry in run(body, events).entries] == [0, 1]


def test_what_an_amount_passes_on_names_the_escalation_that_multiplies_it() -> None:
    body = (
        "indicators: [{id: x, points: {above: {0: 1}, per: year}, lasts: 2 months,"
        " escalate: {valid: [x1, x2]}}]\n"
    )
    events = [
        event("e1", "2024-01-10", "x", quantity=12),
        event("e2", "2024-02-10", "x", quantity=1),
    ]
    entries = run(body, events).entries
    # 12 are above 0: 1 point. The second adds nothing to that: 0, twice 0. In March the first
    # ends; the 1 that is left in the year is above 0, and falls to the second one: 1, twice 1.
    granted = [(e.outcome.value, e.granted) for e in entries]
    assert granted == [("counted", Decimal(1)), ("counted", Decimal(0)), ("expired", Decimal(1))]
    step = entries[-1].steps[0]
    assert (step.kind, step.before, step.after) == ("escalate", Decimal(1), Decimal(2))


def test_the_entry_of_an_end_names_the_combine_by_which_another_comes_forward() -> None:
    body = (
        "indicators: [{id: x, points: {between: [0, 20]}, combine: {highest: year},"
        " lasts: 2 months}]\n"
    )
    events = [
        event("e1", "2024-01-17", "x", points=10),
        event("e2", "2024-02-10", "x", points=6),
    ]
    ended = run(body, events).entries[-1]
    # on 16 March the 10 end, and the 6 come forward: -10 + 6 = -4
    assert (str(ended.date), ended.granted) == ("2024-03-16", Decimal(-4))
    steps = [(step.kind, step.before, step.after, step.note) for step in ended.steps]
    assert steps == [("combine", Decimal(-10), Decimal(-4), ""), ("ends", None, None, "e1")]


def test_the_room_under_a_cap_on_one_event_that_takes_up_what_another_leaves() -> None:
    body = (
        "indicators: [{id: x, points: {above: {0: 1, 5: 2}, per: year},"
        " caps: [{at_most: 1 added, per: event}],"
        " lasts: {by: {level: {短: 2 months, 长: ever}}}}]\n"
    )
    events = [
        event("e1", "2024-01-10", "x", quantity=1, level="短"),
        event("e2", "2024-01-20", "x", quantity=12, level="长"),
    ]
    ended = run(body, events).entries[-1]
    # 13 are worth 2: 1 of each. As the first ends 12 are worth 2 still, which falls to the second;
    # it has 1 of 1 already, so that nothing is let through and no room is left
    step = ended.steps[0]
    told = (step.kind, step.before, step.after, step.room)
    assert told == ("added", Decimal(1), Decimal(0), Decimal(0))
    assert ended.granted == -1

"""Worked examples of the meaning, entry by entry; the arithmetic stands beside each."""

from datetime import date
from decimal import Decimal

import pytest

from jifen_rules import Result, Roster, SchemeError, evaluate_events, load_scheme, read_roster

HEAD = (
    "scheme: a\neffective_from: 2024-01-01\nsubject: person\nperiod: year\nat_period_end: clear\n"
)


def run(
    body: str, lines: list[str], roster: Roster | None = None, as_of: str = "2024-12-31"
) -> Result:
    """Evaluate events written as `id date subject indicator key=value …`."""
    events = []
    for line in lines:
        name, day, subject, indicator, *more = line.split()
        event: dict[str, object] = {"id": name, "date": day, "subject": subject}
        if indicator != "-":
            event["indicator"] = indicator
        event.update(dict(part.split("=") for part in more))
        events.append(event)
    file = load_scheme("a.yaml", text=HEAD + body)
    return evaluate_events(file, roster, events, date.fromisoformat(as_of), status="count")


def granted(result: Result, subject: str = "A") -> list[int | float]:
    return [float(e.granted) for e in result.entries if e.subject == subject]


def total(result: Result, subject: str = "A") -> Decimal:
    return [s.total for s in result.scores if s.subject == subject][-1]


JUDGED = "points: {between: [-100, 100]}"


def test_1_a_void_frees_room() -> None:
    body = (
        "floor: none\nindicators: [{id: x, points: 8, caps: [{at_most: 10 added, per: month}]}]\n"
    )
    both = ["e1 2024-01-01 A x", "e2 2024-01-02 A x"]
    assert granted(run(body, both)) == [8, 2]  # 8, then 10 - 8
    voided = run(body, [*both, "v 2024-01-03 A - voids=e1"])
    assert granted(voided) == [0, 8, 0]
    assert [str(e.date) for e in voided.entries][1] == "2024-01-02"


def test_2_a_falling_value_is_no_deduct() -> None:
    body = (
        f"floor: none\nindicators: [{{id: x, {JUDGED}, combine: {{latest: year}},"
        " caps: [{at_most: 8 added, per: year}]}]\n"
    )
    result = run(body, ["e1 2024-01-01 A x points=10", "e2 2024-01-02 A x points=6"])
    assert granted(result) == [8, -2]  # min(10,8) = 8; min(6,8) - 8 = -2
    assert total(result) == 6


def test_3_kept_and_lost() -> None:
    for word, expected in (("kept", [0, 0]), ("lost", [0, 10])):
        body = f"floor: 0 {word}\nindicators: [{{id: x, {JUDGED}}}]\n"
        lines = ["e1 2024-01-01 A x points=-30", "e2 2024-01-02 A x points=10"]
        assert granted(run(body, lines)) == expected
    for word, expected in (("kept", [10, 0]), ("lost", [10, -3])):
        body = (
            f"floor: none\n"
            f"indicators: [{{id: x, {JUDGED}, caps: [{{at_most: 10 net {word}, per: year}}]}}]\n"
        )
        lines = ["e1 2024-01-01 A x points=15", "e2 2024-01-02 A x points=-3"]
        assert granted(run(body, lines)) == expected
    body = (
        "floor: none\ncategories: [{id: c, caps: [{at_most: 20 added, per: year},"
        f" {{at_most: 15 net kept, per: year}}], indicators: [{{id: x, {JUDGED}}}]}}]\n"
    )
    lines = [f"e{n} 2024-01-0{n} A x points={p}" for n, p in ((1, 18), (2, 10), (3, -6))]
    # added lets 18 and 2 through; net 18, 20, 14 clamped at 15: 15, 0, 14 - 15 = -1
    assert granted(run(body, lines)) == [15, 0, -1]


def test_an_event_that_comes_in_and_goes_again_within_one_change_brings_nothing() -> None:
    """Event 3 takes the place of 1 in its month; 2 would step into the gap in the category, were
    3 not better: 1, 0, then -1 + 3 = 2; total 3, the highest of all."""
    result = run(
        "floor: none\ncategories:\n  - id: c\n    combine: {highest: period}\n    indicators:\n"
        f"      - {{id: x, {JUDGED}, combine: {{highest: month}}}}\n      - {{id: y, {JUDGED}}}\n",
        ["1 2024-01-01 A x points=1", "2 2024-01-02 A y points=1", "3 2024-01-03 A x points=3"],
    )
    assert granted(result) == [1, 0, 2] and total(result) == 3


def test_5_highest_across_places() -> None:
    body = (
        "floor: none\ncombine: {highest: matter}\ncategories:\n"
        "  - {id: p, indicators: [{id: x, points: 5}]}\n"
        "  - {id: q, weight: 2, indicators: [{id: y, points: 8}]}\n"
    )
    first = run(body, ["e1 2024-01-01 A x matter=m", "e2 2024-01-02 A y matter=m"])
    assert granted(first) == [5, 11]  # 5, then -5 + 2 x 8
    second = run(body, ["e1 2024-01-01 A y matter=m", "e2 2024-01-02 A x matter=m"])
    assert granted(second) == [16, 0]
    capped = (
        "floor: none\ncombine: {highest: matter}\nindicators:\n"
        "  - {id: x, points: 5, caps: [{at_most: 4 added, per: year}]}\n  - {id: y, points: 8}\n"
    )
    third = run(capped, ["e1 2024-01-01 A x matter=m", "e2 2024-01-02 A y matter=m"])
    assert granted(third) == [4, 4]  # 4, then -4 + 8


def test_6_rounding_of_a_category_and_of_each_event() -> None:
    lines = [f"e{n} 2024-01-0{n} A x" for n in (1, 2, 3)]
    body = (
        "floor: none\n"
        "categories: [{id: c, weight: 0.5, round: 1 half_up, indicators: [{id: x, points: 1}]}]\n"
    )
    assert granted(run(body, lines)) == [1, 0, 1]  # sums 0.5, 1, 1.5 -> 1, 1, 2
    body = (
        "floor: none\n"
        "categories: [{id: c, weight: 0.5, indicators: [{id: x, points: 1, round: 1 half_up}]}]\n"
    )
    assert granted(run(body, lines)) == [0.5, 0.5, 0.5]


def test_9_a_veto_holds_a_category_until_repair() -> None:
    body = (
        "floor: none\ncategories:\n"
        f"  - {{id: c, caps: [{{at_most: 10 net kept, per: year}}], indicators: [{{id: x, "
        f"{JUDGED}}}]}}\n"
        "indicators: [{id: bad, then: [{veto: c, lasts: until repaired, gives: all}]}]\n"
    )
    lines = [
        "e1 2024-01-01 A x points=8",
        "e2 2024-01-02 A bad",
        "e3 2024-01-03 A x points=5",
        "e4 2024-01-04 A - repairs=e2",
    ]
    assert granted(run(body, lines)) == [8, -8, 0, 10]  # min(13, 10) comes back


GRADED = """base: 1000
floor: none
indicators:
  - {id: good, points: {between: [0, 100]}}
  - id: grave
    then: [VETO{grade: 零星, lasts: until repaired}]
    repair: {within: year, then: [{points: -60}]}
tiers:
  - id: star
    by: total
    levels: [{name: 二星, above: 990}, {name: 一星, above: 800}, {name: 零星}]
"""


def test_9_direct_grading_with_and_without_the_points() -> None:
    lines = [
        "e1 2024-01-01 A good points=50",
        "e2 2024-01-02 A grave",
        "e3 2024-01-03 A good points=10",
        "e4 2024-01-04 A - repairs=e2",
    ]
    held = run(GRADED.replace("VETO", "{veto: total, lasts: until repaired, gives: all}, "), lines)
    assert granted(held) == [50, -1050, 0, 1000]  # 1060 - 60
    stays = run(GRADED.replace("VETO", ""), lines)
    assert granted(stays) == [50, 0, 10, -60]
    assert total(held) == total(stays) == 1000
    before_repair = run(GRADED.replace("VETO", ""), lines[:3])
    assert before_repair.scores[-1].tiers["star"].level == "零星"
    assert stays.scores[-1].tiers["star"].level == "二星"


def test_10_flows_and_times() -> None:
    roster = read_roster(
        [
            {"id": "A", "kind": "person", "unit": "H", "role": "head"},
            {"id": "B", "kind": "person", "unit": "H"},
            {"id": "H", "kind": "household"},
        ]
    )
    body = (
        "base: 30\nfloor: 0 kept\nindicators:\n"
        "  - {id: breach, points: -50, to: {head: whole}}\n"
        "  - {id: gift, points: 10, to: {named: whole}, caps: [{at_most: 10 added, per: year}]}\n"
    )
    result = run(body, ["e1 2024-01-01 B breach"], roster)
    assert granted(result, "B") == [0]
    assert granted(result, "A") == [-30]  # 30 - 50, never below zero
    eight = body.replace("points: 10", JUDGED)
    lines = ["e1 2024-01-01 A gift points=8 to=B", "e2 2024-01-02 A gift points=10 to=B"]
    result = run(eight, lines, roster)
    assert granted(result, "B") == [8, 2]
    assert granted(result, "A") == [0, 0]
    for word, expected in (("first", [1, 0]), ("highest", [1, 9])):
        body = (
            f"floor: none\n"
            f"indicators: [{{id: x, {JUDGED}, caps: [{{at_most: 1 time {word}, per: year}}]}}]\n"
        )
        result = run(body, ["e1 2024-01-01 A x points=1", "e2 2024-01-02 A x points=10"])
        assert granted(result) == expected


def test_4_nothing_but_net_limits_around_a_net_limit() -> None:
    """The sums of the example: -20, 10, -10, 10, -10 inside net 0 to 10.

    The cap would add deeds up.
    """
    body = (
        "floor: none\ncategories: [{id: c, caps: [{at_most: 5 added, per: year}],"
        f" indicators: [{{id: x, {JUDGED}, floor: 0 kept, full: 10 kept}}]}}]\n"
    )
    with pytest.raises(SchemeError, match="M216 limit-around-net"):
        run(body, [])


def test_7_an_undo_takes_the_way_from_the_first_net_limit() -> None:
    judged = f"floor: none\nindicators: [{{id: x, {JUDGED}, lasts: 30 days, caps: [{{at_most: 10 "
    lines = ["a 2024-01-01 A x points=10", "b 2024-01-10 A x points=5"]
    net = run(judged + "net kept, per: year}]}]\n", lines)
    # 10, then min(15, 10) - 10 = 0; a expires: 15 - 10 = 5, 5 - 10 = -5; b expires: 0 - 5 = -5
    assert granted(net) == [10, 0, -5, -5]
    assert [str(e.date) for e in net.entries][2:] == ["2024-01-30", "2024-02-08"]
    assert total(net) == 0
    added = run(judged + "added, per: year}]}]\n", [*lines, "c 2024-03-01 A x points=3"])
    # 10, then no room; a expires: -10; b brought nothing; the room is used: 0
    assert [g for g in granted(added) if g] == [10, -10]
    assert total(added) == 0


def test_7_under_lost_the_opposite_of_what_was_let_through() -> None:
    body = (
        f"floor: none\n"
        f"indicators: [{{id: x, {JUDGED}, lasts: 30 days, caps: [{{at_most: 10 net lost, per: "
        f"year}}]}}]\n"
    )
    result = run(body, ["a 2024-01-01 A x points=15"])
    assert granted(result) == [10, -10]  # 15 is let through as 10, and 10 is taken back


def test_7_what_is_lost_is_not_taken_back_wherever_the_limit_stands() -> None:
    # 15 is let in as 10; when it runs out, 10 go; a deduct finds 0 and, without a floor, makes -5.
    body = (
        f"floor: none\nfull: 10 lost\n"
        f"indicators: [{{id: x, {JUDGED}, lasts: 30 days}}, {{id: d, points: -5}}]\n"
    )
    result = run(body, ["a 2024-01-01 A x points=15", "b 2024-06-01 A d"])
    assert granted(result) == [10, -10, -5]


def test_7_room_under_lost_returns_and_its_bound_still_holds() -> None:
    body = (
        f"floor: none\n"
        f"categories: [{{id: c, floor: 0 lost, full: 10 lost, indicators: [{{id: x, {JUDGED}, "
        f"lasts: 30 days}}]}}]\n"
    )
    # 10; runs out: 0; 10 again: there is room; -4: 6; the 10 runs out: 6 - 10 stops at 0
    lines = [
        "a 2024-01-01 A x points=10",
        "b 2024-03-01 A x points=10",
        "c 2024-03-10 A x points=-4",
    ]
    assert granted(run(body, lines))[:5] == [10, -10, 10, -4, -6]


@pytest.mark.parametrize(
    ("floor", "full", "expected"),
    [
        ("lost", "lost", [10, -10, 3]),  # one figure: 10, 10 - 12 stops at 0, 3
        ("kept", "lost", [10, -10, 1]),  # 10; the debt is 2, and paid first: 3 - 2
        ("lost", "kept", [10, -7, 3]),  # the figure is 15, of which 10 show; 15 - 12 = 3, and 6
        ("kept", "kept", [10, -7, 3]),
    ],
)
def test_3_a_floor_and_full_marks_of_one_thing_both_hold(
    floor: str, full: str, expected: list[int]
) -> None:
    net = f"floor: 0 {floor}, full: 10 {full}"
    lines = [
        "a 2024-01-01 A x points=15",
        "b 2024-01-02 A x points=-12",
        "c 2024-01-03 A x points=3",
    ]
    for body in (
        f"base: 0\n{net.replace(', ', chr(10))}\nindicators: [{{id: x, {JUDGED}}}]\n",
        f"floor: none\ncategories: [{{id: c, {net}, indicators: [{{id: x, {JUDGED}}}]}}]\n",
    ):
        result = run(body, lines)
        assert granted(result) == expected
        assert 0 <= total(result) <= 10


@pytest.mark.parametrize(
    ("gives", "days", "expected"),
    [
        # a brings 10 for two months; the veto takes them; they run out in its time: nothing more
        ("all", "a01-05 w02-01 r05-01", [10, -10, 0, 0]),
        ("before", "a01-05 w02-01 r05-01", [10, -10, 0, 0]),
        ("nothing", "a01-05 w02-01 r05-01", [10, -10, 0, 0]),
        # the veto ends before they do: given back, and taken when they run out; what was not given
        # back has ended with the veto
        ("all", "a01-05 w02-01 r02-20", [10, -10, 10, -10]),
        ("before", "a01-05 w02-01 r02-20", [10, -10, 10, -10]),
        ("nothing", "a01-05 w02-01 r02-20", [10, -10, 0]),
        # they came while the veto stood: only `all` gives them, and then they run out as others do
        ("all", "w01-05 a02-01 r02-20", [0, 0, 10, -10]),
        ("before", "w01-05 a02-01 r02-20", [0, 0, 0]),
        ("all", "w01-05 a02-01 r12-20", [0, 0, 0, 0]),
    ],
)
def test_what_runs_out_under_a_veto_is_taken_once(
    gives: str, days: str, expected: list[int]
) -> None:
    body = (
        "floor: none\ncategories:\n  - id: c\n    indicators:\n"
        "      - {id: a, points: 10, lasts: 2 months}\n"
        f"      - {{id: w, points: 0, then: [{{veto: c, lasts: until repaired, gives: {gives}}}], "
        f"repair: {{then: []}}}}\n"
    )
    more = {"a": "a", "w": "w", "r": "- repairs=w"}
    lines = [f"{day[0]} 2024-{day[1:]} A {more[day[0]]}" for day in days.split()]
    result = run(body, lines)
    assert granted(result) == expected
    assert total(result) == result.scores[0].categories["c"] == 0


@pytest.mark.parametrize(("gives", "expected"), [("all", 13), ("before", 10), ("nothing", 0)])
def test_what_a_freeze_of_all_adds_gives_back(gives: str, expected: int) -> None:
    body = (
        "floor: none\nindicators:\n  - {id: a, points: 10}\n  - {id: b, points: 3}\n"
        "  - {id: d, points: -4}\n"
        f"  - {{id: w, points: 0, then: [{{veto: added, lasts: until repaired, gives: {gives}}}], "
        f"repair: {{then: []}}}}\n"
    )
    lines = [
        "1 2024-01-05 A a",
        "2 2024-02-01 A w",
        "3 2024-02-02 A b",
        "4 2024-02-03 A d",
        "5 2024-05-01 A - repairs=2",
    ]
    result = run(body, lines)
    # 10; the freeze takes 10; 3 rest; -4 counts at once; then 10 + 3, or the 10 that stood, or
    # nothing comes back
    assert granted(result) == [10, -10, 0, -4, expected]


def test_what_runs_out_leaves_the_figure_of_its_category() -> None:
    body = (
        "floor: none\n"
        "categories: [{id: c, weight: 0.5, indicators: [{id: a, points: 10, lasts: 1 month}]}]\n"
    )
    result = run(body, ["a 2024-01-05 A a", "b 2024-12-20 A a"])
    # two events of 10 at half weight; the first has run out: 10 of its own points, 5 of the total
    assert granted(result) == [5, -5, 5]
    assert (result.scores[0].categories["c"], total(result)) == (Decimal(10), Decimal(5))


def test_8_a_window_runs_on_across_periods() -> None:
    head = HEAD.replace("period: year", "period: quarter")
    lines = [
        {"id": "a", "date": "2024-03-01", "subject": "A", "indicator": "x", "points": "37"},
        {"id": "b", "date": "2024-04-01", "subject": "A", "indicator": "x", "points": "10"},
    ]
    body = (
        f"floor: none\n"
        f"indicators: [{{id: x, {JUDGED}, caps: [{{at_most: 40 added, per: year}}]}}]\n"
    )
    for end, expected in (("carry", 40), ("clear", 3)):  # 37 + 3, and 3 alone
        text = head.replace("at_period_end: clear", f"at_period_end: {end}") + body
        scheme = load_scheme("a.yaml", text=text)
        result = evaluate_events(scheme, None, lines, date(2024, 6, 30))
        assert [int(s.total) for s in result.scores] == [37, expected]


def test_a_value_that_passes_frees_its_times() -> None:
    """`times: 1` inside a group of one matter: the one who holds is the one who counts."""
    body = (
        "floor: none\ncombine: {highest: matter}\nindicators:\n"
        f"  - {{id: x, {JUDGED}, caps: [{{at_most: 1 time first, per: year}}]}}\n"
    )
    lines = ["a 2024-01-01 A x points=3 matter=m", "b 2024-01-02 A x points=8 matter=m"]
    assert granted(run(body, lines)) == [3, 5]  # 3 leaves and with it its one time; 8 enters


def test_two_caps_of_two_indicators_on_one_line_are_two() -> None:
    body = (
        "floor: none\nindicators: [{id: x, points: 1, caps: [{at_most: 1 time, per: year}]},"
        " {id: y, points: 1, caps: [{at_most: 1 time, per: year}]}]\n"
    )
    assert granted(run(body, ["a 2024-01-01 A x", "b 2024-01-02 A y"])) == [1, 1]


def test_a_veto_of_a_category_whose_indicators_post_differently() -> None:
    body = (
        "floor: none\nledgers: [{id: w, floor: none, at_period_end: clear}]\ncategories:\n"
        "  - id: c\n    indicators:\n"
        "      - {id: x, points: 5}\n      - {id: y, points: 3, to: {w: whole}}\n"
        "indicators: [{id: bad, then: [{veto: c, lasts: until repaired, gives: all}]}]\n"
    )
    lines = [
        "a 2024-01-01 A x",
        "b 2024-01-02 A y",
        "v 2024-01-03 A bad",
        "d 2024-01-04 A x",
        "r 2024-01-05 A - repairs=v",
    ]
    result = run(body, lines)
    assert granted(result) == [5, 0, -5, 0, 10]  # out with 5; held; back with 5 + 5
    assert [int(e.ledgers.get("w", 0)) for e in result.entries] == [0, 3, -3, 0, 3]


def test_a_purchase_beyond_the_floor_is_refused_and_a_void_may_leave_a_debt() -> None:
    body = (
        "floor: none\nledgers: [{id: w, floor: 0 kept, at_period_end: carry}]\n"
        "to: {total: whole, w: whole added}\nindicators: [{id: x, points: 30}]\n"
        "rewards: [{id: rice, spends: 20 w, gives: 大米, caps: [{at_most: 2 times, per: year}]}]\n"
    )
    lines = ["a 2024-01-01 A x", "b 2024-01-02 A rice", "c 2024-01-03 A rice"]
    result = run(body, lines)
    assert [e.outcome.value for e in result.entries] == ["counted", "redeemed", "refused"]
    assert result.scores[0].ledgers["w"] == 10  # 30 - 20; the second would be -10
    more = [*lines[:2], "d 2024-01-04 A x", "e 2024-01-05 A rice", "f 2024-01-06 A rice"]
    outcomes = [e.outcome.value for e in run(body, more).entries]
    assert outcomes == ["counted", "redeemed", "counted", "redeemed", "refused"]  # twice a year


def test_2_a_mean_moves_by_what_each_event_changes() -> None:
    body = (
        f"floor: none\n"
        f"indicators: [{{id: x, {JUDGED}, round: 0.01 half_up, combine: {{mean: year}}}}]\n"
    )
    lines = [f"e{n} 2024-01-0{n} A x points={p}" for n, p in ((1, 10), (2, 10), (3, 9))]
    result = run(body, lines)
    # 10; (10 + 10) / 2 = 10; (10 + 10 + 9) / 3 = 9.666…, rounded 9.67
    assert [str(e.granted) for e in result.entries] == ["10", "0", "-0.33"]
    assert total(result) == Decimal("9.67")


def test_2_a_mean_that_passes_zero_is_an_add_and_a_deduct() -> None:
    body = (
        f"floor: none\n"
        f"indicators: [{{id: x, {JUDGED}, round: 0.01 half_up, combine: {{mean: year}},"
        " caps: [{at_most: 3 added, per: year}, {at_most: 4 deducted, per: year}]}]\n"
    )
    lines = [f"e{n} 2024-01-0{n} A x points={p}" for n, p in ((1, 6), (2, -18), (3, 30))]
    # means 6, -6, 6: adds 6 -> 3; then no add, and 6 deducted -> 4; then no deduct, and 3 added
    assert granted(run(body, lines)) == [3, -7, 7]


def test_6_ratings_by_role() -> None:
    body = (
        "floor: none\nindicators:\n"
        "  - {id: x, points: {rated_by: {self: 20%, mutual: 30%, cadre: 50%},"
        " per: quarter, combine: {mean: role}, missing: spread, round: 0.1 half_up}}\n"
    )
    marks = (("self", 95), ("mutual", 80), ("mutual", 90), ("cadre", 70))
    lines = [f"e{n} 2024-01-0{n} A x role={r} points={p}" for n, (r, p) in enumerate(marks, 1)]
    # 95; (20 x 95 + 30 x 80) / 50 = 86; mutual mean 85: 89; (1900 + 2550 + 3500) / 100 = 79.5
    assert granted(run(body, lines)) == [95, -9, 3, -9.5]
    zero = body.replace("spread", "zero")
    # 0.2 x 95 = 19; + 0.3 x 80 = 43; + 0.3 x 5 = 44.5; + 0.5 x 70 = 79.5
    assert granted(run(zero, lines)) == [19, 24, 1.5, 35]
    void = body.replace("spread", "void")
    assert granted(run(void, lines)) == [0, 0, 0, 79.5]  # nothing before all three have rated


def test_8_a_version_that_lowers_or_raises_a_bound() -> None:
    def body(bound: int) -> str:
        return (
            f"floor: none\n"
            f"indicators: [{{id: x, {JUDGED}, caps: [{{at_most: {bound} added, per: year}}]}}]\n"
        )

    def versions(first: int, second: int, points: list[int]) -> list[int | float]:
        old = load_scheme("a.yaml", text=HEAD + body(first))
        new = load_scheme("b.yaml", text=HEAD.replace("2024-01-01", "2024-07-01") + body(second))
        days = ["2024-06-01", *(f"2024-07-0{n}" for n in range(1, 9))]
        events = [
            {"id": f"e{n}", "date": day, "subject": "A", "indicator": "x", "points": p}
            for n, (day, p) in enumerate(zip(days, points, strict=False))
        ]
        result = evaluate_events([new, old], None, events, date(2024, 12, 31))
        assert {e.version for e in result.entries} <= {date(2024, 1, 1), date(2024, 7, 1)}
        return granted(result)

    assert versions(20, 10, [15, 1, -7, 5]) == [15, 0, -7, 0]
    assert versions(10, 20, [15, 1]) == [10, 1]


def test_8_what_stands_beyond_a_new_bound_shrinks_only_by_later_falls() -> None:
    def body(bound: int) -> str:
        return (
            f"floor: none\nindicators: [{{id: x, {JUDGED},"
            f" caps: [{{at_most: {bound} net kept, per: year}}]}}]\n"
        )

    old = load_scheme("a.yaml", text=HEAD + body(20))
    new = load_scheme("b.yaml", text=HEAD.replace("2024-01-01", "2024-07-01") + body(10))
    points = [
        ("2024-06-01", 25),
        ("2024-07-01", 3),
        ("2024-07-02", -6),
        ("2024-07-03", -9),
        ("2024-07-04", 5),
    ]
    events = [
        {"id": f"e{n}", "date": day, "subject": "A", "indicator": "x", "points": p}
        for n, (day, p) in enumerate(points)
    ]
    result = evaluate_events([old, new], None, events, date(2024, 12, 31))
    # 20 of 25 were let through; from there 23, 17, 8, 13 under a bound of 10: no room at 23,
    # down to 17, down to 8, and up again to 10 only
    assert granted(result) == [20, 0, -3, -9, 2]


def test_10_ranks_and_ties() -> None:
    for ties, expected in (("all", "五五四其"), ("none", "四四四其")):
        body = (
            f"floor: none\nindicators: [{{id: x, points: {{between: [0, 100]}}}}]\n"
            f"tiers: [{{id: star, by: total, ties: {ties}, levels: [{{name: 五, rank: top 1}},"
            " {name: 四, rank: top 3}, {name: 其}]}]\n"
        )
        marks = zip("ABCD", (100, 100, 90, 80), strict=True)
        result = run(body, [f"e{s} 2024-01-01 {s} x points={p}" for s, p in marks])
        assert "".join(str(s.tiers["star"].level) for s in result.scores) == expected


def test_a_tie_across_an_edge_that_nobody_decided() -> None:
    body = (
        "floor: none\nindicators: [{id: x, points: {between: [0, 100]}}]\n"
        "tiers: [{id: star, by: total, ties: unknown, levels: [{name: 五, rank: top 1}, {name: "
        "其}]}]\n"
    )
    lines = [f"e{s} 2024-01-01 {s} x points={p}" for s, p in zip("AB", (9, 8), strict=True)]
    decided = run(body, lines)  # no tie: the question is never met
    assert [s.tiers["star"].level for s in decided.scores] == ["五", "其"]
    open_ = run(body, [lines[0], "eB 2024-01-01 B x points=9"])
    assert [s.tiers["star"].unstated for s in open_.scores] == [True, True]


def test_a_cap_on_each_event_gives_back_what_it_let_through() -> None:
    body = (
        f"floor: none\ncombine: {{highest: matter}}\nindicators:\n  - {{id: x, {JUDGED},"
        " caps: [{at_most: 5 added, per: event}]}\n  - {id: y, points: 9}\n"
    )
    result = run(body, ["e1 2024-01-01 A x points=8 matter=m", "e2 2024-01-02 A y matter=m"])
    assert granted(result) == [5, 4]  # 8 is cut to 5; then -5 + 9


def test_a_share_is_of_what_the_giver_was_granted() -> None:
    body = (
        f"floor: none\nindicators: [{{id: x, {JUDGED}, to: {{total: whole, named: 1/4}},"
        " caps: [{at_most: 8 added, per: year}]}]\n"
    )
    lines = ["e1 2024-01-01 A x points=20 to=B", "e2 2024-01-02 A x points=4 to=B"]
    result = run(body, lines)
    assert granted(result, "A") == [8, 0]
    assert granted(result, "B") == [2]  # a quarter of 8; of nothing, nothing


def test_a_rule_for_each_day_looks_at_the_end_of_it() -> None:
    body = (
        "floor: none\nindicators: [{id: x, points: 5}]\n"
        "rules: [{id: twice, per: day, when: \"sum(x, 'day') >= 10\", then: [{points: 3}]}]\n"
    )
    days = ["2024-03-01", "2024-03-01", "2024-03-02", "2024-12-31", "2024-12-31"]
    result = run(body, [f"e{n} {day} A x" for n, day in enumerate(days)])
    assert granted(result) == [
        5,
        5,
        3,
        5,
        5,
        5,
        3,
    ]  # 10 on the first and on the last, 5 on the second


def test_a_class_counts_on_the_days_of_its_row() -> None:
    """A is 村干部 until June, and goes on without; the indicator is theirs alone."""
    body = "floor: none\nindicators: [{id: x, points: 5, for: [村干部]}]\n"
    rows = [
        {"id": "A", "kind": "person", "class": "村干部", "until": "2024-06-30"},
        {"id": "A", "kind": "person", "since": "2024-07-01"},
    ]
    lines = ["e1 2024-06-30 A x", "e2 2024-07-01 A x"]
    result = run(body, lines, read_roster(rows))
    assert [e.outcome.value for e in result.entries] == ["counted", "not_for_subject"]


def test_what_is_wiped_behind_a_veto_names_the_veto() -> None:
    """12 are held at 0, then wiped: -12 was asked, 0 shows of it, since the veto took it before."""
    text = (
        "scheme: a\neffective_from: 2024-01-01\nsubject: person\nperiod: year\n"
        "at_period_end: clear\nfloor: none\n"
        "indicators: [{id: wipe, points: clear}, {id: good, points: 12,"
        " then: [{veto: total, lasts: 3 months, gives: before}]}]\n"
    )
    rows = [
        {"id": "1", "date": "2024-02-10", "subject": "甲", "indicator": "good"},
        {"id": "2", "date": "2024-04-09", "subject": "甲", "indicator": "wipe"},
    ]
    file = load_scheme("demo.yaml", text=text)
    entry = evaluate_events(file, None, rows, date(2024, 6, 19)).entries[1]
    assert entry.asked == -12
    assert entry.granted == 0
    assert [step.kind for step in entry.steps] == ["veto"]

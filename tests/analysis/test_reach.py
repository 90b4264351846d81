"""What can be reached: proved by trying everything, and by hand for shipped schemes."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from typer.testing import CliRunner

from jifen_rules import SchemeError, load_scheme
from jifen_rules.analysis.reach import Bound, Range, Reach, measure_alone, measure_reach
from jifen_rules.analysis.reach.values import REASONS
from jifen_rules.cli import app
from jifen_rules.compile import compile_plan
from jifen_rules.plan import Plan
from jifen_rules.report.render import to_card
from jifen_rules.report.render.to_card import render_card
from shards import examples
from small_schemes import Small, every_choice, every_stream, long_streams, run, small_schemes

SCHEMES = Path(__file__).parents[2] / "schemes"
TRIED = settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],  # what fails is small as it is
)


def plan_of(text: str) -> Plan:
    return compile_plan(load_scheme("a.yaml", text=text))


def reach_of(body: str, period: str = "year") -> Reach:
    head = (
        f"scheme: a\neffective_from: 2024-01-01\nsubject: household\nperiod: {period}\n"
        "at_period_end: clear\n"
    )
    return measure_reach(plan_of(head + body))


def shipped(name: str) -> Reach:
    return measure_reach(compile_plan(load_scheme(SCHEMES / name / "scheme.yaml")))


def ends(found: Range) -> tuple[Fraction | None, Fraction | None]:
    assert found.least.is_exact and found.most.is_exact, (found.least.why, found.most.why)
    return found.least.points, found.most.points


# --- proved ---------------------------------------------------------------------------------------


def figures_of(reach: Reach) -> dict[str, Range]:
    found = dict(reach.ledgers)
    for name, category in reach.categories.items():
        found |= {f"own {name}": category.own, f"in {name}": category.weighed}
    return found


def sound_plan(small: Small) -> Plan:
    try:
        return plan_of(small.text)
    except SchemeError:
        assume(False)
        raise


@TRIED
@given(small_schemes())
def test_the_computed_ends_are_those_of_every_stream(small: Small) -> None:
    """Never passed; met by some stream wherever the figure is said to be exact."""
    reach = measure_reach(sound_plan(small))
    long = [*list(long_streams(small))[:300], *every_choice(small)]
    streams = [*every_stream(small, 3, 200), *long]
    tried = run(small, streams)
    for name, found in figures_of(reach).items():
        values = [found.base, *(figures[name] for figures in tried)]
        for end, reached in ((found.most, max(values)), (found.least, min(values))):
            assert end.points is None or not passes(reached, end, found), (name, reached, end)
            if end.is_exact and end.points is not None:
                assert reached == end.points, (name, reached, end)


def passes(reached: Fraction, end: Bound, found: Range) -> bool:
    assert end.points is not None
    return reached > end.points if end is found.most else reached < end.points


@TRIED
@given(small_schemes())
def test_no_fewer_events_lead_to_a_level_than_is_said(small: Small) -> None:
    """Levels one point apart: none is had by fewer events, and an exact count is enough."""
    plan = sound_plan(small)
    edges = range(-4, 12, 1)
    levels = [{"name": f"L{edge}", "at_least": str(edge)} for edge in reversed(edges)]
    ladder = {"id": "t", "by": "total", "levels": [*levels, {"name": "rest"}]}
    reach = measure_reach(plan_of(Small({**small.data, "tiers": [ladder]}, ()).text))
    streams = list(every_stream(small, 2, 150))
    totals = [figures["total"] for figures in run(small, streams)]
    for climb in reach.climbs:
        enough = [len(s) for s, total in zip(streams, totals, strict=True) if total >= climb.edge]
        fewest = min(enough, default=3)
        if climb.reached == "at once":
            assert reach.total.base >= climb.edge and plan.ledgers
        elif climb.events is None:
            assert fewest == 3, climb
        else:
            assert fewest >= min(climb.events, 3), climb
            if not climb.why and climb.events <= 2:
                assert fewest == climb.events, climb


@TRIED
@given(small_schemes())
def test_no_fewer_events_lead_down_than_is_said(small: Small) -> None:
    plan = sound_plan(small)
    levels = [{"name": f"L{edge}", "at_least": str(edge)} for edge in range(6, -6, -1)]
    ladder = {"id": "t", "by": "total", "levels": [*levels, {"name": "rest"}]}
    reach = measure_reach(plan_of(Small({**small.data, "tiers": [ladder]}, ()).text))
    streams = list(every_stream(small, 2, 150))
    totals = [figures["total"] for figures in run(small, streams)]
    for fall in reach.falls:
        edge = Fraction(fall.level[1:])
        below = [len(s) for s, total in zip(streams, totals, strict=True) if total < edge]
        fewest = min(below, default=3)
        assert fewest >= min(3 if fall.events is None else fall.events, 3), fall
        if not fall.why and fall.events is not None and fall.events <= 2:
            assert fewest == fall.events, fall
    assert plan.ledgers


# --- by hand --------------------------------------------------------------------------------------


def test_caps_of_inner_windows_add_up_until_an_outer_one_holds() -> None:
    # 4 a month for 12 months are 48, the category lets 30 in; base 100.
    reach = reach_of(
        "base: 100\ncategories:\n  - id: c\n    caps: [{at_most: 30 added, per: year}]\n"
        "    indicators: [{id: m, points: 2, caps: [{at_most: 4 added, per: month}]}]\n"
    )
    assert ends(reach.total) == (Fraction(100), Fraction(130))
    assert reach.indicators["m"].own.most.points == 48
    assert [cap.mark.id for cap in reach.total.most.binds] == ["m", "c"]


def test_weeks_of_a_year_that_reach_beyond_it_count_as_begun() -> None:
    # 2024 begins on a Monday and has 366 days: 52 weeks and 2 days, so 53 weeks are touched.
    reach = reach_of("indicators: [{id: w, points: 3, caps: [{at_most: 1 time, per: week}]}]\n")
    assert ends(reach.total) == (Fraction(0), Fraction(159))


def test_a_length_holds_as_often_as_it_fits_from_the_first_day() -> None:
    # 31 days of January, at most 5 in any 10 days: days 1, 11, 21, 31.
    body = "indicators: [{id: x, points: 1, caps: [{at_most: 5 added, per: 10 days}]}]\n"
    assert ends(reach_of(body, "month").total) == (Fraction(0), Fraction(20))


def test_each_event_is_one_time_however_many_a_day_has() -> None:
    """Once for each event is no limit.

    Of deducts, which a category's `highest` does not join, there is no end.
    """
    body = """floor: none
categories:
  - id: c
    weight: 1.5
    combine: {highest: week}
    caps: [{at_most: 1 times first, per: event}]
    indicators: [{id: bad, points: -2}, {id: good, points: 4}]
"""
    own = reach_of(body, "2 days").categories["c"].own
    assert own.least.points is None
    assert own.most.points == 4  # Monday and Tuesday are of one week
    once = body.replace("per: event", "per: day")
    assert ends(reach_of(once, "2 days").categories["c"].own) == (Fraction(-2 - 2), Fraction(4))


def test_an_add_in_the_place_of_a_deduct_takes_back_what_a_limit_let_through() -> None:
    """-3, of which 1 is taken. Then 2 in its place: that 1 comes back, and 2 come, which is 2.

    Under another limit than times no end is claimed.
    """
    item: dict[str, Any] = {"id": "x", "points": {"between": ["-3", "2"]}}
    item["caps"] = [
        {"at_most": "1 times highest", "per": "period"},
        {"at_most": "1 deducted", "per": "period"},
    ]
    head = {"scheme": "small", "effective_from": "2024-03-31", "subject": "person"}
    head |= {"period": "2 days", "floor": "none", "at_period_end": "clear"}
    bad, good = (("x", (("points", points),), 0.0) for points in ("-3", "2"))
    small = Small(head | {"indicators": [item]}, (bad, good))
    (figures,) = run(small, [((0, bad), (1, good))])
    assert figures["total"] == 2
    most = measure_reach(plan_of(small.text)).total.most
    assert most.points is None and not most.is_exact
    alone = {**item, "caps": item["caps"][:1]}
    assert (
        ends(measure_reach(plan_of(Small(head | {"indicators": [alone]}, ()).text)).total)[1] == 2
    )


def test_an_add_in_the_place_of_a_deduct_enters_a_further_ledger_alone() -> None:
    """-2, then 6 in its place: 2 come back to the total, and half of the 6 is the wallet's: 3."""
    good = {"id": "good", "points": "6", "to": {"total": "whole", "wallet": "1/2 added"}}
    head = {"scheme": "small", "effective_from": "2024-03-31", "subject": "person"}
    head |= {"period": "2 days", "floor": "none", "at_period_end": "clear"}
    data = head | {
        "caps": [{"at_most": "1 times highest", "per": "period"}],
        "indicators": [{"id": "bad", "points": "-2"}, good],
        "ledgers": [{"id": "wallet", "floor": "none", "at_period_end": "clear"}],
    }
    small = Small(data, (("bad", (), -2.0), ("good", (), 6.0)))
    (figures,) = run(small, [tuple((0, option) for option in small.options)])
    assert figures["wallet"] == 3
    most = measure_reach(plan_of(small.text)).ledgers["wallet"].most
    assert not most.is_exact
    assert most.points is None or most.points >= 3


def test_consequences_meet_the_limits_of_the_scheme() -> None:
    """Of -1 again and again the scheme lets 1 through: 0 of 3 is a bound, not what events bring."""
    body = """base: 3
floor: 0 kept
caps: [{at_most: 1 deducted, per: year}]
indicators: [{id: x, points: 1, then: [{points: -1, to: {total: whole}}]}]
"""
    least = reach_of(body).total.least
    assert least.points == 0 and not least.is_exact


def test_only_a_limit_of_the_period_begins_at_the_base() -> None:
    """2 and 3 a month, so 2 + 12 * 3 in a year; within the year's own 6 the base takes its room."""
    body = """floor: none
categories:
  - {id: c, base: 2, caps: [{at_most: 3 net kept, per: month}], indicators: [{id: good, points: 1}]}
"""
    assert reach_of(body).ledgers["total"].most.points == 2 + 12 * 3
    assert (
        reach_of(body.replace("3 net kept, per: month", "6 net kept, per: period"))
        .ledgers["total"]
        .most.points
        == 6
    )


def test_a_floor_and_full_marks_bound_the_total_and_the_base_starts_inside() -> None:
    # 60 + 50 is cut at 100; 60 - 80 stops at 0.
    reach = reach_of(
        "base: 60\nfloor: 0 kept\nfull: 100 kept\nindicators:\n"
        "  - {id: a, points: 50, caps: [{at_most: 1 time, per: year}]}\n"
        "  - {id: d, points: -40, caps: [{at_most: 2 times, per: year}]}\n"
    )
    assert ends(reach.total) == (Fraction(0), Fraction(100))


def test_weights_and_roundings_act_at_the_border() -> None:
    # At most 15 in its own points; 0.3 of it is 4.5, rounded to 5.
    reach = reach_of(
        "categories:\n  - id: c\n    weight: 0.3\n    round: 1 half_up\n"
        "    indicators: [{id: x, points: 5, caps: [{at_most: 3 times, per: year}]}]\n"
    )
    assert ends(reach.categories["c"].own) == (Fraction(0), Fraction(15))
    assert ends(reach.categories["c"].weighed) == (Fraction(0), Fraction(5))


@pytest.mark.parametrize("floor", ["0 lost", "0 kept"])
@pytest.mark.parametrize("full", ["10 lost", "10 kept"])
def test_a_floor_and_full_marks_both_hold_whatever_becomes_of_the_rest(
    floor: str, full: str
) -> None:
    # +15 stops at 10; -12 stops at 0.
    reach = reach_of(
        f"base: 0\nfloor: {floor}\nfull: {full}\nindicators:\n"
        "  - {id: a, points: 15, caps: [{at_most: 1 time, per: year}]}\n"
        "  - {id: d, points: -12, caps: [{at_most: 1 time, per: year}]}\n"
    )
    assert ends(reach.total) == (Fraction(0), Fraction(10))


def test_conditions_on_the_amount_bound_it() -> None:
    # Below 100 at 0.1 for each whole 10: at 99 that is 0.9; five times a year.
    reach = reach_of(
        "indicators: [{id: g, when: quantity < 100, points: {each: {10 元: 0.1}, round: 0.1 down}, "
        "caps: [{at_most: 5 times first, per: year}]}]\n"
    )
    assert ends(reach.total) == (Fraction(0), Fraction(9, 2))


def test_what_is_inexact_says_why() -> None:
    body = (
        "indicators: [{id: x, when: total < 10, points: 3, caps: [{at_most: 9 added, per: "
        "year}]}]\n"
    )
    assert reach_of(body).total.most == Bound(
        Fraction(9), ("when",), reach_of(body).total.most.binds
    )


def test_a_cap_that_never_takes_anything_is_idle() -> None:
    body = (
        "categories:\n  - id: c\n    caps: [{at_most: 60 added, per: year}]\n    indicators:\n"
        "      - {id: m, points: 2, caps: [{at_most: 4 added, per: month}]}\n"
    )
    assert [cap.mark.id for cap in reach_of(body).idle] == ["c"]


def test_a_cap_of_a_year_is_not_idle_because_a_quarter_cannot_fill_it() -> None:
    body = (
        "categories:\n  - id: c\n    caps: [{at_most: 40 added, per: year}]\n    indicators:\n"
        "      - {id: m, points: 15, caps: [{at_most: 1 time, per: quarter}]}\n"
    )
    assert reach_of(body, "quarter").idle == ()


def test_wendengs_own_training_and_gifts() -> None:
    """At most 3 trainings of 1 a year; gifts at most 40 a year; stars at each quarter's end: 4."""
    reach = shipped("wendeng-rural")
    assert ends(reach.indicators["training"].own) == (Fraction(0), Fraction(3))
    assert reach.categories["giving"].own.most.points == 40
    assert reach.indicators["model_home"].own.most.points == 4
    # Base 1000; charity hours in the village have no cap, and deducts can be repeated.
    assert reach.total.base == 1000 and reach.total.most.points is None
    assert reach.total.least.points is None
    # Hours of the village count one point for each 4 hours of a year: one long entry is enough.
    assert [(c.level, c.reached, c.events) for c in reach.climbs][:3] == [
        ("五星", "yes", 1),
        ("四星", "yes", 1),
        ("三星", "yes", 1),
    ]
    # Direct grading holds 1000 at 0; no single deduct takes more than 150 (留党察看).
    assert reach.worst_act is not None
    assert (reach.worst_act.mark.id, reach.worst_act.points) == ("grave", Fraction(-1000))
    # From 1000 out of 二星 (above 990): any -10 is enough; out of 一星 (above 800): the grading.
    assert [(f.level, f.events, f.by) for f in reach.falls] == [
        ("二星", 1, "deducts"),
        ("一星", 1, "veto"),
    ]


def test_tongdes_three_awards() -> None:
    """10 and 3 once a quarter; 5 for each wedding or funeral, without a cap: no end."""
    reach = shipped("tongde")
    assert reach.indicators["tidy"].own.most.points == 10
    assert reach.indicators["sorting"].own.most.points == 3
    assert reach.total.most == Bound(None, (), reach.total.most.binds)
    assert reach.good.points == 18  # 10 + 5 + 3
    assert reach.ordinary.points == 8  # 3 + 5, the smaller half of three awards


def test_the_weighted_assessment() -> None:
    """Illustrative: every category has its full marks, so that the total ends at 100 and 0."""
    assert ends(shipped("illustrative/weighted-assessment").total) == (Fraction(0), Fraction(100))


CARD = """\
What 示例：分类加权考评 comes to in one period (2024-H1), for one household that starts anew
  at the start: 40
"""


def test_the_card_says_it_in_both_languages() -> None:
    """Base 100 x 40 % = 40.

    Two deeds of 50 x 35 % are 35 (then full), a meeting 25 x 25 % is 6.25: 81.25.
    """
    plan = compile_plan(load_scheme(SCHEMES / "illustrative/weighted-assessment/scheme.yaml"))
    reach = measure_reach(plan)
    english, chinese = (render_card(plan, reach, (), language) for language in ("en", "zh"))
    assert english.startswith(CARD)
    assert "  the most: 100\n  the least: 0\n" in english
    assert "  示范户 (from 80): 3 events at the least" in english
    assert "  最多：100 分\n  最少：0 分\n" in chinese
    assert "  示范户（80 分起）：最少 3 件事" in chinese
    assert len(english.splitlines()) == len(chinese.splitlines())


def test_the_card_marks_what_is_only_a_bound_and_says_why() -> None:
    plan = plan_of(
        "scheme: a\neffective_from: 2024-01-01\nsubject: household\nperiod: year\n"
        "at_period_end: clear\nindicators:\n"
        "  - {id: x, when: total < 10, points: 3, caps: [{at_most: 9 added, per: year}]}\n"
    )
    card = render_card(plan, measure_reach(plan), (), "zh")
    assert "  最多：9 分 *" in card
    assert card.splitlines()[-1] == "  * 不会超出，但不一定正好达到，因为要满足条件"


def test_every_reason_has_its_words() -> None:
    assert set(to_card.REASONS) == set(REASONS)


def test_the_command_gives_the_card_in_json_where_it_is_asked_for() -> None:
    file = str(SCHEMES / "tongde" / "scheme.yaml")
    plain, with_card = (
        json.loads(CliRunner().invoke(app, ["check", file, "--format", "json", *more]).output)
        for more in ((), ("--card",))
    )
    assert plain == with_card["problems"]
    (card,) = with_card["cards"]
    assert card["most"] == {"points": None, "is_exact": True, "why": []}
    assert (card["good"]["points"], card["ordinary"]["points"]) == ("18", "8")
    assert card["text"]


def test_a_scheme_with_a_mistake_has_no_card(tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text("scheme: a\neffective_from: 2024-01-01\nsubject: household\n", "utf-8")
    assert "comes to" not in CliRunner().invoke(app, ["check", str(file), "--lang", "en"]).output


def test_one_award_alone() -> None:
    # 5 a month for 12 months from 100; the other brings 5 once.
    plan = plan_of(
        "scheme: a\neffective_from: 2024-01-01\nsubject: household\nperiod: year\nbase: 100\n"
        "at_period_end: clear\nindicators:\n"
        "  - {id: x, points: 5, caps: [{at_most: 1 time, per: month}]}\n"
        "  - {id: y, points: 5, caps: [{at_most: 1 time, per: year}]}\n"
    )
    alone = measure_alone(plan, ["x", "y"])
    assert [alone[name].points for name in ("x", "y")] == [160, 105]


def test_every_shipped_scheme_is_measured() -> None:
    for path in sorted(SCHEMES.rglob("scheme*.yaml")):
        reach = measure_reach(compile_plan(load_scheme(path)))
        for found in figures_of(reach).values():
            for bound in (found.least, found.most):
                assert set(bound.why) <= set(REASONS)
            assert found.least.points is None or found.least.points <= found.base, path


@pytest.mark.parametrize("period", ["9999 years", "9999 days", "year"])
def test_a_period_of_any_length_is_measured(period: str) -> None:
    body = "indicators: [{id: x, points: 1, caps: [{at_most: 1 added, per: day}]}]\n"
    most = reach_of(body, period).total.most
    assert (
        most == Bound(Fraction(366), (), most.binds) if period == "year" else most.why == ("long",)
    )


def test_ratings_over_a_length_are_measured() -> None:
    """A length is no window of the calendar: what the mean moves is looked at over the period."""
    rating = (
        "{rated_by: {mutual: 100%}, combine: {median: role}, missing: zero, round: 1 half_up, "
        "between: [-10, 10], per: 2 years}"
    )
    text = (
        "{scheme: a, effective_from: 2024-01-01, subject: household, period: year, floor: none, "
        "at_period_end: clear, "
        f"categories: [{{name: c, indicators: [{{id: x, points: {rating}}}]}}]}}"
    )
    found = measure_reach(plan_of(text)).total
    assert {*found.most.why, *found.least.why} <= set(REASONS)

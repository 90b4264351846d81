"""Promise 5: in a monotone scheme one more good deed never lowers a score; the reasons are real."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from typer.testing import CliRunner

from jifen_rules import Result, evaluate_events, load_scheme
from jifen_rules.analysis.monotone import REASONS, find_dips
from jifen_rules.cli import app
from jifen_rules.compile import compile_versions
from jifen_rules.trace.entry import Outcome
from shards import examples

FIRST = date(2024, 1, 1)
WINDOWS = ("event", "day", "month", "quarter", "half_year", "year")
DAYS = st.integers(0, 500).map(lambda n: (FIRST + timedelta(n)).isoformat())


# --- schemes that ought to be monotone -----------------------------------------------------------


@st.composite
def indicators(draw: st.DrawFn, name: str, longest: int, *, net: bool) -> dict[str, Any]:
    adds = draw(st.booleans())
    sign = "" if adds else "-"
    number = draw(st.sampled_from(["1", "2.5", "4", "7"]))
    window = draw(st.sampled_from(WINDOWS[2 : longest + 1]))
    points: Any = draw(
        st.sampled_from(
            [
                f"{sign}{number}",
                {"each": {"小时": f"{sign}{number}"}},
                {"each": {"4 小时": f"{sign}{number}"}, "per": window, "round": "1 down"},
                {"at_least": {"2": f"{sign}1", "6": f"{sign}5"}, "per": window},
                {"by": {"level": {"村级": f"{sign}2", "县级": f"{sign}5"}}},
                {"between": ["1", "20"] if adds else ["-20", "-1"]},
            ]
        )
    )
    item: dict[str, Any] = {"id": name, "points": points, "caps": []}
    least = WINDOWS.index(window) if "per" in str(points) else 0
    for at in sorted(draw(st.lists(st.integers(least, longest), max_size=2))):
        if net:
            item["caps"].append({"at_most": "9 net kept", "per": WINDOWS[at]})
        elif adds:
            kind = draw(st.sampled_from(["6 added", "2 times highest"]))
            item["caps"].append({"at_most": kind, "per": WINDOWS[at]})
        else:
            item["caps"].append({"at_most": "6 deducted", "per": WINDOWS[at]})
    extra = draw(st.sampled_from(["", "escalate", "veto", "lasts", "quantity", "combine"]))
    if extra == "escalate" and adds:
        item["escalate"] = {"year": ["劝导", "x1", "x2"]}
    elif extra == "veto" and not adds:
        target = draw(st.sampled_from(["total", "added", name]))
        item["then"] = [
            {
                "veto": target,
                "lasts": draw(st.sampled_from(["20 days", "until repaired", "month"])),
                "gives": draw(st.sampled_from(["all", "before", "nothing"])),
            }
        ]
    elif extra == "lasts" and (net or not item["caps"]):
        item["lasts"] = draw(st.sampled_from(["40 days", "ever", "2 months"]))
    elif (
        extra == "quantity"
        and isinstance(points, dict)
        and points.keys() == {"each"}
        and not item["caps"]
    ):
        item["caps"] = [{"at_most": "4 小时", "per": "month"}]
    elif extra == "combine" and not item["caps"] and "per" not in str(points):
        item["combine"] = {"highest": draw(st.sampled_from(["day", "month"]))}
    return item


@st.composite
def categories(draw: st.DrawFn, name: str, outer: int, *, net: bool, deep: bool) -> dict[str, Any]:
    own = draw(st.integers(2, outer))
    found: dict[str, Any] = {
        "id": name,
        "indicators": [
            draw(indicators(f"{name}i{n}", own, net=net)) for n in range(draw(st.integers(1, 3)))
        ],
        "caps": [],
    }
    if draw(st.booleans()):
        kind = draw(
            st.sampled_from(
                ["12 net kept"] if net else ["15 added", "8 deducted", "3 times highest"]
            )
        )
        found["caps"] = [{"at_most": kind, "per": WINDOWS[own]}]
    if draw(st.booleans()):
        found["weight"] = draw(st.sampled_from(["0.5", "1.5", "3"]))
    if not net and own == outer == 5 and draw(st.booleans()):
        found["round"] = "0.5 half_up"
    if deep and draw(st.booleans()):
        found["categories"] = [draw(categories(f"{name}c", own, net=net, deep=False))]
    return found


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    net = draw(st.booleans())
    ends = draw(st.sampled_from(["clear", "carry"]))
    return {
        "scheme": "rising",
        "effective_from": "2024-01-01",
        "subject": "household",
        "period": "year",
        "base": "10",
        "floor": draw(st.sampled_from(["none", "0 kept"])),
        "at_period_end": ends,
        "ledgers": [{"id": "wallet", "floor": "0 kept", "at_period_end": "carry"}],
        "to": {"total": "whole", "wallet": "whole added"},
        "rewards": [{"id": "soap", "spends": "5 wallet", "gives": "肥皂"}],
        "tiers": [
            {
                "id": "star",
                "by": "total",
                "per": "quarter",
                "levels": [{"name": "好", "at_least": "12"}, {"name": "其他"}],
            }
        ],
        "categories": [
            draw(categories(f"c{n}", 5, net=net, deep=True)) for n in range(draw(st.integers(1, 2)))
        ],
    }


def rows(names: list[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "date": DAYS,
            "subject": st.sampled_from("AB"),
            "indicator": st.sampled_from(names),
            "quantity": st.sampled_from(["0.5", "1", "3", "5", "12"]),
            "points": st.sampled_from(["2", "4", "11", "-3", "-8"]),
            "level": st.sampled_from(["村级", "县级"]),
            "matter": st.sampled_from(["", "m", "n"]),
        }
    )


def names_of(data: dict[str, Any]) -> list[str]:
    found = [item["id"] for item in data.get("indicators", ())]
    return found + [name for inner in data.get("categories", ()) for name in names_of(inner)]


def run(data: dict[str, Any], events: list[dict[str, str]]) -> Result:
    scheme = load_scheme("rising.yaml", text=json.dumps(data, ensure_ascii=False))
    return evaluate_events(scheme, None, events, date(2025, 6, 30), status="count")


def dips(*texts: str) -> set[str]:
    files = [load_scheme(f"v{n}.yaml", text=text) for n, text in enumerate(texts)]
    return {dip.kind for dip in find_dips(compile_versions(files))}


@settings(max_examples=examples(400), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_5_one_more_good_deed_never_lowers_a_score(data: st.DataObject) -> None:
    scheme = data.draw(schemes())
    names = names_of(scheme)
    events = data.draw(st.lists(rows([*names, *names, "soap"]), max_size=12))
    events = [row | {"id": f"e{n:02}"} for n, row in enumerate(events)]
    marked = [row for row in events if data.draw(st.booleans())]
    events += [
        {"id": f"r{n}", "date": data.draw(DAYS), "subject": row["subject"], "repairs": row["id"]}
        for n, row in enumerate(marked[:2])
    ]
    more = data.draw(rows(names)) | {"id": data.draw(st.sampled_from(["a", "e05b", "z"]))}
    if dips(json.dumps(scheme, ensure_ascii=False)):
        return
    with_more = run(scheme, [*events, more])
    (entry,) = [
        e for e in with_more.entries if e.event == more["id"] and e.subject == more["subject"]
    ]
    if entry.outcome is not Outcome.COUNTED or entry.asked <= 0:
        return
    before = {(s.subject, s.period): s.total for s in run(scheme, events).scores}
    after = {(s.subject, s.period): s.total for s in with_more.scores}
    for key, total in before.items():
        assert key[0] != more["subject"] or after[key] >= total, (key, total, after[key])


def test_most_schemes_drawn_here_are_monotone() -> None:
    """Or the property above would say little."""
    seen: list[bool] = []

    @settings(
        max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(schemes())
    def look(data: dict[str, Any]) -> None:
        seen.append(not dips(json.dumps(data, ensure_ascii=False)))

    look()
    assert sum(seen) * 2 > len(seen)


# --- each reason is real: a village in which one more good deed costs points ----------------------

HEAD = """
scheme: falling
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: {floor}
"""


def whole(rules: str) -> str:
    head = HEAD.replace("period: year\n", "") if rules.startswith("period:") else HEAD
    return head.format(floor="0 kept" if "spends" in rules else "none") + rules


def total(text: str, deeds: str) -> int:
    """The total of A at the end of 2024, after deeds written as `month-day indicator column=…`."""
    events = []
    for number, deed in enumerate(deeds.split(";")):
        day, indicator, *more = deed.split()
        row = {"id": f"e{number}", "date": f"2024-{day}", "subject": "A", "indicator": indicator}
        events.append(row | dict(word.split("=") for word in more))
    scheme = load_scheme("falling.yaml", text=whole(text))
    result = evaluate_events(scheme, None, events, date(2024, 12, 31), status="count")
    *_, score = [score for score in result.scores if score.subject == "A"]
    return int(score.total)


# kind, rules, deeds without the one more (which is put first), the one more, total without and with
FALLING = [
    # mean of 10 is 10; of 4 and 10 it is 7
    (
        "combine",
        (
            "indicators: [{id: a, points: {between: [1, 10]}, combine: {mean: year}, round: 1 "
            "half_up}]"
        ),
        "02-01 a points=10",
        "01-01 a points=4",
        10,
        7,
    ),
    # the better deed of the matter dips in a full month: 5 + 9, or (5 - 5) + 9 + 0
    (
        "passes",
        (
            "indicators: [{id: a, points: {between: [1, 10]}, combine: {highest: matter}, caps: "
            "[{at_most: 9 added, per: month}]}]"
        ),
        "01-01 a points=5 matter=m;02-02 a points=9",
        "02-03 a points=8 matter=m",
        14,
        9,
    ),
    # January lets 5 of 9 through; of the year's 10 only 1 is left for February: 5 + 5, or 5 + 1
    (
        "windows",
        (
            "categories: [{id: c, caps: [{at_most: 5 added, per: month}], indicators: [{id: a, "
            "points: {between: [1, 10]}, caps: [{at_most: 10 added, per: year}]}]}]"
        ),
        "02-01 a points=5;03-01 a points=5",
        "01-01 a points=9",
        10,
        6,
    ),
    # once in 30 days: on the 1st, so not on the 20th
    (
        "lengths",
        (
            "indicators: [{id: a, points: {between: [1, 10]}, caps: [{at_most: 1 times first, "
            "per: 30 days}]}]"
        ),
        "01-20 a points=10",
        "01-01 a points=1",
        10,
        1,
    ),
    # a year's room of 5 is used in January; a month is cleared: February has 5, or 0
    (
        "outlasts",
        "period: month\nindicators: [{id: a, points: 5, caps: [{at_most: 5 added, per: year}]}]",
        "12-01 a",
        "01-01 a",
        5,
        0,
    ),
    # a wipe gives no room back under a cap on adds: 0 wiped, then 5; or 5 wiped, then nothing more
    (
        "wipe",
        (
            "indicators: [{id: a, points: 5, caps: [{at_most: 5 added, per: year}]}, {id: w, "
            "points: clear}]"
        ),
        "02-01 w;03-01 a",
        "01-01 a",
        5,
        0,
    ),
    # only the first counts: 9, or 1
    (
        "times",
        (
            "indicators: [{id: a, points: {between: [1, 10]}, caps: [{at_most: 1 times first, "
            "per: year}]}]"
        ),
        "02-01 a points=9",
        "01-01 a points=1",
        9,
        1,
    ),
    # 3 hours are worth 5, 4 hours 2
    (
        "steps",
        "indicators: [{id: a, points: {at_least: {1: 5, 4: 2}, per: year}}]",
        "02-01 a quantity=3",
        "01-01 a quantity=1",
        5,
        2,
    ),
    # of 4 hours, 4 at 2 each; or 3 at 1 and 1 at 2
    (
        "quantity",
        (
            "indicators: [{id: a, points: {by: {level: {村级: {each: {小时: 1}}, 县级: {each: "
            "{小时: 2}}}}}, caps: [{at_most: 4 小时, per: year}]}]"
        ),
        "02-01 a quantity=4 level=县级",
        "01-01 a quantity=3 level=村级",
        8,
        5,
    ),
    # the third time counts three times: 1 - 5, or 1 + 1 - 15
    (
        "escalation",
        "indicators: [{id: a, points: {between: [-10, 10]}, escalate: {year: [x1, x1, x3]}}]",
        "02-01 a points=1;03-01 a points=-5",
        "01-01 a points=1",
        -4,
        -13,
    ),
    # 8 of 10, then 2, and the 8 end; alone, the 8 stay
    (
        "ends",
        (
            "categories: [{id: c, caps: [{at_most: 10 added, per: year}], indicators: [{id: a, "
            "points: 8, lasts: 30 days}, {id: b, points: 8}]}]"
        ),
        "01-02 b",
        "01-01 a",
        8,
        2,
    ),
    # +1 and its consequence -5
    (
        "consequence",
        "indicators: [{id: a, points: 1, then: [{points: -5}]}, {id: b, points: 2}]",
        "01-02 b",
        "01-01 a",
        2,
        -2,
    ),
    # above 10 a rule takes 9: 6, or 6 + 6 - 9
    (
        "rule",
        (
            "indicators: [{id: a, points: 6}]\n"
            "rules: [{id: r, per: event, when: total > 10, then: [{points: -9}]}]"
        ),
        "01-02 a",
        "01-01 a",
        6,
        3,
    ),
    # +6 only while the total is below 5
    (
        "formula",
        "indicators: [{id: a, points: 6}, {id: b, points: 9, when: total < 5}]",
        "01-02 b",
        "01-01 a",
        9,
        6,
    ),
    # January's good level brings -9 in February: 6 (of December, too late for more), or 6 - 9 + 6
    (
        "level",
        (
            "indicators: [{id: a, points: 6}]\n"
            "tiers: [{id: star, by: total, per: month, levels: [{name: 好, at_least: 6, then: "
            "[{points: -9}]}, {name: 其他}]}]"
        ),
        "12-31 a",
        "01-01 a",
        6,
        3,
    ),
    # with 5 nothing can be bought for 8; with 5 + 4 it can
    (
        "purchase",
        (
            "indicators: [{id: a, points: {between: [1, 10]}}]\n"
            "rewards: [{id: soap, spends: 8, gives: 肥皂}]"
        ),
        "02-01 a points=5;03-01 soap",
        "01-01 a points=4",
        5,
        1,
    ),
]


@pytest.mark.parametrize(
    "kind, rules, deeds, more, without, with_more", FALLING, ids=[f[0] for f in FALLING]
)
def test_a_reason_is_real(
    kind: str, rules: str, deeds: str, more: str, without: int, with_more: int
) -> None:
    assert kind in dips(whole(rules))
    assert without > with_more
    assert (total(rules, deeds), total(rules, f"{more};{deeds}")) == (without, with_more)


def test_points_that_pass_to_others_and_limits_that_a_version_moves_are_named() -> None:
    indicator = "indicators: [{id: a, points: 1, to: {head: whole}}]"
    assert dips(whole(indicator)) == {"coupling"}
    rules = "indicators: [{id: a, points: 1, caps: [{at_most: 9 added, per: year}]}]"
    later = whole(rules).replace("2024-01-01", "2024-07-01").replace("9 added", "5 added")
    assert dips(whole(rules), later) == {"version"}
    assert dips(
        whole("indicators: [{id: a, points: 1, caps: [{at_most: 5 net lost, per: year}]}]")
    ) == {"lost"}


def test_no_reason_is_without_its_example() -> None:
    assert {kind for kind, *_ in FALLING} | {"coupling", "version", "lost"} == set(REASONS)


def test_the_card_says_so_either_way(tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    rising = "indicators: [{id: a, name: 帮工, points: 1, caps: [{at_most: 5 added, per: year}]}]\n"
    falling = rising.replace("5 added", "5 net lost")
    bought = (
        "indicators: [{id: a, points: 1}]\nrewards: [{id: r, name: 米, spends: 5, gives: 米}]\n"
    )
    assert dips(whole(bought)) == {"purchase"}  # of which the card does not speak
    lines = []
    for rules in (rising, falling, bought):
        file.write_text(whole(rules), encoding="utf-8")
        output = CliRunner().invoke(app, ["check", str(file), "--lang", "zh"]).output
        lines += [line.strip() for line in output.splitlines() if line.startswith("  多做")]
    assert lines == [
        "多做好事不会减分",
        "多做一件好事，分数可能反而降，因为超出这个上限的部分作废：帮工（scheme.yaml:8）",
        "多做好事不会减分",
    ]

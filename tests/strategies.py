"""Generated schemes and streams, for the promises that must hold for every scheme.

A generated scheme keeps to what the language allows: around a net limit only net limits.
Its people come in two pairs that pay each other: A with B, C with D.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

FIRST = date(2024, 1, 1)
LEVELS = ("村级", "县级", "国家级")
PAIRS = {"A": "B", "B": "A", "C": "D", "D": "C"}
WINDOWS = ("event", "day", "week", "month", "quarter", "half_year", "year", "period", "ever")


@dataclass(frozen=True)
class Drawn:
    """A scheme as YAML text (JSON is YAML) and as data, with its indicators by id."""

    data: dict[str, Any]
    indicators: Mapping[str, dict[str, Any]]

    @property
    def text(self) -> str:
        return json.dumps(self.data, ensure_ascii=False)


def whole(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(str)


def points_forms() -> st.SearchStrategy[Any]:
    number = st.sampled_from(["1", "2", "5", "0.5", "-1", "-3", "-0.5", "12"])
    step = st.sampled_from(["1 down", "0.5 half_up", "1 up"])
    return st.one_of(
        number,
        st.builds(lambda n, r: {"each": {"小时": n}, "round": r}, number, step),
        st.builds(
            lambda n, w: {"each": {"4 小时": n}, "per": w, "round": "1 down"},
            number,
            st.sampled_from(["year", "month", "period"]),
        ),
        st.builds(lambda a, b: {"at_least": {"1": a, "5": b}}, number, number),
        st.builds(lambda a, b: {"above": {"0": a, "5": b}, "per": "year"}, number, number),
        st.just({"bands": {"0": {"小时": "1"}, "5": {"2 小时": "1"}}, "round": "1 down"}),
        st.builds(lambda a, b: {"by": {"level": {"村级": a, "县级": b}}}, number, number),
        st.just({"between": ["-20", "20"]}),
        st.just({"full": "10", "each": {"小时": "-2"}, "floor": "0"}),
        st.just({"formula": "quantity + (1 if level == '村级' else 2)", "round": "1 half_up"}),
    )


@st.composite
def caps(draw: st.DrawFn, *, net: bool, even: bool) -> list[dict[str, str]]:
    found = []
    for _ in range(draw(st.integers(0, 2))):
        window = draw(st.sampled_from(WINDOWS))
        if net:
            amount = f"{draw(st.integers(1, 15))} net {draw(st.sampled_from(['kept', 'lost']))}"
        else:
            kinds = ["added", "deducted", "times", "times first", "times highest"]
            kind = draw(st.sampled_from(kinds))
            if kind.startswith("times") and not even:
                kind = "times first"
            amount = f"{draw(st.integers(1, 9))} {kind}"
            if draw(st.integers(0, 5)) == 0 and "times" not in kind:
                window = draw(st.sampled_from(["30 days", "2 months"]))
        found.append({"at_most": amount, "per": window})
    return found


@st.composite
def indicators(draw: st.DrawFn, name: str, *, net: bool) -> dict[str, Any]:
    points = draw(points_forms())
    item: dict[str, Any] = {"id": name, "points": points}
    item["caps"] = draw(caps(net=net, even=isinstance(points, str)))
    if draw(st.integers(0, 3)) == 0:
        mode = draw(st.sampled_from(["highest", "lowest", "heaviest", "latest"]))
        item["combine"] = {mode: draw(st.sampled_from(["matter", "month", "year"]))}
    if draw(st.integers(0, 4)) == 0:
        item["to"] = draw(
            st.sampled_from([{"named": "whole"}, {"total": "whole", "named": "1/4 added"}])
        )
    if draw(st.integers(0, 4)) == 0:
        item["lasts"] = draw(
            st.sampled_from(["40 days", "until repaired", "period after repair", "ever", "quarter"])
        )
    if draw(st.integers(0, 5)) == 0:
        lasts = draw(st.sampled_from(["until repaired", "20 days", "month"]))
        gives = draw(st.sampled_from(["all", "before", "nothing"]))
        target = draw(st.sampled_from(["total", "matter", "c0", name]))
        item["then"] = [{"veto": target, "lasts": lasts, "gives": gives}]
        item["repair"] = {"then": [{"points": "-1"}]}
    return item


@st.composite
def schemes(draw: st.DrawFn) -> Drawn:
    """A sound scheme with one to three categories, perhaps one inside another."""
    net = draw(st.booleans())
    found: dict[str, dict[str, Any]] = {}
    categories: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 3))):
        category: dict[str, Any] = {"id": f"c{number}", "indicators": []}
        for place in range(draw(st.integers(1, 3))):
            item = draw(indicators(f"i{number}{place}", net=net))
            found[item["id"]] = item
            category["indicators"].append(item)
        category["caps"] = draw(caps(net=net, even=False))
        if draw(st.booleans()):
            category["weight"] = draw(st.sampled_from(["0.5", "2", "1.5"]))
        if draw(st.integers(0, 2)) == 0:
            category["round"] = draw(st.sampled_from(["1 half_up", "1 down", "0.5 up"]))
        if draw(st.integers(0, 3)) == 0:
            category["combine"] = {"highest": "matter", "heaviest": "matter"}
        if categories and draw(st.integers(0, 2)) == 0:
            categories[-1].setdefault("categories", []).append(category)
        else:
            categories.append(category)
    data: dict[str, Any] = {
        "scheme": "generated",
        "effective_from": "2023-01-01",
        "subject": "person",
        "period": draw(
            st.sampled_from(["year", "quarter", "month", "year from 07-01", "month from 26"])
        ),
        "base": draw(whole(0, 30)),
        "floor": draw(st.sampled_from(["none", "0 kept", "0 lost"])),
        "at_period_end": draw(st.sampled_from(["clear", "carry"])),
        "categories": categories,
    }
    if draw(st.booleans()):
        data["combine"] = {"highest": "matter"}
    if draw(st.booleans()):
        end = draw(st.sampled_from(["clear", "carry"]))
        data["ledgers"] = [{"id": "wallet", "floor": "0 kept", "at_period_end": end}]
        data["to"] = {"total": "whole", "wallet": "whole added"}
    return Drawn(data, found)


@st.composite
def streams(draw: st.DrawFn, drawn: Drawn) -> list[dict[str, str]]:
    """Rows of events of four people over two years, sound and not, in any order."""
    rows = []
    names = [*drawn.indicators, "nothing"]
    for number in range(draw(st.integers(0, 12))):
        subject = draw(st.sampled_from("ABCD"))
        day = FIRST + timedelta(draw(st.integers(-30, 600)))
        row = {"id": f"e{number}", "date": day.isoformat(), "subject": subject}
        kind = draw(st.sampled_from(["", "", "", "", "void", "repair", "correct"]))
        other = f"e{draw(st.integers(0, 12))}"
        if kind == "void":
            row["voids"] = other
        elif kind == "repair":
            row["repairs"] = other
        else:
            row["indicator"] = draw(st.sampled_from(names))
            if kind == "correct":
                row["corrects"] = other
        row["to"] = PAIRS[subject]
        row["quantity"] = draw(st.sampled_from(["1", "3", "5", "0.5", "12"]))
        row["points"] = draw(st.sampled_from(["4", "-7", "2.5", "25"]))
        row["level"] = draw(st.sampled_from(LEVELS))
        row["matter"] = draw(st.sampled_from(["", "", "m", "n"]))
        rows.append(row)
        if draw(st.integers(0, 9)) == 0:
            rows.append(dict(row))
    return rows


@st.composite
def runs(draw: st.DrawFn) -> tuple[Drawn, list[dict[str, str]], date]:
    """A scheme, a stream for it, and the last day that counts."""
    drawn = draw(schemes())
    return drawn, draw(streams(drawn)), FIRST + timedelta(draw(st.integers(0, 550)))

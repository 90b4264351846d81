"""Schemes small enough to try everything: what their figures come to over all short streams.

A period of two or three days that lies across the end of a week, month and quarter, so that
windows of every kind divide it; each stream of events is a subject of one evaluation.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations_with_replacement, pairwise, permutations, product
from typing import Any

from hypothesis import strategies as st

from jifen_rules import Result, evaluate_events, load_scheme, read_roster

PERIODS = (("2 days", "2024-03-31"), ("3 days", "2024-03-30"), ("3 days", "2024-09-29"))
"""Sunday and Monday across a quarter.

Saturday to Monday; Sunday to Tuesday with Tuesday the 1st.
"""
WINDOWS = ("event", "day", "week", "month", "quarter", "period", "year", "2 days")
AS_ONE = ("day", "week", "month", "period")
Option = tuple[str, tuple[tuple[str, str], ...], float]
"""An event one may have: indicator, its fields, about what it is worth."""


@dataclass(frozen=True)
class Small:
    """A scheme as data, its days, and the events one may have on any of them."""

    data: dict[str, Any]
    options: tuple[Option, ...]

    @property
    def text(self) -> str:
        return json.dumps(self.data, ensure_ascii=False)

    @property
    def days(self) -> tuple[date, ...]:
        first = date.fromisoformat(self.data["effective_from"])
        return tuple(first + timedelta(n) for n in range(int(self.data["period"][0])))


def amounts() -> st.SearchStrategy[str]:
    return st.sampled_from(["1", "2", "3", "5", "0.5", "-1", "-2", "-4"])


@st.composite
def caps(draw: st.DrawFn, *, net: bool, most: int) -> list[dict[str, str]]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        window = draw(st.sampled_from(WINDOWS))
        if net:
            beyond = draw(st.sampled_from(["kept", "kept", "lost"]))
            amount = f"{draw(st.sampled_from([1, 2, 4, 6]))} net {beyond}"
            window = "period" if window == "2 days" else window
        else:
            kind = draw(
                st.sampled_from(["added", "added", "deducted", "times first", "times highest"])
            )
            amount = f"{draw(st.integers(1, 6 if 'times' not in kind else 3))} {kind}"
        found.append({"at_most": amount, "per": window})
    return found


@st.composite
def indicators(draw: st.DrawFn, name: str, *, net: bool) -> tuple[dict[str, Any], list[Option]]:
    item: dict[str, Any] = {"id": name, "caps": draw(caps(net=net, most=2))}
    form = draw(st.sampled_from(["fixed", "fixed", "level", "judged", "rate", "steps"]))
    options: list[Option] = []
    if form == "fixed":
        item["points"] = draw(amounts())
        options = [(name, (), float(item["points"]))]
    elif form == "level":
        one, two = draw(amounts()), draw(amounts())
        item["points"] = {"by": {"level": {"a": one, "b": two}}}
        options = [(name, (("level", w),), float(n)) for w, n in (("a", one), ("b", two))]
    elif form == "judged":
        low, high = draw(st.sampled_from([("0", "5"), ("-3", "2"), ("1", "4")]))
        item["points"] = {"between": [low, high]}
        options = [
            (name, (("points", n),), float(n))
            for n in (low, high, "0.5")
            if float(low) <= float(n) <= float(high)
        ]
    elif form == "rate":
        rate = draw(st.sampled_from(["1", "2", "-1"]))
        item["points"] = {"each": {"袋": rate}, "round": "1 down"}
        window = draw(st.sampled_from(["event", "day", "period"]))
        item["caps"].append({"at_most": "3 袋", "per": window})
        options = [(name, (("quantity", n),), float(n) * float(rate)) for n in ("1", "3")]
    else:
        item["points"] = {
            "at_least": {"1": "1", "5": "3"},
            "per": draw(st.sampled_from(["day", "period"])),
        }
        options = [(name, (("quantity", n),), float(n)) for n in ("1", "5")]
    if draw(st.integers(0, 3)) == 0:
        mode = draw(st.sampled_from(["highest", "lowest", "heaviest", "latest"]))
        item["combine"] = {mode: draw(st.sampled_from(["matter", *AS_ONE]))}
    elif draw(st.integers(0, 5)) == 0:
        window = draw(st.sampled_from(["period", "month", "week"]))
        item["escalate"] = {
            window: draw(st.sampled_from([["提醒", "x1", "x2"], ["x1", "x0"], ["x2", "x1"]]))
        }
    if draw(st.integers(0, 5)) == 0:
        item["lasts"] = draw(st.sampled_from(["1 days", "2 days", "month"]))
    if draw(st.integers(0, 7)) == 0:
        item["to"] = draw(
            st.sampled_from([{"wallet": "whole"}, {"total": "whole", "wallet": "1/2 added"}])
        )
    if draw(st.integers(0, 9)) == 0:
        item["then"] = [
            draw(
                st.sampled_from(
                    [
                        {"veto": "total", "lasts": "period", "gives": "all"},
                        {"veto": "c0", "lasts": "period", "gives": "all"},
                        {"points": "-1", "to": {"total": "whole"}},
                    ]
                )
            )
        ]
    return item, options


@st.composite
def small_schemes(draw: st.DrawFn) -> Small:
    """A sound scheme of one or two categories, perhaps nested, and two or three indicators."""
    net = draw(st.booleans())
    options: list[Option] = []
    categories: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 2))):
        category: dict[str, Any] = {"id": f"c{number}", "indicators": []}
        for place in range(draw(st.integers(1, 2))):
            item, events = draw(indicators(f"i{number}{place}", net=net))
            category["indicators"].append(item)
            options += events
        category["caps"] = draw(caps(net=net, most=2))
        if draw(st.integers(0, 2)) == 0:
            category["weight"] = draw(st.sampled_from(["0.5", "2", "1.5"]))
        if draw(st.integers(0, 3)) == 0:
            category["round"] = draw(st.sampled_from(["1 half_up", "1 down", "1 up"]))
        if draw(st.integers(0, 4)) == 0:
            category["combine"] = {"highest": draw(st.sampled_from(["matter", *AS_ONE]))}
        if net and draw(st.integers(0, 2)) == 0:
            category["base"] = draw(st.sampled_from(["1", "2"]))
        if len(categories) > 0 and draw(st.booleans()):
            categories[0]["categories"] = [category]
        else:
            categories.append(category)
    period, first = draw(st.sampled_from(PERIODS))
    beyond = st.sampled_from(["none", "0 kept", "0 lost"])
    data: dict[str, Any] = {
        "scheme": "small",
        "effective_from": first,
        "subject": "person",
        "period": period,
        "base": draw(st.sampled_from(["0", "3", "5"])),
        "floor": draw(beyond),
        "at_period_end": "clear",
        "categories": categories,
        "caps": draw(caps(net=net, most=1)),
        "ledgers": [{"id": "wallet", "floor": draw(beyond), "at_period_end": "clear"}],
    }
    if draw(st.integers(0, 3)) == 0:
        data["full"] = draw(st.sampled_from(["8 kept", "6 lost"]))
    if draw(st.integers(0, 4)) == 0:
        data["to"] = {"total": "whole", "wallet": "whole"}
    return Small(data, tuple(options))


# --- every stream of a few events, and long ones of each kind ----------------------------------


Stream = tuple[tuple[int, Option], ...]
"""Events in their order, each with the number of its day."""


def every_stream(small: Small, most: int, limit: int) -> Iterator[Stream]:
    """Yield every order of events of so many, as far as they are not more than a limit."""
    everything = [(day, option) for day in range(len(small.days)) for option in small.options]
    for count in range(1, most + 1):
        if len(everything) ** count > limit:
            return
        for stream in product(everything, repeat=count):
            if all(one[0] <= two[0] for one, two in pairwise(stream)):
                yield stream


def every_choice(small: Small) -> Iterator[Stream]:
    """Yield for each set of indicators every choice of one option of each, once on all days."""
    days = range(len(small.days))
    of_each: dict[str, list[Option | None]] = {}
    for option in small.options:
        of_each.setdefault(option[0], [None]).append(option)
    for picks in product(*of_each.values()):
        if chosen := [one for one in picks if one is not None]:
            yield tuple((day, one) for day in days for one in chosen)


def long_streams(small: Small) -> Iterator[Stream]:
    """Yield streams that fill what there is to fill: options again and again, on some days.

    First the best and the worst of each of some indicators, then options in any order.
    """
    days = range(len(small.days))
    day_sets = [d for size in days for d in _subsets(days, size + 1)]
    chosen = [*_ends(small), *_in_any_order(small)]
    for picks in chosen:
        for some in day_sets:
            for times in (1, 2, 13):
                yield tuple((day, one) for day in some for one in picks for _ in range(times))


def _ends(small: Small) -> Iterator[tuple[Option, ...]]:
    """Yield for each set of indicators their best options, and their worst."""
    names = list(dict.fromkeys(name for name, _, _ in small.options))
    for size in range(len(names), 0, -1):
        for some in _subsets(range(len(names)), size):
            for pick in (max, min):
                yield tuple(
                    pick((o for o in small.options if o[0] == names[n]), key=lambda o: o[2])
                    for n in some
                )


def _in_any_order(small: Small) -> Iterator[tuple[Option, ...]]:
    numbers = range(len(small.options))
    for size in (1, 2, 3):
        for picks in _picks(numbers, size):
            yield tuple(small.options[n] for n in picks)


def _picks(numbers: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    return permutations(numbers, size) if len(numbers) < 6 else _subsets(numbers, size)


def _subsets(numbers: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    return (c for c in combinations_with_replacement(numbers, size) if len(set(c)) == size)


def run(small: Small, streams: Sequence[Stream]) -> list[dict[str, Fraction]]:
    """Evaluate streams, each for a subject of its own; gives the figures at the period's end."""
    rows = []
    for number, stream in enumerate(streams):
        for place, (day, (indicator, fields, _)) in enumerate(stream):
            rows.append(
                {
                    "id": f"e{number}.{place:03}",
                    "date": small.days[day].isoformat(),
                    "subject": f"s{number}",
                    "indicator": indicator,
                    **dict(fields),
                }
            )
    scheme = load_scheme("small.yaml", text=small.text)
    roster = read_roster([{"id": f"s{n}", "kind": "person"} for n in range(len(streams))])
    result = evaluate_events(scheme, roster, rows, small.days[-1], status="count")
    return in_order(result)


def in_order(result: Result) -> list[dict[str, Fraction]]:
    figures: dict[int, dict[str, Fraction]] = {}
    for score in result.scores:
        found = {"total": Fraction(score.total)}
        found |= {f"own {name}": Fraction(number) for name, number in score.categories.items()}
        found |= {f"in {name}": Fraction(number) for name, number in score.weighed.items()}
        found |= {name: Fraction(number) for name, number in score.ledgers.items()}
        figures[int(score.subject[1:])] = found
    return [figures[number] for number in sorted(figures)]

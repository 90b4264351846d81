"""The reference workload: its events, its tables for a loop by hand, its checksums.

The rules are those of `scheme.yaml` beside it. Amounts of the loop are whole cents. In this order,
events in time order: what the event asks; only so many of an indicator in a year; so much of it in
a month; so much of the category's adds, and of its deducts, in a year; the total is clamp(100 + sum
of weight * category, 0, 200), half up to cents; the first level it reaches.
"""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

HERE = Path(__file__).parent
SCHEME = HERE / "scheme.yaml"
SEED = 20240607
YEAR = 2024
LEVELS = ("国家级", "省级", "市级", "县级", "镇级")
WEIGHTS = (
    30,
    15,
    5,
    1,
    4,
    60,
    30,
    20,
    20,
    8,
    2,
    30,
    20,
    4,
    10,
    2,
    30,
    20,
    1,
    15,
    1,
    3,
    20,
    10,
    25,
    40,
    10,
    4,
    10,
    6,
    15,
    4,
    8,
    8,
    3,
    5,
    4,
    20,
    10,
    12,
)
"""How often each indicator happens: fixed points first, then by quantity, level and formula."""

Event: TypeAlias = tuple[int, str, str, str, float | None, str | None, float | None, str | None]
"""Number, household, date, indicator, quantity, level, hours, role."""
Record: TypeAlias = tuple[int, str, str, int, tuple[tuple[str, int], ...], int]
"""Of the trace: number, household, indicator, asked, what each cap took, awarded; in cents."""
Household: TypeAlias = tuple[int, str, tuple[int, ...]]
"""Total, level, categories."""


@cache
def rules() -> dict[str, dict[str, Any]]:
    """Each indicator by id, in the order of `WEIGHTS`: category, kind, points, caps."""
    scheme = yaml.safe_load(SCHEME.read_text("utf-8"))
    found: list[dict[str, Any]] = []
    for number, category in enumerate(scheme["categories"][1:]):
        limits = {c["at_most"].split()[1]: cents(c["at_most"].split()[0]) for c in category["caps"]}
        for item in category["indicators"]:
            found.append(_rule(item, number, category["id"], limits))
    order = ("fixed", "unit", "level", "formula")
    first = {
        "A11": 0,
        "A12": 1,
        "B11": 2,
        "D11": 3,
        "E11": 4,
        "C11": 5,
        "E31": 6,
        "F31": 7,
        "E32": 8,
    }
    found.sort(key=lambda rule: (order.index(rule["kind"]), first.get(rule["id"], 0)))
    return {rule["id"]: rule for rule in found}


def _rule(
    item: dict[str, Any], number: int, category: str, limits: dict[str, int]
) -> dict[str, Any]:
    points, rule = item["points"], {"id": item["id"], "category": number, "name": category}
    if not isinstance(points, dict):
        rule |= {"kind": "fixed", "points": cents(points)}
    elif "each" in points:
        rule |= {"kind": "unit", "points": cents(points["each"]["次"])}
    elif "by" in points:
        table = {level: cents(amount) for level, amount in points["by"]["level"].items()}
        rule |= {"kind": "level", "points": table}
    else:
        rule |= {"kind": "formula", "points": points["formula"]}
    value = rule["points"]
    adds = not isinstance(value, int) or value > 0
    caps = {c["per"]: c["at_most"].split() for c in item.get("caps", ())}
    sign = 1 if adds else -1
    most = limits.get("added" if adds else "deducted")
    return rule | {
        "adds": adds,
        "count": int(caps["year"][0]) if "year" in caps else None,
        "month": sign * cents(caps["month"][0]) if "month" in caps else None,
        "most": None if most is None else sign * most,
    }


def cents(amount: object) -> int:
    """An amount of at most two decimals as cents."""
    return round(float(str(amount)) * 100)


def generate(size: int, households: int = 0, seed: int = SEED) -> list[Event]:
    """Make the events, in time order: fifty to a household unless so many are asked for."""
    draw = random.Random(seed)
    count = households or max(1, size // 50)
    names = [f"H{number:06d}" for number in range(count)]
    roles = [
        "party_member" if draw.random() < 0.15 else "villager" if draw.random() < 0.9 else "cadre"
        for _ in range(count)
    ]
    days = [(date(YEAR, 1, 1) + timedelta(n)).isoformat() for n in range(366)]
    chosen = draw.choices(list(rules().values()), weights=WEIGHTS, k=size)
    when = sorted(int(draw.random() * 366) for _ in range(size))
    found: list[Event] = []
    for number in range(size):
        rule, who = chosen[number], int(draw.random() * count)
        quantity = level = hours = role = None
        if rule["kind"] == "unit":
            quantity = draw.randrange(2, 200) / 10
        elif rule["kind"] == "level":
            level = LEVELS[min(4, int(draw.expovariate(1) * 1.2)) * -1 + 4]
        elif rule["kind"] == "formula":
            hours, role = draw.randrange(1, 13) / 2, roles[who]
        found.append(
            (number, names[who], days[when[number]], rule["id"], quantity, level, hours, role)
        )
    return found


def row(event: Event) -> dict[str, object]:
    """An event as a row of the library's own columns."""
    names = ("id", "subject", "date", "indicator", "quantity", "level", "hours", "role")
    pairs = zip(names, (f"e{event[0]:07d}", *event[1:]), strict=True)
    return {name: value for name, value in pairs if value is not None}


# --- the loop around an engine that gives the number alone ----------------------------------------

MONTH = {f"{YEAR}-{m:02}-{d:02}": m - 1 for m in range(1, 13) for d in range(1, 32)}
WEIGHT_TENTHS = (10, 12, 8, 10, 15, 9)
STARS = ((19000, "五星户"), (16500, "四星户"), (14000, "三星户"), (12000, "二星户"), (0, "一星户"))


def cap_table(scale: Callable[[int], Any] = lambda amount: amount) -> dict[str, tuple[Any, ...]]:
    """By indicator: the places of its sums in a household's list, its limits, its reasons."""
    counted = [key for key, rule in rules().items() if rule["count"] is not None]
    monthly = [key for key, rule in rules().items() if rule["month"] is not None]
    table = {}
    for key, rule in rules().items():
        most, month = rule["most"], rule["month"]
        table[key] = (
            rule["category"] + (0 if rule["adds"] else 6),
            None if most is None else scale(most),
            17 + 12 * monthly.index(key) if key in monthly else 0,
            None if month is None else scale(month),
            12 + counted.index(key) if key in counted else 0,
            rule["count"],
            f"count:{key}",
            f"month:{key}",
            f"category:{rule['name']}",
        )
    return table


def slots() -> int:
    """How many sums a household has."""
    return 17 + 12 * sum(1 for rule in rules().values() if rule["month"] is not None)


def drive(
    events: Iterable[tuple[Any, ...]], raw_of: Callable[[str, Any], int]
) -> tuple[dict[str, Household], list[Record]]:
    """Caps, record and settlement by hand around `raw_of(indicator, inputs)`."""
    table, size = cap_table(), slots()
    states: dict[str, list[int]] = {}
    trace: list[Record] = []
    add = trace.append
    for number, who, day, indicator, inputs in events:
        asked = raw_of(indicator, inputs)
        state = states.get(who)
        if state is None:
            state = states[who] = [0] * size
        at, most, month_at, monthly, count_at, count, counted, in_month, in_category = table[
            indicator
        ]
        let, took = asked, ()
        if count is not None:
            state[count_at] += 1
            if state[count_at] > count:
                add((number, who, indicator, asked, ((counted, asked),), 0))
                continue
        if monthly is not None:
            month_at += MONTH[day]
            left = monthly - state[month_at]
            if (let > left) if at < 6 else (let < left):
                took, let = ((in_month, let - left),), left
            state[month_at] += let
        if most is not None:
            left = most - state[at]
            if (let > left) if at < 6 else (let < left):
                took, let = (*took, (in_category, let - left)), left
        state[at] += let
        add((number, who, indicator, asked, took, let))
    return settle(states), trace


def settle(states: dict[str, list[int]]) -> dict[str, Household]:
    """What each household comes to."""
    return {who: _settled(state) for who, state in states.items()}


def _settled(state: Sequence[int]) -> Household:
    parts = tuple(state[c] + state[6 + c] for c in range(6))
    total = 100_000 + sum(w * part for w, part in zip(WEIGHT_TENTHS, parts, strict=True))
    total = (min(max(total, 0), 200_000) + 5) // 10
    return total, next(name for least, name in STARS if total >= least), parts


def named_inputs(events: Iterable[Event]) -> list[tuple[Any, ...]]:
    """The events with a mapping of what they say, for engines that take one."""
    names = ("indicator", "qty", "level", "hours", "role")
    return [
        (*e[:4], {k: v for k, v in zip(names, e[3:], strict=True) if v is not None}) for e in events
    ]


# --- checksums ------------------------------------------------------------------------------------

MASK = (1 << 64) - 1


def check_households(found: dict[str, Household]) -> int:
    """One number over total, level and categories of every household."""
    stars = {name: place for place, (_, name) in enumerate(STARS)}
    total = 0
    for who, (points, name, parts) in found.items():
        mine = points * 31 + stars[name] * 1009 + sum((c + 1) * p * 7 for c, p in enumerate(parts))
        total += (int(who[1:]) + 1) * mine
    return total & MASK


def check_trace(trace: Iterable[Record]) -> int:
    """One number over asked, awarded and what each cap took of every event."""
    total = 0
    for number, who, _, asked, took, awarded in trace:
        mine = 31 * asked + 3 * awarded + 5 * int(who[1:])
        mine += sum(_FACTOR[reason.partition(":")[0]] * amount for reason, amount in took)
        total += (number + 1) * mine
    return total & MASK


_FACTOR = {"count": 17, "month": 13, "category": 7}


def sources(
    choose: Callable[[str, str, str], str], equals: Callable[[str, str], str]
) -> dict[str, str]:
    """What each indicator asks, as an expression in the words of an engine."""
    found = {}
    for key, rule in rules().items():
        points = rule["points"]
        if rule["kind"] == "fixed":
            found[key] = repr(points / 100)
        elif rule["kind"] == "unit":
            found[key] = f"{points / 100!r} * qty"
        elif rule["kind"] == "level":
            *most, last = points.items()
            text = repr(last[1] / 100)
            for level, amount in reversed(most):
                text = choose(equals("level", level), repr(amount / 100), text)
            found[key] = text
        else:
            found[key] = _formula(points, choose, equals)
    return found


def _formula(text: str, choose: Callable[..., str], equals: Callable[[str, str], str]) -> str:
    """A formula of the scheme, all of which have one `a if b else c`."""
    before, a, b, c = re.fullmatch(r"(.*\()?(.*) if (.*) else ([^)]*)\)?", text).groups()  # type: ignore[union-attr]
    if match := re.fullmatch(r"role == '(.*)'", b):
        b = equals("role", match.group(1))
    parts = [re.sub(r"(?<![\w.])(\d+)(?![\w.])", r"\1.0", part) for part in (a, b, c)]
    return f"{before or ''}{choose(parts[1], parts[0], parts[2])}{')' if before else ''}"

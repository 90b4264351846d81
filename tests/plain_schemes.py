"""Random schemes whose grants are mostly plain, and events for them.

Forms, caps over windows, weights, roundings, floors kept and lost, several ledgers, periods that
are years, quarters and months; now and then a grant that is not plain.
"""

import random
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from jifen_rules import SchemeError, load_scheme
from jifen_rules.compile import compile_versions
from jifen_rules.engine import retention_of
from jifen_rules.inputs.roster import Belonging
from jifen_rules.scheme.model import SchemeFile

AS_OF = date(2024, 12, 31)
FORMS = (
    "2",
    "-3",
    "0.5",
    "-0.25",
    "10",
    "{each: {次: 0.3}}",
    "{each: {次: -0.7}, round: 0.1 half_up}",
    "{at_least: {2: 1, 5: 4}}",
    "{by: {level: {甲: 5, 乙: -2, 丙: 0}}}",
    "{between: [-5, 5]}",
    "{formula: 1.5 * quantity if role == 'a' else 2 - quantity}",
    "{full: 4, each: {处: -1.5}, floor: -2}",
    "{bands: {0: {1 元: 1}, 3: {1 元: 0.5}}, round: 0.01 down}",
    "{formula: hours * 2}",
    "{each: {4 时: 1}, per: year, round: 1 down}",
    "{each: {1 时: -0.4}, per: month}",
    "{at_least: {3: 1, 8: 4}, above: {15: 6}, per: quarter}",
    "{at_least: {2: -1, 10: -4}, per: ever}",
)
PERIODS = ("year", "quarter", "month", "year from 04-01")
WINDOWS = ("day", "week", "month", "quarter", "half_year", "year", "period", "ever")


def scheme(seed: int) -> SchemeFile:
    """Return a scheme of mostly plain grants: the first of a few dozen drawn without a problem."""
    draw = random.Random(seed)
    while True:
        try:
            file = load_scheme("plain.yaml", text=draw_text(draw))
            compile_versions(file)
        except SchemeError:
            continue
        return file


def light(seed: int) -> SchemeFile:
    """Return such a scheme of which no contribution is kept: nothing ends by itself or loses."""
    draw = random.Random(f"light {seed}")
    while True:
        text = draw_text(draw)
        if "lost" in text or "lasts" in text or "highest" in text:
            continue
        try:
            file = load_scheme("plain.yaml", text=text)
            if not retention_of(compile_versions(file)).keeps:
                return file
        except SchemeError:
            continue


def light_versions(seed: int) -> list[SchemeFile]:
    """Return such a scheme, and half of the time a version of it with other points or limits."""
    first, draw = light(seed), random.Random(f"light versions {seed}")
    while draw.random() < 0.5:
        text = first.texts["plain.yaml"]
        begins = draw.choice(["2024-03-16", "2024-07-01", "2024-11-01"])
        text = text.replace("effective_from: 2024-01-01", f"effective_from: {begins}")
        key = draw.choice(["points: ", "points: ", "at_most: "])
        try:
            second = load_scheme("later.yaml", text=_with_others(text, key, draw))
            if not retention_of(compile_versions([first, second])).keeps:
                return [first, second]
        except SchemeError:
            continue
    return [first]


def _with_others(text: str, key: str, draw: random.Random) -> str:
    """Write other figures after a key."""
    return re.sub(rf"{key}[\d.]+", lambda _: f"{key}{draw.randint(1, 7)}", text)


def versions(seed: int) -> list[SchemeFile]:
    """That scheme, and mostly another one that takes its place within the year."""
    first, draw = scheme(seed), random.Random(f"versions {seed}")
    while draw.random() < 0.8:
        period = next(p for p in PERIODS if f"period: {p}\n" in first.texts["plain.yaml"])
        try:
            text = draw_text(draw, draw.choice(["2024-03-16", "2024-07-01", "2024-11-01"]), period)
            second = load_scheme("later.yaml", text=text)
            compile_versions([first, second])
        except SchemeError:
            continue
        return [first, second]
    return [first]


FLOWS = ["{total: whole}", "{total: whole, wallet: whole added}", "{total: 50%, wallet: whole}"]


def draw_text(draw: random.Random, begins: str = "2024-01-01", period: str = "") -> str:
    pick = draw.choice
    period = period or pick(PERIODS)
    clear = pick(["clear", "carry"])
    lines = [
        "scheme: plain",
        "illustrative: true",
        f"effective_from: {begins}",
        "subject: household",
        f"period: {period}",
        f"base: {pick([0, 100, 7])}",
        f"floor: {pick(['0 kept', '-5 lost', 'none', '90 kept'])}",
        f"at_period_end: {clear}",
        "fields: {event: {hours: number}}",
        (
            f"ledgers: [{{id: wallet, floor: {pick(['0 kept', 'none', '-1 lost'])}, "
            f"at_period_end: {clear}}}]"
        ),
        f"to: {pick(FLOWS)}",
    ]
    lines += [f"full: {pick(['120 kept', '105 lost'])}"] * draw.randint(0, 1)
    lines += [f"round: {pick(['1 half_up', '0.1 down', '0.5 up'])}"] * draw.randint(0, 1)
    if draw.random() < 0.3:
        lines += ["process: [{step: declare}, {step: count}]"]
    lasting = draw.random() < 0.7
    nets = draw.random() < 0.4  # around a net limit only net limits may stand
    lines += ["categories:"]
    for number in range(draw.randint(1, 3)):
        weight = f", weight: {pick(['0.8', '1.5', '2', '0.1'])}" if draw.random() < 0.6 else ""
        rounding = f", round: {pick(['0.1 half_up', '1 down'])}" if draw.random() < 0.3 else ""
        limits = _nets(draw) if nets else _caps(draw, False)
        lines += [f"  - {{id: c{number}{weight}{rounding}{limits}, indicators: ["]
        items = [
            _indicator(draw, f"i{number}{n}", lasting=lasting) for n in range(draw.randint(1, 5))
        ]
        lines += [",\n".join(items) + "]}"]
    lines += [
        "tiers:",
        f"  - {{id: star, by: {pick(['total', 'c0', 'i00'])}, per: "
        + pick(["year", "quarter"])
        + ", levels: [{name: 好, at_least: 104}, {name: 中, above: 98}, {name: 差}]}",
    ]
    return "\n".join(lines)


def _indicator(draw: random.Random, name: str, *, lasting: bool) -> str:
    form = draw.choice(FORMS)
    more = _caps(draw, True, _unit(form))
    if draw.random() < 0.12:
        more += draw.choice(
            [
                ", combine: {highest: month}",
                ", lasts: 2 months",
                ", then: [{action: 劝导}]",
                ", escalate: {year: [x1, x2]}",
                ", escalate: {valid: [x1, x3]}",
                ", when: 'count(i00, year) < 3'",
                ", when: 'sum(c0, month) < 5'",
                ", then: [{veto: added, lasts: 2 months, gives: before}]",
                f", then: [{{veto: {name[:2].replace('i', 'c')}, lasts: 20 days, gives: all}}]",
            ]
        )
    elif draw.random() < 0.1:
        more += ", when: quantity >= 1"
    if lasting and "lasts" not in more and draw.random() < 0.4:
        lasts = draw.choice(
            ["year", "ever", "period after repair", "until repaired", "1 year after repair"]
        )
        more += f", lasts: {lasts}"
    if draw.random() < 0.1:
        more += draw.choice([", to: {named: whole}", ", to: {total: whole, named.wallet: 50%}"])
    if draw.random() < 0.1:
        more += ", for: [村干部]"
    return f"      {{id: {name}, points: {form}{more}}}"


def _unit(form: str) -> str:
    """The unit in which a form counts, where a cap on its quantity may stand."""
    return next((unit for unit in ("元", "时") if f"1 {unit}" in form or f"4 {unit}" in form), "")


def _nets(draw: random.Random) -> str:
    full = f", full: {draw.choice(['6 kept', '4 lost'])}" if draw.random() < 0.5 else ""
    much, way, window = draw.choice([2, 5]), draw.choice(["kept", "lost"]), draw.choice(WINDOWS)
    return f"{full}, caps: [{{at_most: {much} net {way}, per: {window}}}]"


def _caps(draw: random.Random, times: bool, unit: str = "") -> str:
    caps = []
    for _ in range(draw.randint(0, 2)):
        kinds = ["added", "deducted"] * 2
        kinds += ["times first", "times first"] if times else []
        kinds += ["times highest"] * (times and draw.random() < 0.08)
        kind = draw.choice(kinds)
        counts = kind.startswith("times")
        much = draw.randint(1, 3) if counts else draw.choice([1, 2.5, 6, 15])
        windows = WINDOWS if counts else (*WINDOWS, "event")
        caps.append(f"{{at_most: {much} {kind}, per: {draw.choice(windows)}}}")
    if unit and draw.random() < 0.5:
        window = draw.choice(["event", "event", "month"])
        caps.append(f"{{at_most: {draw.choice([2, 5])} {unit}, per: {window}}}")
    return f", caps: [{', '.join(caps)}]" if caps else ""


def events(
    seed: int, *files: SchemeFile, undoing: Sequence[float] = (0, 0.05, 0.3)
) -> list[dict[str, Any]]:
    """Events of a few households through a year, in order; of 空 none is admitted."""
    draw = random.Random(f"events {seed}")
    often = draw.choice(undoing)
    groups = [category for file in files for category in file.scheme.categories]
    names = [item.key for category in groups for item in category.indicators]
    days = sorted(date(2023, 12, 30) + timedelta(draw.randint(0, 369)) for _ in range(60))
    found: list[dict[str, Any]] = []
    for number, day in enumerate(days):
        row: dict[str, Any] = {
            "id": f"e{number:02}",
            "date": day,
            "subject": draw.choice(["甲", "乙", "丙", "外"]),
            "indicator": draw.choice([*names, *names, *names, "没有"]),
        }
        some = {
            "quantity": draw.choice(["0", "0.5", "3", "7.25"]),
            "level": draw.choice(["甲", "乙", "丁"]),
            "role": draw.choice(["a", "b"]),
            "points": draw.choice(["-5", "0", "2.5", "9"]),
            "hours": draw.choice(["1", "2.5"]),
            "status": "count",
        }
        row |= {key: value for key, value in some.items() if draw.random() < 0.8}
        own = [r for r in found if r["subject"] == row["subject"] and (day - r["date"]).days < 60]
        if own and draw.random() < often:
            says = draw.choice(["repairs", "repairs", "revokes", "voids"])
            row[says] = draw.choice(own)["id"]
        if draw.random() < 0.2:
            row["to"] = draw.choice(["甲", "乙", "丙", "外"])
        found.append(row)
    found.append({"id": "e99", "date": days[-1], "subject": "空", "indicator": "没有"})
    return found


ROSTER = (
    Belonging("甲"),
    Belonging("乙", since=date(2024, 3, 5)),
    Belonging("丙", classes=("村干部",), until=date(2024, 6, 30)),
    Belonging("丙", since=date(2024, 7, 1)),
    Belonging("丁"),
)

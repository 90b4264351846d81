"""Plain events run in a row, others one by one, and a stream keeps every contribution: all write the same.

The schemes are random: forms, caps over windows, weights, roundings, floors kept and lost, several ledgers, periods
that are years, quarters and months; now and then a grant that is not plain, so that both take turns.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from jifen_rules import SchemeError, evaluate_events, load_scheme, stream_entries
from jifen_rules.compile import compile_versions
from jifen_rules.engine import retention_of
from jifen_rules.engine.fusing import chained, fused
from jifen_rules.engine.plain import PlainRun
from jifen_rules.engine.stages import Stage
from jifen_rules.model import SchemeFile
from jifen_rules.plan import Plan
from jifen_rules.roster import Belonging, Roster
from shards import shards, some

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
    """A scheme whose grants are mostly plain: the first of a few dozen drawn that has no problem."""
    draw = random.Random(seed)
    while True:
        try:
            file = load_scheme("plain.yaml", text=_text(draw))
            compile_versions(file)
        except SchemeError:
            continue
        return file


def versions(seed: int) -> list[SchemeFile]:
    """That scheme, and mostly another one that takes its place within the year."""
    first, draw = scheme(seed), random.Random(f"versions {seed}")
    while draw.random() < 0.8:
        period = next(p for p in PERIODS if f"period: {p}\n" in first.texts["plain.yaml"])
        try:
            text = _text(draw, draw.choice(["2024-03-16", "2024-07-01", "2024-11-01"]), period)
            second = load_scheme("later.yaml", text=text)
            compile_versions([first, second])
        except SchemeError:
            continue
        return [first, second]
    return [first]


def _text(draw: random.Random, begins: str = "2024-01-01", period: str = "") -> str:
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
        f"ledgers: [{{id: wallet, floor: {pick(['0 kept', 'none', '-1 lost'])}, at_period_end: {clear}}}]",
        f"to: {pick(['{total: whole}', '{total: whole, wallet: whole added}', '{total: 50%, wallet: whole}'])}",
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
    more = _caps(draw, True)
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
    return f"      {{id: {name}, points: {draw.choice(FORMS)}{more}}}"


def _nets(draw: random.Random) -> str:
    full = f", full: {draw.choice(['6 kept', '4 lost'])}" if draw.random() < 0.5 else ""
    much, way, window = draw.choice([2, 5]), draw.choice(["kept", "lost"]), draw.choice(WINDOWS)
    return f"{full}, caps: [{{at_most: {much} net {way}, per: {window}}}]"


def _caps(draw: random.Random, times: bool) -> str:
    caps = []
    for _ in range(draw.randint(0, 2)):
        kinds = ["added", "deducted", *["times first"] * times]
        kind = draw.choice(kinds)
        much = draw.randint(1, 3) if kind == "times first" else draw.choice([1, 2.5, 6, 15])
        windows = WINDOWS if kind == "times first" else (*WINDOWS, "event")
        caps.append(f"{{at_most: {much} {kind}, per: {draw.choice(windows)}}}")
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
    found = []
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


@pytest.mark.parametrize("shard", shards(range(4)))
def test_plain_events_and_kept_contributions_write_the_same(shard: int) -> None:
    """A batch runs plain events in a row and keeps nothing; a stream keeps every contribution."""
    for seed in some(range(shard * 60, shard * 60 + 60)):
        files = versions(seed)
        rows = events(seed, *files)
        for roster in (None, Roster(ROSTER)):
            result = evaluate_events(files, roster, rows, AS_OF, status="count")
            far = 400 if any("voids" in row for row in rows) else 60
            stream = stream_entries(files, roster, rows, AS_OF, status="count", within=far)
            assert tuple(stream) == result.entries, seed
            assert stream.scores == result.scores, seed


def test_plain_events_are_taken_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    take = PlainRun.take

    def counted(self: PlainRun, rows: Sequence[Any], start: int, last: date) -> int:
        place = take(self, rows, start, last)
        taken.append(place - start)
        return place

    monkeypatch.setattr(PlainRun, "take", counted)
    counted_events = 0
    for seed in some(range(300)):
        file = scheme(seed)
        if retention_of(compile_versions(file)).keeps:
            continue  # something may end a single contribution: each is kept
        rows = events(seed, file, undoing=(0,))
        result = evaluate_events(file, Roster(ROSTER), rows, AS_OF, status="count")
        counted_events += sum(entry.outcome == "counted" for entry in result.entries)
    assert sum(taken) > counted_events / 2 > 100, (sum(taken), counted_events)


@pytest.mark.parametrize("shard", shards(range(4)))
def test_one_by_one_nothing_is_different(shard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in some(range(shard * 20, shard * 20 + 20)):
        files = versions(seed)
        rows = events(seed, *files, undoing=(0,))
        in_a_row = evaluate_events(files, Roster(ROSTER), rows, AS_OF, status="count")
        with monkeypatch.context() as without:
            without.setattr(PlainRun, "take", lambda _, rows, start, last: start)
            alone = evaluate_events(files, Roster(ROSTER), rows, AS_OF, status="count")
            assert in_a_row == alone, seed


@pytest.mark.parametrize("shard", shards(range(4)))
def test_fused_stages_do_what_they_do_one_by_one(
    shard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in some(range(shard * 40, shard * 40 + 40)):
        files = versions(seed)
        rows = events(seed, *files, undoing=(0,))
        results = []
        for count in (0, len(rows) + 1):
            monkeypatch.setattr("jifen_rules.engine.FUSING_PAYS_FROM", count)
            results.append(evaluate_events(files, Roster(ROSTER), rows, AS_OF, status="count"))
        assert results[0] == results[1], seed


def _adds(amount: int) -> Any:
    def run(sums: Any, item: Any, x: Any) -> Any:
        key = amount
        sums[key] = sums.get(key, 0) + x
        return x + amount

    return run


def _early(sums: Any, item: Any, x: Any) -> Any:
    if x > 3:
        return 3
    return x


def test_pieces_keep_their_own_names_when_they_are_fused() -> None:
    """2 becomes 2 + 1 + 10, at most 3: each stage that changed points is told, with what came and what went on."""
    weigh = plan_of(NET).grants["help"].path[-1]
    adding, bounding = Stage(weigh, _adds(1), _adds(10)), Stage(weigh, _early)
    driven = tuple((stage, stage.pieces, False) for stage in (adding, bounding))
    for driver in (chained, fused):
        sums: dict[Any, Any] = {}
        let, cuts = driver(driven)(sums, None, 2)  # type: ignore[arg-type]  # these pieces ask nothing of it
        assert (let, sums) == (3, {1: 2, 10: 3})
        assert cuts == ((adding, 2, 13, None), (bounding, 13, 3, None))


def test_what_returns_early_is_called_and_not_fused() -> None:
    weigh = plan_of(NET).grants["help"].path[-1]
    own, called = (fused(((Stage(weigh, piece), (piece,), False),)) for piece in (_adds(1), _early))
    assert "piece_0" not in own.__code__.co_names  # type: ignore[attr-defined]  # it is a function
    assert "piece_0" in called.__code__.co_names  # type: ignore[attr-defined]  # it is a function


def plan_of(text: str) -> Plan:
    return compile_versions(load_scheme("net.yaml", text=text)).first


def test_what_is_taken_back_gives_room_in_the_month_it_fell_in() -> None:
    file = load_scheme("net.yaml", text=NET)
    rows = [
        {"id": "a", "date": "2024-01-10", "subject": "甲", "indicator": "help"},
        {"id": "b", "date": "2024-01-20", "subject": "甲", "indicator": "help"},
        {"id": "c", "date": "2024-02-10", "subject": "甲", "indicator": "help"},
        {"id": "d", "date": "2024-02-20", "subject": "甲", "indicator": "help", "revokes": "a"},
    ]
    result = evaluate_events(file, None, rows, AS_OF)
    # January: 8, then min(16, 10) - 8 = 2; February: 8; without a January has 16 - 8 = 8, so 8 - 10 = -2
    assert [int(entry.granted) for entry in result.entries] == [8, 2, 8, -2]


NET = """
scheme: net
effective_from: 2024-01-01
illustrative: true
subject: household
period: year
at_period_end: clear
floor: none
categories:
  - id: good
    indicators:
      - {id: help, points: 8, caps: [{at_most: 10 net kept, per: month}]}
"""

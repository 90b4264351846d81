"""The checker of traces: it finds nothing in what the engine writes, and every alteration."""

import copy
import json
import random
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jifen_rules import evaluate_events, load_scheme, read_roster, read_trace, verify_trace
from jifen_rules.cli import app
from jifen_rules.trace import Chains, trace_lines
from shards import examples, shards
from villages import village

ROOT = Path(__file__).parent.parent
SCHEME = ROOT / "schemes" / "wendeng-rural" / "scheme.yaml"
YEAR = ROOT / "examples" / "wendeng-year"
SEEDS = [range(40_000 + 100 * shard, 40_100 + 100 * shard) for shard in range(10)]


@cache
def year() -> tuple[Any, Any, tuple[str, ...]]:
    scheme, roster = load_scheme(SCHEME), read_roster(YEAR / "roster.csv")
    result = evaluate_events(scheme, roster, YEAR / "events.jsonl", date(2024, 12, 31))
    return scheme, roster, tuple(trace_lines(result))


@pytest.mark.parametrize("seeds", shards(SEEDS))
def test_what_the_engine_writes_holds_and_reads_back_equal(seeds: range) -> None:
    for seed in seeds:
        case = village(seed)
        scheme, roster = load_scheme("village.yaml", text=case.text), read_roster(case.roster)
        result = evaluate_events(scheme, roster, case.events, case.as_of, status="count")
        trace = read_trace(trace_lines(result))
        assert trace.entries == result.entries
        found = verify_trace(trace, scheme, roster)
        assert found.finding is None, f"village({seed}): {found.finding}"
        assert found.lines == len(result.entries) + len(result.scores) + 1


def test_the_example_year_holds_in_less_than_a_second() -> None:
    scheme, roster, lines = year()
    start = time.process_time()
    found = verify_trace(lines, scheme, roster)
    assert time.process_time() - start < 1
    assert found.finding is None
    assert found.caps > 200 and found.levels > 100 and found.totals > 1600


def test_a_category_may_begin_at_something_and_have_no_indicators() -> None:
    text = """scheme: demo
illustrative: true
effective_from: 2024-01-01
subject: household
period: year
base: 0
floor: 0 kept
at_period_end: clear
categories:
  - {id: start, base: 100}
  - {id: a, indicators: [{id: x, points: 1}]}
"""
    scheme = load_scheme("demo.yaml", text=text)
    row = {"id": "1", "date": "2024-03-01", "subject": "A", "indicator": "x"}
    result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    assert result.scores[0].total == 101
    assert verify_trace(trace_lines(result), scheme).finding is None


# --- alterations ---------------------------------------------------------------------------------

Lines = list[dict[str, Any]]


def _pick(lines: Lines, rng: random.Random, wanted: Callable[[dict[str, Any]], bool]) -> int:
    return rng.choice([n for n, line in enumerate(lines) if wanted(line)])


def _moves(line: dict[str, Any]) -> bool:
    return line["outcome"] == "counted" and line["granted"] != "0"


def _other(number: str, rng: random.Random) -> str:
    return str(int(float(number)) + rng.choice([-3, -1, 1, 2, 10]))


def change_granted(lines: Lines, rng: random.Random) -> None:
    line = lines[_pick(lines, rng, _moves)]
    line["granted"] = _other(line["granted"], rng)


def change_asked(lines: Lines, rng: random.Random) -> None:
    line = lines[_pick(lines, rng, lambda li: _moves(li) and "points" not in li["inputs"])]
    line["asked"] = _other(line["asked"], rng)


def change_total(lines: Lines, rng: random.Random) -> None:
    line = lines[_pick(lines, rng, lambda li: li["total_after"] is not None)]
    line["total_after"] = _other(line["total_after"], rng)


def change_ledger(lines: Lines, rng: random.Random) -> None:
    line = lines[_pick(lines, rng, lambda li: bool(li["ledgers"]))]
    name = rng.choice(sorted(line["ledgers"]))
    line["ledgers"][name] = _other(line["ledgers"][name], rng)


def change_date(lines: Lines, rng: random.Random) -> None:
    line = lines[_pick(lines, rng, _moves)]
    line["date"] = rng.choice(["2023", "2025"]) + line["date"][4:]


def change_room(lines: Lines, rng: random.Random) -> None:
    limits = ("added", "deducted", "net")
    number = _pick(
        lines, rng, lambda li: any(s["room"] and s["kind"] in limits for s in li["steps"])
    )
    step = next(s for s in lines[number]["steps"] if s["room"] and s["kind"] in limits)
    step["room"] = _other(step["room"], rng)


def change_step(lines: Lines, rng: random.Random) -> None:
    limits = ("added", "deducted", "net")
    number = _pick(
        lines, rng, lambda li: any(s["room"] and s["kind"] in limits for s in li["steps"])
    )
    step = next(s for s in lines[number]["steps"] if s["room"] and s["kind"] in limits)
    key = rng.choice(["before", "after"])
    step[key] = _other(step[key], rng)


def change_level(lines: Lines, rng: random.Random) -> None:
    rated = [n for n, li in enumerate(lines) if li["outcome"] == "scored"
             and any(s["kind"] == "level" and s["note"] not in ("", "零星") for s in li["steps"])]  # fmt: skip
    step = next(s for s in lines[rng.choice(rated)]["steps"] if s["kind"] == "level")
    step["note"] = rng.choice(
        [w for w in ("五星", "四星", "三星", "二星", "一星") if w != step["note"]]
    )


def drop(lines: Lines, rng: random.Random) -> None:
    del lines[_pick(lines, rng, _moves)]


def repeat(lines: Lines, rng: random.Random) -> None:
    number = _pick(lines, rng, _moves)
    lines.insert(number, copy.deepcopy(lines[number]))


def swap(lines: Lines, rng: random.Random) -> None:
    one = _pick(lines, rng, _moves)
    two = _pick(lines, rng, lambda li: _moves(li) and li["date"] != lines[one]["date"])
    lines[one], lines[two] = lines[two], lines[one]


def move(lines: Lines, rng: random.Random) -> None:
    one = _pick(lines, rng, _moves)
    two = _pick(lines, rng, lambda li: _moves(li) and li["date"] != lines[one]["date"])
    lines.insert(two, lines.pop(one))


def change_base(lines: Lines, rng: random.Random) -> None:
    line = lines[_pick(lines, rng, lambda li: li["outcome"] == "scored")]
    line["inputs"]["base"] = _other(line["inputs"]["base"], rng)


KINDS = [
    change_granted, change_asked, change_total, change_ledger, change_date, change_room,
    change_step, change_level, change_base, drop, repeat, swap, move,
]  # fmt: skip
NAMED = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def altered(kind: Callable[[Lines, random.Random], None], seed: int) -> Lines:
    lines = [json.loads(line) for line in year()[2]]
    kind(lines, random.Random(seed))
    return lines


@NAMED
def test_every_alteration_is_found(kind: Callable[[Lines, random.Random], None]) -> None:
    """Eighty of each kind, 1,040 in all: somebody edits the file."""
    scheme, roster, _ = year()
    for seed in range(examples(80, 20)):
        rows = [json.dumps(line, ensure_ascii=False) for line in altered(kind, seed)]
        assert verify_trace(rows, scheme, roster).finding is not None, seed


@NAMED
def test_a_forger_who_chains_and_seals_anew_is_found(
    kind: Callable[[Lines, random.Random], None],
) -> None:
    """The same without the hashes: what the lines say must add up by itself."""
    scheme, roster, _ = year()
    for seed in range(examples(20, 20)):
        chains, rows = Chains(), []
        for line in altered(kind, seed):
            if line["outcome"] == "sealed":
                line["inputs"] |= {"lines": str(chains.count), "chains": chains.ends}
            rows.append(chains.add(line).decode())
        assert verify_trace(rows, scheme, roster).finding is not None, seed


def test_a_trace_without_its_end_and_no_trace_at_all() -> None:
    scheme, roster, lines = year()
    cut = verify_trace(lines[:-1], scheme, roster).finding
    assert cut is not None and "no seal" in str(cut.reason)
    broken = verify_trace([*lines[:4], "{}"], scheme, roster).finding
    assert broken is not None and broken.line == 5
    other = load_scheme(ROOT / "schemes" / "tongde" / "scheme.yaml")
    assert verify_trace(lines, other).finding is not None


def test_the_command_names_the_first_line_that_fails(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    lines = list(year()[2])
    trace.write_text("".join(lines), "utf-8")
    options = ["--scheme", str(SCHEME), "--roster", str(YEAR / "roster.csv"), "--lang", "en"]
    run = CliRunner().invoke(app, ["verify", str(trace), *options])
    assert (run.exit_code, f"{len(lines)} lines hold" in run.output) == (0, True)
    lines[9] = lines[9].replace('"total_after": "1', '"total_after": "2')
    trace.write_text("".join(lines), "utf-8")
    run = CliRunner().invoke(app, ["verify", str(trace), *options])
    assert run.exit_code == 1
    assert run.output.startswith(f"{trace}:10: ")

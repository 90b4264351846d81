"""The example year: made by its script, touching everything, and the same in any order."""

import json
import runpy
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from jifen_rules import Result, evaluate_events, load_scheme, read_roster
from jifen_rules.cli import app
from jifen_rules.compile import compile_plan
from jifen_rules.trace.chain import trace_schema

ROOT = Path(__file__).parents[2]
SCHEME = ROOT / "schemes" / "wendeng-rural" / "scheme.yaml"
YEAR = ROOT / "examples" / "wendeng-year"
COMMAND = ["score", str(SCHEME), str(YEAR / "events.jsonl"), "--roster", str(YEAR / "roster.csv")]


@pytest.fixture(scope="module")
def result() -> Result:
    from datetime import date

    roster = read_roster(YEAR / "roster.csv")
    return evaluate_events(load_scheme(SCHEME), roster, YEAR / "events.jsonl", date(2025, 1, 5))


def test_the_script_makes_the_very_files(tmp_path: Path) -> None:
    shutil.copy(YEAR / "make.py", tmp_path)
    runpy.run_path(str(tmp_path / "make.py"), run_name="__main__")
    for name in ("roster.csv", "events.jsonl"):
        assert (tmp_path / name).read_bytes() == (YEAR / name).read_bytes()


def test_it_is_as_large_as_a_village() -> None:
    roster = read_roster(YEAR / "roster.csv")
    assert Counter(roster.kind(s) for s in roster.subjects)["person"] == 120
    assert Counter(roster.kind(s) for s in roster.subjects)["household"] == 40
    assert 1400 <= len((YEAR / "events.jsonl").read_text("utf-8").splitlines()) <= 1600


def test_every_indicator_is_granted_or_taken_at_least_once(result: Result) -> None:
    used = {e.indicator for e in result.entries if e.outcome.value in ("counted", "awarded")}
    assert set(compile_plan(load_scheme(SCHEME)).grants) - used == set()


def test_every_cap_binds_somewhere(result: Result) -> None:
    bound = {step.id for entry in result.entries for step in entry.steps if step.room is not None}
    bound |= {s.id for entry in result.entries for s in entry.steps if s.kind == "times"}
    plan = compile_plan(load_scheme(SCHEME))
    assert {cap.mark.id for cap in plan.caps} - bound == set()


def test_every_star_is_reached(result: Result) -> None:
    stars = {s.tiers["star"].level for s in result.scores if s.period.label == "2024"}
    assert stars == {"五星", "四星", "三星", "二星", "一星", "零星", None}


def test_the_dirt_is_all_said(result: Result) -> None:
    outcomes = {entry.event: entry.outcome.value for entry in result.entries if entry.event}
    assert (
        outcomes
        | {
            "D01": "unknown_indicator",
            "D02": "counted",
            "D04": "voided",
            "D05": "void",
            "D06": "counted",
            "D07": "unknown_subject",
            "D08": "not_for_subject",
            "D09": "missing_value",
            "D10": "not_in_table",
            "D11": "not_passed",
            "D12": "conflicting",
            "D13": "no_version",
            "D14": "condition_not_met",
            "D15": "corrected",
            "D16": "counted",
            "D17": "unknown_target",
            "D18": "missing_value",
            "D20": "condition_not_met",
        }
        == outcomes
    )
    counts = Counter(entry.outcome.value for entry in result.entries)
    assert counts["duplicate"] == 1
    assert counts["unreadable"] == 2  # a row without a date, and half a line
    assert counts["carried"] > 0 and counts["tier"] > 0 and counts["held"] > 0
    late = next(entry for entry in result.entries if entry.event == "D06")
    assert [step.kind for step in late.steps] == ["not_stated"]


def test_the_same_bytes_whatever_the_order_of_the_lines(tmp_path: Path) -> None:
    outputs = set()
    lines = (YEAR / "events.jsonl").read_text("utf-8").splitlines()
    for order in (lines, lines[::-1], sorted(lines)):
        events, trace = tmp_path / "events.jsonl", tmp_path / "trace.jsonl"
        events.write_text("\n".join(order) + "\n", "utf-8")
        run = [*COMMAND[:2], str(events), *COMMAND[3:], "--format", "json", "--trace", str(trace)]
        outputs.add(CliRunner().invoke(app, run).stdout + trace.read_text("utf-8"))
    assert len(outputs) == 1


def test_the_json_has_its_shape_and_the_entries_add_up(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    run = CliRunner().invoke(app, [*COMMAND, "--format", "json", "--trace", str(trace)])
    data = json.loads(run.stdout)
    assert {"digest", "scores", "rejected", "boards"} <= set(data)
    keys = {"subject", "period", "base", "total", "tiers", "categories", "ledgers"}
    assert all(keys <= set(row) for row in data["scores"])
    from decimal import Decimal

    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    checker = jsonschema.Draft202012Validator(json.loads(trace_schema()))
    for line in trace.read_text("utf-8").splitlines():
        entry = json.loads(line)
        checker.validate(entry)
        sums[entry["subject"], entry["period"]] += Decimal(entry["granted"])
    for row in data["scores"]:
        key = (row["subject"], row["period"])
        assert Decimal(row["base"]) + sums[key] == Decimal(row["total"])

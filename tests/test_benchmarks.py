"""The benchmarks' drivers agree by checksum.

The loop by hand, in cents and in decimals, the library, and files.
"""

import json
import subprocess
import sys
from pathlib import Path

from shards import thorough

RUN = Path(__file__).parent.parent / "benchmarks" / "run.py"
OWN = ("hand_int", "hand_int_no_gc", "hand_decimal_no_gc", "jifen_rules", "jifen_rules_looked")


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)


def test_all_come_to_the_same_totals_and_the_same_trace() -> None:
    done = python(str(RUN), "--size", "2000", "--repeats", "1", "--only", ",".join(OWN), "--json")
    rows = json.loads(done.stdout)
    assert [row["peer"] for row in rows] == [*OWN]
    assert len({(row["totals"], row["trace"]) for row in rows}) == 1
    assert all(row["events_per_second"] > 0 and row["peak_mb"] > 0 for row in rows)


def test_two_that_differ_end_the_run() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(RUN.parent)!r}); import run\n"
        "one = {'peer': 'a', 'size': 1, 'totals': 1, 'trace': 1}\n"
        "run._check(one, one)\n"
        "run._check(one, one | {'peer': 'b', 'trace': 2})"
    )
    done = python("-c", code)
    assert done.returncode == 1
    assert "b and a differ" in done.stderr or "a and b differ" in done.stderr


def test_the_workload_has_what_it_says() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(RUN.parent)!r})\n"
        "from reference.workload import WEIGHTS, rules\n"
        "found = rules().values()\n"
        "print(len(found), len(WEIGHTS), sum(r['month'] is not None for r in found),"
        " sum(r['count'] is not None for r in found))"
    )
    assert python("-c", code).stdout.split() == ["40", "40", "15", "5"]


FILES = RUN.parent / "files.py"


@thorough
def test_from_a_file_of_either_kind_to_the_same_trace() -> None:
    done = python(str(FILES), "--size", "1500", "--repeats", "1", "--json")
    rows = json.loads(done.stdout)
    parts = ["read", "evaluation", "scores", "digest", "trace", "whole"]
    assert [(row["kind"], row["part"]) for row in rows] == [
        (kind, part) for kind in ("jsonl", "csv", "parquet") for part in parts
    ]
    assert len({row["digest"] for row in rows}) == 1
    assert all(row["seconds"] > 0 and row["peak_mb"] > 0 for row in rows)
    for way in (rows[:6], rows[6:12], rows[12:]):
        assert way[1]["of_evaluation"] == 1
        assert abs(sum(row["seconds"] for row in way[:5]) - way[5]["seconds"]) < 0.001


@thorough
def test_several_workers_go_the_same_way() -> None:
    words = ("--size", "1500", "--repeats", "1", "--only", "jsonl", "--workers", "2", "--json")
    rows = json.loads(python(str(FILES), *words).stdout)
    assert [row["part"] for row in rows if row["kind"] == "jsonl by 2"] == [
        "workers",
        "scores",
        "digest",
        "trace",
        "whole",
    ]
    assert len({row["digest"] for row in rows}) == 1
    used = {row["kind"]: row["processor"] for row in rows if row["part"] == "whole"}
    assert used["jsonl"][1] == 0 < used["jsonl by 2"][1]


def test_files_that_differ_end_the_run() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(RUN.parent)!r}); import files\n"
        "one = dict.fromkeys(('kind', 'events', 'refused', 'totals', 'digest', 'trace'), 1)\n"
        "files.check(one, one)\n"
        "files.check(one, one | {'kind': 'csv', 'digest': 2})"
    )
    done = python("-c", code)
    assert done.returncode == 1 and "differ in digest" in done.stderr


VILLAGE = RUN.parent / "village.py"


@thorough
def test_real_rules_beside_the_reference_workload() -> None:
    done = python(str(VILLAGE), "--villages", "2", "--busy", "1,2", "--repeats", "1", "--json")
    first, *others = json.loads(done.stdout)
    assert [first["name"], *(row["name"] for row in others)] == ["reference", "busy 1", "busy 2"]
    assert first["of_reference"] == 1
    assert [row["subjects"] for row in others] == [240, 240]  # 120 people in each of two villages
    assert others[1]["events"] == first["events"] == 2 * others[0]["events"]


def test_villages_that_differ_end_the_run() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(RUN.parent)!r}); import village\n"
        "alike = [('甲~0', '5', '好'), ('甲~1', '5', '好')]\n"
        "village._check_alike(alike, 2)\n"
        "village._check_alike([*alike, ('乙~1', '5', '好')], 2)"
    )
    done = python("-c", code)
    assert done.returncode == 1
    assert "two villages differ" in done.stderr

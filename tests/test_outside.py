"""A user's package of its own: installed with pip, one scheme, its cases, and a property test."""

import subprocess
import sys
from pathlib import Path

from shards import thorough

ROOT = Path(__file__).parent.parent
SCHEME = """scheme: mine
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: 0 kept
at_period_end: clear
indicators:
  - {id: help, points: 5, caps: [{at_most: 8 added, per: month}]}
  - {id: litter, points: -2}
"""
CASES = """given: {as_of: 2024-12-31}
cases:
  - name: 每月8分
    events: [2024-03-01 甲 help, 2024-03-02 甲 help]
    expect: {totals: {甲: 108}}
"""
PROPERTY = """from datetime import date

from hypothesis import given

from jifen_rules.testing import assert_invariants, event_streams
from jifen_rules import load_scheme

SCHEME = load_scheme("scheme.yaml")


@given(event_streams(SCHEME))
def test_invariants(rows):
    assert_invariants(SCHEME, rows, as_of=date(2024, 12, 31))


def test_fixture(jifen_scheme):
    assert jifen_scheme.scheme.scheme == "mine"
"""


@thorough
def test_a_scheme_its_cases_and_a_property_test_run_outside_the_tree(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    for name, text in (
        ("scheme.yaml", SCHEME),
        ("cases.yaml", CASES),
        ("test_mine.py", PROPERTY),
    ):
        (own / name).write_text(text, "utf-8")
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", f"{ROOT}[testing]"]
    subprocess.run(install, check=True, capture_output=True)
    run = subprocess.run(
        [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in run.stdout, run.stdout + run.stderr

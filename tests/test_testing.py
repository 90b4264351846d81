"""The public strategies and invariants, over shipped schemes."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from jifen_rules import evaluate_events, load_scheme, read_roster
from jifen_rules.testing import (
    assert_invariants,
    event_streams,
    rosters,
    scheme_edits,
    small_schemes,
)
from shards import examples

ROOT = Path(__file__).parent.parent / "schemes"
SCHEMES = [load_scheme(path) for path in sorted(ROOT.rglob("scheme.yaml"))]
PLAIN = [s for s in SCHEMES if s.scheme.scheme not in ("wendeng-rural",)]
few = settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(st.data())
def test_the_invariants_hold_over_streams_of_shipped_schemes(data: st.DataObject) -> None:
    scheme = data.draw(st.sampled_from(PLAIN))
    first = scheme.scheme.effective_from
    rows = data.draw(event_streams(scheme, days=300))
    assert_invariants(scheme, rows, as_of=first.replace(year=first.year + 1))


@few
@given(st.data())
def test_streams_of_a_roster_are_admitted(data: st.DataObject) -> None:
    scheme = next(s for s in SCHEMES if s.scheme.scheme == "dongyang-party")
    roster = read_roster(data.draw(rosters(scheme)))
    rows = data.draw(event_streams(scheme, roster, first=date(2014, 1, 1)))
    result = evaluate_events(scheme, roster, rows, date(2014, 12, 31), status="count")
    assert {e.outcome.value for e in result.entries if e.event} <= {"counted"}
    assert_invariants(scheme, rows, as_of=date(2014, 12, 31), roster=roster)


def test_streams_come_near_the_edges() -> None:
    """The bands of Wendeng's gifts begin above 1000, 5000, 10000 元: some come within 1 of one."""
    scheme = next(s for s in SCHEMES if s.scheme.scheme == "wendeng-rural")
    seen: set[str] = set()

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(event_streams(scheme, subjects=["甲"], indicators=["gift"]))
    def collect(rows: list[dict[str, str]]) -> None:
        seen.update(row["quantity"] for row in rows if row["indicator"] == "gift")

    collect()
    assert {"999", "1000", "1001", "4999", "5000", "5001"} & seen
    assert any(row in seen for row in ("9999", "10000", "10001"))


def test_an_invariant_that_fails_is_named() -> None:
    scheme = next(s for s in SCHEMES if s.scheme.scheme == "tongde-civilised-family")
    rows = [{"id": "e1", "date": "2024-01-01", "subject": "甲", "indicator": "tidy"}]
    assert_invariants(scheme, rows, as_of=date(2024, 3, 31))
    twice = [
        *rows,
        {"id": "void e1", "date": "2024-01-02", "subject": "甲", "indicator": "sorting"},
    ]
    with pytest.raises(AssertionError, match="void"):
        assert_invariants(scheme, [twice[1], rows[0]], as_of=date(2024, 3, 31), only=["void"])


@few
@given(st.data())
def test_the_invariants_hold_over_generated_schemes(data: st.DataObject) -> None:
    scheme = data.draw(small_schemes())
    rows = data.draw(event_streams(scheme))
    assert_invariants(scheme, rows, as_of=date(2024, 12, 31))


@few
@given(st.data())
def test_an_edit_changes_one_number_and_nothing_else(data: st.DataObject) -> None:
    scheme = next(s for s in SCHEMES if s.scheme.scheme == "wendeng-rural")
    edited = data.draw(scheme_edits(scheme))
    old, new = scheme.texts[scheme.file].splitlines(), edited.texts[edited.file].splitlines()
    assert len(old) == len(new)
    assert sum(one != two for one, two in zip(old, new)) == 1


def test_without_hypothesis_the_import_says_what_to_install() -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import jifen_rules.testing"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "needs more: python -m pip install 'jifen-rules[testing]'" in run.stderr.splitlines()[-1]

"""Every shipped scheme is sound, and gives the points its cases work out by hand."""

from pathlib import Path

import pytest

from jifen_rules import load_scheme, read_cases, run_cases
from jifen_rules.cases import Case
from jifen_rules.compile import check_plan
from jifen_rules.problem import Severity
from jifen_rules.render.to_text import render_case

SCHEMES = sorted((Path(__file__).parent.parent / "schemes").glob("*/scheme.yaml"))
CASES = [
    pytest.param(path, case, id=f"{path.parent.name}: {case.name}")
    for path in SCHEMES
    for case in read_cases(path.parent / "cases.yaml")
]


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.parent.name)
def test_a_shipped_scheme_only_lacks_what_its_source_does_not_state(path: Path) -> None:
    problems = check_plan(load_scheme(path))
    assert [p for p in problems if p.severity is not Severity.ADVICE] == []


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.parent.name)
def test_a_shipped_scheme_says_where_it_comes_from(path: Path) -> None:
    assert (path.parent / "SOURCE.md").read_text("utf-8").count("http") >= 1
    assert load_scheme(path).scheme.basis


@pytest.mark.parametrize(("path", "case"), CASES)
def test_case(path: Path, case: Case) -> None:
    (outcome,) = run_cases(load_scheme(path), [case])
    assert outcome.passed, render_case(outcome)


def test_wendeng_has_at_least_sixty_cases() -> None:
    path = next(path for path in SCHEMES if path.parent.name == "wendeng-rural")
    assert len(read_cases(path.parent / "cases.yaml")) >= 60

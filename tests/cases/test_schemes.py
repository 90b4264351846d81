"""Every shipped scheme is sound, and gives the points its cases work out by hand."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jifen_rules import evaluate_events, load_scheme, read_cases, read_roster, run_cases
from jifen_rules.cases.case import Case
from jifen_rules.compile import check_plan
from jifen_rules.core.problem import Severity
from jifen_rules.report.render.to_text import render_case

FOLDER = Path(__file__).parents[2] / "schemes"
SCHEMES = sorted(FOLDER.rglob("scheme.yaml"))
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
    """Its own SOURCE.md, or that of the records gathered with it, which then names it."""
    own = path.parent / "SOURCE.md"
    gathered = path.parent.parent / "SOURCE.md"
    source = (own if own.exists() else gathered).read_text("utf-8")
    assert source.count("http") >= 1
    assert own.exists() or f"| {path.parent.name} " in source
    assert load_scheme(path).scheme.basis


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.parent.name)
def test_only_those_with_invented_figures_are_illustrative(path: Path) -> None:
    assert load_scheme(path).scheme.illustrative is (path.parent.parent.name == "illustrative")


@pytest.mark.parametrize(("path", "case"), CASES)
def test_case(path: Path, case: Case) -> None:
    (outcome,) = run_cases(load_scheme(path), [case])
    assert outcome.passed, render_case(outcome)


def test_wendeng_has_at_least_sixty_cases() -> None:
    path = next(path for path in SCHEMES if path.parent.name == "wendeng-rural")
    assert len(read_cases(path.parent / "cases.yaml")) >= 60


EDGES = [
    (800, "零星", "一星"),
    (990, "一星", "二星"),
    (1020, "二星", "三星"),
    (1040, "三星", "四星"),
    (1060, "四星", "五星"),
]


@pytest.mark.parametrize(("edge", "there", "above"), EDGES)
def test_a_wendeng_star_takes_one_hundredth_above_its_edge(
    edge: int, there: str, above: str
) -> None:
    """No event of the scheme is worth a hundredth, so a judged indicator is added to it."""
    path = next(path for path in SCHEMES if path.parent.name == "wendeng-rural")
    judged = "categories:\n  - {id: t, indicators: [{id: any, points: {between: [-999, 999]}}]}\n"
    scheme = load_scheme(path, text=path.read_text("utf-8").replace("categories:\n", judged, 1))
    roster = read_roster([{"id": "A", "kind": "person", "状态": "在评"}])
    for hundredths, level in ((0, there), (1, above)):
        points = edge - 1000 + Decimal(hundredths) / 100
        event = {"id": "e", "date": "2024-05-01", "subject": "A", "indicator": "any"}
        result = evaluate_events(
            scheme, roster, [event | {"points": points}], date(2024, 12, 31), status="count"
        )
        (score,) = [s for s in result.scores if s.period.label == "2024"]
        assert (score.total, score.tiers["star"].level) == (edge + Decimal(hundredths) / 100, level)

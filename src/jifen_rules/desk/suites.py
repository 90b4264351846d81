"""The call that runs the cases of a draft."""

from ..cases.case import CaseResult
from ..cases.coverage import measure_coverage
from ..cases.reader import read_cases
from ..cases.runner import run_cases
from ..core.message import msg
from ..report.render.language import words
from ..report.render.to_cases import coverage_share
from ..report.render.to_text import render_case
from .asked import Answer, CallData


def cases(asked: CallData) -> Answer:
    """Run the cases of a text against the draft, and tell what none of them tries."""
    scheme = asked.scheme()
    outcomes = run_cases(scheme, read_cases("cases.yaml", text=asked.text("cases")))
    covered = measure_coverage(scheme, outcomes)
    missing = [
        {"place": p.place, "id": p.id, "kind": words(msg(p.kind), asked.lang), "detail": p.detail}
        for p in covered.missing
    ]
    return {
        "cases": [_case(outcome, asked) for outcome in outcomes],
        "points": len(covered.points),
        "seen": len(covered.points) - len(covered.missing),
        "share": coverage_share(covered),
        "missing": missing,
    }


def _case(outcome: CaseResult, asked: CallData) -> Answer:
    return {
        "name": outcome.case.name,
        "line": outcome.case.place.line,
        "passed": outcome.passed,
        "text": "" if outcome.passed else render_case(outcome, asked.lang),
    }

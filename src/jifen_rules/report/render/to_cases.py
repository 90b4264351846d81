"""Results and coverage of cases, for programs: JSON, and JUnit's XML for CI."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...cases.against import Against, CaseChange
from ...cases.case import CaseResult
from ...cases.coverage import Coverage
from ...cases.mutate import Mutation
from ...core.plain_data import data_of
from ...core.terms import plain
from .junit import Check, Checks, junit_document
from .language import Language, words
from .to_json import to_json
from .to_text import render_case


@dataclass(frozen=True, slots=True)
class Suite:
    """One file of cases after a run: results, coverage, mutation (None: not requested)."""

    file: str
    outcomes: tuple[CaseResult, ...]
    coverage: Coverage | None = None
    mutation: Mutation | None = None
    against: Against | None = None


def cases_json(suites: Sequence[Suite], language: Language = "en") -> str:
    """Write suites as JSON: each case with what differs, and the points that were not seen."""
    return to_json([_suite(suite, language) for suite in suites])


def _suite(suite: Suite, language: Language) -> Mapping[str, object]:
    data: dict[str, object] = {
        "file": suite.file,
        "cases": [
            {
                "name": outcome.case.name,
                "line": outcome.case.place.line,
                "passed": outcome.passed,
                "differences": [
                    {"figure": d.figure, "expected": d.expected, "found": d.found}
                    for d in outcome.differences
                ],
            }
            for outcome in suite.outcomes
        ],
    }
    if suite.coverage is not None:
        data["coverage"] = {
            "points": len(suite.coverage.points),
            "seen": len(suite.coverage.points) - len(suite.coverage.missing),
            "missing": [
                {"place": p.place, "id": p.id, "kind": p.kind, "detail": p.detail}
                for p in suite.coverage.missing
            ],
        }
    if suite.mutation is not None:
        data["mutation"] = {
            "mutants": suite.mutation.total,
            "survivors": [
                {"place": m.place, "id": m.id, "change": words(m.change, language)}
                for m in suite.mutation.survivors
            ],
            "untried": [
                {"place": u.place, "id": u.id, "key": u.key} for u in suite.mutation.untried
            ],
        }
    if suite.against is not None:
        data["against"] = {
            "changes": data_of(suite.against.diff.changes, language),
            "cases": [_case_change(one, suite.against) for one in suite.against.cases],
        }
    return data


def _case_change(one: CaseChange, against: Against) -> Mapping[str, object]:
    """Give a case that changes, and its causes by their numbers in the list of changes, from 0."""
    return {
        "name": one.case.name,
        "line": one.case.place.line,
        "passed_before": one.is_broken,
        "causes": [against.diff.changes.index(change) for change in one.causes],
        "alone": one.is_alone,
    }


def cases_junit(suites: Sequence[Suite], language: Language = "en") -> str:
    """Write suites as JUnit's XML, one `testsuite` for each file."""
    return junit_document(
        Checks(suite.file, tuple(_check(outcome, language) for outcome in suite.outcomes))
        for suite in suites
    )


def _check(outcome: CaseResult, language: Language) -> Check:
    if outcome.passed:
        return Check(outcome.case.name)
    text = render_case(outcome, language)
    return Check(outcome.case.name, text.splitlines()[1].strip(), text)


def coverage_share(coverage: Coverage) -> str:
    """Return the share in percent, to a tenth, never rounded up."""
    tenths = coverage.share * 1000
    return plain(tenths.numerator // tenths.denominator, 10)

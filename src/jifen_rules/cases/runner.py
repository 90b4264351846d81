"""Run cases: a scheme, some events, and the points they must give.

Events of a case count without a status.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..compile import check_plan
from ..compile.variants import change_scheme
from ..core.faults import FAULTS
from ..core.message import N_, SaidError, msg, said_by
from ..core.problem import CaseError, Problem, SchemeError
from ..plan import Cap, Plan
from ..scheme.load import load_scheme
from ..scheme.model import SchemeFile
from ..session import Ready, make_ready
from ..trace.entry import Result
from .case import Case, CaseResult, Difference
from .compare import never_said, run_case


def run_cases(
    schemes: SchemeFile | Sequence[SchemeFile], cases: Sequence[Case]
) -> tuple[CaseResult, ...]:
    """Run cases against a scheme (or its versions) and return one result each, in their order.

    SchemeError as `evaluate_events`; CaseError if the scheme that a case names cannot be loaded.

    >>> from jifen_rules import load_scheme, read_cases, run_cases
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> cases = read_cases("cases.yaml", text='''
    ... cases:
    ...   - name: 一次志愿服务
    ...     as_of: 2024-12-31
    ...     events: [{id: 1, date: 2024-03-01, subject: 张家, indicator: help}]
    ...     expect: {totals: {张家: 5}}
    ... ''')
    >>> [case.passed for case in run_cases(scheme, cases)]
    [True]
    """
    runner = CaseRunner(schemes)
    return tuple(runner.run(case) for case in cases)


class CaseRunner:
    """Runs cases against a scheme (or its versions), each variant of it compiled once.

    >>> from jifen_rules import load_scheme, read_cases
    >>> from jifen_rules.cases import CaseRunner
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> cases = read_cases("cases.yaml", text='''
    ... cases:
    ...   - name: 一次志愿服务
    ...     as_of: 2024-12-31
    ...     events: [{id: 1, date: 2024-03-01, subject: 张家, indicator: help}]
    ...     expect: {totals: {张家: 5}}
    ... ''')
    >>> CaseRunner(scheme).run(cases[0]).differences
    ()
    """

    def __init__(self, schemes: SchemeFile | Sequence[SchemeFile]) -> None:
        self._schemes = schemes
        self._ready: dict[tuple[str, tuple[tuple[str, str], ...]], Ready] = {}

    def run(self, case: Case) -> CaseResult:
        """Run one case.

        SchemeError as `evaluate_events`, CaseError if its scheme cannot be loaded.
        """
        if "problems" in case.expect:
            return _checked(self._schemes, case)
        other = case.scheme and str(Path(case.place.file).parent / case.scheme)
        variant = (other, case.changes)
        if variant not in self._ready:
            self._ready[variant] = make_ready(_variant(self._schemes, case))
        (found,) = run_ready(self._ready[variant], [case])
        never = tuple(never_said(case, self._ready[variant].files))
        return replace(found, differences=(*found.differences, *never)) if never else found


def _checked(schemes: SchemeFile | Sequence[SchemeFile], case: Case) -> CaseResult:
    """Check the scheme of a case, which may be unsound: the names of findings, no points."""
    try:
        variant = _variant(schemes, case)
        several = (variant,) if isinstance(variant, SchemeFile) else variant
        problems = [problem for file in several for problem in check_plan(file)]
    except SchemeError as error:
        problems = [*error.problems]
    found = {problem.fault.name for problem in problems}
    wanted = case.expect["problems"].get("", [])
    missing = (
        [str(name) for name in wanted if name not in found] if isinstance(wanted, list) else []
    )
    differences = tuple(
        Difference("problems", name, ", ".join(sorted(found)) or "none") for name in missing
    )
    nothing = Result.nothing(case.as_of)
    return CaseResult(case, differences, nothing, {})


def _variant(
    schemes: SchemeFile | Sequence[SchemeFile], case: Case
) -> SchemeFile | Sequence[SchemeFile]:
    """Return the scheme of a case: that beside it or another, perhaps with values changed."""
    try:
        if case.scheme:
            schemes = load_scheme(Path(case.place.file).parent / case.scheme)
        if not case.changes:
            return schemes
        if not isinstance(schemes, SchemeFile):
            raise SaidError(msg(N_("'set' changes one scheme, and there are several versions")))
        return change_scheme(schemes, dict(case.changes))
    except (ValueError, OSError) as error:
        said = said_by(error) if isinstance(error, ValueError) else msg("{text}", text=str(error))
        detail = {"detail": said}
        raise CaseError([Problem(FAULTS["not-a-case"], case.place, detail)]) from None


def run_ready(ready: Ready, cases: Sequence[Case]) -> tuple[CaseResult, ...]:
    """Do what `run_cases` does, with a scheme that was made ready before."""
    plan = ready.versions.last
    rules = dict(_rules(plan))
    return tuple(run_case(ready, case, rules) for case in cases)


def _rules(plan: Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """List where each rule stands, by its id, then where its limits or levels stand."""
    floors = [limit.mark.place for ledger in plan.ledgers.values() for limit in ledger.limits]
    for grant in plan.grants.values():
        own = [cap.mark.place for cap in grant.quantity_caps]
        own += [stage.mark.place for stage in grant.path if isinstance(stage, Cap)]
        yield grant.mark.id, tuple(dict.fromkeys((grant.mark.place, *own, *floors)))
    for ladder in plan.ladders.values():
        levels = [rung.mark.place for rung in ladder.rungs]
        yield ladder.mark.id, tuple(dict.fromkeys((ladder.mark.place, *levels)))
    marks = [reward.mark for reward in plan.rewards.values()]
    for mark in (*marks, *(rule.mark for rule in plan.rules)):
        yield mark.id, (mark.place,)

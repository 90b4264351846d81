"""Cases under an older and a newer scheme: which change of the rules breaks which case.

Each change is tried alone upon the older scheme, and left out of the newer one: a change that does
it alone, or without which it does not happen, is a cause. Writes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..analysis.change import Change, SchemeDiff, diff_schemes
from ..core.problem import CaseError, SchemeError
from ..scheme.model import SchemeFile
from .case import Case, CaseResult
from .runner import CaseRunner


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that one scheme passes and the other fails, and the changes that are the cause.

    - `before`, `after`: its results; None where it cannot be run, such as a `set` of a value that
      is not there.
    - `causes`: the changes that do it alone upon the older scheme; else those without which it
      does not happen; none where only several do it in more than one way.
    - `is_alone`: whether each cause does it alone.
    """

    case: Case
    before: CaseResult | None
    after: CaseResult | None
    causes: tuple[Change, ...]
    is_alone: bool

    @property
    def is_broken(self) -> bool:
        """Tell whether the case passed before and does not now."""
        return _passes(self.before)


@dataclass(frozen=True, slots=True)
class Against:
    """What cases say of a change of rules: the changes, and each case whose result differs."""

    diff: SchemeDiff
    cases: tuple[CaseChange, ...]


def compare_cases(old: SchemeFile, new: SchemeFile, cases: Sequence[Case]) -> Against:
    """Run cases against both schemes and find the changes that decide those that differ.

    Cases that name a scheme of their own, or expect problems of it, are left out. SchemeError if
    one of the two does not hold together.

    >>> from jifen_rules import load_scheme, read_cases
    >>> from jifen_rules.cases.against import compare_cases
    >>> text = '''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}'''
    >>> old = load_scheme("old.yaml", text=text)
    >>> new = load_scheme("new.yaml", text=text.replace("points: 5", "points: 8"))
    >>> cases = read_cases("cases.yaml", text='''
    ... cases:
    ...   - name: 一次志愿服务
    ...     as_of: 2024-12-31
    ...     events: [2024-03-01 张家 help]
    ...     expect: {totals: {张家: 5}}
    ... ''')
    >>> [one] = compare_cases(old, new, cases).cases
    >>> one.case.name, [change.id for change in one.causes]
    ('一次志愿服务', ['help'])
    """
    diff = diff_schemes(old, new)
    own = [case for case in cases if not case.scheme and "problems" not in case.expect]
    before, after = _results([old], own), _results([new], own)
    differing = [
        number for number in range(len(own)) if _passes(before[number]) != _passes(after[number])
    ]
    wanted = [own[number] for number in differing]
    first, last = ([side[number] for number in differing] for side in (before, after))
    alone = [_changed(diff, (change,), wanted, first) for change in diff.changes]
    without = [
        _changed(diff, [other for other in diff.changes if other is not change], wanted, last)
        for change in diff.changes
    ]
    return Against(diff, tuple(_causes(diff, wanted, (first, last), alone, without)))


def _causes(
    diff: SchemeDiff,
    cases: Sequence[Case],
    results: tuple[Sequence[CaseResult | None], Sequence[CaseResult | None]],
    alone: Sequence[Sequence[bool]],
    without: Sequence[Sequence[bool]],
) -> Iterator[CaseChange]:
    for number, case in enumerate(cases):
        sides = (results[0][number], results[1][number])
        doing = [c for c, row in zip(diff.changes, alone, strict=True) if row[number]]
        needed = [c for c, row in zip(diff.changes, without, strict=True) if row[number]]
        yield CaseChange(case, *sides, tuple(doing or needed), bool(doing))


def _changed(
    diff: SchemeDiff,
    changes: Sequence[Change],
    cases: Sequence[Case],
    results: Sequence[CaseResult | None],
) -> list[bool]:
    """Tell for each case whether it has another outcome with some of the changes made."""
    try:
        found = _results(diff.with_changes(changes), cases)
    except (SchemeError, ValueError):  # one of them needs another
        return [False] * len(cases)
    return [_passes(one) != _passes(two) for one, two in zip(found, results, strict=True)]


def _results(schemes: Sequence[SchemeFile], cases: Sequence[Case]) -> list[CaseResult | None]:
    (file,) = schemes
    runner = CaseRunner(file)
    return [_result(runner, case) for case in cases]


def _result(runner: CaseRunner, case: Case) -> CaseResult | None:
    try:
        return runner.run(case)
    except CaseError:
        return None


def _passes(result: CaseResult | None) -> bool:
    return result is not None and result.passed

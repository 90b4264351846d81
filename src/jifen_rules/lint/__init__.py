"""A sound scheme -> what is unlawful, unfair, unclear or forgotten in it, as problems.

One rule per file; `RULES` lists them. Takes what `load` and `compile` let pass; refuses to
change anything, and no figure ever depends on it.
"""

from collections.abc import Iterable
from typing import Final

from ..compile import compile_plan
from ..model import SchemeFile
from ..plan import Plan
from ..problem import Problem
from . import black_list, judged_without_criteria
from .accept import COMMENT_RULES, accept
from .draft import Draft
from .rule import LintRule
from .select import select_rules

RULES: Final[tuple[LintRule, ...]] = (
    black_list.RULE,
    judged_without_criteria.RULE,
    *COMMENT_RULES,
)
"""Every rule of the house, by code. Give `lint_scheme` more: `RULES + (mine,)`."""


def lint_scheme(file: SchemeFile, rules: Iterable[LintRule] = RULES) -> tuple[Problem, ...]:
    """List what rules find in a scheme, sorted by place.

    What a comment accepts is in the list with its reason as `accepted`. SchemeError where the
    scheme has mistakes (codes M…).

    >>> from jifen_rules import lint_scheme, load_scheme
    >>> text = '''
    ... scheme: demo
    ... effective_from: 2024-01-01
    ... subject: household
    ... period: year
    ... floor: none
    ... at_period_end: clear
    ... indicators: [{id: litter, name: 乱扔垃圾, points: -2, then: [{action: 上黑榜}]}]
    ... '''
    >>> found = lint_scheme(load_scheme("demo.yaml", text=text))
    >>> [problem.fault.name for problem in found if problem.code == "J107"]
    ['black-list']
    """
    return lint_plan(file, compile_plan(file), rules)


def lint_plan(
    file: SchemeFile, plan: Plan, rules: Iterable[LintRule] = RULES
) -> tuple[Problem, ...]:
    """Do what `lint_scheme` does with a plan that is there already."""
    asked, draft = tuple(rules), Draft(file, plan)
    found = [problem for rule in asked for problem in rule.check(draft)]
    known = {rule.code for rule in (*RULES, *asked)}
    accepted = accept(found, file, asked, sorted(known))
    return tuple(sorted(accepted, key=lambda problem: problem.sort_key))


__all__ = ["RULES", "Draft", "LintRule", "lint_plan", "lint_scheme", "select_rules"]

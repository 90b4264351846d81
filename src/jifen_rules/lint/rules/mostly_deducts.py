"""Far more ways to lose than to earn."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import BOTH_WAYS, STANDARD
from ..rule import LintRule
from ..signs import signs

MANY: Final = 6
"""Minimum number of deducts for this check."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find schemes with more than twice as many deducts as awards."""
    grants = draft.plan.grants.values()
    costing = sum(signs(grant.value) == {"-"} for grant in grants)
    earning = len(draft.plan.grants) - costing
    if costing >= MANY and 0 < 2 * earning < costing:
        key = "indicators" if draft.scheme.indicators else "categories"
        yield RULE.at(draft.place((key, "key")), costs=str(costing), earns=str(earning))


RULE: Final = LintRule(
    code="J504",
    name="mostly-deducts",
    family="incentives",
    severity=Severity.ADVICE,
    message=N_("{costs} indicators cost points and only {earns} earn them"),
    help=N_("take out deducts that the law deals with already, and add what people can do well"),
    why=N_(
        "The policy moves governing from orders to encouragement. Where most lines punish, people "
        "keep away."
    ),
    check=check,
    bad=(
        dedent("""\
            categories: absent
            «indicators»:
              - {id: tidy, name: 院落整洁, points: 5}
              - {id: w0, name: 乱扔垃圾, points: -1}
              - {id: w1, name: 乱排污水, points: -1}
              - {id: w2, name: 占道停车, points: -1}
              - {id: w3, name: 焚烧秸秆, points: -1}
              - {id: w4, name: 乱贴乱画, points: -1}
              - {id: w5, name: 毁坏绿化, points: -1}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
              - {id: litter, name: 乱扔垃圾, points: -1}
            """),
    ),
    quotes=(BOTH_WAYS, STANDARD),
)

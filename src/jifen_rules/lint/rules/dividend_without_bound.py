"""S2, milder: a part of the dividend depends on points, without a stated basis and bound."""

import re
from collections.abc import Iterator
from fractions import Fraction
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import FormulaForm, Reward
from ..draft import LintContext
from ..policy import RESULTS, RIGHTS
from ..rule import LintRule
from ..touches import touching

MOST: Final = Fraction(1, 5)
"""The largest part of a dividend that depends on points in published schemes of this kind."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find rewards that touch dividends, except those with a basis and a small stated part."""
    for touch in touching(draft, "dividend", suggest=("reward",)):
        if touch.sort == "reward" and not _is_bounded(draft.scheme.rewards[int(touch.path[1])]):
            yield touch.found(RULE)


def _is_bounded(reward: Reward) -> bool:
    gives = reward.gives
    text = gives.formula if isinstance(gives, FormulaForm) else ""
    parts = [Fraction(number) for number in re.findall(r"(?<![\w.])0\.\d{1,9}", text)]
    return bool(reward.basis and parts) and max(parts) <= MOST


RULE: Final = LintRule(
    code="J104",
    name="dividend-without-bound",
    family="compliance",
    severity=Severity.WARNING,
    message=N_(
        "'{what}' divides collective income by points, without a stated basis and a bound of at "
        "most a fifth"
    ),
    help=N_(
        "add 'basis: …' (the members' vote) and keep the part that goes by points to a fifth or "
        "less"
    ),
    why=N_(
        "A bounded part of the profit may reward good conduct if the members decided it. Without "
        "a bound, the income that is every member's by law hangs on points."
    ),
    check=check,
    bad=(
        dedent("""\
            rewards:
              - id: share
                name: 积分分红
                for: [village]
                gives: {formula: quantity * 0.49}
                to: {households: by total, village: rest}
                round: 1 down
                touches: [«dividend»]
                basis: 成员大会通过，年度预算另定
            """),
    ),
    good=(
        dedent("""\
            rewards:
              - id: share
                name: 积分分红
                for: [village]
                gives: {formula: quantity * 0.1}
                to: {households: by total, village: rest}
                round: 1 down
                touches: [dividend]
                basis: 成员大会通过，提取不超过一成，年度预算另定
            """),
    ),
    quotes=(RIGHTS, RESULTS),
)

"""S1, milder: subsidies depend on points, but nothing is taken away."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import RIGHTS
from ..rule import LintRule
from ..touches import touching


def check(draft: LintContext) -> Iterator[Problem]:
    """Find rewards that touch subsidies, and deducts about subsidies."""
    for touch in touching(draft, "subsidy", suggest=("reward",)):
        if not (touch.takes and touch.sort in ("effect", "reward")):
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J102",
    name="subsidy-by-points",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' ties points to government subsidies or relief"),
    help=N_(
        "give what is due by law without looking at points; over abuse, deduct only what an "
        "authority has found"
    ),
    why=N_(
        "What is due by law cannot be earned, and asking for it cannot cost. Where points decide "
        "over it, even upward, those with few points lose what is theirs."
    ),
    check=check,
    bad=(
        dedent("""\
            rewards:
              - id: relief
                name: 困难户临时金
                when: total >= 60
                gives: 每户200元
                touches: [«subsidy»]
                basis: 年度预算3000元
            """),
        dedent("""\
            indicators:
              - {id: fraud, name: 冒领补贴, points: -2, touches: [«subsidy»]}
            """),
    ),
    good=(
        dedent("""\
            rewards:
              - {id: soap, name: 香皂, spends: 20, gives: 香皂一块, basis: 年度预算3000元}
            """),
    ),
    quotes=(RIGHTS,),
)

"""S12: bank credit made worse by conduct scores."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import CREDIT, RIGHTS
from ..rule import LintRule
from ..touches import touching


def check(draft: LintContext) -> Iterator[Problem]:
    """Find what takes something away and touches credit."""
    for touch in touching(draft, "credit", suggest=("effect",)):
        if touch.takes:
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J116",
    name="credit-made-worse",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' makes bank credit worse for points"),
    help=N_("let points open something better, never something worse"),
    why=N_(
        "The policy lets a good score raise a credit line. It says nothing of closing one: how a "
        "loan is paid back is the bank's to judge, not who swept the yard."
    ),
    check=check,
    bad=(
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 上报银行, touches: [«credit»]}]}
            """),
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 停止«贷款»三年}]}
            """),
    ),
    good=(
        dedent("""\
            rewards:
              - id: loan
                name: 信用贷款额度上浮
                when: total >= 120
                gives: 额度上浮一成
                touches: [credit]
                basis: 年度预算3000元
            """),
    ),
    quotes=(CREDIT, RIGHTS),
)

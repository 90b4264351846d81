"""S2: collective income or dividends stopped, cut or frozen."""

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
    """Find what takes something away and touches dividends."""
    for touch in touching(draft, "dividend", suggest=("effect",)):
        if touch.takes and touch.sort != "reward":
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J103",
    name="dividend-withheld",
    family="compliance",
    severity=Severity.ERROR,
    message=N_("'{what}' takes away collective income or dividends"),
    help=N_("take it out: a member's share in the collective is his by law"),
    why=N_(
        "The share in the income of the collective belongs to its members by law; it cannot be "
        "stopped, cut or frozen for points."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - id: litter
                name: 乱扔垃圾
                points: -2
                then: [{action: 冻结一年, touches: [«dividend»]}]
            """),
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 停发当年«分红»}]}
            """),
    ),
    good=(
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 上门谈心}]}
            """),
    ),
    quotes=(RIGHTS,),
)

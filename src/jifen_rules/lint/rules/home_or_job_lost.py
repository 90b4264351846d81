"""S15: housing or a job lost by points."""

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
    """Find what takes something away and touches housing or jobs."""
    for word in ("housing", "job"):
        for touch in touching(draft, word, suggest=("effect",)):
            if touch.takes:
                yield touch.found(RULE)


RULE: Final = LintRule(
    code="J120",
    name="home-or-job-lost",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' puts a home or a job at stake"),
    help=N_("take it out, or leave it to the law on building, land and labour"),
    why=N_(
        "Who builds against the law is dealt with by the law. A score must not cost a family its "
        "house, its plot or its work."
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
                  - {name: 其他, then: [{action: 不再安排, touches: [«job»]}]}
            """),
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 暂停审核«宅基地»申请}]}
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

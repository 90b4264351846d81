"""S1: government subsidies, relief or welfare taken away for points."""

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
    """Find a consequence or a reward that takes subsidies away."""
    for touch in touching(draft, "subsidy", suggest=("effect",)):
        if touch.takes and touch.sort in ("effect", "reward"):
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J101",
    name="subsidy-withheld",
    family="compliance",
    severity=Severity.ERROR,
    message=N_("'{what}' takes government subsidies or relief away for points"),
    help=N_("take it out: who gets a subsidy is decided by its own rules alone"),
    why=N_(
        "Subsidies, relief and welfare are due by law. A village may not make them a stake in a "
        "game of points, whatever the conduct was."
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
                  - {name: 其他, then: [{action: 不再发给, touches: [«subsidy»]}]}
            """),
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 取消享受«补贴»、救助}]}
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
        dedent("""\
            indicators:
              - id: tidy
                name: 家前屋后干净
                points: 5
                caps: [{at_most: 1 time, per: quarter}]
                then: [{action: 表扬一次}]
            """),
    ),
    quotes=(RIGHTS,),
)

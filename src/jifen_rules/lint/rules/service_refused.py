"""S3: public services or procedures refused."""

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
    """Find what takes something away and touches public services."""
    for touch in touching(draft, "public_service", suggest=("effect",)):
        if touch.takes:
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J105",
    name="service-refused",
    family="compliance",
    severity=Severity.ERROR,
    message=N_("'{what}' refuses or limits a public service"),
    help=N_("take it out: papers, permits, water and power go by their own rules"),
    why=N_(
        "A certificate, a permit, water or power are no rewards. Nobody may be kept from them for "
        "points, not even for a while."
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
                  - {name: 其他, then: [{action: 三个月不予办, touches: [«public_service»]}]}
            """),
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 暂停«开具证明»、盖章}]}
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
            rewards:
              - id: care
                name: 免费体检
                spends: 20
                gives: 免费体检一次
                touches: [public_service]
                basis: 年度预算3000元
            """),
    ),
    quotes=(RIGHTS,),
)

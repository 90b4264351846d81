"""S9: party standing decided by score."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import HONOURS, RIGHTS
from ..rule import LintRule
from ..touches import touching


def check(draft: LintContext) -> Iterator[Problem]:
    """Find what takes something away and touches party standing."""
    for touch in touching(draft, "party_standing", suggest=("effect",)):
        if touch.takes:
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J112",
    name="party-standing-lost",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' lets points decide over party standing"),
    help=N_("let points be heard as one reference; membership goes by the rules of the party"),
    why=N_(
        "Membership, probation and discipline have rules of their own. A score may be looked at "
        "there; it cannot decide."
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
                  - {name: 其他, then: [{action: 列为不合格, touches: [«party_standing»]}]}
            """),
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 取消«预备党员»资格}]}
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
    quotes=(RIGHTS, HONOURS),
)

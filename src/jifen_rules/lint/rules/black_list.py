"""S5: a public black list, or self-criticism before everybody."""

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
    """Find what takes something away and touches a black list."""
    for touch in touching(draft, "blacklist", suggest=("effect", "indicator")):
        if touch.takes:
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J107",
    name="black-list",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' puts people on a public black list or makes them confess in public"),
    help=N_("praise the good by name, and speak with the others in private"),
    why=N_(
        "A good name is a lawful right. The policy asks for boards of honour, not of shame; what "
        "a fault costs can be said to the household alone."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - id: litter
                name: 乱扔垃圾
                points: -2
                then: [{action: 张榜公布, touches: [«blacklist»]}]
            """),
        dedent("""\
            indicators:
              - {id: litter, name: 乱扔垃圾, points: -2, then: [{action: 上«黑榜»一周}]}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: litter, name: 乱扔垃圾, points: -2, then: [{action: 上门提醒}]}
            """),
        dedent("""\
            indicators:
              - id: tidy
                name: 院落整洁
                points: 5
                caps: [{at_most: 1 time, per: quarter}]
                then: [{action: 上红榜}]
            """),
    ),
    quotes=(RIGHTS, HONOURS),
)

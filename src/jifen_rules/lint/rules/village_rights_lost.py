"""S9: loss of the right to take part in village affairs."""

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
    """Find a consequence that takes such a right away."""
    for touch in touching(draft, "village_affairs", suggest=("effect",)):
        if touch.takes and touch.sort in ("effect", "reward"):
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J111",
    name="village-rights-lost",
    family="compliance",
    severity=Severity.ERROR,
    message=N_("'{what}' takes away the right to take part in village affairs"),
    help=N_("take it out: who may vote, stand and speak is decided by the law"),
    why=N_(
        "To vote, to stand for election and to speak in the assembly is every villager's by law. "
        "No score can give or take it."
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
                  - {name: 其他, then: [{action: 两年内不参加, touches: [«village_affairs»]}]}
            """),
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 取消参加«村级事务»的资格}]}
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

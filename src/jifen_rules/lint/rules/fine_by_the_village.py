"""S6: fines imposed by the village."""

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
    """Whatever takes and touches it."""
    for touch in touching(draft, "fine", suggest=("effect", "indicator")):
        if touch.takes:
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J108",
    name="fine-by-the-village",
    family="compliance",
    severity=Severity.ERROR,
    message=N_("'{what}' is a fine, and a village may not fine"),
    help=N_("take the fine out; points are enough"),
    why=N_(
        "Only the law can let somebody be fined, and only the authorities it names may do it. A "
        "deduct of points is what a village has."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - id: litter
                name: 乱扔垃圾
                points: -2
                then: [{action: 交200元, touches: [«fine»]}]
            """),
        dedent("""\
            indicators:
              - {id: litter, name: 乱扔垃圾, points: -2, then: [{action: 另处«罚款»200元}]}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: litter, name: 乱扔垃圾, points: -2, then: [{action: 补栽一棵树}]}
            """),
    ),
    quotes=(RIGHTS,),
)

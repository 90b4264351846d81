"""S10: points for pleasing inspectors or knowing answers."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import URGENT
from ..rule import LintRule
from ..touches import touching


def check(draft: LintContext) -> Iterator[Problem]:
    """Find what touches inspections, whether it gives or takes."""
    for touch in touching(draft, "inspection", suggest=("indicator",)):
        if True:
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J113",
    name="points-for-inspection",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' gives or takes points for pleasing inspectors or knowing answers"),
    help=N_("count what is done for the village, not what is said to visitors"),
    why=N_(
        "Points are for what people need most in the village. Learning answers for inspectors "
        "helps nobody and teaches pretence."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: knows, name: 说得出包户干部, points: 5, touches: [«inspection»]}
            """),
        dedent("""\
            indicators:
              - {id: policy, name: «知晓»帮扶政策, points: 5}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: training, name: 参加技能培训, points: 5}
            """),
    ),
    quotes=(URGENT,),
)

"""S7: lawful petition, speech or complaint punished."""

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
    """Find what takes something away and touches complaints."""
    for touch in touching(draft, "complaint", suggest=("effect", "indicator")):
        if touch.takes:
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J109",
    name="complaint-punished",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' may punish petition, complaint or speech"),
    help=N_(
        "take it out, or count only what a court or the police has found to be against the law, "
        "and say so in 'basis'"
    ),
    why=N_(
        "To complain, to petition and to speak are rights. Who can lose points over a complaint "
        "that turns out wrong will not complain at all."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: hotline, name: 拨打热线, points: -5, touches: [«complaint»]}
            """),
        dedent("""\
            indicators:
              - {id: petition, name: 越级«上访», points: -5}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: report, name: 反映安全隐患, points: 5, touches: [complaint]}
            """),
    ),
    quotes=(RIGHTS,),
)

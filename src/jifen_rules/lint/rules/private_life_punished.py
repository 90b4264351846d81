"""S8: private life, such as bride price, family planning, funerals, graves, belief."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import RIGHTS, URGENT
from ..rule import LintRule
from ..touches import touching


def check(draft: LintContext) -> Iterator[Problem]:
    """Find what takes something away and touches private life."""
    for touch in touching(draft, "private_life", suggest=("effect", "indicator")):
        if touch.takes:
            yield touch.found(RULE)


RULE: Final = LintRule(
    code="J110",
    name="private-life-punished",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' costs points over private life"),
    help=N_("reward the better custom instead, or rest on a law in 'basis'"),
    why=N_(
        "Weddings, funerals, graves, children and belief are a family's own affair so far as the "
        "law leaves them. The policy wants new customs led by example and awards."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: feast, name: 摆席超过十桌, points: -5, touches: [«private_life»]}
            """),
        dedent("""\
            indicators:
              - {id: price, name: «彩礼»过高, points: -5}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: simple, name: 婚事新办, points: 5, touches: [private_life]}
            """),
    ),
    quotes=(RIGHTS, URGENT),
)

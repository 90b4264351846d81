"""Levels from which nothing follows."""

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import RESULTS
from ..rule import LintRule

_TELLS: Final = re.compile("可|享受|参加|奖|免")
"""Words in a level's name that tell what it brings."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find ladders without consequences whose id is used nowhere else."""
    for number, ladder in enumerate(draft.scheme.tiers):
        used = any(level.then for level in ladder.levels) or draft.mentions(ladder.key) > 1
        named = any(
            draft.mentions(level.key) > 1 or _TELLS.search(level.label) for level in ladder.levels
        )
        if not used and not named:
            yield RULE.at(draft.place_of(("tiers", number), ladder), what=ladder.label)


RULE: Final = LintRule(
    code="J609",
    name="ladder-without-use",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("nothing follows from the levels of '{what}'"),
    help=N_(
        "say what a level brings: 'then: [{{action: 授牌}}]', a reward with 'when', or take the "
        "ladder out"
    ),
    why=N_(
        "A level without a consequence is soon forgotten. If it is an honour, say how it is given."
    ),
    check=check,
    bad=(
        dedent("""\
            tiers:
              - id: ladder9
                name: «年度等次»
                by: total
                levels: [{name: 优秀户, at_least: 120}, {name: 一般户}]
            rewards:
              - {id: soap, name: 香皂, spends: 20, gives: 香皂一块, basis: 年度预算3000元}
            """),
    ),
    good=(
        dedent("""\
            tiers:
              - id: ladder9
                name: 年度等次
                by: total
                levels: [{name: 优秀户, at_least: 120}, {name: 一般户}]
            rewards:
              - id: soap
                name: 香皂
                when: "reached(ladder9, '优秀户')"
                gives: 香皂一块
                basis: 年度预算3000元
            """),
    ),
    quotes=(RESULTS,),
)

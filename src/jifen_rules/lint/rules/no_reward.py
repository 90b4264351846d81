"""Points that bring nothing."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import Indicator
from ..draft import LintContext
from ..policy import RESULTS
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find schemes without rewards, ladders and consequences of rules."""
    outer = [owner for _, owner, _ in draft.effects if not isinstance(owner, Indicator)]
    if not (draft.scheme.rewards or draft.scheme.tiers or outer):
        yield RULE.at(draft.place(("scheme",)))


RULE: Final = LintRule(
    code="J501",
    name="no-reward",
    family="incentives",
    severity=Severity.ADVICE,
    message=N_("points bring nothing here: neither a reward nor a level"),
    help=N_("say what follows: a ladder with an honour ('then: [{{action: …}}]') or a reward"),
    why=N_("How results are used is the key. Points that nobody looks at are paper."),
    check=check,
    bad=(
        dedent("""\
            scheme: «demo»
            tiers: absent
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    good=(
        dedent("""\
            rewards:
              - {id: soap, name: 香皂, spends: 20, gives: 香皂一块, basis: 年度预算3000元}
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
        dedent("""\
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    quotes=(RESULTS,),
)

"""More is left open than a village can vote on."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import unknown_places
from ..draft import LintContext
from ..policy import COUNTABLE
from ..rule import LintRule

MANY: Final = 5
"""Number of unknown values from which on the scheme as a whole is reported."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Count the values that are `unknown`."""
    if draft.mentions("unknown") + draft.mentions("未载明") < MANY:
        return
    open_ = sum(1 for _ in unknown_places(draft.file))
    if open_ >= MANY:
        yield RULE.at(draft.place(("scheme",)), count=str(open_))


RULE: Final = LintRule(
    code="J611",
    name="much-unknown",
    family="clarity",
    severity=Severity.WARNING,
    message=N_("{count} things are not stated (未载明)"),
    help=N_("decide them before the vote; each has its own line in this list"),
    why=N_("Who votes for a scheme with gaps votes for whoever fills them."),
    check=check,
    bad=(
        dedent("""\
            scheme: «demo»
            indicators:
              - {id: w0, name: 帮助邻里, points: unknown}
              - {id: w1, name: 拾金不昧, points: unknown}
              - {id: w2, name: 照顾老人, points: unknown}
              - {id: w3, name: 义务劳动, points: unknown}
              - {id: w4, name: 参加会议, points: unknown}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: tidy, name: 院落整洁, points: unknown}
            """),
    ),
    quotes=(COUNTABLE,),
)

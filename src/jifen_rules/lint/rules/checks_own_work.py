"""The same people declare and check, or check twice."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import SECOND_CHECK, SUPERVISION
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find a check by people who took an earlier step themselves."""
    earlier: set[str] = set()
    for number, step in enumerate(draft.scheme.process):
        again = [word for word in step.who if word in earlier]
        if step.step == "check" and again:
            yield RULE.at(draft.place(("process", number, "who")), who="、".join(again))
        if step.step in ("declare", "check"):
            earlier.update(step.who)


RULE: Final = LintRule(
    code="J408",
    name="checks-own-work",
    family="process",
    severity=Severity.WARNING,
    message=N_("{who} checks here what {who} has already declared or checked"),
    help=N_("let others do one of the two"),
    why=N_("Nobody finds his own mistake. Two checks by the same people are one."),
    check=check,
    bad=(
        dedent("""\
            process:
              - {step: declare, who: [self, 村民小组长]}
              - {step: check, who: [评议小组]}
              - {step: check, who: «[评议小组]»}
              - {step: publish, lasts: 7 days}
              - {step: count}
              - {step: object, who: [anyone], within: 7 days}
              - {step: answer, who: [村监督委员会], within: 7 days}
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    good=(
        dedent("""\
            process:
              - {step: declare, who: [self, 村民小组长]}
              - {step: check, who: [评议小组]}
              - {step: check, who: [村监督委员会]}
              - {step: publish, lasts: 7 days}
              - {step: count}
              - {step: object, who: [anyone], within: 7 days}
              - {step: answer, who: [村监督委员会], within: 7 days}
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    quotes=(SUPERVISION, SECOND_CHECK),
)

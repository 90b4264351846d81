"""No way to object."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import SUPERVISION
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find a process without a step `object`."""
    steps = [step.step for step in draft.scheme.process]
    if steps and "object" not in steps:
        yield RULE.at(draft.place(("process", "key")))


RULE: Final = LintRule(
    code="J404",
    name="no-objection",
    family="process",
    severity=Severity.WARNING,
    message=N_("the process does not say how one can object"),
    help=N_("add '- {{step: object, who: [anyone], within: 7 days}}' and an answer"),
    why=N_(
        "Every list has mistakes. Without a way to object they stand, and with them the feeling "
        "of being wronged."
    ),
    check=check,
    bad=(
        dedent("""\
            «process»:
              - {step: declare, who: [self, 村民小组长]}
              - {step: check, who: [评议小组]}
              - {step: check, who: [村监督委员会]}
              - {step: publish, lasts: 7 days}
              - {step: count}
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
    quotes=(SUPERVISION,),
)

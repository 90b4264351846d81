"""Objections that nobody has to answer."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import FAIR, SUPERVISION
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find a step `object` without a step `answer`."""
    steps = [step.step for step in draft.scheme.process]
    if "object" in steps and "answer" not in steps:
        yield RULE.at(draft.place(("process", steps.index("object"), "step")))


RULE: Final = LintRule(
    code="J405",
    name="objection-unanswered",
    family="process",
    severity=Severity.WARNING,
    message=N_("nobody has to answer an objection"),
    help=N_("add '- {{step: answer, who: [村务监督委员会], within: 7 days}}'"),
    why=N_(
        "An objection that may lie in a drawer is none. Who answers, and by when, belongs in the "
        "rule."
    ),
    check=check,
    bad=(
        dedent("""\
            process:
              - {step: declare, who: [self, 村民小组长]}
              - {step: check, who: [评议小组]}
              - {step: check, who: [村监督委员会]}
              - {step: publish, lasts: 7 days}
              - {step: count}
              - {step: «object», who: [anyone], within: 7 days}
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
    quotes=(SUPERVISION, FAIR),
)

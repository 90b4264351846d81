"""Declared events count without a check."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import SECOND_CHECK, SUPERVISION
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find a process without a step `check`."""
    steps = [step.step for step in draft.scheme.process]
    if steps and "check" not in steps:
        yield RULE.at(draft.place(("process", "key")))


RULE: Final = LintRule(
    code="J407",
    name="unchecked",
    family="process",
    severity=Severity.WARNING,
    message=N_("what is declared counts without a check by anybody"),
    help=N_("add '- {{step: check, who: [评议小组]}}' before it counts"),
    why=N_("Where one's own word is enough, the honest lose to those who are not."),
    check=check,
    bad=(
        dedent("""\
            «process»:
              - {step: declare, who: [self, 村民小组长]}
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
    quotes=(SECOND_CHECK, SUPERVISION),
)

"""Points that are never published."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import FAIR, SUNSHINE
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find a process without a step `publish`."""
    steps = [step.step for step in draft.scheme.process]
    if steps and "publish" not in steps:
        yield RULE.at(draft.place(("process", "key")))


RULE: Final = LintRule(
    code="J403",
    name="no-publication",
    family="process",
    severity=Severity.WARNING,
    message=N_("the process has no publication"),
    help=N_("add '- {{step: publish, lasts: 7 days}}'"),
    why=N_(
        "What hangs on the wall can be put right by the neighbours. What nobody sees can only be "
        "trusted."
    ),
    check=check,
    bad=(
        dedent("""\
            «process»:
              - {step: declare, who: [self, 村民小组长]}
              - {step: check, who: [评议小组]}
              - {step: check, who: [村监督委员会]}
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
    quotes=(FAIR, SUNSHINE),
)

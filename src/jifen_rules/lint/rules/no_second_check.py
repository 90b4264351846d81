"""Only one pair of eyes."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import SECOND_CHECK
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find a process with exactly one check."""
    checks = [n for n, step in enumerate(draft.scheme.process) if step.step == "check"]
    if len(checks) == 1:
        yield RULE.at(draft.place(("process", checks[0], "step")))


RULE: Final = LintRule(
    code="J406",
    name="no-second-check",
    family="process",
    severity=Severity.ADVICE,
    message=N_("only one group checks what is declared; nobody checks it a second time"),
    help=N_("add a second check by others, such as the township or the supervision committee"),
    why=N_(
        "The policy asks for spot checks and a second look. Whoever checks alone is blamed alone, "
        "rightly or not."
    ),
    check=check,
    bad=(
        dedent("""\
            process:
              - {step: declare, who: [self, 村民小组长]}
              - {step: «check», who: [评议小组]}
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
    quotes=(SECOND_CHECK,),
)

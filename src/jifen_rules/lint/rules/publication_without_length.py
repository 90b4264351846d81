"""No stated length of the publication."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import SUNSHINE
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find a step `publish` without `lasts`."""
    for number, step in enumerate(draft.scheme.process):
        if step.step == "publish" and step.lasts is None:
            yield RULE.at(draft.place(("process", number, "step")))


RULE: Final = LintRule(
    code="J409",
    name="publication-without-length",
    family="process",
    severity=Severity.ADVICE,
    message=N_("nothing says how long the publication hangs"),
    help=N_("add 'lasts: 7 days' to the publication"),
    why=N_(
        "A list that hung for an hour has been published too. How long one may look and object "
        "belongs in the rule."
    ),
    check=check,
    bad=(
        dedent("""\
            process:
              - {step: declare, who: [self, 村民小组长]}
              - {step: check, who: [评议小组]}
              - {step: check, who: [村监督委员会]}
              - {step: «publish»}
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
    quotes=(SUNSHINE,),
)

"""No process between the deed and the points."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import SUNSHINE, SUPERVISION
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find schemes without any process."""
    parts = [category.process for _, category in draft.categories]
    parts += [item.process for _, _, item in draft.indicators]
    if not draft.scheme.process and not any(parts):
        yield RULE.at(draft.place(("scheme",)))


RULE: Final = LintRule(
    code="J402",
    name="no-process",
    family="process",
    severity=Severity.WARNING,
    message=N_("nothing says who declares, who checks and who publishes before points count"),
    help=N_("add 'process' with declare, check, publish and count"),
    why=N_(
        "Points that appear without a stated way can be given by anybody, and contested by nobody."
    ),
    check=check,
    bad=(
        dedent("""\
            process: absent
            scheme: «demo»
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
    quotes=(SUNSHINE, SUPERVISION),
)

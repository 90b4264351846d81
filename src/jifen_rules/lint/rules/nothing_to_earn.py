"""Only deducts."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import BOTH_WAYS, STANDARD
from ..rule import LintRule
from ..signs import signs


def check(draft: LintContext) -> Iterator[Problem]:
    """Find schemes in which every indicator costs and none can earn."""
    grants = draft.plan.grants.values()
    if grants and all(signs(grant.value) == {"-"} for grant in grants):
        key = "indicators" if draft.scheme.indicators else "categories"
        yield RULE.at(draft.place((key, "key")))


RULE: Final = LintRule(
    code="J503",
    name="nothing-to-earn",
    family="incentives",
    severity=Severity.WARNING,
    message=N_("nothing here earns points: all that can happen is to lose them"),
    help=N_("add what people can do well"),
    why=N_("Virtue is to gain. A scheme of deducts alone is a list of offences."),
    check=check,
    bad=(
        dedent("""\
            categories: absent
            «indicators»:
              - {id: litter, name: 乱扔垃圾, points: -2}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: litter, name: 乱扔垃圾, points: -2}
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    quotes=(STANDARD, BOTH_WAYS),
)

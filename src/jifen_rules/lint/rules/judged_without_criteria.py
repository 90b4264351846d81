"""Points that somebody judges, without stated criteria."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import Form
from ..draft import LintContext
from ..policy import COUNTABLE, INDICATORS
from ..rule import LintRule
from ..signs import costs, is_judged


def check(draft: LintContext) -> Iterator[Problem]:
    """Find judged forms without a `basis` on the form or its indicator.

    Deducts have a rule of their own.
    """
    for path, _, item in draft.indicators:
        form = item.points
        stated = item.basis or (isinstance(form, Form) and form.basis)
        if is_judged(item) and not stated and not costs(draft.grant(item)):
            yield RULE.at(draft.place((*path, "points")), what=item.label)


RULE: Final = LintRule(
    code="J304",
    name="judged-without-criteria",
    family="fairness",
    severity=Severity.ADVICE,
    message=N_("how many points '{what}' brings is judged, and nothing says by what"),
    help=N_("add 'basis: …' with the criteria, or give fixed points by level"),
    why=N_("Two neighbours who did the same must get the same, whoever sits at the table."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - id: deed
                name: 好人好事
                points: «{between: [1, 5]}»
                caps: [{at_most: 1 time first, per: month}]
                when: evidence != ''
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - id: deed
                name: 好人好事
                points: {between: [1, 5], basis: 评分细则第三条}
                caps: [{at_most: 1 time first, per: month}]
                when: evidence != ''
            """),
        dedent("""\
            indicators:
              - id: deed
                name: 好人好事
                points: {by: {level: {村级: 1, 镇级: 5}}}
                caps: [{at_most: 1 time first, per: month}]
                when: evidence != ''
            """),
    ),
    quotes=(COUNTABLE, INDICATORS),
)

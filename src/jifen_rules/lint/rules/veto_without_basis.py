"""A veto or a direct grade without a stated basis."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import GradeEffect, VetoEffect
from ..draft import LintContext
from ..policy import RIGHTS
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find vetoes and grades without a basis of their own, of a neighbour, or of their owner."""
    for path, owner, effect in draft.effects:
        if isinstance(effect, VetoEffect | GradeEffect):
            stated = owner.basis or any(other.basis for other in owner.then)
            key = "veto" if isinstance(effect, VetoEffect) else "grade"
            if not stated:
                yield RULE.at(draft.place((*path, key)), what=owner.label)


RULE: Final = LintRule(
    code="J613",
    name="veto-without-basis",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("nothing says on what the veto or grade of '{what}' rests"),
    help=N_("add 'basis: …' with the law or the clause"),
    why=N_("The heaviest word of a scheme must be able to name the rule it comes from."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: fraud, name: 弄虚作假, then: [{veto: «total», lasts: period, gives: before}]}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - id: fraud
                name: 弄虚作假
                then: [{veto: total, lasts: period, gives: before, basis: 村规民约第五条}]
            """),
    ),
    quotes=(RIGHTS,),
)

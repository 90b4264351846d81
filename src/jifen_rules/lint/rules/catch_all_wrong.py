"""S14: a wrong that is whatever somebody later thinks it is."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import GradeEffect, VetoEffect
from ..draft import LintContext
from ..policy import COUNTABLE, INDICATORS
from ..rule import LintRule
from ..signs import costs
from ..touches import word_in

WORDS: Final = ("其他", "其它", "等行为", "等情形", "等情况", "and so on")
"""Words that leave a list open."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find deducts whose name contains such a word."""
    for path, _, item in draft.indicators:
        word = next((word for word in WORDS if word in item.name), "")
        held = any(isinstance(effect, VetoEffect | GradeEffect) for effect in item.then)
        if word and (held or costs(draft.grant(item))):
            yield RULE.at(word_in(draft, draft.place((*path, "name")), word), what=item.label)


RULE: Final = LintRule(
    code="J119",
    name="catch-all-wrong",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' leaves open which wrongs it means"),
    help=N_("name the wrongs one by one, or take the rest out"),
    why=N_(
        "Nobody can keep a rule that is not written. What is punished must be said before it is "
        "done."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: other, name: «其他»违反村规民约的行为, points: -2}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: other, name: 其他好人好事, points: 2}
            """),
        dedent("""\
            indicators:
              - {id: stall, name: 占道摆摊, points: -2}
            """),
    ),
    quotes=(COUNTABLE, INDICATORS),
)

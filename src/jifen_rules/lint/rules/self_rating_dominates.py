"""A joint mark that the self-rating decides."""

from collections.abc import Iterator
from fractions import Fraction
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...core.vocabulary import ACCOUNTS, WORDS, english
from ...scheme.model import RatedBy, Share
from ..draft import LintContext
from ..policy import SUNSHINE
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find ratings in which the share of the self-rating is a half or more."""
    for path, _, item in draft.indicators:
        form = item.points
        for role, share in form.rated_by.items() if isinstance(form, RatedBy) else ():
            own = english(ACCOUNTS, english(WORDS, role)) == "self" or role == "自评"
            if own and isinstance(share, Share) and share.part >= Fraction(1, 2):
                place = draft.place((*path, "points", "rated_by", role))
                yield RULE.at(place, share=f"{round(share.part * 100)}%", what=item.label)


RULE: Final = LintRule(
    code="J303",
    name="self-rating-dominates",
    family="fairness",
    severity=Severity.WARNING,
    message=N_("the household's own mark counts {share} of '{what}'"),
    help=N_("give the neighbours or a second group more weight than oneself"),
    why=N_(
        "Self-rating is good for reflection. Where it weighs half or more, the modest lose to the "
        "bold."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - id: sheet
                name: 季度评分
                points:
                  rated_by: {self: «60%», mutual: 40%}
                  between: [0, 100]
                  per: quarter
                  combine: {mean: role}
                  missing: spread
                  round: 0.1 half_up
                basis: 评分细则
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - id: sheet
                name: 季度评分
                points:
                  rated_by: {self: 20%, mutual: 80%}
                  between: [0, 100]
                  per: quarter
                  combine: {mean: role}
                  missing: spread
                  round: 0.1 half_up
                basis: 评分细则
            """),
    ),
    quotes=(SUNSHINE,),
)

"""A cap that is lower than a single award of its indicator."""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...core.terms import plain
from ..draft import LintContext
from ..policy import INDICATORS
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find caps on added points below the smallest gain of their indicator."""
    for path, _, item in draft.indicators:
        single = draft.reach.indicators.get(item.key)
        for number, cap in enumerate(item.caps):
            most = cap.at_most.number
            if single is None or single.small_gain is None or not isinstance(most, Decimal):
                continue
            if cap.at_most.kind in ("added", "net") and most < single.small_gain:
                place = draft.place((*path, "caps", number, "at_most"))
                award = plain(single.small_gain)
                yield RULE.at(place, what=item.label, award=award, most=plain(most))


RULE: Final = LintRule(
    code="J203",
    name="cap-below-award",
    family="feasibility",
    severity=Severity.WARNING,
    message=N_(
        "'{what}' brings {award}, and its own cap lets {most} through: nobody ever gets the whole "
        "of it"
    ),
    help=N_("raise the cap to at least {award}, or lower the points"),
    why=N_(
        "What is promised on one line and taken back on the next is a promise broken at the table."
    ),
    check=check,
    bad=(
        dedent("""\
            categories: absent
            indicators:
              - id: tidy
                name: 家前屋后干净
                points: 20
                caps: [{at_most: «15 added», per: quarter}]
              - {id: litter, name: 乱扔垃圾, points: -2}
            """),
    ),
    good=(
        dedent("""\
            categories: absent
            indicators:
              - id: tidy
                name: 家前屋后干净
                points: 15
                caps: [{at_most: 15 added, per: quarter}]
              - {id: litter, name: 乱扔垃圾, points: -2}
            """),
    ),
    quotes=(INDICATORS,),
)

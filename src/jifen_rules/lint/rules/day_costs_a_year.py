"""One bad day that costs more than a whole year can bring."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...core.terms import plain
from ..draft import LintContext
from ..policy import STANDARD
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Compare the sum of all deducts of one day with the highest gain above the base."""
    reach = draft.reach
    most, day, base = reach.total.most.points, reach.worst_day.points, reach.total.base
    if most is None or day is None or not 0 < most - base < base - day:
        return
    path, item = next((p, i) for p, _, i in draft.indicators if i.key in _deducts(draft))
    yield RULE.at(
        draft.place((*path, "points")),
        cost=plain(base - day),
        gain=plain(most - base),
        what=item.label,
    )


def _deducts(draft: LintContext) -> frozenset[str]:
    worst = draft.reach.worst_act
    losses = {name for name, one in draft.reach.indicators.items() if one.least_event != 0}
    return frozenset({worst.mark.id} if worst is not None else losses)


RULE: Final = LintRule(
    code="J205",
    name="day-costs-a-year",
    family="feasibility",
    severity=Severity.ADVICE,
    message=N_(
        "one bad day can cost {cost}, with '{what}' the dearest, and a whole period can bring "
        "{gain} at the most"
    ),
    help=N_("cap what is deducted in a day or a month, lower the deducts, or let more be earned"),
    why=N_("Who cannot win back in a year what one day took stops trying."),
    check=check,
    bad=(
        dedent("""\
            categories: absent
            indicators:
              - {id: tidy, name: 家前屋后干净, points: 5, caps: [{at_most: 1 time, per: half_year}]}
              - {id: help, name: 帮助邻里, points: 10, caps: [{at_most: 1 time, per: year}]}
              - {id: waste, name: 乱扔垃圾, points: «-8»}
              - {id: sewer, name: 污水乱排, points: -8}
              - {id: road, name: 占用村道, points: -8}
            """),
    ),
    good=(
        dedent("""\
            categories: absent
            indicators:
              - {id: tidy, name: 家前屋后干净, points: 5, caps: [{at_most: 1 time, per: half_year}]}
              - {id: help, name: 帮助邻里, points: 10, caps: [{at_most: 1 time, per: year}]}
              - {id: waste, name: 乱扔垃圾, points: -8}
              - {id: sewer, name: 污水乱排, points: -8}
            """),
    ),
    quotes=(STANDARD,),
)

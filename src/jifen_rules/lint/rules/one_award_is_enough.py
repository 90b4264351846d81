"""A single award that, repeated, is enough for the best level."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...analysis.reach import Bound, Climb, measure_alone
from ...core.message import N_
from ...core.problem import Problem, Severity
from ...core.terms import plain
from ...plan import Weigh
from ..draft import LintContext
from ..policy import INDICATORS
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find awards that, repeated, reach the best level by the total alone."""
    tops = [
        (path, climb) for path, climb in draft.climbs if path[-1] == 0 and climb.figure == "total"
    ]
    awards = [item for _, _, item in draft.indicators if _earns(draft, item.key)]
    if not tops or len(awards) < 2 or any(climb.reached in ("at once", "no") for _, climb in tops):
        return
    awards = [
        item for item in awards if any(_may_lead(draft, item.key, climb) for _, climb in tops)
    ]
    alone = measure_alone(draft.plan, [item.key for item in awards]) if awards else {}
    for _, climb in tops:
        enough = [item for item in awards if _leads(alone[item.key], climb)]
        if enough:
            keys = {item.key for item in enough}
            places = [
                draft.place((*p, "points")) for p, _, item in draft.indicators if item.key in keys
            ]
            yield RULE.at(
                places[0],
                tuple(places[1:]),
                what=enough[0].label,
                count=str(len(enough)),
                level=climb.level,
                edge=plain(climb.edge),
            )


def _may_lead(draft: LintContext, key: str, climb: Climb) -> bool:
    """Tell whether the award would be enough if its outermost category let everything through."""
    borders = [stage.mark.id for stage in draft.plan.grants[key].path if isinstance(stage, Weigh)]
    category = draft.reach.categories.get(borders[-2]) if len(borders) > 2 else None
    if category is None or category.weighed.most.points is None:
        return True
    moved = category.weighed.most.points - category.weighed.base
    return draft.reach.total.base + moved >= climb.edge


def _leads(most: Bound, climb: Climb) -> bool:
    if not most.is_exact:
        return False
    edge, points = climb.edge, most.points
    return points is None or points > edge or (points == edge and not climb.is_open)


def _earns(draft: LintContext, key: str) -> bool:
    found = draft.reach.indicators.get(key)
    return found is not None and found.small_gain is not None


RULE: Final = LintRule(
    code="J309",
    name="one-award-is-enough",
    family="fairness",
    severity=Severity.ADVICE,
    message=N_(
        "one award alone, again and again, leads to '{level}' ({edge}): '{what}', and so it is "
        "with {count} in all"
    ),
    help=N_("cap it, so that the best level asks for more than one kind of good deed"),
    why=N_(
        "A best household by one thing alone is a specialist, and the board says nothing of the "
        "rest."
    ),
    check=check,
    bad=(
        dedent("""\
            categories: absent
            indicators:
              - {id: tidy, name: 家前屋后干净, points: «5», caps: [{at_most: 1 time, per: month}]}
              - {id: help, name: 帮助邻里, points: 5, caps: [{at_most: 1 time, per: year}]}
              - {id: litter, name: 乱扔垃圾, points: -2}
            """),
    ),
    good=(
        dedent("""\
            categories: absent
            indicators:
              - {id: tidy, name: 家前屋后干净, points: 3, caps: [{at_most: 1 time, per: quarter}]}
              - {id: help, name: 帮助邻里, points: 5, caps: [{at_most: 2 times, per: year}]}
              - {id: litter, name: 乱扔垃圾, points: -2}
            """),
    ),
    quotes=(INDICATORS,),
)

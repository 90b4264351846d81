"""A level that nobody can reach."""

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
    """Find levels whose threshold is above the highest value of their figure."""
    for path, climb in draft.climbs:
        if climb.reached == "no":
            most = draft.range_of(climb.figure).most.points
            yield RULE.at(
                draft.edge(path),
                level=climb.level,
                edge=plain(climb.edge),
                most=plain(round(most, 2)) if most is not None else "",
            )


RULE: Final = LintRule(
    code="J201",
    name="level-out-of-reach",
    family="feasibility",
    severity=Severity.WARNING,
    message=N_(
        "nobody can reach '{level}': it begins at {edge}, and no more than {most} can be had"
    ),
    help=N_("lower the edge, widen a cap, or add awards"),
    why=N_(
        "A level that nobody can have spurs nobody on, and makes the others look like consolation."
    ),
    check=check,
    bad=(
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels: [{name: 五星, at_least: «150», then: [{action: 授牌}]}, {name: 其他}]
            """),
    ),
    good=(
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels: [{name: 五星, at_least: 115, then: [{action: 授牌}]}, {name: 其他}]
            """),
    ),
    quotes=(STANDARD,),
)

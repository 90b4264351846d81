"""A level that no figure can stop at."""

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
    """Find levels so narrow that every sum that reaches one also reaches the next better one."""
    for path, climb in draft.climbs:
        if climb.is_skipped and climb.reached != "no":
            yield RULE.at(draft.edge(path), level=climb.level, edge=plain(climb.edge))


RULE: Final = LintRule(
    code="J206",
    name="level-passed-over",
    family="feasibility",
    severity=Severity.WARNING,
    message=N_(
        "nobody can stop at '{level}' ({edge}): with the points there are, one is below it or "
        "already above"
    ),
    help=N_("move its edge, or that of the next better level, to a sum that can be had"),
    why=N_("Sums go in steps; a level between two steps stays empty."),
    check=check,
    bad=(
        dedent("""\
            categories: absent
            indicators:
              - {id: tidy, name: 家前屋后干净, points: 10, caps: [{at_most: 1 time, per: quarter}]}
              - {id: litter, name: 乱扔垃圾, points: -10}
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授牌}]}
                  - {name: 四星, at_least: «115», then: [{action: 表扬}]}
                  - {name: 其他}
            """),
    ),
    good=(
        dedent("""\
            categories: absent
            indicators:
              - {id: tidy, name: 家前屋后干净, points: 10, caps: [{at_most: 1 time, per: quarter}]}
              - {id: litter, name: 乱扔垃圾, points: -10}
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授牌}]}
                  - {name: 四星, at_least: 110, then: [{action: 表扬}]}
                  - {name: 其他}
            """),
    ),
    quotes=(STANDARD,),
)

"""A level that everybody has, whatever they do."""

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
    """Find levels that the base alone reaches and that nothing takes away.

    The last one takes the rest.
    """
    for path, climb in draft.climbs:
        if climb.reached != "at once":
            continue
        least = draft.range_of(climb.figure).least.points
        is_beyond = least is not None and least > climb.edge
        if is_beyond or (least == climb.edge and not climb.is_open):
            yield RULE.at(draft.edge(path), level=climb.level, edge=plain(climb.edge))


RULE: Final = LintRule(
    code="J202",
    name="level-had-by-all",
    family="feasibility",
    severity=Severity.WARNING,
    message=N_("everybody has '{level}' whatever they do: nobody ever has less than {edge}"),
    help=N_("raise the edge above what everybody is left with"),
    why=N_("What everybody has whatever they do tells nobody apart."),
    check=check,
    bad=(
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels: [{name: 五星, at_least: «0», then: [{action: 授牌}]}, {name: 其他}]
            """),
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授牌}]}
                  - {name: 合格, at_least: «0», then: [{action: 参评}]}
                  - {name: 其他}
            """),
    ),
    good=(
        dedent("""\
            tiers:
              - id: star
                name: 星级
                by: total
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授牌}]}
                  - {name: 合格, at_least: 90, then: [{action: 参评}]}
                  - {name: 其他}
            """),
    ),
    quotes=(STANDARD,),
)

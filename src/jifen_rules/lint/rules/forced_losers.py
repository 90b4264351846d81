"""A bad place that somebody must always take."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import Rank
from ..draft import LintContext
from ..policy import FAIR, STANDARD
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find levels by a rank from the bottom."""
    for path, _, level in draft.levels:
        if isinstance(level.rank, Rank) and level.rank.end == "bottom":
            yield RULE.at(draft.place((*path, "rank")), what=level.label)


RULE: Final = LintRule(
    code="J308",
    name="forced-losers",
    family="fairness",
    severity=Severity.WARNING,
    message=N_("however good all are, '{what}' must always have somebody"),
    help=N_("set a line instead of a rank: 'at_least: 60' and the rest below it"),
    why=N_(
        "With a rank from below, the last are branded even when all have done well, and nobody "
        "can know in advance what is enough."
    ),
    check=check,
    bad=(
        dedent("""\
            tiers:
              - id: star
                name: 榜单
                by: total
                ties: none
                levels:
                  - {name: 红榜, rank: top 10, then: [{action: 通报表扬}]}
                  - {name: 不上榜}
                  - {name: 帮扶组, rank: «bottom 5»}
            """),
    ),
    good=(
        dedent("""\
            tiers:
              - id: star
                name: 榜单
                by: total
                levels:
                  - {name: 红榜, at_least: 120, then: [{action: 通报表扬}]}
                  - {name: 不上榜, at_least: 60}
                  - {name: 帮扶组}
            """),
    ),
    quotes=(FAIR, STANDARD),
)

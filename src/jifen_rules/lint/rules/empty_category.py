"""A category with nothing in it."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find categories without parts, unless a local scheme may fill them."""
    for path, category in draft.categories:
        if not (category.indicators or category.categories or category.open):
            yield RULE.at(draft.place_of(path, category), what=category.label)


RULE: Final = LintRule(
    code="J614",
    name="empty-category",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("nothing stands in the category '{what}'"),
    help=N_("fill it, open it to local items with 'open', or take it out"),
    why=N_("An empty heading promises something that nobody can earn."),
    check=check,
    bad=(
        dedent("""\
            categories:
              - {id: talent, name: «人才振兴», indicators: []}
              - {id: yard, name: 庭院, indicators: [{id: tidy, name: 院落整洁, points: 5}]}
            """),
    ),
    good=(
        dedent("""\
            categories:
              - {id: own, name: 村自定, open: {indicators: 5}, indicators: []}
              - {id: yard, name: 庭院, indicators: [{id: tidy, name: 院落整洁, points: 5}]}
            """),
    ),
)

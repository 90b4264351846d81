"""One point buys far more in one reward than in another."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import GOODS
from ..prices import reward_value
from ..rule import LintRule

TIMES: Final = 3
"""The ratio of prices from which on a rule reports."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Compare the price of a point in the rewards whose text gives their value in 元."""
    found = []
    for path, reward in draft.rewards:
        value = reward_value(reward)
        if value is not None:
            found.append((value, path, reward))
    if len(found) < 2:
        return
    low, high = min(found, key=lambda one: one[0]), max(found, key=lambda one: one[0])
    if high[0] > TIMES * low[0]:
        yield RULE.at(
            draft.place((*high[1], "gives")),
            (draft.place((*low[1], "gives")),),
            what=high[2].label,
            other=low[2].label,
            more=f"{float(high[0]):.2f}",
            less=f"{float(low[0]):.2f}",
        )


RULE: Final = LintRule(
    code="J702",
    name="uneven-prices",
    family="budget",
    severity=Severity.ADVICE,
    message=N_("a point is worth {more} 元 in '{what}', but {less} 元 in '{other}'"),
    help=N_("bring the prices nearer to what the goods cost"),
    why=N_("The dear goods stay on the shelf, and the cheap ones eat the budget."),
    check=check,
    bad=(
        dedent("""\
            rewards:
              - {id: soap, name: 香皂, spends: 10, gives: 5元香皂, basis: 年度预算3000元}
              - {id: rice, name: 大米, spends: 10, gives: «30元大米»}
            """),
    ),
    good=(
        dedent("""\
            rewards:
              - {id: soap, name: 香皂, spends: 10, gives: 5元香皂, basis: 年度预算3000元}
              - {id: rice, name: 大米, spends: 50, gives: 30元大米}
            """),
    ),
    quotes=(GOODS,),
)

"""The rewards may cost more than the scheme says it has."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from textwrap import dedent
from typing import Final

from ...core.message import N_, Term
from ...core.problem import Problem, Severity
from ...core.terms import Window, plain
from ..draft import LintContext
from ..policy import FUNDS, UPKEEP
from ..prices import reward_value
from ..rule import LintRule

_BUDGET: Final = re.compile(
    r"(每年|年度|全年|每季|每月|月|季|年)?[^\d，。；]{0,6}预算[^\d，。；]{0,6}(\d{1,12})\s*元"
)
_WINDOWS: Final = {"每月": "month", "月": "month", "每季": "quarter", "季": "quarter"}


def check(draft: LintContext) -> Iterator[Problem]:
    """Compare the common cap, times the price of a point, with the budget of its window."""
    values = [value for _, reward in draft.rewards if (value := reward_value(reward))]
    budgets = {window: yuan for text in _texts(draft) for window, yuan in _stated(text)}
    for number, cap in enumerate(draft.scheme.caps):
        most, window = cap.at_most.number, cap.per
        if not (cap.among and values and isinstance(most, Decimal) and isinstance(window, Window)):
            continue
        budget = budgets.get(window.name)
        cost = Fraction(most) * max(values)
        if budget is not None and cost > budget:
            place = draft.place(("caps", number, "at_most"))
            yield RULE.at(
                place, window=Term(window.name), cost=plain(round(cost)), budget=str(budget)
            )


def _texts(draft: LintContext) -> Iterator[str]:
    yield draft.scheme.basis or ""
    yield from (cap.basis or "" for cap in draft.scheme.caps)
    yield from (reward.basis or "" for reward in draft.scheme.rewards)


def _stated(text: str) -> Iterator[tuple[str, int]]:
    for when, yuan in _BUDGET.findall(text):
        yield _WINDOWS.get(when, "year"), int(yuan)


RULE: Final = LintRule(
    code="J703",
    name="budget-exceeded",
    family="budget",
    severity=Severity.WARNING,
    message=N_("the points of a {window} may buy {cost} 元, and the stated budget is {budget} 元"),
    help=N_("lower the common cap or the value of a point, or state a larger budget"),
    why=N_(
        "What may be earned under the cap, times what a point buys, must fit into what there is."
    ),
    check=check,
    bad=(
        dedent("""\
            caps:
              - at_most: «3000 added»
                per: month
                among: all   # jifen: ignore J306 because 先到先得已经表决
                basis: 每月预算2000元
            full: absent
            rewards:
              - {id: goods, name: 爱心超市, spends: 1, gives: 1元货物}
            """),
    ),
    good=(
        dedent("""\
            rewards:
              - {id: goods, name: 爱心超市, spends: 1, gives: 1元货物, basis: 年度预算3000元}
            """),
    ),
    quotes=(UPKEEP, FUNDS),
)

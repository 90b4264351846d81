"""Goods alone, and no honour."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import ActionEffect
from ..draft import LintContext
from ..policy import HONOURS as HONOUR_BOARDS, SPIRIT
from ..rule import LintRule

HONOURS: Final = (
    "荣誉",
    "表彰",
    "表扬",
    "证书",
    "牌",
    "礼遇",
    "优先",
    "光荣",
    "星级",
    "红榜",
    "honour",
    "plaque",
)
"""Words that mark a reward or an action as an honour."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find rewards without a ladder and without any word of honour."""
    actions = [e.action for _, _, e in draft.effects if isinstance(e, ActionEffect)]
    texts = [f"{reward.name} {reward.gives}" for reward in draft.scheme.rewards] + actions
    honoured = draft.scheme.tiers or any(word in text for text in texts for word in HONOURS)
    if draft.scheme.rewards and not honoured:
        yield RULE.at(draft.place(("rewards", "key")))


RULE: Final = LintRule(
    code="J502",
    name="material-only",
    family="incentives",
    severity=Severity.ADVICE,
    message=N_("points bring goods and money only: nothing honours anybody"),
    help=N_("add a ladder with a name people are proud of, or an honour such as a plaque"),
    why=N_(
        "Goods and honour belong together, and honour first. Where all is for goods, good deeds "
        "end with the budget."
    ),
    check=check,
    bad=(
        dedent("""\
            tiers: absent
            «rewards»:
              - {id: soap, name: 香皂, spends: 20, gives: 香皂一块, basis: 年度预算3000元}
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    good=(
        dedent("""\
            rewards:
              - {id: soap, name: 香皂, spends: 20, gives: 香皂一块, basis: 年度预算3000元}
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
        dedent("""\
            tiers: absent
            rewards:
              - {id: soap, name: 香皂, spends: 20, gives: 香皂一块, basis: 年度预算3000元}
              - {id: plaque, name: 光荣牌, when: total >= 150, gives: 光荣户牌, basis: 年度预算另定}
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    quotes=(SPIRIT, HONOUR_BOARDS),
)

"""Nothing says what the rewards may cost."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import FUNDS, UPKEEP
from ..rule import LintRule

MONEY: Final = ("预算", "经费", "资金总额", "支付能力", "budget")
"""Words of a basis that state a budget."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find rewards that cost something, without such a word and without a common cap."""
    scheme = draft.scheme
    caps = [*scheme.caps, *(cap for _, category in draft.categories for cap in category.caps)]
    caps += [cap for _, _, item in draft.indicators for cap in item.caps]
    texts = [scheme.basis or "", *(cap.basis or "" for cap in caps)]
    texts += [reward.basis or "" for reward in scheme.rewards]
    stated = any(word in text for text in texts for word in MONEY) or any(c.among for c in caps)
    costly = [path for path, reward in draft.rewards if reward.spends is not None]
    if costly and not stated:
        related = tuple(draft.place(path) for path in costly[1:])
        yield RULE.at(draft.place((*costly[0], "spends")), related)


RULE: Final = LintRule(
    code="J701",
    name="cost-not-bounded",
    family="budget",
    severity=Severity.ADVICE,
    message=N_(
        "nothing bounds what the rewards may cost: no budget is stated, and no cap on all points "
        "together"
    ),
    help=N_(
        "state it, such as 'basis: 年度预算3000元', and a common cap ('among: all') or a cap on "
        "the reward"
    ),
    why=N_(
        "Points are promises. When the shelf is empty in autumn, the promise of spring is broken."
    ),
    check=check,
    bad=(
        dedent("""\
            rewards:
              - {id: soap, name: 香皂, spends: «20», gives: 香皂一块}
            """),
    ),
    good=(
        dedent("""\
            rewards:
              - {id: soap, name: 香皂, spends: 20, gives: 香皂一块, basis: 年度预算3000元}
            """),
    ),
    quotes=(UPKEEP, FUNDS),
)

"""Points that can be spent and never run out."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import UPKEEP
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find ledgers that rewards spend, that carry over and never expire."""
    spent = {ledger for reward in draft.plan.rewards.values() for ledger, _ in reward.prices or ()}
    scheme = draft.scheme
    if "total" in spent and scheme.at_period_end == "carry" and scheme.lasts is None:
        yield RULE.at(draft.place(("at_period_end",)), what=scheme.name or scheme.scheme)
    for number, ledger in enumerate(scheme.ledgers):
        if ledger.key in spent and ledger.at_period_end == "carry" and ledger.lasts is None:
            yield RULE.at(draft.place(("ledgers", number, "at_period_end")), what=ledger.label)


RULE: Final = LintRule(
    code="J704",
    name="debt-grows",
    family="budget",
    severity=Severity.ADVICE,
    message=N_(
        "the points of '{what}' can be spent and never run out, so what is owed grows every year"
    ),
    help=N_("add 'lasts: 2 years' to the ledger or scheme, or clear at the period's end"),
    why=N_(
        "A village that changes hands inherits all unspent points of all years, and may not have "
        "the goods."
    ),
    check=check,
    bad=(
        dedent("""\
            at_period_end: «carry»
            rewards:
              - {id: soap, name: 香皂, spends: 20, gives: 香皂一块, basis: 年度预算3000元}
            """),
    ),
    good=(
        dedent("""\
            rewards:
              - {id: soap, name: 香皂, spends: 20, gives: 香皂一块, basis: 年度预算3000元}
            """),
    ),
    quotes=(UPKEEP,),
)

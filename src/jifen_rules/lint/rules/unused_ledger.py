"""An account that nothing enters and nothing reads."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find ledgers without a formula whose id is used nowhere else."""
    for number, ledger in enumerate(draft.scheme.ledgers):
        if ledger.formula is None and draft.mentions(ledger.key) < 2:
            yield RULE.at(draft.place_of(("ledgers", number), ledger), what=ledger.label)


RULE: Final = LintRule(
    code="J608",
    name="unused-ledger",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("nothing enters or reads the ledger '{what}'"),
    help=N_("take it out, or name it in 'to'"),
    why=N_("An account that stays at zero makes people ask what they have missed."),
    check=check,
    bad=(
        dedent("""\
            ledgers:
              - {id: wallet9, name: «可兑积分», floor: 0 kept, at_period_end: clear}
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    good=(
        dedent("""\
            ledgers:
              - {id: wallet9, name: 可兑积分, floor: 0 kept, at_period_end: clear}
            to: {total: whole, wallet9: whole added}
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
)

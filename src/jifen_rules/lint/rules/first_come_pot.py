"""A cap shared by all: latecomers get nothing."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_, msg
from ...core.problem import Problem, Severity
from ...core.terms import Unknown
from ..draft import LintContext
from ..policy import FAIR
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find shared caps on points or times."""
    owners = [((), draft.scheme.caps), *((p, c.caps) for p, c in draft.categories)]
    owners += [(path, item.caps) for path, _, item in draft.indicators]
    for path, caps in owners:
        for number, cap in enumerate(caps):
            if cap.among:
                place = draft.place((*path, "caps", number, "among"))
                text = (
                    msg(N_("the cap"))
                    if isinstance(cap.at_most.number, Unknown)
                    else cap.at_most.text
                )
                yield RULE.at(place, text=text)


RULE: Final = LintRule(
    code="J306",
    name="first-come-pot",
    family="fairness",
    severity=Severity.ADVICE,
    message=N_("'{text}' is one pot for all: who comes late gets nothing, whatever he did"),
    help=N_("give each a cap of his own, or share the pot out at the end ('by total')"),
    why=N_(
        "Points by date reward the quick hand that files the form. Two neighbours who did the "
        "same in one month get different points."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - id: help
                name: 帮助邻里
                points: 5
                caps: [{at_most: 100 added, per: month, among: «all»}]
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: help, name: 帮助邻里, points: 5, caps: [{at_most: 10 added, per: month}]}
            """),
    ),
    quotes=(FAIR,),
)

"""A single event without an upper limit of points."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...plan import Cap, Marginal, Rate
from ..draft import LintContext
from ..policy import COUNTABLE
from ..rule import LintRule
from ..signs import signs


def check(draft: LintContext) -> Iterator[Problem]:
    """Find values by quantity without a cap on the quantity or on the points."""
    for path, _, item in draft.indicators:
        grant = draft.grant(item)
        grows = isinstance(grant.value, Rate | Marginal) and "+" in signs(grant.value)
        capped = any(
            isinstance(c, Cap) and c.kind in ("added", "net") and c.high is not None
            for c in grant.path
        )
        if grows and not capped and not grant.quantity_caps:
            yield RULE.at(draft.place((*path, "points")), what=item.label)


RULE: Final = LintRule(
    code="J302",
    name="unbounded-quantity",
    family="fairness",
    severity=Severity.ADVICE,
    message=N_("one entry of '{what}' may bring any number of points: nothing limits the quantity"),
    help=N_("add a cap such as '8 小时' per event or '20 added' per year"),
    why=N_(
        "A slip of the pen, 80 hours for 8, then decides the year; so does whoever can give the "
        "most."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: hours, name: 志愿服务, points: «{each: {小时: 1}}»}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - id: hours
                name: 志愿服务
                points: {each: {小时: 1}}
                caps: [{at_most: 8 小时, per: event}]
            """),
    ),
    quotes=(COUNTABLE,),
)

"""Awards without any limit, and no limit on the total."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...plan import Cap, Grant
from ..draft import LintContext
from ..policy import FAIR, INDICATORS
from ..rule import LintRule
from ..signs import earns


def check(draft: LintContext) -> Iterator[Problem]:
    """Find awards without a cap over any window; report once per scheme."""
    if any(limit.high is not None for limit in draft.plan.ledgers["total"].limits):
        return
    free = [
        (path, item)
        for path, _, item in draft.indicators
        if earns(draft.grant(item)) and not _is_bounded(draft.grant(item))
    ]
    if free:
        places = tuple(draft.place(path) for path, _ in free)
        key = "base" if draft.scheme.base is not None else "scheme"
        what = free[0][1].label
        yield RULE.at(draft.place((key,)), places, count=str(len(free)), what=what)


def _is_bounded(grant: Grant) -> bool:
    """Tell whether anything limits what an award brings over time."""
    limits = [stage for stage in grant.path if isinstance(stage, Cap)]
    return (
        grant.standing is not None
        or any(
            c.kind != "deducted" and c.high is not None and c.window.name != "event" for c in limits
        )
        or any(cap.window.name != "event" for cap in grant.quantity_caps)
        or any(combine.over is not None for combine in grant.combines)
    )


RULE: Final = LintRule(
    code="J301",
    name="total-without-cap",
    family="fairness",
    severity=Severity.WARNING,
    message=N_(
        "nothing limits what can be had in all: awards without a cap: {count}, the first is "
        "'{what}'"
    ),
    help=N_(
        "add 'caps: [{{at_most: … added, per: year}}]' to the awards that can be repeated, or "
        "'full: …' to the scheme"
    ),
    why=N_(
        "Who has the time to do one easy thing every day then outruns all others, and the board "
        "shows who has the time."
    ),
    check=check,
    bad=(
        dedent("""\
            full: absent
            base: «100»
            indicators:
              - id: hours
                name: 志愿服务
                points: {each: {小时: 1}}
                caps: [{at_most: 5 added, per: event}]
            """),
        dedent("""\
            full: absent
            base: «100»
            indicators:
              - {id: help, name: 帮助邻里, points: 5}
            """),
    ),
    good=(
        dedent("""\
            full: absent
            indicators:
              - {id: help, name: 帮助邻里, points: 5, caps: [{at_most: 20 added, per: year}]}
            """),
        dedent("""\
            indicators:
              - {id: help, name: 帮助邻里, points: 5}
            """),
    ),
    quotes=(FAIR, INDICATORS),
)

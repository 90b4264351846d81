"""A level whose protection ends before the next decision."""

from collections.abc import Iterator
from datetime import date, timedelta
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...core.terms import Window
from ...plan import Plan
from ..draft import LintContext
from ..policy import STANDARD
from ..rule import LintRule

_DECISIONS: Final = 60
"""Number of months that are checked: five years cover every calendar."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find levels whose `lasts` always ends before the ladder decides again."""
    for path, ladder, level in draft.levels:
        window = draft.plan.ladders[ladder.key].window
        if not isinstance(level.lasts, Window) or window.name == "ever":
            continue
        days = [*_decisions(draft.plan, window)]
        ends = (draft.plan.last_day(level.lasts, one) for one in days)
        if not any(end >= other for end, other in zip(ends, days[1:], strict=False)):
            place = draft.place((*path, "lasts"))
            yield RULE.at(place, level=level.label, length=str(level.lasts))


def _decisions(plan: Plan, window: Window) -> Iterator[date]:
    day = plan.version
    for _ in range(_DECISIONS):
        last = plan.last_day(window, day)
        if last.year >= date.max.year - 1:
            return
        yield last
        day = last + timedelta(days=1)


def _stars(lasts: str) -> str:
    """Write an example, with the time that its best level is protected."""
    return dedent(f"""\
        tiers:
          - id: star
            name: 星级
            by: total
            per: year
            levels:
              - {{name: 五星, at_least: 120, lasts: {lasts}, then: [{{action: 授牌}}]}}
              - {{name: 其他}}
        """)


RULE: Final = LintRule(
    code="J207",
    name="protection-without-effect",
    family="feasibility",
    severity=Severity.WARNING,
    message=N_(
        "'{level}' is protected for {length}, which is over before the next decision: the day of "
        "the decision is the first of them"
    ),
    help=N_("write a longer time, such as '13 months' for the next year's decision"),
    why=N_(
        "A level decided on 31 December and protected for a year may fall on the next 31 December."
    ),
    check=check,
    bad=(_stars("«1 year»"), _stars("«period»")),
    good=(_stars("13 months"),),
    quotes=(STANDARD,),
)

"""Levels of a deduct that only differ in degree."""

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import By
from ..draft import LintContext
from ..policy import COUNTABLE, INDICATORS
from ..rule import LintRule
from ..signs import costs

DEGREES: Final = re.compile(
    r"[一二三四五六甲乙丙]\s*[档等类]|轻微|一般|较重|严重|特别严重|轻|重|好|很好|差"
)
"""Names that state a degree and no fact."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find deducts by `level` in which all words are degrees."""
    for path, _, item in draft.indicators:
        form = item.points
        if not isinstance(form, By) or form.basis or item.basis or not costs(draft.grant(item)):
            continue
        for name, table in form.by.items():
            if len(table) > 1 and all(DEGREES.fullmatch(word) for word in table):
                place = draft.place((*path, "points", "by", name))
                yield RULE.at(place, what=item.label, levels="/".join(table))


RULE: Final = LintRule(
    code="J604",
    name="levels-unexplained",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("nothing says what makes '{what}' {levels}"),
    help=N_("say in 'basis' what each level takes, or name the levels by what was done"),
    why=N_(
        "Between the first step and the last lie all the points of a good year, and somebody's "
        "feeling decides."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: sloppy, name: 任务落实差, points: {by: {level: «{一档: -1, 二档: -3}»}}}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - id: sloppy
                name: 任务落实差
                points: {by: {level: {一档: -1, 二档: -3}}, basis: 一档为逾期，二档为未办}
            """),
    ),
    quotes=(COUNTABLE, INDICATORS),
)

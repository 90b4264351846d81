"""Judged points without any evidence."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import Indicator
from ..draft import LintContext
from ..policy import COUNTABLE
from ..rule import LintRule
from ..signs import is_judged


def check(draft: LintContext) -> Iterator[Problem]:
    """Find judged indicators whose condition does not ask for `evidence`, once per scheme."""
    judged = [
        (path, item)
        for path, _, item in draft.indicators
        if is_judged(item) and not _asks(draft, item)
    ]
    if judged:
        path, item = judged[0]
        related = tuple(draft.place(other) for other, _ in judged[1:])
        place = draft.place_of(path, item)
        yield RULE.at(place, related, count=str(len(judged)), what=item.label)


def _asks(draft: LintContext, item: Indicator) -> bool:
    when = draft.grant(item).when
    return when is not None and "evidence" in when.names


RULE: Final = LintRule(
    code="J410",
    name="judged-without-evidence",
    family="process",
    severity=Severity.ADVICE,
    message=N_("judged indicators that ask for no evidence: {count}, the first is '{what}'"),
    help=N_("add \"when: evidence != ''\", so that a photo, a list or a slip must be named"),
    why=N_("What is judged from memory cannot be checked a year later."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: deed, name: «好人好事», points: {between: [1, 5], basis: 细则第三条}}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - id: deed
                name: 好人好事
                points: {between: [1, 5], basis: 细则第三条}
                when: evidence != ''
            """),
    ),
    quotes=(COUNTABLE,),
)

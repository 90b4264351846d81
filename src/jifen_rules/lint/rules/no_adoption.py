"""No record that the villagers adopted the scheme."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import DEMOCRATIC, SUPERVISION
from ..rule import LintRule

ADOPTED: Final = (
    "村民会议",
    "村民代表会议",
    "村民代表大会",
    "村民大会",
    "户代表会议",
    "成员大会",
    "社员大会",
    "党员大会",
    "议事会",
    "表决",
    "通过",
    "村规民约",
    "assembly",
    "adopted",
    "vote",
)
"""Words of a basis that record an adoption."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find schemes whose own basis has no such word."""
    basis = (draft.scheme.basis or "").lower()
    if not any(word in basis for word in ADOPTED):
        yield RULE.at(draft.place(("basis",) if basis else ("scheme",)))


RULE: Final = LintRule(
    code="J401",
    name="no-adoption",
    family="process",
    severity=Severity.WARNING,
    message=N_("nothing says that the villagers adopted this scheme"),
    help=N_("say it in the scheme's 'basis', such as '2024年3月1日村民会议表决通过'"),
    why=N_(
        "The measure must come about in a democratic way. A scheme that nobody voted for binds "
        "nobody."
    ),
    check=check,
    bad=(
        dedent("""\
            basis: «县里的通知»
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    good=(
        dedent("""\
            basis: 2023年村民代表会议表决通过
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    quotes=(DEMOCRATIC, SUPERVISION),
)

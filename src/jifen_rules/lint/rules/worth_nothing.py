"""An indicator that can never change anything."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...plan import Cap, Fixed
from ..draft import LintContext
from ..rule import LintRule
from ..signs import signs


def check(draft: LintContext) -> Iterator[Problem]:
    """Find fixed values of zero, and adds under a cap of zero, without any consequence."""
    for path, _, item in draft.indicators:
        grant = draft.grant(item)
        shut = any(
            isinstance(c, Cap) and c.kind in ("added", "times") and c.high == 0 for c in grant.path
        )
        if not item.then and (grant.value == Fixed(0) or (shut and "-" not in signs(grant.value))):
            yield RULE.at(draft.place((*path, "points")), what=item.label)


RULE: Final = LintRule(
    code="J610",
    name="worth-nothing",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("'{what}' is worth 0 and nothing follows from it"),
    help=N_("write its points, or take it out"),
    why=N_("Whoever reads the list thinks that it counts."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: tidy, name: 院落整洁, points: «0»}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
)

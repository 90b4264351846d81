"""A declared column that is never used."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find declared columns whose name is used nowhere else in the scheme."""
    fields = draft.scheme.fields
    for part, names in (("subject", fields.subject), ("event", fields.event)):
        for name in names:
            if name != "class" and draft.mentions(name) < 2:
                yield RULE.at(draft.place(("fields", part, name, "key")), name=name)


RULE: Final = LintRule(
    code="J607",
    name="unused-field",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("the column '{name}' is declared, and nothing uses it"),
    help=N_("take it out, or use it"),
    why=N_("Each column is somebody's work each month, and data about people that nobody needs."),
    check=check,
    bad=(
        dedent("""\
            fields: {event: {«天气»: text}}
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
            """),
    ),
    good=(
        dedent("""\
            fields: {event: {下雨: yes_no}}
            indicators:
              - {id: tidy, name: 院落整洁, points: {formula: 6 if 下雨 else 5}}
            """),
    ),
)

"""S14: deducts by unrestricted judgement."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import Between, Form, OneOf
from ..draft import LintContext
from ..policy import COUNTABLE, FAIR
from ..rule import LintRule
from ..signs import costs
from ..touches import word_in

WORDS: Final = ("酌情", "视情", "视具体情况", "自由裁量", "at discretion")
"""Words that leave the measure open."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find judged deducts without criteria, and deducts whose own words leave the measure open."""
    for path, _, item in draft.indicators:
        form, grant = item.points, draft.grant(item)
        if not costs(grant):
            continue
        basis = (isinstance(form, Form) and form.basis) or item.basis or ""
        text = f"{item.name} {basis}"
        word = next((word for word in WORDS if word in text), "")
        if word:
            key = "name" if word in item.name else "basis"
            yield RULE.at(word_in(draft, draft.place((*path, key)), word), what=item.label)
        elif isinstance(form, Between | OneOf) and not basis:
            yield RULE.at(draft.place((*path, "points")), what=item.label)


RULE: Final = LintRule(
    code="J118",
    name="deduct-at-discretion",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("how much '{what}' costs is left to somebody's judgement"),
    help=N_("write a fixed number, numbers by level, or the criteria in 'basis'"),
    why=N_(
        "Where the same wrong can cost one or thirty points, it is the judge who decides, and not "
        "the rule that the villagers voted for."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: messy, name: 乱堆乱放, points: «{between: [-4, 0]}», when: evidence != ''}
            """),
        dedent("""\
            indicators:
              - {id: messy, name: 乱堆乱放«酌情»扣分, points: -1}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: messy, name: 乱堆乱放, points: {by: {level: {一处: -1, 两处以上: -2}}}}
            """),
        dedent("""\
            indicators:
              - id: messy
                name: 乱堆乱放
                points: {between: [-4, 0], basis: 每处1分}
                when: evidence != ''
            """),
    ),
    quotes=(COUNTABLE, FAIR),
)

"""S13: personal data on public boards."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import RIGHTS, SUNSHINE
from ..rule import LintRule
from ..touches import WORDS, touching, word_in


def check(draft: LintContext) -> Iterator[Problem]:
    """Find consequences that touch privacy, and publications whose words suggest it."""
    for touch in touching(draft, "privacy", suggest=("effect",)):
        if touch.sort == "effect":
            yield touch.found(RULE)
    for number, step in enumerate(draft.scheme.process):
        if step.step == "publish":
            for word in WORDS["privacy"].split():
                if word in (step.basis or ""):
                    place = draft.place(("process", number, "basis"))
                    yield RULE.suggested(word_in(draft, place, word), word, what=str(step.basis))
                    break


RULE: Final = LintRule(
    code="J117",
    name="personal-data-published",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' puts personal data before everybody"),
    help=N_(
        "publish points and reasons by household only so far as the law allows; leave out "
        "identity numbers, illness, homes and live rankings"
    ),
    why=N_(
        "Openness is about how points are given, not about laying private lives open. What is "
        "posted on the internet stays there."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - id: litter
                name: 乱扔垃圾
                points: -2
                then: [{action: 公布住址电话, touches: [«privacy»]}]
            """),
        dedent("""\
            indicators:
              - {id: litter, name: 乱扔垃圾, points: -2, then: [{action: 在«微信群»公布住址}]}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: litter, name: 乱扔垃圾, points: -2, then: [{action: 上门提醒}]}
            """),
    ),
    quotes=(RIGHTS, SUNSHINE),
)

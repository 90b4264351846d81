"""A vague word in the name of a deduct."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ..draft import LintContext
from ..policy import COUNTABLE, INDICATORS
from ..rule import LintRule
from ..signs import costs
from ..touches import word_in

WORDS: Final = (
    "情节",
    "影响不好",
    "影响恶劣",
    "较重",
    "严重",
    "不良",
    "不力",
    "不规范",
    "不当",
    "无理",
    "不文明",
)
"""Words of degree that need a measure."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find deducts with such a word in their name and without a basis.

    Those that end with `其他` have their own rule.
    """
    for path, _, item in draft.indicators:
        word = next((word for word in WORDS if word in item.name), "")
        taking = bool(item.then) or costs(draft.grant(item))
        if word and taking and not item.basis and "其他" not in item.name:
            place = word_in(draft, draft.place((*path, "name")), word)
            yield RULE.at(place, word=word, what=item.label)


RULE: Final = LintRule(
    code="J603",
    name="vague-word",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("nothing says what '{word}' means in '{what}'"),
    help=N_("say from when on it is so, in 'basis' or in the name"),
    why=N_(
        "One calls it grave, another calls it nothing. The villagers vote for words that they "
        "understand alike."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: speech, name: 言行«不文明», points: -2}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: speech, name: 言行不文明, points: -2, basis: 指当众骂人、动手}
            """),
    ),
    quotes=(INDICATORS, COUNTABLE),
)

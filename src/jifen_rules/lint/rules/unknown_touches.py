"""An unknown word in `touches`."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_, Terms, did_you_mean, msg
from ...core.problem import Problem, Severity
from ...core.vocabulary import TOUCHES, spellings
from ..draft import LintContext
from ..rule import LintRule

MOST_GUESSES: Final = 20
"""Maximum number of unknown words for which the nearest known word is suggested."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find words of `touches` that are not in the vocabulary."""
    choices = msg(N_("write one of: {choices}"), choices=Terms(tuple(TOUCHES)))
    guesses = 0
    for path, words, _ in draft.parts:
        for number, word in enumerate(words):
            if word not in TOUCHES:
                guesses += 1
                known = spellings(TOUCHES) if guesses <= MOST_GUESSES else ()
                hint = did_you_mean(word, known, choices)
                yield RULE.at(draft.place((*path, "touches", number)), word=word, hint=hint)


RULE: Final = LintRule(
    code="J612",
    name="unknown-touches",
    family="clarity",
    severity=Severity.WARNING,
    message=N_("'{word}' is no word of 'touches', so the check looks at nothing"),
    help=N_("{hint}"),
    why=N_(
        "What is said there decides what is checked. A word it does not know is as good as none."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: tidy, name: 院落整洁, points: 5, touches: [«subsidies»]}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: tidy, name: 院落整洁, points: 5, touches: [cash]}
            """),
    ),
)

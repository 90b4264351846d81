"""A word in `touches` that the check does not know."""

from collections.abc import Iterator
from typing import Final

from ..message import N_, Terms, did_you_mean, say
from ..problem import Problem, Severity
from ..vocabulary import TOUCHES, spellings
from .draft import Draft
from .rule import LintRule


def check(draft: Draft) -> Iterator[Problem]:
    """Words of `touches` outside the vocabulary."""
    for path, words, _ in draft.parts:
        for number, word in enumerate(words):
            if word not in TOUCHES:
                otherwise = say(N_("write one of: {choices}"), choices=Terms(tuple(TOUCHES)))
                hint = did_you_mean(word, spellings(TOUCHES), otherwise)
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
    bad=("indicators:\n  - {id: tidy, name: 院落整洁, points: 5, touches: [«subsidies»]}\n",),
    good=("indicators:\n  - {id: tidy, name: 院落整洁, points: 5, touches: [cash]}\n",),
)

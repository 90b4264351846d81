"""What a lint rule is: its page, its examples, its check, all in one value.

A check gets one `LintContext` and yields what it finds; it refuses to make text for people.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..core.message import N_, Message, Value
from ..core.problem import Edit, Fault, Place, Problem, Quote, Severity
from .draft import LintContext

Family: TypeAlias = Literal[
    "compliance",
    "feasibility",
    "fairness",
    "process",
    "incentives",
    "clarity",
    "budget",
    "comments",
]

Check: TypeAlias = Callable[[LintContext], Iterator[Problem]]

SUGGESTED: Final = N_("the words '{words}' suggest: {finding}")
"""How a finding begins that rests on words alone, where `touches` is not said."""


@dataclass(frozen=True, slots=True)
class LintRule:
    """One thing that may be wrong with a sound scheme: page, examples and check.

    `message`, `help` and `why` are gettext ids; `message` and `help` are templates over the
    values of a finding. `good` and `bad` are parts of schemes that stand under a sound head;
    `«…»` in a bad one marks where the caret stands. `why` says it in our own words, `quotes`
    in those of the policy. `check` gets the loaded scheme with its plan and yields problems,
    made by `at`.

    >>> from jifen_rules.lint import LintRule
    >>> from jifen_rules.lint import RULES
    >>> isinstance(RULES[0], LintRule), len({rule.code for rule in RULES}) == len(RULES)
    (True, True)
    """

    code: str
    name: str
    family: Family
    severity: Severity
    message: str
    help: str
    why: str
    check: Check
    bad: tuple[str, ...]
    good: tuple[str, ...]
    quotes: tuple[Quote, ...] = ()

    def at(
        self,
        place: Place,
        related: tuple[Place, ...] = (),
        edits: tuple[Edit, ...] = (),
        **values: Value,
    ) -> Problem:
        """Make a finding at a place."""
        return Problem(self._fault(self.message, self.severity), place, values, related, edits)

    def suggested(self, place: Place, words: str, **values: Value) -> Problem:
        """Make a finding that rests on words alone: advice, and it says so."""
        finding = Message(self.message, values)
        fault = self._fault(SUGGESTED, Severity.ADVICE)
        return Problem(fault, place, {**values, "words": words, "finding": finding})

    def _fault(self, message: str, severity: Severity) -> Fault:
        """Quote what a finding of compliance rests on; elsewhere the page does."""
        quotes = self.quotes if self.family == "compliance" else ()
        return Fault(self.code, self.name, message, self.help, severity, quotes)

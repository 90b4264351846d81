"""What a lint rule is: its page, its examples, its check, all in one value.

A check takes one `LintContext` and yields problems; it does not format text.
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
"""How a finding begins that rests on words alone, because `touches` is missing."""


@dataclass(frozen=True, slots=True)
class LintRule:
    """One possible weakness of a valid scheme: its page, its examples and its check.

    `message`, `help` and `why` are gettext ids; `message` and `help` are templates over the
    values of a finding. `good` and `bad` are parts of schemes that stand under a sound head;
    `«…»` in a bad one marks the position of the caret. `why` gives the reason in our words,
    `quotes` in the words of the policy. `check` takes the loaded scheme with its plan and yields
    problems made by `at`.

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
        """Make a finding that rests on words alone; it is advice and says so."""
        finding = Message(self.message, values)
        fault = self._fault(SUGGESTED, Severity.ADVICE)
        return Problem(fault, place, {**values, "words": words, "finding": finding})

    def _fault(self, message: str, severity: Severity) -> Fault:
        """Return the fault of the rule; only compliance rules carry quotes in a finding."""
        quotes = self.quotes if self.family == "compliance" else ()
        return Fault(self.code, self.name, message, self.help, severity, quotes)

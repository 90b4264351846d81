"""Result -> the chain of reasons: one sentence for each entry, and a subject's statement.

Decides what is said and leaves the words to `render`. Knows the plan for names only and
works out no points.
"""

from collections.abc import Sequence

from ..compile import compile_versions
from ..entry import Entry, Result
from ..model import SchemeFile
from ..roster import Roster
from .entries import Explanation, say_per, signed, wording_of
from .find import find_subject, unknown_subject
from .statement import Explainer, Statement
from .wording import REFUSED_AS

__all__ = [
    "REFUSED_AS",
    "Explainer",
    "Explanation",
    "Statement",
    "explain_entry",
    "explain_subject",
    "find_subject",
    "say_per",
    "signed",
    "unknown_subject",
]


def explain_entry(schemes: SchemeFile | Sequence[SchemeFile], entry: Entry) -> Explanation:
    """Say one entry: what happened, what it brought, and why. SchemeError as the engine."""
    files = [schemes] if isinstance(schemes, SchemeFile) else schemes
    return wording_of(files, compile_versions(schemes)).explain(entry)


def explain_subject(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    result: Result,
    subject: str,
    *,
    period: str = "",
    event: str = "",
) -> Statement:
    """Make the statement of a subject for a period (its label; else the last one).

    With `event` only the entries of that event. KeyError if the subject has no score
    there, or no such event.
    """
    return Explainer(schemes, roster, result).statement(subject, period=period, event=event)

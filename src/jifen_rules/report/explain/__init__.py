"""Result -> explanations: one sentence for each entry, and the statement of a subject.

Chooses the content and leaves the wording to `render`. Uses the plan for names only and computes
no points.
"""

from collections.abc import Sequence

from ...compile import compile_versions
from ...inputs.roster import Roster
from ...scheme.model import SchemeFile
from ...trace.entry import Entry, Result
from .entries import Explanation, say_per, signed, wording_of
from .find import find_subject, unknown_subject
from .statement import Explainer, Statement
from .wording import ENTRY_OUTCOMES, REFUSED_AS

__all__ = [
    "ENTRY_OUTCOMES",
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
    """Return an entry in words: what happened, what it brought, and why.

    SchemeError as `evaluate_events`.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, explain_entry, load_scheme, say
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> say(explain_entry(scheme, result.entries[0]).sentence, "zh")
    '2024-03-01 志愿服务：+5 分'
    """
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
    """Return the statement of a subject for a period (by its label; else the last one).

    With `event` it has only the entries of that event. KeyError, which says what there is, if the
    subject has no score in the period, or no such event. SchemeError as `evaluate_events`.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, explain_subject, load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> len(explain_subject(scheme, None, result, "张家", period="2024").lines)
    1
    """
    explainer = Explainer(schemes, roster, result)
    try:
        return explainer.statement(subject, period=period, event=event)
    except KeyError:
        raise KeyError(_not_there(explainer, subject, period, event)) from None


def _not_there(explainer: Explainer, subject: str, period: str, event: str) -> str:
    """Return what a subject has instead of the requested statement."""
    periods = [s.period.label for s in explainer.result.scores if s.subject == subject]
    if event and (not period or period in periods) and periods:
        return f"{subject!r} has no entry of the event {event!r}"
    if periods:
        return f"{subject!r} has no score of {period!r}; it has one of {', '.join(periods)}"
    refused = len(explainer.refused(subject))
    return f"{subject!r} has no score" + (
        f"; events that do not count: {refused}" if refused else ""
    )

"""jifen_rules: a rules engine for village point schemes (积分制)."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .cases import Case, CaseResult, CaseRunner, read_cases, run_cases
    from .change import Change, Impact, SchemeDiff, diff_schemes, measure_impact
    from .dump import dump_scheme
    from .enrolment import read_roster
    from .entry import Entry, Outcome, Result, Score, Standing, Step
    from .event import Event
    from .explain import Explanation, Statement, explain_entry, explain_subject
    from .intake import read_events
    from .lint import LintRule, lint_scheme
    from .load import load_scheme
    from .merge import merge_results
    from .model import Scheme, SchemeFile
    from .problem import CaseError, EventError, JifenError, Place, Problem, SchemeError, Severity
    from .roster import Roster
    from .sentences import say
    from .session import (
        Session,
        Stream,
        evaluate_events,
        restore_session,
        start_session,
        stream_entries,
    )
    from .trace import Trace, read_trace, write_trace
    from .verify import Verification, verify_trace
    from .workdays import Workdays, read_workdays

__version__ = "0.2.0.dev0"
"""The one place of the version; packages and the command read it here."""

__all__ = [
    "Case",
    "CaseError",
    "CaseResult",
    "CaseRunner",
    "Change",
    "Entry",
    "Event",
    "EventError",
    "Explanation",
    "Impact",
    "JifenError",
    "LintRule",
    "Outcome",
    "Place",
    "Problem",
    "Result",
    "Roster",
    "Scheme",
    "SchemeDiff",
    "SchemeError",
    "SchemeFile",
    "Score",
    "Session",
    "Severity",
    "Standing",
    "Statement",
    "Step",
    "Stream",
    "Trace",
    "Verification",
    "Workdays",
    "diff_schemes",
    "dump_scheme",
    "evaluate_events",
    "explain_entry",
    "explain_subject",
    "lint_scheme",
    "load_scheme",
    "measure_impact",
    "merge_results",
    "read_cases",
    "read_events",
    "read_roster",
    "read_trace",
    "read_workdays",
    "restore_session",
    "run_cases",
    "say",
    "start_session",
    "stream_entries",
    "verify_trace",
    "write_trace",
]

_HOMES: Final = {
    name: home
    for home, names in (
        ("cases", "Case CaseResult CaseRunner read_cases run_cases"),
        ("change", "Change Impact SchemeDiff diff_schemes measure_impact"),
        ("dump", "dump_scheme"),
        ("entry", "Entry Outcome Result Score Standing Step"),
        ("event", "Event"),
        ("explain", "Explanation Statement explain_entry explain_subject"),
        ("intake", "read_events"),
        ("lint", "LintRule lint_scheme"),
        ("load", "load_scheme"),
        ("merge", "merge_results"),
        ("model", "Scheme SchemeFile"),
        ("problem", "CaseError EventError JifenError Place Problem SchemeError Severity"),
        ("roster", "Roster"),
        ("enrolment", "read_roster"),
        ("session", "Session Stream evaluate_events restore_session start_session stream_entries"),
        ("sentences", "say"),
        ("trace", "Trace read_trace write_trace"),
        ("verify", "Verification verify_trace"),
        ("workdays", "Workdays read_workdays"),
    )
    for name in names.split()
}
"""Where each name lives; its module is read when the name is first asked for."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    value: object = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

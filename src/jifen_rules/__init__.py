"""jifen_rules: a rules engine for village point schemes (积分制).

What a program calls and gets stands here; values that it seldom names stand in public modules:
`cases`, `change`, `entry`, `explain`, `lint`, `model`, `problem`, `session`, `trace`, `verify`,
`workdays`, and `arrow` and `spark` for data frames.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .cases import (
        Case as Case,
        CaseResult as CaseResult,
        CaseRunner as CaseRunner,
        read_cases,
        run_cases,
    )
    from .change import (
        Change as Change,
        Impact as Impact,
        SchemeDiff as SchemeDiff,
        diff_schemes,
        measure_impact,
    )
    from .dump import dump_scheme
    from .enrolment import read_roster
    from .entry import Entry, Outcome, Result, Score, Standing as Standing, Step as Step
    from .event import Event
    from .explain import (
        Explanation as Explanation,
        Statement as Statement,
        explain_entry,
        explain_subject,
    )
    from .intake import read_events
    from .lint import LintRule as LintRule, lint_scheme
    from .load import load_scheme
    from .merge import merge_results
    from .model import Scheme as Scheme, SchemeFile
    from .problem import (
        CaseError as CaseError,
        EventError,
        JifenError,
        Place as Place,
        Problem,
        SchemeError,
        Severity as Severity,
    )
    from .roster import Roster
    from .sentences import say
    from .session import (
        Session,
        Stream as Stream,
        evaluate_events,
        restore_session,
        start_session,
        stream_entries,
    )
    from .trace import Trace as Trace, read_trace, write_trace
    from .verify import Verification as Verification, verify_trace
    from .workdays import Workdays as Workdays, read_workdays

__version__ = "0.2.0.dev0"
"""The one place of the version; packages and the command read it here."""

__all__ = [
    "Entry",
    "Event",
    "EventError",
    "JifenError",
    "Outcome",
    "Problem",
    "Result",
    "Roster",
    "SchemeError",
    "SchemeFile",
    "Score",
    "Session",
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
"""Where each name lives; its module is read when the name is first asked for.

Names that are not in `__all__` stood here in 0.1; programs that import them from here go on as they are.
"""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    value: object = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""jifen_rules: a rules engine for village point schemes (积分制).

What a program calls and gets stands here. Values that it seldom names stand in their rooms:
`cases`, `analysis.change`, `report.explain`, `lint`, `scheme.model`, `core.problem`, `session`,
`trace.entry`, `trace.chain`, `verify`, `inputs.workdays`, and `core.arrow` and `spark` for data
frames.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .analysis.change import (
        Change as Change,
        Impact as Impact,
        SchemeDiff as SchemeDiff,
        diff_schemes,
        measure_impact,
    )
    from .cases import (
        Case as Case,
        CaseResult as CaseResult,
        CaseRunner as CaseRunner,
        read_cases,
        run_cases,
    )
    from .core.problem import (
        CaseError as CaseError,
        EventError,
        JifenError,
        Place as Place,
        Problem,
        SchemeError,
        Severity as Severity,
    )
    from .core.sentences import say
    from .inputs.enrolment import read_roster
    from .inputs.event import Event
    from .inputs.intake import read_events
    from .inputs.roster import Roster
    from .inputs.workdays import Workdays as Workdays, read_workdays
    from .lint import LintRule as LintRule, lint_scheme
    from .report.explain import (
        Explanation as Explanation,
        Statement as Statement,
        explain_entry,
        explain_subject,
    )
    from .scheme.dump import dump_scheme
    from .scheme.load import load_scheme
    from .scheme.model import Scheme as Scheme, SchemeFile
    from .session import (
        Session,
        Stream as Stream,
        evaluate_events,
        restore_session,
        start_session,
        stream_entries,
    )
    from .trace.chain import Trace as Trace, read_trace, write_trace
    from .trace.entry import Entry, Outcome, Result, Score, Standing as Standing, Step as Step
    from .trace.merge import merge_results
    from .verify import Verification as Verification, verify_trace

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

HOMES: Final = {
    name: home
    for home, names in (
        ("cases", "Case CaseResult CaseRunner read_cases run_cases"),
        ("analysis.change", "Change Impact SchemeDiff diff_schemes measure_impact"),
        ("scheme.dump", "dump_scheme"),
        ("trace.entry", "Entry Outcome Result Score Standing Step"),
        ("inputs.event", "Event"),
        ("report.explain", "Explanation Statement explain_entry explain_subject"),
        ("inputs.intake", "read_events"),
        ("lint", "LintRule lint_scheme"),
        ("scheme.load", "load_scheme"),
        ("trace.merge", "merge_results"),
        ("scheme.model", "Scheme SchemeFile"),
        ("core.problem", "CaseError EventError JifenError Place Problem SchemeError Severity"),
        ("inputs.roster", "Roster"),
        ("inputs.enrolment", "read_roster"),
        ("session", "Session Stream evaluate_events restore_session start_session stream_entries"),
        ("core.sentences", "say"),
        ("trace.chain", "Trace read_trace write_trace"),
        ("verify", "Verification verify_trace"),
        ("inputs.workdays", "Workdays read_workdays"),
    )
    for name in names.split()
}
"""Where each name lives; its module is read when the name is first asked for.

Names that are not in `__all__` stood here in 0.1; programs that import them from here go on as they
are.
"""


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    value: object = getattr(import_module(f".{HOMES[name]}", __name__), name)  # on first use
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Every call of the desk by its name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from . import changes, drafts, starts, tables, trials
from .asked import Answer, Asked

CALLS: Final[Mapping[str, Callable[[Asked], Answer]]] = MappingProxyType(
    {
        "check": drafts.check,
        "mend": drafts.mend,
        "mend_all": drafts.mend_all,
        "format": drafts.format_draft,
        "complete": drafts.complete,
        "explain_rule": drafts.explain_rule,
        "cases": drafts.cases,
        "import": tables.import_table,
        "marked": tables.marked,
        "export": tables.export,
        "ledger": tables.ledger,
        "book": trials.book,
        "score": trials.score,
        "statement": trials.statement,
        "report": trials.report,
        "diff": changes.diff,
        "impact": changes.impact,
        "templates": starts.templates,
        "new": starts.new,
    }
)

__all__ = ["CALLS", "Answer", "Asked"]

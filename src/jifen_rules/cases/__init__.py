"""A scheme's own cases: read, run, measured.

They are measured against the rules they try, and against changes they must notice.

`reader` gives `case`s, `runner` runs them and `compare` says what differs; `coverage`, `mutate` and
`against` judge the cases themselves.
"""

from .case import Case, CaseResult
from .reader import read_cases
from .runner import CaseRunner, run_cases

__all__ = ["Case", "CaseResult", "CaseRunner", "read_cases", "run_cases"]

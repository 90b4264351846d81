"""Check a trace against its scheme, with code that shares nothing with the engine.

Each module checks one thing about a line: `chain` its form, its hash chain and its order,
`outcomes` its outcome, `steps` whether the scheme has its steps, `asked` and `values` the points it
asks for, `ways` the limits, `sums` its sum, `ends` what it takes back, `scores` the score and its
levels. `rules`, `limits` and `consequences` read the scheme, `book` keeps the totals so far, and
`check` runs all of them.
"""

from .check import verify_trace
from .findings import Finding, Verification

__all__ = ["Finding", "Verification", "verify_trace"]

"""Trace and scheme -> does it hold? Derived anew by code that shares nothing with the engine.

The rooms, each with one question of a line: `chain` (is it a line, in its chain and order?),
`outcomes` (may its outcome say this?), `steps` (does the scheme bring these steps?), `asked` and
`values` (what does the rule ask?), `ways` (what do the limits let through?), `sums` (does it add
up?), `ends` (what does it end?), `scores` (is the score complete, the level right?). `rules`,
`limits` and `consequences` read the scheme, `book` keeps what the lines so far come to, `check`
asks all.
"""

from .check import verify_trace
from .findings import Finding, Verification

__all__ = ["Finding", "Verification", "verify_trace"]

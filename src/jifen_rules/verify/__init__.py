"""Trace and scheme -> does it hold? Derived anew by code that shares nothing with the engine.

`rules` reads the scheme, `values` works out what a rule asks, `check` goes line by line.
"""

from .check import Finding, Verification, verify_trace

__all__ = ["Finding", "Verification", "verify_trace"]

"""jifen_rules: a rules engine for village point schemes (积分制)."""

from .load import load_scheme
from .model import Scheme, SchemeFile
from .problem import EventError, JifenError, Place, Problem, SchemeError, Severity

__all__ = [
    "EventError",
    "JifenError",
    "Place",
    "Problem",
    "Scheme",
    "SchemeError",
    "SchemeFile",
    "Severity",
    "load_scheme",
]

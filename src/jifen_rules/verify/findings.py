"""The result of the checker, as plain values."""

from dataclasses import dataclass

from ..core.message import Message
from ..core.plain_data import PlainData


@dataclass(frozen=True, slots=True)
class Finding(PlainData):
    """The first line that does not hold: its number in the file, and the reason."""

    line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Verification(PlainData):
    """The counts of what was checked, and the first line that does not hold.

    - `lines`, `totals`, `caps`, `levels`: how many of each were derived anew and hold.
    - `unproved`: how many statements of lines could not be derived.
    - `finding`: the number of the first line that does not hold, and why; None if all hold.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, load_scheme, verify_trace
    >>> from jifen_rules.trace.chain import trace_lines
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> verify_trace(trace_lines(result), scheme).finding is None
    True
    """

    lines: int
    totals: int
    caps: int
    levels: int
    unproved: int
    finding: Finding | None

"""The result of the checker, as plain values, and what several checks say of a step."""

from dataclasses import dataclass

from ..core.message import N_, Message, msg
from ..core.plain_data import PlainData
from ..trace.entry import Step


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


def left_out(kind: str, place: str) -> Message:
    """Say that a line lacks a step."""
    return msg(N_("the step '{kind}' of {place} is left out"), kind=kind, place=place)


def no_such_step(step: Step) -> Message:
    """Say that the scheme does not bring a step."""
    return msg(
        N_("the scheme brings no step '{kind}' of {place} here"),
        kind=step.kind,
        place=step.place or "-",
    )

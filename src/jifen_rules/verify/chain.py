"""The lines as such: their form, their hash chain, their order and the seal at the end.

Knows nothing of schemes: no scheme could make a refused line right.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ..core.message import N_, Message, msg
from ..trace.chain import Chains, Trace
from ..trace.entry import TRACE_VERSION, Entry, Outcome, order_of, places_of

_POINTS = re.compile(r"(?!-0\Z)-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_CHAIN = re.compile(r"[0-9a-f]{32}\Z")

_AT_THE_END = (Outcome.SCORED, Outcome.SEALED)
_POINT_FIELDS = ("asked", "granted", "total_after")
_KEYS = (
    "trace",
    "event",
    "subject",
    "period",
    "indicator",
    "version",
    "date",
    "outcome",
    "inputs",
    "asked",
    "steps",
    "granted",
    "ledgers",
    "total_after",
    "chain",
)
_OF_A_SEAL: Mapping[str, Any] = {
    "event": None,
    "subject": "",
    "period": "",
    "indicator": "",
    "version": None,
    "asked": "0",
    "steps": [],
    "granted": "0",
    "ledgers": {},
    "total_after": None,
}
"""What the seal says beside its day and its inputs: nothing."""
_STEP_KEYS = (
    "kind",
    "id",
    "name",
    "place",
    "basis",
    "before",
    "after",
    "room",
    "window",
    "note",
)


class LineCheck:
    """Checks each line by itself, without the scheme."""

    def __init__(self, trace: Trace) -> None:
        self._rows, self._count = trace.rows, len(trace.lines)
        self._chains, self._places = Chains(), places_of(trace.entries)
        self._last: tuple[object, ...] | None = None
        self._scored: tuple[str, str] | None = None

    def check(self, number: int, line: Mapping[str, Any], entry: Entry | None) -> Iterator[Message]:
        """Yield the errors of a line; `entry` is its entry, unless it is a score or the seal."""
        if line["outcome"] == Outcome.SEALED:
            yield from self._seal(line, number)
        if not self._chains.follows(line["subject"], self._rows[number - 1]):
            yield msg(N_("the line, or one before it of this subject, was altered or taken out"))
        if line["outcome"] == Outcome.SCORED:
            place = (line["subject"], line["date"])
            if self._scored is not None and place <= self._scored:
                yield msg(N_("the line stands before one that comes earlier"))
            self._scored = place
        elif entry is not None:
            place_in_trace = order_of(entry, self._places)
            late = self._last is not None and place_in_trace < self._last
            if late or self._scored is not None:
                yield msg(N_("the line stands before one that comes earlier"))
            self._last = place_in_trace

    def end(self, lines: tuple[Mapping[str, Any], ...]) -> Iterator[Message]:
        """Yield the errors that show only after the last line."""
        if not lines or lines[-1]["outcome"] != Outcome.SEALED:
            yield msg(N_("the trace has no seal at its end"))

    def _seal(self, line: Mapping[str, Any], number: int) -> Iterator[Message]:
        said = line["inputs"]
        if said.get("lines") != str(self._chains.count) or number != self._count:
            yield msg(
                N_("the seal counts {count} lines, and there are {found}"),
                count=str(said.get("lines")),
                found=str(self._chains.count),
            )
        if said.get("chains") != self._chains.ends:
            yield msg(N_("the seal does not fit the ends of the chains"))


def has_form(line: Mapping[str, Any]) -> bool:
    """Tell whether a line has exactly the fields of a line, each of the right type."""
    texts = ("subject", "period", "indicator", "outcome")
    return (
        set(line) == set(_KEYS)
        and type(line["trace"]) is int
        and line["trace"] == TRACE_VERSION
        and all(isinstance(line[key], str) for key in texts)
        and isinstance(line["event"], str | None)
        and all(_is_day(line[key]) for key in ("version", "date"))
        and all(isinstance(text, str) for text in _values(line["inputs"]))
        and all(isinstance(text, str) and _is_points(text) for text in _values(line["ledgers"]))
        and all(_is_points(line[key]) for key in _POINT_FIELDS)
        and isinstance(line["chain"], str)
        and bool(_CHAIN.match(line["chain"]))
        and isinstance(line["steps"], list)
        and all(map(_is_step, line["steps"]))
        and (line["outcome"] not in _AT_THE_END or _has_end_form(line))
    )


def _has_end_form(line: Mapping[str, Any]) -> bool:
    """Tell whether a score or the seal has a day; a score has a base, the seal nothing more."""
    if line["outcome"] == Outcome.SEALED:
        return {key: line[key] for key in _OF_A_SEAL} == _OF_A_SEAL and line["date"] is not None
    return line["date"] is not None and _is_number(line["inputs"].get("base"))


def _is_step(step: Mapping[str, Any]) -> bool:
    texts = ("kind", "id", "name", "place", "basis", "window", "note")
    return (
        set(step) == set(_STEP_KEYS)
        and all(isinstance(step[key], str) for key in texts)
        and all(_is_points(step[key]) for key in ("before", "after", "room"))
    )


def _values(mapping: Mapping[str, Any]) -> list[Any]:
    return [*mapping.values()]


def _is_points(text: object) -> bool:
    return text is None or _is_number(text)


def _is_number(text: object) -> bool:
    return isinstance(text, str) and bool(_POINTS.match(text))


def _is_day(text: object) -> bool:
    if text is None:
        return True
    return isinstance(text, str) and bool(_DAY.match(text)) and bool(date.fromisoformat(text))

"""An entry -> the JSON of its line in a trace, before it is chained. No other place writes it.

It is what `json.dumps(…, ensure_ascii=False)` would write of the same values; `trace.schema.json`
has its form. The pieces are apart so that whoever writes many lines can keep those that come again.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring

from ..core.terms import plain
from .entry import TRACE_VERSION, Entry, Outcome, Step

quoted = encode_basestring
"""Write a text as JSON."""


def entry_text(entry: Entry) -> str:
    """Write the line of an entry."""
    return f"{entry_line(entry).decode()}}}"


def entry_line(entry: Entry) -> bytes:
    """Write the line of an entry, still open: without the brace at its end."""
    return open_line(
        b"null" if entry.event is None else quoted(entry.event).encode(),
        subject_piece(entry.subject),
        head_piece(entry.period, entry.indicator, entry.version, entry.date, entry.outcome),
        tail_piece(
            texts_text(entry.inputs),
            points_text(entry.asked),
            steps_text(entry.steps),
            points_text(entry.granted),
            points_by_name_text(entry.ledgers.items()),
        ),
        points_text(entry.total_after).encode(),
    )


def open_line(event: bytes, subject: bytes, head: bytes, tail: bytes, after: bytes) -> bytes:
    """Put a line together from pieces; the event and the total after are JSON already."""
    return b"".join((_START, event, subject, head, tail, after))


_START = f'{{"trace": {TRACE_VERSION}, "event": '.encode()


def subject_piece(subject: str) -> bytes:
    """Write whose line it is."""
    return f', "subject": {quoted(subject)}'.encode()


def head_piece(
    period: str, indicator: str, version: date | None, day: date | None, outcome: Outcome
) -> bytes:
    """Write the fields that entries of one day and indicator have in common."""
    return (
        f', "period": {quoted(period)}, "indicator": {quoted(indicator)}, "version": '
        f"{_day(version)}, "
        f'"date": {_day(day)}, "outcome": {quoted(outcome)}, '
    ).encode()


def tail_piece(inputs: str, asked: str, steps: str, granted: str, ledgers: str) -> bytes:
    """Write the fields that come again on other days, already as JSON, up to the total after."""
    return (
        f'"inputs": {inputs}, "asked": {asked}, "steps": {steps}, "granted": {granted}, '
        f'"ledgers": {ledgers}, "total_after": '
    ).encode()


def texts_text(texts: Mapping[str, str]) -> str:
    """Write texts by column."""
    pairs = [f"{quoted(column)}: {quoted(text)}" for column, text in texts.items()]
    return f"{{{', '.join(pairs)}}}"


def points_by_name_text(points: Iterable[tuple[str, Decimal]]) -> str:
    """Write points by ledger."""
    pairs = [f"{quoted(name)}: {points_text(amount)}" for name, amount in points]
    return f"{{{', '.join(pairs)}}}"


@lru_cache(maxsize=1 << 16)
def points_text(number: Decimal | None) -> str:
    """Write points; the same few figures come again and again."""
    return "null" if number is None else f'"{plain(number)}"'


def steps_text(steps: Iterable[Step]) -> str:
    """Write the steps of an entry."""
    return f"[{', '.join([_step(step) for step in steps])}]"


def _step(step: Step) -> str:
    return (
        f'{{"kind": {quoted(step.kind)}, "id": {quoted(step.id)}, "name": {quoted(step.name)}, '
        f'"place": {quoted(step.place)}, "basis": {quoted(step.basis)}, "before": '
        f"{points_text(step.before)}, "
        f'"after": {points_text(step.after)}, "room": {points_text(step.room)}, '
        f'"window": {quoted(step.window)}, "note": {quoted(step.note)}}}'
    )


def _day(day: date | None) -> str:
    return "null" if day is None else f'"{day.isoformat()}"'

"""One line of a trace: an entry as text and read back, what a score and a seal say."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..core.terms import plain
from .entry import Entry, Outcome, Score, Step
from .entry_text import entry_line

Line = dict[str, Any]


def entry_of(line: Mapping[str, Any]) -> Entry:
    """Read a line back. ValueError, KeyError or TypeError if it has not the form of one."""
    return Entry(
        line["event"],
        line["subject"],
        line["period"],
        line["indicator"],
        date.fromisoformat(line["version"]) if line["version"] else None,
        date.fromisoformat(line["date"]) if line["date"] else None,
        Outcome(line["outcome"]),
        dict(line["inputs"]),
        Decimal(line["asked"]),
        tuple(_step_of(step) for step in line["steps"]),
        Decimal(line["granted"]),
        {name: Decimal(amount) for name, amount in line["ledgers"].items()},
        _number(line["total_after"]),
    )


def _step_of(step: Mapping[str, Any]) -> Step:
    return Step(
        step["kind"],
        step["id"],
        step["name"],
        step["place"],
        step["basis"],
        _number(step["before"]),
        _number(step["after"]),
        _number(step["room"]),
        step["window"],
        step["note"],
    )


def subject_and_line(entry: Entry) -> tuple[str, bytes]:
    """Return the subject of an entry, and its line."""
    return entry.subject, entry_line(entry)


def score_entry(score: Score, as_of: date) -> Entry:
    """Return what a subject comes to in a period: its ledgers, its categories, its levels."""
    figures = (("ledger", score.ledgers), ("category", score.categories))
    steps = [
        Step(kind, name, "", "", "", None, figure)
        for kind, found in figures
        for name, figure in found.items()
    ]
    steps += [
        Step("level", name, "", "", "", None, None, note=standing.level or "")
        for name, standing in score.tiers.items()
    ]
    return bare_entry(
        Outcome.SCORED,
        score.subject,
        score.period.label,
        min(score.period.end, as_of),
        {"base": plain(score.base)},
        tuple(steps),
        score.total,
    )


def bare_entry(
    outcome: Outcome,
    subject: str,
    period: str,
    day: date,
    inputs: Mapping[str, str],
    steps: tuple[Step, ...] = (),
    total: Decimal | None = None,
) -> Entry:
    """Return a line that is of no event and brings nothing."""
    zero = Decimal(0)
    return Entry(
        None, subject, period, "", None, day, outcome, inputs, zero, steps, zero, {}, total
    )


def bare_text(line: Mapping[str, Any]) -> str:
    """Return a line that was read, without its chain, as it was written."""
    bare = {key: value for key, value in line.items() if key != "chain"}
    return json.dumps(bare, ensure_ascii=False)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

"""The library itself: events in memory to result, with and without looking at the scores."""

from datetime import date
from typing import Any

from reference.workload import SCHEME, Event, Household, Record, row

AS_OF = date(2024, 12, 31)


def load(events: list[Event]) -> Any:
    """The scheme, and the events as the library's own."""
    from jifen_rules import load_scheme, read_events

    return load_scheme(SCHEME), read_events(row(event) for event in events)[0]


def run(given: Any) -> Any:
    """Events to scores, with the entry of each."""
    from jifen_rules import evaluate_events

    scheme, events = given
    return evaluate_events(scheme, None, events, AS_OF)


def run_looked(given: Any) -> Any:
    """The same, with the total, level and categories of each household looked at."""
    result = run(given)
    for score in result.scores:
        _ = score.total, score.tiers, score.categories
    return result


def comparable(result: Any, _: Any) -> tuple[dict[str, Household], list[Record]]:
    """The result in the words of the loop, out of its scores and the steps of its entries."""
    households = {
        score.subject: (
            _cents(score.total),
            score.tiers["star"].level,
            tuple(_cents(score.categories[name]) for name in "ABCDEF"),
        )
        for score in result.scores
    }
    return households, [_record(entry) for entry in result.entries if entry.event]


def _record(entry: Any) -> Record:
    took = []
    for step in entry.steps:
        if step.kind in ("times", "added", "deducted"):
            reason = {"month": "month", "year": "category"}[step.window]
            reason = "count" if step.kind == "times" else reason
            took.append((reason, _cents(step.before - step.after)))
    asked = _cents(entry.asked)
    let = asked - sum(amount for _, amount in took)
    return int(entry.event[1:]), entry.subject, entry.indicator, asked, tuple(took), let


def _cents(amount: Any) -> int:
    return int(amount * 100)

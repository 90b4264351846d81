"""A result as plain JSON data: decimals as text, in the order of the result."""

import json
from collections.abc import Iterator

from ..entry import Entry, Result, Score
from ..terms import plain


def render_result(result: Result) -> str:
    """Write scores, refusals and boards as one JSON document."""
    document = {
        "scheme": result.scheme,
        "illustrative": result.illustrative,
        "as_of": result.as_of.isoformat(),
        "digest": result.digest,
        "scores": [_score(score) for score in result.scores],
        "rejected": [_entry(entry) for entry in result.rejected],
        "boards": [*_boards(result)],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def render_trace(result: Result) -> str:
    """Write the entries as JSON Lines."""
    return "".join(json.dumps(_entry(entry), ensure_ascii=False) + "\n" for entry in result.entries)


def _score(score: Score) -> dict[str, object]:
    return {
        "subject": score.subject,
        "period": score.period.label,
        "base": plain(score.base),
        "total": plain(score.total),
        "tiers": {ladder: standing.level for ladder, standing in score.tiers.items()},
        "categories": {name: plain(figure) for name, figure in score.categories.items()},
        "ledgers": {name: plain(figure) for name, figure in score.ledgers.items()},
    }


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "event": entry.event,
        "subject": entry.subject,
        "period": entry.period,
        "indicator": entry.indicator,
        "version": entry.version.isoformat() if entry.version else None,
        "date": entry.date.isoformat(),
        "outcome": entry.outcome.value,
        "asked": plain(entry.asked),
        "steps": [
            {
                "kind": step.kind,
                "id": step.id,
                "place": step.place,
                "basis": step.basis,
                "before": plain(step.before),
                "after": plain(step.after),
                "note": step.note,
            }
            for step in entry.steps
        ],
        "granted": plain(entry.granted),
        "ledgers": {name: plain(amount) for name, amount in entry.ledgers.items()},
        "total_after": None if entry.total_after is None else plain(entry.total_after),
    }


def _boards(result: Result) -> Iterator[dict[str, object]]:
    """One board a period; equal totals share a place (1, 1, 3)."""
    for period in sorted({score.period for score in result.scores}):
        scores = [score for score in result.scores if score.period == period]
        scores.sort(key=lambda score: (-score.total, score.subject))
        totals = [score.total for score in scores]
        rows = [
            {"place": totals.index(s.total) + 1, "subject": s.subject, "total": plain(s.total)}
            for s in scores
        ]
        yield {"period": period.label, "rows": rows}

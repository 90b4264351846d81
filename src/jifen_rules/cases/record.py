"""A result -> the text of a case that expects its figures, marked as recorded."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

from ..core.terms import plain
from ..trace.entry import Outcome, Result


def record_case(
    name: str,
    day: date,
    rows: Sequence[Mapping[str, str]],
    roster: Sequence[Mapping[str, str]],
    result: Result,
) -> str:
    """Write a case with the figures of a result, marked as recorded on a day and not reviewed.

    Whoever has worked the figures out by hand adds `signed: NAME`.
    """
    totals: dict[str, dict[str, str]] = {}
    tiers: dict[str, dict[str, str]] = {}
    for score in result.scores:
        totals.setdefault(score.subject, {})[score.period.label] = plain(score.total)
        tiers[score.subject] = {k: s.level or "none" for k, s in score.tiers.items()}
    entries = {
        entry.event: {"outcome": entry.outcome.value, "granted": plain(entry.granted)}
        for entry in reversed(result.entries)
        if entry.event and entry.outcome is not Outcome.RECEIVED
    }
    expect = {"totals": totals, "tiers": {k: v for k, v in tiers.items() if v}, "entries": entries}
    parts: dict[str, object] = {
        "recorded": day.isoformat(),
        "as_of": result.as_of.isoformat(),
        "roster": roster,
        "events": rows,
        "expect": expect,
    }
    lines = [f"  - name: {json.dumps(name, ensure_ascii=False)}"]
    lines += [f"    {k}: {json.dumps(v, ensure_ascii=False)}" for k, v in parts.items() if v]
    return "\n".join(lines) + "\n"

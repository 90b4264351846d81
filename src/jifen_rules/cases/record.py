"""A result -> the text of a case that expects its figures, marked as recorded."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

from ..core.terms import plain
from ..core.vocabulary import CASES, COLUMNS, Language
from ..trace.entry import Outcome, Result


def first_line(lang: Language) -> str:
    """Begin a file of cases."""
    return f"{_key('cases', lang)}:\n"


def language_of_keys(text: str) -> Language:
    """Tell in which language the keys of a file of cases are."""
    lines = text.splitlines()
    return "zh" if any(line.startswith(CASES["cases"]) for line in lines) else "en"


def record_case(
    name: str,
    day: date,
    rows: Sequence[Mapping[str, str]],
    roster: Sequence[Mapping[str, str]],
    result: Result,
    lang: Language,
) -> str:
    """Write a case with the figures of a result, marked as recorded on a day and not reviewed.

    Its keys are in a language. Whoever has worked the figures out by hand adds `signed: NAME`.
    """
    totals: dict[str, dict[str, str]] = {}
    tiers: dict[str, dict[str, str]] = {}
    for score in result.scores:
        totals.setdefault(score.subject, {})[score.period.label] = plain(score.total)
        tiers[score.subject] = {k: s.level or "none" for k, s in score.tiers.items()}
    outcome, granted = _key("outcome", lang), _key("granted", lang)
    entries = {
        entry.event: {outcome: entry.outcome.value, granted: plain(entry.granted)}
        for entry in reversed(result.entries)
        if entry.event and entry.outcome is not Outcome.RECEIVED
    }
    levels = {k: v for k, v in tiers.items() if v}
    figures = {"totals": totals, "tiers": levels, "entries": entries}
    expect = {_key(name, lang): figure for name, figure in figures.items()}
    parts: dict[str, object] = {
        "recorded": day.isoformat(),
        "as_of": result.as_of.isoformat(),
        "roster": [_row(row, lang) for row in roster],
        "events": [_row(row, lang) for row in rows],
        "expect": expect,
    }
    lines = [f"  - {_key('name', lang)}: {json.dumps(name, ensure_ascii=False)}"]
    lines += [
        f"    {_key(k, lang)}: {json.dumps(v, ensure_ascii=False)}" for k, v in parts.items() if v
    ]
    return "\n".join(lines) + "\n"


def _row(row: Mapping[str, str], lang: Language) -> Mapping[str, str]:
    return {COLUMNS.get(k, k): v for k, v in row.items()} if lang == "zh" else row


def _key(name: str, lang: Language) -> str:
    return CASES[name] if lang == "zh" else name

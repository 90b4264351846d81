"""A session as plain data and back, and what differs where it does not fit."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b, sha256
from typing import Any

from ..inputs.event import Event, Unreadable, canonical_event, event_data
from ..inputs.intake import read_events
from ..inputs.roster import Roster, canonical_rows
from ..inputs.workdays import Workdays
from .admit import View
from .batch import ENGINE, Ready

SESSION_VERSION = 2
"""The version of what `save` gives; it grows when its shape changes."""
_SHOWN = 5
"""Of so many days that differ a sentence speaks."""


@dataclass(frozen=True, slots=True)
class SavedState:
    """What a session knows beyond its schemes, roster and calendar.

    `reached` is, by subject, the first day that is not closed.
    """

    view: View
    advanced: date | None
    events: tuple[Event, ...]
    rows: tuple[Unreadable, ...]
    reached: Mapping[str, date]


def saved_data(
    ready: Ready, roster: Roster | None, state: SavedState, events: bool
) -> dict[str, Any]:
    """Write a state as plain JSON data; without `events`, a fingerprint of each day.

    Rows that are no events are always kept: no table of events has them.
    """
    view = state.view
    data = {
        "session": SESSION_VERSION,
        "under": _under(ready, roster, view.workdays),
        "as_of": view.as_of.isoformat(),
        "status": view.status,
        "known_on": view.known_on.isoformat() if view.known_on else None,
        "advanced": state.advanced.isoformat() if state.advanced else None,
        "reached": _by_day(state.reached),
        "days": _days(state.events, state.rows),
        "rows": [[row.content, row.reason] for row in state.rows],
    }
    if events:
        data["events"] = [event_data(event) for event in state.events]
    return data


def read_saved(
    ready: Ready, roster: Roster | None, saved: Mapping[str, Any], workdays: Workdays | None
) -> SavedState:
    """Read a state back. ValueError if it is of another version, scheme, roster or calendar."""
    if not isinstance(saved, Mapping) or saved.get("session") != SESSION_VERSION:
        raise ValueError(f"this is no session of version {SESSION_VERSION}")
    now, then = _under(ready, roster, workdays), saved["under"]
    others = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    if others:
        raise ValueError(f"the session was saved under another {' and another '.join(others)}")
    known_on = saved["known_on"] and date.fromisoformat(saved["known_on"])
    view = View(date.fromisoformat(saved["as_of"]), saved["status"], known_on or None, workdays)
    advanced = saved["advanced"] and date.fromisoformat(saved["advanced"])
    events, bad = read_events(saved.get("events", []), _Anything())
    rows = [Unreadable(content, reason) for content, reason in saved.get("rows", [])]
    reached = {
        name: date.fromisoformat(day) for day, names in saved["reached"].items() for name in names
    }
    return SavedState(view, advanced or None, events, (*bad, *rows), reached)


class _Anything:
    """Every column is a field: what was saved was read before."""

    def __contains__(self, name: object) -> bool:
        return True


def check_events(
    saved: Mapping[str, Any], events: Iterable[Event], rows: Iterable[Unreadable]
) -> None:
    """ValueError, with the days, where the events are not those saved."""
    then, now = saved["days"], _days(events, rows)
    others = [day for day in sorted({*then, *now}) if then.get(day) != now.get(day)]
    if not others:
        return
    counts = {day: [found.get(day, [0])[0] for found in (then, now)] for day in others}
    shown = [
        f"{day or 'rows that are no events'} ({counts[day][0]} saved, {counts[day][1]} given)"
        for day in others[:_SHOWN]
    ]
    more = [f"and {len(others) - _SHOWN} more days"] if len(others) > _SHOWN else []
    raise ValueError(f"the events differ from those saved: {', '.join([*shown, *more])}")


def reread(row: Unreadable) -> Mapping[str, object] | Unreadable:
    """Return a row that was none before: what it says, for a scheme that may know its columns."""
    try:
        found = json.loads(row.content)
    except (ValueError, RecursionError):
        return row
    return found if isinstance(found, dict) else row


def _by_day(reached: Mapping[str, date]) -> dict[str, list[str]]:
    """Return the subjects by the day they have reached, each day written once."""
    found: dict[str, list[str]] = {}
    for subject, day in sorted(reached.items()):
        found.setdefault(day.isoformat(), []).append(subject)
    return found


def _days(events: Iterable[Event], rows: Iterable[Unreadable]) -> dict[str, list[object]]:
    """How many events each day has, and one fingerprint of them in any order; rows under no day."""
    counts: Counter[str] = Counter()
    prints: Counter[str] = Counter()
    texts = [(event.date.isoformat(), canonical_event(event)) for event in events]
    for day, text in (*texts, *(("", row.content) for row in rows)):
        counts[day] += 1
        prints[day] += int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
    return {day: [counts[day], f"{prints[day] % 2**64:016x}"] for day in sorted(counts)}


def _under(ready: Ready, roster: Roster | None, workdays: Workdays | None) -> dict[str, str]:
    """Return a fingerprint of each thing that a session goes by, by its word in sentences."""
    found = {"engine": ENGINE}
    for file, line in zip(ready.files, ready.lines, strict=True):
        found[f"scheme of {file.scheme.effective_from}"] = _print([line])
    found["roster"] = _print(canonical_rows(roster)) if roster else ""
    days = (workdays.rest, workdays.work) if workdays else ((), ())
    found["calendar"] = _print(str(sorted(some)) for some in days) if workdays else ""
    return found


def _print(lines: Iterable[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()[:32]

"""Honest traces for the tests of the checker: of shipped cases, and of streams over them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jifen_rules import (
    Case,
    Result,
    Roster,
    SchemeFile,
    evaluate_events,
    load_scheme,
    read_cases,
    read_roster,
)
from jifen_rules.compile.variants import change_scheme
from jifen_rules.scheme.model import Between, By, OneOf, RatedBy
from jifen_rules.trace.chain import trace_lines

ROOT = Path(__file__).parent.parent
SHIPPED = tuple(sorted(p for p in (ROOT / "schemes").rglob("scheme.yaml")))
"""Every shipped scheme; its cases stand beside it."""


@dataclass(frozen=True)
class Given:
    """What a trace was made of, and what came of it."""

    name: str
    scheme: SchemeFile
    roster: Roster | None
    events: tuple[Any, ...]
    result: Result

    @property
    def lines(self) -> tuple[str, ...]:
        """The trace, line by line."""
        return tuple(trace_lines(self.result))


def given(name: str, scheme: SchemeFile, roster: Roster | None, events: Any, as_of: date) -> Given:
    """Evaluate, and keep all of it."""
    rows = tuple(events)
    return Given(
        name, scheme, roster, rows, evaluate_events(scheme, roster, rows, as_of, status="count")
    )


def of_cases(path: Path) -> Iterator[Given]:
    """The cases of a shipped scheme, but for those that only ask what the check finds."""
    for case in read_cases(path.parent / "cases.yaml"):
        if "problems" not in case.expect:
            roster = read_roster(case.roster) if case.roster else None
            yield given(case.name, _scheme_of(path, case), roster, case.events, case.as_of)


@cache
def _loaded(path: Path) -> SchemeFile:
    return load_scheme(path)


def _scheme_of(path: Path, case: Case) -> SchemeFile:
    scheme = _loaded(path.parent / case.scheme if case.scheme else path)
    return change_scheme(scheme, dict(case.changes)) if case.changes else scheme


# --- streams over a scheme ------------------------------------------------------------------------


@cache
def drawn(path: Path, seed: int = 0, count: int = 90) -> Given:
    """A stream over a shipped scheme, with the people of its first case (or four of its kind)."""
    rng = random.Random(seed)
    scheme = _loaded(path)
    cases = [case for case in read_cases(path.parent / "cases.yaml") if not case.scheme]
    rows = list(cases[0].roster)
    if not rows:
        rows = [{"id": name, "kind": scheme.scheme.kind} for name in "甲乙丙丁"]
    roster = read_roster(rows)
    people = [
        s for s in roster.subjects if (roster.kind(s) or scheme.scheme.kind) == scheme.scheme.kind
    ]
    first = max(scheme.scheme.effective_from, cases[0].as_of.replace(month=1, day=1))
    events = [_event(scheme, rng, n, people, first) for n in range(count)]
    return given(path.parent.name, scheme, roster, events, first + timedelta(400))


def _event(
    scheme: SchemeFile, rng: random.Random, number: int, people: list[str], first: date
) -> dict[str, str]:
    items = [item for _, _, item in scheme.scheme.walk()] + list(scheme.scheme.rewards)
    item = rng.choice(items)
    row = {
        "id": f"e{number:03}",
        "date": str(first + timedelta(rng.randrange(390))),
        "subject": rng.choice(people),
        "indicator": item.key,
        "quantity": str(rng.randrange(1, 30)),
        "to": rng.choice(people),
        "matter": rng.choice(["", "", "m", "n"]),
        "evidence": "照片",
    }
    return row | _words(getattr(item, "points", None), rng)


def _words(form: object, rng: random.Random) -> dict[str, str]:
    """What a form needs beyond a quantity."""
    match form:
        case By():
            (name, table), *_ = form.by.items()
            word = rng.choice(sorted(table))
            key = {"级别": "level", "获奖名次": "place"}.get(name, name)
            return {key: word} | _words(table[word], rng)
        case Between():
            low, high = (0 if isinstance(n, str) else int(n) for n in form.between)
            return {"points": str(rng.randint(min(low, high), max(low, high)))}
        case OneOf():
            return {"points": str(rng.choice(form.one_of))}
        case RatedBy():
            return {"points": "8", "role": rng.choice(sorted(form.rated_by)), "rating": "优"}
    return {}

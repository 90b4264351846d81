"""A generated village as data: what is given to the engine, and how it is written down."""

import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from jifen_rules import Result, Roster, SchemeFile, evaluate_events, load_scheme, read_roster

Data = dict[str, Any]
Row = dict[str, str]


@dataclass(frozen=True)
class Village:
    """One case: the versions of a scheme, a roster, events, the last day, and what it uses."""

    schemes: tuple[Data, ...]
    roster: tuple[Row, ...]
    events: tuple[Row, ...]
    as_of: date
    used: frozenset[str] = frozenset()
    routes: tuple[frozenset[str], ...] = field(default=(), compare=False)
    """For each indicator the constructs that its points meet on their way."""
    texts: tuple[str, ...] = ()
    """What is loaded in place of the schemes as data, such as their Chinese spelling."""

    def files(self) -> list[SchemeFile]:
        """Load every version; SchemeError if it has problems."""
        texts = self.texts or tuple(map(written, self.schemes))
        return [load_scheme(f"v{number}.yaml", text=text) for number, text in enumerate(texts, 1)]

    def people(self) -> Roster:
        return read_roster(list(self.roster))

    def evaluate(self, as_of: date | None = None) -> Result:
        """Give the result of a batch in which an event without a status counts."""
        day = self.as_of if as_of is None else as_of
        return evaluate_events(self.files(), self.people(), list(self.events), day, status="count")

    def with_(self, **changes: Any) -> "Village":
        return replace(self, **changes)

    def __str__(self) -> str:
        texts = self.texts or tuple(map(lines_of, self.schemes))
        parts = [f"as_of: {self.as_of}", *texts, "roster:", *map(short, self.roster)]
        return "\n".join([*parts, "events:", *map(short, self.events)])


def written(scheme: Data) -> str:
    """Write a scheme on one line, so that no relation moves a place."""
    return json.dumps(scheme, ensure_ascii=False)


def lines_of(scheme: Data) -> str:
    """Write a scheme to be read: a line for each key, and for each item of its lists."""
    found = []
    for key, value in scheme.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found += [f"{key}:", *(f"  - {written(item)}" for item in value)]
        else:
            found.append(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(found)


def short(row: Row) -> str:
    return "  " + json.dumps(
        {key: value for key, value in row.items() if value}, ensure_ascii=False
    )

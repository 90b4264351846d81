"""Show how the cost of an event goes by how many events there are: for every mechanic.

Run `python benchmarks/growth.py [--sizes 1000,10000,100000] [--wide] [--only A1,B3] [--json]`.

Each snippet of docs/MECHANICS.md with the events of each of its cases, so many times over a year
under other ids, for the same subjects; with `--wide` on the same days, for other subjects each
time. Prints microseconds an event, scores and entries looked at, and how many times as much the
last size takes as the first. The slowest growth comes last.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from snippets import further, mechanics, whole  # noqa: E402

Rows = list[dict[str, Any]]
NAMES = ("id", "voids", "corrects", "revokes", "repairs", "disputes")
SUBJECTS = ("subject", "to")
DAYS = 360


def rows_of(
    mechanic: dict[str, Any], case: dict[str, Any]
) -> tuple[list[Any], list[Any], list[Any], date]:
    """Schemes, roster, the rows of a case, and its last day."""
    from jifen_rules import load_scheme, read_cases

    given = {"as_of": mechanic.get("as_of", "2024-12-31"), "roster": mechanic.get("roster", [])}
    own = {key: value for key, value in case.items() if key != "scheme"}
    document = {"given": given, "cases": [{"name": mechanic["id"], **own}]}
    (one,) = read_cases("cases.yaml", text=json.dumps(document, ensure_ascii=False))
    texts = [case.get("scheme", mechanic["scheme"]), mechanic.get("later", "")]
    files = [load_scheme("scheme.yaml", text=whole(text)) for text in texts if text]
    return files, [*one.roster], [*one.events], one.as_of


def wide(people: Rows, rows: Rows, size: int) -> tuple[Rows, Rows]:
    """Copy rows until there are so many, each copy for subjects of its own, and their roster."""

    def named(row: dict[str, Any], keys: tuple[str, ...], number: int) -> dict[str, Any]:
        return {**row, **{key: f"{row[key]}~{number}" for key in keys if row.get(key)}}

    copies = range(-(-size // len(rows)))
    several = [named(row, ("id", "unit"), number) for number in copies for row in people]
    return several, [named(row, NAMES + SUBJECTS, number) for number in copies for row in rows]


def long(rows: Rows, size: int) -> Rows:
    """Copy rows until there are so many, each copy some days of a year later, in time order."""
    copies = -(-size // len(rows))
    found = []
    for number in range(copies):
        shift = timedelta(days=number * DAYS // copies)
        for row in rows:
            names = {key: f"{row[key]}~{number:06}" for key in NAMES if row.get(key)}
            days = {
                key: date.fromisoformat(str(row[key])) + shift
                for key in ("date", "declared_on", "recorded_on", "published_on")
                if row.get(key)
            }
            found.append({**row, **names, **days})
    return sorted(found, key=lambda row: (row["date"], row["id"]))[:size]


def work_of(
    mechanic: dict[str, Any], case: dict[str, Any], size: int, *, is_wide: bool
) -> Callable[[], int]:
    """Return what is measured, its events read; it gives how many there are."""
    from jifen_rules import evaluate_events, read_events, read_roster

    files, people, rows, as_of = rows_of(mechanic, case)
    if is_wide:
        people, rows = wide(people, rows, size)
    else:
        rows, as_of = long(rows, size), as_of + timedelta(days=366)
    roster, events = read_roster(people) if people else None, read_events(rows)[0]

    def work() -> int:
        result = evaluate_events(files, roster, events, as_of)
        for score in result.scores:
            _ = score.total, score.tiers
        for _entry in result.entries:
            pass
        return len(events)

    return work


def cases() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The cases with events of every mechanic that is one file, each with its name."""
    for mechanic in (*mechanics(), *further()):
        for number, case in enumerate(mechanic["cases"], 1):
            if case.get("events") and "files" not in mechanic:
                yield f"{mechanic['id']}-{number}", mechanic, case


def seconds(work: Callable[[], int]) -> float:
    """Processor seconds an event."""
    start = time.process_time()
    count = work()
    return (time.process_time() - start) / count


def main() -> None:
    """Measure every mechanic, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    names = set(filter(None, asked.only.split(",")))
    found = {}
    for name, mechanic, case in cases():
        if names and mechanic["id"] not in names:
            continue
        several = (work_of(mechanic, case, size, is_wide=asked.wide) for size in sizes)
        found[name] = [1e6 * seconds(work) for work in several]
        if not asked.json:
            print(name, *(f"{much:8.1f}" for much in found[name]), flush=True)
    growth = sorted((much[-1] / much[0], name) for name, much in found.items())
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{len(growth)} cases of mechanics; times as much at {sizes[-1]:,} as at {sizes[0]:,}:")
    print("  median", f"{growth[len(growth) // 2][0]:.2f}")
    for much, name in growth[-10:]:
        print(f"  {name} {much:.2f}")


if __name__ == "__main__":
    main()

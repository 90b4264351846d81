"""Real rules beside the reference workload.

Run `python benchmarks/village.py [--villages 13] [--busy 1,4] [--json]`.

Wendeng's scheme, and the village of the example year so many times under other names; with `--busy
4` all that its people did, they did four times, under other ids. Beside it runs the reference
workload of as many events. Each run is a process of its own, in turn; a small run goes before it.
Each village must come to what the first one does, or the run ends. Scores are looked at in all of
them; entries and fingerprints are not.
"""

import argparse
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

from processes import Unequal, in_turn, middle_and_spread, run_alone  # noqa: E402
from reference.workload import generate  # noqa: E402

YEAR = ROOT / "examples" / "wendeng-year"
SCHEME = ROOT / "schemes" / "wendeng-rural" / "scheme.yaml"
AS_OF = date(2024, 12, 31)
IDS = ("id", "voids", "corrects", "revokes", "repairs", "disputes")


def rows(villages: int, busy: int) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows of the roster and the events, of each village under names of its own."""
    from jifen_rules import read_events, read_roster
    from jifen_rules.inputs.event import event_data
    from jifen_rules.inputs.roster import belonging_data

    people = [belonging_data(row) for row in read_roster(YEAR / "roster.csv").rows]
    events = [event_data(event) for event in read_events(YEAR / "events.jsonl")[0]]
    roster = [_named(row, ("id", "unit"), f"~{v}") for v in range(villages) for row in people]
    several = [
        _named(_named(event, IDS, f"~{n}~{v}"), ("subject", "to"), f"~{v}")
        for v in range(villages)
        for n in range(busy)
        for event in events
    ]
    return roster, several


def _named(row: dict[str, str], columns: tuple[str, ...], more: str) -> dict[str, str]:
    return row | {key: f"{row[key]}{more}" for key in columns if row.get(key)}


def measure(villages: int, busy: int) -> dict[str, Any]:
    """Evaluate once, in this process."""
    from jifen_rules import evaluate_events, load_scheme, read_events, read_roster

    scheme = load_scheme(SCHEME)
    people, several = rows(villages, busy)
    roster, (events, _) = read_roster(people), read_events(several)
    evaluate_events(scheme, roster, events[:500], AS_OF)
    start = time.perf_counter()
    result = evaluate_events(scheme, roster, events, AS_OF)
    totals = [(s.subject, str(s.total), str(s.tiers["star"].level)) for s in result.scores]
    seconds = time.perf_counter() - start
    _check_alike(totals, villages)
    return {"events": len(events), "subjects": len(totals), "seconds": seconds, "totals": totals[0]}


def _check_alike(totals: list[tuple[str, str, str]], villages: int) -> None:
    by_village: dict[str, dict[str, tuple[str, str]]] = {}
    for subject, *found in totals:
        name, _, village = subject.partition("~")
        by_village.setdefault(village, {})[name] = (found[0], found[1])
    if len(by_village) != villages or any(v != by_village["0"] for v in by_village.values()):
        raise Unequal("two villages differ")


def measure_reference(size: int) -> dict[str, Any]:
    """The reference workload of so many events, its scores looked at."""
    from peers.engine import load, run_looked

    given = load(generate(size))
    run_looked(load(generate(1000)))
    start = time.perf_counter()
    run_looked(given)
    return {"events": size, "subjects": max(1, size // 50), "seconds": time.perf_counter() - start}


def compare(villages: int, busy: list[int], repeats: int) -> list[dict[str, Any]]:
    """Run all in turn, and sum up."""
    size = len(rows(villages, max(busy))[1])
    names = ["reference", *(f"busy {times}" for times in busy)]

    def alone(name: str) -> dict[str, Any]:
        words = ["--reference", size] if name == "reference" else ["--busy", name.split()[1]]
        return run_alone(HERE / "village.py", "--one", "--villages", villages, *words)

    runs = in_turn(names, repeats, alone, lambda one, other: None)
    found = [_summary(name, several) for name, several in runs.items()]
    return [
        row | {"of_reference": round(found[0]["microseconds"] / row["microseconds"], 3)}
        for row in found
    ]


def _summary(name: str, runs: list[dict[str, Any]]) -> dict[str, Any]:
    middle, spread = middle_and_spread([run["seconds"] / run["events"] * 1e6 for run in runs])
    about = {key: runs[0][key] for key in ("events", "subjects")}
    return {"name": name, **about, "microseconds": round(middle, 2), "spread": round(spread, 3)}


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, default=13)
    parser.add_argument("--busy", default="1,4", help="how often everything happens, by commas")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--reference", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    busy = [int(times) for times in asked.busy.split(",")]
    if asked.one:
        found = (
            measure_reference(asked.reference)
            if asked.reference
            else measure(asked.villages, busy[0])
        )
        print(json.dumps(found))
        return
    found = compare(asked.villages, busy, asked.repeats)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    print(
        "| | events | subjects | microseconds an event | spread | of the reference's speed |\n"
        "|---|---:|---:|---:|---:|---:|"
    )
    for row in found:
        print(
            f"| {row['name']} | {row['events']:,} | {row['subjects']:,} | {row['microseconds']} "
            f"| {row['spread']:.0%} | {row['of_reference']:.2f} |"
        )


if __name__ == "__main__":
    main()

"""Compare the peers on the reference workload.

Run `python benchmarks/run.py --size 100000 [--only NAME,…] [--json]`.

Each run is a process of its own, round-robin over the peers; the input is in memory, in the form
the peer takes, before the clock starts, and a thousand events have gone before. Totals and traces
must be equal by checksum: a peer that differs ends the run. Peers that are not the project's own
live in `build/bench/`.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

from peers import PEERS  # noqa: E402
from processes import (  # noqa: E402
    Unequal,
    forget_peak,
    in_turn,
    middle_and_spread,
    resident,
    run_alone,
)
from reference.workload import generate  # noqa: E402

REFERENCE = "hand_int_no_gc"


# --- one run, in its own process ------------------------------------------------------------------


def measure(name: str, size: int, households: int = 0) -> dict[str, Any]:
    """Run one peer once: seconds, memory, checksums.

    Short runs are repeated, and the median taken.
    """
    peer = PEERS[name]
    events = generate(size, households)
    peer.run(peer.load(events[:1000]))
    given = peer.load(events)
    del events
    gc.collect()
    forget_peak()
    before, seconds, found = resident()[0], [], None
    while sum(seconds) < 0.5 and len(seconds) < (7 if size <= 10_000 else 1):
        found = None
        start = time.perf_counter()
        found = peer.run(given)
        seconds.append(time.perf_counter() - start)
    peak = resident()[1]
    totals, trace = peer.checksums(found, given)
    return {
        "peer": name,
        "size": size,
        "households": households or max(1, size // 50),
        "seconds": statistics.median(seconds),
        "input_mb": before,
        "peak_mb": peak,
        "totals": totals,
        "trace": trace,
    }


# --- many runs ------------------------------------------------------------------------------------


def compare(names: list[str], size: int, repeats: int, households: int = 0) -> list[dict[str, Any]]:
    """Run peers in turn, each in a fresh process, and sum up. Unequal if their results differ."""

    def alone(name: str) -> dict[str, Any]:
        words = ("--size", size, "--one", name, "--households", households)
        return run_alone(HERE / "run.py", *words, python=_python(name))

    runs = in_turn(names, repeats, alone, _check)
    base = statistics.median(r["seconds"] for r in runs.get(REFERENCE, runs[names[0]]))
    return [_summary(found, base) for found in runs.values()]


def _check(one: dict[str, Any], other: dict[str, Any]) -> None:
    if (one["totals"], one["trace"]) != (other["totals"], other["trace"]):
        raise Unequal(f"{one['peer']} and {other['peer']} differ at {one['size']} events")


def _summary(runs: list[dict[str, Any]], base: float) -> dict[str, Any]:
    middle, spread = middle_and_spread([run["seconds"] for run in runs])
    return {
        "peer": runs[0]["peer"],
        "size": runs[0]["size"],
        "households": runs[0]["households"],
        "events_per_second": round(runs[0]["size"] / middle),
        "ratio": round(base / middle, 3),
        "seconds": round(middle, 4),
        "spread": round(spread, 3),
        "input_mb": round(runs[0]["input_mb"]),
        "peak_mb": round(max(r["peak_mb"] for r in runs)),
        "repeats": len(runs),
        "totals": runs[0]["totals"],
        "trace": runs[0]["trace"],
    }


def _python(name: str) -> Path:
    """The interpreter of a peer's own environment, made when it is first wanted."""
    packages = PEERS[name].packages
    if not packages:
        return Path(sys.executable)
    home = ROOT / "build" / "bench" / "-".join(sorted(packages)).lower()
    if not (home / "ready").exists():
        print(f"installing {', '.join(packages)}", file=sys.stderr, flush=True)
        venv.create(home, with_pip=True, clear=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(pip, check=True, stdout=sys.stderr)
        (home / "ready").touch()
    return home / "bin" / "python"


# --- what is printed ------------------------------------------------------------------------------


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a table of Markdown."""
    head = f"| {rows[0]['size']:,} events | events a second | of the loop | spread | peak MB | |\n"
    head += "|---|---:|---:|---:|---:|---|\n"
    return head + "".join(
        f"| {r['peer']} | {r['events_per_second']:,} | {r['ratio']:.2f} | {r['spread']:.0%} "
        f"| {r['peak_mb']} | {PEERS[r['peer']].note} |\n"
        for r in rows
    )


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--size", type=int, action="append", help="how many events (may be repeated)"
    )
    parser.add_argument("--households", type=int, default=0)
    parser.add_argument("--only", default=",".join(PEERS), help="peers, by name")
    parser.add_argument("--repeats", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    names = asked.only.split(",")
    if strange := sorted({*names} - {*PEERS}):
        parser.error(f"no peer {', '.join(strange)}; there are {', '.join(PEERS)}")
    sizes = asked.size or [10_000, 100_000, 1_000_000]
    if asked.one:
        print(json.dumps(measure(asked.one, sizes[0], asked.households)))
        return
    os.environ["PYTHONPATH"] = str(HERE)
    for size in sizes:
        repeats = asked.repeats or (3 if size >= 1_000_000 else 5)
        rows = compare(names, size, repeats, asked.households)
        print(json.dumps(rows, indent=2) if asked.json else table(rows), flush=True)


if __name__ == "__main__":
    main()

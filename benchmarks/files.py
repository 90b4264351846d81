"""Measure the way from a file to a trace on disk.

Run `python benchmarks/files.py --size 100000 [--only jsonl,csv,parquet] [--workers 2] [--json]`.

The events of the reference workload stand in a file before the clock starts. Each run is a process
of its own, in turn over the kinds of file, and goes the whole way; each part has its seconds, and
the peak of memory while it ran. Before the first run a small file of each kind goes the same way,
and its trace is verified. Digest, totals and trace must be equal for all kinds and runs: one that
differs ends it. With `--workers`, each kind runs by one process and by so many in turn; those read
and write by themselves, so their parts are fewer. Beside the seconds of the whole stands the
processor time of the process and of its workers.
"""

import argparse
import csv
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from hashlib import file_digest
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from processes import (  # noqa: E402
    Unequal,
    forget_peak,
    in_turn,
    middle_and_spread,
    resident,
    run_alone,
)
from reference.workload import SCHEME, generate, row  # noqa: E402

AS_OF = date(2024, 12, 31)
KINDS = ("jsonl", "csv", "parquet")
PARTS = {
    "read": "the file to events",
    "workers": "the file to a result by workers, the lines of its trace among it",
    "evaluation": "events to a result, the entry of each as the engine keeps it",
    "scores": "the total of each household looked at",
    "digest": "the fingerprint of each line, and the one of all",
    "trace": "every entry as a line, chained, on disk",
    "whole": "all of these",
}
SMALL = 1_000


# --- one run, in its own process ------------------------------------------------------------------


def measure(file: Path, trace: Path, workers: int) -> dict[str, Any]:
    """Go the whole way once, a small file before it, so that all is imported and warm."""
    _way(file.with_stem("small"), trace, workers)
    before = _processor()
    found = _way(file, trace, workers)
    return found | {"processor": [after - past for after, past in zip(_processor(), before)]}


def _processor() -> list[float]:
    """Processor seconds of this process, and of those it started."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return [used.ru_utime + used.ru_stime for used in map(resource.getrusage, who)]


def _way(file: Path, trace: Path, workers: int = 1) -> dict[str, Any]:
    from jifen_rules import evaluate_events, load_scheme, read_events

    scheme, kind = load_scheme(SCHEME), file.suffix[1:]
    parts: dict[str, tuple[float, float]] = {}
    if workers > 1:
        result = _timed(
            parts,
            "workers",
            lambda: evaluate_events(scheme, None, _source(file), AS_OF, workers=workers),
        )
    else:
        events, bad = _timed(parts, "read", lambda: read_events(_source(file)))
        given = (*events, *bad)
        result = _timed(parts, "evaluation", lambda: evaluate_events(scheme, None, given, AS_OF))
    totals = _timed(parts, "scores", lambda: [score.total for score in result.scores])
    digest = _timed(parts, "digest", lambda: result.digest)
    _timed(parts, "trace", lambda: _write(trace, result))
    seconds, peaks = zip(*parts.values())
    parts["whole"] = sum(seconds), max(peaks)
    with trace.open("rb") as written:
        line = file_digest(written, "sha256").hexdigest()
    return {
        "kind": kind + (f" by {workers}" if workers > 1 else ""),
        "events": len(result.entries),
        "refused": len(result.rejected),
        "totals": str(sum(totals)),
        "digest": digest,
        "trace": line,
        "parts": parts,
    }


def _source(file: Path) -> Any:
    """A file by its path, or the table of a Parquet file."""
    if file.suffix != ".parquet":
        return file
    from pyarrow.parquet import read_table

    return read_table(file)


def _timed(parts: dict[str, tuple[float, float]], name: str, work: Callable[[], Any]) -> Any:
    forget_peak()
    start = time.perf_counter()
    found = work()
    parts[name] = time.perf_counter() - start, resident()[1]
    return found


def _write(path: Path, result: Any) -> None:
    from jifen_rules import write_trace

    write_trace(result, path)


# --- many runs ------------------------------------------------------------------------------------


def write_events(folder: Path, name: str, size: int) -> None:
    """Write the workload as a file of each kind."""
    rows = [row(event) for event in generate(size)]
    with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)
    columns = dict.fromkeys(column for one in rows for column in one)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns)
        table.writeheader()
        table.writerows(rows)
    write_parquet(rows, columns, folder / f"{name}.parquet")


def write_parquet(rows: list[dict[str, object]], names: Iterable[str], file: Path) -> None:
    """Write the rows as a table in which days are days and numbers are numbers."""
    import pyarrow.parquet

    found = {}
    for name in names:
        values = [one.get(name) for one in rows]
        days = [date.fromisoformat(str(value)) for value in values] if name == "date" else values
        found[name] = pyarrow.array(days)
    pyarrow.parquet.write_table(pyarrow.table(found), file, row_group_size=50_000)


def compare(kinds: list[str], size: int, repeats: int, workers: int = 1) -> list[dict[str, Any]]:
    """Run the kinds in turn, each in a fresh process, and sum up.

    Unequal if their results differ.
    """
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        write_events(folder, "small", SMALL)
        write_events(folder, "events", size)

        def alone(name: str) -> dict[str, Any]:
            kind, _, many = name.partition(" by ")
            file = folder / f"events.{kind}"
            return run_alone(HERE / "files.py", "--one", file, "--workers", many or "1")

        verify_small(folder)
        names = [*kinds, *(f"{kind} by {workers}" for kind in kinds if workers > 1)]
        runs = in_turn(names, repeats, alone, check)
    alone_runs = runs[kinds[0]]
    return [one for name in names for one in _summaries(size, runs[name], alone_runs)]


def verify_small(folder: Path) -> None:
    """Unequal if the small files do not come to one trace, or to one that does not hold."""
    from jifen_rules import load_scheme, verify_trace

    trace = folder / "small.trace"
    first, *others = (_way(folder / f"small.{kind}", trace) for kind in KINDS)
    for other in others:
        check(first, other)
    found = verify_trace(trace, load_scheme(SCHEME))
    if found.finding is not None or found.lines < SMALL:
        raise Unequal(f"the trace of {SMALL} events does not hold: {found.finding}")


def check(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Unequal if two runs differ in anything but their time."""
    for name in ("events", "refused", "totals", "digest", "trace"):
        if one[name] != other[name]:
            raise Unequal(f"{one['kind']} and {other['kind']} differ in {name}")


def _summaries(
    size: int, runs: list[dict[str, Any]], alone: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The parts of a kind.

    Those of several workers are set beside the evaluation of one, in the same turn.
    """
    beside = [
        run["parts"].get("evaluation", one["parts"]["evaluation"])[0]
        for run, one in zip(runs, alone, strict=True)
    ]
    return [_summary(size, runs, part, beside) for part in PARTS if part in runs[0]["parts"]]


def _summary(
    size: int, runs: list[dict[str, Any]], part: str, beside: list[float]
) -> dict[str, Any]:
    seconds = [run["parts"][part][0] for run in runs]
    middle, spread = middle_and_spread(seconds)
    times, _ = middle_and_spread(
        [one / evaluation for one, evaluation in zip(seconds, beside, strict=True)]
    )
    return {
        "kind": runs[0]["kind"],
        "part": part,
        "size": size,
        "seconds": round(middle, 4),
        "spread": round(spread, 3),
        "of_evaluation": round(times, 2),
        "microseconds_an_event": round(middle / size * 1e6, 2),
        "peak_mb": round(max(run["parts"][part][1] for run in runs)),
        "processor": [statistics.median(used) for used in zip(*(r["processor"] for r in runs))]
        if part == "whole"
        else None,
        "repeats": len(runs),
        "digest": runs[0]["digest"],
    }


# --- what is printed ------------------------------------------------------------------------------


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a table of Markdown."""
    head = (
        f"| {rows[0]['size']:,} events | | seconds | of the evaluation | µs an event | spread | "
        f"peak MB | |\n"
    )
    head += "|---|---|---:|---:|---:|---:|---:|---|\n"
    return head + "".join(
        f"| {r['kind']} | {r['part']} | {r['seconds']:.3f} | {r['of_evaluation']:.2f} "
        f"| {r['microseconds_an_event']:.2f} | {r['spread']:.0%} | {r['peak_mb']} | "
        f"{PARTS[r['part']]}{_used(r)} |\n"
        for r in rows
    )


def _used(row: dict[str, Any]) -> str:
    if row["processor"] is None:
        return ""
    own, others = row["processor"]
    return f"; processor: {own:.2f} s" + (f", its workers {others:.2f} s" if others else "")


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--size", type=int, action="append", help="how many events (may be repeated)"
    )
    parser.add_argument(
        "--only", default=",".join(KINDS), help="kinds of file: jsonl, csv, parquet"
    )
    parser.add_argument("--workers", type=int, default=1, help="also by so many processes")
    parser.add_argument("--repeats", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.one.with_suffix(".trace"), asked.workers)))
        return
    os.environ["PYTHONPATH"] = str(HERE)
    for size in asked.size or [10_000, 100_000, 1_000_000]:
        repeats = asked.repeats or (3 if size >= 1_000_000 else 5)
        rows = compare(asked.only.split(","), size, repeats, asked.workers)
        print(json.dumps(rows, indent=2) if asked.json else table(rows), flush=True)


if __name__ == "__main__":
    main()

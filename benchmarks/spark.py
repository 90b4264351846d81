"""The reference workload on a Spark of this machine beside one process.

Digest and scores must be equal; the time is printed.

    python benchmarks/spark.py --size 1000000 --households 20000

Needs the extra `spark` and a Java. Each run is a process of its own, from one Parquet file of texts
to scores (and, in further columns, digest and entries). Beside the seconds of each part stands the
processor time of this process, of Java and of its Python processes: on a busy machine only that can
be compared.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow
import pyarrow.parquet
from processes import processor_seconds, run_alone
from reference import workload

END = date(workload.YEAR, 12, 31)
WAYS = ("one", "one, 2 workers", "local[1]", "local[2]")


def main() -> None:
    """Make the file, run every way, and print what each took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=1_000_000)
    options.add_argument("--households", type=int, default=20_000)
    options.add_argument("--only", choices=WAYS)
    options.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.run:
        print(json.dumps(run(*given.run)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "events.parquet")
        write_events(path, given.size, given.households)
        print(f"{given.size} events of {given.households} households, seconds")
        for way in [given.only] if given.only else WAYS:
            print(f"{way:16}", run_alone(Path(__file__), "--run", way, path), flush=True)


def write_events(path: str, size: int, households: int) -> None:
    """Write the events of the workload as a table of texts."""
    rows = [workload.row(event) for event in workload.generate(size, households)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: pyarrow.array(texts(rows, name), "string") for name in names}
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=50_000)


def texts(rows: list[dict[str, object]], name: str) -> list[str | None]:
    """A column of rows as texts."""
    return [str(row[name]) if name in row else None for row in rows]


def run(way: str, path: str) -> dict[str, object]:
    """Go one way; say how long each part took, and a checksum of what came of it."""
    return run_one(path, 2 if "workers" in way else 1) if "one" in way else run_spark(way, path)


def run_one(path: str, workers: int) -> dict[str, object]:
    """Evaluate in this process."""
    from jifen_rules import evaluate_events, load_scheme
    from jifen_rules.trace.chain import trace_lines

    scheme, took = load_scheme(workload.SCHEME), Stopwatch()
    with took("scores"):
        table = pyarrow.parquet.read_table(path)
        result = evaluate_events(scheme, None, table, END, workers=workers)
        scores = result.scores_table()
    with took("digest"):
        digest = result.digest
    with took("entries"):
        sum(1 for _ in trace_lines(result))
    return {**took.seconds, "same": checksum(digest, scores)}


def run_spark(master: str, path: str) -> dict[str, object]:
    """Evaluate on a Spark of this machine."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    from jifen_rules import load_scheme
    from jifen_rules.spark import evaluate_frames

    builder = SparkSession.builder.master(master).config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.memory", "4g").config(
        "spark.ui.showConsoleProgress", "false"
    )
    spark = builder.config("spark.sql.shuffle.partitions", "8").getOrCreate()
    scheme, took = load_scheme(workload.SCHEME), Stopwatch()
    with took("scores"):
        found = evaluate_frames(scheme, None, spark.read.parquet(path), END)
        scores = found.scores.orderBy("subject", "first_day").toArrow()
    with took("digest"):
        digest = found.digest
    with took("entries"):
        found.entries.write.format("noop").mode("overwrite").save()
    return {**took.seconds, "same": checksum(digest, scores)}


def checksum(digest: str, scores: pyarrow.Table) -> str:
    """Of the digest and every score."""
    rows = zip(*(scores[name].to_pylist() for name in ("subject", "period", "total")))
    return sha256("\n".join([digest, *map(str, rows)]).encode()).hexdigest()[:12]


class Stopwatch:
    """Hold how long parts took, by the clock and of the processor."""

    def __init__(self) -> None:
        self.seconds: dict[str, object] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        begun, before = time.perf_counter(), processor_seconds()
        yield
        self.seconds[name] = round(time.perf_counter() - begun, 1)
        used = {who: now - before.get(who, 0) for who, now in processor_seconds().items()}
        self.seconds[f"{name}, processor"] = {  # a process that ended takes its past with it
            who: round(max(seconds, 0), 1) for who, seconds in used.items()
        }


if __name__ == "__main__":
    main()

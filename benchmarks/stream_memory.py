"""Peak memory and time of `stream_entries` by the number of events.

Run `python benchmarks/stream_memory.py`.

Each size runs in a process of its own, over a generator, so that nothing but the stream is kept.
A thousand subjects, one year, caps over event, day, month and year, and a ladder.
"""

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta

SIZES = (10_000, 100_000, 1_000_000)
SCHEME = """scheme: stream
illustrative: true
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: 0 kept
at_period_end: clear
caps: [{at_most: 500 added, per: year}]
indicators:
  - id: help
    points: {each: {小时: 1}}
    caps: [{at_most: 4 小时, per: event}, {at_most: 20 added, per: month}]
  - {id: tidy, points: 5, caps: [{at_most: 5 added, per: day}]}
  - {id: litter, points: -2, caps: [{at_most: 30 deducted, per: month}]}
tiers:
  - {id: star, by: total, per: quarter, levels: [{name: 好, at_least: 150}, {name: 其他}]}
"""


def events(size: int, subjects: int) -> Iterator[dict[str, str]]:
    rng = random.Random(size)
    for number in range(size):
        day = date(2024, 1, 1) + timedelta(number * 366 // size)
        yield {
            "id": f"e{number}",
            "date": day.isoformat(),
            "subject": f"S{rng.randrange(subjects)}",
            "indicator": rng.choice(("help", "tidy", "litter")),
            "quantity": str(rng.randint(1, 6)),
        }


def run(size: int, subjects: int, *, find_copies: bool) -> None:
    from jifen_rules import load_scheme, stream_entries

    scheme = load_scheme("stream.yaml", text=SCHEME)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    stream = stream_entries(
        scheme, None, events(size, subjects), date(2024, 12, 31), find_copies=find_copies
    )
    count = sum(1 for _ in stream)
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    copies = "with" if find_copies else "without"
    print(
        f"| {size:,} | {subjects:,} | {copies} | {count:,} | {size / took:,.0f} | "
        f"{peak / 1024:.0f} | {(peak - before) / 1024:.0f} |"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int)
    parser.add_argument("--subjects", type=int, default=1000)
    parser.add_argument("--without", action="store_true")
    asked = parser.parse_args()
    if asked.size:
        run(asked.size, asked.subjects, find_copies=not asked.without)
    else:
        print(
            "| events | subjects | fingerprints | entries | events a second | peak MB | beyond "
            "start MB |"
        )
        print("|---|---|---|---|---|---|---|", flush=True)
        for size in SIZES:
            for flag in ([], ["--without"]):
                subprocess.run([sys.executable, __file__, "--size", str(size), *flag], check=True)

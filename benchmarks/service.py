"""The example service under load on this machine: events a second, a kill in the middle, and what is left.

    python benchmarks/service.py --events 20000 --list 100 --clients 4

A uvicorn with a SQLite file; clients send over loopback. Half-way it is killed and started again; every
client sends again what was not answered. At the end the table has each event once, and the scores are
those of one evaluation over the table.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from jifen_rules import evaluate_events, load_scheme
from test_service import Server, event, running


def main() -> None:
    """Send the events, kill the service half-way, and compare."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=20_000)
    options.add_argument(
        "--list", type=int, default=100, help="events in a request; 0 for one alone"
    )
    options.add_argument("--clients", type=int, default=4)
    given = options.parse_args()
    rows = [event(n) | {"id": f"{n:07}", "subject": f"户{n % 500}"} for n in range(given.events)]
    step = given.list or 1
    parts = [rows[at : at + step] for at in range(0, len(rows), step)]
    half = len(parts) // 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running(folder) as server:
            server.post("/days/2024-12-31", None)
            begun = time.perf_counter()
            answered = send(server, parts[:half], given, kill_after=half // 2)
            took = time.perf_counter() - begun
            print(
                f"{answered} answered in {took:.1f} s: {answered / took:.0f} events a second, then killed"
            )
        begun = time.perf_counter()
        with running(folder) as server:
            print(f"started again in {time.perf_counter() - begun:.1f} s")
            begun = time.perf_counter()
            send(server, parts, given)  # all of them again
            print(f"all sent again in {time.perf_counter() - begun:.1f} s")
            scores = {s["subject"]: s["total"] for s in server.get("/scores").json()}
        compare(folder, rows, scores)


def send(
    server: Server, parts: Sequence[list[Any]], given: argparse.Namespace, kill_after: int = 0
) -> int:
    """Send parts by several clients, each over one connection; how many events were answered."""
    local, done = threading.local(), [0]
    lock = threading.Lock()

    def one(part: list[Any]) -> None:
        client = local.__dict__.setdefault("client", httpx.Client(timeout=600))
        try:
            answer = client.post(f"{server.url}/events", json=part if given.list else part[0])
        except httpx.TransportError:
            return
        assert answer.status_code == 200, answer.text
        with lock:
            done[0] += len(part)
            if kill_after and done[0] >= kill_after * len(parts[0]) * 2 - len(parts[0]):
                server.kill()

    with ThreadPoolExecutor(given.clients) as pool:
        list(pool.map(one, parts))
    return done[0]


def compare(folder: Path, rows: list[dict[str, Any]], scores: dict[str, str]) -> None:
    """The table has each event once; the scores are those of one evaluation over it."""
    with sqlite3.connect(folder / "v.db") as connection:
        commands = [json.loads(c) for (c,) in connection.execute("select command from log")]
    events = [command["event"] for command in commands if "event" in command]
    assert sorted(e["id"] for e in events) == [row["id"] for row in rows], "lost or doubled"
    scheme = load_scheme(folder / "s.yaml")
    result = evaluate_events(scheme, None, events, date(2024, 12, 31), status="count")
    assert {score.subject: str(score.total) for score in result.scores} == scores
    print(
        f"{len(events)} events once each in the table, {len(scores)} totals equal to a batch over it"
    )


if __name__ == "__main__":
    main()

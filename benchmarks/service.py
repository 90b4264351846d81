"""The example service under load: events a second, a kill in the middle, what is left.

    python benchmarks/service.py --events 20000 --list 100 --clients 4

A uvicorn with a SQLite file; clients send over loopback. Half-way it is killed and started again;
every client sends again what was not answered. At the end the table has each event once, and the
scores are those of one evaluation over the table.
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
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
    rows = [told(number, given.events) for number in range(given.events)]
    weeks = [
        rows[at : at + given.events // 52] for at in range(0, given.events, given.events // 52)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running(folder) as server:
            begun, worked = time.perf_counter(), processor(server)
            done = sum(send(server, week, given) for week in weeks[:26])
            took = time.perf_counter() - begun
            print(f"{done} answered in {took:.1f} s, {done / took:.0f} events a second", flush=True)
            own = (processor(server) - worked) / done * 1e6
            print(f"the service worked {own:.0f} microseconds an event", flush=True)
            threading.Timer(0.2, server.kill).start()
            lost = len(weeks[26]) - send(server, weeks[26], given)
            print(
                f"killed while it answered; {lost} events of that week were not answered",
                flush=True,
            )
        begun = time.perf_counter()
        with running(folder) as server:
            print(f"started again in {time.perf_counter() - begun:.1f} s", flush=True)
            begun = time.perf_counter()
            for week in weeks[20:]:
                send(server, week, given)
            print(
                f"the rest, and six weeks again, in {time.perf_counter() - begun:.1f} s", flush=True
            )
            server.post("/days/2024-12-31", None)
            scores = {s["subject"]: s["total"] for s in server.get("/scores").json()}
        compare(folder, rows, scores)


def processor(server: Server) -> float:
    """The processor time of a service so far, in seconds."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def told(number: int, total: int) -> dict[str, Any]:
    """An event of a year of five hundred households; one of a hundred is told a week late."""
    day = date(2024, 1, 1) + timedelta(number * 366 // total - (7 if number % 100 == 99 else 0))
    row = event(number) | {"id": f"{number:07}", "subject": f"户{number % 500}"}
    return row | {"date": max(day, date(2024, 1, 1)).isoformat()}


def send(server: Server, week: Sequence[dict[str, Any]], given: argparse.Namespace) -> int:
    """Send the events of a week by several clients, when its last day has begun.

    Return how many events were answered.
    """
    local, done = threading.local(), []
    step = given.list or 1
    with suppress(httpx.TransportError):
        server.post(f"/days/{week[-2]['date']}", None)  # 422 for one that has passed

    def one(part: Sequence[dict[str, Any]]) -> None:
        client = local.__dict__.setdefault("client", httpx.Client(timeout=600))
        try:
            answer = client.post(f"{server.url}/events", json=part if given.list else part[0])
        except httpx.TransportError:
            return  # killed; it is sent again
        assert answer.status_code == 200, answer.text
        done.append(len(part))

    with ThreadPoolExecutor(given.clients) as pool:
        list(pool.map(one, [week[at : at + step] for at in range(0, len(week), step)]))
    return sum(done)


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
        f"{len(events)} events once each in the table, {len(scores)} totals equal to a batch over "
        f"it"
    )


if __name__ == "__main__":
    main()

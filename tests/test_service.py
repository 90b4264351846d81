"""The example service: a real server and database file, killed in the middle, restarted."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jifen_rules import evaluate_events, load_scheme

httpx = pytest.importorskip("httpx")
for needed in ("fastapi", "uvicorn", "sqlalchemy"):
    pytest.importorskip(needed)

SERVICE = Path(__file__).parent.parent / "examples" / "service"
SCHEME = """scheme: demo
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: none
at_period_end: clear
indicators:
  - {id: help, name: 志愿服务, points: 5, caps: [{at_most: 40 added, per: month}]}
  - {id: litter, name: 乱扔垃圾, points: -2}
"""


def event(number: int) -> dict[str, Any]:
    day = date(2024, 1 + number % 6, 1 + number % 28)
    return {
        "id": f"{number:04}",
        "date": day.isoformat(),
        "subject": f"户{number % 5}",
        "indicator": "help" if number % 3 else "litter",
    }


class Server:
    """A uvicorn of its own; it can be killed."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        settings = {"SCHEME": str(folder / "s.yaml"), "DATABASE": f"sqlite:///{folder / 'v.db'}"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "service:app", "--port", str(port)],
            cwd=SERVICE,
            env={**os.environ, **settings},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                httpx.get(f"{self.url}/scores")
                return
            except httpx.TransportError:
                assert self.process.poll() is None, "the server ended"
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def post(self, path: str, data: object, **query: object) -> Any:
        return httpx.post(f"{self.url}{path}", json=data, params=query, timeout=60)

    def get(self, path: str, **query: object) -> Any:
        return httpx.get(f"{self.url}{path}", params=query, timeout=60)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    (folder / "s.yaml").write_text(SCHEME, "utf-8")
    server = Server(folder)
    try:
        yield server
    finally:
        server.kill()


@pytest.mark.thorough
def test_a_kill_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    events = [event(number) for number in range(120)]
    with running(tmp_path) as server:
        assert server.post("/days/2024-12-31", None).status_code == 200
        answered: dict[str, Any] = {}

        def send(row: dict[str, Any]) -> None:
            with suppress(httpx.TransportError):  # killed; it is sent again
                answered[row["id"]] = server.post("/events", row).json()
            if row["id"] == "0060":
                server.kill()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(send, events))
        assert 50 < len(answered) < 120
    with running(tmp_path) as server:
        again = {row["id"]: server.post("/events", row).json() for row in events}
        assert {key: again[key] for key in answered} == answered, "the same answer as before"
        found = server.get("/scores").json()
    with sqlite3.connect(tmp_path / "v.db") as database:
        commands = [json.loads(text) for (text,) in database.execute("SELECT command FROM log")]
    stored = [command["event"] for command in commands if "event" in command]
    assert sorted(row["id"] for row in stored) == [row["id"] for row in events]
    scheme = load_scheme("s.yaml", text=SCHEME)
    whole = evaluate_events(scheme, None, stored, date(2024, 12, 31), status="count")
    assert found == [score.to_dict() for score in whole.scores]


def test_late_and_void_events_a_statement_a_board_and_new_rules(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        row = {"id": "a", "date": "2024-03-05", "subject": "张家", "indicator": "help"}
        (waiting,) = server.post("/events", row).json()["journal"]
        assert waiting["outcome"] == "after_as_of"
        moved = server.post("/days/2024-12-31", None).json()["journal"]
        assert [(e["outcome"], e["granted"]) for e in moved] == [
            ("reversed", "0"),
            ("counted", "5"),
        ]
        assert moved[1]["sentence"] == "2024-03-05 志愿服务：+5 分"
        server.post("/events", row | {"id": "b", "date": "2024-02-01", "indicator": "litter"})
        journal = server.post("/events", {"id": "c", "date": "2024-03-06", "voids": "a"}).json()
        assert ("a", "reversed", "-5") in [
            (e["event"], e["outcome"], e["granted"]) for e in journal["journal"]
        ]
        # 100 - 2: the help is void
        statement = server.get("/statements/张家").json()
        assert statement["score"]["total"] == "98"
        assert statement["entries"][0]["sentence"] == "2024-02-01 乱扔垃圾：-2 分"
        assert "<td>1<td>张家<td>98" in server.get("/board").text
        new = SCHEME.replace("points: -2", "points: -1")
        shown = server.post("/rules/2", new).json()["journal"]
        assert [e["granted"] for e in shown] == ["2", "-1"]
        assert server.get("/scores").json()[0]["total"] == "98", "only shown"
        assert server.post("/rules/2", new, switch=True).json()["journal"][0]["granted"] == "2"
        assert server.get("/scores").json()[0]["total"] == "99"
        before = server.get("/scores").json()
    with running(tmp_path) as server:
        assert server.get("/scores").json() == before, "the new rules stand after a restart"


def test_a_list_of_events_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.post("/days/2024-12-31", None)
        rows = [event(number) for number in range(6)]
        first = server.post("/events", rows[:3]).json()
        assert [answer["journal"][0]["granted"] for answer in first] == ["-2", "5", "5"]
        assert server.post("/events", [rows[2], *rows[2:4]]).json()[:2] == [first[2], first[2]]
        assert server.post("/events", [rows[4], rows[5] | {"id": rows[0]["id"]}]).status_code == 409
        assert server.post("/events", [rows[4], {"date": "2024-01-01"}]).status_code == 422
        assert server.post("/events", [{"id": "x"}] * 1001).status_code == 422
        scores = {score["subject"]: score["total"] for score in server.get("/scores").json()}
        # 0 and 3 are litter; 1 and 2 help; 4 and 5 are not there
        assert scores == {"户0": "98", "户1": "105", "户2": "105", "户3": "98"}


def test_what_cannot_be_done_is_said_and_changes_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        row = {"id": "a", "date": "2024-01-01", "subject": "<张>", "indicator": "help"}
        assert server.post("/events", row).status_code == 200
        other = server.post("/events", row | {"note": "改"})
        assert (other.status_code, other.json()["detail"]) == (409, "event a was something else")
        assert server.post("/events", {"date": "2024-01-01"}).status_code == 422
        assert server.post("/days/2023-12-31", None).status_code == 422
        bad = server.post("/rules/2", "scheme: demo", switch=True)
        assert bad.status_code == 422
        assert bad.json()["problems"][0]["message"] == "方案缺少“effective_from”"
        assert server.get("/statements/nobody").status_code == 404
        assert "&lt;张&gt;<td>105" in server.get("/board").text
        assert server.get("/scores").json()[0]["total"] == "105"

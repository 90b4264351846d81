"""A real Chromium, and the built page on the loopback address; without either the tests say what is missing."""

import json
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "build" / "web"


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files as any static host does, and prints nothing."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the built page is."""
    if not (PAGE / "index.html").exists():
        pytest.skip("there is no built page: make web")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=PAGE))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def net_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Chromium writes every request that it makes."""
    return tmp_path_factory.mktemp("net") / "log.json"


@pytest.fixture(scope="session")
def chromium(net_log: Path) -> Iterator[Any]:
    """The distribution's Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="make web-test installs it")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", f"--log-net-log={net_log}"]
        )
        yield browser
        browser.close()


def requested(net_log: Path) -> set[str]:
    """Every address that a closed browser asked for."""
    text = net_log.read_text("utf-8").rstrip().removesuffix(",")
    data = json.loads(text if text.endswith("}") else text + "]}")
    return {event["params"]["url"] for event in data["events"] if "url" in event.get("params", {})}

"""A real Chromium, and the built page on the loopback address.

Without either the tests say what is missing.
"""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "build" / "web"


class QuietFiles(SimpleHTTPRequestHandler):
    """Serves files as any static host does, and prints nothing."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the built page is."""
    if not (PAGE / "index.html").exists():
        pytest.skip("there is no built page: make web")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietFiles, directory=PAGE))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Any]]:
    """Start the distribution's Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="make web-test installs it")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        yield lambda *flags: driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", *flags]
        )


@pytest.fixture(scope="session")
def chromium(launch: Callable[..., Any]) -> Iterator[Any]:
    """One browser for all tests; each has a context of its own, as fresh as a new computer."""
    browser = launch()
    yield browser
    browser.close()

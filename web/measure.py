"""Measures the built page in Chromium: what it fetches, its start cold and cached, memory.

`python web/measure.py` prints a row for each start; processor seconds tell more on a machine that
is busy.
"""

import os
import shutil
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import sync_playwright

PAGE = Path(__file__).parent.parent / "build" / "web"
SENT = {"bytes": 0}
TICKS = os.sysconf("SC_CLK_TCK")


class Counting(SimpleHTTPRequestHandler):
    """Serves the page and counts the bytes of its files."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        SENT["bytes"] += os.fstat(source.fileno()).st_size
        super().copyfile(source, outputfile)

    def log_message(self, format: str, *args: object) -> None:
        pass


def processes(root: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                )
            except OSError:
                continue
    found = [root]
    for one in found:
        found += [pid for pid, parent in parents.items() if parent == one]
    return found


def used(root: int) -> tuple[float, float]:
    """Processor seconds, and the most megabytes of one process (the page and its worker)."""
    seconds = largest = 0.0
    for pid in processes(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
        seconds += (int(fields[11]) + int(fields[12])) / TICKS
        largest = max(largest, pages * 4096 / 1e6)
    return seconds, largest


def main() -> None:
    """Start twice: on a fresh computer, and again."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Counting, directory=PAGE))
    Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"http://127.0.0.1:{server.server_port}/paper.html")
        time.sleep(2)
        for start in ("cold", "cached", "cached"):
            SENT["bytes"] = 0
            before, begun = used(os.getpid())[0], time.monotonic()
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.wait_for_selector("body[data-ready=yes]")
            ready = time.monotonic() - begun
            page.wait_for_selector("body[data-checked=yes]")
            checked = time.monotonic() - begun
            seconds, memory = used(os.getpid())
            print(
                f"{start}: engine ready {ready:.1f} s, first check {checked:.1f} s, "
                f"{seconds - before:.1f} processor s, {SENT['bytes'] / 1e6:.1f} MB fetched, "
                f"{memory:.0f} MB held"
            )
            page.wait_for_selector("body[data-offline=yes]")
            time.sleep(2)
            page.goto(f"http://127.0.0.1:{server.server_port}/paper.html")
        browser.close()


if __name__ == "__main__":
    main()

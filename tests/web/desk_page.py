"""The page as somebody uses it: by what stands on its buttons, and what it then shows."""

import json
import os
from pathlib import Path
from typing import Any

WAIT = 20_000
"""So many milliseconds a slow machine may take."""
SHOTS = os.environ.get("JIFEN_SHOTS", "")
"""A folder for pictures of the page, where somebody wants to look at them."""


class DeskPage:
    """A page of the desk in one language."""

    def __init__(self, page: Any, lang: str) -> None:
        self.page, self.lang = page, lang
        page.set_default_timeout(WAIT)
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location}")

    def open(self, address: str, **asked: str) -> None:
        """Open the desk and wait for the first check."""
        fragment = "&".join(
            f"{name}={value}" for name, value in {"lang": self.lang, **asked}.items()
        )
        self.page.goto(f"{address}#{fragment}")
        self.wait()

    def wait(self) -> None:
        """Wait until the engine is there and a check is done."""
        self.page.wait_for_selector("body[data-ready=yes]")
        self.page.wait_for_selector("body[data-checked=yes]")

    def tab(self, name: str) -> None:
        """Go to a part of the page by its id."""
        self.page.click(f"#{name}Tab")

    def type_draft(self, text: str) -> None:
        """Replace the draft by typing over it."""
        self.page.click(".left .cm-content")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    @property
    def draft(self) -> str:
        """The text of the draft, as it is kept."""
        return str(self.page.evaluate("JSON.parse(localStorage.getItem('desk')).text"))

    def choose_file(self, click: str, file: Path) -> None:
        """Click what asks for a file, and give it one."""
        with self.page.expect_file_chooser() as chooser:
            self.page.click(click)
        chooser.value.set_files(file)

    def shoot(self, name: str) -> None:
        """Take a picture, where somebody wants to look."""
        if SHOTS:
            self.page.wait_for_timeout(300)
            self.page.screenshot(path=f"{SHOTS}/{self.lang}-{name}.png", caret="initial")


def requested(net_log: Path, origin: str) -> set[str]:
    """Every address that pages of an origin asked for, by the browser's own log.

    The log is whole when the browser is closed. What the browser asks for on its own account, such
    as its updates, has no page as its initiator.
    """
    events = json.loads(net_log.read_text("utf-8"))["events"]
    asked = [event["params"] for event in events if "url" in event.get("params", {})]
    return {params["url"] for params in asked if params.get("initiator") == origin}

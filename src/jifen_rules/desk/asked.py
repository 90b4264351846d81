"""What a call is given: a draft and its language, files put down on the page, rows of a table."""

import base64
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..core.message import N_, SaidError, msg
from ..inputs.enrolment import read_roster
from ..inputs.event import Unreadable
from ..inputs.headings import EVENTS
from ..inputs.intake import Intake, Reading, read_event_file
from ..inputs.roster import Roster
from ..report.render.language import Language
from ..scheme.load import load_scheme
from ..scheme.model import SchemeFile
from ..session.binding import declared_fields

Answer = dict[str, Any]
"""Plain data for the page."""


class CallData:
    """The data of one call."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    @property
    def lang(self) -> Language:
        """The language of the page; Chinese unless it says English."""
        return "en" if self.given.get("lang") == "en" else "zh"

    @property
    def file(self) -> str:
        """What the draft is called."""
        return str(self.given.get("file") or "scheme.yaml")

    @property
    def draft(self) -> str:
        """The text of the draft."""
        return str(self.given["text"])

    def text(self, name: str) -> str:
        """Return a text, empty where the page gives none."""
        return str(self.given.get(name) or "")

    def is_set(self, name: str) -> bool:
        """Return whether a choice of yes or no is set."""
        return bool(self.given.get(name))

    def path(self, name: str) -> Path | None:
        """Return the path of a file that the page has put down, where it gives one."""
        return Path(self.text(name)) if self.text(name) else None

    def day(self, name: str) -> date | None:
        """Return a day. ValueError, with a sentence, where a text is none."""
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            said = msg(N_("'{value}' is no day such as 2024-12-31"), value=text)
            raise SaidError(said) from None

    def scheme(self, text: str = "text", file: str = "file") -> SchemeFile:
        """Load the draft, or another text. SchemeError as `load_scheme`."""
        return load_scheme(self.text(file) or self.file, text=self.text(text))

    def roster(self, schemes: list[SchemeFile]) -> Roster | None:
        """Read the roster, where there is one. EventError and OSError as `read_roster`."""
        path = self.path("roster")
        return None if path is None else read_roster(path, declared_fields(schemes, "subject"))

    def events(self, schemes: list[SchemeFile]) -> Reading:
        """Read the rows of the page's table, else the file of events."""
        declared = declared_fields(schemes, "event")
        path = self.path("events")
        if path is not None:
            return read_event_file(path, declared)
        take = Intake(EVENTS.declaring(declared)).event_of
        found = [take(row) for row in self.given.get("rows") or ()]
        known = tuple(one for one in found if not isinstance(one, Unreadable))
        return Reading(known, tuple(one for one in found if isinstance(one, Unreadable)))


def packed(name: str, kind: str, data: bytes) -> Answer:
    """Return a file for the page to save: its name, its media type, its bytes as text."""
    return {"name": name, "type": kind, "data": base64.b64encode(data).decode("ascii")}

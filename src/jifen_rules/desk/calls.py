"""Every call of the desk by name, with its room, imported when it is first asked."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final, cast

from .asked import Answer, CallData

CALLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        call: room
        for room, calls in (
            ("drafts", "check mend mend_all format complete explain_rule"),
            ("suites", "cases"),
            ("tables", "import marked export ledger"),
            ("trials", "book score statement report"),
            ("changes", "diff impact"),
            ("starts", "templates new"),
        )
        for call in calls.split()
    }
)
"""The room of each call."""


def find_call(name: str) -> Callable[[CallData], Answer]:
    """Return the function of a call. KeyError if there is none of the name."""
    room = import_module(f".{CALLS[name]}", __package__)  # known by name alone until it is asked
    function = getattr(room, f"{name}_" if name in ("import", "format") else name)
    return cast("Callable[[CallData], Answer]", function)

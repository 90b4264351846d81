"""The document as plain data, and what pydantic says of it in the document's own keys."""

from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from ...core.vocabulary import COLUMNS, KEYS, english
from ..model import Path


def document_path(data: object, detail: ErrorDetails) -> tuple[Path, str | None]:
    """Map pydantic's location to keys of the document; the second is a missing key."""
    path: list[str | int] = []
    node: Any = data
    for part in detail["loc"]:
        step = _child(node, part)
        if step is not None:
            path.append(step)
            node = node[step]
        elif part == "[key]":
            break
    missing = str(detail["loc"][-1]) if detail["type"] == "missing" else None
    return tuple(path), missing


def _child(node: object, part: str | int) -> str | int | None:
    """Find the written key that a location part names."""
    if isinstance(node, dict):
        written = (part, KEYS.get(str(part)), COLUMNS.get(str(part)))
        return next((key for key in written if key is not None and key in node), None)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return part
    return None


def english_path(path: Path) -> Path:
    """Return a path in the English spelling of its keys."""
    return tuple(english(KEYS, part) if isinstance(part, str) else part for part in path)


def at(data: Any, path: Path) -> Any:
    """Return what stands at a path of the document, where it was found."""
    for part in path:
        data = data[part]
    return data


@cache
def known_keys() -> tuple[str, ...]:
    """Every spelling of every key."""
    return (*KEYS, *KEYS.values())

"""Cases dealt out to shards: `make test` takes the first, `make check` all of them.

Tests that draw their cases draw a part of them under `make test`.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

thorough = pytest.mark.thorough
"""Marks what only `make check` runs."""
QUICK = False
"""Whether the thorough tests are left out; set by `conftest.py` before any test is imported."""


def examples(number: int, part: int = 5) -> int:
    """Return how many examples a test draws: the number, or one part of it under `make test`."""
    return number // part if QUICK else number


def some(parts: Sequence[T], part: int = 5) -> Sequence[T]:
    """Return the parts of a whole that a test looks at: all, or every fifth under `make test`."""
    return parts[::part] if QUICK else parts


def shards(parts: Iterable[Any], *, quick: int = 1, ids: Sequence[str] = ()) -> list[Any]:
    """Return the parts as parameters of a test; all but the first `quick` are thorough.

    Of a range of numbers `make test` tries the first third.
    """
    if QUICK:
        parts = [part[: -(-len(part) // 3)] if isinstance(part, range) else part for part in parts]
    return [
        pytest.param(
            *(part if isinstance(part, tuple) else (part,)),
            id=ids[number] if ids else str(number),
            marks=[thorough] if number >= quick else [],
        )
        for number, part in enumerate(parts)
    ]

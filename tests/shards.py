"""Cases dealt out to shards: `make test` takes the first, `make check` all of them."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

thorough = pytest.mark.thorough
"""Marks what only `make check` runs."""


def shards(parts: Iterable[Any], *, quick: int = 1, ids: Sequence[str] = ()) -> list[Any]:
    """Return the parts as parameters of a test; all but the first `quick` are thorough."""
    return [
        pytest.param(
            part,
            id=ids[number] if ids else str(number),
            marks=[thorough] if number >= quick else [],
        )
        for number, part in enumerate(parts)
    ]

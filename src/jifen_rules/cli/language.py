"""The language of one run of the command, set before its arguments are parsed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from ..report.render.language import Language, language_of

_CHOSEN: Final[ContextVar[Language | None]] = ContextVar("language", default=None)


@contextmanager
def in_language(language: Language) -> Iterator[None]:
    """Set the language inside the block."""
    token = _CHOSEN.set(language)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def reader_language() -> Language:
    """Return the language of this run, else the locale's."""
    return _CHOSEN.get() or language_of()

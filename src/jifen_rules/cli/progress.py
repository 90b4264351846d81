"""Progress of long work in a terminal.

Nothing is written if the error output is no terminal, nor for short work.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Final, TypeVar

from ..core.message import Message
from ..report.render.language import Language, words
from .output import is_coloured

DELAY: Final = 0.7
"""Seconds before the bar appears."""
T = TypeVar("T")


@contextmanager
def at_work(what: Message, language: Language, *, workers: int = 1) -> Iterator[None]:
    """Show a bar while the block runs.

    With several `workers` nothing is shown: a process must not be forked while a bar is drawn.
    """
    if workers > 1:
        yield
        return
    with _shown(what, language, total=None):
        yield


def counted(items: Iterable[T], total: int, what: Message, language: Language) -> Iterator[T]:
    """Yield the items, and show how many are done."""
    with _shown(what, language, total) as bar:
        for item in items:
            yield item
            bar.advance()


class _Bar:
    """A bar of Rich that appears after a delay, and only on a terminal."""

    def __init__(self, what: str, total: int | None) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn as Elapsed,
        )

        count = () if total is None else (MofNCompleteColumn(),)
        console = Console(stderr=True)
        text = TextColumn("{task.description}", markup=False)
        self._bar = Progress(
            text,
            BarColumn(),
            *count,
            Elapsed(),
            console=console,
            transient=True,
            redirect_stdout=False,  # the output is the result, and may go to a file
        )
        self._task = self._bar.add_task(what, total=total)
        self._timer = Timer(DELAY, self._bar.start)
        self._timer.daemon = True

    def start(self) -> None:
        self._timer.start()

    def advance(self) -> None:
        self._bar.advance(self._task)

    def stop(self) -> None:
        self._timer.cancel()
        self._timer.join()
        self._bar.stop()


class _Nothing:
    """The bar where the error output is no terminal: it does nothing."""

    def start(self) -> None: ...

    def advance(self) -> None: ...

    def stop(self) -> None: ...


@contextmanager
def _shown(what: Message, language: Language, total: int | None) -> Iterator[_Bar | _Nothing]:
    bar = _Bar(words(what, language), total) if is_coloured(sys.stderr) else _Nothing()
    bar.start()
    try:
        yield bar
    finally:
        bar.stop()

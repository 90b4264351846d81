"""A command that runs again whenever one of its files changes, until Ctrl-C."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

import typer

from ..core.message import N_, msg
from ..report.render.language import Language
from .commands import INTERRUPTED
from .output import tell

_PAUSE: Final = 0.5
_Stamps: TypeAlias = Mapping[Path, tuple[int, int]]


def watch_files(
    paths: Iterable[Path],
    run: Callable[[], int],
    language: Language,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Run now, and again after each change of a YAML file in or below the paths.

    The exit code of a run is only shown. Ctrl-C ends with 130.
    """
    watched = tuple(paths)
    try:
        while True:
            before = _stamps(watched)
            with suppress(typer.Exit):  # a file cannot be read yet; the error was printed
                run()
            tell(msg(N_("waiting for a change; Ctrl-C ends")), language, err=True)
            while (now := _stamps(watched)) == before:
                sleep(_PAUSE)
            for path in sorted({p for p, stamp in {*now.items()} ^ {*before.items()}}):
                tell(msg(N_("{file} changed"), file=str(path)), language, err=True)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _stamps(paths: Iterable[Path]) -> _Stamps:
    """Return the time and size of each file; a file may disappear meanwhile."""
    found = {}
    for path in paths:
        files = path.rglob("*.yaml") if path.is_dir() else path.parent.glob("*.yaml")
        for file in files:
            try:
                stat = file.stat()
            except OSError:
                continue
            found[file] = (stat.st_mtime_ns, stat.st_size)
    return found

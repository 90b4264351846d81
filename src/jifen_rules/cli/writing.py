"""Files written by a command: written beside the old file, then moved into its place.

The old file stays until the new one is complete. No other module of the command writes files.
"""

import codecs
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ..core.atomic_file import is_special, replace_file as replace_file
from ..core.message import N_, msg
from ..report.render.language import Language
from .output import fail


def check_outputs(
    outputs: Sequence[Path | None], inputs: Sequence[Path | None], language: Language
) -> None:
    """Exit with 2, before any work, if an output is an input or cannot be written.

    Two outputs with one name exit with 2 too.
    """
    taken = [path for path in inputs if path is not None and str(path) != "-"]
    for output in outputs:
        if output is None or str(output) == "-":
            continue
        if any(_is_same(output, other) for other in taken):
            fail(
                msg(N_("{file} is read or written already; name another file"), file=str(output)),
                language,
            )
        taken.append(output)
        if not is_writable(output):
            fail(msg(N_("{file} cannot be written"), file=str(output)), language)


def is_writable(path: Path) -> bool:
    """Tell whether a file can be created or replaced at a path."""
    real = Path(os.path.realpath(path))
    if is_special(real):
        return os.access(real, os.W_OK)
    if real.is_dir() or not real.parent.is_dir() or not os.access(real.parent, os.W_OK | os.X_OK):
        return False
    return not real.exists() or os.access(real, os.W_OK)


def write_file(
    path: Path, blocks: Iterable[bytes], language: Language, *, is_synced: bool = True
) -> None:
    """Write a file; if that fails, the old file stays and the command exits with 2.

    A file in a new folder need not be `is_synced`: no old file could be lost.
    """
    try:
        replace_file(path, blocks, is_synced=is_synced)
    except OSError:
        fail(msg(N_("{file} cannot be written"), file=str(path)), language)


def like_before(path: Path, text: str) -> bytes:
    """Return a text as bytes, with the byte order mark and line ends of the file it replaces."""
    try:
        with path.open("rb") as file:
            before = file.read()
    except OSError:
        before = b""
    if before.count(b"\r\n") * 2 > before.count(b"\n"):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    return mark + text.removeprefix("\ufeff").encode("utf-8")


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return os.path.samefile(one, other) and not is_special(one)
    return os.path.realpath(one) == os.path.realpath(other)

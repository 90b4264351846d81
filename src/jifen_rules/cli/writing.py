"""Files that a command writes: beside and moved into place, so that the old one is there until the new one is whole.

Nothing else of the command opens a file to write it.
"""

import codecs
import os
import stat
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ..message import N_, say
from ..render.language import Language
from .output import fail


def check_outputs(
    outputs: Sequence[Path | None], inputs: Sequence[Path | None], language: Language
) -> None:
    """End with 2, before any work, where an output is an input, is another output, or cannot be written."""
    taken = [path for path in inputs if path is not None and str(path) != "-"]
    for output in outputs:
        if output is None or str(output) == "-":
            continue
        if any(_is_same(output, other) for other in taken):
            fail(
                say(N_("{file} is read or written already; name another file"), file=str(output)),
                language,
            )
        taken.append(output)
        if not is_writable(output):
            fail(say(N_("{file} cannot be written"), file=str(output)), language)


def is_writable(path: Path) -> bool:
    """Say whether a file can be made at a path, or made anew."""
    real = Path(os.path.realpath(path))
    if _is_special(real):
        return os.access(real, os.W_OK)
    if real.is_dir() or not real.parent.is_dir() or not os.access(real.parent, os.W_OK | os.X_OK):
        return False
    return not real.exists() or os.access(real, os.W_OK)


def write_file(
    path: Path, blocks: Iterable[bytes], language: Language, *, is_synced: bool = True
) -> None:
    """Write a file; where that fails, the old one stays and the command ends with 2.

    A new file of a whole folder of them need not be `is_synced`: no old one could be lost.
    """
    try:
        replace_file(path, blocks, is_synced=is_synced)
    except OSError:
        fail(say(N_("{file} cannot be written"), file=str(path)), language)


def like_before(path: Path, text: str) -> bytes:
    """A text as bytes, with the byte order mark and the line ends of the file that it takes the place of."""
    try:
        with path.open("rb") as file:
            before = file.read()
    except OSError:
        before = b""
    if before.count(b"\r\n") * 2 > before.count(b"\n"):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    return mark + text.removeprefix("\ufeff").encode("utf-8")


def replace_file(path: Path, blocks: Iterable[bytes], *, is_synced: bool = True) -> None:
    """Write a file beside the old one and move it into its place. OSError where it cannot be written.

    A link stays a link, a device or pipe is written to as it is.
    """
    real = Path(os.path.realpath(path))
    if _is_special(real):
        with real.open("wb") as device:
            device.writelines(blocks)
        return
    if real.is_dir():
        raise IsADirectoryError(21, "a folder", str(path))
    mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else 0o666 & ~_umask()
    number, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            file.writelines(blocks)
            file.flush()
            if is_synced:
                os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, real)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    if is_synced:
        _sync_folder(real.parent)


def _sync_folder(folder: Path) -> None:
    """Have the move on the disk too, where the system lets us."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return os.path.samefile(one, other) and not _is_special(one)
    return os.path.realpath(one) == os.path.realpath(other)

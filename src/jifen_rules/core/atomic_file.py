"""A file that is written beside the old one and moved into its place, so that one is whole."""

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, blocks: Iterable[bytes], *, is_synced: bool = True) -> None:
    """Write a file beside the old one and move it into place. OSError where that fails.

    A link stays a link, a device or pipe is written to as it is.
    """
    real = Path(os.path.realpath(path))
    if is_special(real):
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


def is_special(path: Path) -> bool:
    """Tell whether a path is a device or a pipe, which is written to as it is."""
    return path.exists() and not path.is_file() and not path.is_dir()

"""Why a file cannot be read, as a sentence. Knows nothing of what would stand in it."""

from difflib import get_close_matches
from pathlib import Path

from .message import N_, Message, msg


def why_unread(error: OSError, path: Path | str = "") -> Message:
    """Name the file that an error is about (else `path`), and say what a reader can do about it."""
    file = str(error.filename or path)
    if file == "-":
        return msg(N_("this is not read from the input (-): name a file"))
    near = _near(Path(file)) if isinstance(error, FileNotFoundError) else ""
    if near:
        return msg(N_("{file}: there is no such file; is it {near}?"), file=file, near=near)
    if isinstance(error, FileNotFoundError):
        return msg(N_("{file}: there is no such file"), file=file)
    if Path(file).is_dir():
        return msg(N_("{file} is a folder; name a file in it"), file=file)
    if isinstance(error, PermissionError):
        return msg(N_("{file} may not be read: another program or person holds it"), file=file)
    return msg(N_("{file} cannot be read"), file=file)


def _near(path: Path) -> str:
    """Find the file of the same folder whose name is most like one; empty without any."""
    try:
        names = [one.name for one in path.parent.iterdir() if one.is_file()]
    except OSError:
        return ""
    found = get_close_matches(path.name, names, n=1)
    return str(path.with_name(found[0])) if found else ""

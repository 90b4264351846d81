"""The fixes of `jifen check --fix` and `--diff` for one file."""

import codecs
import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import typer

from ..core.problem import Problem
from ..syntax.remedy import fix_text
from ..syntax.tree import MAX_BYTES


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file before and after its fixes, and the fixed problems."""

    file: str
    before: str
    after: str
    problems: tuple[Problem, ...] = ()
    mark: bytes = b""

    @property
    def data(self) -> bytes:
        """The bytes to write, with a byte order mark if there was one."""
        return self.mark + self.after.encode("utf-8")


def repair_file(
    path: Path, text: str | None, check: Callable[[str], Iterable[Problem]]
) -> FixedFile:
    """Fix the mechanical problems of a file in memory; a file that is not UTF-8 stays as it is."""
    mark = b""
    if text is None:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        try:
            text = data.removeprefix(mark).decode("utf-8")
        except UnicodeDecodeError:
            return FixedFile(str(path), "", "")
        if len(data) > MAX_BYTES:
            return FixedFile(str(path), text, text)
    fixed = fix_text(str(path), text, check)
    return FixedFile(str(path), text, fixed.text, fixed.problems, mark)


def write_diff(done: FixedFile) -> None:
    """Print the fixes as a unified diff."""
    before, after = (text.splitlines(keepends=True) for text in (done.before, done.after))
    typer.echo(
        "".join(map(_ended, difflib.unified_diff(before, after, done.file, done.file))), nl=False
    )


def _ended(line: str) -> str:
    return line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"

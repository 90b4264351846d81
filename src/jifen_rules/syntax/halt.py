"""Where and how YAML stopped reading a text, and what is found wrong there.

Lines and columns count from 1. Knows what was being read and at which sign it ended, in YAML's
words; says nothing of what that means to a person.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import yaml
from yaml.reader import ReaderError

from ..core.message import Message
from ..core.problem import Place
from .lines import text_lines


class Flaw(NamedTuple):
    """What is wrong with a text: its place, what stands there, what to do, and where it began."""

    place: Place
    detail: Message
    hint: Message
    related: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Halt:
    """Where and how YAML stopped reading a text; lines and columns count from 1."""

    file: str
    text: str
    context: str
    """What was being read, in YAML's words."""
    problem: str
    since: tuple[int, int]
    """Where that began."""
    at: tuple[int, int]

    @cached_property
    def row(self) -> str:
        """Return the line at which it stopped."""
        return self.line(self.at[0])

    @cached_property
    def sign(self) -> str:
        """Return the sign at which it stopped; nothing at the end of a line."""
        return self.row[self.at[1] - 1 : self.at[1]]

    @property
    def before(self) -> str:
        """Return what stands before that on the line."""
        return self.row[: self.at[1] - 1]

    @property
    def opening(self) -> str:
        """Return the sign with which it began what it was reading."""
        line, column = self.since
        return self.line(line)[column - 1 : column]

    def line(self, number: int) -> str:
        """Return the content of a line."""
        return text_lines(self.text).line(number)

    def says(self, number: int) -> bool:
        """Tell whether a line says something: it is neither empty nor a note."""
        row = self.line(number).strip()
        return bool(row) and not row.startswith("#")

    @cached_property
    def above(self) -> int:
        """Return the last line before it that says something; 0 where there is none."""
        return next((n for n in range(self.at[0] - 1, 0, -1) if self.says(n)), 0)

    @property
    def first(self) -> int:
        """Return the first line of the text that says something."""
        return next((n for n in range(1, self.at[0]) if self.says(n)), self.at[0])

    def place(self, at: tuple[int, int] | None = None, width: int = 1) -> Place:
        """Return a place, of where it stopped without another one."""
        return Place(self.file, *(at or self.at), width)


def halt_of(file: str, text: str, error: yaml.YAMLError | UnicodeEncodeError) -> Halt:
    """Return where and how YAML stopped; at the beginning where it does not say."""
    if isinstance(error, ReaderError | UnicodeEncodeError):
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        at = text_lines(text).position(found.start() if found else 0)
        return Halt(file, text, "sign", str(error.reason), at, at)
    marked = error if isinstance(error, yaml.MarkedYAMLError) else yaml.MarkedYAMLError()
    at = _position(marked.problem_mark) or (1, 1)
    since = _position(marked.context_mark) or at
    return Halt(file, text, marked.context or "", marked.problem or "", since, at)


def _position(mark: Any) -> tuple[int, int] | None:
    return None if mark is None else (mark.line + 1, mark.column + 1)


def depth_of(row: str) -> int:
    """Return by how many signs a line is indented."""
    return len(row) - len(row.lstrip())

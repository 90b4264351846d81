"""Where something stands, what is wrong with it, and the three exceptions.

Takes only `message` from the rest of the house; a problem carries templates and values,
and only `render` turns them into words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from .message import Message, Value


class Severity(StrEnum):
    """How much a problem weighs: an error stops the scheme, advice does not."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Place(NamedTuple):
    """A stretch of a file: lines and columns count from 1, `width` in characters.

    In a table they are the row and the column, and `cell` is how the table's own program
    calls it, such as `积分表!C5`.
    """

    file: str
    line: int = 0
    column: int = 0
    width: int = 1
    cell: str = ""

    def shifted(self, characters: int, width: int) -> "Place":
        """Point at a word inside this stretch."""
        return Place(self.file, self.line, self.column + characters, width)

    @property
    def where(self) -> str:
        """`file:line:column`, `file:cell` in a table, or the file alone."""
        inside = self.cell or (f"{self.line}:{self.column}" if self.line else "")
        return f"{self.file}:{inside}" if inside else self.file

    @property
    def where_row(self) -> str:
        """`file:line`, `file:cell` in a sheet, or the file alone: the row of a table, without a column."""
        inside = self.cell or (str(self.line) if self.line else "")
        return f"{self.file}:{inside}" if inside else self.file

    @property
    def short(self) -> str:
        """`file:line`, the file without its folder: what an entry says."""
        name = self.file.replace("\\", "/").rsplit("/", 1)[-1]
        return f"{name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a public text, word for word, and where it stands there."""

    source: str
    part: str
    point: str
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of problem: its stable code and name, and its wording in English.

    `message` is one sentence and `help` one thing to do; both are gettext ids and
    `str.format` templates over the values of a problem. `quotes` is what it rests on.
    """

    code: str
    name: str
    message: str
    help: str
    severity: Severity = Severity.ERROR
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A mechanical remedy: the stretch of a file that `text` replaces; a width of 0 inserts."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: which fault, where, with which values, and related places.

    `edits` together put it right, where that takes no decision; none where it does.
    `accepted` is the reason a comment gives for leaving it as it is; it weighs nothing then.
    """

    fault: Fault
    place: Place
    values: Mapping[str, Value] = field(default_factory=dict)
    related: tuple[Place, ...] = ()
    edits: tuple[Edit, ...] = ()
    accepted: str = ""

    @property
    def code(self) -> str:
        """The stable code, such as `L101`."""
        return self.fault.code

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return self.fault.severity

    @property
    def sort_key(self) -> tuple[Place, str, str]:
        """By place, then code, then values: the order of every list of problems."""
        return (self.place, self.code, repr(sorted(self.values.items())))


MAX_PROBLEMS: Final = 250
"""So many problems one stage lists of a file; with more of them nobody is helped."""


class JifenError(Exception):
    """The root of what this library raises for its users' inputs."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.sort_key))
        super().__init__(
            "; ".join(
                f"{p.place.file}:{p.place.line}: {p.code} {p.fault.name}: "
                + str(Message(p.fault.message, p.values))
                for p in self.problems
            )
        )


class SchemeError(JifenError):
    """A scheme that cannot be used; carries every problem found."""


class CaseError(JifenError):
    """A file of cases that cannot be understood."""


class EventError(JifenError):
    """A stream of events or a roster that cannot be read at all."""

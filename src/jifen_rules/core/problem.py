"""Where something stands, what is wrong with it, and the three exceptions.

Takes only `message` from the rest of the house; a problem carries templates and values,
and only `render` turns them into words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

from .message import N_, Message, Value, msg
from .plain_data import Data, PlainData
from .sentences import say
from .vocabulary import Language


class Severity(StrEnum):
    """How much a problem weighs.

    - `error`: the scheme, the file or the case cannot be used until it is mended.
    - `warning`: it can be used, and probably says something that is not meant.
    - `advice`: it can be used; a village may want to know.

    >>> from jifen_rules.core.problem import Severity
    >>> [severity.value for severity in Severity]
    ['error', 'warning', 'advice']
    """

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class _Place(NamedTuple):
    file: str
    line: int = 0
    column: int = 0
    width: int = 1
    cell: str = ""


class Place(_Place, PlainData):
    """A stretch of a file.

    - `file`: the path as it was given.
    - `line`, `column`: from 1; 0 for the file as a whole. In a table the row and the column.
    - `width`: how many characters.
    - `cell`: how the table's own program calls it, such as `积分表!C5`; else empty.

    Places compare by file, line and column.

    >>> from jifen_rules.core.problem import Place
    >>> Place("scheme.yaml", 14, 31).where
    'scheme.yaml:14:31'
    """

    __slots__ = ()

    def to_dict(self, lang: Language = "en") -> Data:
        """Return the fields as plain data for `json.dumps`."""
        return self._asdict()

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
        """Return `file:line`, `file:cell` in a sheet, or the file alone for the row of a table."""
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

    def message(self, lang: Language = "en") -> str:
        """Return the sentence after its source; the sentence itself is never translated."""
        point = msg(N_(", point {point}"), point=self.point) if self.point else ""
        said = msg(
            N_("{source}, part {part}{point}: “{text}”"),
            source=msg(self.source),
            part=self.part,
            point=point,
            text=self.text,
        )
        return say(said, lang)


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
class Edit(PlainData):
    """A mechanical remedy: the stretch of a file that `text` replaces; a width of 0 inserts."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Problem(PlainData):
    """One finding about a scheme, a file of events, a roster or a case.

    - `fault`: the kind, with its stable `code` and `name`.
    - `place`: where; `related`: other places it is about, such as the first definition.
    - `values`: the words that fill the sentence.
    - `edits`: together they mend it, where that takes no decision; else none.
    - `accepted`: the reason a comment gives for leaving it as it is; it weighs nothing then.

    >>> from jifen_rules import SchemeError, load_scheme
    >>> try:
    ...     load_scheme("demo.yaml", text="scheme: demo")
    ... except SchemeError as error:
    ...     problem = error.problems[0]
    >>> problem.code, problem.place.line, problem.message("en")
    ('L103', 1, "the scheme has no 'effective_from'")
    >>> problem.help("en")
    "add 'effective_from: …' here"
    """

    fault: Fault
    place: Place
    values: Mapping[str, Value] = field(default_factory=dict)
    related: tuple[Place, ...] = ()
    edits: tuple[Edit, ...] = ()
    accepted: str = ""

    def message(self, lang: Language = "en") -> str:
        """Return what is wrong, in one sentence of English (`en`) or Chinese (`zh`)."""
        return say(Message(self.fault.message, self.values), lang)

    def help(self, lang: Language = "en") -> str:
        """Return the one thing to do; empty where there is none."""
        return say(Message(self.fault.help, self.values), lang)

    def to_dict(self, lang: Language = "en") -> Data:
        """Return plain data: the place, the code and name, the sentences in `lang`, the edits."""
        return {
            **_place_data(self.place),
            "code": self.code,
            "name": self.fault.name,
            "severity": self.severity.value,
            "message": self.message(lang),
            "help": self.help(lang),
            "related": [_place_data(other) for other in self.related],
            "quotes": [quote.message(lang) for quote in self.fault.quotes],
            "accepted": self.accepted,
            "edits": [_place_data(edit.place) | {"text": edit.text} for edit in self.edits],
        }

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


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by their `sort_key`; their values are written out only where they decide."""
    found = sorted(problems, key=lambda problem: (problem.place, problem.code))
    groups = groupby(found, key=lambda problem: (problem.place, problem.code))
    alike = (list(group) for _, group in groups)
    return [
        problem
        for group in alike
        for problem in (sorted(group, key=lambda p: p.sort_key) if len(group) > 1 else group)
    ]


def _place_data(place: Place) -> Data:
    """Return a place as a problem shows it: a `cell` is in its file's own report."""
    data = place.to_dict()
    del data["cell"]
    return data


MAX_PROBLEMS: Final = 250
"""So many problems one stage lists of a file; with more of them nobody is helped."""


class JifenError(Exception):
    """The root of what this library raises for its users' inputs.

    `problems` has every finding, sorted by place. Misuse of the library itself is a TypeError
    or ValueError instead. A row or an event that cannot be used is neither: it has an entry.

    >>> from jifen_rules import JifenError, SchemeError
    >>> issubclass(SchemeError, JifenError)
    True
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sort_problems(problems))
        super().__init__(
            "; ".join(
                f"{p.place.file}:{p.place.line}: {p.code} {p.fault.name}: "
                + str(Message(p.fault.message, p.values))
                for p in self.problems
            )
        )

    def __reduce__(self) -> tuple[type["JifenError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class SchemeError(JifenError):
    """A scheme that cannot be used; carries every problem found.

    >>> from jifen_rules import SchemeError, load_scheme
    >>> try:
    ...     load_scheme("demo.yaml", text="scheme: demo")
    ... except SchemeError as error:
    ...     print(len(error.problems) > 1)
    True
    """


class CaseError(JifenError):
    """A file of cases that cannot be understood; carries every problem found.

    >>> from jifen_rules import read_cases
    >>> from jifen_rules.core.problem import CaseError
    >>> try:
    ...     read_cases("cases.yaml", text="cases: [{name: 无日期}]")
    ... except CaseError as error:
    ...     print(error.problems[0].place.line)
    1
    """


class EventError(JifenError):
    """A file of events or a roster that cannot be read at all, or a stream out of its order.

    >>> from datetime import date
    >>> from jifen_rules import EventError, load_scheme, stream_entries
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> days = ["2024-03-02", "2024-03-03", "2024-03-01"]
    >>> rows = [dict(id=day, date=day, subject="张家", indicator="help") for day in days]
    >>> try:
    ...     entries = list(stream_entries(scheme, None, rows, date(2024, 12, 31)))
    ... except EventError as error:
    ...     print(error.problems[0].fault.name)
    event-too-late
    """

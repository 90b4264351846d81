"""Text that is no YAML -> the slip that a person would look for: where, what, and what to do.

YAML's own sentences speak of its grammar, and its two readers have each their own. Here the slip
is told by what was being read, and by the sign at which it stopped. Refuses to mend it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import yaml
from yaml.reader import ReaderError

from ..core.message import N_, Message, msg
from ..core.problem import Place
from .lines import text_lines

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # PyYAML may lack its C part


class Flaw(NamedTuple):
    """What is wrong with a text: its place, what stands there, what to do, and where it began."""

    place: Place
    detail: Message
    hint: Message
    related: tuple[Place, ...] = ()


QUOTE_IT = N_("put the text in quotation marks")
MARKS = N_("look at the marks before this place: quotes, brackets, indentation")
"""What to do about text that is no YAML."""


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
        """The line at which it stopped."""
        return text_lines(self.text).line(self.at[0])

    @cached_property
    def sign(self) -> str:
        """The sign at which it stopped; nothing at the end of a line."""
        return self.row[self.at[1] - 1 : self.at[1]]

    @property
    def before(self) -> str:
        """What stands before that on the line."""
        return self.row[: self.at[1] - 1]

    @property
    def opening(self) -> str:
        """The sign with which it began what it was reading."""
        line, column = self.since
        return text_lines(self.text).line(line)[column - 1 : column]

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


def certain_flaw(halt: Halt) -> Flaw | None:
    """Return a slip that nothing else on its line explains better; None where there is none."""
    return next(filter(None, (find(halt) for find in _CERTAIN)), None)


def flaw_of(halt: Halt) -> Flaw:
    """Return what is wrong, in YAML's own words where nothing else is known."""
    found = next(filter(None, (find(halt) for find in _OTHERS)), None)
    if found is not None:
        return found
    detail = N_("it cannot be read on from here: {problem}")
    return Flaw(halt.place(), msg(detail, problem=halt.problem or "?"), msg(MARKS))


_BYTE_ORDER = "\ufeff"
"""What some editors write at the beginning of a file; within one nobody sees it."""

# --- signs ---------------------------------------------------------------------------------------


def _unseen(halt: Halt) -> Flaw | None:
    if halt.context != "sign" and _BYTE_ORDER not in halt.row:
        return None
    at = halt.at if halt.context == "sign" else (halt.at[0], halt.row.index(_BYTE_ORDER) + 1)
    detail = N_("a sign that nobody sees stands here, which no text may hold")
    return Flaw(halt.place(at), msg(detail), msg(N_("delete it, and write on")))


def _quote(halt: Halt) -> Flaw | None:
    """Find a quotation mark that nothing closes; YAML notices at the end of the file."""
    if "quoted scalar" not in halt.context or "unexpected" not in halt.problem:
        return None
    return _open_quote(halt, halt.since)


def _open_quote(halt: Halt, at: tuple[int, int]) -> Flaw:
    detail = N_("the quotation mark that opens here is not closed on its line")
    return Flaw(halt.place(at), msg(detail), msg(N_("close it with the same mark")))


def _late_quote(halt: Halt) -> Flaw | None:
    """Find a quotation mark that is closed by the one with which a later text was to open."""
    for token in _tokens(halt):
        is_text = isinstance(token, yaml.ScalarToken) and token.style in ("'", '"')
        start, end = token.start_mark, token.end_mark
        if is_text and start.line < end.line == halt.at[0] - 1:
            return _open_quote(halt, (start.line + 1, start.column + 1))
    return None


def _tokens(halt: Halt) -> Iterator[Any]:
    """Yield the words of YAML up to where it stopped."""
    try:
        for token in yaml.scan(halt.text, Loader=LOADER):
            if (token.start_mark.line + 1, token.start_mark.column + 1) >= halt.at:
                return
            yield token
    except yaml.YAMLError:
        return


def _escape(halt: Halt) -> Flaw | None:
    if "quoted scalar" not in halt.context:
        return None
    column = halt.row.rfind("\\", 0, halt.at[1]) + 1
    detail = N_(
        "between double quotation marks a backslash begins a special sign, and not this one"
    )
    hint = N_("write two backslashes, or single quotation marks")
    return Flaw(halt.place((halt.at[0], column or halt.at[1])), msg(detail), msg(hint))


def _tab(halt: Halt) -> Flaw | None:
    if "\t" not in (halt.sign, halt.before[-1:]) or halt.before.strip(" \t-"):
        return None
    place = halt.place((halt.at[0], halt.row.index("\t") + 1))
    hint = msg(N_("write spaces in its place"))
    return Flaw(place, msg(N_("a tab indents this line; YAML takes spaces alone")), hint)


_BEGUN = re.compile("alias|anchor|tag|directive|next token|block node|flow node")


def _beginning(halt: Halt) -> Flaw | None:
    """Find a sign with which YAML lets no plain text begin."""
    if not _BEGUN.search(halt.context):
        return None
    is_here = "next token" in halt.context or "node" in halt.context
    sign, at = (halt.sign, halt.at) if is_here else (halt.opening, halt.since)
    if not sign.strip():
        return None
    if sign == ",":
        hint = N_("take the comma out, or write what belongs before it")
        return Flaw(halt.place(at), msg(N_("nothing stands before this comma")), msg(hint))
    detail = N_("a text cannot begin with '{sign}' without quotation marks")
    return Flaw(halt.place(at), msg(detail, sign=sign), msg(QUOTE_IT))


# --- brackets, colons and indentation ------------------------------------------------------------

_CLOSING = {"{": "}", "[": "]"}


def _bracket(halt: Halt) -> Flaw | None:
    if "flow" not in halt.context or halt.opening not in _CLOSING:
        return None
    closing, related = _CLOSING[halt.opening], (halt.place(halt.since),)
    hint = msg(N_("put a comma between two entries, and '{closing}' at the end"), closing=closing)
    if halt.sign in ("}", "]"):
        detail = N_("'{sign}' does not close the '{opening}' of line {line}")
        hint = msg(N_("write '{closing}' here"), closing=closing)
    elif halt.since[0] == halt.at[0]:
        detail = N_("a comma is missing before this place, after '{opening}'")
    else:
        detail = N_(
            "a comma is missing before this place, or the '{opening}' of line {line} is not closed"
        )
    said = msg(detail, sign=halt.sign, opening=halt.opening, line=str(halt.since[0]))
    return Flaw(halt.place(), said, hint, related)


def _no_colon(halt: Halt) -> Flaw | None:
    return _without_colon(halt, halt.since[0]) if "simple key" in halt.context else None


def _without_colon(halt: Halt, number: int) -> Flaw:
    row = text_lines(halt.text).line(number)
    place = halt.place((number, _indentation_of(row) + 1), max(len(row.strip()), 1))
    detail = N_("this line has no colon with a space after it, though it stands among keys")
    hint = N_("write 'key: value', or indent it as part of the text above")
    return Flaw(place, msg(detail), msg(hint))


def _indentation_of(row: str) -> int:
    return len(row) - len(row.lstrip())


_KEY_BEFORE = re.compile(r"[^#]*?\S: +\S")


def _colon(halt: Halt) -> Flaw | None:
    if "mapping values" not in halt.problem:
        return None
    if _KEY_BEFORE.match(halt.before):
        detail = N_("a second colon stands in one line")
        hint = N_("put the text in quotation marks, or the second key on a line of its own")
        return Flaw(halt.place(), msg(detail), msg(hint))
    above = _above(halt)
    return _deeper(halt) or (_without_colon(halt, above) if above else None)


def _deeper(halt: Halt) -> Flaw | None:
    """Find a line that is indented further than the one above it."""
    above, depth = _above(halt), _indentation_of(halt.row)
    if not above or depth <= _indentation_of(text_lines(halt.text).line(above)):
        return None
    detail = N_("this line is indented further than line {line}, whose key has a value already")
    hint = N_("indent it as the key of line {line}")
    place, line = halt.place((halt.at[0], 1), depth), str(above)
    return Flaw(place, msg(detail, line=line), msg(hint, line=line), (halt.place((above, 1)),))


def _above(halt: Halt) -> int:
    """Return the last line before it that says something; 0 where there is none."""
    return next((n for n in range(halt.at[0] - 1, 0, -1) if _says(halt, n)), 0)


def _says(halt: Halt, number: int) -> bool:
    row = text_lines(halt.text).line(number).strip()
    return bool(row) and not row.startswith("#")


def _item(halt: Halt) -> Flaw | None:
    """Find a dash where no list can begin."""
    within_keys = "block mapping" in halt.context and halt.sign == "-"
    if "sequence entries" not in halt.problem and not within_keys:
        return None
    if halt.before.strip():
        detail = N_("a list cannot begin on the line of its key")
        return Flaw(halt.place(), msg(detail), msg(N_("begin it on the line below, indented")))
    detail = N_("an item of a list stands here among keys")
    hint = N_("write its key above, such as 'indicators:', or indent it as its list")
    return Flaw(halt.place(), msg(detail), msg(hint))


def _after_end(halt: Halt) -> Flaw | None:
    if "document start" not in halt.problem:
        return None
    first = next(n for n in range(1, halt.at[0] + 1) if _says(halt, n))
    line = str(first)
    detail = N_("this line does not belong to what begins in line {line}")
    hint = N_("indent it as line {line}")
    related = (halt.place((first, 1)),)
    return Flaw(halt.place(), msg(detail, line=line), msg(hint, line=line), related)


def _text_below(halt: Halt) -> Flaw | None:
    if "block scalar" not in halt.context:
        return None
    detail = N_("after '{sign}' the text begins on the line below")
    hint = N_("begin the text there, indented")
    return Flaw(halt.place(), msg(detail, sign=halt.opening), msg(hint))


def _indentation(halt: Halt) -> Flaw | None:
    """Find a line, or what follows on one, that belongs to nothing above it."""
    if "parsing a block" not in halt.context:
        return None
    if halt.sign in ("}", "]"):
        detail = N_("'{sign}' closes no bracket")
        return Flaw(halt.place(), msg(detail, sign=halt.sign), msg(N_("take it out")))
    if halt.sign == ":":
        detail = N_("a colon stands here without a key before it")
        return Flaw(halt.place(), msg(detail), msg(N_("write the key before it")))
    if halt.before.strip():
        detail = N_("nothing may follow a closed quotation mark or bracket on its line")
        hint = N_("put the whole text in quotation marks, or take out what follows")
        return Flaw(halt.place(), msg(detail), msg(hint))
    if "collection" in halt.context:
        line, related = str(halt.since[0]), (halt.place(halt.since),)
        detail = N_("this line is no item of the list that begins in line {line}")
        hint = N_("begin it with '- ', or indent it as the lines of its item")
        return Flaw(halt.place(), msg(detail, line=line), msg(hint), related)
    if (found := _deeper(halt)) is not None:
        return found
    detail = N_("the indentation of this line fits no line above it")
    return Flaw(halt.place(), msg(detail), msg(N_("indent it as the lines it belongs to")))


_Find = Callable[[Halt], Flaw | None]
_CERTAIN: tuple[_Find, ...] = (_unseen, _quote, _escape, _late_quote, _tab, _beginning)
_OTHERS: tuple[_Find, ...] = (
    _bracket,
    _no_colon,
    _colon,
    _item,
    _after_end,
    _text_below,
    _indentation,
)

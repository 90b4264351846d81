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


class Slip(NamedTuple):
    """What is wrong with a text: its place, what stands there, what to do, and where it began."""

    place: Place
    detail: Message
    hint: Message
    related: tuple[Place, ...] = ()


QUOTE_IT = N_("put the text in quotation marks")
MARKS = N_("look at the marks before this place: quotes, brackets, indentation")
"""What to do about text that is no YAML."""


@dataclass(frozen=True)
class Stop:
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


def stop_of(file: str, text: str, error: yaml.YAMLError | UnicodeEncodeError) -> Stop:
    """Return where and how YAML stopped; at the beginning where it does not say."""
    if isinstance(error, ReaderError | UnicodeEncodeError):
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        at = text_lines(text).position(found.start() if found else 0)
        return Stop(file, text, "sign", str(error.reason), at, at)
    marked = error if isinstance(error, yaml.MarkedYAMLError) else yaml.MarkedYAMLError()
    at = _position(marked.problem_mark) or (1, 1)
    since = _position(marked.context_mark) or at
    return Stop(file, text, marked.context or "", marked.problem or "", since, at)


def _position(mark: Any) -> tuple[int, int] | None:
    return None if mark is None else (mark.line + 1, mark.column + 1)


def certain_slip(stop: Stop) -> Slip | None:
    """Return a slip that nothing else on its line explains better; None where there is none."""
    return next(filter(None, (find(stop) for find in _CERTAIN)), None)


def slip_of(stop: Stop) -> Slip:
    """Return what is wrong, in YAML's own words where nothing else is known."""
    found = next(filter(None, (find(stop) for find in _OTHERS)), None)
    if found is not None:
        return found
    detail = N_("it cannot be read on from here: {problem}")
    return Slip(stop.place(), msg(detail, problem=stop.problem or "?"), msg(MARKS))


_BYTE_ORDER = "\ufeff"
"""What some editors write at the beginning of a file; within one nobody sees it."""

# --- signs ---------------------------------------------------------------------------------------


def _unseen(stop: Stop) -> Slip | None:
    if stop.context != "sign" and _BYTE_ORDER not in stop.row:
        return None
    at = stop.at if stop.context == "sign" else (stop.at[0], stop.row.index(_BYTE_ORDER) + 1)
    detail = N_("a sign that nobody sees stands here, which no text may hold")
    return Slip(stop.place(at), msg(detail), msg(N_("delete it, and write on")))


def _quote(stop: Stop) -> Slip | None:
    """Find a quotation mark that nothing closes; YAML notices at the end of the file."""
    if "quoted scalar" not in stop.context or "unexpected" not in stop.problem:
        return None
    return _open_quote(stop, stop.since)


def _open_quote(stop: Stop, at: tuple[int, int]) -> Slip:
    detail = N_("the quotation mark that opens here is not closed on its line")
    return Slip(stop.place(at), msg(detail), msg(N_("close it with the same mark")))


def _late_quote(stop: Stop) -> Slip | None:
    """Find a quotation mark that is closed by the one with which a later text was to open."""
    for token in _tokens(stop):
        is_text = isinstance(token, yaml.ScalarToken) and token.style in ("'", '"')
        start, end = token.start_mark, token.end_mark
        if is_text and start.line < end.line == stop.at[0] - 1:
            return _open_quote(stop, (start.line + 1, start.column + 1))
    return None


def _tokens(stop: Stop) -> Iterator[Any]:
    """Yield the words of YAML up to where it stopped."""
    try:
        for token in yaml.scan(stop.text, Loader=LOADER):
            if (token.start_mark.line + 1, token.start_mark.column + 1) >= stop.at:
                return
            yield token
    except yaml.YAMLError:
        return


def _escape(stop: Stop) -> Slip | None:
    if "quoted scalar" not in stop.context:
        return None
    column = stop.row.rfind("\\", 0, stop.at[1]) + 1
    detail = N_(
        "between double quotation marks a backslash begins a special sign, and not this one"
    )
    hint = N_("write two backslashes, or single quotation marks")
    return Slip(stop.place((stop.at[0], column or stop.at[1])), msg(detail), msg(hint))


def _tab(stop: Stop) -> Slip | None:
    if "\t" not in (stop.sign, stop.before[-1:]) or stop.before.strip(" \t-"):
        return None
    place = stop.place((stop.at[0], stop.row.index("\t") + 1))
    hint = msg(N_("write spaces in its place"))
    return Slip(place, msg(N_("a tab indents this line; YAML takes spaces alone")), hint)


_BEGUN = re.compile("alias|anchor|tag|directive|next token|block node|flow node")


def _beginning(stop: Stop) -> Slip | None:
    """Find a sign with which YAML lets no plain text begin."""
    if not _BEGUN.search(stop.context):
        return None
    is_here = "next token" in stop.context or "node" in stop.context
    sign, at = (stop.sign, stop.at) if is_here else (stop.opening, stop.since)
    if not sign.strip():
        return None
    if sign == ",":
        hint = N_("take the comma out, or write what belongs before it")
        return Slip(stop.place(at), msg(N_("nothing stands before this comma")), msg(hint))
    detail = N_("a text cannot begin with '{sign}' without quotation marks")
    return Slip(stop.place(at), msg(detail, sign=sign), msg(QUOTE_IT))


# --- brackets, colons and indentation ------------------------------------------------------------

_CLOSING = {"{": "}", "[": "]"}


def _bracket(stop: Stop) -> Slip | None:
    if "flow" not in stop.context or stop.opening not in _CLOSING:
        return None
    closing, related = _CLOSING[stop.opening], (stop.place(stop.since),)
    hint = msg(N_("put a comma between two entries, and '{closing}' at the end"), closing=closing)
    if stop.sign in ("}", "]"):
        detail = N_("'{sign}' does not close the '{opening}' of line {line}")
        hint = msg(N_("write '{closing}' here"), closing=closing)
    elif stop.since[0] == stop.at[0]:
        detail = N_("a comma is missing before this place, after '{opening}'")
    else:
        detail = N_(
            "a comma is missing before this place, or the '{opening}' of line {line} is not closed"
        )
    said = msg(detail, sign=stop.sign, opening=stop.opening, line=str(stop.since[0]))
    return Slip(stop.place(), said, hint, related)


def _no_colon(stop: Stop) -> Slip | None:
    return _without_colon(stop, stop.since[0]) if "simple key" in stop.context else None


def _without_colon(stop: Stop, number: int) -> Slip:
    row = text_lines(stop.text).line(number)
    place = stop.place((number, _indentation_of(row) + 1), max(len(row.strip()), 1))
    detail = N_("this line has no colon with a space after it, though it stands among keys")
    hint = N_("write 'key: value', or indent it as part of the text above")
    return Slip(place, msg(detail), msg(hint))


def _indentation_of(row: str) -> int:
    return len(row) - len(row.lstrip())


_KEY_BEFORE = re.compile(r"[^#]*?\S: +\S")


def _colon(stop: Stop) -> Slip | None:
    if "mapping values" not in stop.problem:
        return None
    if _KEY_BEFORE.match(stop.before):
        detail = N_("a second colon stands in one line")
        hint = N_("put the text in quotation marks, or the second key on a line of its own")
        return Slip(stop.place(), msg(detail), msg(hint))
    above = _above(stop)
    return _deeper(stop) or (_without_colon(stop, above) if above else None)


def _deeper(stop: Stop) -> Slip | None:
    """Find a line that is indented further than the one above it."""
    above, depth = _above(stop), _indentation_of(stop.row)
    if not above or depth <= _indentation_of(text_lines(stop.text).line(above)):
        return None
    detail = N_("this line is indented further than line {line}, whose key has a value already")
    hint = N_("indent it as the key of line {line}")
    place, line = stop.place((stop.at[0], 1), depth), str(above)
    return Slip(place, msg(detail, line=line), msg(hint, line=line), (stop.place((above, 1)),))


def _above(stop: Stop) -> int:
    """Return the last line before it that says something; 0 where there is none."""
    return next((n for n in range(stop.at[0] - 1, 0, -1) if _says(stop, n)), 0)


def _says(stop: Stop, number: int) -> bool:
    row = text_lines(stop.text).line(number).strip()
    return bool(row) and not row.startswith("#")


def _item(stop: Stop) -> Slip | None:
    """Find a dash where no list can begin."""
    within_keys = "block mapping" in stop.context and stop.sign == "-"
    if "sequence entries" not in stop.problem and not within_keys:
        return None
    if stop.before.strip():
        detail = N_("a list cannot begin on the line of its key")
        return Slip(stop.place(), msg(detail), msg(N_("begin it on the line below, indented")))
    detail = N_("an item of a list stands here among keys")
    hint = N_("write its key above, such as 'indicators:', or indent it as its list")
    return Slip(stop.place(), msg(detail), msg(hint))


def _after_end(stop: Stop) -> Slip | None:
    if "document start" not in stop.problem:
        return None
    first = next(n for n in range(1, stop.at[0] + 1) if _says(stop, n))
    line = str(first)
    detail = N_("this line does not belong to what begins in line {line}")
    hint = N_("indent it as line {line}")
    related = (stop.place((first, 1)),)
    return Slip(stop.place(), msg(detail, line=line), msg(hint, line=line), related)


def _text_below(stop: Stop) -> Slip | None:
    if "block scalar" not in stop.context:
        return None
    detail = N_("after '{sign}' the text begins on the line below")
    hint = N_("begin the text there, indented")
    return Slip(stop.place(), msg(detail, sign=stop.opening), msg(hint))


def _indentation(stop: Stop) -> Slip | None:
    """Find a line, or what follows on one, that belongs to nothing above it."""
    if "parsing a block" not in stop.context:
        return None
    if stop.sign in ("}", "]"):
        detail = N_("'{sign}' closes no bracket")
        return Slip(stop.place(), msg(detail, sign=stop.sign), msg(N_("take it out")))
    if stop.sign == ":":
        detail = N_("a colon stands here without a key before it")
        return Slip(stop.place(), msg(detail), msg(N_("write the key before it")))
    if stop.before.strip():
        detail = N_("nothing may follow a closed quotation mark or bracket on its line")
        hint = N_("put the whole text in quotation marks, or take out what follows")
        return Slip(stop.place(), msg(detail), msg(hint))
    if "collection" in stop.context:
        line, related = str(stop.since[0]), (stop.place(stop.since),)
        detail = N_("this line is no item of the list that begins in line {line}")
        hint = N_("begin it with '- ', or indent it as the lines of its item")
        return Slip(stop.place(), msg(detail, line=line), msg(hint), related)
    if (found := _deeper(stop)) is not None:
        return found
    detail = N_("the indentation of this line fits no line above it")
    return Slip(stop.place(), msg(detail), msg(N_("indent it as the lines it belongs to")))


_Find = Callable[[Stop], Slip | None]
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

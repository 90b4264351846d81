"""Text that is no YAML -> the slip that a person would look for: where, what, and what to do.

YAML's own sentences speak of its grammar, and its two readers have each their own. Here the slip
is told by what was being read, and by the sign at which it stopped. Refuses to mend it.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from ..core.message import N_, msg
from . import brackets, items, lookalikes
from .halt import Flaw, Halt, depth_of

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # PyYAML may lack its C part


MARKS = N_("look at the marks before this place: quotes, brackets, indentation")
"""What to do about text that is no YAML."""


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
    within = next((n for n in (halt.at[0], halt.above) if _BYTE_ORDER in halt.line(n)), 0)
    if halt.context != "sign" and not within:
        return None
    at = halt.at if halt.context == "sign" else (within, halt.line(within).index(_BYTE_ORDER) + 1)
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
    if "\t" not in (halt.sign, halt.before[-1:]):
        return None
    indents = not halt.before.strip(" \t-")
    if not indents and "start any token" not in halt.problem:
        return None
    column = halt.row.index("\t") if indents else halt.row.rindex("\t", 0, halt.at[1])
    detail = N_("a tab stands here; YAML takes spaces alone")
    if not halt.row[:column].strip():
        detail = N_("a tab indents this line; YAML takes spaces alone")
    place = halt.place((halt.at[0], column + 1))
    return Flaw(place, msg(detail), msg(N_("write spaces in its place")))


_BEGUN = re.compile("alias|anchor|tag|directive|next token|block node|flow node")


def _beginning(halt: Halt) -> Flaw | None:
    """Find a sign with which YAML lets no plain text begin."""
    if "mapping keys" in halt.problem:  # a question mark
        return _no_beginning(halt, halt.sign, halt.at)
    if not _BEGUN.search(halt.context):
        return None
    if found := brackets.note_within(halt) or _cut_off(halt):
        return found
    is_here = "next token" in halt.context or "node" in halt.context
    sign, at = (halt.sign, halt.at) if is_here else (halt.opening, halt.since)
    if not sign.strip():
        return None
    if halt.line(at[0]).strip().startswith("```"):
        detail = N_("the marks ``` are no part of YAML")
        return Flaw(halt.place(at, 3), msg(detail), msg(N_("take this line out")))
    if sign == ",":
        hint = N_("take the comma out, or write what belongs before it")
        return Flaw(halt.place(at), msg(N_("nothing stands before this comma")), msg(hint))
    return _no_beginning(halt, sign, at)


def _cut_off(halt: Halt) -> Flaw | None:
    """Find a bracket after whose last comma or colon nothing follows that belongs to it."""
    if "flow" not in halt.context or (halt.sign not in ("", "-") and halt.before.strip()):
        return None
    opened: list[tuple[int, int]] = []
    for token in _tokens(halt):
        if isinstance(token, yaml.FlowMappingStartToken | yaml.FlowSequenceStartToken):
            opened.append((token.start_mark.line + 1, token.start_mark.column + 1))
        elif isinstance(token, yaml.FlowMappingEndToken | yaml.FlowSequenceEndToken):
            opened.pop()
    if not opened or not brackets.is_left_open(halt, opened[-1]):
        return None
    return brackets.not_closed(halt, opened[-1])


def _no_beginning(halt: Halt, sign: str, at: tuple[int, int]) -> Flaw:
    detail = N_("a text cannot begin with '{sign}' without quotation marks")
    return Flaw(halt.place(at), msg(detail, sign=sign), msg(brackets.QUOTE_IT))


# --- colons and indentation ---------------------------------------------------------------------


def _no_colon(halt: Halt) -> Flaw | None:
    return _without_colon(halt, halt.since[0]) if "simple key" in halt.context else None


def _without_colon(halt: Halt, number: int) -> Flaw:
    row = halt.line(number)
    place = halt.place((number, depth_of(row) + 1), max(len(row.strip()), 1))
    detail = N_("this line has no colon with a space after it, though it stands among keys")
    hint = N_("write 'key: value', indent it as part of the text above, or put '#' before it")
    if row.strip().startswith(("{", "[")):
        detail = N_("this line begins with a bracket, though it stands among keys or items")
        hint = N_("begin it with '- ' as an item of a list, or indent it further than its key")
    return Flaw(place, msg(detail), msg(hint))


_KEYED = re.compile(r":(?:\s|\Z)")
_KEY_BEFORE = re.compile(r"[^#]*?\S: +\S")


def _colon(halt: Halt) -> Flaw | None:
    if "mapping values" not in halt.problem:
        return None
    if _KEY_BEFORE.match(halt.before):
        detail = N_("a second colon stands in one line")
        hint = N_("put the text in quotation marks, or the second key on a line of its own")
        return Flaw(halt.place(), msg(detail), msg(hint))
    above = halt.above
    if above and not _KEYED.search(halt.line(above)):
        return _without_colon(halt, above)
    return _deeper(halt)


def _deeper(halt: Halt) -> Flaw | None:
    """Find a line that is indented further than the one above it."""
    above, depth = halt.above, depth_of(halt.row)
    if not above or depth <= depth_of(halt.line(above)):
        return None
    if not _KEYED.search(halt.row) and halt.sign != "-":
        return _without_colon(halt, halt.at[0])
    if (item := items.next_item(halt, above)) is not None:
        return items.without_dash(halt, above, item)
    detail = N_("this line is indented further than line {line}, whose key has a value already")
    hint = N_("indent it as the key of line {line}")
    place, line = halt.place((halt.at[0], 1), depth), str(above)
    return Flaw(place, msg(detail, line=line), msg(hint, line=line), (halt.place((above, 1)),))


def _after_end(halt: Halt) -> Flaw | None:
    """Find a line that stands apart: the first one, or one after the end of what it began."""
    if "document start" not in halt.problem:
        return None
    here, first = halt.at, (halt.first, 1)
    detail = N_("this line does not belong to what begins in line {line}")
    hint = N_("indent it as line {line}")
    if halt.first == halt.above or not _KEYED.search(halt.line(halt.first)):
        here, first = first, here
        hint = N_("indent it as line {line}, or put '#' before it if it is a note")
    line, related = str(first[0]), (halt.place(first),)
    return Flaw(halt.place(here), msg(detail, line=line), msg(hint, line=line), related)


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
        hint = N_("take it out, or write the bracket that it closes")
        return Flaw(halt.place(), msg(detail, sign=halt.sign), msg(hint))
    if halt.sign == ":":
        detail = N_("a colon stands here without a key before it")
        return Flaw(halt.place(), msg(detail), msg(N_("write the key before it")))
    if halt.before.strip():
        return brackets.follows(halt)
    if "collection" in halt.context:
        line, related = str(halt.since[0]), (halt.place(halt.since),)
        if halt.sign == "-":
            return items.unlike_first(halt, line, related)
        detail = N_("this line is no item of the list that begins in line {line}")
        hint = N_("begin it with '- ', or indent it as the lines of its item")
        return Flaw(halt.place(), msg(detail, line=line), msg(hint), related)
    if (found := _deeper(halt)) is not None:
        return found
    detail = N_("the indentation of this line fits no line above it")
    return Flaw(halt.place(), msg(detail), msg(N_("indent it as the lines it belongs to")))


_Find = Callable[[Halt], Flaw | None]
_CERTAIN: tuple[_Find, ...] = (
    _unseen,
    _quote,
    _escape,
    _late_quote,
    lookalikes.odd_space,
    lookalikes.other_dash,
    lookalikes.other_note,
    _tab,
    _beginning,
)
_OTHERS: tuple[_Find, ...] = (
    lookalikes.wide_bracket,
    lookalikes.curled_quote,
    lookalikes.other_comma,
    brackets.before_bracket,
    brackets.bracket,
    _no_colon,
    _colon,
    items.stray_item,
    _after_end,
    _text_below,
    _indentation,
)

"""Signs that look like those of YAML -> the slip: full-width marks, wide spaces, bullets, `//`.

A person sees no difference, or none that matters; YAML takes them for text. Looks in the line at
which YAML stopped and in the one above it, for YAML often notices one line late. Refuses a sign
that stands where plain text may hold it.
"""

import re
from itertools import islice

from ..core.message import N_, msg
from ..core.problem import Edit, Place
from ..core.vocabulary import KEYS, english
from .halt import Flaw, Halt, depth_of

MAX_TEXT = 100
"""No more lines of plain text are looked over for the line that they go on from."""
MAX_ROW = 1_000
"""No further into a row is a slip of the pen looked for: nobody writes longer ones by hand."""

# --- full-width marks ----------------------------------------------------------------------------

_WORD = re.compile(r"([^\s{}\[\],，:：\"'#]+)\s*\Z")
_KEY = re.compile(r"\s*([^\s{}\[\],，:：\"'#]+)\s*[:：]")


def half_width_marks(file: str, number: int, row: str) -> tuple[Edit, ...]:
    """Return the edits of full-width marks beside a key, outside quotes and comments."""
    edits = []
    for at in _marks(row):
        mark, before = row[at], row[:at]
        word = _WORD.search(before) if mark == "：" else _KEY.match(row[at + 1 :])
        inside = mark == "：" or _is_open(before)
        if word and inside and english(KEYS, word[1]) in KEYS:
            text = {"：": ":", "，": ","}[mark] + (" " if row[at + 1 : at + 2].strip() else "")
            edits.append(Edit(Place(file, number, at + 1), text))
    return tuple(edits)


_WHOLE_KEY = re.compile(r"\s*(?:- +)*[^\s{}\[\],，:：\"'#]+\s*\Z")
_NEXT_KEY = re.compile(r"\s*([^\s{}\[\],，;；、:：\"'#]+)\s*[:：]")
_BRACKET_NEXT = re.compile(r"：\s*[{\[]|(?<=[}\]\"])，\s*[{\[\"]")


def mark_column(row: str) -> int:
    """Return the column of a full-width mark that can only stand for YAML's own; 0 for none."""
    certain = half_width_marks("", 1, row)
    if certain:
        return certain[0].place.column
    for at in _marks(row):
        before = row[:at]
        key = _WHOLE_KEY.match(before) if row[at] == "：" else _NEXT_KEY.match(row, at + 1)
        if (key and (row[at] == "：" or _is_open(before))) or _BRACKET_NEXT.match(row, at):
            return at + 1
    return 0


def _marks(row: str) -> list[int]:
    """Find the full-width colons and commas outside quotes and comments."""
    found = [mark.start() for mark in re.finditer("[：，]", row[:MAX_ROW])]
    return [at for at in found if not _is_quoted(row[:at])]


def _is_quoted(before: str) -> bool:
    return bool(before.count('"') % 2 or before.count("'") % 2 or " #" in before)


def _is_open(before: str) -> bool:
    return before.count("{") > before.count("}")


_BRACKETS = {"｛": "{", "｝": "}", "【": "[", "】": "]", "［": "[", "］": "]"}
_BESIDE_ONE = re.compile(r"[｛｝]|[【［](?=\s*[{\[\"'])|(?<=[}\]\"'])[】］]")


def wide_bracket(halt: Halt) -> Flaw | None:
    """Find a full-width bracket in what YAML stopped at, where it began, or the line above."""
    began = halt.since[0] if "flow" in halt.context else halt.at[0]
    rows = dict.fromkeys((halt.at[0], began, halt.above))
    found = (bracket_of_row(halt.file, number, halt.line(number)) for number in rows)
    return next(filter(None, found), None)


def bracket_of_row(file: str, number: int, row: str) -> Flaw | None:
    """Find a full-width bracket in a row: beside another bracket, or without its other half."""
    row = row[:MAX_ROW].partition(" #")[0]
    found = _BESIDE_ONE.search(row)
    at = found.start() if found else _half(row)
    if at < 0:
        return None
    detail = N_("'{mark}' is a full-width bracket, and YAML takes it for text")
    hint = msg(N_("write '{fixed}' in its place"), fixed=_BRACKETS[row[at]])
    return Flaw(Place(file, number, at + 1), msg(detail, mark=row[at]), hint)


def _half(row: str) -> int:
    """Return where a full-width bracket has no other half; -1 for nowhere."""
    opening = [found.start() for found in re.finditer("[【［]", row)]
    closing = [found.start() for found in re.finditer("[】］]", row)]
    if len(opening) == len(closing):
        return -1
    return opening[0] if len(opening) > len(closing) else closing[-1]


_CURLED = re.compile(r"[:\[{,] *([“”‘’])[^“”‘’]*\Z")


def curled_quote(halt: Halt) -> Flaw | None:
    """Find a curled quotation mark with which a text begins, within brackets."""
    found = _CURLED.search(halt.before) if "flow" in halt.context else None
    if not found:
        return None
    detail = N_("'{mark}' is a curled quotation mark, and YAML takes it for text")
    hint = msg(N_("write '{fixed}' in its place, at both ends"), fixed='"')
    place = halt.place((halt.at[0], found.start(1) + 1))
    return Flaw(place, msg(detail, mark=found[1]), hint)


_PART = re.compile(r".*([；;、])\s*[^\s{}\[\],:：]+\Z")


def other_comma(halt: Halt) -> Flaw | None:
    """Find another sign where a comma parts two entries within brackets."""
    if "flow" not in halt.context:
        return None
    column, mark = halt.at[1], halt.sign
    if mark == ":" and (found := _PART.match(halt.before)):
        column, mark = found.start(1) + 1, found[1]
    if not mark or mark not in "；;、":
        return None
    detail = N_("'{mark}' does not part two entries; YAML needs a comma")
    hint = msg(N_("write '{fixed}' in its place"), fixed=",")
    return Flaw(halt.place((halt.at[0], column)), msg(detail, mark=mark), hint)


# --- spaces, dashes and notes --------------------------------------------------------------------

_UNSEEN = "\u200b-\u200f\u2060"
_WIDE = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_ODD_SPACE = re.compile(
    rf"(?:^ *(?:- *)*|(?:^|[{{,]) *(?:- +)*[^\s:,{{}}\[\]\"'#]+:)([{_UNSEEN}{_WIDE}])"
)
_ACTS = re.compile(r"[{\[]|:(?:\s|\Z)")
"""What a line has that is more than plain text."""


def odd_space(halt: Halt) -> Flaw | None:
    """Find a space that YAML takes for text where it would need one of its own."""
    for number in _near(halt):
        found = _ODD_SPACE.search(halt.line(number)[:MAX_ROW])
        if not found:
            continue
        place = halt.place((number, found.start(1) + 1))
        if re.match(f"[{_UNSEEN}]", found[1]):
            detail = N_("a sign that nobody sees stands here, and YAML takes it for text")
            return Flaw(place, msg(detail), msg(N_("delete it, and write on")))
        detail = N_("a wide or unbreakable space stands here, and YAML takes it for text")
        return Flaw(place, msg(detail), msg(N_("write an ordinary space in its place")))
    return None


def _near(halt: Halt) -> list[int]:
    """Return the line at which YAML stopped, and the last one above that is no plain text."""
    if "document start" in halt.problem:
        return [halt.at[0], halt.first]
    lines = range(halt.above, max(halt.above - MAX_TEXT, 0), -1)
    acting = (number for number in lines if halt.says(number) and _ACTS.search(halt.line(number)))
    return [halt.at[0], *islice(acting, 1)]


_NUMBER = r"(?:\d+[.、)）]|[（(][\d一二三四五六七八九十]+[）)]|[①-⑳])(?=\s*[{\[])"
_DASH = re.compile(
    r" *(?:- +)*([－–−‐•·●○■◆＊]|—(?!—)|\*(?= )|--+(?=[^-])|- +-(?= )|-[^\s\d.-]"
    rf"|{_NUMBER})"
)


def other_dash(halt: Halt) -> Flaw | None:
    """Find another sign where an item of a list begins, or a dash without its space."""
    for number in _near(halt):
        found = _DASH.match(halt.line(number))
        if found:
            detail = N_("an item of a list begins with a dash and a space, not with '{sign}'")
            place = halt.place((number, found.start(1) + 1), len(found[1]))
            return Flaw(place, msg(detail, sign=found[1]), msg(N_("begin it with '- '")))
    return None


_NOTE = re.compile(r"(＃|//)")


def other_note(halt: Halt) -> Flaw | None:
    """Find a note that begins with another sign than `#`."""
    for number in (halt.at[0], halt.since[0], halt.first):
        row = halt.line(number)
        here = halt.at[1] - 1 if number == halt.at[0] else len(row)
        found = _NOTE.match(row, here) or _NOTE.match(row, depth_of(row))
        if found:
            detail = N_("a note begins with '#', not with '{sign}'")
            place = halt.place((number, found.start() + 1), len(found[1]))
            hint = msg(N_("write '{fixed}' in its place"), fixed="#")
            return Flaw(place, msg(detail, sign=found[1]), hint)
    return None

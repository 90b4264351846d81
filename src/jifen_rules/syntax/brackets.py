"""Brackets that hold a text together -> the slip: not closed, closed by another, without a colon.

Takes YAML's word for which bracket was open where it stopped. Knows nothing of signs that only
look like brackets.
"""

import re

from ..core.message import N_, msg
from .halt import Flaw, Halt, depth_of

QUOTE_IT = N_("put the text in quotation marks")

_CLOSING = {"{": "}", "[": "]"}


def bracket(halt: Halt) -> Flaw | None:
    """Find what is wrong within brackets, or with the one that closes them."""
    if "flow" not in halt.context or halt.opening not in _CLOSING:
        return None
    closing, related = _CLOSING[halt.opening], (halt.place(halt.since),)
    values = {"sign": halt.sign, "opening": halt.opening, "line": str(halt.since[0])}
    if halt.sign and halt.sign in "}])":
        detail = N_("'{sign}' does not close the '{opening}' of line {line}")
        hint = msg(N_("write '{closing}' here"), closing=closing)
        return Flaw(halt.place(), msg(detail, **values), hint, related)
    if is_left_open(halt, halt.since):
        return note_within(halt) or not_closed(halt, halt.since)
    if found := _within_entry(halt):
        return found
    hint = msg(N_("put a comma between two entries, and '{closing}' at the end"), closing=closing)
    if halt.since[0] == halt.at[0]:
        detail = N_("a comma is missing before this place, after '{opening}'")
    else:
        detail = N_(
            "a comma is missing before this place, or the '{opening}' of line {line} is not closed"
        )
    return Flaw(halt.place(), msg(detail, **values), hint, related)


def not_closed(halt: Halt, at: tuple[int, int]) -> Flaw:
    """Say that the bracket that opens at a place is not closed."""
    opening = halt.line(at[0])[at[1] - 1]
    detail = N_("the '{opening}' that opens here is not closed")
    hint = msg(N_("put '{closing}' where it ends"), closing=_CLOSING[opening])
    return Flaw(halt.place(at), msg(detail, opening=opening), hint)


def is_left_open(halt: Halt, since: tuple[int, int]) -> bool:
    """Tell whether a bracket is open at the end of the text, or where a line begins as far left."""
    rest = halt.text.splitlines()[halt.at[0] :]
    if not halt.row[halt.at[1] - 1 :].strip() and not "".join(rest).strip():
        return True
    began, column = since
    row = halt.line(began)
    left = len(row) - len(row.lstrip(" -"))
    if left == column - 1:
        left = depth_of(row)
    return began < halt.at[0] and depth_of(halt.row) <= left


_KEY_NEXT = re.compile(r"[^\s,:{}\[\]\"']+:(?:\s|\Z)")
_ONE_WORD = re.compile(r".*: +[^\s,{}\[\]]+\Z")


def _within_entry(halt: Halt) -> Flaw | None:
    """Find a second colon, or a text after a closed quotation mark, within one entry."""
    if halt.sign == ":" and _ONE_WORD.match(halt.before):
        detail = N_("a second colon stands in one entry")
        hint = N_("put the text in quotation marks, or a comma before the second key")
        return Flaw(halt.place(), msg(detail), msg(hint))
    rest = halt.row[halt.at[1] - 1 :]
    is_text = halt.sign not in ("", "{", "[", '"', "'", "#") and not _KEY_NEXT.match(rest)
    if is_text and halt.before.rstrip()[-1:] in ('"', "'"):
        return follows(halt)
    return None


def follows(halt: Halt) -> Flaw:
    """Say that something follows a closed quotation mark or bracket."""
    detail = N_("nothing may follow a closed quotation mark or bracket on its line")
    hint = N_("put the whole text in quotation marks, or take out what follows")
    rest = halt.row[halt.at[1] - 1 :]
    if halt.before[-1:] in ('"', "'") and halt.before[-1:] in rest:
        hint = N_("within the text write other quotation marks, such as “”")
    elif _KEY_NEXT.match(rest) or rest.startswith("- "):
        hint = N_("put what follows on a line of its own")
    return Flaw(halt.place(), msg(detail), msg(hint))


_LOST = re.compile(r" *(?:- +)*(?P<key>(?!-\s)[^\s:,{}\[\]\"'#]+)(?: *|:)[{\[]")
_LOST_WITHIN = re.compile(r".*[,{\[] *(?P<key>[^\s:：;；,{}\[\]\"'#]+)(?: *|:)\Z")


def before_bracket(halt: Halt) -> Flaw | None:
    """Find a bracket without a colon and a space between its key and it."""
    found = _LOST.match(halt.row) if "flow" not in halt.context else None
    if "unexpected ':'" in halt.problem or (halt.opening == "{" and halt.sign in ("{", "[")):
        found = _LOST_WITHIN.match(halt.before)
    if not found:
        return None
    key, start = found["key"], found.start("key") + 1
    detail = N_("between '{key}' and its bracket a colon and a space are needed")
    place = halt.place((halt.at[0], start), len(key))
    return Flaw(place, msg(detail, key=key), msg(N_("write '{key}: ' before it"), key=key))


_NOTE = re.compile(r"\s#(?=\S)(?=.*[}\]])")


def note_within(halt: Halt) -> Flaw | None:
    """Find a text that begins with `#` within brackets, so that they are closed in a note."""
    for number in (halt.at[0], halt.above):
        row = halt.line(number)
        for found in _NOTE.finditer(row):
            before = row[: found.start()]
            if before.count("{") + before.count("[") > before.count("}") + before.count("]"):
                detail = N_("a note begins with this '#', and the rest of the line is not read")
                return Flaw(halt.place((number, found.start() + 2)), msg(detail), msg(QUOTE_IT))
    return None

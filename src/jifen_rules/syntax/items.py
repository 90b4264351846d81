"""Items of a list whose dash is lost, stands elsewhere, or begins a list where none can be.

Takes where YAML stopped; finds the line that a person would mend, not the one YAML noticed.
"""

import re

from ..core.message import N_, msg
from ..core.problem import Place
from . import brackets
from .halt import Flaw, Halt, depth_of

MAX_ITEM = 100
"""No more lines of one item are looked over for the next one."""


def stray_item(halt: Halt) -> Flaw | None:
    """Find a dash where no list can begin."""
    within_keys = "block mapping" in halt.context and halt.sign == "-"
    if "sequence entries" not in halt.problem and not within_keys:
        return None
    if halt.before.rstrip()[-1:] in ("}", "]", '"', "'"):
        return brackets.follows(halt)
    if halt.before.strip():
        detail = N_("a list cannot begin on the line of its key")
        hint = N_("begin it on the line below, indented, or put the text in quotation marks")
        return Flaw(halt.place(), msg(detail), msg(hint))
    if found := _uneven(halt):
        return found
    detail = N_("an item of a list stands here among keys")
    hint = N_("write its key above, such as 'indicators:', or indent it as its list")
    return Flaw(halt.place(), msg(detail), msg(hint))


def _uneven(halt: Halt) -> Flaw | None:
    """Find an item that is not indented as the first line of its list, or that line itself."""
    depth, first = depth_of(halt.row), 0
    for number in range(halt.at[0] - 1, 0, -1):
        row = halt.line(number)
        if not halt.says(number):
            continue
        if depth_of(row) <= depth and row.rstrip().endswith(":") and row.strip()[0] != "-":
            break
        first = number
    else:
        return None  # no key above holds a list
    if not first:
        return None
    row = halt.line(first)
    is_further = depth_of(row) > depth
    if not row.strip().startswith("- "):
        is_level = depth_of(row) == depth
        is_entry = is_level and (row.strip()[0] in "{[" or _first_key(row) == _first_key(halt.row))
        return without_dash(halt, first, halt.at[0]) if is_further or is_entry else None
    if is_further or (depth_of(row) < depth and first == halt.above):
        return unlike_first(halt, str(first), (halt.place((first, depth_of(row) + 1)),))
    return None


_FIRST_KEY = re.compile(r"\s*(?:- +)?[{]?\s*([^\s{}\[\],:\"'#]+):(?:\s|\Z)")


def _first_key(row: str) -> str | None:
    """Return the key with which a line begins, be it an item or not."""
    found = _FIRST_KEY.match(row)
    return found[1] if found else None


def next_item(halt: Halt, first: int) -> int | None:
    """Return the line of the next item where a line begins an item that has no dash."""
    depth, key = depth_of(halt.line(first)), _first_key(halt.line(first))
    for number in range(halt.at[0] + 1, halt.at[0] + MAX_ITEM):
        row = halt.line(number)
        if halt.says(number) and depth_of(row) <= depth:
            is_next = row[depth:].startswith("- ") and _first_key(row) == key
            return number if is_next and key is not None else None
    return None


def without_dash(halt: Halt, first: int, item: int) -> Flaw:
    """Say that a line begins an item without its dash; `item` is the line of the next one."""
    detail = N_("this line begins without a dash, though line {line} goes on with an item")
    place = halt.place((first, depth_of(halt.line(first)) + 1))
    hint = N_("begin it with '- '")
    related = halt.place((item, depth_of(halt.line(item)) + 1))
    return Flaw(place, msg(detail, line=str(item)), msg(hint), (related,))


def unlike_first(halt: Halt, line: str, related: tuple[Place, ...]) -> Flaw:
    """Say that an item is indented otherwise than the first of its list."""
    detail = N_("this item is not indented as the first one of its list, in line {line}")
    hint = N_("indent both alike")
    return Flaw(halt.place(), msg(detail, line=line), msg(hint), related)

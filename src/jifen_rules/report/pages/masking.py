"""Names and ids -> their first character and asterisks, everywhere in a report.

Works on values, before language and format, so that no renderer can forget it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any, Final, TypeVar, cast

from ...core.message import Message
from ...core.plain_data import values_by_field
from ...inputs.roster import Roster
from ...trace.entry import Result
from .values import Bar, Bars, Columns, Line, Marked, Page, PageTable, Shaded

UNMASKED: Final = frozenset({"group", "village", "township"})
"""Kinds of unit whose names are not personal data."""
MOST_STARS: Final = 3
_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(\d)\d{9,17}[0-9Xx](?![0-9A-Za-z])")
"""Numbers of telephones and identity cards."""
_PERSONAL = ("to", "rater", "note", "evidence")
T = TypeVar("T")


def mask_name(name: str) -> str:
    """Keep the first character of a name, and replace the others by asterisks.

    >>> mask_name("张小三"), mask_name("甲"), mask_name("110101199001011234")
    ('张**', '*', '1***')
    """
    return "*" if len(name) < 2 else name[0] + "*" * min(len(name) - 1, MOST_STARS)


@dataclass(frozen=True)
class Mask:
    """Hides names in texts, messages and whole pages."""

    names: frozenset[str]
    _texts: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def _by_first(self) -> Mapping[str, list[str]]:
        """The names by their first character, longest first."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.names, key=len, reverse=True):
            found[name[0]].append(name)
        return found

    def text(self, text: str) -> str:
        """Hide the names in a text; a short number is a figure and stays."""
        if (found := self._texts.get(text)) is None:
            found = self._texts[text] = _NUMBERS.sub(r"\1***", "".join(self._parts(text)))
        return found

    def _parts(self, text: str) -> Iterator[str]:
        at = 0
        while at < len(text):
            name = next((n for n in self._by_first.get(text[at], ()) if _stands(text, at, n)), "")
            yield mask_name(name) if name else text[at]
            at += len(name) or 1

    def of(self, value: T) -> T:
        """Hide the names in any value of a report."""
        return cast(T, self._of(value))

    def _of(self, value: Any) -> Any:
        match value:
            case str():
                return self.text(value)
            case Message():
                filled = {key: self._of(inner) for key, inner in value.values.items()}
                return Message(value.template, filled)
            case tuple():
                return tuple(map(self._of, value))
        if isinstance(value, Page | Line | PageTable | Bars | Bar | Marked | Shaded | Columns):
            changed = {name: self._of(inner) for name, inner in values_by_field(value)}
            return replace(value, **changed)
        return value


def mask_of(roster: Roster | None, result: Result) -> Mask:
    """Make the mask of everybody that the roster, the scores or an event names."""
    named = (score.subject for score in result.scores if score.kind not in UNMASKED)
    said = (e.inputs[key] for e in result.entries for key in _PERSONAL if key in e.inputs)
    return mask_of_names(roster, chain(named, (e.subject for e in result.entries)), said)


def mask_of_names(
    roster: Roster | None, subjects: Iterable[str], others: Iterable[str] = ()
) -> Mask:
    """Make the mask of everybody on the roster, of subjects that are no unit, and of others."""
    rows = roster.rows if roster is not None else ()
    units = {row.id for row in rows if row.kind in UNMASKED}
    found = {word for row in rows if row.id not in units for word in (row.id, row.name)}
    found |= {*subjects} - units | {*others}
    return Mask(frozenset(filter(_is_name, found)))


def _is_name(word: str) -> bool:
    """Tell whether a word differs from a figure in a sentence."""
    return bool(word) and not (word.isdigit() and len(word) < 6)


def _stands(text: str, at: int, name: str) -> bool:
    """Tell whether a name is at a position of a text, and not part of a longer word."""
    if not text.startswith(name, at):
        return False
    before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
    return not (_joins(before, name[0]) or _joins(after, name[-1]))


def _joins(one: str, other: str) -> bool:
    return one.isascii() and one.isalnum() and other.isascii() and other.isalnum()

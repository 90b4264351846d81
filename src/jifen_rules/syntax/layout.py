"""YAML text -> a tree that keeps its comments.

Takes what `tree` has found readable. Where a comment stands says what it is about: beside an
entry, above one, or at the end of a collection; it goes where that goes.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from .unreadable import LOADER

_DEEP: Final = 1_000
"""More levels than a scheme may have."""


@dataclass(slots=True)
class TextLeaf:
    """A scalar; None where nothing was written."""

    text: str | None


@dataclass(slots=True)
class TextEntry:
    """A pair of a mapping (`key` set) or an item of a list, with the comments that are its own."""

    value: "TextLeaf | TextBranch"
    key: str | None = None
    above: list[str] = field(default_factory=list)
    """Comments on lines of their own before it; an empty text is a blank line."""
    beside: str = ""


@dataclass(slots=True)
class TextBranch:
    """A mapping or a list; `tail` are comments after its last entry."""

    is_map: bool
    entries: list[TextEntry] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    in_block: bool = False
    """Whether it is to be written in block style even where it would fit on a line."""


@dataclass(slots=True)
class Document:
    """A file: the comments at its head, and its root."""

    root: TextBranch
    head: list[str] = field(default_factory=list)


# --- reading ---------------------------------------------------------------------------------


def read_layout(text: str) -> Document:
    """Read one document that `read_tree` has read without a stop; its root is a mapping."""
    return _Reader(text).read()


@dataclass(slots=True)
class _Span:
    """An entry in the text: where it begins, in which branch it stands, and its column."""

    start: int
    entry: TextEntry
    column: int
    around: "tuple[_Open, ...]"


@dataclass(slots=True)
class _Open:
    """A branch in the text: from where to where, its column, and whether it has brackets."""

    branch: TextBranch
    start: int
    column: int
    flow: bool
    holder: TextEntry | None
    end: int = -1


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[_Open] = []
        self.keys: list[tuple[str, int, int] | None] = []
        self.opens: list[_Open] = []
        self.spans: list[_Span] = []
        self.ends: list[tuple[int, int, TextEntry | None]] = []
        """What can be seen: where it begins and ends, and to which entry it belongs."""
        self.root: TextBranch | None = None

    def read(self) -> Document:
        for event in yaml.parse(self.text, Loader=LOADER):
            match event:
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._open(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._close(event)
                case yaml.ScalarEvent():
                    self._scalar(event)
        assert self.root is not None and self.root.is_map
        document = Document(self.root)
        self._place_comments(document)
        return document

    def _open(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        branch = TextBranch(isinstance(event, yaml.MappingStartEvent))
        entry = self._attach(branch, start, event.start_mark.column)
        opened = _Open(branch, start, event.start_mark.column, bool(event.flow_style), entry)
        if event.flow_style:
            self.ends.append((start, end, entry))
        if entry is None:
            self.root = branch
        self.stack.append(opened)
        self.keys.append(None)
        self.opens.append(opened)

    def _close(self, event: Any) -> None:
        opened = self.stack.pop()
        self.keys.pop()
        opened.end = event.end_mark.index
        if opened.flow:
            start = event.start_mark.index
            self.ends.append((start, opened.end, opened.holder))

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        plain = event.style in (None, "")
        text = None if plain and event.value == "" else event.value
        if self.stack and self.stack[-1].branch.is_map and self.keys[-1] is None:
            self.keys[-1] = (text or "", start, event.start_mark.column)
            self.ends.append((start, end, None))
            return
        entry = self._attach(TextLeaf(text), start, event.start_mark.column)
        if start < end:
            self.ends.append((start, end, entry))
        if event.style in ("|", ">") and entry is not None:
            header = self.text[start:end].partition("\n")[0]
            found = re.search(r"\s(#.*)", header)
            entry.beside = found[1].rstrip() if found else ""

    def _attach(self, value: TextLeaf | TextBranch, start: int, column: int) -> TextEntry | None:
        if not self.stack:
            return None
        parent = self.stack[-1]
        if parent.branch.is_map:
            key = self.keys[-1]
            assert key is not None
            text, start, column = key
            entry = TextEntry(value, text)
            self.keys[-1] = None
            self._own_key(key, entry)
        else:
            entry, column = TextEntry(value), parent.column if not parent.flow else column
        parent.branch.entries.append(entry)
        self.spans.append(_Span(start, entry, column, tuple(self.stack)))
        return entry

    def _own_key(self, key: tuple[str, int, int], entry: TextEntry) -> None:
        """Now that its entry is there, say to whom the text of the key belongs."""
        for number in range(len(self.ends) - 1, -1, -1):
            start, end, owner = self.ends[number]
            if start == key[1] and owner is None:
                self.ends[number] = (start, end, entry)
                return

    # --- whose is a comment ------------------------------------------------------------------

    def _place_comments(self, document: Document) -> None:
        self.ends.sort(key=lambda one: one[:2])
        self.spans.sort(key=lambda span: span.start)
        before, previous = 0, None
        for start, end, owner in [*self.ends, (len(self.text), len(self.text), None)]:
            self._place_gap(before, start, previous)
            before, previous = end, owner
        _split_head(document)

    def _place_gap(self, start: int, end: int, previous: TextEntry | None) -> None:
        """Give the comments between two things that can be seen to their owners."""
        lines = self.text[start:end].split("\n")
        offset, blank, level, dashed = start, False, _DEEP, False
        for number, line in enumerate(lines):
            found = re.search(r"(?:^|(?<=\s))#.*", line)
            if found and number == 0 and previous is not None:
                _put_beside(previous, found[0].rstrip())
            elif found:
                at = offset + found.start()
                column = at - (self.text.rfind("\n", 0, at) + 1)
                owner, level = (
                    self._owner(at, column, level) if not dashed else (self._inner(end), -1)
                )
                _add(owner, found[0].rstrip(), blank)
                blank = False
            elif 0 < number < len(lines) - 1 and not line.strip():
                blank = True
            dashed = dashed or "-" in line[: found.start() if found else None]
            offset += len(line) + 1
        if blank:
            following = self._next(end - 1)
            if following is not None and following.start == end:
                following.entry.above.append("")

    def _inner(self, at: int) -> list[str]:
        """Where a comment between a dash and the first entry of its item goes: to that entry."""
        place = bisect_right(self.spans, at, key=lambda span: span.start) - 1
        return self.spans[place].entry.above

    def _next(self, at: int) -> _Span | None:
        """Return the first entry that begins after a place: the outermost, if several do."""
        place = bisect_right(self.spans, at, key=lambda span: span.start)
        return self.spans[place] if place < len(self.spans) else None

    def _owner(self, at: int, column: int, level: int) -> tuple[list[str], int]:
        """Return the list that a comment line belongs to, and how deep it may go from now on."""
        following = self._next(at)
        place = bisect_right(self.spans, at, key=lambda span: span.start) - 1
        if place < 0:
            assert following is not None
            return following.entry.above, 0
        last = self.spans[place]
        inside = [*last.around]
        if isinstance(last.entry.value, TextBranch):
            inside += [one for one in self.opens if one.branch is last.entry.value]
        kept = {id(one) for one in following.around} if following is not None else set()
        closing = [(n, one) for n, one in enumerate(inside) if id(one) not in kept and n <= level]
        for number, one in reversed(closing):
            if one.flow and at < one.end:
                return _tail(one), number
        floor = following.column if following is not None else -1
        fitting = [(n, one) for n, one in closing if not one.flow and floor < one.column <= column]
        if fitting:
            best = max(one.column for _, one in fitting)
            level_with = [(n, one) for n, one in fitting if one.column == best]
            number, chosen = level_with[-1] if best else level_with[0]
            return chosen.branch.tail, number
        if following is None:
            assert self.root is not None
            return self.root.tail, 0
        return following.entry.above, -1


def _put_beside(owner: TextEntry, comment: str) -> None:
    """Put a comment beside what ends on its line; a second one comes after what is in it."""
    if not owner.beside:
        owner.beside = comment
    elif isinstance(owner.value, TextBranch) and owner.value.entries:
        owner.value.tail.append(comment)
    else:
        owner.above.append(comment)


def _tail(opened: _Open) -> list[str]:
    """Return the end of a branch.

    An empty one has no lines of its own, so its owner's are taken.
    """
    branch, holder = opened.branch, opened.holder
    return branch.tail if branch.entries or holder is None else holder.above


def _add(owner: list[str], comment: str, blank: bool) -> None:
    if blank and owner[-1:] != [""]:
        owner.append("")
    owner.append(comment)


def _split_head(document: Document) -> None:
    """Comments that a blank line parts from the first entry are about the whole file."""
    above = document.root.entries[0].above if document.root.entries else []
    if "" in above and any(above):
        cut = len(above) - 1 - above[::-1].index("")
        document.head = _trimmed(above[:cut])
        above[:] = above[cut + 1 :]


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines

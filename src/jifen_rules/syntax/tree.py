"""YAML text -> a tree that knows its places, or the problem that stopped it.

Leaves all scalars text, so that `no`, `12:30` and `017` mean what they look like. Refuses
anchors, tags, deep nesting and oversized files. Knows nothing of what the keys mean, only
that two spellings of one key are one key.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from ..core.faults import FAULTS
from ..core.message import N_, Message, msg
from ..core.problem import MAX_PROBLEMS, Edit, Place, Problem
from ..core.terms import UNKNOWN
from ..core.vocabulary import KEYS, english
from .halt import Flaw, halt_of
from .lines import text_lines
from .lookalikes import MAX_ROW, bracket_of_row, half_width_marks, mark_column
from .respell import quote_value
from .unreadable import LOADER, certain_flaw, flaw_of

Path = tuple[str | int, ...]

MAX_BYTES = 4_000_000
MAX_NODES = 100_000
MAX_DEPTH = 40


def read_tree(file: str, text: str) -> "tuple[Node | None, tuple[Problem, ...]]":
    """Read one document; None where it cannot be read on. Problems come in their order."""
    reader = _Reader(file, text.removeprefix("\ufeff"))  # many editors begin a file with it
    return reader.read(), tuple(reader.problems)


@dataclass(slots=True)
class Node:
    """A scalar, list or mapping, with its place; children of a mapping by written key."""

    place: Place
    scalar: str | None = None
    items: "list[Node] | None" = None
    pairs: "dict[str, tuple[Node, Node]] | None" = None
    key_places: "dict[str, Place]" = field(default_factory=dict)

    def places(
        self, path: Path = (), keys: Mapping[str, str] = KEYS
    ) -> Iterator[tuple[Path, Place]]:
        """Yield the place of every key and list item, by English path: as `keys` spells them."""
        yield path, self.place
        for key, (key_node, value) in (self.pairs or {}).items():
            inner = (*path, english(keys, key))
            yield (*inner, "key"), key_node.place
            yield from value.places(inner, keys)
        for number, item in enumerate(self.items or ()):
            yield from item.places((*path, number), keys)

    def plain(self) -> object:
        """Give plain data: text, lists and dicts."""
        if self.pairs is not None:
            return {key: value.plain() for key, (_, value) in self.pairs.items()}
        if self.items is not None:
            return [item.plain() for item in self.items]
        return self.scalar


@dataclass(slots=True)
class _Reader:
    """Builds the tree from YAML events, without recursion, within limits."""

    file: str
    text: str
    problems: list[Problem] = field(default_factory=list)
    _stack: "list[tuple[Node, Node | None]]" = field(default_factory=list)
    _root: Node | None = None
    _last_cut: Node | None = None

    def read(self) -> Node | None:
        """Give the root of the one document, or None with the problem that stopped it."""
        if len(self.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            place, what = Place(self.file, 1, 1), msg(N_("bytes"))
            self._report("file-too-large", place, limit=MAX_BYTES, what=what)
            return None
        try:
            self._take_all()
        except (yaml.YAMLError, UnicodeEncodeError) as error:
            self._say_yaml(error)
            return None
        except _Stop:
            return None
        return self._root or Node(Place(self.file, 1, 1), "")

    def _take_all(self) -> None:
        self._refuse_byte_order()
        documents = 0
        for count, event in enumerate(yaml.parse(self.text, Loader=LOADER)):
            if count > MAX_NODES:
                self._stop("file-too-large", event, limit=MAX_NODES, what=msg(N_("values")))
            match event:
                case yaml.ScalarEvent():  # first, for most are
                    self._scalar(event)
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self._stop("several-documents", event)
                case yaml.AliasEvent():
                    self._stop("alias-used", event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._open(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._stack.pop()

    def _refuse_byte_order(self) -> None:
        """Refuse the mark of a byte order that begins a line; YAML's two readers differ there."""
        found = self.text.find("\n\ufeff")
        if found >= 0:
            line = self.text.count("\n", 0, found) + 1
            raise yaml.MarkedYAMLError("sign", problem_mark=yaml.Mark("", 0, line, 0, None, 0))

    def _open(self, event: Any) -> None:
        self._refuse_extras(event)
        if len(self._stack) >= MAX_DEPTH:
            self._stop("nested-too-deep", event, depth=MAX_DEPTH)
        node = Node(self._place(event))
        if isinstance(event, yaml.MappingStartEvent):
            node.pairs = {}
        else:
            node.items = []
        self._attach(node, event)
        self._stack.append((node, None))

    def _scalar(self, event: Any) -> None:
        self._refuse_extras(event)
        plain = event.style in (None, "")
        empty = plain and event.value == ""
        node = Node(self._place(event), None if empty else event.value)
        key = self._stack[-1][1] if self._stack else None
        beside_its_key = key is not None and key.place.line == node.place.line
        if plain and not empty and not beside_its_key:
            self._refuse_slips(node)
        self._attach(node, event)

    def _attach(self, node: Node, event: Any) -> None:
        if not self._stack:
            self._root = node
            return
        parent, key = self._stack[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif key is None:
            self._take_key(parent, node, event)
        else:
            self._take_value(parent, key, node)

    def _take_key(self, parent: Node, node: Node, event: Any) -> None:
        if node.items is not None or node.pairs is not None:
            detail = msg(N_("a list or mapping cannot be a key"))
            hint = msg(N_("look at the brackets from here on: one is too many, or out of place"))
            self._stop("unreadable-yaml", event, detail=detail, hint=hint)
        self._stack[-1] = (parent, node)

    def _take_value(self, parent: Node, key: Node, node: Node) -> None:
        assert parent.pairs is not None
        self._stack[-1] = (parent, None)
        written = key.scalar or ""
        name = english(KEYS, written)
        if name in parent.key_places:
            edits = self._second_copy(parent, name, key, node)
            self._report("duplicate-key", key.place, (parent.key_places[name],), edits, key=written)
        elif node.scalar is None and node.items is None and node.pairs is None:
            self._mend_empty(parent, key)
        else:
            parent.key_places[name] = key.place
            parent.pairs[written] = (key, node)

    def _second_copy(self, parent: Node, name: str, key: Node, node: Node) -> tuple[Edit, ...]:
        """Take out a key that says once more, on its own line or in `{…}`, what the first says."""
        first = next(v for k, (_, v) in (parent.pairs or {}).items() if english(KEYS, k) == name)
        if node.scalar is None or node.scalar != first.scalar or node.place.line != key.place.line:
            return ()
        lines = text_lines(self.text)
        start, end = lines.stretch(key.place)[0], lines.stretch(node.place)[1]
        row_start = start - key.place.column + 1
        row_end = row_start + len(lines.line(key.place.line))
        before, after = self.text[row_start:start], self.text[end:row_end]
        if not before.strip() and not after.strip():
            row_end, _ = lines.stretch(Place(self.file, key.place.line + 1, 1))
            return (Edit(lines.place(self.file, row_start, row_end), ""),)
        if comma := re.search(r"\s*,\s*\Z", before):
            return (Edit(lines.place(self.file, row_start + comma.start(), end), ""),)
        return ()

    def _mend_empty(self, parent: Node, key: Node) -> None:
        """Say a key without a value, and read on as if it had been written well."""
        written = key.scalar or ""
        head, colon, tail = written.partition(":")
        assert parent.pairs is not None
        if (cut := _cut(parent.pairs, written)) is not None:
            cut.scalar = f"{cut.scalar}, {written}"
            self._say_cut(cut, key)
        elif colon and tail:
            edits = _spaced(key.place, head, tail) if self._is_written(key) else ()
            fixed = f"{head}: {tail}"
            self._report("no-space-after-colon", key.place, (), edits, text=written, fixed=fixed)
            parent.pairs[head] = (Node(key.place, head), Node(key.place, tail))
        else:
            self._say_without_value(key)
            parent.pairs[written] = (key, Node(key.place, UNKNOWN.value))

    def _say_without_value(self, key: Node) -> None:
        """Say a full-width mark that took its value from a key within brackets, or the key."""
        written, place = key.scalar or "", key.place
        head, mark, _ = written.partition("：")
        if mark:
            self._say_marks(place.shifted(len(head), 1), mark)
        elif flaw := bracket_of_row(self.file, place.line, " " * (place.column - 1) + written):
            self._say_unreadable(flaw)
        else:
            self._report("value-missing", place, key=written)

    def _is_written(self, node: Node) -> bool:
        """Whether a scalar stands in the file in one piece and without quotation marks."""
        start, end = text_lines(self.text).stretch(node.place)
        return self.text[start:end] == node.scalar

    def _say_cut(self, cut: Node, tail: Node) -> None:
        """Say a formula that commas cut, once, however many they are."""
        if cut is self._last_cut:
            return
        self._last_cut = cut
        edits = quote_value(self.text, cut.place)
        self._report("formula-cut-short", tail.place, (), edits, text=tail.scalar or "")

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor:
            self._stop("alias-used", event)
        if event.tag is not None and event.tag != "!":
            self._stop("tag-used", event, tag=event.tag)

    def _refuse_slips(self, node: Node) -> None:
        """Name the full-width colon, which makes `分值：5` one word."""
        text = node.scalar or ""
        head, mark, _ = text.partition("：")
        if mark and english(KEYS, head.strip()) in KEYS:
            self._say_marks(node.place.shifted(len(head), 1), "：")
            raise _Stop

    def _say_marks(self, place: Place, mark: str) -> None:
        edits = half_width_marks(self.file, place.line, text_lines(self.text).line(place.line))
        fixed = {"：": ":", "，": ","}[mark]
        self._report("full-width-mark", place, (), edits, mark=mark, fixed=fixed)

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Place(self.file, start.line + 1, start.column + 1, max(width, 1))

    def _report(
        self,
        fault: str,
        place: Place,
        related: tuple[Place, ...] = (),
        edits: tuple[Edit, ...] = (),
        **values: object,
    ) -> None:
        texts = {k: v if isinstance(v, Message) else str(v) for k, v in values.items()}
        self.problems.append(Problem(FAULTS[fault], place, texts, related, edits))
        if len(self.problems) == MAX_PROBLEMS:
            self.problems.append(
                Problem(FAULTS["too-many-problems"], place, {"limit": str(MAX_PROBLEMS)})
            )
            raise _Stop

    def _say_yaml(self, error: yaml.YAMLError | UnicodeEncodeError) -> None:
        halt = halt_of(self.file, self.text, error)
        if flaw := certain_flaw(halt):
            self._say_unreadable(flaw)
            return
        line = halt.at[0]
        began = halt.since[0]
        if "simple key" in halt.context and self._say_slip(began, halt.line(began)):
            return
        for near in (line, line - 1, line - 2):  # YAML notices a lost colon one line late, or two
            row = halt.line(near)
            if near > line - 2 and self._say_slip(near, row):
                return
            if not row.strip():
                continue
            if found := _NO_SPACE.match(row[:MAX_ROW]):
                key, text = found["key"], found["text"].rstrip()
                place = Place(self.file, near, found.start("text") + 1, len(text))
                edits = _spaced(place, key, text[len(key) + 1 :])
                fixed = f"{key}: {text[len(key) + 1 :]}"
                if edits:
                    self._report("no-space-after-colon", place, (), edits, text=text, fixed=fixed)
                    return
        self._say_unreadable(flaw_of(halt))

    def _say_unreadable(self, flaw: Flaw) -> None:
        place, detail, hint, related = flaw
        self._report("unreadable-yaml", place, related, detail=detail, hint=hint)

    def _say_slip(self, number: int, row: str) -> bool:
        """Report a full-width mark of a row that cannot be read, where it stands for YAML's own."""
        column = mark_column(row)
        if column:
            self._say_marks(Place(self.file, number, column), row[column - 1])
        return bool(column)

    def _stop(self, fault: str, event: Any, **values: object) -> None:
        self._stop_at(fault, self._place(event), **values)

    def _stop_at(self, fault: str, place: Place, **values: object) -> None:
        self._report(fault, place, (), (), **values)
        raise _Stop


def _cut(pairs: "dict[str, tuple[Node, Node]]", written: str) -> Node | None:
    """Return the value before a comma that left its bracket open, unless `written` is a key."""
    if not pairs or english(KEYS, written) in KEYS:
        return None
    _, last = pairs[next(reversed(pairs))]
    text = last.scalar or ""
    return last if text.count("(") > text.count(")") else None


_NO_SPACE = re.compile(r"\s*(?:- +)?(?P<text>(?P<key>[^\W\d]\w*):[^\s:].*)")
_NUMBER = re.compile(r"[+-]?[\d.]+\Z")


def _spaced(place: Place, head: str, tail: str) -> tuple[Edit, ...]:
    """Return the edit that puts a space after the colon of what can only be a key and its value."""
    is_key = english(KEYS, head) in KEYS
    counts = bool(_NUMBER.match(tail)) and not _NUMBER.match(head)
    return (Edit(place.shifted(len(head) + 1, 0), " "),) if is_key or counts else ()


class _Stop(Exception):
    """The file cannot be read on; the problem has been said."""

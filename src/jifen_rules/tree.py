"""YAML text -> a tree that knows its places, or the problem that stopped it.

Leaves all scalars text, so that `no`, `12:30` and `017` mean what they look like. Refuses
anchors, tags, deep nesting and oversized files. Knows nothing of what the keys mean, only
that two spellings of one key are one key.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from .faults import FAULTS
from .message import N_, Message, say
from .problem import Place, Problem
from .terms import UNKNOWN
from .vocabulary import KEYS, english

Path = tuple[str | int, ...]

MAX_BYTES = 4_000_000
MAX_NODES = 200_000
MAX_DEPTH = 40

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_tree(file: str, text: str) -> "tuple[Node | None, tuple[Problem, ...]]":
    """Read one document; None where it cannot be read on. Problems come in their order."""
    reader = _Reader(file, text)
    return reader.read(), tuple(reader.problems)


@dataclass(slots=True)
class Node:
    """A scalar, list or mapping, with its place; children of a mapping by written key."""

    place: Place
    scalar: str | None = None
    items: "list[Node] | None" = None
    pairs: "dict[str, tuple[Node, Node]] | None" = None
    _names: "dict[str, Place]" = field(default_factory=dict)

    def places(self, path: Path = ()) -> Iterator[tuple[Path, Place]]:
        """Yield the place of every key and list item, by English path."""
        yield path, self.place
        for key, (key_node, value) in (self.pairs or {}).items():
            inner = (*path, english(KEYS, key))
            yield (*inner, "key"), key_node.place
            yield from value.places(inner)
        for number, item in enumerate(self.items or ()):
            yield from item.places((*path, number))

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

    def read(self) -> Node | None:
        """Give the root of the one document, or None with the problem that stopped it."""
        if len(self.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            self._say(
                "file-too-large", Place(self.file, 1, 1), limit=MAX_BYTES, what=say(N_("bytes"))
            )
            return None
        try:
            self._take_all()
        except yaml.YAMLError as error:
            self._say_yaml(error)
            return None
        except _Stop:
            return None
        return self._root or Node(Place(self.file, 1, 1), "")

    def _take_all(self) -> None:
        documents = 0
        for count, event in enumerate(yaml.parse(self.text, Loader=_Loader)):
            if count > MAX_NODES:
                self._stop("file-too-large", event, limit=MAX_NODES, what=say(N_("values")))
            match event:
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
                case yaml.ScalarEvent():
                    self._scalar(event)

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
            self._stop(
                "unreadable-yaml", event, detail=say(N_("a list or mapping cannot be a key"))
            )
        self._stack[-1] = (parent, node)

    def _take_value(self, parent: Node, key: Node, node: Node) -> None:
        assert parent.pairs is not None
        self._stack[-1] = (parent, None)
        written = key.scalar or ""
        name = english(KEYS, written)
        if name in parent._names:
            self._say("duplicate-key", key.place, (parent._names[name],), key=written)
        elif node.scalar is None and node.items is None and node.pairs is None:
            self._mend_empty(parent, key)
        else:
            parent._names[name] = key.place
            parent.pairs[written] = (key, node)

    def _mend_empty(self, parent: Node, key: Node) -> None:
        """Say a key without a value, and read on as if it had been written well."""
        written = key.scalar or ""
        head, colon, tail = written.partition(":")
        assert parent.pairs is not None
        if parent.pairs and (cut := _cut(parent.pairs, written)) is not None:
            self._say("formula-cut-short", key.place, text=written)
            cut.scalar = f"{cut.scalar}, {written}"
        elif colon and tail:
            self._say("no-space-after-colon", key.place, text=written, fixed=f"{head}: {tail}")
            parent.pairs[head] = (Node(key.place, head), Node(key.place, tail))
        else:
            self._say("value-missing", key.place, key=written)
            parent.pairs[written] = (key, Node(key.place, UNKNOWN.value))

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
            place = node.place.shifted(len(head), 1)
            self._stop_at("full-width-mark", place, mark="：", fixed=":")

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Place(self.file, start.line + 1, start.column + 1, max(width, 1))

    def _say(
        self, fault: str, place: Place, related: tuple[Place, ...] = (), **values: object
    ) -> None:
        texts = {k: v if isinstance(v, Message) else str(v) for k, v in values.items()}
        self.problems.append(Problem(FAULTS[fault], place, texts, related))

    def _say_yaml(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        detail = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "broken")
        rows = self.text.splitlines()
        for near in (line, line - 1):  # YAML notices a lost colon one line late
            row = rows[near - 1] if 0 < near <= len(rows) else ""
            for wrong, fixed in (("：", ":"), ("，", ",")):
                if wrong in row:
                    place = Place(self.file, near, row.index(wrong) + 1)
                    self._say("full-width-mark", place, mark=wrong, fixed=fixed)
                    return
        self._say("unreadable-yaml", Place(self.file, line, column), detail=detail)

    def _stop(self, fault: str, event: Any, **values: object) -> None:
        self._stop_at(fault, self._place(event), **values)

    def _stop_at(self, fault: str, place: Place, **values: object) -> None:
        self._say(fault, place, (), **values)
        raise _Stop


def _cut(pairs: "dict[str, tuple[Node, Node]]", written: str) -> Node | None:
    """The value before a comma that left its bracket open, if `written` closes it."""
    _, last = pairs[next(reversed(pairs))]
    text = last.scalar or ""
    opened = text.count("(") - text.count(")")
    return last if opened > 0 and written.count(")") - written.count("(") >= opened else None


class _Stop(Exception):
    """The file cannot be read on; the problem has been said."""

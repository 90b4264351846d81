"""YAML text -> SchemeFile, or every problem of it at once.

Keeps the place of each node, leaves all scalars text, and asks the model. A bad
value is treated as `unknown` for the rest of the run, so that one mistake does not
hide another. Refuses anchors, tags, deep nesting and oversized files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path as FilePath
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .faults import FAULTS
from .model import FORMS, Path, Scheme, SchemeFile
from .problem import Place, Problem, SchemeError
from .terms import UNKNOWN
from .vocabulary import KEYS, english

MAX_BYTES = 4_000_000
MAX_NODES = 200_000
MAX_DEPTH = 40

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_scheme(source: str | FilePath, *, text: str | None = None) -> SchemeFile:
    """Load one dated version of a scheme from a YAML file.

    `text` stands for the file's content, then `source` only names it. SchemeError
    carries all that does not fit the language (codes L…), sorted by place; what the
    words mean together is checked by `compile_plan` (codes M…).
    """
    loaded, problems = read_scheme(source, text=text)
    if problems or loaded is None:
        raise SchemeError(problems)
    return loaded


def read_scheme(
    source: str | FilePath, *, text: str | None = None
) -> tuple[SchemeFile | None, tuple[Problem, ...]]:
    """Load as much of a scheme as can be had: the sound part, and every problem.

    The part is None where nothing sound is left. OSError if the file cannot be opened.
    """
    file = str(source)
    if text is None:
        try:
            text = FilePath(source).read_bytes()[: MAX_BYTES + 1].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            fault = FAULTS["unreadable-yaml"]
            return None, (Problem(fault, Place(file, 1, 1), {"detail": str(error.reason)}),)
    reader = _Reader(file, text)
    tree = reader.read()
    if tree is None:
        return None, tuple(reader.problems)
    places = dict(_places(tree, ()))
    scheme, faults = _validate(tree, places)
    problems = sorted((*reader.problems, *faults), key=lambda problem: problem.sort_key)
    if scheme is None:
        return None, tuple(problems)
    return SchemeFile(scheme, places, file, text), tuple(problems)


# --- YAML events -> a tree that knows its places ----------------------------------------------


@dataclass(slots=True)
class _Node:
    """A scalar, list or mapping, with its place; children of a mapping by written key."""

    place: Place
    scalar: str | None = None
    items: "list[_Node] | None" = None
    pairs: "dict[str, tuple[_Node, _Node]] | None" = None

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
    _stack: "list[tuple[_Node, _Node | None]]" = field(default_factory=list)
    _root: _Node | None = None

    def read(self) -> _Node | None:
        """Give the root of the one document, or None with the problem that stopped it."""
        if len(self.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            self._say("file-too-large", Place(self.file, 1, 1), limit=MAX_BYTES, what="bytes")
            return None
        try:
            self._take_all()
        except yaml.YAMLError as error:
            self._say_yaml(error)
            return None
        except _Stop:
            return None
        if self._root is None or self._root.pairs is None:
            self._say("not-a-scheme", Place(self.file, 1, 1))
            return None
        return self._root

    def _take_all(self) -> None:
        documents = 0
        for count, event in enumerate(yaml.parse(self.text, Loader=_Loader)):
            if count > MAX_NODES:
                self._stop("file-too-large", event, limit=MAX_NODES, what="values")
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
        node = _Node(self._place(event))
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
        node = _Node(self._place(event), None if empty else event.value)
        if plain and not empty:
            self._refuse_slips(node)
        self._attach(node, event)

    def _attach(self, node: _Node, event: Any) -> None:
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

    def _take_key(self, parent: _Node, node: _Node, event: Any) -> None:
        if node.items is not None or node.pairs is not None:
            self._stop("unreadable-yaml", event, detail="a list or mapping cannot be a key")
        self._stack[-1] = (parent, node)

    def _take_value(self, parent: _Node, key: _Node, node: _Node) -> None:
        assert parent.pairs is not None
        self._stack[-1] = (parent, None)
        written = key.scalar or ""
        twin = next((k for k in parent.pairs if english(KEYS, k) == english(KEYS, written)), None)
        if twin is not None:
            first = parent.pairs[twin][0].place
            self._say("duplicate-key", key.place, (first,), key=written)
        elif node.scalar is None and node.items is None and node.pairs is None:
            self._say_empty(key)
        else:
            parent.pairs[written] = (key, node)

    def _say_empty(self, key: _Node) -> None:
        written = key.scalar or ""
        head, colon, tail = written.partition(":")
        if (colon and english(KEYS, head) in KEYS) or (colon and tail):
            fixed = f"{head}: {tail}"
            self._say("no-space-after-colon", key.place, text=written, fixed=fixed)
        else:
            self._say("value-missing", key.place, key=written)

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor:
            self._stop("alias-used", event)
        if event.tag is not None and event.tag != "!":
            self._stop("tag-used", event, tag=event.tag)

    def _refuse_slips(self, node: _Node) -> None:
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
        texts = {key: str(value) for key, value in values.items()}
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
        self._stop_at(fault, self._place(event), **{k: str(v) for k, v in values.items()})

    def _stop_at(self, fault: str, place: Place, **values: str) -> None:
        self._say(fault, place, (), **values)
        raise _Stop


class _Stop(Exception):
    """The file cannot be read on; the problem has been said."""


def _places(node: _Node, path: Path) -> Iterator[tuple[Path, Place]]:
    """Yield the place of every key and list item, by English path."""
    yield path, node.place
    if node.pairs is not None:
        for key, (key_node, value) in node.pairs.items():
            inner = (*path, english(KEYS, key))
            yield (*inner, "key"), key_node.place
            yield from _places(value, inner)
    elif node.items is not None:
        for number, item in enumerate(node.items):
            yield from _places(item, (*path, number))


# --- the tree -> the model ----------------------------------------------------------------------


def _validate(
    tree: _Node, places: Mapping[Path, Place]
) -> tuple[Scheme | None, tuple[Problem, ...]]:
    """Validate until the rest is sound: each round mends what the last one complained of."""
    data = tree.plain()
    problems: list[Problem] = []
    mended: set[Path] = set()
    for _ in range(12):
        try:
            return Scheme.model_validate(data), tuple(problems)
        except ValidationError as error:
            details = error.errors(include_url=False)
        before = len(mended)
        for detail in details:
            path, missing = _document_path(data, detail)
            if not _follows(path, missing, mended):
                problems.append(_problem(detail, path, missing, places, data))
            _mend(data, detail, path, missing, mended)
        if len(mended) == before:
            break
    return None, tuple(problems)


def _follows(path: Path, missing: str | None, mended: set[Path]) -> bool:
    """Whether a complaint only follows from something mended in an earlier round."""
    if missing is not None:
        return (*path, missing) in mended
    return any(path[: len(old)] == old or old[: len(path)] == path for old in mended)


def _document_path(data: object, detail: ErrorDetails) -> tuple[Path, str | None]:
    """Map pydantic's location to keys of the document; the second is a missing key."""
    path: list[str | int] = []
    node = data
    for part in detail["loc"]:
        step = _child(node, part)
        if step is not None:
            path.append(step)
            node = node[step]  # type: ignore[index]  # _child found it there
        elif part == "[key]":
            break
    missing = str(detail["loc"][-1]) if detail["type"] == "missing" else None
    return tuple(path), missing


def _child(node: object, part: str | int) -> str | int | None:
    """Find the written key that a location part names."""
    if isinstance(node, dict):
        return next((key for key in node if key == part or english(KEYS, str(key)) == part), None)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return part
    return None


def _english_path(path: Path) -> Path:
    return tuple(english(KEYS, part) if isinstance(part, str) else part for part in path)


def _mend(
    data: object, detail: ErrorDetails, path: Path, missing: str | None, mended: set[Path]
) -> None:
    """Take a fault out of the data, so that the rest can be looked at."""
    node = _at(data, path)
    if missing is not None and isinstance(node, dict):
        node[missing] = _STAND_INS.get(missing, "unknown")
        mended.add((*path, missing))
        return
    while path:
        parent, last = _at(data, path[:-1]), path[-1]
        if isinstance(parent, dict):
            refused = detail["type"] == "extra_forbidden" or path in mended
            if refused:
                parent.pop(last)
            else:
                parent[str(last)] = _STAND_INS.get(english(KEYS, str(last)), "unknown")
            mended.add((*path, "gone") if refused else path)
            return
        stand_in = _ITEMS.get(english(KEYS, str(path[-2]))) if len(path) > 1 else None
        if isinstance(parent, list) and stand_in is not None and path not in mended:
            parent[int(last)] = {**stand_in, **_identity(parent[int(last)], last)}
            mended.add(path)
            return
        path = path[:-1]


def _identity(item: object, number: str | int) -> dict[str, object]:
    """Keep what names a broken item, so that others may still refer to it."""
    kept = {}
    if isinstance(item, dict):
        kept = {k: v for k, v in item.items() if english(KEYS, k) in ("id", "name", "step")}
    return kept or {"name": f"?{number}"}


_STAND_INS = {"effective_from": "2000-01-01", "period": "year", "formula": "0"}
_ITEMS: Mapping[str, dict[str, object]] = {
    "indicators": {"points": "unknown"},
    "categories": {},
    "tiers": {},
    "levels": {},
    "ledgers": {},
    "rewards": {"gives": "unknown"},
}


def _at(data: object, path: Path) -> object:
    for part in path:
        data = data[part]  # type: ignore[index]  # the path was found in this data
    return data


def _problem(
    detail: ErrorDetails,
    path: Path,
    missing: str | None,
    places: Mapping[Path, Place],
    data: object,
) -> Problem:
    """Say a validation error in the words of the language."""
    kind = detail["type"]
    clean = _english_path(path)
    values: dict[str, str] = {k: str(v) for k, v in (detail.get("ctx") or {}).items()}
    at_key = False
    if kind == "missing":
        name = {"for_": "for"}.get(missing or "", missing or "")
        fault, values = "missing-key", {"what": _what(clean, data, path), "key": name}
        at_key = True
    elif kind == "extra_forbidden":
        fault, values = _extra(path, data)
        at_key = True
    elif kind == "union_tag_not_found" or kind == "union_tag_invalid":
        effect = "then" in clean[-2:]
        fault = "no-consequence" if effect else "points-without-form"
        values = {"forms": ", ".join(FORMS)}
    elif kind in FAULTS:
        fault = kind
        values.setdefault("key", str(path[-1]) if path else "")
        values.setdefault("hint", _hint(values.get("text", ""), values.get("choices", "")))
        if kind == "not-a-window" and "text" in values:
            values["hint"] = ""
    else:
        fault = "wrong-shape"
        values = {
            "key": str(path[-1]) if path else "scheme",
            "wanted": _wanted(kind),
            "found": _found(detail["input"]),
        }
    place = _look_up(places, clean, at_key)
    return Problem(FAULTS[fault], place, values)


def _look_up(places: Mapping[Path, Place], path: Path, at_key: bool) -> Place:
    if at_key and (*path, "key") in places:
        return places[(*path, "key")]
    for length in range(len(path), -1, -1):
        if path[:length] in places:
            return places[path[:length]]
    return Place("", 1, 1)


def _extra(path: Path, data: object) -> tuple[str, dict[str, str]]:
    """Tell a second form and a near miss from a key that is simply not known."""
    key = str(path[-1]) if path else ""
    siblings = _at(data, path[:-1]) if path else {}
    if english(KEYS, key) in FORMS and isinstance(siblings, dict):
        keys = [english(KEYS, str(other)) for other in siblings]
        form = next((form for form in FORMS if form in keys and form != english(KEYS, key)), None)
        if form is not None:
            return "second-form", {"key": key, "form": form}
    near = get_close_matches(key, _known_keys(), 1, 0.6)
    if english(KEYS, key) in KEYS:
        hint = f"'{key}' is a word of the language, but it cannot stand here"
    elif near:
        hint = f"did you mean '{near[0]}'?"
    else:
        hint = "take it out, or look the key up in the language page"
    return "unknown-key", {"key": key, "hint": hint}


@cache
def _known_keys() -> tuple[str, ...]:
    return (*KEYS, *KEYS.values())


def _hint(text: str, choices: str) -> str:
    words = choices.split(", ") if choices else []
    near = get_close_matches(text, words, 1, 0.5)
    return f"did you mean '{near[0]}'?" if near else f"write one of: {choices}"


def _what(clean: Path, data: object, path: Path) -> str:
    """Name the thing that lacks a key: its id or name where it has one."""
    node = _at(data, path)
    if isinstance(node, dict):
        for key in ("id", "编号", "name", "名称"):
            if key in node:
                return f"'{node[key]}'"
    kinds = {"indicators": "the indicator", "categories": "the category", "tiers": "the ladder",
             "levels": "the level", "caps": "the cap", "ledgers": "the ledger",
             "rewards": "the reward", "process": "the step"}  # fmt: skip
    named = [kinds[part] for part in clean if isinstance(part, str) and part in kinds]
    return named[-1] if named else "the scheme"


def _wanted(kind: str) -> str:
    if kind in ("tuple_type", "list_type"):
        return "a list"
    if kind in ("model_type", "model_attributes_type", "dict_type", "mapping_type"):
        return "a mapping"
    if kind in ("too_short", "missing_argument"):
        return "at least one entry"
    if kind == "too_long":
        return "only one entry"
    return "another kind of value"


def _found(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return f"'{value}'"


def unknown_places(file: SchemeFile) -> Iterator[tuple[str, Place]]:
    """Yield the key and place of every value that the author left `unknown`."""
    yield from _unknowns(file.scheme, (), file)


def _unknowns(value: object, path: Path, file: SchemeFile) -> Iterator[tuple[str, Place]]:
    if value is UNKNOWN or getattr(value, "number", None) is UNKNOWN:
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        yield name, file.place(path)
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _unknowns(getattr(value, name), (*path, info.alias or name), file)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _unknowns(item, (*path, number), file)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unknowns(item, (*path, str(key)), file)

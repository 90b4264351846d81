"""A scheme -> its canonical text: order, layout and quotes of one kind, in either language.

Takes the text a scheme was read from, for it has the comments; asks the model what each word is,
so that only what is the language's own is written in the other language. Touches no file.
"""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from ..core.vocabulary import KEYS, Language, english
from ..syntax.layout import Document, TextBranch, TextEntry, TextLeaf, read_layout
from ..syntax.layout_writer import write_layout
from ..syntax.spelling import respell, respell_unknown
from .model import SchemeFile
from .model.grammar import ANYTHING, Shape, fields_of, keys_of, likely_part, shape_at
from .model.parts import Named
from .model.scheme import Fields, Scheme

_HEADING = ("scheme", "extends", "name", "effective_from", "illustrative", "basis")
"""What a scheme says of itself before anything else; in any other mapping `basis` comes last."""
_ORDER = {key: number for number, key in enumerate(KEYS)}
_LISTS = frozenset({"categories", "indicators", "ledgers", "tiers", "rules", "rewards"})
"""Keys whose items each begin a line."""


def dump_scheme(file: SchemeFile, lang: Language | None = None) -> str:
    """Write the text of a loaded scheme canonically, its comments kept.

    In English or Chinese where `lang` says so, else each word as it was written. Loading it again
    gives an equal scheme (in another language, one that means the same). Of a scheme that extends
    another, only its own text.

    >>> from jifen_rules import dump_scheme, load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> dump_scheme(scheme, "zh").splitlines()[0]
    '方案: demo'
    >>> load_scheme("demo.yaml", text=dump_scheme(scheme)).scheme == scheme.scheme
    True
    """
    return format_text(file.texts[file.file], lang)


def format_text(text: str, lang: Language | None = None) -> str:
    """Write the text of a scheme canonically; `read_tree` must have read it without a stop.

    Keys that are not known come last in their mapping, as they are.
    """
    document = read_layout(text.replace("\r\n", "\n").replace("\r", "\n"))
    own = frozenset(_own_names(document.root, Shape(parts=(Scheme,)), True))
    _format(document.root, Shape(parts=(Scheme,)), lang, own)
    _lay_out(document)
    return write_layout(document)


# --- whose words -----------------------------------------------------------------------------


def _own_names(node: TextBranch | TextLeaf, shape: Shape, top: bool = False) -> Iterator[str]:
    """Return the names of a scheme: ids, names where there is no id, fields, words of fields."""
    if isinstance(node, TextLeaf):
        return
    part = likely_part(shape, _keys(node)) if node.is_map else None
    if part is Fields:
        yield from _field_names(node)
        return
    said = {english(KEYS, e.key or ""): e.value for e in node.entries} if part else {}
    if part is not None and issubclass(part, Named):
        found = said.get("id") or said.get("name")
        if isinstance(found, TextLeaf) and found.text:
            yield found.text.strip()
    for entry in node.entries:
        yield from _own_names(entry.value, _inner(part, entry, shape))


def _field_names(node: TextBranch) -> Iterator[str]:
    for side in node.entries:
        fields = side.value.entries if isinstance(side.value, TextBranch) else []
        for entry in fields:
            if respell("column", entry.key or "", "en") != "class":
                yield (entry.key or "").strip()
            kind = entry.value
            if isinstance(kind, TextBranch) and kind.is_map:
                kind = next(
                    (e.value for e in kind.entries if english(KEYS, e.key or "") == "type"), kind
                )
            listed = kind.entries if isinstance(kind, TextBranch) and not kind.is_map else []
            yield from (
                e.value.text.strip()
                for e in listed
                if isinstance(e.value, TextLeaf) and e.value.text
            )


def _keys(node: TextBranch) -> list[str]:
    return [entry.key or "" for entry in node.entries]


def _inner(part: type[BaseModel] | None, entry: TextEntry, shape: Shape) -> Shape:
    """Return what the value of an entry may be."""
    if part is not None:
        return shape_at(part, english(keys_of(part), entry.key or ""))
    inner = shape.item if entry.key is None else shape.value
    return inner or ANYTHING


# --- order and words -------------------------------------------------------------------------


def _format(node: TextBranch, shape: Shape, lang: Language | None, own: frozenset[str]) -> None:
    """Put a branch in order and in a language, and all that is in it."""
    part = likely_part(shape, _keys(node)) if node.is_map else None
    for entry in node.entries:
        inner = _inner(part, entry, shape)
        if isinstance(entry.value, TextBranch):
            _format(entry.value, inner, lang, own)
        elif lang is not None and entry.value.text is not None:
            entry.value.text = _spelled(entry.value.text, inner, lang, own)
    if part is not None:
        node.entries.sort(key=lambda entry: _rank(part, entry.key or ""))
    if lang is not None:
        for entry in node.entries:
            entry.key = entry.key and _spelled_key(entry.key, part, shape, lang, own)


def _rank(part: type[BaseModel], key: str) -> int:
    name = english(keys_of(part), key)
    if name not in fields_of(part):
        return 2 * len(_ORDER)
    if part is Fields:
        return list(fields_of(part)).index(name)
    if part is Scheme and name in _HEADING:
        return _HEADING.index(name) - len(_HEADING)
    return _ORDER[name]


def _spelled(text: str, shape: Shape, lang: Language, own: frozenset[str]) -> str:
    """Return a scalar in a language, by what it is here."""
    unknown = respell_unknown(text, lang)
    if unknown is not None and (shape.unknown or shape.anything):
        return unknown
    if "text" in shape.scalars:
        return text
    for kind in ("key",) if shape.anything else shape.scalars:
        written = respell(kind, text, lang, own)
        if written != text:
            return written
    return text


def _spelled_key(
    key: str, part: type[BaseModel] | None, shape: Shape, lang: Language, own: frozenset[str]
) -> str:
    """Return a key in a language: one of the language's keys, or a word of a table."""
    if part is None:
        kinds = Shape(("key",)) if shape.anything else shape.key or Shape()
        return _spelled(key, kinds, lang, own)
    table: Mapping[str, str] = keys_of(part)
    name = english(table, key)
    if name not in fields_of(part) or name not in table:
        return key
    return name if lang == "en" else table[name]


# --- layout ----------------------------------------------------------------------------------


def _lay_out(document: Document) -> None:
    """Say what begins a line of its own: the scheme, its lists of items, and what holds such."""
    document.root.in_block = True
    for entry in document.root.entries:
        if english(KEYS, entry.key or "") == "process" and isinstance(entry.value, TextBranch):
            entry.value.in_block = not entry.value.is_map
    _lay_out_inside(document.root)


def _lay_out_inside(branch: TextBranch) -> None:
    for entry in branch.entries:
        value, key = entry.value, english(KEYS, entry.key or "")
        if not isinstance(value, TextBranch):
            continue
        listed = not value.is_map and any(isinstance(e.value, TextBranch) for e in value.entries)
        if listed and key in _LISTS:
            value.in_block = branch.in_block = True
        if listed and key == "levels":
            branch.in_block = True
        _lay_out_inside(value)
        branch.in_block = branch.in_block or (value.in_block and key in _LISTS)
        if entry.key is None:
            _raise_comments(entry, value)


def _raise_comments(item: TextEntry, value: TextBranch) -> None:
    """Comments around the first word of an item, where the dash stands, are about the item."""
    first = value.entries[0] if value.is_map and value.entries else None
    if first is None:
        return
    item.above += first.above if any(first.above) else []
    first.above = []
    if isinstance(first.value, TextLeaf) and first.beside:
        item.above += [item.beside] if item.beside else []
        item.beside, first.beside = first.beside, ""


# --- the same meaning ------------------------------------------------------------------------


def means_the_same(one: Scheme, two: Scheme) -> bool:
    """Whether two schemes differ in nothing but the language of the language's own words."""
    return in_english(one, ANYTHING) == in_english(two, ANYTHING)


def in_english(value: object, shape: Shape) -> object:
    """Return a value of the model with the language's words in English, to be compared."""
    if isinstance(value, BaseModel):
        part = type(value)
        return part, {
            key: in_english(inner, shape_at(part, key))
            for name, inner in value
            for key in (part.model_fields[name].alias or name,)
        }
    if isinstance(value, Mapping):
        key_shape = shape.key or (shape if shape.anything else Shape())
        inner = shape.value or (shape if shape.anything else Shape())
        return {in_english(k, key_shape): in_english(v, inner) for k, v in value.items()}
    if isinstance(value, tuple | list):
        inner = shape.item or (shape if shape.anything else Shape())
        return tuple(in_english(item, inner) for item in value)
    return _spelled(value, shape, "en", frozenset()) if isinstance(value, str) else value

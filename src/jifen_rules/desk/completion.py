"""What may be written at a place of a draft: the keys of its part, or the words of its value.

Reads the lines before the place for where it stands, without a parser, since a draft is seldom
whole while somebody types; what may stand there says the model.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..core.vocabulary import KEYS, WORDS, english
from ..report.render.language import Language, translate
from ..scheme.model import Scheme
from ..scheme.model.grammar import Shape, description_of, fields_of, keys_of, likely_part, shape_at
from ..syntax.spelling import choices

_KEY: Final = re.compile(r"[\"']?([^\s\"'{}\[\],:#-][^\"'{}\[\],:#]*?)[\"']?[ \t]*[:：](?=\s|$)")
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")


@dataclass(slots=True)
class _Mapping:
    """A mapping that is open at a place: its column (-1 in braces), its keys, the last one open."""

    column: int
    keys: list[str] = field(default_factory=list)
    is_open: bool = False
    """Whether a value is being written for the last key."""


def completions(text: str, at: int, language: Language) -> list[dict[str, str]]:
    """Return what may be written at a place: the word, its other spelling, what it means.

    >>> from jifen_rules.desk.completion import completions
    >>> text = "方案: demo\\n下限: 无\\n周"
    >>> options = completions(text, len(text), "zh")
    >>> [option["word"] for option in options if option["word"] == "考核周期"]
    ['考核周期']
    """
    opened = _opened(text[:at])
    spelled: Language = "zh" if re.search(r"(?m)^\s*(?:方案|名称|生效日期)\s*[:：]", text) else "en"
    shape = Shape(parts=(Scheme,))
    *around, last = opened
    for one in around:
        if one.keys:  # a list, or a dash before a brace, stands for what is inside it
            shape = _below(shape, one.keys, one.keys[-1])
    if last.is_open:
        return [*_words(_below(shape, last.keys, last.keys[-1]), spelled)]
    return [*_keys(shape, last.keys, spelled, language)]


def _below(shape: Shape, keys: Sequence[str], key: str) -> Shape:
    """Return what the value of a key holds, in a mapping that has some keys."""
    while shape.item is not None and not shape.parts:
        shape = shape.item
    held = shape.joined(shape.item) if shape.item is not None else shape
    part = likely_part(held, keys)
    if part is not None:
        name = english(keys_of(part), key)
        return shape_at(part, name) if name in fields_of(part) else Shape()
    return held.value or Shape()


def _keys(
    shape: Shape, written: Iterable[str], spelled: Language, language: Language
) -> Iterator[dict[str, str]]:
    """Yield the keys of the part that the written ones mean, without these."""
    while shape.item is not None and not shape.parts:
        shape = shape.item
    there = {english(KEYS, key) for key in written}
    held = shape.joined(shape.item) if shape.item is not None else shape
    likely = likely_part(held, there) if there else None
    seen = set(there)
    for part in (likely,) if likely is not None else held.parts:
        for key, info in fields_of(part).items():
            if key not in seen:
                seen.add(key)
                other = keys_of(part).get(key, key)
                word, title = (other, key) if spelled == "zh" else (key, other)
                about = translate(description_of(info), language)
                yield {"word": word, "title": title, "about": about, "kind": "key"}


def _words(shape: Shape, spelled: Language) -> Iterator[dict[str, str]]:
    """Yield the fixed words that a value may be."""
    kinds = (*shape.scalars, *(shape.item.scalars if shape.item is not None else ()))
    found = [word for kind in kinds for word in choices(kind, spelled)]
    if shape.unknown:
        found.append(WORDS["unknown"] if spelled == "zh" else "unknown")
    for word in dict.fromkeys(found):
        yield {"word": word, "title": "", "about": "", "kind": "word"}


# --- where a place stands -------------------------------------------------------------------------


def _opened(text: str) -> list[_Mapping]:
    """Return the mappings that are open at the end of a text, the outermost first; never none."""
    found: list[_Mapping] = []
    for line in text.split("\n"):
        line = _COMMENT.sub("", line)
        at = 0
        if not any(one.column < 0 for one in found):
            at = _block(line, found, is_last=False)
        _flow(line, at, found)
    last = text.rsplit("\n", 1)[-1]
    if not any(one.column < 0 for one in found) and not _KEY.search(last):
        _block(last, found, is_last=True)
    return found or [_Mapping(0)]


def _block(line: str, found: list[_Mapping], *, is_last: bool) -> int:
    """Take in the dashes and the key that a line begins with; return where its value begins."""
    body = line.lstrip(" ")
    column = len(line) - len(body)
    if not body and not is_last:
        return len(line)
    while body[:2] in ("- ", "-"):
        _close(found, column + 1)
        rest = body[1:].lstrip(" ")
        column += len(body) - len(rest)
        body = rest
        found.append(_Mapping(column))
        if not body:
            return len(line)
    match = _KEY.match(body)
    if match is None and not is_last:
        return column
    _close(found, column + 1)
    if not found or found[-1].column < column:
        found.append(_Mapping(column))
    if match is None:
        found[-1].is_open = False
        return column
    found[-1].keys.append(match[1])
    found[-1].is_open = True
    return column + match.end()


def _close(found: list[_Mapping], column: int) -> None:
    """End the mappings that stand at a column or further right."""
    while found and found[-1].column >= column:
        found.pop()


def _flow(line: str, at: int, found: list[_Mapping]) -> None:
    """Take in braces, and keys inside them."""
    while at < len(line):
        sign, inside = line[at], bool(found) and found[-1].column < 0
        match = _KEY.match(line, at) if inside and not found[-1].is_open else None
        if match is not None:
            found[-1].keys.append(match[1])
            found[-1].is_open = True
            at = match.end()
            continue
        if sign in "{[":
            found.append(_Mapping(-1))
        elif sign in "}]" and inside:
            found.pop()
        elif sign == "," and inside:
            found[-1].is_open = False
        at += 1

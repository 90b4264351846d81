"""A scheme with single values changed in place: what if this were 6, not 5?

The text of the file is changed at the very word, so that every place in it stays where it was.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate

import yaml

from ..core.vocabulary import KEYS, english
from ..scheme.load import load_scheme
from ..scheme.model import Path, SchemeFile
from ..syntax.unreadable import LOADER
from . import find_ids


def change_scheme(file: SchemeFile, changes: Mapping[str, str]) -> SchemeFile:
    """Change values: `{"help.points": "6", "star.好.at_least": "120", "period": "quarter"}`.

    A name is a key of the scheme, or an id and the keys below it; list items go by number, levels
    by name. ValueError names what is not there; SchemeError if the scheme does not hold together.
    """
    text = file.texts[file.file]
    ends = dict(_ends(yaml.compose(text, Loader=LOADER)))
    lines = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
    edits = []
    for name, value in changes.items():
        line, column, width = _place(file, name)
        start = lines[line - 1] + column - 1
        last = ends.get((line, column))
        end = start + width if last is None else lines[last[0] - 1] + last[1] - 1
        edits.append((start, start + len(text[start:end].rstrip()), value))
    for start, end, value in sorted(edits, reverse=True):
        text = text[:start] + value + text[end:]
    return load_scheme(file.file, text=text)


def _ends(node: yaml.Node | None) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where each list and mapping begins and ends: line and column, counted from 1."""
    if isinstance(node, yaml.CollectionNode):
        one, two = node.start_mark, node.end_mark
        yield (one.line + 1, one.column + 1), (two.line + 1, two.column + 1)
        for item in node.value:
            for part in item if isinstance(item, tuple) else (item,):
                yield from _ends(part)


def _place(file: SchemeFile, name: str) -> tuple[int, int, int]:
    first, *rest = name.split(".")
    ids = find_ids(file)
    path: Path = ids[first] if first in ids and rest else (english(KEYS, first),)
    for word in rest:
        path = _step(file, path, word)
    place = file.places.get(path)
    if place is None or place.file != file.file:
        raise ValueError(f"the scheme has no value '{name}'")
    return place.line, place.column, place.width


def _step(file: SchemeFile, path: Path, word: str) -> Path:
    if word.isdigit() and (*path, int(word)) in file.places:
        return (*path, int(word))
    if path[:1] == ("tiers",) and len(path) == 2 and isinstance(path[1], int):
        levels = file.scheme.tiers[path[1]].levels
        for number, level in enumerate(levels):
            if word in (level.key, level.label):
                return (*path, "levels", number)
    key = english(KEYS, word)
    return (*path, key if (*path, key) in file.places else word)

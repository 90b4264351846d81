"""A scheme with single values changed in place: what if this were 6, not 5?

The text of the file is changed at the very word, so that every place in it stays where it was.
"""

from collections.abc import Mapping

from .compile import find_ids
from .load import load_scheme
from .model import Path, SchemeFile
from .vocabulary import KEYS, english


def change_scheme(file: SchemeFile, changes: Mapping[str, str]) -> SchemeFile:
    """Change values: `{"help.points": "6", "star.好.at_least": "120", "period": "quarter"}`.

    A name is a key of the scheme, or an id and the keys below it; list items go by number, levels
    by name. ValueError names what is not there; SchemeError if the scheme does not hold together.
    """
    text = file.texts[file.file]
    edits = sorted((_place(file, name), str(value)) for name, value in changes.items())
    lines = text.splitlines(keepends=True)
    for (line, column, width), value in reversed(edits):
        row = lines[line - 1]
        lines[line - 1] = row[: column - 1] + value + row[column - 1 + width :]
    return load_scheme(file.file, text="".join(lines))


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

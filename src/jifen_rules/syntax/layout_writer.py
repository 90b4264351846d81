"""A tree of YAML with its comments -> canonical text: one way to write one tree.

Knows keys only as words that must not be taken for slips.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..core.vocabulary import KEYS, english
from .layout import Document, TextBranch, TextEntry, TextLeaf

WIDTH: Final = 100
"""Columns of a line, Chinese characters counting two; what is longer is written in block style."""


def write_layout(document: Document) -> str:
    """Write a document: one way for one tree, whichever way it was written before."""
    lines = [_Line(text) for text in document.head]
    if document.head:
        lines.append(_Line(""))
    lines += _block(document.root, 0)
    return "\n".join(_aligned(lines)) + "\n"


@dataclass(slots=True)
class _Line:
    text: str
    beside: str = ""


def _block(branch: TextBranch, indent: int) -> Iterator[_Line]:
    pad = " " * indent
    for number, entry in enumerate(branch.entries):
        above = entry.above
        while number == 0 and above and not above[0]:
            above = above[1:]
        yield from (_Line(f"{pad}{text}" if text else "") for text in above)
        yield from _entry(entry, indent)
    yield from (_Line(f"{pad}{text}" if text else "") for text in branch.tail)


def _entry(entry: TextEntry, indent: int) -> Iterator[_Line]:
    pad = " " * indent
    head = "- " if entry.key is None else f"{_scalar(entry.key, flow=False, key=True)}: "
    if isinstance(entry.value, TextLeaf):
        first, *rest = _leaf(entry.value, indent + 2, entry.key is None)
        yield _Line(f"{pad}{head}{first}".rstrip(), entry.beside)
        yield from (_Line(line) for line in rest)
        return
    line = _on_one_line(entry.value)
    if line is not None and not entry.value.in_block and width(f"{pad}{head}{line}") <= WIDTH:
        yield _Line(f"{pad}{head}{line}", entry.beside)
        return
    inner = _block(entry.value, indent + 2)
    if entry.key is not None:
        yield _Line(f"{pad}{head}".rstrip(), entry.beside)
        yield from inner
        return
    yield from _item(list(inner), entry.beside, indent)


def _item(lines: list[_Line], beside: str, indent: int) -> Iterator[_Line]:
    """Return the lines of a branch as an item of a list: its first entry stands behind the dash."""
    pad = " " * indent
    first = next(n for n, line in enumerate(lines) if line.text.strip()[:1] not in ("", "#"))
    yield from (_Line(f"{pad}{line.text.strip()}".rstrip()) for line in lines[:first])
    row = lines[first]
    if beside and row.beside:
        yield _Line(f"{pad}{beside}")
    yield _Line(f"{pad}- {row.text[indent + 2 :]}", row.beside or beside)
    yield from lines[first + 1 :]


def _on_one_line(branch: TextBranch) -> str | None:
    """Return a branch in brackets; None where it holds comments, or what takes more than a line."""
    if branch.tail or branch.in_block:
        return None
    parts = []
    for entry in branch.entries:
        value = entry.value
        if any(entry.above) or entry.beside:
            return None
        if isinstance(value, TextBranch):
            text = _on_one_line(value)
        else:
            text = (
                _scalar(value.text, flow=True, item=entry.key is None)
                if value.text is not None
                else None
            )
        if text is None:
            return None
        key = "" if entry.key is None else f"{_scalar(entry.key, flow=True, key=True)}: "
        parts.append(f"{key}{text}")
    inside = ", ".join(parts)
    return f"{{{inside}}}" if branch.is_map else f"[{inside}]"


def _leaf(leaf: TextLeaf, indent: int, item: bool) -> list[str]:
    """Return a scalar in block style: on its line, or as a block of lines where it has several."""
    text = leaf.text
    if text is None:
        return [""]
    lines = text.rstrip("\n").split("\n")
    regular = all(line == line.rstrip() and not line[:1].isspace() for line in lines)
    if "\n" in text.rstrip("\n") and regular and _PRINTABLE.fullmatch(text) and lines[0]:
        ends = len(text) - len(text.rstrip("\n"))
        if ends < 2:
            pad = " " * indent
            return ["|" if ends else "|-", *(f"{pad}{line}" if line else "" for line in lines)]
    return [_scalar(text, flow=False, item=item)]


_PRINTABLE = re.compile(
    r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]*"
)
_SPECIAL = re.compile(r"[-?:](?!\S)|~\Z|null\Z|Null\Z|NULL\Z|[,\[\]{}#&*!|>'\"%@`]|---|\.\.\.")


def _scalar(text: str, *, flow: bool, key: bool = False, item: bool = False) -> str:
    """Return a scalar without quotes where YAML reads it so, else in quotes."""
    plain = (
        bool(text)
        and text == text.strip()
        and "\n" not in text
        and "\t" not in text
        and bool(_PRINTABLE.fullmatch(text))
        and not _SPECIAL.match(text)
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
    )
    if flow and (
        re.search(r"[,\[\]{}?]", text) or (re.match(r"[-?:]", text) and not _number(text))
    ):
        plain = False
    if flow and re.search(r":[,\[\]{}'\"]|[?:]$", text):
        plain = False
    head, mark, _ = text.partition("：")
    if (item or key) and mark and english(KEYS, head.strip()) in KEYS:
        plain = False  # a full-width colon after a key is taken for a slip
    if plain:
        return text
    if _PRINTABLE.fullmatch(text) and "\n" not in text:
        if not re.search(r'["\\]', text):
            return f'"{text}"'
        return "'" + text.replace("'", "''") + "'"
    return _escaped(text)


def _number(text: str) -> bool:
    return bool(re.fullmatch(r"-[\w.%][^:?]*", text))


def _escaped(text: str) -> str:
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    parts = []
    for sign in text:
        if sign in named:
            parts.append(named[sign])
        elif _PRINTABLE.fullmatch(sign):
            parts.append(sign)
        else:
            code = ord(sign)
            parts.append(f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
    return '"' + "".join(parts) + '"'


def width(text: str) -> int:
    """Columns that a text takes, wide characters counting two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _aligned(lines: list[_Line]) -> Iterator[str]:
    """Comments beside neighbouring lines begin in one column, where the lines leave room."""
    number = 0
    while number < len(lines):
        run = number
        while run < len(lines) and lines[run].beside:
            run += 1
        for line in lines[number:run]:
            column = max(width(one.text) for one in lines[number:run])
            room = column - width(line.text) if column <= WIDTH - 40 else 0
            yield f"{line.text}{' ' * room}  {line.beside}"
        if run == number:
            yield lines[number].text
            run += 1
        number = run

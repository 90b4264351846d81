"""JSON Lines -> blocks of rows; a line that is no object, or repeats a key, is refused alone."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, NoReturn

from ..core.problem import Place
from .parts import Block, Part, Row, Spoilt
from .reasons import DAMAGED, NOT_AN_OBJECT
from .texts import MAX_LINE, SURROGATE, is_damaged, looks_hurt, shown

MAX_DEPTH: Final = 40
"""A line nested deeper is no row: how deep a parser could go differs from one Python to another."""


def json_parts(name: str, texts: Iterable[str]) -> Iterator[Part]:
    """Yield the parts of a file of JSON Lines."""
    start = 1
    for text in texts:
        whole = text.rstrip()
        rows = _rows_at_once(whole) if len(text) <= MAX_LINE and not looks_hurt(whole) else None
        if rows is not None:
            yield Block(range(start, start + len(rows)), rows)
        else:
            yield from _json_lines(name, text, start)
        start += text.count("\n")


def _json_lines(name: str, text: str, start: int) -> Iterator[Part]:
    for number, line in enumerate(text.split("\n"), start):
        if not (line := line.strip()):
            continue
        row = _json_row(line)
        if isinstance(row, str):
            reason = DAMAGED if is_damaged(line) else NOT_AN_OBJECT
            yield Spoilt(shown(row), reason, Place(name, number, 1))
        else:
            yield Block((number,), [row])


def _rows_at_once(text: str) -> list[Row] | None:
    """Read lines as one list, or return None if single lines might be read differently.

    If there are as many objects as lines and as many `{`, and each line after the first begins
    with one, then every object has its own line, because a text contains no end of a line. If
    there are as many colons as keys, no key is repeated.
    """
    lines, listed = text.count("{"), text.replace("\n{", ",\n{")
    if not lines == text.count("\n") + 1 == len(listed) - len(text) + 1:
        return None
    if ("\\" in text and SURROGATE.search(text)) or _is_deep(text, text.count("[")):
        return None
    try:
        rows = _PLAIN.decode(f"[{listed}]")
        if len(rows) != lines or {*map(type, rows)} != {dict}:
            return None
        keys: int = sum(map(len, rows))
        found: list[Row] = rows if text.count(":") == keys else _STRICT.decode(f"[{listed}]")
    except (ValueError, RecursionError):
        return None
    return found


def _json_row(line: str) -> Row | str:
    if len(line) > MAX_LINE or is_damaged(line):
        return line[:200] if len(line) > MAX_LINE else line
    if _is_deep(line, line.count("[") + line.count("{")):
        return line
    try:
        row = _STRICT.decode(line)
        if SURROGATE.search(line):
            json.dumps(row, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        return line
    return row if isinstance(row, dict) else line


def _is_deep(text: str, brackets: int) -> bool:
    """Tell whether anything is nested deeper than `MAX_DEPTH`; few brackets need no look."""
    if brackets <= MAX_DEPTH:
        return False
    depth = 0
    for sign in _BRACKET.findall(_TEXT.sub("", text)):
        depth += 1 if sign in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build an object; a repeated key makes the line unreadable."""
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a key stands twice")
    return row


_BRACKET = re.compile(r"[\[\]{}]")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # also one that never ends: in one go
_PLAIN = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse)
_STRICT = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=_once
)

"""A slip of the pen -> what was plainly meant, where only one thing can be.

Takes a word and what might stand in its place; refuses to choose between two. Whether the
new word fits where it stands is for the caller to try.
"""

import re
import unicodedata
from collections.abc import Iterable

from ..core.problem import Edit, Place
from .lines import text_lines

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?\Z")
_POINTS = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*分\Z")
_MARKS = str.maketrans(
    {
        "（": "(",
        "）": ")",
        "，": ",",
        "＋": "+",
        "－": "-",
        "×": "*",
        "＊": "*",
        "÷": "/",
        "／": "/",
        "＞": ">",
        "＜": "<",
        "≥": ">=",
        "≤": "<=",
        "≠": "!=",
        "．": ".",
        "\u3000": " ",
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    }
)
_STRINGS = re.compile(r"('[^']*'|\"[^\"]*\")")


def respelled(word: str, known: Iterable[str]) -> str | None:
    """Return the one known word that a single slip turns into this one.

    A slip is a sign too many, too few or wrong, or two exchanged; a word of one sign has none.

    >>> respelled("pionts", ["points", "basis"]), respelled("分植", ["分值", "满分"])
    ('points', '分值')
    >>> respelled("rank", ["rant", "rang"]) is None
    True
    """
    near = [name for name in dict.fromkeys(known) if name != word and _one_slip(word, name)]
    return near[0] if len(near) == 1 and len(word) > 1 else None


def _one_slip(one: str, two: str) -> bool:
    if abs(len(one) - len(two)) > 1 or len(two) < 2:
        return False
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    rest, other = one[start:], two[start:]
    if len(rest) == len(other):
        swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
        return rest[1:] == other[1:] or swapped
    return rest[1:] == other if len(rest) > len(other) else rest == other[1:]


def tidied(text: str) -> str | None:
    """Return a value with half-width signs, a date in its one form, points without their 分.

    >>> tidied("2024年1月5日"), tidied("５分"), tidied("20　added")
    ('2024-01-05', '5', '20 added')
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if date := _DATE.match(plain):
        plain = f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}"
    elif points := _POINTS.match(plain):
        plain = points[1]
    return plain if plain and plain != text.strip() else None


def half_width(formula: str) -> str | None:
    """Return a formula with half-width marks outside its words in quotes.

    >>> half_width("max（数量，3）≥ 2 and class == '（甲）'")
    "max(数量,3)>= 2 and class == '（甲）'"
    """
    parts = _STRINGS.split(formula)
    parts[::2] = [part.translate(_MARKS) for part in parts[::2]]
    changed = "".join(parts)
    return changed if changed != formula else None


def replace_word(text: str, place: Place, word: str, new: str) -> tuple[Edit, ...]:
    """Return the edit that writes `new` for the word at a place; None if it is in pieces.

    Quotation marks around the word stay, and come where the new word needs them.
    """
    lines = text_lines(text)
    start, end = lines.stretch(place)
    raw = text[start:end]
    if raw == word:
        written = new if not re.search("[,#:\\[\\]{}]", new) else _quoted(new)
        return (Edit(place, written),) if written is not None else ()
    for mark in "'\"":
        if raw == f"{mark}{word}{mark}" and not set(new) & {mark, "\\"}:
            return (Edit(place.shifted(1, len(word)), new),)
    return ()


def _quoted(text: str) -> str | None:
    """Return a text in quotation marks that it does not hold itself."""
    if not set(text) & {'"', "\\"}:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else None


def quote_value(text: str, start: Place) -> tuple[Edit, ...]:
    """Return the edit that puts quotation marks around a value inside `{…}`, brackets and all.

    The value ends where a comma or a brace stands outside its own brackets and words; none
    where that is not on its line.
    """
    lines = text_lines(text)
    row = lines.line(start.line)[: start.column + MAX_VALUE]
    raw = _value(row[start.column - 1 :])
    written = _quoted(raw) if raw is not None and raw[:1] not in ("'", '"') else None
    if raw is None or written is None:
        return ()
    return (Edit(Place(start.file, start.line, start.column, len(raw)), written),)


MAX_VALUE = 500
"""No longer value is put in quotation marks: a formula has fewer signs."""


def _value(text: str) -> str | None:
    depth, mark = 0, ""
    for number, sign in enumerate(text):
        if mark or sign in "'\"":
            mark = "" if sign == mark else mark or sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif depth == 0 and sign in ",}]":
            return text[:number].rstrip()
    return None

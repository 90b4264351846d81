"""The strings and styles of an Excel file: struck-out text and number formats."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from .number_format import Format

if TYPE_CHECKING:
    from openpyxl import Workbook


Words: TypeAlias = tuple[str, bool, bool]
"""The text of a string, and whether all or a part of it is struck out."""
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def read_strings(archive: ZipFile, package: Any) -> list[Words]:
    """Return the shared strings of cells."""
    from openpyxl.xml.constants import SHARED_STRINGS

    part = package.find(SHARED_STRINGS)
    if part is None:
        return []
    found = []
    with archive.open(part.PartName.removeprefix("/")) as source:
        for _, node in iterparse(source):
            if tag_of(node) == "si":
                found.append(words_in(node))
                node.clear()
    return found


def words_in(node: Element) -> Words:
    """Return a text without its struck-out runs.

    Phonetic hints are left out too.
    """
    said, struck = list[str](), list[str]()
    for part in node:
        if tag_of(part) == "t":
            said.append(part.text or "")
        elif tag_of(part) == "r":
            marks = [mark for props in part if tag_of(props) == "rPr" for mark in props]
            text = "".join(t.text or "" for t in part if tag_of(t) == "t")
            if any(
                tag_of(mark) in ("strike", "dstrike") and is_on(mark.get("val", "1"))
                for mark in marks
            ):
                struck += [text] if text.strip() else []
            else:
                said.append(text)
    text = "".join(said)
    whole = bool(struck) and not text.strip()
    return plain_string("".join(struck) if whole else text), whole, bool(struck) and not whole


def plain_string(text: str) -> str:
    """Decode the escapes of characters that XML cannot contain: `_x000D_`."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def tag_of(node: Element) -> str:
    """Return the name of a node without its namespace."""
    return node.tag.rpartition("}")[2]


def is_on(value: str | None) -> bool:
    """Tell whether an attribute says yes."""
    return value in ("1", "true", "on")


def read_formats(book: "Workbook") -> list[tuple[Format, bool]]:
    """Return the number format of each style, and whether it strikes text out."""
    known: dict[str, Format] = {}
    found = []
    # openpyxl has no public way to all styles of a book
    for style in book._cell_styles:  # type: ignore[attr-defined]  # noqa: SLF001
        own = book._number_formats  # type: ignore[attr-defined]  # noqa: SLF001 - as above
        code = _format_code(style.numFmtId, own)
        shape = known.get(code) or known.setdefault(code, Format(code))
        font = book._fonts[style.fontId]  # type: ignore[attr-defined]  # noqa: SLF001 - as above
        found.append((shape, bool(font.strike)))
    return found


def _format_code(number: int, own: Sequence[str]) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if number >= 164:
        return own[number - 164]
    return _CHINESE.get(number) or BUILTIN_FORMATS.get(number, "General")


_CHINESE: Final = {
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: 'h"时"mm"分"',
    35: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: 'h"时"mm"分"',
    56: 'h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
"""Formats that Chinese Excel knows by number alone: 3月23日 is stored with number 58."""

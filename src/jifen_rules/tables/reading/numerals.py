"""The figures of a Chinese table -> exact numbers: 5, ５, 0.5, 十, 二十五, 两百, 半."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from ...core.terms import parse_number, plain

DIGITS: Final = r"(?:\d{1,12}(?:\.\d{1,6})?)"
CHINESE: Final = r"(?:[零一二两三四五六七八九十百千]{1,9}|半)"

_ONES: Final = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_CHINESE: Final = re.compile(
    r"(?:(?P<k>[一二两三四五六七八九])千)?"
    r"(?P<o1>零)?(?:(?P<h>[一二两三四五六七八九])百)?"
    r"(?P<o2>零)?(?:(?P<t>[一二三四五六七八九])?(?P<ten>十))?"
    r"(?P<o3>零)?(?P<u>[一二两三四五六七八九])?\Z"
)


def read_figure(text: str) -> str:
    """Write a figure plainly. ValueError if it is none, or may mean more than one number.

    >>> [read_figure(text) for text in ("二十五", "一百零五", "两", "半", "1.50")]
    ['25', '105', '2', '0.5', '1.5']
    """
    if re.fullmatch(DIGITS, text):
        return plain(parse_number(text))
    if text == "半":
        return "0.5"
    if text == "零":
        return "0"
    found = _CHINESE.match(text)
    if not text or not found or not _is_whole(found):
        raise ValueError(text)
    part = found.groupdict()
    number = sum(
        _ONES[part[name]] * worth
        for name, worth in (("k", 1000), ("h", 100), ("t", 10), ("u", 1))
        if part[name]
    )
    return plain(Decimal(number + (10 if part["ten"] and not part["t"] else 0)))


def _is_whole(found: re.Match[str]) -> bool:
    """Tell whether nothing was left out, as in 一百二 (120 or 102), and 零 and 两 are in place."""
    part = found.groupdict()
    high, ten, unit = part["k"] or part["h"], part["ten"], part["u"]
    skips = bool(part["k"] and not part["h"] and (ten or unit)) or bool(high and not ten and unit)
    if skips != bool(part["o1"] or part["o2"] or part["o3"]):
        return False
    if high and ten and not part["t"]:
        return False
    return unit != "两" or not (high or ten)


_DASHES: Final = str.maketrans(dict.fromkeys("—–−‐‑﹣", "-") | dict.fromkeys("〜∼～﹏", "~"))


def plain_signs(text: str) -> str:
    """Write full-width digits and marks in half width, and the many dashes as one."""
    folded = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)
    return re.sub(r"-{2,}", "-", re.sub(r"~{2,}", "~", folded))

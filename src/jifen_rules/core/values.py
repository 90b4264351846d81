"""The words of a row -> days, times, numbers, yes or no, and names as people see them.

The one reader of declared fields: events, rosters, calendars, Python rows and cases all ask here.
Knows nothing of schemes or of files.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from .message import N_
from .terms import parse_number, plain

_SEP_1, _SEP_2 = "[-/.年－／．]", "[-/.月－／．]"
_CLOCK = r"(?:\s*[T ]\s*(?P<clock>\d{1,2}[:：]\d{1,2}(?:[:：]\d{1,2}(?P<fraction>\.\d+)?)?))?"
_DAY = re.compile(
    rf"(\d{{4}})\s*{_SEP_1}\s*(\d{{1,2}})\s*{_SEP_2}\s*(\d{{1,2}})\s*[日号]?"
    rf"(?:\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?)?{_CLOCK}\Z"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_IN_YEAR = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]\Z")
_TIME = re.compile(r"(\d{1,2})(?::|：|时|点)(\d{1,2})(?:(?::|：|分)(\d{1,2})秒?|分)?\Z")


def parse_day(value: object, year: int = 0) -> date:
    """Read 2024-03-01, 2024/3/1, 2024.3.1, 2024年3月1日 (or 号), 20240301, with or without a time.

    With a `year`, 3月1日 is a day of it. ValueError for anything else.
    """
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    text = str(value).strip()
    found = _DAY.match(text) or _COMPACT.match(text)
    if found:
        return date(*(int(part) for part in found.groups()[:3]))
    short = _IN_YEAR.match(text) if year else None
    if short:
        return date(year, int(short[1]), int(short[2]))
    raise ValueError(f"'{value}' is not a date")


def lacks_year(value: object) -> bool:
    """Say whether a text is a day of a year that it does not say."""
    return _IN_YEAR.match(str(value).strip()) is not None


def parse_time(value: object) -> str:
    """Read 9:30, 09:30:00 or 9时30分 as `09:30`, so that times compare as text.

    ValueError otherwise.
    """
    found = _TIME.match(str(value).strip())
    if not found:
        raise ValueError(f"'{value}' is not a time")
    hour, minute, second = (int(part) for part in found.groups("0"))
    read = datetime.time(hour, minute, second)
    return read.isoformat("seconds" if read.second else "minutes")


def time_beside_day(text: str) -> str:
    """Return the time that is written with a day, as `parse_time` does; empty if there is none.

    Programs write midnight where they know the day alone, so midnight is no time here. Parts of a
    second are left out. ValueError for a time that does not exist, such as 25:00.
    """
    found = _DAY.match(text.strip())
    if found is None or not found["clock"]:
        return ""
    time = parse_time(found["clock"].removesuffix(found["fraction"] or ""))
    return "" if time == "00:00" else time


_SIGNS = str.maketrans("−﹣，", "--,")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?\Z")


def read_number(text: str) -> Decimal:
    """Read a number as people write it: 1,234.5 too.

    ValueError if it is none, or too long to be one.
    """
    word = text.strip().translate(_SIGNS)
    return parse_number(word.replace(",", "") if _GROUPED.match(word) else word)


_YES: Final = frozenset(
    ["yes", "y", "true", "t", "1", "on", "是", "有", "对", "真", "√", "✓", "✔", "☑", "已"]
)
_NO: Final = frozenset(
    [
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "否",
        "无",
        "没有",
        "错",
        "假",
        "×",
        "✗",
        "✘",
        "☐",
        "□",
        "未",
    ]
)


def read_yes_no(text: str) -> str:
    """Read a yes or a no, in the language of its word: 是, 有, √ are `是`, true and 1 are `yes`.

    ValueError for a word that is neither.
    """
    word = text.strip().lower()
    if word in _YES:
        return "yes" if word.isascii() else "是"
    if word in _NO:
        return "no" if word.isascii() else "否"
    raise ValueError(text)


def is_yes(text: str) -> bool:
    """Whether a word is one of those for yes."""
    return text.strip().lower() in _YES


def _number_text(text: str) -> str:
    return plain(read_number(text))


_READERS: Final[Mapping[str, tuple[Callable[[str], str], str]]] = MappingProxyType(
    {
        "number": (_number_text, N_("a field that is declared a number holds none")),
        "yes_no": (read_yes_no, N_("a field that is declared yes or no holds neither")),
        "date": (
            lambda text: parse_day(text).isoformat(),
            N_("a field that is declared a date holds none"),
        ),
    }
)


def read_field(kind: str, text: str) -> str:
    """Read the text of a declared field in one spelling. ValueError, with the reason, if it fails.

    Any other kind than number, yes_no and date is text.
    """
    if is_error_value(text):
        raise ValueError(SHOWS_ERROR)
    if kind not in _READERS or not text:
        return text
    read, reason = _READERS[kind]
    try:
        return read(text)
    except ValueError:
        raise ValueError(reason) from None


# --- names --------------------------------------------------------------------------------------

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_BREAK = re.compile(r"\s*[\t\n\r\x0b\x0c\u2028\u2029]\s*")


def read_name(text: str) -> str:
    """Give a name as people see it: composed (NFC), on one line, without signs that nobody sees."""
    if text.isascii() and text.isprintable():
        return text.strip()
    word = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).strip()
    return _BREAK.sub(_joint, word)


def _joint(found: "re.Match[str]") -> str:
    """Nothing between Chinese characters, a space between words."""
    around = found.string[found.start() - 1] + found.string[found.end()]
    return " " if around[0].isascii() or around[1].isascii() else ""


def has_unseen(text: str) -> bool:
    """Whether a text holds a sign that nobody sees."""
    return _UNSEEN.search(text) is not None


_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def visible(text: str) -> str:
    """Return a text for a screen: what would steer the terminal or turn the text is spelled out."""
    if text.isprintable() and text.isascii():
        return text
    return _CONTROL.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


_ERROR = re.compile(
    r"#(?:N/A|(?:NULL|DIV/0|VALUE|REF|NUM|SPILL|CALC|FIELD|BLOCKED|CONNECT|BUSY|UNKNOWN)!|NAME\?"
    r"|GETTING_DATA|#+)",
    re.IGNORECASE,
)
SHOWS_ERROR = N_("a cell shows an error")


def is_error_value(text: str) -> bool:
    """Tell what a spreadsheet writes for an error, or for a number too wide for its column.

    >>> is_error_value("#N/A"), is_error_value("########"), is_error_value("#1")
    (True, True, False)
    """
    return text.startswith("#") and _ERROR.fullmatch(text) is not None


def name_key(text: str) -> str:
    """Return what two spellings of one name share: 张　三 and 张三."""
    return "".join(read_name(text).split())


# --- what a program gives -------------------------------------------------------------------------


def plain_text(value: object) -> str:
    """Write any single value as text.

    Nothing for None, NaN and NaT; 3 for 3.0; yes or no for a bool.

    ValueError for a number that is not finite or has thousands of digits.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value).strip()
    if is_blank(value):
        return ""
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return "yes" if value else "no"
    if isinstance(value, float):
        if value in (float("inf"), float("-inf")):
            raise ValueError(str(value))
        return plain(Decimal(repr(float(value))))
    if isinstance(value, datetime.datetime):
        return str(value).removesuffix(" 00:00:00")
    return str(value).strip()


def is_blank(value: object) -> bool:
    """Tell whether a value says nothing: None, blanks, or a data frame's missing value."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | Decimal) and value != value

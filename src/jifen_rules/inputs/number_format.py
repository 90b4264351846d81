"""The text that a spreadsheet shows for a stored number and its format.

The result is None if a format is not understood. Knows nothing of files.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Final

from ..core.terms import plain

DIGITS: Final = 15
"""Number of digits that a spreadsheet keeps."""
_LEAST: Final = Decimal("1e-10")
"""A smaller number without a format is an error of binary fractions: 0.5-0.4-0.1."""
_KEPT = Context(prec=DIGITS, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=400)


@dataclass(frozen=True, slots=True)
class ShownCell:
    """The text of a cell. `figure` is the number alone if the format adds words.

    `lost`: the number had more digits than a spreadsheet keeps, so it is not what was written.
    """

    text: str
    figure: str = ""
    lost: bool = False


_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<general>General)|'
    r"(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+)|(?P<exponent>[Ee][+-])|(?P<percent>%)|"
    r"(?P<day>[Yy]+|[Ee](?![+-])|[Gg](?!eneral)|[Mm]+|[Dd]+|[Hh]+|[Ss]+|[Aa]{3,4}|AM/PM|A/P|上午/下午)|"
    r"(?P<other>.)",
    re.DOTALL,
)
_MONEY = str.maketrans("", "", "¥￥$€£")


@dataclass(slots=True)
class Format:
    """A number format, parsed once for all its cells."""

    code: str
    _sections: "list[_Section | None]" = field(init=False)

    def __post_init__(self) -> None:
        self._sections = [_section(part) for part in _split(self.code or "General")]

    def show(self, stored: str, *, is_1904: bool = False) -> ShownCell | None:
        """Return the text of a stored number; None if the format is not understood or hides it."""
        try:
            exact = Decimal(stored.strip())
        except InvalidOperation:
            return None
        if not exact.is_finite() or abs(exact.adjusted()) > 300:
            return None
        number = _KEPT.plus(exact)
        sections = self._sections
        which = (
            1 if number < 0 and len(sections) > 1 else 2 if not number and len(sections) > 2 else 0
        )
        section = sections[which]
        if section is None:
            return None
        if section.day:
            return _show_day(exact, section, is_1904=is_1904)
        if abs(number) >= 10**DIGITS:
            return ShownCell(plain(exact), lost=True)
        return section.show(abs(number), negative=number < 0 and not which)


@dataclass(frozen=True, slots=True)
class _Section:
    """One part between semicolons: words, then a figure, then words."""

    before: str
    figure: str
    """The digit placeholders; `General` for all digits, empty for words alone."""
    after: str
    percent: int
    day: str
    """The letters of a date or time."""
    signs: tuple[tuple[int, str], ...] = ()
    """What stands between zeros, by how many of them are left of it: 00-00."""

    def show(self, number: Decimal, *, negative: bool) -> ShownCell | None:
        sign = "-" if negative and number else ""
        before, after = self.before, self.after
        if (before, after) == ("(", ")"):  # bookkeepers write negative numbers so
            sign, before, after = "-", "", ""
        if not self.figure:
            if (before + after).strip() == "-" and not number:
                return ShownCell("0")
            return ShownCell(f"{sign}{before}{after}".strip())
        found = _figure(number.scaleb(2 * self.percent), self.figure)
        if found is None:
            return None
        if before.strip() == "-" and not sign and found.strip("0.") == "" and "?" in self.figure:
            before = ""  # accountants' zero
        if sign and not found.strip("0."):
            sign = ""
        text = f"{sign}{before}{found}{'%' * self.percent}{after}".strip()
        bare = f"{sign}{found}"
        if before.strip() == "-":
            bare = f"-{found}"
        if self.signs:
            parted = _part(found, self.signs, len(self.figure))
            return ShownCell(f"{sign}{before}{parted}{after}".strip())
        return ShownCell(text, "" if text == bare or self.percent else bare)


def _figure(number: Decimal, places: str) -> str | None:
    """Round a number to its digit placeholders, with the zeros that pad it."""
    if places == "General":
        return plain(number) if number >= _LEAST else "0"
    whole, _, fraction = places.partition(".")
    if whole.endswith(","):
        return None  # shown in thousands
    rounded = number.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP, _WIDE)
    text = plain(rounded)
    head, point, tail = text.partition(".")
    _, zero, more = whole.replace(",", "").partition("0")
    zeros = len(zero + more)  # right of a 0 each placeholder is filled
    if not rounded and not zeros and "0" not in fraction and "?" not in whole:
        return ""
    return f"{head.zfill(zeros)}{point}{tail}"


def _part(digits: str, signs: tuple[tuple[int, str], ...], zeros: int) -> str:
    """Put the signs of a format between the digits, counted from the right."""
    more = len(digits) - zeros  # digits for which the format has no zero stand in front
    for left, sign in reversed(signs):
        digits = digits[: left + more] + sign + digits[left + more :]
    return digits


def _split(code: str) -> list[str]:
    parts, start = [], 0
    for found in re.finditer(r'"[^"]*"|\\.|[_*].|(;)', code):
        if found[1]:
            parts.append(code[start : found.start()])
            start = found.end()
    return [*parts, code[start:]][:4]


def _section(code: str) -> _Section | None:
    before, after, figure, day, percent = "", "", "", "", 0
    signs: list[tuple[int, str]] = []
    for found in _TOKEN.finditer(code):
        kind, text = found.lastgroup, found[found.lastgroup] if found.lastgroup else ""
        match kind:
            case "general" | "digits" if not figure:
                figure = text
            case "digits" if after and {*figure, *text} == {"0"} and not percent:
                signs.append((len(figure), after))
                figure, after = figure + text, ""
            case "general" | "digits" | "exponent":
                return None
            case "percent":
                percent += 1
            case "day":
                day += text
            case "bracket" if re.fullmatch(r"[Hh]+|[Mm]+|[Ss]+", text):
                day += f"[{text}]"
            case "bracket" if re.match(r"DBNum|[<>=]", text):
                return None
            case "other" if text in "/@" and not day:
                is_text = text == "@" and not figure
                return _Section(before, "General", after, 0, "") if is_text else None
            case "bracket" | "quoted" | "escaped" | "other":
                word = _word(kind, text)
                before, after = (before, after + word) if figure else (before + word, after)
            case _:
                pass
    if day and not percent:
        return _Section("", "", "", 0, day)
    return _Section(before.strip(), figure, after.strip(), percent, "", tuple(signs))


def _word(kind: str, text: str) -> str:
    """Return the words that a part of a format adds to the number, without currency signs."""
    if kind == "bracket":  # [$元-804] shows 元; [Red] shows nothing
        text = text[1:].partition("-")[0] if text.startswith("$") else ""
    return text.translate(_MONEY)


def _show_day(stored: Decimal, section: _Section, *, is_1904: bool) -> ShownCell | None:
    """Return a day or a time of day in ISO spelling, as far as its format shows it."""
    letters = section.day.lower()
    if stored < 0 or stored >= 2_958_466:
        return None
    seconds = int((stored * 86_400).quantize(Decimal(1), ROUND_HALF_UP, _WIDE))
    days, rest = divmod(seconds, 86_400)
    hours, minutes = divmod(rest // 60, 60)
    if "[" in letters:  # a length of time
        total = days * 24 + hours
        return ShownCell(f"{total}:{minutes:02}" + (f":{rest % 60:02}" if rest % 60 else ""))
    clock = f"{hours:02}:{minutes:02}:{rest % 60:02}"
    if not set(letters) & set("yde") and not (
        "m" in letters and "h" not in letters and "s" not in letters
    ):
        return ShownCell(clock) if "h" in letters or "s" in letters else None
    if not is_1904 and days == 60:
        return None  # 29 February 1900 did not exist
    first = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 31 if days < 60 else 30)
    day = first + timedelta(days=days)
    if "d" not in letters and "h" not in letters:
        return ShownCell(f"{day.year}年{day.month}月")
    return ShownCell(
        f"{day:%Y-%m-%d}" + (f" {clock}" if rest and ("h" in letters or "s" in letters) else "")
    )

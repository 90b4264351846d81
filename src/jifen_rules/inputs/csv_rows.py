"""CSV and tab-separated text -> blocks of rows, with the separators and quotes that people use."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from ..core.problem import Place
from .headings import Headings
from .parts import Block, Part, Spoilt
from .reasons import DAMAGED, NO_HEADINGS, NOT_A_ROW, OPEN_QUOTE
from .texts import MAX_LINE, is_damaged, looks_hurt, shown

_SEPARATORS: Final = (",", "\t", ";", "，", "；", "|")
MAX_TITLES: Final = 10
"""Maximum number of rows above the headings."""
_LOOKED_AT: Final = 4_000
"""So many signs of a line may say what separates its cells."""
MAX_LINES: Final = 300
"""Maximum number of lines of a quoted cell."""
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年")


def is_table(first: str, headings: Headings) -> bool:
    """Tell whether a text is a table: its first line is no JSON and has some known headings."""
    head = first.lstrip("\ufeff \t\r\n")[:20_000]
    if head[:1] in ("", "{", "["):
        return False
    lines = re.split("\r\n|\r|\n", head)[:MAX_TITLES]
    return any(headings.known(line.split(sep)) >= 2 for line in lines for sep in _SEPARATORS)


def table_parts(name: str, texts: Iterator[str], headings: Headings) -> Iterator[Part]:
    """Yield the parts of a table, from its headings on."""
    header: tuple[str, ...] | None = None
    year, above, held = 0, list[tuple[int, list[str]]](), list[Spoilt]()
    for part in read_records(name, texts, headings.known):
        if isinstance(part, Spoilt):
            if header is None and above:
                held.append(part)
            else:
                yield part
            continue
        lines, rows = part
        if header is None and rows:
            at = next((n for n, row in enumerate(rows) if headings.known(row) >= 2), None)
            start = min(MAX_TITLES, len(rows)) if at is None else at
            above += zip(lines[:start], rows[:start])
            lines, rows = lines[start:], rows[start:]
            if at is None and len(above) < MAX_TITLES:
                continue
            if at is None:
                yield from _unknown_headings(name, above[0], headings)
                header = _shown_row(above[0][1])
                yield from _in_file_order(above[1:], held, header)
            else:
                header = _shown_row(rows[0])
                year = year_above([cell for _, row in above for cell in row])
                yield from sorted((*_left_above(name, above), *held), key=_line)
                lines, rows = lines[1:], rows[1:]
        if header is not None and rows:
            yield Block(lines, rows, header, year=year)
    if header is None and above:
        yield from _unknown_headings(name, above[0], headings)
        yield from _in_file_order(above[1:], held, _shown_row(above[0][1]))


def _unknown_headings(
    name: str, first: tuple[int, list[str]], headings: Headings
) -> Iterator[Spoilt]:
    """Refuse the row that is taken as the headings where it has none: it may be a row."""
    line, cells = first
    if not headings.known(cells):
        yield Spoilt(",".join(map(shown, cells)), NO_HEADINGS, Place(name, line, 1))


def _in_file_order(
    rows: Iterable[tuple[int, list[str]]], spoilt: Iterable[Spoilt], header: tuple[str, ...]
) -> Iterator[Part]:
    """Return rows that were held back, with the unreadable lines between them.

    No heading is known, so the first row is taken as the headings.
    """
    blocks = (Block((line,), [row], header) for line, row in rows)
    parts: list[Block | Spoilt] = [*blocks, *spoilt]
    yield from sorted(parts, key=_line)


def _line(part: Block | Spoilt) -> int:
    return part.lines[0] if isinstance(part, Block) else part.place.line


def _shown_row(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(shown, cells))


def year_above(cells: Iterable[str]) -> int:
    """Return the year in the lines above the headings.

    0 if they name no year, or several.
    """
    found = [int(year) for cell in cells for year in _YEAR.findall(cell)]
    return found[0] if len(set(found)) == 1 else 0


def _left_above(name: str, above: Iterable[tuple[int, list[str]]]) -> Iterator[Spoilt]:
    """Return the rows above the headings; a title in a single cell is no row."""
    for line, cells in above:
        if len([cell for cell in cells if cell.strip()]) > 1:
            yield Spoilt(",".join(map(shown, cells)), NOT_A_ROW, Place(name, line, 1))


_Records: TypeAlias = tuple[Sequence[int], list[list[str]]]
_Known: TypeAlias = Callable[[Sequence[str]], int]
"""How many of some cells are headings."""


def read_records(name: str, texts: Iterator[str], known: _Known) -> Iterator[_Records | Spoilt]:
    """Return the cells of each line of a CSV file, many at a time, by what separates its headings.

    A line without any cell is skipped.
    """
    start, held, sep, width = 1, "", "", 0
    text = next(texts, "")
    while text or held:
        following = next(texts, "")
        text = held + text.replace("\r\n", "\n").replace("\r", "\n")
        if not sep:
            sep, text, start = _separator(text, known, start)
        whole = text.removesuffix("\n")
        lines = whole.split("\n") if whole or text else []
        is_hurt = looks_hurt(text)
        if '"' not in text and not is_hurt:
            held, rows = "", [line.split(sep) for line in lines]
            found, said = _filled(range(start, start + len(rows)), rows)
            if said:
                width = width or len(said[0])
                yield found, said
            start += len(lines)
        else:
            quoted = _Quoted(name, lines, start, sep, width, last=not following, is_hurt=is_hurt)
            yield from quoted.records()
            width = quoted.width
            held, start = quoted.rest(), quoted.next_line
        text = following


def _filled(lines: Sequence[int], rows: list[list[str]]) -> _Records:
    """Leave out lines without cells."""
    if all(map(str.strip, map("".join, rows))):
        return lines, rows
    kept = [(line, row) for line, row in zip(lines, rows) if _says(row)]
    return [line for line, _ in kept], [row for _, row in kept]


def _says(row: list[str]) -> bool:
    return bool("".join(row).strip())


def _separator(text: str, known: _Known, start: int) -> tuple[str, str, int]:
    """Return the separator: what a `sep=` line says, else the one that finds the headings."""
    text = text.removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    said = first.strip(' "')  # a tab may be what it says
    if said.lower().startswith("sep=") and len(said) <= 5:
        return said[4:] or ",", rest, start + 1
    lines = [line[:_LOOKED_AT] for line in text.split("\n") if line.strip()][:MAX_TITLES]
    best = max(
        _SEPARATORS,
        key=lambda sep: max((known(_bare(line, sep)) for line in lines), default=0),
    )
    has_headings = any(known(_bare(line, best)) >= 2 for line in lines)
    return best if has_headings else _usual(lines[:1]), text, start


def _usual(lines: list[str]) -> str:
    found = [sep for sep in _SEPARATORS if lines and sep in lines[0]]
    return found[0] if found else ","


def _bare(line: str, sep: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(sep)]


class _Quoted:
    """Lines with quotation marks or damaged bytes.

    A quoted cell ends with a quotation mark before a separator or the end of a line. If it would
    contain a line that is a row by itself, its row cannot be read and the next line is a row again.
    """

    def __init__(
        self,
        name: str,
        lines: list[str],
        start: int,
        sep: str,
        width: int,
        *,
        last: bool,
        is_hurt: bool,
    ) -> None:
        """Take some lines: `last` if no lines follow, `is_hurt` if a byte of them is damaged."""
        self.name, self.lines, self.start, self.sep = name, lines, start, sep
        self.width, self.last, self.is_hurt, self.at = width, last, is_hurt, 0
        self.cell = re.compile(
            rf'[ \t]*"((?:[^"]++|"")*+)"[ \t]*(?={re.escape(sep)}|\n|\Z)'
            if sep.strip()
            else rf'[ ]*"((?:[^"]++|"")*+)"[ ]*(?={re.escape(sep)}|\n|\Z)'
        )

    @property
    def next_line(self) -> int:
        """The number of the first line that was not consumed."""
        return self.start + self.at

    def rest(self) -> str:
        """Return the lines that were not consumed, because their end is not known yet."""
        left = self.lines[self.at :]
        return "".join(f"{line}\n" for line in left)

    def records(self) -> Iterator[_Records | Spoilt]:
        """Yield the rows, and unreadable lines in their place."""
        numbers, rows = list[int](), list[list[str]]()
        while self.at < len(self.lines):
            line = self.lines[self.at]
            number, taken = self.next_line, 1
            cells: list[str] | None = line.split(self.sep)
            if '"' in line:
                cells, taken = self._cells(line)
                if not taken:
                    break
            text = "\n".join(self.lines[self.at : self.at + taken]) if taken > 1 else line
            self.at += taken
            damaged = DAMAGED if self.is_hurt and is_damaged(text) else ""
            reason = OPEN_QUOTE if cells is None else damaged
            if reason and (self.width or cells is None):
                yield from ([(numbers, rows)] if rows else [])
                numbers, rows = [], []
                yield Spoilt(shown(text), reason, Place(self.name, number, 1))
            elif cells is not None and _says(cells):
                self.width = self.width or len(cells)
                numbers.append(number)
                rows.append(cells)
        if rows:
            yield numbers, rows

    def _cells(self, line: str) -> tuple[list[str] | None, int]:
        """Return the cells of the row that begins here, and its number of lines.

        None if it is no row; 0 lines if its end is not known yet.
        """
        text, lines, at, cells = line, 1, 0, list[str]()
        while True:
            if not text[at : at + 64].lstrip(" ").startswith('"') and text[at : at + 1] != '"':
                end = text.find(self.sep, at, self._line_end(text, at))
                stop = end if end >= 0 else self._line_end(text, at)
                cells.append(text[at:stop])
            else:
                found = self.cell.match(text, at)
                if found is None and lines == 1:
                    window = self.lines[self.at : self.at + MAX_LINES]
                    if (
                        not self.last
                        and len(window) < MAX_LINES
                        and sum(map(len, window)) < MAX_LINE
                    ):
                        return None, 0
                    text, lines = "\n".join(window), len(window)
                    found = self.cell.match(text, at)
                if found is None or self._swallows(found[0]):
                    return None, 1
                cells.append(found[1].replace('""', '"'))
                stop = found.end()
            if not text.startswith(self.sep, stop):
                return cells, text.count("\n", 0, stop) + 1
            at = stop + len(self.sep)

    @staticmethod
    def _line_end(text: str, at: int) -> int:
        end = text.find("\n", at)
        return end if end >= 0 else len(text)

    def _swallows(self, cell: str) -> bool:
        """Tell whether some line within a cell is a row by itself."""
        _, *inner = cell.split("\n")
        return any(self._is_row(line) for line in inner)

    def _is_row(self, line: str) -> bool:
        cells = line.split(self.sep)
        if len(cells) < 2:
            return False
        return len(cells) == self.width or any(_DATED.match(cell.strip()) for cell in cells)


_DATED = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")

"""A text by its lines, counted as YAML counts them: from a place to a stretch of the text and back.

Takes the text as it stands, without its byte order mark; refuses nothing: a place that lies
outside is moved to the nearest one inside.
"""

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from ..core.problem import Place

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_OTHER = re.compile("[\x0b\x0c\x1c-\x1e]")


@dataclass(frozen=True, slots=True)
class Lines:
    """A text and where its lines begin.

    >>> lines = Lines("甲: 1\\r\\n乙: 2\\n")
    >>> lines.stretch(Place("x.yaml", 2, 4, 1)), lines.line(2), lines.position(6)
    ((9, 10), '乙: 2', (2, 1))
    """

    text: str
    _starts: "array[int]" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = array("L", (0,))
        if _OTHER.search(self.text):  # which Python takes for breaks as well
            starts.extend(found.end() for found in _BREAK.finditer(self.text))
        else:
            rows = self.text.splitlines(keepends=True)
            starts.extend(accumulate(map(len, rows)))
            if rows and not _BREAK.search(rows[-1]):
                starts.pop()
        object.__setattr__(self, "_starts", starts)

    def _end(self, number: int) -> int:
        """Where the content of a line ends, before its break."""
        if number >= len(self._starts):
            return len(self.text)
        last = self._starts[number]
        whole = self.text[max(last - 2, self._starts[number - 1]) : last] == "\r\n"
        return last - (2 if whole else 1)

    def line(self, number: int) -> str:
        """Return the content of a line, without its break; nothing where there is no such line."""
        start, end = self.bounds(number)
        return self.text[start:end]

    def bounds(self, number: int) -> tuple[int, int]:
        """Return where the content of a line begins and ends; 0 and 0 where there is none."""
        if not 0 < number <= len(self._starts):
            return 0, 0
        return self._starts[number - 1], self._end(number)

    def stretch(self, place: Place) -> tuple[int, int]:
        """Where a place begins and ends in the text; a width may run over line breaks."""
        if place.line < 1:
            return 0, 0
        if place.line > len(self._starts):
            return len(self.text), len(self.text)
        end = self._end(place.line)
        start = min(self._starts[place.line - 1] + max(place.column - 1, 0), end)
        return start, min(start + max(place.width, 0), len(self.text))

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, from 1, of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def place(self, file: str, start: int, end: int) -> Place:
        """Return the place of a stretch, named by its file."""
        return Place(file, *self.position(start), end - start)


@lru_cache(maxsize=16)
def text_lines(text: str) -> Lines:
    """Return the lines of a text, counted once for all the problems that stand in it."""
    return Lines(text)

"""A sentence before it has a language: a template, and the values that fill it.

`render` turns it into words; everything else only says which sentence is meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

from .counted import fill_english
from .slotted import set_while_open


def N_(text: str) -> str:
    """Mark a text for translation and give it back as it is."""
    return text


@dataclass(frozen=True, slots=True)
class Term:
    """A fixed word of the vocabulary, in English; it has its Chinese spelling there.

    As a key of the language a word may have another spelling: `points` of an indicator is 分值.
    """

    word: str
    is_key: bool = False

    def __str__(self) -> str:
        return self.word


@dataclass(frozen=True, slots=True)
class Terms:
    """A choice of fixed words."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.words)


Value: TypeAlias = "str | Term | Terms | Message"


@set_while_open
@dataclass(frozen=True, slots=True)
class Message:
    """A `str.format` template in English, which is also its gettext id, and its values."""

    template: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the sentence in English, for exceptions and logs."""
        return fill_english(self.template, {key: str(it) for key, it in self.values.items()})


def msg(template: str, **values: Value) -> Message:
    """Make a message."""
    return Message(template, values)


class SaidError(ValueError):
    """A ValueError whose sentence is a message, for a command to say in its reader's language."""

    def __init__(self, said: Message) -> None:
        super().__init__(said)
        self.said = said


def said_by(error: ValueError) -> Message:
    """Give the sentence of an error; its text as it stands, where it is no message."""
    return error.said if isinstance(error, SaidError) else msg("{text}", text=str(error))


MAX_KNOWN = 300
MAX_ALIKE = 40
"""Among so many known words the nearest is looked for; of more, among so many that look alike."""
MAX_EQUAL = 5
"""Among so many of the nearest, signs in their place decide."""
MAX_WORD = 80
"""No longer word is anybody's slip of the pen."""


def did_you_mean(word: str, known: Iterable[str], otherwise: Message) -> Message:
    """Point at the nearest known word, or say something else."""
    names = [str(name) for name in known]
    if len(names) > MAX_KNOWN:  # only among those that begin or end alike
        alike = (name for name in names if name[:1] == word[:1] or name[-1:] == word[-1:])
        names = list(islice(alike, MAX_ALIKE))
    found = nearest(word, tuple(names), 0.5) if len(word) <= MAX_WORD else ""
    return msg(N_("did you mean '{word}'?"), word=found) if found else otherwise


@lru_cache(maxsize=1000)
def nearest(word: str, known: tuple[str, ...], likeness: float) -> str:
    """Give the known word that looks most like a word, if it looks so much like it (0 to 1).

    Of words that look as much like it, the one with most signs in their place, from one end: 分直
    is 分值, not 用分.

    >>> nearest("分直", ("用分", "分值"), 0.5), nearest("pionts", ("points", "basis"), 0.5)
    ('分值', 'points')
    """
    size = len(word)
    if sum(map(_letters(known).__contains__, word)) < likeness * size / (2 - likeness):
        return ""  # even a word of the best length would have too few of its letters
    long_enough = (
        (other, likeness * (size + len(other)) / 2)
        for other in known
        if min(size, len(other)) >= likeness * (size + len(other)) / 2
    )
    # most words are not of a like length or share too few letters
    close = [other for other, least in long_enough if sum(map(other.__contains__, word)) >= least]
    found = get_close_matches(word, close, MAX_EQUAL, likeness)
    return max(found, key=lambda other: _likeness(word, other), default="")


@lru_cache(maxsize=16)
def _letters(known: tuple[str, ...]) -> frozenset[str]:
    """Return every letter of some words."""
    return frozenset("".join(known))


def _likeness(word: str, other: str) -> tuple[float, int]:
    from_start = sum(one == two for one, two in zip(word, other))
    from_end = sum(one == two for one, two in zip(reversed(word), reversed(other)))
    return SequenceMatcher(None, other, word).ratio(), max(from_start, from_end)

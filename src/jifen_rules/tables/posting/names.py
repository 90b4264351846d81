"""The ids of a scheme -> what people call them, for sentences that name one rule in another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ...core.message import N_, Message, Term, Value, msg
from ...core.vocabulary import ACCOUNTS, chinese, english
from ...scheme.model import Category, Scheme


@dataclass(frozen=True, slots=True)
class Names:
    """What the parts and the levels of a scheme are called, by their ids."""

    parts: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)

    def of(self, word: str) -> Value:
        """Return the name of a part, else a fixed word, any other as its author wrote it."""
        return self.parts[word] if word in self.parts else fixed(word)

    def level(self, word: str) -> Value:
        """Return the name of a level."""
        return self.levels.get(word, word)

    def account(self, path: str) -> Value:
        """Whose account, and in which ledger: `head.wallet` is the wallet of the head."""
        words = [
            word if word in self.parts else english(ACCOUNTS, word) for word in path.split(".")
        ]
        said = self.of(words[0])
        for word in words[1:]:
            said = msg(N_("{what} of {whom}"), whom=said, what=self.of(word))
        return said

    def all_of(self, words: tuple[str, ...]) -> Message:
        """Several names in a row."""
        named = [msg("{n}", n=self.of(word)) for word in words]
        return join_sentences(named, N_("{first}, {rest}"))


NAMELESS: Final = Names()
"""For a part of a scheme that is said without the rest of it."""


def names_in(scheme: Scheme) -> Names:
    """Return what a scheme calls its parts; two of one name are told apart by their ids."""
    labels = dict(_labels(scheme))
    several = list(labels.values())
    parts = {
        key: label if several.count(label) == 1 or key == label else f"{label} ({key})"
        for key, label in labels.items()
    }
    levels = {level.key: level.label for ladder in scheme.tiers for level in ladder.levels}
    return Names(parts, levels)


def _labels(scheme: Scheme) -> Iterator[tuple[str, str]]:
    for part in (*scheme.ledgers, *scheme.tiers, *scheme.rewards, *scheme.rules):
        yield part.key, part.label
    yield from _inner_labels(scheme)


def _inner_labels(node: Scheme | Category) -> Iterator[tuple[str, str]]:
    for item in node.indicators:
        yield item.key, item.label
    for category in node.categories:
        yield category.key, category.label
        yield from _inner_labels(category)


def fixed(word: str) -> Value:
    """Return a word of the vocabulary as such, any other as its author wrote it."""
    return Term(word) if chinese(word) else word


def join_sentences(parts: "list[Message] | tuple[Message, ...]", template: str) -> Message:
    """Say several one after the other, by a template of `first` and `rest`."""
    if not parts:
        return msg(N_("none"))
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2  # halves, so that a long list is not a deep one
    return msg(
        template,
        first=join_sentences(parts[:half], template),
        rest=join_sentences(parts[half:], template),
    )

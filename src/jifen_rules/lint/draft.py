"""The context of a lint check: a loaded scheme, its plan, and ways to walk both.

Each part is computed once, on first use. Nothing here decides what is wrong.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from ..analysis.reach import Climb, Range, Reach, measure_reach
from ..core.problem import Place
from ..plan import Grant, Plan
from ..scheme.model import (
    Category,
    Consequence,
    Indicator,
    Ladder,
    Level,
    Named,
    Path,
    Reward,
    Rule,
    Scheme,
    SchemeFile,
)
from .touches import Touch, sensitive_parts

Owner: TypeAlias = "Indicator | Level | Rule"
"""The part of a scheme that a consequence belongs to."""


_COMMENT = re.compile(r"(?:^|\s)#.*", re.MULTILINE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class LintContext:
    """A scheme without errors, as the lint checks see it."""

    file: SchemeFile
    plan: Plan

    @property
    def scheme(self) -> Scheme:
        """The scheme as it was written."""
        return self.file.scheme

    def place(self, path: Path) -> Place:
        """Return the place of the longest part of a path that stands in the file."""
        return self.file.place(path)

    def place_of(self, path: Path, item: Named) -> Place:
        """Return the place of the name of a part, or else of its id; findings point at it."""
        return self.file.place((*path, "name" if item.name else "id"))

    @cached_property
    def indicators(self) -> tuple[tuple[Path, tuple[Category, ...], Indicator], ...]:
        """Every indicator with its path and the categories around it, outermost first."""
        return tuple(self.scheme.walk())

    @cached_property
    def _inside(self) -> Mapping[Path, list[tuple[Path, Indicator]]]:
        found: dict[Path, list[tuple[Path, Indicator]]] = {}
        for path, _, item in self.indicators:
            for length in range(2, len(path) + 1, 2):
                found.setdefault(path[:length], []).append((path, item))
        return found

    def inside(self, path: Path) -> Sequence[tuple[Path, Indicator]]:
        """Return the indicators in a category with their paths, or the one at a path."""
        return self._inside.get(path, ())

    @cached_property
    def categories(self) -> tuple[tuple[Path, Category], ...]:
        """Every category with its path, outermost first."""
        return tuple(_categories(self.scheme, ()))

    @cached_property
    def levels(self) -> tuple[tuple[Path, Ladder, Level], ...]:
        """Every level with its path and its ladder, best first."""
        return tuple(
            (("tiers", n, "levels", m), ladder, level)
            for n, ladder in enumerate(self.scheme.tiers)
            for m, level in enumerate(ladder.levels)
        )

    @cached_property
    def rewards(self) -> tuple[tuple[Path, Reward], ...]:
        """Every reward with its path."""
        return tuple((("rewards", n), reward) for n, reward in enumerate(self.scheme.rewards))

    @cached_property
    def effects(self) -> tuple[tuple[Path, Owner, Consequence], ...]:
        """Every consequence with its path and the part it belongs to, repairs aside."""
        owners: list[tuple[Path, Owner]] = [(path, item) for path, _, item in self.indicators]
        owners += [(path, level) for path, _, level in self.levels]
        owners += [(("rules", n), rule) for n, rule in enumerate(self.scheme.rules)]
        return tuple(
            ((*path, "then", n), owner, effect)
            for path, owner in owners
            for n, effect in enumerate(owner.then)
        )

    @cached_property
    def reach(self) -> Reach:
        """The highest and the lowest value of every figure, computed from the plan."""
        return measure_reach(self.plan)

    @cached_property
    def parts(self) -> tuple[tuple[Path, tuple[str, ...], Touch], ...]:
        """Everything that may say `touches`: its path, what it says, and how it stands."""
        return tuple(sensitive_parts(self))

    @cached_property
    def rows(self) -> Mapping[str, list[str]]:
        """The lines of each text."""
        return {name: text.splitlines() for name, text in self.file.texts.items()}

    @cached_property
    def _words(self) -> Mapping[str, int]:
        texts = (_COMMENT.sub("", text) for text in self.file.texts.values())
        return Counter(word for text in texts for word in _WORD.findall(text))

    def mentions(self, word: str) -> int:
        """Count a word in the files, comments aside."""
        return self._words.get(word, 0)

    @cached_property
    def climbs(self) -> tuple[tuple[Path, Climb], ...]:
        """Every level by a figure with its path and how it is reached."""
        found = {(climb.ladder.id, climb.level): climb for climb in self.reach.climbs}
        return tuple(
            (path, found[ladder.key, level.key])
            for path, ladder, level in self.levels
            if (ladder.key, level.key) in found
        )

    def edge(self, path: Path) -> Place:
        """Return the place where a level states its threshold."""
        _, _, level = next(one for one in self.levels if one[0] == path)
        return self.place((*path, "at_least" if level.above is None else "above"))

    def range_of(self, figure: str) -> Range:
        """Return the ends of a ledger, a category or an indicator."""
        reach = self.reach
        if figure in reach.ledgers:
            return reach.ledgers[figure]
        if figure in reach.categories:
            return reach.categories[figure].own
        return reach.indicators[figure].own

    def grant(self, indicator: Indicator) -> Grant:
        """Return the grant of an indicator in the plan."""
        return self.plan.grants[indicator.key]


def _categories(node: Scheme | Category, path: Path) -> Iterator[tuple[Path, Category]]:
    for number, category in enumerate(node.categories):
        inner = (*path, "categories", number)
        yield inner, category
        yield from _categories(category, inner)

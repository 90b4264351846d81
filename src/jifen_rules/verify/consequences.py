"""The consequences of a scheme, by the part that brings them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..core.vocabulary import ACCOUNTS, WORDS, english
from ..scheme import model
from ..scheme.model import SchemeFile
from ..trace.entry import Step

KINDS = frozenset({"then", "veto", "grade", "action"})
"""Kinds of step that are consequences."""


@dataclass(frozen=True, slots=True)
class Brings:
    """One consequence: its place, the words of its step, and the ledgers its points enter."""

    kind: str
    place: str
    basis: str
    words: frozenset[str]
    """Targets of a veto, names of a level, or the text of an action."""
    points: Fraction | None = None
    """A stated number of points that goes to one account undivided."""
    ledgers: tuple[str, ...] = ()
    """Ledgers that its points may enter, those of others included."""
    pays: bool = False
    """Whether others than the subject may receive its points."""
    lasts: bool = False
    wipes: bool = False
    """Whether it clears its ledgers."""
    at: Fraction = Fraction(0)
    """The value at which a veto holds."""

    def is_of(self, step: Step) -> bool:
        """Tell whether a step belongs to this consequence."""
        if (step.kind, step.place) != (self.kind, self.place) or step.basis not in ("", self.basis):
            return False
        if step.kind != "then":
            return step.note in self.words
        return self.points is None or step.after is None or Fraction(step.after) == self.points


class Consequences:
    """The consequences of a scheme, by the id of their indicator, level or rule."""

    def __init__(self, file: SchemeFile) -> None:
        self._file = file
        scheme = file.scheme
        self._own = {"total", *(led.key for led in scheme.ledgers if led.formula is None)}
        self.by_owner: dict[str, tuple[Brings, ...]] = {}
        for path, part in _owners(scheme):  # two ladders may have levels with one name
            self.by_owner[part.key] = (*self.of(part.key), *self._of(path, part))
        self.last = any(b.lasts for brings in self.by_owner.values() for b in brings)
        """Whether the points of a consequence have a validity of their own."""

    def of(self, owner: str) -> tuple[Brings, ...]:
        """Return the consequences of an indicator, level or rule."""
        return self.by_owner.get(owner, ())

    def pays(self, owner: str) -> bool:
        """Tell whether a consequence of an indicator, level or rule may go to others."""
        return any(brings.pays for brings in self.of(owner))

    def __iter__(self) -> Iterator[Brings]:
        return (brings for found in self.by_owner.values() for brings in found)

    def _of(
        self, path: model.Path, part: model.Indicator | model.Level | model.Rule
    ) -> Iterator[Brings]:
        for number, effect in enumerate(part.then):
            yield self._brings((*path, "then", number), effect)
        repair = part.repair if isinstance(part, model.Indicator) else None
        for number, effect in enumerate(repair.then if repair is not None else ()):
            yield self._brings((*path, "repair", "then", number), effect)

    def _brings(self, path: model.Path, effect: model.Consequence) -> Brings:
        place, basis = self._file.place(path).short, effect.basis or ""
        match effect:
            case model.VetoEffect():
                targets = effect.veto if isinstance(effect.veto, tuple) else ()
                words = {english(ACCOUNTS, english(WORDS, word)) for word in targets}
                at = Fraction(effect.at)
                return Brings("veto", place, basis, frozenset({*words, *targets}), at=at)
            case model.GradeEffect():
                bound = effect.grade
                if isinstance(bound, model.GradeBound):
                    bound = bound.at_best or bound.at_least or ""
                word = str(bound)
                return Brings("grade", place, basis, frozenset({word, word.rpartition(".")[2]}))
            case model.ActionEffect():
                return Brings("action", place, basis, frozenset({effect.action}))
        return self._points(place, basis, effect)

    def _points(self, place: str, basis: str, effect: model.PointsEffect) -> Brings:
        to = effect.to or {"total": model.Share.parse("whole")}
        accounts = [english(ACCOUNTS, account) for account in to]
        last = (english(ACCOUNTS, account.rpartition(".")[2].strip()) for account in accounts)
        ledgers = tuple(name if name in self._own else "total" for name in last)
        share = next(iter(to.values()))
        whole = (
            len(to) == 1
            and isinstance(share, model.Share)
            and share.share == "each"
            and share.part == 1
        )
        points = Fraction(effect.points) if whole and isinstance(effect.points, Decimal) else None
        return Brings(
            "then",
            place,
            basis,
            frozenset(),
            points,
            ledgers,
            any(name not in self._own for name in accounts),
            effect.lasts is not None,
            wipes=effect.points == "clear",
        )


def is_standing(step: Step) -> bool:
    """Tell whether a step says that a veto begins or still holds."""
    return step.kind == "veto" and step.before is None


def _owners(scheme: model.Scheme) -> Iterator[tuple[model.Path, Any]]:
    """Yield each part that may have consequences, with its path."""
    for path, _, item in scheme.walk():
        yield path, item
    for number, ladder in enumerate(scheme.tiers):
        for place, level in enumerate(ladder.levels):
            yield ("tiers", number, "levels", place), level
    for number, rule in enumerate(scheme.rules):
        yield ("rules", number), rule

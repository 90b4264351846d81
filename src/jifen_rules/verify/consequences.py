"""The consequences of a scheme, by the part that brings them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from ..core.terms import Unknown
from ..core.vocabulary import ACCOUNTS, WORDS, english
from ..scheme import model
from ..scheme.model import SchemeFile
from ..trace.entry import Step

Note: TypeAlias = tuple[str, str, str]
"""The id, the name and the note of a step."""
KINDS = frozenset({"then", "veto", "grade", "action"})
"""Kinds of step that are consequences."""


@dataclass(frozen=True, slots=True)
class Brings:
    """One consequence: its place, the words of its step, and the ledgers its points enter."""

    kind: str
    place: str
    basis: str
    notes: tuple[Note, ...]
    """What its step says: for each target of a veto, of a level, or of an action."""
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
    comes: bool = False
    """Whether it comes with each line of its owner, whatever the figures are."""
    repairs: bool = False
    """Whether it follows from a repair."""

    def is_of(self, step: Step) -> bool:
        """Tell whether a step belongs to this consequence."""
        if (step.kind, step.place, step.basis) != (self.kind, self.place, self.basis):
            return False
        note = (step.id, step.name, step.note)
        if step.kind != "then":
            return note in self.notes
        stated = self.points is None or step.after is None or Fraction(step.after) == self.points
        return stated and note in self.notes

    def holds_with(self, step: Step) -> bool:
        """Tell whether a step says that points stop at this veto."""
        named = any((step.id, step.name) == (key, name) for key, name, _ in self.notes)
        return named and (step.kind, step.place, step.basis) == ("veto", self.place, self.basis)


class Consequences:
    """The consequences of a scheme, by the id of their indicator, level or rule."""

    def __init__(self, file: SchemeFile) -> None:
        self._file = file
        scheme = file.scheme
        self._own = {"total", *(led.key for led in scheme.ledgers if led.formula is None)}
        self.by_owner: dict[str, tuple[Brings, ...]] = {}
        self.owners: Counter[str] = Counter()
        """How many have an id: two ladders may have levels with one name."""
        for path, part in _owners(scheme):
            self.owners[part.key] += 1
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
            brings = self._brings((*path, "repair", "then", number), effect)
            yield replace(brings, repairs=True)

    def _brings(self, path: model.Path, effect: model.Consequence) -> Brings:
        place, basis, comes = self._file.place(path).short, effect.basis or "", effect.when is None
        match effect:
            case model.VetoEffect():
                targets = effect.veto if isinstance(effect.veto, tuple) else ()
                notes = tuple(_target(word) for word in targets)
                return Brings("veto", place, basis, notes, at=Fraction(effect.at), comes=comes)
            case model.GradeEffect():
                return Brings("grade", place, basis, (self._level(effect.grade),), comes=comes)
            case model.ActionEffect():
                said = ("action", effect.action, effect.action)
                return Brings("action", place, basis, (said,), comes=comes)
        return self._points(place, basis, effect)

    def _level(self, grade: object) -> Note:
        """Return what a grade says: its level, by its name alone or after its ladder."""
        if isinstance(grade, model.GradeBound):
            grade = grade.at_best or grade.at_least
        word = grade if isinstance(grade, str) and not isinstance(grade, Unknown) else ""
        for ladder in self._file.scheme.tiers:
            for level in ladder.levels:
                if word in (level.key, f"{ladder.key}.{level.key}"):
                    return level.key, level.key, level.key
        return "", "", ""

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
        pays = any(name not in self._own for name in accounts)
        both = isinstance(share, model.Share) and share.side is None
        points = Fraction(effect.points) if whole and isinstance(effect.points, Decimal) else None
        return Brings(
            "then",
            place,
            basis,
            (("then", "then", ""),),
            points,
            ledgers,
            pays,
            effect.lasts is not None,
            wipes=effect.points == "clear",
            comes=effect.when is None and points is not None and both and not pays,
        )


def is_standing(step: Step) -> bool:
    """Tell whether a step says that a veto begins or still holds."""
    return step.kind == "veto" and step.before is None


def _target(word: str) -> Note:
    """Return what a veto says of a target; one on all adds may let those of its day stand."""
    target = english(ACCOUNTS, english(WORDS, word))
    target = "added" if target == "later_added" else target
    return target, word, target


def _owners(scheme: model.Scheme) -> Iterator[tuple[model.Path, Any]]:
    """Yield each part that may have consequences, with its path."""
    for path, _, item in scheme.walk():
        yield path, item
    for number, ladder in enumerate(scheme.tiers):
        for place, level in enumerate(ladder.levels):
            yield ("tiers", number, "levels", place), level
    for number, rule in enumerate(scheme.rules):
        yield ("rules", number), rule

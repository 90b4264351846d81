"""What a scheme leaves open, as the lines of events have to say: their steps `not_stated`.

Takes one version of a scheme; knows nothing of lines.
"""

from collections.abc import Iterator
from typing import TypeAlias

from ..core.periods import Deadline
from ..core.terms import Unknown
from ..scheme import model
from ..scheme.model.amounts import is_open
from ..trace.entry import Step
from .limits import CheckedIndicator, Part
from .prices import prices_of
from .rules import Version

Open: TypeAlias = tuple[str, str, str, str, str]
"""The id, name, place, basis and note of a step."""


def open_of(version: Version, item: CheckedIndicator, *, declared: bool) -> Iterator[Open]:
    """Yield what each counted line of an indicator says; its deadline only if it was declared."""
    for part in item.parts:
        yield from _limits(version, part)
    for number, effect in enumerate(item.indicator.then):
        if isinstance(effect, model.VetoEffect) and isinstance(effect.veto, Unknown):
            place = version.place((*version.path_of(item.key), "then", number))
            yield item.key, item.indicator.label, place, "veto", "veto"
    nearest = next((part for part in item.parts if part.process is not None), None)
    if declared and nearest is not None:
        yield from _deadline(version, nearest)


def open_floors(version: Version, reward: model.Reward) -> Iterator[Open]:
    """Yield what each redemption says: the floors that are not stated of what it is paid from."""
    scheme = version.scheme
    floors: dict[str, tuple[object, model.Path]] = {"total": (scheme.floor, ())}
    floors |= {led.key: (led.floor, ("ledgers", n)) for n, led in enumerate(scheme.ledgers)}
    for ledger in prices_of(reward) or ():
        bound, path = floors.get(ledger, (None, ()))
        if is_open(bound):
            yield ledger, ledger, version.place((*path, "floor")), "floor", "floor"


def may_be_open(version: Version, step: Step) -> bool:
    """Tell whether a step says what a consequence, or a reward, leaves open."""
    said = (step.id, step.name, step.place, step.basis)
    if step.note == "points":
        several = ((b.kind, b.place, b.basis) for b in version.consequences)
        return said[:2] == ("then", "then") and ("then", *said[2:]) in several
    is_reward = said[:2] in version.names and (said[0], *said[2:]) in version.grounds
    return step.note == "gives" and is_reward


def _limits(version: Version, part: Part) -> Iterator[Open]:
    path = version.path_of(part.key)
    for number, rule in enumerate(part.caps):
        if rule.at_most.is_unknown or isinstance(rule.per, Unknown):
            place = version.place((*path, "caps", number))
            yield part.key, part.label, place, "caps", "caps"
    for key, bound in (("floor", part.floor), ("full", part.full)):
        if is_open(bound):
            yield part.key, part.label, version.place((*path, key)), key, key


def _deadline(version: Version, part: Part) -> Iterator[Open]:
    for number, step in enumerate(part.process or ()):
        if step.step == "declare" and step.within is not None:
            if not isinstance(step.within, Deadline):
                path = (*version.path_of(part.key), "process", number, "within")
                yield "declare", "declare", version.place(path), "within", "within"
            return

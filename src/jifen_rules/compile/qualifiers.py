"""What stands beside the points of an indicator: how long, how often, between what, by whom."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from ..core import vocabulary
from ..core.periods import Deadline
from ..core.terms import Exact, Unknown, exact, parse_number, plain
from ..plan import (
    Escalation,
    Mark,
    ValidityBy,
    Value,
)
from ..scheme import model
from ..scheme.model import Path
from .desk import SCALE, Desk, lasting_word, scaled
from .values import fixed_points


def lower_lasts(desk: Desk, lasts: object, path: Path) -> str | ValidityBy:
    """How long points count: a word, or by their size, or by a field of the event."""
    if isinstance(lasts, model.LastsTable):
        rows = [(e, False, w) for e, w in lasts.at_least.items()]
        rows += [(e, True, w) for e, w in lasts.above.items()]
        edges = sorted((scaled(Fraction(e)), strict, lasting_word(w)) for e, strict, w in rows)
        return ValidityBy("", tuple(edges), {})
    if isinstance(lasts, model.LastsBy):
        (written, table), *_ = lasts.by.items()
        name = vocabulary.english(vocabulary.COLUMNS, written)
        if name not in ("level", "place", "role") and name not in desk.file.scheme.fields.event:
            desk.report("unknown-field", (*path, "by", written, "key"), name=written)
        return ValidityBy(name, (), {word: lasting_word(w) for word, w in table.items()})
    return lasting_word(lasts)


def lasting_words(lasts: str | ValidityBy) -> set[str]:
    """Return every word that a validity may turn out to be."""
    if isinstance(lasts, str):
        return {lasts}
    return {word for _, _, word in lasts.edges} | set(lasts.table.values())


def lower_escalation(
    desk: Desk, escalate: model.Escalate, owner: model.Named | model.Scheme, path: Path
) -> Escalation:
    """Lower what the first, second, third time brings."""
    (over, words), *_ = escalate.items()
    place = desk.file.place(path).short
    mark = desk.mark(owner, path[:-1])
    rungs = tuple(_lower_step(word) for word in words)
    for word, (kind, _, amount) in zip(words, rungs, strict=True):
        if kind == "times" and amount < 0:
            desk.report("escalation-below-zero", path, text=word)
    if not rungs:
        desk.report("escalation-empty", path)
        rungs = (("times", "", 1),)
    window = None if over == "valid" else over
    return Escalation(Mark(mark.id, mark.name, place, mark.basis), window, rungs)


def _lower_step(word: str) -> tuple[Literal["warning", "times", "points"], str, Exact]:
    """`x2` is a multiple, a number is points, any other word names a warning."""
    try:
        if word[:1] in ("x", "×"):
            return "times", "", exact(Fraction(parse_number(word[1:])))
        return "points", "", scaled(Fraction(parse_number(word)))
    except ValueError:
        return "warning", word, 0


def lower_bounds(between: object) -> tuple[tuple[Exact | None, Exact | None], ...]:
    """Return the bounds of `between`: none, or one pair whose unstated ends are None."""
    if not isinstance(between, tuple):
        return ()
    low, high = (None if isinstance(b, Unknown) else scaled(Fraction(b)) for b in between)
    return ((low, high),)


def check_within(
    desk: Desk,
    value: Value | None,
    within: tuple[tuple[Exact | None, Exact | None], ...],
    path: Path,
) -> None:
    """Check what stands alone.

    A wipe brings no points to speak of, and a rating is no occurrence to count.
    """
    for low, high in within:
        for points in fixed_points(value):
            if (low is not None and points < low) or (high is not None and points > high):
                desk.report("outside-the-bounds", (*path, "points"), points=plain(points, SCALE))
                return


def declarers(steps: tuple[model.ProcessStep, ...]) -> tuple[str, ...]:
    """Who may declare; nobody named, or `anyone`, means everyone."""
    for step in steps:
        if step.step == "declare":
            words = tuple(vocabulary.english(vocabulary.WORDS, word) for word in step.who)
            return () if "anyone" in words else words
    return ()


def lower_process(
    desk: Desk, steps: tuple[model.ProcessStep, ...]
) -> tuple[int, Mapping[str, int]]:
    """Return the step at which an event counts, and the number of each step by its word."""
    statuses: dict[str, int] = {}
    for number, step in enumerate(steps):
        for word in (step.step, vocabulary.STEPS[step.step], step.id):
            if word:
                statuses[word] = number
    counts = [n for n, step in enumerate(steps) if step.step == "count"]
    return (counts[0] if counts else len(steps) - 1), statuses


def lower_deadline(
    desk: Desk, steps: tuple[model.ProcessStep, ...], path: Path
) -> tuple[Deadline | None, tuple[Mark, ...]]:
    """By when an event must be declared; an unknown deadline holds nobody back."""
    for number, step in enumerate(steps):
        if step.step == "declare" and step.within is not None:
            if isinstance(step.within, Deadline):
                return step.within, ()
            place = desk.file.place((*path, number, "within")).short
            return None, (Mark("declare", "declare", place, "within"),)
    return None, ()

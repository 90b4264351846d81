"""What formulas, tables and `for` ask: of the event, the subject that day, the figures.

Reads the state and changes nothing.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from ..event import Event, attribute
from ..expression import Formula, is_given
from ..plan import Grant, Post
from ..terms import Window, exact
from ..vocabulary import YES_NO, english
from .state import State, World

Stretch = tuple[date, date]


def holds(
    world: World, formula: Formula | None, event: Event, stretch: Stretch | None = None
) -> bool:
    """Whether a condition holds; without one, it does."""
    return formula is None or is_given(evaluate(world, formula, event, stretch))


def evaluate(world: World, formula: Formula, event: Event, stretch: Stretch | None = None) -> Any:
    """Work a formula out for an event's subject on the event's day."""
    values = {name: _named(world, name, event) for name in formula.names}
    for call in formula.calls:
        values[call.name] = _answer(world, call.function, call.arguments, event, stretch)
    return formula.evaluate(values)


def _named(world: World, name: str, event: Event) -> Any:
    day, subject, plan = event.date, event.subject, world.plan
    plain_names: Mapping[str, Callable[[], Any]] = {
        "month": lambda: day.month, "day": lambda: day.day, "weekday": day.isoweekday,
        "class": lambda: world.roster.classes(subject, day),
        "quantity": lambda: Fraction(event.quantity or 0),
        "points": lambda: Fraction(event.points or 0),
        "indicator": lambda: event.indicator, "subject": lambda: subject,
    }  # fmt: skip
    if name in plain_names:
        return plain_names[name]()
    state = world.states.get(subject)
    if name in plan.ladders:
        decided = state.decided.get(name) if state is not None else None
        return (decided.level if decided else "") or ""
    if name in plan.subject_fields:
        return _typed(world.roster.attribute(subject, name, day), plan.subject_fields[name])
    if name in plan.event_fields:
        return _typed(attribute(event, name), plan.event_fields[name])
    if name in plan.ledgers or name in plan.nodes:
        return exact(Fraction(state.figure(name)) / plan.scale) if state is not None else 0
    return attribute(event, name)


def _answer(
    world: World, function: str, words: tuple[str, ...], event: Event, stretch: Stretch | None
) -> Any:
    state = world.states.get(event.subject)
    if function == "throughout":
        first, last = stretch or (event.date, event.date)
        return world.roster.throughout(event.subject, words[0], first, last)
    if state is None:
        return 0
    if function == "reached":
        names = [rung.name for rung in world.plan.ladders[words[0]].rungs]
        decided = state.decided.get(words[0])
        level = decided.level if decided is not None else None
        return level in names and names.index(level) <= names.index(words[1])
    window = Window.parse(words[1])
    found = [
        value
        for day, grant, value in state.history
        if _is_of(grant, words[0], value) and _same_window(world, window, day, event.date)
    ]
    return len(found) if function == "count" else exact(Fraction(sum(found, 0)) / world.plan.scale)


def _is_of(grant: Grant, name: str, value: Any) -> bool:
    if name in ("any", "added", "deducted"):
        return name == "any" or (value > 0 if name == "added" else value < 0)
    return name in grant.nodes


def _same_window(world: World, window: Window, one: date, two: date) -> bool:
    if window.name == "length":
        return one >= window.first_day_back(two)
    return bool(world.key(window, one) == world.key(window, two))


def _typed(text: str, kind: str) -> Any:
    if kind == "yes_no":
        return english(YES_NO, text.lower()) in ("yes", "true", "1")
    if kind == "number":
        return Fraction(text) if text else Fraction(0)
    return text


def words_of(world: World, name: str, subject: str, day: date) -> frozenset[str]:
    """The words a subject's field has on a day; `class` may have several."""
    if name == "class":
        return world.roster.classes(subject, day)
    return frozenset({world.roster.attribute(subject, name, day)})


def is_for(world: World, grant: Grant, subject: str, day: date) -> bool:
    """Whether an indicator is for this subject: every `for` around it must hold."""
    return all(world.roster.fits(subject, kinds, day) for kinds in grant.kinds)


def recipients(world: World, posts: tuple[Post, ...], event: Event) -> dict[Post, tuple[str, ...]]:
    """Who gets what, by post; a post to others that nobody answers to has no one."""
    return {post: _paid(world, post, event) for post in posts if post.account}


def _paid(world: World, post: Post, event: Event) -> tuple[str, ...]:
    if post.account == "named":
        known = world.roster.is_member(event.to, event.date)
        return (event.to,) if event.to and known else ()
    return world.roster.resolve(event.subject, post.account, event.date)


def state_of(world: World, event: Event) -> State | None:
    """The figures of an event's subject, if it is scored at all."""
    return world.states.get(event.subject)

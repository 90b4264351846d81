"""What formulas, tables and `for` ask: of the event, the subject that day, the figures.

Reads the state and changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any

from ..core.expression import OF_OTHERS, Call, Formula, is_given
from ..core.terms import Exact, Window, exact
from ..core.vocabulary import YES_NO, english
from ..inputs.event import Event, attribute, is_stated, moment
from ..inputs.roster import Roster
from ..plan import Plan, Post
from .state import Side, SubjectState
from .world import World


class Undecided(Exception):
    """A formula asks for a level that is not decided, or for a fact that nobody stated."""


Stretch = tuple[date, date]
More = Mapping[str, Any]
"""Names known only in one place: the places of a ranking, the number of raters."""

MAX_LOT = 10**9

Way = tuple[str, str, Side]
"""Whom points reach, in which ledger, on which side."""
_SIDES: tuple[Side, ...] = ("added", "deducted")


def holds(
    world: World,
    formula: Formula | None,
    event: Event,
    stretch: Stretch | None = None,
    more: More | None = None,
) -> bool:
    """Whether a condition holds; without one, it does. One that is undecided does not."""
    if formula is None:
        return True
    try:
        return is_given(evaluate(world, formula, event, stretch, more))
    except Undecided:
        return False


def evaluate(
    world: World,
    formula: Formula,
    event: Event,
    stretch: Stretch | None = None,
    more: More | None = None,
) -> Any:
    """Work a formula out for an event's subject on the event's day."""
    given = [
        more[name] if more and name in more else _named(world, name, event)
        for name in formula.named
    ]
    given += [_answer(world, call, event, stretch) for call in formula.calls]
    return formula.answer(tuple(given))


# --- names ---------------------------------------------------------------------------------------


def _named(world: World, name: str, event: Event) -> Any:
    if name in _NAMES:
        return _NAMES[name](world, event)
    day, subject, plan, roster = event.date, event.subject, world.plan, world.roster
    if name in plan.ladders:
        state = world.states.get(subject)
        decided = state.decided.get(name) if state is not None else None
        if decided is not None and decided.unstated:
            raise Undecided
        return (decided.level if decided else "") or ""
    if name in plan.subject_fields:
        return _stated(plan, name, roster.attribute(subject, name, day), plan.subject_fields[name])
    if name in plan.event_fields:
        return _stated(plan, name, attribute(event, name), plan.event_fields[name])
    if name in plan.ledgers or name in plan.nodes:
        return exact(Fraction(figure_of(world, subject, name, day)) / plan.scale)
    return attribute(event, name)


_NAMES: Mapping[str, Callable[[World, Event], Any]] = {
    "year": lambda _, event: event.date.year,
    "date": lambda _, event: event.date.isoformat(),
    "time": lambda _, event: event.time,
    "month": lambda _, event: event.date.month,
    "day": lambda _, event: event.date.day,
    "weekday": lambda _, event: event.date.isoweekday(),
    "class": lambda world, event: world.roster.classes(event.subject, event.date),
    "quantity": lambda _, event: exact(Fraction(event.quantity or 0)),
    "points": lambda _, event: exact(Fraction(event.points or 0)),
    "indicator": lambda _, event: event.indicator,
    "subject": lambda _, event: event.subject,
    "headcount": lambda world, event: len(world.roster.members(event.subject, event.date)),
    "days_in": lambda world, event: world.roster.days_in(
        event.subject, event.date, world.versions.first.version
    ),
}
"""Names that every formula knows: of the event, its day, its subject."""


def figure_of(world: World, subject: str, name: str, day: date) -> Exact:
    """Return a ledger, category or indicator of a subject as it stands, derived ones too."""
    ledger = world.plan.ledgers.get(name)
    if ledger is not None and ledger.formula is not None:
        return _derived(world, subject, name, day)
    state = world.states.get(subject)
    return 0 if state is None else state.figure(name)


def _derived(world: World, subject: str, name: str, day: date) -> Exact:
    """Work out a derived ledger, once for each state of the figures."""
    moment_of = (len(world.rows), world.moves, day)
    if world.derived_at != moment_of:
        world.derived_at = moment_of
        world.derived.clear()
    key = (subject, name)
    found = world.derived.get(key)
    if found is None:
        ledger, asking = world.plan.ledgers[name], moment(day, subject)
        assert ledger.formula is not None
        found = exact(Fraction(evaluate(world, ledger.formula, asking)) * world.scale)
        if ledger.rounding is not None:
            found = ledger.rounding.apply(found, world.scale)
        world.derived[key] = found
    return found


def _stated(plan: Plan, name: str, text: str, kind: str) -> Any:
    """Read a fact by its type; one that nobody stated is what the scheme says a blank means."""
    text = text or plan.blanks.get(name, "")
    return _typed(text, kind)


def _typed(text: str, kind: str) -> Any:
    if kind == "yes_no":
        return english(YES_NO, text.lower()) in ("yes", "true", "1")
    if kind == "number":
        return Fraction(text) if text else Fraction(0)
    return text


# --- questions ------------------------------------------------------------------------------------


def _answer(world: World, call: Call, event: Event, stretch: Stretch | None) -> Any:
    function, words = call.function, call.arguments
    if function in OF_OTHERS:
        return _of_others(world, call, event)
    if function == "given":
        return _is_given(world, words[0], event)
    if function == "draw":
        return lot(words[0], event.subject)
    if function == "throughout":
        first, last = stretch or (event.date, event.date)
        return world.roster.throughout(event.subject, words[0], first, last)
    state = world.known(event.subject)
    if state is None:
        return "" if function == "last" else 0
    if function in ("reached", "streak", "last"):
        return _of_ladder(world, state, function, words)
    if function in ("mean", "highest", "lowest"):
        return _of_parts(world, state, function, words, event.date)
    occurrences = state.occurrences
    if function == "in_a_row":
        return occurrences.in_a_row(call)
    if function == "granted":
        window = Window.parse(words[1])
        return exact(
            Fraction(occurrences.granted(words[0], window, event.date, world.key)) / world.scale
        )
    if function == "latest":
        return exact(Fraction(occurrences.latest(words[0])) / world.scale)
    window = Window.parse(words[1])
    if function == "count":
        return occurrences.count(words[0], window, event.date, world.key)
    found = occurrences.sum(words[0], window, event.date, world.key)
    return exact(Fraction(found) / world.scale)


def _is_given(world: World, name: str, event: Event) -> bool:
    """Whether a fact was stated."""
    if name == "class":
        return bool(world.roster.classes(event.subject, event.date))
    if name in world.plan.subject_fields:
        return bool(world.roster.attribute(event.subject, name, event.date))
    return is_stated(event, name)


def lot(seed: str, subject: str) -> int:
    """Return a lot that anybody can draw again: the first digits of a hash of seed and subject."""
    digest = sha256(f"{seed} {subject}".encode()).digest()
    return int.from_bytes(digest) % MAX_LOT


def _of_ladder(world: World, state: SubjectState, function: str, words: tuple[str, ...]) -> Any:
    levels = state.levels.get(words[0], [])
    if function == "last":
        return levels[-2] if len(levels) > 1 else ""
    names = [rung.name for rung in world.plan.ladders[words[0]].rungs]
    good = set(names[: names.index(words[1]) + 1])
    if function == "reached":
        decided = state.decided.get(words[0])
        return decided is not None and decided.level in good
    streak = 0
    for level in reversed(levels):
        if level not in good:
            break
        streak += 1
    return streak


def _of_parts(
    world: World, state: SubjectState, function: str, words: tuple[str, ...], day: date
) -> Exact:
    """Over the windows gone by of the period, or of the year where the period is shorter."""
    stretch = min(state.period.start, date(day.year, 1, 1))
    gone = [value for end, value in state.parts.get((words[0], words[1]), []) if end >= stretch]
    if not gone:
        return 0
    found = {"mean": sum(gone, Fraction(0)) / len(gone), "highest": max(gone), "lowest": min(gone)}
    return exact(Fraction(found[function]) / world.plan.scale)


def _of_others(world: World, call: Call, event: Event) -> Any:
    """`sum_of(members, expression, condition)` and its kin, over those of a relation."""
    relation, (expression, *condition) = call.arguments[0], call.formulas
    found: list[Any] = []
    asked = 0
    for other in world.roster.resolve(event.subject, relation, event.date):
        theirs = moment(event.date, other)
        if condition and not holds(world, condition[0], theirs):
            continue
        asked += 1
        found.append(evaluate(world, expression, theirs))
    match call.function:
        case "sum_of":
            return exact(sum((Fraction(value) for value in found), Fraction(0)))
        case "mean_of":
            return exact(sum((Fraction(v) for v in found), Fraction(0)) / asked) if asked else 0
        case "all_of":
            return all(is_given(value) for value in found)
        case "share_of":
            good = sum(1 for value in found if is_given(value))
            return exact(Fraction(good, asked)) if asked else 0
        case _:
            return sum(1 for value in found if is_given(value))


# --- who -----------------------------------------------------------------------------------------


def words_of(world: World, name: str, subject: str, day: date) -> frozenset[str]:
    """Return the words a subject's field has on a day; `class` may have several."""
    if name == "class":
        return world.roster.classes(subject, day)
    return frozenset({world.roster.attribute(subject, name, day)})


def is_for(roster: Roster, kinds: tuple[tuple[str, ...], ...], subject: str, day: date) -> bool:
    """Whether something is for this subject: every `for` around it must hold."""
    return all(roster.fits(subject, words, day) for words in kinds)


def parts_of(
    world: World, posts: tuple[Post, ...], event: Event
) -> Iterator[tuple[Post, str, Exact | None]]:
    """Yield every payee of an event with its part; None is what division leaves, and comes last.

    Who is reached by two ways is reached once, the subject itself by its own way; only the rest
    comes beside what its payee has.
    """
    reached: set[Way] = set()
    for post in sorted(posts, key=lambda post: (post.share == "rest", bool(post.account))):
        payees = payees_of(world, post, event)
        if post.share == "rest":
            yield from ((post, other, None) for other in payees[:1])
            continue
        ways = [*_new_ways(post, payees, reached)]
        if post.share == "equally":
            parts = [Fraction(1, len(ways)) for _ in ways]
        elif post.share == "by":
            figures = [
                max(Fraction(figure_of(world, other, post.figure, event.date)), Fraction(0))
                for _, other in ways
            ]
            whole = sum(figures, Fraction(0))
            parts = [figure / whole if whole else Fraction(0) for figure in figures]
        else:
            parts = [Fraction(post.part) for _ in ways]
        yield from ((*way, exact(part)) for way, part in zip(ways, parts, strict=True))


def _new_ways(post: Post, payees: Iterable[str], reached: set[Way]) -> Iterator[tuple[Post, str]]:
    """Yield whom a post reaches for the first time, perhaps on one side alone; note them."""
    for other in payees:
        ways = {(other, post.ledger, side) for side in _SIDES if post.side in (None, side)}
        new = ways - reached
        if new:
            yield (post if new == ways else replace(post, side=next(iter(new))[2])), other
        reached |= new


def names_nobody(world: World, posts: tuple[Post, ...], event: Event) -> bool:
    """Whether points go to whom the event names, and it names nobody who is there."""
    return any(post.account == "named" and not payees_of(world, post, event) for post in posts)


def payees_of(world: World, post: Post, event: Event) -> tuple[str, ...]:
    """Return whom a post of an event pays.

    The subject itself, one who is named, or a relation on that day.
    """
    if post.account == "":
        return (event.subject,)
    if post.account == "nobody":
        return ()
    if post.account == "named":
        known = world.roster.is_member(event.to, event.date)
        return (event.to,) if event.to and known else ()
    return world.roster.resolve(event.subject, post.account, event.date)

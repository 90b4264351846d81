"""A ladder -> the lines that say its levels, how they are decided, and what each brings."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from pydantic import BaseModel

from ...core.message import N_, Message, Value, msg
from ...core.rounding import Rounding
from ...core.terms import Unknown, Window, plain
from ...scheme.model import Carried, Category, Form, Indicator, Ladder, Level, Scheme
from ...scheme.model.amounts import Share, Weight
from .formula_wording import say_formula
from .names import Names, join_sentences, names_in
from .rule_wording import bases_of, say_among, say_consequence
from .terms_wording import say_bases, say_end, say_rounding, say_stretch


def say_ladder(ladder: Ladder, names: Names, *, whole: bool = False) -> Iterator[Message]:
    """One line for the ladder, and one for each level that brings something or protects.

    `whole` tells that its figure is always a whole number, so that 960 to 1049 leaves no gap.
    """
    levels = list(_levels(ladder, names, whole=whole))
    said = join_sentences(levels, N_("{first}; {rest}")) if levels else msg(N_("not stated"))
    parts = join_sentences([said, *_decided(ladder, names)], N_("{first}; {rest}"))
    yield msg(N_("levels ({name}): {levels}"), name=ladder.label, levels=parts)
    for level in ladder.levels:
        brings = list(_brings(level, names))
        if brings:
            text = N_("levels ({name}), {level}: {brings}")
            what = join_sentences(brings, N_("{first}; {rest}"))
            yield msg(text, name=ladder.label, level=level.label, brings=what)


def say_level(scheme: Scheme, ladder: Ladder, level: str) -> Message:
    """Say what a level of a ladder asks for, given its label.

    The last level may take the rest.
    """
    found = next((one for one in ladder.levels if level in (one.label, one.key)), None)
    tests = [] if found is None else list(_tests(found, None, names_in(scheme), whole=False))
    return (
        join_sentences(tests, N_("{first} and {rest}"))
        if tests
        else msg(N_("no more than the others"))
    )


def counts_whole(scheme: Scheme) -> bool:
    """Whether every total is surely a whole number: rounded so, or made of whole points alone."""
    if isinstance(scheme.round, Rounding):
        return scheme.round.step % 1 == 0
    return _is_whole(scheme)


def _is_whole(value: object) -> bool:
    match value:
        case Decimal():
            return value % 1 == 0
        case Form():
            return value.is_whole
        case Weight() | Carried():
            return False
        case Share():
            return value.part == 1 and value.share in ("each", "rest")
        case Scheme() | Category() | Indicator() if value.combine or value.escalate:
            return False  # a mean, or a factor
        case BaseModel():
            return all(_is_whole(inner) for _, inner in value)
        case Mapping():
            return all(map(_is_whole, value.values()))
        case tuple():
            return all(map(_is_whole, value))
    return True


def _levels(ladder: Ladder, names: Names, *, whole: bool) -> Iterator[Message]:
    """Each level by its figures; the first without any takes the rest, further ones are graded."""
    high: Level | None = None
    rest = next((level for level in ladder.levels if not level.has_test), None)
    for level in ladder.levels:
        if level is rest:
            yield msg(N_("{name}: the rest"), name=level.label)
        elif not level.has_test:
            yield msg(N_("{name}: only by direct grading"), name=level.label)
        else:
            tests = list(_tests(level, high, names, whole=whole))
            said = join_sentences(tests, N_("{first} and {rest}"))
            yield msg(N_("{name}: {tests}"), name=level.label, tests=said)
        high = level if _is_one_figure(level) else None


def _is_one_figure(level: Level) -> bool:
    """Whether a level is reached by one stated figure alone, so that who misses it is below."""
    figures = [n for n in (level.at_least, level.above) if n is not None]
    return (
        len(figures) == 1
        and not isinstance(figures[0], Unknown)
        and level.rank is None
        and level.when is None
    )


def _tests(level: Level, high: Level | None, names: Names, *, whole: bool) -> Iterator[Message]:
    if high is not None and _is_one_figure(level):
        yield _between(level, high, whole=whole)
    else:
        yield from _figures(level)
    rank = level.rank
    if isinstance(rank, Unknown):
        yield msg(N_("by a place that is not stated"))
    elif rank is not None:
        if rank.percent:
            text = N_("the first {number}%") if rank.end == "top" else N_("the last {number}%")
        else:
            text = N_("the first {number}") if rank.end == "top" else N_("the last {number}")
        yield msg(text, number=plain(rank.number))
    if level.when:
        yield msg(N_("where {formula}"), formula=say_formula(level.when, names))


def _figures(level: Level) -> Iterator[Message]:
    for number, text, unstated in (
        (level.at_least, N_("{number} points or more"), N_("from a figure that is not stated")),
        (level.above, N_("above {number} points"), N_("above a figure that is not stated")),
    ):
        if isinstance(number, Unknown):
            yield msg(unstated)
        elif number is not None:
            yield msg(text, number=plain(number))


def _between(level: Level, high: Level, *, whole: bool) -> Message:
    """From its own figure to that of the level above it."""
    low, top = level.at_least, high.at_least
    if whole and isinstance(low, Decimal) and isinstance(top, Decimal) and low < top - 1:
        return msg(N_("{low} to {high} points"), low=plain(low), high=plain(top - 1))
    (own,) = _figures(level)
    limit = (
        N_("less than {number} points")
        if high.at_least is not None
        else N_("at most {number} points")
    )
    bound = high.at_least if high.at_least is not None else high.above
    assert isinstance(bound, Decimal)
    return msg(N_("{low}, {high}"), low=own, high=msg(limit, number=plain(bound)))


def _decided(ladder: Ladder, names: Names) -> Iterator[Message]:
    if ladder.for_:
        yield msg(N_("only for: {whom}"), whom=names.all_of(ladder.for_))
    if ladder.by is not None:
        yield msg(N_("decided by {figure}"), figure=names.account(ladder.by))
    if isinstance(ladder.per, Window):
        yield msg(N_("decided {moment}"), moment=say_end(ladder.per))
    elif ladder.per is not None:
        yield msg(N_("how often it is decided is not stated"))
    if ladder.when:
        yield msg(N_("rated are those with: {formula}"), formula=say_formula(ladder.when, names))
    if ladder.among:
        yield msg(N_("rated: {together}"), together=say_among(ladder.among))
    if ladder.ties is not None:
        yield _ties(ladder.ties, names)
    if isinstance(ladder.round, Rounding):
        yield _places(ladder.round)
    elif ladder.round is not None:
        yield msg(N_("how places are rounded is not stated"))
    if ladder.up is not None:
        yield msg(N_("at most {steps} levels up at a time"), steps=_steps(ladder.up))
    if ladder.down is not None:
        yield msg(N_("at most {steps} levels down at a time"), steps=_steps(ladder.down))
    yield from say_bases(*bases_of(ladder))


def _places(rounding: Rounding) -> Message:
    """To how many places a percentage comes."""
    if rounding.step != 1:
        return msg(N_("how many places: {rounding}"), rounding=say_rounding(rounding))
    text = {
        "down": N_("places are whole; a part of one is dropped"),
        "up": N_("places are whole; a part of one counts as one"),
        "half_up": N_("places are whole, rounded half up"),
    }[rounding.mode]
    return msg(text)


def _steps(steps: int | Unknown) -> Value:
    return msg(N_("not stated")) if isinstance(steps, Unknown) else str(steps)


_TIES: Final = {
    "all": N_("of equals at the edge all count"),
    "none": N_("of equals at the edge none counts"),
}


def _ties(ties: tuple[str, ...] | Unknown, names: Names) -> Message:
    if isinstance(ties, Unknown):
        return msg(N_("what becomes of equals is not stated"))
    parts = [
        msg(_TIES[word])
        if word in _TIES
        else msg(N_("between equals decides {figure}"), figure=names.account(word))
        for word in ties
    ]
    return join_sentences(parts, N_("{first}, then {rest}"))


def _brings(level: Level, names: Names) -> Iterator[Message]:
    yield from (say_consequence(effect, names) for effect in level.then)
    if level.lasts is not None:
        yield msg(N_("protected from falling: {length}"), length=say_stretch(level.lasts))
    yield from say_bases(*bases_of(level))

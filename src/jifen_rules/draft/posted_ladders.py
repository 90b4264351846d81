"""A ladder -> the lines that say its levels, how they are decided, and what each brings."""

from collections.abc import Iterator
from typing import Final

from ..message import N_, Message, Value, say
from ..model import Ladder, Level
from ..terms import Rounding, Unknown, Window, plain
from .formula_wording import say_formula
from .names import Names, joined
from .rule_wording import bases_of, say_among, say_consequence
from .terms_wording import say_bases, say_end, say_rounding, say_stretch


def say_ladder(ladder: Ladder, names: Names) -> Iterator[Message]:
    """One line for the ladder, and one for each level that brings something or protects."""
    levels = [_level(level, names) for level in ladder.levels]
    said = joined(levels, N_("{first}, {rest}")) if levels else say(N_("not stated"))
    parts = joined([said, *_decided(ladder, names)], N_("{first}; {rest}"))
    yield say(N_("levels ({name}): {levels}"), name=ladder.label, levels=parts)
    for level in ladder.levels:
        brings = list(_brings(level, names))
        if brings:
            text = N_("levels ({name}), {level}: {brings}")
            what = joined(brings, N_("{first}; {rest}"))
            yield say(text, name=ladder.label, level=level.label, brings=what)


def _level(level: Level, names: Names) -> Message:
    tests: list[Message] = []
    for number, text, unstated in (
        (level.at_least, N_("from {number} on"), N_("from a figure that is not stated")),
        (level.above, N_("above {number}"), N_("above a figure that is not stated")),
    ):
        if isinstance(number, Unknown):
            tests.append(say(unstated))
        elif number is not None:
            tests.append(say(text, number=plain(number)))
    rank = level.rank
    if isinstance(rank, Unknown):
        tests.append(say(N_("by a place that is not stated")))
    elif rank is not None:
        if rank.percent:
            text = N_("the first {number}%") if rank.end == "top" else N_("the last {number}%")
        else:
            text = N_("the first {number}") if rank.end == "top" else N_("the last {number}")
        tests.append(say(text, number=plain(rank.number)))
    if level.when:
        tests.append(say(N_("where {formula}"), formula=say_formula(level.when, names)))
    if not tests:
        return say(N_("{name} the rest"), name=level.label)
    return say(
        N_("{name} {tests}"), name=level.label, tests=joined(tests, N_("{first} and {rest}"))
    )


def _decided(ladder: Ladder, names: Names) -> Iterator[Message]:
    if ladder.for_:
        yield say(N_("only for: {whom}"), whom=names.all_of(ladder.for_))
    if ladder.by is not None:
        yield say(N_("decided by {figure}"), figure=names.account(ladder.by))
    if isinstance(ladder.per, Window):
        yield say(N_("decided {moment}"), moment=say_end(ladder.per))
    elif ladder.per is not None:
        yield say(N_("how often it is decided is not stated"))
    if ladder.when:
        yield say(N_("rated are those with: {formula}"), formula=say_formula(ladder.when, names))
    if ladder.among:
        yield say(N_("rated: {together}"), together=say_among(ladder.among))
    if ladder.ties is not None:
        yield _ties(ladder.ties, names)
    if isinstance(ladder.round, Rounding):
        yield say(N_("how many places: {rounding}"), rounding=say_rounding(ladder.round))
    elif ladder.round is not None:
        yield say(N_("how places are rounded is not stated"))
    if ladder.up is not None:
        yield say(N_("at most {steps} levels up at a time"), steps=_steps(ladder.up))
    if ladder.down is not None:
        yield say(N_("at most {steps} levels down at a time"), steps=_steps(ladder.down))
    yield from say_bases(*bases_of(ladder))


def _steps(steps: int | Unknown) -> Value:
    return say(N_("not stated")) if isinstance(steps, Unknown) else str(steps)


_TIES: Final = {
    "all": N_("of equals at the edge all count"),
    "none": N_("of equals at the edge none counts"),
}


def _ties(ties: tuple[str, ...] | Unknown, names: Names) -> Message:
    if isinstance(ties, Unknown):
        return say(N_("what becomes of equals is not stated"))
    parts = [
        say(_TIES[word]) if word in _TIES
        else say(N_("between equals decides {figure}"), figure=names.account(word))
        for word in ties
    ]  # fmt: skip
    return joined(parts, N_("{first}, then {rest}"))


def _brings(level: Level, names: Names) -> Iterator[Message]:
    yield from (say_consequence(effect, names) for effect in level.then)
    if level.lasts is not None:
        yield say(N_("protected from falling: {length}"), length=say_stretch(level.lasts))
    yield from say_bases(*bases_of(level))

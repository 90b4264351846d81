"""Ledgers, ladders and rewards -> Ledger, Close, Reward."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from .. import model
from ..model import Path, Scheme
from ..plan import (
    Cap,
    Close,
    Fixed,
    Ledger,
    Mark,
    Reward,
    Rung,
    Value,
)  # fmt: skip
from ..terms import UNKNOWN, Unknown, Window, parse_number, plain
from ..vocabulary import ACCOUNTS, english
from .desk import SCALE, Desk, near, scaled
from .effects import lower_effects
from .limits import lower_caps, lower_net
from .values import lower_value


def lower_ledgers(desk: Desk, deducts: bool) -> Iterator[tuple[str, Ledger]]:
    """Yield the total and every ledger, with base and net limits."""
    scheme = desk.file.scheme
    rows: list[tuple[str, Scheme | model.Ledger, Path]] = [("total", scheme, ())]
    rows += [(led.key, led, ("ledgers", n)) for n, led in enumerate(scheme.ledgers)]
    for key, part, path in rows:
        mark = Mark(key, getattr(part, "label", "") or key, desk.file.place(path).short)
        if part.at_period_end is None:
            desk.say("period-end-not-stated", path, what=key)
        if part.floor is None and deducts:
            desk.say("floor-not-stated", path, what=key)
        floor = part.floor if deducts else None
        if isinstance(floor, model.Bound) and floor.number is not None and floor.beyond is None:
            desk.say("beyond-not-stated", (*path, "floor"), text=str(part.floor))
        full = part.full if isinstance(part, Scheme) else None
        base = Fixed(0) if part.base is None else lower_value(desk, part.base, (*path, "base"))
        limits = tuple(lower_net(desk, part.floor, full, path, mark))
        _check_base(desk, base, limits)
        carries, stated = part.at_period_end == "carry", part.at_period_end is not UNKNOWN
        yield key, Ledger(mark, base, limits, carries, stated)


def _check_base(desk: Desk, base: Value, limits: tuple[Cap, ...]) -> None:
    for limit in limits:
        bound = limit.high if limit.high is not None else limit.low
        if isinstance(base, Fixed) and limit.clamp(base.points) != base.points:
            desk.say(
                "base-beyond-limits", desk.slots[limit.slot],
                base=plain(base.points, SCALE), limit=plain(bound or 0, SCALE),
            )  # fmt: skip


def lower_ladder(desk: Desk, number: int, ladder: model.Ladder) -> Close:
    """Give a ladder with its levels, best first."""
    path: Path = ("tiers", number)
    if not ladder.levels:
        desk.say("levels-missing", path, id=ladder.key)
    elif all(level.has_test for level in ladder.levels):
        desk.say("no-level-for-the-rest", (*path, "levels"), id=ladder.key)
    tested = any(level.at_least is not None or level.above is not None for level in ladder.levels)
    if tested and ladder.by is None:
        desk.say("by-not-stated", path, id=ladder.key)
    if any(level.rank is not None for level in ladder.levels) and ladder.ties is None:
        desk.say("rank-without-ties", path)
    figure = english(ACCOUNTS, ladder.by or "total")
    if figure not in desk.ids:
        hint = near(figure, desk.ids)
        desk.say("unknown-target", (*path, "by"), id=figure, hint=hint)
    rungs = tuple(
        _lower_rung(desk, level, (*path, "levels", n)) for n, level in enumerate(ladder.levels)
    )
    _check_rungs(desk, rungs, path)
    return Close(
        desk.mark(ladder, path), figure, ladder.for_,
        ladder.per if isinstance(ladder.per, Window) else Window("period"),
        desk.formula(ladder.when, (*path, "when"), "yes_no"), rungs,
    )  # fmt: skip


def _lower_rung(desk: Desk, level: model.Level, path: Path) -> Rung:
    bound = level.above if level.above is not None else level.at_least
    stated = bound is not UNKNOWN and level.rank is None
    least = None if bound is None or isinstance(bound, Unknown) else scaled(Fraction(bound))
    if level.rank is not None and level.rank is not UNKNOWN:
        desk.say("not-built", (*path, "rank"), text="rank")
    effects = lower_effects(desk, level.then, (*path, "then"))
    when = desk.formula(level.when, (*path, "when"), "yes_no")
    return Rung(
        level.key,
        desk.mark(level, path),
        least,
        level.above is not None,
        when,
        stated,
        effects,
    )


def lower_reward(
    desk: Desk, reward: model.Reward, path: Path, ledgers: Mapping[str, Ledger]
) -> Reward:
    """Give a reward: what it costs in which ledger, or a right that costs nothing."""
    prices = []
    if isinstance(reward.spends, str) and reward.spends is not UNKNOWN:
        number, _, word = reward.spends.strip().partition(" ")
        ledger = english(ACCOUNTS, word.strip() or "total")
        if ledger not in ledgers:
            hint = near(ledger, ledgers)
            desk.say("spends-nothing", (*path, "spends"), text=reward.spends, hint=hint)
        try:
            prices.append((ledger, scaled(Fraction(parse_number(number)))))
        except ValueError:
            desk.say("spends-nothing", (*path, "spends"), text=reward.spends)
    stated = reward.spends is not UNKNOWN
    gives = "" if isinstance(reward.gives, Unknown) else reward.gives
    return Reward(
        desk.mark(reward, path), reward.for_, tuple(prices) if stated else None, gives,
        desk.formula(reward.when, (*path, "when"), "yes_no"),
        tuple(lower_caps(desk, reward.caps, path, reward)),
    )  # fmt: skip


def _check_rungs(desk: Desk, rungs: tuple[Rung, ...], path: Path) -> None:
    lowest: Rung | None = None
    for number, rung in enumerate(rungs):
        if rung.least is None or rung.when is not None:
            continue
        if lowest is not None and lowest.least is not None and rung.least >= lowest.least:
            where = (*path, "levels", number)
            desk.say("level-never-reached", where, level=rung.name, other=lowest.name)
        lowest = rung

"""Ledgers, ladders and rewards -> Ledger, Close, Reward.

One piece: ledgers, ladders, rules and rewards read each other's words and share their checks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, cast

from ..core.expression import PART_FUNCTIONS, Formula
from ..core.rounding import Rounding
from ..core.terms import UNKNOWN, Exact, Unknown, Window, parse_number, plain
from ..core.vocabulary import ACCOUNTS, TIES, english
from ..plan import (
    BalanceCap,
    Close,
    Fixed,
    LedgerPlan,
    Mark,
    RewardPlan,
    RulePlan,
    Rung,
    Value,
)
from ..scheme import model
from ..scheme.model import Path, Scheme
from ..scheme.model.amounts import is_open
from .desk import Desk, near, scaled
from .effects import lower_effects, lower_posts
from .limits import lower_caps, lower_net, lower_unit_caps, order_limits
from .values import lower_value


def lower_ledgers(
    desk: Desk, deducts: bool, spent: frozenset[str]
) -> Iterator[tuple[str, LedgerPlan]]:
    """Yield the total and every ledger, with base and net limits; `spent` are paid from."""
    scheme = desk.file.scheme
    rows: list[tuple[str, Scheme | model.Ledger, Path]] = [("total", scheme, ())]
    rows += [(led.key, led, ("ledgers", n)) for n, led in enumerate(scheme.ledgers)]
    for key, part, path in rows:
        label = key if isinstance(part, Scheme) else part.label
        mark = Mark(key, label, desk.file.place(path).short)
        if isinstance(part, model.Ledger) and part.formula is not None:
            yield key, _lower_derived(desk, part, part.formula, mark, path)
            continue
        if part.at_period_end is None:
            desk.report("period-end-not-stated", path, what=key)
        falls = deducts or key in spent
        if part.floor is None and falls:
            desk.report("floor-not-stated", path, what=key)
        floor = part.floor if falls else None
        if isinstance(floor, model.NetLimit) and floor.number is not None and floor.beyond is None:
            desk.report("beyond-not-stated", (*path, "floor"), text=str(part.floor))
        full = part.full if isinstance(part, Scheme) else None
        base = Fixed(0) if part.base is None else lower_value(desk, part.base, (*path, "base"))
        limits = order_limits(desk, lower_net(desk, part.floor, full, path, mark))
        carries, stated = part.at_period_end == "carry", part.at_period_end is not UNKNOWN
        carried = None
        if isinstance(part.at_period_end, model.Carried):
            text, where = part.at_period_end.formula, (*path, "at_period_end", "formula")
            carried = desk.formula(text, where, "number")
        lasts = part.lasts if isinstance(part, model.Ledger) else None
        whom = desk.kinds_of(part.for_, (*path, "for"))
        yield (
            key,
            LedgerPlan(
                mark,
                base,
                limits,
                carries,
                stated,
                () if key == "total" else whom,
                carried,
                lasts if isinstance(lasts, Window) else None,
                starters=whom or (scheme.kind,),
            ),
        )


def spent_ledgers(scheme: Scheme) -> Iterator[str]:
    """Yield the ids of the ledgers that rewards are paid from."""
    for reward in scheme.rewards:
        for price in reward.spends if isinstance(reward.spends, tuple) else ():
            yield _price(price)[1]


def _price(spends: str) -> tuple[str, str]:
    """Return the number and the ledger of a price: `50 wallet`."""
    number, _, word = spends.strip().partition(" ")
    return number, english(ACCOUNTS, word.strip() or "total")


def _lower_derived(
    desk: Desk, part: Scheme | model.Ledger, text: str, mark: Mark, path: Path
) -> LedgerPlan:
    """Return a ledger that is read where it is used."""
    assert isinstance(part, model.Ledger)
    formula = desk.formula(text, (*path, "formula"), "number", others=True)
    if formula is not None and formula.divides and part.round is None:
        desk.report("division-without-rounding", (*path, "formula"))
    if formula is not None and _asks_for(desk, formula, part.key, frozenset()):
        desk.report("derived-circle", (*path, "formula"), id=part.key)
        formula = None
    empty = Fixed(0)
    return LedgerPlan(
        mark,
        empty,
        (),
        False,
        True,
        desk.kinds_of(part.for_, (*path, "for")),
        None,
        None,
        formula or desk.formula("0", path, "number"),
        part.round,
    )


def _asks_for(desk: Desk, formula: Formula, wanted: str, seen: frozenset[str]) -> bool:
    """Whether a formula comes back to a derived ledger through the formulas of others."""
    names = set(formula.names)
    for call in formula.calls:
        names |= {name for inner in call.formulas for name in inner.names}
        names |= {call.arguments[0]} if call.function in PART_FUNCTIONS else set()
    if wanted in names:
        return True
    derived = {led.key: led.formula for led in desk.file.scheme.ledgers if led.formula}
    for name in names & set(derived) - seen:
        inner = desk.formula(derived[name], (), "number", others=True)
        if inner is not None and _asks_for(desk, inner, wanted, seen | {name}):
            return True
    return False


def lower_ladder(desk: Desk, number: int, ladder: model.Ladder) -> Close:
    """Give a ladder with its levels, best first."""
    path: Path = ("tiers", number)
    if not ladder.levels:
        desk.report("levels-missing", path, id=ladder.key)
    elif all(level.has_test for level in ladder.levels):
        desk.report("no-level-for-the-rest", (*path, "levels"), id=ladder.key)
    tested = any(level.at_least is not None or level.above is not None for level in ladder.levels)
    if tested and ladder.by is None:
        desk.report("by-not-stated", path, id=ladder.key)
    _check_ranks(desk, ladder, path)
    figure = english(ACCOUNTS, ladder.by or "total")
    if figure not in desk.ids:
        hint = near(figure, desk.ids)
        desk.report("unknown-target", (*path, "by"), id=figure, hint=hint)
    rungs = tuple(
        _lower_rung(desk, ladder.levels, n, (*path, "levels", n)) for n in range(len(ladder.levels))
    )
    _check_rungs(desk, rungs, path)
    ranks = any(rung.rank for rung in rungs)
    ties, deciders = _lower_ties(desk, ladder.ties, path)
    if ties == "dense" and any(rung.rank is not None and rung.rank[2] for rung in rungs):
        desk.report("percent-of-dense", (*path, "ties"))
    among = desk.among(ladder.among, (*path, "among")) if ranks else ()
    return Close(
        desk.mark(ladder, path),
        figure,
        desk.kinds_of(ladder.for_, (*path, "for")),
        ladder.per if isinstance(ladder.per, Window) else Window("period"),
        desk.formula(ladder.when, (*path, "when"), "yes_no", others=True),
        rungs,
        ties,
        deciders,
        among,
        ladder.round if isinstance(ladder.round, Rounding) else None,
        ladder.up if isinstance(ladder.up, int) else None,
        ladder.down if isinstance(ladder.down, int) else None,
    )


def _check_ranks(desk: Desk, ladder: model.Ladder, path: Path) -> None:
    """Ranks need a rule for ties, and percentages of places a rounding; said once, at the first."""
    ranks = [(n, level.rank) for n, level in enumerate(ladder.levels) if level.rank is not None]
    if ranks and ladder.ties is None:
        desk.report("rank-without-ties", (*path, "levels", ranks[0][0], "rank"))
    shares = [(n, r) for n, r in ranks if isinstance(r, model.Rank) and r.percent]
    if shares and ladder.round is None:
        number, rank = shares[0]
        where = (*path, "levels", number, "rank")
        desk.report("rank-without-rounding", where, share=plain(rank.number))


def _lower_ties(
    desk: Desk, ties: tuple[str, ...] | Unknown | None, path: Path
) -> tuple["TieRule", tuple[str, ...]]:
    """Return what becomes of equals at an edge: figures that decide, then all or none of them."""
    rule: TieRule = "unknown"
    deciders = []
    for word in () if ties is None or isinstance(ties, Unknown) else ties:
        name = english(TIES, english(ACCOUNTS, word))
        if name in ("all", "none", "dense"):
            rule = cast(TieRule, name)  # one of the words of the line above
        elif name in desk.ids:
            deciders.append(name)
        else:
            known = (*desk.ids, "all", "none", "dense")
            desk.report("unknown-target", (*path, "ties"), id=word, hint=near(word, known))
    return rule, tuple(deciders)


TieRule: TypeAlias = Literal["all", "none", "dense", "unknown"]


def lower_board(desk: Desk) -> tuple[tuple[str, ...], bool]:
    """How equals stand on the board: figures that decide, and whether places have no gaps."""
    rule, deciders = _lower_ties(desk, desk.file.scheme.ties, ())
    if rule == "none":
        desk.report("board-without-place", ("ties",))
    return deciders, rule == "dense"


def lower_rule(desk: Desk, rule: model.Rule, path: Path) -> RulePlan:
    """Give a rule: at the end of which window, or after each event."""
    window = rule.per if isinstance(rule.per, Window) else Window("period")
    if window.name in ("length", "ever"):
        desk.report("not-a-window", (*path, "per"), text=str(window))
    if any(isinstance(effect, model.VetoEffect | model.GradeEffect) for effect in rule.then):
        desk.said.add(rule.key)
    return RulePlan(
        desk.mark(rule, path),
        desk.kinds_of(rule.for_, (*path, "for")),
        window,
        desk.formula(rule.when, (*path, "when"), "yes_no", others=window.name != "event"),
        lower_effects(desk, rule.then, (*path, "then")),
        _once(desk, rule.once, path),
    )


def _lower_rung(desk: Desk, levels: Sequence[model.Level], number: int, path: Path) -> Rung:
    level = levels[number]
    bound, is_open = _edge(level)
    stated = bound is not UNKNOWN and level.rank is not UNKNOWN
    if bound is UNKNOWN:
        # Levels stand best first, so an edge that is not stated lies above the next one that is.
        lower = (_edge(other)[0] for other in levels[number + 1 :] if _by_edge_alone(other))
        bound, is_open = next((edge for edge in lower if edge is not UNKNOWN), None), True
    least = None if bound is None or isinstance(bound, Unknown) else scaled(Fraction(bound))
    rank = None
    if isinstance(level.rank, model.Rank):
        rank = (level.rank.end, Fraction(level.rank.number), level.rank.percent)
    effects = lower_effects(desk, level.then, (*path, "then"))
    more = ("rank", "last_rank", "ranked")
    when = desk.formula(level.when, (*path, "when"), "yes_no", more=more, others=True)
    return Rung(
        level.key,
        desk.mark(level, path),
        least,
        is_open,
        when,
        stated,
        effects,
        rank,
        level.lasts if isinstance(level.lasts, Window) else None,
        _once(desk, level.once, path),
    )


def _once(desk: Desk, once: Window | Unknown | None, path: Path) -> Window | None:
    """In which stretch something follows at most once; a length of time has no such stretch."""
    if isinstance(once, Window) and once.name in ("event", "length"):
        desk.report("once-over-length", (*path, "once"), text=str(once))
        return None
    return once if isinstance(once, Window) else None


def _edge(level: model.Level) -> tuple[Decimal | Unknown | None, bool]:
    """Return the figure a level begins at, and whether it lies outside."""
    return (level.at_least, False) if level.above is None else (level.above, True)


def _by_edge_alone(level: model.Level) -> bool:
    return _edge(level)[0] is not None and level.rank is None and level.when is None


def lower_reward(
    desk: Desk, reward: model.Reward, path: Path, ledgers: Mapping[str, LedgerPlan]
) -> RewardPlan:
    """Give a reward: what it costs in which ledger, or a right that costs nothing."""
    prices = tuple(_lower_prices(desk, reward, path, ledgers))
    stated = reward.spends is not UNKNOWN
    gives: str | Value = ""
    if isinstance(reward.gives, str) and not isinstance(reward.gives, Unknown):
        gives = reward.gives
    elif not isinstance(reward.gives, str):
        gives = lower_value(desk, reward.gives, (*path, "gives"))
    figure = english(ACCOUNTS, reward.by or "")
    if figure and figure not in desk.ids:
        desk.report("unknown-target", (*path, "by"), id=figure, hint=near(figure, desk.ids))
    posts = lower_posts(desk, (reward.to, (*path, "to")), reward.round) if reward.to else ()
    return RewardPlan(
        desk.mark(reward, path),
        desk.kinds_of(reward.for_, (*path, "for")),
        prices if stated else None,
        gives,
        desk.formula(reward.when, (*path, "when"), "yes_no"),
        tuple(lower_caps(desk, reward.caps, path, reward)),
        figure,
        posts,
        reward.round,
        reward.per if isinstance(reward.per, Window) else None,
        tuple(lower_unit_caps(desk, reward, path)),
        tuple(_lower_shares(desk, reward, path, ledgers)),
        tuple(_unstated_floors(desk, prices)),
    )


def _unstated_floors(desk: Desk, prices: Iterable[tuple[str, Exact]]) -> Iterator[Mark]:
    """Floors that are `unknown` of the ledgers a reward spends from: they do not bind."""
    scheme = desk.file.scheme
    parts: dict[str, tuple[Scheme | model.Ledger, Path]] = {"total": (scheme, ())}
    parts |= {led.key: (led, ("ledgers", n)) for n, led in enumerate(scheme.ledgers)}
    for ledger, _ in prices:
        part, path = parts.get(ledger, (scheme, ()))
        if ledger in parts and is_open(part.floor):
            yield Mark(ledger, ledger, desk.file.place((*path, "floor")).short, "floor")


def _lower_prices(
    desk: Desk, reward: model.Reward, path: Path, ledgers: Mapping[str, LedgerPlan]
) -> Iterator[tuple[str, Exact]]:
    """Yield the price of a reward in each ledger it is paid from."""
    named: set[str] = set()
    for text in reward.spends if isinstance(reward.spends, tuple) else ():
        number, ledger = _price(text)
        if ledger not in ledgers or ledgers[ledger].formula is not None:
            desk.report("spends-nothing", (*path, "spends"), text=text, hint=near(ledger, ledgers))
        if ledger in named:
            desk.report("spends-twice", (*path, "spends"), ledger=ledger)
        named.add(ledger)
        try:
            price = parse_number(number)
        except ValueError:
            desk.report("spends-nothing", (*path, "spends"), text=text)
            continue
        if price < 0:
            desk.report("price-below-zero", (*path, "spends"), text=text)
        yield ledger, scaled(Fraction(price))


def _lower_shares(
    desk: Desk, reward: model.Reward, path: Path, ledgers: Mapping[str, LedgerPlan]
) -> Iterator[BalanceCap]:
    """Yield what part of a balance one redemption may spend."""
    spent = (
        {_price(text)[1] for text in reward.spends} if isinstance(reward.spends, tuple) else set()
    )
    for number, rule in enumerate(reward.caps):
        amount, where = rule.at_most, (*path, "caps", number)
        if amount.kind != "balance" or isinstance(amount.number, Unknown):
            continue
        if amount.unit not in spent or (isinstance(rule.per, Window) and rule.per.name != "event"):
            desk.report("balance-cap-misplaced", (*where, "at_most"), text=amount.text)
        mark = Mark(reward.key, reward.label, desk.file.place(where).short, rule.basis or "")
        yield BalanceCap(mark, amount.unit, Fraction(amount.number) / 100)


def _check_rungs(desk: Desk, rungs: tuple[Rung, ...], path: Path) -> None:
    lowest: Rung | None = None
    for number, rung in enumerate(rungs):
        if rung.least is None or not rung.stated or rung.when is not None or rung.rank is not None:
            continue
        if lowest is not None and lowest.least is not None and rung.least >= lowest.least:
            where = (*path, "levels", number)
            desk.report("level-never-reached", where, level=rung.name, other=lowest.name)
        lowest = rung

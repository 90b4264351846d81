"""Caps, floors, full marks, borders and combines -> Cap, Weigh, Combine.

What may stand around what.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from ..core.faults import FAULTS
from ..core.problem import Problem
from ..core.rounding import Rounding
from ..core.terms import Unknown, Window, exact, plain
from ..core.vocabulary import LIMITS
from ..plan import (
    Cap,
    Combine,
    Fixed,
    Grant,
    Mark,
    QuantityCap,
    Value,
    Weigh,
)
from ..scheme import model
from ..scheme.model import Category, Indicator, Path, Scheme
from ..scheme.model.amounts import is_open
from ..syntax.respell import replace_word
from .desk import SCALE, Desk, scaled
from .values import deducts


def lower_limits(desk: Desk, item: Indicator | Category, path: Path) -> tuple[Cap, ...]:
    """Give the caps, floor and full marks of a thing, small windows first."""
    caps = lower_caps(desk, item.caps, path, item)
    bounds = lower_net(desk, item.floor, item.full, path, desk.mark(item, path))
    return order_limits(desk, caps, bounds)


def order_limits(desk: Desk, caps: Iterable[Cap], bounds: Iterable[Cap] = ()) -> tuple[Cap, ...]:
    """Sort limits in the order in which they bind: caps, net caps, then floor and full marks.

    Small windows come first. Limits that are `lost` come before those that are kept, and over one
    window have one running figure.
    """
    found: list[Cap] = []
    several = sorted(caps, key=lambda cap: _order(desk, cap))
    for cap in (*several, *sorted(bounds, key=lambda cap: _order(desk, cap))):
        same = (c.slot for c in found if c.lost and (c.window, c.among) == (cap.window, cap.among))
        found.append(replace(cap, twins=tuple(same)) if cap.lost else cap)
    return tuple(found)


def lower_caps(
    desk: Desk, rules: tuple[model.CapRule, ...], path: Path, owner: model.Named | Scheme
) -> Iterator[Cap]:
    """Yield a Cap for each cap on points or times that is stated."""
    for number, rule in enumerate(rules):
        where = (*path, "caps", number)
        amount, window, bound = rule.at_most, rule.per, rule.at_most.bound
        if bound is None or isinstance(window, Unknown):
            continue
        if amount.kind == "quantity" or amount.kind == "balance":
            _check_place(desk, owner, amount, where)
            continue
        if isinstance(owner, model.Reward) and amount.kind != "times":
            desk.report("cap-not-of-a-reward", (*where, "at_most"), text=amount.text)
            continue
        _check_sign(desk, amount, window, where)
        mark = desk.mark(owner, path)
        mark = Mark(mark.id, mark.name, desk.file.place(where).short, rule.basis or "")
        if amount.kind == "net" and window.name == "length":
            desk.report("net-limit-over-length", (*where, "per"))
            continue
        if amount.kind == "net" and amount.beyond is None:
            desk.report("beyond-not-stated", (*where, "at_most"), text=amount.text)
        times = amount.kind == "times"
        high = int(bound) if times else scaled(Fraction(bound))
        slot = desk.slot(where, mark.id, amount.kind, window, *rule.among)
        yield Cap(
            slot,
            mark,
            amount.kind,
            window,
            high,
            None,
            amount.beyond == "lost",
            amount.counted == "highest",
            desk.among(rule.among, (*where, "among")) if rule.among else (),
        )


def _check_sign(
    desk: Desk, amount: model.LimitAmount, window: Window | Unknown, where: Path
) -> None:
    """Refuse a limit below zero, which lets nothing through.

    Only the net of a period may have to be so low.
    """
    number = amount.number
    if isinstance(number, Unknown) or isinstance(window, Unknown):
        return
    whole = amount.kind != "times" or number == number.to_integral_value()
    low = number < 0 and not (amount.kind == "net" and window.name == "period")
    if low or not whole:
        fault = "limit-below-zero" if low else "times-not-whole"
        desk.report(fault, (*where, "at_most"), text=amount.text)


def _check_place(desk: Desk, owner: model.Part, amount: model.LimitAmount, where: Path) -> None:
    """Refuse a limit below zero, which lets nothing through.

    Only the net of a period may have to be so low.
    """
    if amount.kind == "balance" and not isinstance(owner, model.Reward):
        desk.report("balance-cap-misplaced", (*where, "at_most"), text=amount.text)
    if _is_of_points(owner, amount):
        _say_of_points(desk, owner, amount, where)
    elif amount.kind == "quantity" and not isinstance(owner, model.Reward | Indicator):
        desk.report("quantity-cap-misplaced", (*where, "at_most"), text=amount.text)


_POINTS = frozenset({"分", "积分", "分值", "point", "points"})
"""What a limit on points is called by who does not say which points."""


def _is_of_points(owner: model.Part, amount: model.LimitAmount) -> bool:
    """Tell whether a limit that reads as one on a quantity means points: none is counted."""
    if amount.kind != "quantity" or isinstance(owner, model.Reward):
        return False
    counted = _units(owner) if isinstance(owner, Indicator) else frozenset()
    return amount.unit in _POINTS - counted


def _say_of_points(desk: Desk, owner: model.Part, amount: model.LimitAmount, where: Path) -> None:
    """Complain that a limit does not say which points; an edit does if one kind can be."""
    place, number = desk.file.place((*where, "at_most")), str(amount.number)
    text, falls = desk.file.texts.get(place.file), _falls(owner)
    problem = Problem(
        FAULTS["points-of-which-side"], place, {"text": amount.text, "number": number}
    )
    if text is not None and falls is not None:
        word = "deducted" if falls else "added"
        word = word if amount.unit.isascii() else LIMITS[word]
        edits = replace_word(text, place, amount.text, f"{number} {word}")
        problem = replace(problem, edits=edits)
    desk.add((problem,))


def _falls(owner: model.Part) -> bool | None:
    """Say whether an indicator only deducts, or only adds; None where its form does not show it."""
    if not isinstance(owner, Indicator):
        return None
    form = owner.points
    rates = form.each.values() if isinstance(form, model.PerUnit) else (form,)
    falls = {rate < 0 for rate in rates if isinstance(rate, Decimal)}
    return next(iter(falls)) if len(falls) == 1 else None


def lower_unit_caps(desk: Desk, reward: model.Reward, path: Path) -> Iterator[QuantityCap]:
    """Yield the limits of a reward in units: of what is redeemed, or of the amount of a right."""
    for number, rule in enumerate(reward.caps):
        amount, where, bound = rule.at_most, (*path, "caps", number), rule.at_most.bound
        if amount.kind != "quantity" or bound is None:
            continue
        _check_sign(desk, amount, rule.per, where)
        if reward.spends is None and isinstance(reward.gives, str):
            desk.report("cap-not-of-a-reward", (*where, "at_most"), text=amount.text)
        if isinstance(rule.per, Window):
            mark = Mark(reward.key, reward.label, desk.file.place(where).short, rule.basis or "")
            among = desk.among(rule.among, (*where, "among")) if rule.among else ()
            slot = desk.slot(where, reward.key, amount.unit, rule.per, *rule.among)
            yield QuantityCap(slot, mark, exact(Fraction(bound)), rule.per, among)


def lower_net(
    desk: Desk,
    floor: model.NetLimit | Unknown | None,
    full: model.NetLimit | Unknown | None,
    path: Path,
    mark: Mark,
) -> Iterator[Cap]:
    """Yield the net limits that a floor and full marks are."""
    for key, bound in (("floor", floor), ("full", full)):
        if not isinstance(bound, model.NetLimit) or bound.bound is None:
            continue
        place = desk.file.place((*path, key)).short
        own = Mark(mark.id, mark.name, place, mark.basis)
        number = scaled(Fraction(bound.bound))
        high, low = (number, None) if key == "full" else (None, number)
        slot = desk.slot((*path, key), mark.id, key)
        yield Cap(slot, own, "net", Window("period"), high, low, bound.beyond == "lost")
    if isinstance(floor, model.NetLimit) and isinstance(full, model.NetLimit):
        least, most = floor.number, full.number
        if isinstance(least, Decimal) and isinstance(most, Decimal) and least > most:
            desk.report("limits-upside-down", (*path, "full"), low=least, high=most)
            desk.said |= {slot for slot, where in desk.slots.items() if where[:-1] == path}


def _order(desk: Desk, cap: Cap) -> tuple[bool, int, int, bool]:
    kinds = ("times", "added", "deducted", "net")
    days = cap.window.days(desk.file.scheme.period.about_days)
    return cap.kind == "net", days, kinds.index(cap.kind), not cap.lost


def lower_quantity_caps(desk: Desk, item: Indicator, path: Path) -> Iterator[QuantityCap]:
    """Yield the caps on the quantity, which clip it before it is valued."""
    units = _units(item)
    for number, rule in enumerate(item.caps):
        amount, window, bound = rule.at_most, rule.per, rule.at_most.bound
        if amount.kind != "quantity" or bound is None:
            continue
        where = (*path, "caps", number)
        if units and amount.unit not in units and not _is_of_points(item, amount):
            known = ", ".join(sorted(units))
            desk.report("unknown-unit", (*where, "at_most"), unit=amount.unit, known=known)
        _check_sign(desk, amount, window, where)
        if isinstance(window, Window):
            mark = Mark(item.key, item.label, desk.file.place(where).short, rule.basis or "")
            among = desk.among(rule.among, (*where, "among")) if rule.among else ()
            yield QuantityCap(
                desk.slot(where, item.key, amount.unit, window, *rule.among),
                mark,
                exact(Fraction(bound)),
                window,
                among,
            )


def lower_border(desk: Desk, node: Scheme | Category, path: Path) -> tuple[Weigh, ...]:
    """Give the border of a category: its weight, then its rounding."""
    weight = node.weight if isinstance(node, Category) else None
    factor = exact(weight.factor) if weight else 1
    return (Weigh(desk.mark(node, path), factor, node.round),)


def lower_combines(
    desk: Desk, node: Scheme | Category | Indicator, path: Path, *, grouped: bool
) -> tuple[Combine, ...]:
    """Give the combines of a thing; `grouped` where they join several indicators."""
    mark = desk.mark(node, path)
    sides = ("highest", "heaviest")
    found = []
    for mode, over in node.combine.items():
        if isinstance(over, Unknown):
            continue
        window = None if over == "matter" else over
        combine = Combine(mark, mode, window, grouped and mode in sides)
        if combine.averages and grouped:
            desk.report("mean-of-several", (*path, "combine"), mode=mode)
            continue
        if combine.averages and node.round is None:
            desk.report("mean-without-rounding", (*path, "combine"), mode=mode)
        found.append(replace(combine, rounding=node.round) if combine.averages else combine)
    return tuple(found)


def check_nesting(desk: Desk, own: tuple[Cap | Weigh, ...], outer: tuple[Cap | Weigh, ...]) -> None:
    """Look outward from a thing: what stands around a net limit, and around a rounding."""
    inner: Cap | None = None
    rounding: Rounding | None = None
    for stage in (*own, *outer):
        if isinstance(stage, Weigh):
            weighed = stage.factor != 1
            rounding = stage.rounding if stage.rounding else None if weighed else rounding
            continue
        where = desk.slots[stage.slot]
        where = (*where, "at_most") if "caps" in where else where
        if inner is not None and stage.kind != "net" and stage.slot not in desk.said:
            desk.said.add(stage.slot)
            desk.report("limit-around-net", where, inner=inner.mark.id)
        if stage.kind == "net" and inner is None:
            inner = stage
        bound = stage.high if stage.high is not None else stage.low
        off = rounding is not None and rounding.apply(bound or 0, SCALE) != bound
        if rounding and off and stage.kind != "times" and stage.slot not in desk.said:
            desk.said.add(stage.slot)
            number = plain(bound or 0, SCALE)
            desk.report("bound-off-grid", where, bound=number, step=rounding.step)


def check_mixed(desk: Desk, grants: Iterable[Grant]) -> None:
    """Warn of a group of several indicators that joins adds with deducts."""
    groups: dict[Combine, list[Grant]] = {}
    for grant in grants:
        for combine in grant.combines:
            if not combine.side_only and combine.mark.id != grant.mark.id:
                groups.setdefault(combine, []).append(grant)
    for combine, inside in groups.items():
        if len({deducts(grant.value) for grant in inside}) > 1:
            path = (*desk.ids.get(combine.mark.id, ()), "combine")
            desk.report("mixed-combine", path, mode=combine.mode)


def check_weights(desk: Desk, node: Scheme | Category, path: Path) -> None:
    """Percentages of siblings must add up to 100%."""
    weights = [c.weight for c in node.categories if c.weight and c.weight.percent]
    total = sum((weight.factor for weight in weights), Fraction(0))
    if weights and total != 1:
        desk.report("weights-do-not-add-up", (*path, "categories", "key"), sum=plain(total * 100))


def check_full(desk: Desk, node: Scheme | Category, path: Path) -> None:
    """Full marks of parts that only add up must come to those of the whole."""
    whole = _marks(node.full)
    parts = [_marks(c.full) for c in node.categories if c.weight is None]
    known = [part for part in parts if part is not None]
    if whole is None or not known or node.indicators or len(known) < len(node.categories):
        return
    if sum(known) != whole:
        desk.report("full-marks-do-not-add-up", (*path, "full"), sum=plain(sum(known)), full=whole)


def _marks(full: model.NetLimit | Unknown | None) -> Decimal | None:
    number = full.number if isinstance(full, model.NetLimit) else None
    return number if isinstance(number, Decimal) else None


def check_times(desk: Desk, item: Indicator, value: Value | None, path: Path) -> None:
    """Check that a limit in units is on an indicator or reward, one of a balance on a reward."""
    for number, rule in enumerate(item.caps):
        amount = rule.at_most
        even = isinstance(value, Fixed | None)
        if amount.kind == "times" and amount.counted is None and not even:
            desk.report("times-not-stated", (*path, "caps", number, "at_most"), text=amount.text)


def unstated_limits(desk: Desk, node: Scheme | Category | Indicator, path: Path) -> Iterator[Mark]:
    """Limits that are `unknown`: they do not bind, and the entries say so."""
    mark = desk.mark(node, path)
    for number, rule in enumerate(node.caps):
        if rule.at_most.is_unknown or isinstance(rule.per, Unknown):
            place = desk.file.place((*path, "caps", number)).short
            yield Mark(mark.id, mark.name, place, "caps")
    for key, bound in (("floor", node.floor), ("full", node.full)):
        if is_open(bound):
            yield Mark(mark.id, mark.name, desk.file.place((*path, key)).short, key)


def _units(item: Indicator) -> frozenset[str]:
    return item.points.units if isinstance(item.points, model.Form) else frozenset()

"""Routes: the stages on the way of points, from the inside out, and the payees at its end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from jifen_rules.core.rounding import Rounding
from jifen_rules.core.terms import UNKNOWN, exact
from jifen_rules.scheme.model import Category, Indicator, Scheme, Share

from .limits import Stage
from .reading import Item, Version, account_of, bound_of, known

Stages = tuple[Stage, ...]
ORDER = ("times", "added", "deducted", "net")


def caps_of(holder: Scheme | Category | Indicator, place: str, days: int) -> list[Stage]:
    """The caps of a place: on times, adds and deducts, short windows first, then the net.

    What loses comes before what keeps, as with full and floor.
    """
    stages: list[Stage] = []
    for cap in holder.caps:
        amount = cap.at_most
        assert amount.kind != "balance"  # of a rule of spending alone
        if amount.kind == "quantity" or bound_of(amount) is None or known(cap.per) is None:
            continue
        copies = sum(
            1
            for s in stages
            if (s.kind, s.window, s.among) == (amount.kind, cap.per, tuple(cap.among))
        )
        stages.append(
            Stage(
                place,
                amount.kind,
                known(cap.per),
                None,
                bound_of(amount),
                amount.beyond == "lost",
                known(amount.counted) or "first",
                tuple(cap.among),
                copies,
            )
        )
    return sorted(
        stages,
        key=lambda s: (s.kind == "net", s.window.days(days), ORDER.index(s.kind), not s.lost),  # type: ignore[union-attr]  # caps have one
    )


def bounds_of(holder: Any, place: str) -> list[Stage]:
    """The limits of the period: full and floor, as one figure where both are kept or both lost.

    What is lost never was there, so it is lost before the other limit: else -12 that a floor loses
    would still make room under a full limit, which +10 then exceed (SPEC 6, promise 4).
    """
    full, floor = known(getattr(holder, "full", None)), known(getattr(holder, "floor", None))
    high = None if full is None else bound_of(full)
    low = None if floor is None else bound_of(floor)
    full_lost = full is not None and full.beyond == "lost"
    floor_lost = floor is not None and floor.beyond == "lost"
    if high is not None and low is not None and full_lost == floor_lost:
        return [Stage(place, "net", None, low, high, full_lost)]
    stages = [] if high is None else [Stage(place, "net", None, None, high, full_lost)]
    stages += [] if low is None else [Stage(place, "net", None, low, None, floor_lost, copy=1)]
    return sorted(stages, key=lambda stage: not stage.lost)


def border(figure: str) -> Stage:
    """Where a figure is read, and held by a veto."""
    return Stage(figure, "gate")


def category_stages(category: Category, days: int) -> list[Stage]:
    """The limits of a category in its own points, its border, its weight and its rounding."""
    place = f"category {category.key}"
    stages = [*caps_of(category, place, days), *bounds_of(category, place), border(category.key)]
    if category.weight is not None:
        stages.append(Stage(place, "weight", factor=category.weight.factor))
    if category.round is not None:
        stages.append(Stage(place, "round", rounding=category.round))
    return [*stages, border(f"weighed {category.key}")]


def scheme_stages(version: Version, days: int) -> list[Stage]:
    """The caps of everything together and its rounding; its own full and floor are the total's."""
    stages = caps_of(version.scheme, "scheme", days)
    if version.scheme.round is not None:
        stages.append(Stage("scheme", "round", rounding=version.scheme.round))
    return stages


def item_stages(item: Item, matter: str, days: int) -> Stages:
    """The way of an indicator's points to where the ledgers part."""
    place = f"indicator {item.key}"
    stages = [border(f"matter {matter}"), *caps_of(item.indicator, place, days)]
    stages += [*bounds_of(item.indicator, place), border(item.key)]
    for category in reversed(item.chain):
        stages += category_stages(category, days)
    return (*stages, *scheme_stages(item.version, days))


def ledger_stages(version: Version, ledger: str) -> Stages:
    """The limits of a ledger, and its border."""
    if ledger == "total":
        inside = [
            border("later_added"),
            border("added"),
            *bounds_of(version.scheme, "ledger total"),
        ]
    else:
        inside = bounds_of(version.ledgers.get(ledger), f"ledger {ledger}")
    return (*inside, border(ledger))


def border_stages(
    version: Version, figure: str, days: int
) -> tuple[Stages, dict[str, tuple[Fraction, Stages]]]:
    """The way of what a figure shows: from its border on, and the ledgers it enters."""
    if figure in version.ledgers:
        return (), {figure: (Fraction(1), ledger_stages(version, figure))}
    total = {"total": (Fraction(1), ledger_stages(version, "total"))}
    if figure in version.items:
        return item_stages(version.items[figure], "", days), total
    if figure not in version.categories:
        return (), total
    stages: list[Stage] = []
    for category in reversed(version.categories[figure]):
        stages += category_stages(category, days)
    return (*stages, *scheme_stages(version, days)), total


def stages_of(version: Version, days: int) -> Iterator[Stage]:
    """All stages that a version has."""
    for item in version.items.values():
        yield from item_stages(item, "", days)
    for chain in version.categories.values():
        yield from category_stages(chain[-1], days)
    for ledger in ("total", *version.ledgers):
        yield from ledger_stages(version, ledger)
    yield from scheme_stages(version, days)


# --- payees ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Payee:
    """An account that points go to: whose, which ledger, what share."""

    subjects: tuple[str, ...]
    ledger: str
    share: Share
    is_own: bool = False
    is_nobody: bool = False
    weights: Mapping[str, Fraction] | None = None
    """By which figures its subjects share, once an event has settled that."""


def payees_of(
    to: Any, version: Version, subject: str, named: str, day: date, village: Any
) -> list[Payee]:
    """The accounts of a `to`, resolved on a day; without one, the subject's own total."""
    if not to:
        return [Payee((subject,), "total", Share(Fraction(1)), is_own=True)]
    found = []
    for account, share in to.items():
        if share is UNKNOWN:
            continue
        relation, ledger = account_of(account, version)
        if not relation:
            found.append(Payee((subject,), ledger, share, is_own=True))
        elif relation == "nobody":
            found.append(Payee((), ledger, share, is_nobody=True))
        elif relation == "named":
            found.append(Payee((named,), ledger, share))
        else:
            found.append(Payee(village.resolve(subject, relation, day), ledger, share))
    return found


def of_side(payees: Sequence[Payee], side: str) -> list[Payee]:
    """Those that get points of a side."""
    return [payee for payee in payees if payee.share.side in (None, side)]


def shared(
    payees: Sequence[Payee],
    amount: Fraction,
    rounding: Rounding | None,
    figure: Any,
    reached: Iterable[tuple[str, str]] = (),
) -> Iterator[tuple[str, str, Fraction]]:
    """Who gets how much in which ledger; `figure` gives a subject's figure to divide by.

    Who is `reached` already gets only the rest, if that is theirs.
    """
    paid = Fraction(0)
    seen = set(reached)
    for payee in sorted(payees, key=lambda p: p.share.share == "rest"):
        is_rest = payee.share.share == "rest"
        new = [s for s in payee.subjects if is_rest or (s, payee.ledger) not in seen]
        seen |= {(s, payee.ledger) for s in new}
        for subject in new:
            part = _part(payee, subject, new, amount, figure)
            if payee.share.share == "rest":
                part = amount - paid
            elif part != amount and rounding is not None:
                part = Fraction(rounding.apply(exact(part)))
            if payee.share.share == "rest" and subject != new[0]:
                part = Fraction(0)
            paid += part
            yield subject, payee.ledger, part


def figures_of(payee: Payee, among: Iterable[str], figure: Any) -> dict[str, Fraction]:
    """The figures by which subjects share."""
    return {s: max(figure(s, payee.share.figure), Fraction(0)) for s in among}


def _part(
    payee: Payee, subject: str, among: Sequence[str], amount: Fraction, figure: Any
) -> Fraction:
    match payee.share.share:
        case "equally":
            return amount / len(among)
        case "by":
            have = dict(payee.weights or figures_of(payee, among, figure))
            whole = sum((have[s] for s in among), Fraction(0))
            return amount * have[subject] / whole if whole else Fraction(0)
    return amount * Fraction(payee.share.part)

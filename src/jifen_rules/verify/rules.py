"""What a scheme says, read by the side of the engine: limits, borders, ways, ledgers, periods."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from .. import model
from ..model import SchemeFile
from ..terms import Period, Rounding, Unknown, Window
from ..vocabulary import ACCOUNTS, english

Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit: what it counts, between which bounds, over which window, and where it stands."""

    slot: Key
    """What it limits and how: the same in every version."""
    place: str
    kind: str
    window: Window
    high: Fraction | None
    low: Fraction | None
    lost: bool
    highest: bool
    among: tuple[str, ...]
    inside: tuple[Key, ...] = ()
    """The limits before it of the same thing and window that are `lost` with it: they have one running figure."""

    def clamp(self, amount: Fraction) -> Fraction:
        if self.kind == "deducted":
            return amount if self.high is None else max(amount, -self.high)
        amount = amount if self.low is None else max(amount, self.low)
        return amount if self.high is None else min(amount, self.high)


@dataclass(frozen=True, slots=True)
class Border:
    """Where a category's points enter its parent: times a factor, then rounded."""

    node: str
    factor: Fraction
    rounding: Rounding | None


Stage: TypeAlias = Bound | Border


@dataclass(frozen=True, slots=True)
class Item:
    """An indicator: its form, the stages its points pass, and whether its lines tell all."""

    form: object
    stages: tuple[Stage, ...]
    nodes: tuple[str, ...]
    ledgers: Mapping[str, tuple[Fraction, str]]
    escalates: bool
    plain_value: bool
    plain_way: bool
    wide: bool
    """Whether its lines may move what others brought."""


def _starts(node: model.Scheme | model.Category) -> bool:
    return any(part.base is not None or _starts(part) for part in node.categories)


class Version:
    """One dated version: its indicators, its ledgers' own limits, its ladders."""

    def __init__(self, file: SchemeFile) -> None:
        self.file, self.scheme = file, file.scheme
        self.starts = _starts(self.scheme)
        """Whether some category begins at more than nothing."""
        self.items = {item.key: self._item(path, around, item)
                      for path, around, item in self.scheme.walk()}  # fmt: skip
        self.limits = {"total": self._ordered(self._net(self.scheme, (), net_full=True))}
        for number, ledger in enumerate(self.scheme.ledgers):
            if ledger.formula is None:
                bounds = self._net(ledger, ("ledgers", number), net_full=False)
                self.limits[ledger.key] = self._ordered(bounds)

    def period(self, day: date) -> Period:
        return self.scheme.period.holding(day, self.scheme.effective_from)

    def _item(
        self, path: model.Path, around: tuple[model.Category, ...], item: model.Indicator
    ) -> Item:
        scheme = self.scheme
        chain: list[tuple[model.Path, model.Indicator | model.Category]] = [(path, item)]
        for depth in range(len(around), 0, -1):
            chain.append((path[: 2 * depth], around[depth - 1]))
        stages: list[Stage] = []
        for where, part in chain:
            stages += self._ordered(
                [*self._caps(part, where), *self._net(part, where, net_full=True)]
            )
            if isinstance(part, model.Category):
                factor = part.weight.factor if part.weight else Fraction(1)
                stages.append(Border(part.key, factor, part.round))
            else:
                stages.append(Border(part.key, Fraction(1), None))
        stages += self._ordered([*self._caps(scheme, ())])
        stages.append(Border("", Fraction(1), scheme.round))
        parts: list[Any] = [item, *around, scheme]
        to = next((part.to for part in parts if part.to), None) or {"total": "whole"}
        ledgers: dict[str, tuple[Fraction, str]] = {}
        own = True
        for account, share in to.items():
            name = english(ACCOUNTS, account)
            if name not in ("total", *(ledger.key for ledger in scheme.ledgers)):
                own = False
            elif isinstance(share, model.Share) and share.part is not None:
                ledgers[name] = (share.part, share.side or "")
            else:
                own = False
        joined = any(part.combine for part in parts)
        started = item.points == "clear" or self.starts
        plain_way = own and not joined and not started and not any(
            cap.among or cap.kind == "times" or cap.window.name == "length"
            for cap in stages if isinstance(cap, Bound)
        )  # fmt: skip
        escalates = any(part.escalate for part in parts)
        return Item(
            item.points, tuple(stages), tuple(part.key for _, part in chain), ledgers,
            escalates, not escalates and item.per is None, plain_way,
            any(part.combine for part in around) or bool(scheme.combine),
        )  # fmt: skip

    def _caps(self, part: Any, path: model.Path) -> Iterator[Bound]:
        for number, rule in enumerate(part.caps):
            amount, window = rule.at_most, rule.per
            if isinstance(amount.number, Unknown) or isinstance(window, Unknown):
                continue
            if amount.kind == "quantity":
                continue
            owner = getattr(part, "key", "")
            yield Bound(
                (owner, amount.kind, str(window), rule.among, number),
                self.file.place((*path, "caps", number)).short, amount.kind, window,
                Fraction(amount.number), None, amount.beyond == "lost",
                amount.counted == "highest", rule.among,
            )  # fmt: skip

    def _net(self, part: Any, path: model.Path, *, net_full: bool) -> list[Bound]:
        found = []
        for key in ("floor", "full") if net_full else ("floor",):
            bound = getattr(part, key, None)
            if not isinstance(bound, model.Bound) or not isinstance(bound.number, Decimal):
                continue
            number = Fraction(bound.number)
            high, low = (number, None) if key == "full" else (None, number)
            place = self.file.place((*path, key)).short
            lost = bound.beyond == "lost"
            slot = (getattr(part, "key", ""), key)
            found.append(Bound(slot, place, "net", Window("period"), high, low, lost, False, ()))
        return found

    def _ordered(self, bounds: list[Bound]) -> list[Bound]:
        about = self.scheme.period.about_days
        kinds = ("times", "added", "deducted", "net")
        found: list[Bound] = []
        for bound in sorted(
            bounds, key=lambda b: (b.window.days(about), kinds.index(b.kind), not b.lost)
        ):
            inside = tuple(b.slot for b in found if b.lost and b.window == bound.window)
            found.append(replace(bound, inside=inside) if bound.lost else bound)
        return found

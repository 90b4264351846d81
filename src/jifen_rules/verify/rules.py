"""One version of a scheme, read beside the engine: its items, limits, ledgers and periods."""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from ..core.terms import Period, Unknown, Window
from ..core.vocabulary import ACCOUNTS, KINDS, english
from ..scheme import model
from ..scheme.model import SchemeFile
from .consequences import Consequences
from .limits import Border, CheckedBase, CheckedIndicator, CheckedLimit, Own, Part, Stage

_PICKS = frozenset({"highest", "lowest", "heaviest", "latest"})
"""The words of combines in which one event counts for all."""


class Version:
    """One dated version: its indicators, its ledgers' own limits, its ladders."""

    def __init__(self, file: SchemeFile) -> None:
        self.file, self.scheme = file, file.scheme
        self.anchor = self.scheme.effective_from
        self.root = self.scheme.key
        self.posted = tuple(ledger.key for ledger in self.scheme.ledgers if ledger.formula is None)
        """The ledgers that points are posted to."""
        self.items = {
            item.key: self._item(path, around, item) for path, around, item in self.scheme.walk()
        }
        self.limits = {"total": self._ordered((), self._net("total", self.scheme, ()))}
        for number, ledger in enumerate(self.scheme.ledgers):
            if ledger.key in self.posted:
                bounds = self._net(ledger.key, ledger, ("ledgers", number))
                self.limits[ledger.key] = self._ordered((), bounds)
        self.parts: Mapping[str, Part] = {
            **{key: part for key, (_, part) in self._categories.items()},
            **{key: item.indicator for key, item in self.items.items()},
            self.root: self.scheme,
        }
        """Indicators, categories and the scheme itself by id."""
        self.rewards = {reward.key: reward for reward in self.scheme.rewards}
        self.rules = {rule.key: rule for rule in self.scheme.rules}
        self.consequences = Consequences(file)

    @cached_property
    def _categories(self) -> Mapping[str, tuple[model.Path, model.Category]]:
        return {part.key: (path, part) for path, part in _inside(self.scheme, ())}

    @cached_property
    def categories(self) -> Mapping[str, model.Category]:
        """All categories by id."""
        return {key: part for key, (_, part) in self._categories.items()}

    def places(self, key: str) -> frozenset[str]:
        """Return the places where the weight, the rounding and the combine of a part may stand."""
        path = self._paths[key]
        inside = ("", "weight", "round", "combine", "points")
        return frozenset(self.file.place((*path, *filter(None, (k,)))).short for k in inside)

    def path_of(self, key: str) -> model.Path:
        """Return where a part stands in the scheme."""
        return self._paths[key]

    def place(self, path: model.Path) -> str:
        """Return the place of something, as steps name it."""
        return self.file.place(path).short

    @cached_property
    def names(self) -> frozenset[tuple[str, str]]:
        """The parts that points pass, the ledgers and the rewards, each by its id and name."""
        parts = (*self.parts.values(), *self.rewards.values(), *self.scheme.ledgers)
        return frozenset((part.key, part.label) for part in parts) | self._marks

    @cached_property
    def _marks(self) -> frozenset[tuple[str, str]]:
        """The ledgers, as their own limits name them."""
        return frozenset((name, name) for name in self.limits)

    @cached_property
    def grounds(self) -> frozenset[tuple[str, str, str]]:
        """The id, place and basis of each part, and of each reward."""
        paths = [(part, self._paths[key]) for key, part in self.parts.items()]
        rewards = [(part, ("rewards", n)) for n, part in enumerate(self.scheme.rewards)]
        return frozenset(
            (part.key, self.file.place(path).short, part.basis or "")
            for part, path in (*paths, *rewards)
        )

    @cached_property
    def escalations(self) -> frozenset[tuple[str, str, str]]:
        """The id, place and basis of what is escalated in each part."""
        return frozenset(
            (key, self.file.place((*self._paths[key], "escalate")).short, part.basis or "")
            for key, part in self.parts.items()
            if part.escalate
        )

    def quantity_caps(
        self, item: CheckedIndicator
    ) -> Iterator[tuple[str, model.CapRule, Fraction]]:
        """Yield each cap on an indicator's quantity: its place, itself, its bound."""
        for number, cap in enumerate(item.indicator.caps):
            bound = cap.at_most.bound
            if cap.at_most.kind == "quantity" and bound is not None:
                path = (*self._paths[item.key], "caps", number)
                yield self.file.place(path).short, cap, Fraction(bound)

    @cached_property
    def _paths(self) -> Mapping[str, model.Path]:
        paths: dict[str, model.Path] = {item.key: path for path, _, item in self.scheme.walk()}
        return paths | {key: path for key, (path, _) in self._categories.items()} | {self.root: ()}

    @cached_property
    def starts(self) -> bool:
        """Whether some category has a base."""
        return any(part.base is not None for part in self.categories.values())

    @cached_property
    def bases(self) -> tuple[CheckedBase, ...]:
        """The bases of categories, outer ones first."""
        parts: dict[model.Path, model.Category] = dict(_inside(self.scheme, ()))
        found = []
        for path, part in parts.items():
            if part.base is None:
                continue
            places = [path[:depth] for depth in range(len(path), 0, -2)]
            around: list[tuple[model.Path, Part]] = [(place, parts[place]) for place in places]
            inside = (parts[place].for_ for place in places)
            kinds = tuple(filter(None, (*inside, self.scheme.for_)))
            base = Fraction(part.base) if isinstance(part.base, Decimal) else None
            found.append(
                CheckedBase(base, kinds or ((self.scheme.kind,),), not kinds, self._way(around))
            )
        return tuple(found)

    @cached_property
    def ends(self) -> bool:
        """Whether anything has a validity of its own."""
        parts: list[Part | model.Ledger] = [self.scheme, *self.scheme.ledgers]
        for item in self.items.values():
            parts += (item.indicator, *item.categories)
        return any(part.lasts is not None for part in parts) or self.consequences.last

    @cached_property
    def pays(self) -> bool:
        """Whether points of an indicator go to others."""
        return any(item.pays for item in self.items.values())

    @cached_property
    def frees(self) -> bool:
        """Whether others may come up under a net limit where all points of a ledger end."""
        several = (item for item in self.items.values() if item.has_net())
        return any(item.ledgers.keys() - {"total"} for item in several)

    def counted_from(self, day: date) -> "Version":
        """Return this version with its periods counted from the day of the first version."""
        found = copy(self)
        found.anchor = day
        return found

    def period(self, day: date) -> Period:
        """Return the period that holds a day."""
        return self.scheme.period.holding(day, self.anchor)

    @property
    def bounds(self) -> Iterator[CheckedLimit]:
        """Every limit of every indicator and ledger."""
        for item in self.items.values():
            yield from (stage for stage in item.stages if isinstance(stage, CheckedLimit))
        for bounds in self.limits.values():
            yield from bounds

    @cached_property
    def outermost(self) -> tuple[Stage, ...]:
        """The limits and the border of the scheme itself, which consequences pass too."""
        caps = self._ordered(self._caps(self.root, self.scheme, ()))
        return (*caps, Border(self.root, Fraction(1), self.scheme.round))

    # --- one indicator -------------------------------------------------------------------------

    def _item(
        self, path: model.Path, around: tuple[model.Category, ...], item: model.Indicator
    ) -> CheckedIndicator:
        chain: list[tuple[model.Path, Part]] = [(path, item)]
        for depth in range(len(around), 0, -1):
            chain.append((path[: 2 * depth], around[depth - 1]))
        stages = self._way(chain)
        parts = (*(part for _, part in chain), self.scheme)
        to = next((part.to for part in parts if part.to), None)
        ledgers, others, stated = self._posts(to or {"total": model.Share.parse("whole")})
        shares = [*others.values()]
        sides = frozenset(share.side or "" for share in shares)
        divides = any(share.share != "each" for share in shares)
        parts_only = all(share.part < 1 for share in shares)
        last = (english(ACCOUNTS, account.rpartition(".")[2].strip()) for account in others)
        reaches = frozenset(name if name in self.posted else "total" for name in last)
        joined = [n for n, part in enumerate(parts) if part.combine]
        joins = max(joined) if joined else (0 if isinstance(item.points, model.RatedBy) else -1)
        nodes = tuple(part.key for _, part in chain)
        outermost = (*nodes, self.root)[joins] if joins >= 0 else ""
        picks = sum(mode in _PICKS for part in parts for mode in part.combine or ())
        return CheckedIndicator(
            item.key,
            item,
            tuple(reversed(around)),
            self.scheme,
            stages,
            nodes,
            ledgers,
            bool(others),
            stated,
            sides,
            divides,
            parts_only,
            reaches,
            joins,
            outermost,
            picks,
        )

    def _way(self, chain: Iterable[tuple[model.Path, Part]]) -> tuple[Stage, ...]:
        """Return the stages of parts from the inside out, then those of the scheme."""
        stages: list[Stage] = []
        for where, part in chain:
            stages += self._ordered(
                self._caps(part.key, part, where), self._net(part.key, part, where)
            )
            weight = part.weight if isinstance(part, model.Category) else None
            rounding = part.round if isinstance(part, model.Category) else None
            stages.append(Border(part.key, weight.factor if weight else Fraction(1), rounding))
        return (*stages, *self.outermost)

    def _posts(
        self, to: Mapping[str, object]
    ) -> tuple[dict[str, Own], dict[str, model.Share], bool]:
        """Return the shares of own ledgers, those of others, and whether all are stated."""
        ledgers: dict[str, Own] = {}
        others: dict[str, model.Share] = {}
        stated = True
        for account, share in to.items():
            name = english(ACCOUNTS, account)
            if not isinstance(share, model.Share):
                stated = False
            elif name not in ("total", *self.posted):
                others[account] = share
            elif share.share == "each":
                ledgers[name] = Own(share.part, share.side or "")
            else:
                stated = False
        return ledgers, others, stated

    # --- limits --------------------------------------------------------------------------------

    def _caps(self, owner: str, part: Part, path: model.Path) -> Iterator[CheckedLimit]:
        for number, rule in enumerate(part.caps):
            amount, window, bound = rule.at_most, rule.per, rule.at_most.bound
            if bound is None or isinstance(window, Unknown):
                continue
            if amount.kind == "quantity":
                continue
            bases = frozenset({rule.basis} if rule.basis else {"", part.basis or ""})
            yield CheckedLimit(
                (owner, amount.kind, str(window), rule.among, number),
                self.file.place((*path, "caps", number)).short,
                bases,
                amount.kind,
                window,
                Fraction(bound),
                None,
                amount.beyond == "lost",
                amount.counted == "highest",
                tuple(english(KINDS, word) for word in rule.among),
            )

    def _net(self, owner: str, part: Part | model.Ledger, path: model.Path) -> list[CheckedLimit]:
        found = []
        full = None if isinstance(part, model.Ledger) else part.full
        for key, bound in (("floor", part.floor), ("full", full)):
            if not isinstance(bound, model.NetLimit) or bound.bound is None:
                continue
            number = Fraction(bound.bound)
            high, low = (number, None) if key == "full" else (None, number)
            bases = frozenset({"", part.basis or ""})
            found.append(
                CheckedLimit(
                    (owner, key),
                    self.file.place((*path, key)).short,
                    bases,
                    "net",
                    Window("period"),
                    high,
                    low,
                    bound.beyond == "lost",
                    False,
                    (),
                )
            )
        return found

    def _ordered(
        self, caps: Iterable[CheckedLimit], bounds: Iterable[CheckedLimit] = ()
    ) -> list[CheckedLimit]:
        """Sort limits: caps, then floor and full marks, each from short windows to long."""
        about = self.scheme.period.about_days
        kinds = ("times", "added", "deducted", "net")

        def place(bound: CheckedLimit) -> tuple[bool, int, int, bool]:
            days = bound.window.days(about)
            return bound.kind == "net", days, kinds.index(bound.kind), not bound.lost

        found: list[CheckedLimit] = []
        for bound in (*sorted(caps, key=place), *sorted(bounds, key=place)):
            shared = (bound.window, bound.among)
            inside = tuple(b.slot for b in found if b.lost and (b.window, b.among) == shared)
            found.append(replace(bound, inside=inside) if bound.lost else bound)
        return found


def _inside(
    node: model.Scheme | model.Category, path: model.Path
) -> Iterator[tuple[model.Path, model.Category]]:
    for number, part in enumerate(node.categories):
        inner = (*path, "categories", number)
        yield inner, part
        yield from _inside(part, inner)

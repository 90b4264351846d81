"""A village that is being drawn: its scheme so far, and where a construct may still be put.

Each place (an indicator, a category, the scheme) remembers which constructs stand on it, so that
it is known what the points of an indicator meet on their way.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from .village import Data, Row

FIRST = date(2024, 1, 1)
PEOPLE = ("A", "B", "C", "D")
LEVELS = ("村级", "县级", "国家级")


class Draft:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.used: set[str] = set()
        self.on: dict[str, set[str]] = {"": set()}
        """By the id of a place, the constructs that stand on it."""
        self.above: dict[str, str] = {}
        """By the id of a place, the place around it; the scheme is ''."""
        self.scheme: Data = {
            "scheme": "village",
            "illustrative": "yes",
            "effective_from": "2024-01-01",
            "subject": "person",
            "period": "year",
            "base": "10",
            "floor": "none",
            "at_period_end": "clear",
            "fields": {"subject": {"示范": "yes_no"}, "event": {"承诺书": "yes_no"}},
            "to": {"total": "whole"},
            "categories": [],
            "indicators": [],
        }
        self.items: list[Data] = []
        self.nodes: dict[str, Data] = {"": self.scheme}
        self.ladders: list[Data] = []
        self.later: list[Callable[[Data], None]] = []
        """What a second version changes in its copy of the scheme."""
        self.roster: list[Row] = [
            {"id": "V", "kind": "village"},
            {"id": "H1", "kind": "household", "unit": "V"},
            {"id": "H2", "kind": "household", "unit": "V"},
            {
                "id": "A",
                "kind": "person",
                "unit": "H1",
                "role": "head",
                "class": "甲类",
                "示范": "是",
            },
            {"id": "B", "kind": "person", "unit": "H1", "class": "乙类", "示范": "否"},
            {"id": "C", "kind": "person", "unit": "H2", "role": "head", "class": "甲类"},
            {"id": "D", "kind": "person", "unit": "H2", "class": "乙类", "示范": "是"},
        ]
        self.words: list[str] = []
        """The words with which an event may name another: voids, corrects, revokes, repairs."""
        self.extra: list[Callable[[list[Row]], None]] = []

    # --- drawing -----------------------------------------------------------------------------

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def pick(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    def number(self, low: int, high: int) -> str:
        return str(self.rng.randint(low, high))

    def points(self) -> str:
        return str(self.pick("1", "2", "5", "0.5", "-1", "-3", "-0.5", "12"))

    # --- places ------------------------------------------------------------------------------

    def category(self, inside: str | None = None) -> str:
        """Add a category, in another one if that is named; give its id."""
        name = f"c{len(self.nodes) - 1}"
        data: Data = {"id": name, "indicators": []}
        where = "" if inside is None else inside
        self.nodes[where].setdefault("categories", []).append(data)
        self.nodes[name], self.on[name], self.above[name] = data, set(), where
        return name

    def wrapped(self, name: str) -> str:
        """Put a category between a category and its indicators; give the new one."""
        inner = self.category(name)
        for item in self.nodes[name].get("indicators", ()):
            self.above[item["id"]] = inner
        self.nodes[inner]["indicators"] = self.nodes[name].pop("indicators", [])
        return inner

    def some_category(self) -> str:
        known = [name for name in self.nodes if name]
        return self.pick(*known) if known and self.maybe(0.8) else self.category()

    def item(self, points: Any, construct: str) -> Data:
        """Add an indicator worth so much, in some category or in none."""
        name = f"i{len(self.items)}"
        known = [node for node in self.nodes if node]
        where = self.pick(*known, *known, "") if known else ""
        data: Data = {"id": name, "points": points}
        self.nodes[where].setdefault("indicators", []).append(data)
        self.on[name], self.above[name] = {construct}, where
        self.items.append(data)
        self.used.add(construct)
        return data

    def free_item(self, slot: str, fits: Callable[[Data], bool] = lambda _: True) -> Data:
        """Give an indicator on which nothing of that key stands yet; most often the first such."""
        some = [i for i in self.items if not is_wipe(i) or slot in ("when", "then")]
        free = [i for i in some if slot not in i and fits(i)]
        if free and self.maybe(0.6):
            return free[0]
        if free and self.maybe(0.7):
            return self.rng.choice(free)
        return self.item(self.points(), "fixed")

    def put(self, place: str, construct: str) -> None:
        self.on[place].add(construct)

    def outwards(self, place: str) -> list[str]:
        """Give a place and those around it, out to the scheme."""
        found = [place]
        while found[-1]:
            found.append(self.above[found[-1]])
        return found

    def inside(self, place: str) -> list[str]:
        """Give the places inside a place, at any depth, and itself."""
        return [name for name in self.on if place in self.outwards(name)]

    def plain_fits(self, place: str) -> bool:
        """Tell whether a limit that is not net may stand there: no net limit stands inside."""
        return not any("net" in self.on[name] for name in self.inside(place) if name != place)

    def net_fits(self, place: str) -> bool:
        """Tell whether a net limit may stand there: none of another sort stands around it."""
        return not any("plain" in self.on[name] for name in self.outwards(place)[1:])

    def places(self, *, fits: Callable[[str], bool]) -> list[str]:
        """Give the places that may hold a limit, the fuller ones first."""
        names = [name for name in self.on if not is_wipe(self.node(name)) and fits(name)]
        return sorted(names, key=lambda name: -len(self.on[name]))

    def node(self, place: str) -> Data:
        if place in self.nodes:
            return self.nodes[place]
        return next(item for item in self.items if item["id"] == place)

    def place(self, fits: Callable[[str], bool]) -> str | None:
        names = self.places(fits=fits)
        if not names:
            return None
        return names[0] if self.maybe(0.5) else str(self.rng.choice(names))

    # --- what comes out ----------------------------------------------------------------------

    def routes(self) -> tuple[frozenset[str], ...]:
        marks = {"net", "plain", "joined"}
        return tuple(
            frozenset().union(*(self.on[name] for name in self.outwards(item["id"]))) - marks
            for item in self.items
        )


def is_wipe(item: Data) -> bool:
    return item.get("points") == "clear"


def day_of(rng: random.Random, low: int = 0, high: int = 420, most: int = 50) -> date:
    return FIRST + timedelta(int(rng.triangular(low, high, most)))

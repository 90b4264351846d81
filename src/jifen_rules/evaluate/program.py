"""A grant -> its programs, and the records that they write.

Only what is plain has programs (`plainness`); the rest, and an event for which a program gives nothing back because
it says something out of the ordinary, go through the general stages of the fold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from ..entry import Entry
from ..event import Event
from ..plan import Cap, Grant, Mark, Plan, Post, Weigh
from ..terms import Exact
from .plainness import is_plain, owes_offer
from .registers import Layout, Registers
from .writing import Pourer, Writer

Cut: TypeAlias = tuple[int, Exact, Exact, Exact | None]
"""Where a stage changed an amount: which, from what, to what, and the room left."""


@dataclass(frozen=True, eq=False)
class Way:
    """What a record's place in the plan is: enough to write the steps of its entry."""

    plan: Plan
    grant: Grant
    posts: tuple[Post, ...]
    notes: tuple[Mark, ...]
    """What on its way is not stated, and said so in each entry."""
    write_outer: "Callable[[], Outer]"

    @cached_property
    def outer(self) -> "Outer":
        """Takes a short record's points on to the ledgers."""
        return self.write_outer()

    @cached_property
    def changing(self) -> tuple[tuple[int, Cap | Weigh], ...]:
        """The stages that may change an amount, by number: the path, then each ledger's limits."""
        limits = (limit for post in self.posts for limit in self.plan.ledgers[post.ledger].limits)
        stages = enumerate((*self.grant.path, *limits))
        return tuple((n, s) for n, s in stages if isinstance(s, Cap) or s.factor != 1 or s.rounding)


Record: TypeAlias = tuple[Any, ...]
"""Event, Way, asked, cuts, granted to the total, the total after; then what each other ledger got.

A short one ends after the cuts with what came through the limits of adds, deducts and times: what is left,
weights, roundings, and net limits, only add up, so that the sum of it tells where a period ends.
"""
Rows: TypeAlias = list[Entry | Record]
"""Entries, some of them still as records."""
SHORT = 5
Outer: TypeAlias = Callable[[Exact, tuple[Cut, ...], Exact, Registers], tuple[Any, ...]]
"""Asked, cuts, what came through -> cuts, granted, and the rest of a record."""
Program: TypeAlias = Callable[[Event, Registers], Record | None]
"""Event, the registers of its subject -> its record; None where the general stages must have it."""
Asker: TypeAlias = Callable[[Grant, Event], Exact | None]
"""The value of one event by the general stages: its asked points, or None if there is more to say."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What decides, in one evaluation, which events programs take."""

    passing: frozenset[str]
    """The statuses that events need to have reached ("" for those without one)."""
    wary: frozenset[str]
    """Fields that an event must not have."""


class Programs:
    """What is written for one grant: the way up to what only adds up, the whole way, and the way from there on.

    Each is made when it is first asked for, but gets its places at once: registers do not grow. The whole way needs no
    other places than those of its parts.
    """

    def __init__(self, writer: Writer, under: Conditions, ask: Asker) -> None:
        self._writer, self._under = writer, under
        grant, plan = writer.grant, writer.plan
        self.owes_offer = owes_offer(plan, grant, writer.layout.demands)
        notes = tuple(mark for mark in grant.unstated if mark.basis != "within")
        self._short, outer = writer.short(under.wary, under.passing), writer.outer()
        way = Way(plan, grant, writer.posts, notes, lambda: writer.function(outer, {}))
        self._names = {"ask": ask, "GRANT": grant, "WAY": way, "REMEMBERED": {}}

    @cached_property
    def short(self) -> Program:
        """The way of an event up to what only adds up."""
        short: Program = self._writer.function(self._short, self._names)
        return short

    @cached_property
    def whole(self) -> Program:
        """The whole way of an event."""
        text = self._writer.whole(self._under.wary, self._under.passing)
        whole: Program = self._writer.function(text, self._names)
        return whole


def programs_of(
    grant: Grant, layout: Layout, ledgers: frozenset[str], under: Conditions, ask: Asker
) -> Programs | None:  # fmt: skip
    """Write the programs of a grant for subjects that have these ledgers; None if it is not plain."""
    posts = tuple(post for post in grant.posts if post.ledger in ledgers)
    if not is_plain(layout.plan, grant, posts, layout.demands):
        return None
    return Programs(Writer(grant, layout, posts), under, ask)


def completed(record: Record, registers: Registers) -> Record:
    """The whole record of a short one, the registers being where the records before it left them."""
    event, way, asked, cuts, came = record
    return (event, way, asked, *way.outer(asked, cuts, came, registers))


Pour: TypeAlias = Callable[[Registers], None]


def pour_of(layout: Layout) -> Pour | None:
    """Write what takes the sums of short records on to the ledgers, all at once.

    None where it would matter in which order they came: where what is joined on the way goes different
    ways, or a ledger loses what lies beyond its limit.
    """
    streams = [*layout.mouths.values()]
    posts = {stream.posts for stream in streams}
    ledgers = {post.ledger for several in posts for post in several}
    loses = any(cap.lost for name in ledgers for cap in layout.plan.ledgers[name].limits)
    if len(posts) != 1 or loses or any(post.side for post in next(iter(posts))):
        return None
    pourer = Pourer(layout, next(iter(posts)))
    pour: Pour = pourer.function(pourer.pour(streams), {})
    return pour

"""Plain events in a row: the same stages as for any other, without what only others need.

One piece: what makes a grant plain and what drives it are read beside each other.

A grant is plain where its asked points go by what the event says alone: they are worked out once
for all events that say the same. Where nothing may end a single contribution, the stages that
`stages` prepared are driven at once; else the event is let in as any other is. This words no rule
of its own.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

from ..core.expression import Formula
from ..core.remembered import Remembered
from ..core.terms import Exact
from ..inputs.event import Event, moment
from ..plan import (
    Choice,
    Computed,
    Defects,
    Fixed,
    Grant,
    Judged,
    Marginal,
    Plan,
    Rate,
    Steps,
    Value,
)
from ..trace.entry import Outcome
from .answers import holds
from .effects import validity_of
from .events import count_in, not_stated, source_of
from .frames import DayFrames
from .fusing import Driver, chained, fused
from .plain_rows import Came, PlainRows, Said
from .routes import Route
from .rows import RowHead
from .state import Contribution, EntryBuilder, Side, Source, SubjectState, Unfit, side_of
from .unfit import find_unfit
from .value import amount_of, ask, round_asked
from .ways import Basins, Way, Ways
from .world import World

Judge: TypeAlias = Callable[[Event], Outcome | None]
"""Why an event does not count; None where it counts."""

_OF_DAY = frozenset(
    {"month", "day", "weekday", "class", "subject", "headcount", "days_in", "year", "date"}
)
_MAX_KNOWN = 1 << 14
_UNASKED: tuple[DayFrames, date] = [], date.max
"""In place of sums, where each event is let in as any other."""


Asked: TypeAlias = tuple[Exact, Driver | None, int | None, Came]
"""Holds what an event asks: points, the first part of their way and the basin that it leads to.

The last is what comes there if nothing is cut on the first part.
"""


class PlainGrant:
    """A grant whose events all go the same way, for subjects of one kind and class."""

    __slots__ = ("adds_up", "ends", "grant", "head", "ways")

    def __init__(self, plan: Plan, grant: Grant, head: RowHead, ways: Mapping[Side, Way]) -> None:
        self.grant, self.head, self.ways = grant, head, ways
        lasts = grant.lasts if isinstance(grant.lasts, str) else ""  # else it is not plain
        self.adds_up = isinstance(grant.value, Rate | Steps) and grant.value.window is not None
        """Tells whether what an event asks goes by the amount of those before it."""
        self.ends = Remembered[date, date | None](lambda day: validity_of(plan, lasts, day))
        """The last day of points, by the day of the event."""

    def worth(
        self, world: World, event: Event, builder: EntryBuilder
    ) -> tuple[Exact | None, Exact]:
        """Work out what an event asks, and for how much; None where it cannot be valued."""
        try:
            points, quantity = ask(world, self.grant, event, builder)
        except Unfit:
            return None, 0
        return round_asked(world, self.grant, points, builder), quantity

    def asked(self, world: World, event: Event, judge: Judge | None) -> Asked | None:
        """Work out what an event asks; None where it is not plain."""
        found: Exact | None = None
        quantity = amount_of(event.quantity)
        builder = EntryBuilder([*not_stated(self.grant, event)])
        undoes = event.repairs or event.revokes
        is_fit = not undoes and find_unfit(world.plan, self.grant, event) is None
        counts = is_fit and (judge is None or judge(event) is None)
        if counts and holds(world, self.grant.when, event):
            if self.adds_up:
                found = 0
            else:
                found, quantity = self.worth(world, event, builder)
        if found is None:
            return None
        drive, basin, rest = self.ways[side_of(found)]
        said = Said(self, found, tuple(builder.steps), quantity, rest)
        return found, drive, basin, (said, (), found)


class PlainGrants:
    """The plain grants for subjects of one kind and class, and what their events ask."""

    __slots__ = ("_by_words", "_grants", "_saying", "basins", "is_numbered", "known")

    def __init__(
        self, grants: Mapping[str, PlainGrant], basins: Basins, *, is_numbered: bool
    ) -> None:
        self._grants, self.basins = grants, basins
        self.is_numbered = is_numbered
        """Tells whether a limit must know which event reaches it, where nothing is kept."""
        self.known: dict[object, Asked] = {}
        """Holds what events ask, by indicator, quantity, and where what they say beyond stands."""
        self._by_words: dict[object, Asked | None] = {}
        self._saying: list[object] = []
        """Holds what stands there, so that nothing else comes to stand there."""

    def asked(self, world: World, event: Event, judge: Judge | None) -> Asked | None:
        """Work out what an event asks, once for all that say the same; None where it is not plain.

        TypeError where it says a value that is not of its type.
        """
        plain = self._grants.get(event.indicator)
        if plain is None:
            return None
        said, key = event.said, (event.indicator, event.quantity)
        words = key if said is None else (*key, *said.items())
        if len(self._by_words) >= _MAX_KNOWN or len(self.known) >= _MAX_KNOWN:
            for one in (self._by_words, self.known, self._saying):
                one.clear()
        if words in self._by_words:
            found = self._by_words[words]
        else:
            found = self._by_words[words] = plain.asked(world, event, judge)
        if found is not None:
            self.known[key if said is None else (*key, id(said))] = found
            self._saying.append(said)
        return found


def is_plain(plan: Plan, grant: Grant, *, keeps: bool) -> bool:
    """Tell whether events of a grant go by what they say alone; kept contributions allow more."""
    if (
        grant.effects
        or grant.escalation
        or grant.others
        or any(cap.window.name != "event" for cap in grant.quantity_caps)
        or grant.standing
        or grant.declare
        or grant.declarers
        or grant.subject_needs
        or grant.value is None
    ):
        return False
    if keeps:
        fits = isinstance(grant.lasts, str) and not any(one.roles for one in grant.combines)
    else:
        fits = grant.lasts == "period" and not grant.combines and grant.repair is None
    return (
        fits
        and _speaks_alone(plan, grant.when)
        and (_is_plain_value(plan, grant.value) or (keeps and _adds_up(grant)))
    )


def _adds_up(grant: Grant) -> bool:
    """Tell whether an event always asks for what its amount adds to that of its window."""
    value = grant.value
    always = isinstance(value, Rate) or (isinstance(value, Steps) and not value.unstated)
    return always and not (grant.within or grant.rounding or grant.quantity_caps)


def _is_plain_value(plan: Plan, value: Value) -> bool:
    match value:
        case Fixed() | Judged() | Defects() | Marginal():
            return True
        case Rate(window=window) | Steps(window=window):
            return window is None
        case Choice(of_subject=of_subject, table=table):
            return not of_subject and all(_is_plain_value(plan, one) for one in table.values())
        case Computed(formula=formula):
            return _speaks_alone(plan, formula)
        case _:
            return False


def _speaks_alone(plan: Plan, formula: Formula | None) -> bool:
    """Tell whether a formula asks for nothing but what an event says."""
    if formula is None:
        return True
    others = _OF_DAY | plan.nodes | set(plan.ladders) | set(plan.ledgers) | set(plan.subject_fields)
    return not formula.calls and not formula.names & others


_NONE = PlainGrants({}, Basins(), is_numbered=False)


def plain_grants(world: World, state: SubjectState, day: date) -> tuple[PlainGrants, date]:
    """Find the grants that are plain for a subject, and until when they are."""
    spell = world.roster.spell(state.subject, day)
    if spell is None:
        return _NONE, date.min
    fuses = world.prepared.fuses
    key = (spell.kind, spell.classes, tuple(state.accounts), fuses)
    known: dict[object, PlainGrants] = world.prepared_plan.plains
    found = known.get(key)
    if found is None:
        several = list(_plain_grants(world, state, spell.classes | {spell.kind}))
        routes = {grant.mark.id: world.routes.of(grant.path, grant.posts) for grant in several}
        ways = Ways(world.plan, routes, fused if fuses else chained, waits=world.prepared.waits)
        made = {
            name: PlainGrant(world.plan, world.plan.grants[name], world.head(name), ways.of(name))
            for name in routes
        }
        is_numbered = ways.are_numbered and not world.keeps
        found = known[key] = PlainGrants(made, ways.basins, is_numbered=is_numbered)
    return found, spell.until


def _plain_grants(world: World, state: SubjectState, words: frozenset[str]) -> Iterator[Grant]:
    plan, retention, keeps = world.plan, world.retention, world.keeps
    if plan.after_events:
        return
    asked = {name for name, _ in retention.granted} | {c.arguments[0] for c in retention.rows}
    if not keeps:  # where contributions are kept, occurrences are noted with them
        asked |= {name for name, _ in retention.questions} | retention.latest
    for grant in plan.grants.values():
        kinds = grant.kinds or ((world.versions.first.kind,),)
        fits = all(words & set(group) for group in kinds)
        is_asked = bool(asked & (grant.nodes | {"any", "added", "deducted"}))
        holds_all = all(post.ledger in state.accounts for post in grant.posts)
        if fits and holds_all and not is_asked and is_plain(plan, grant, keeps=keeps):
            yield grant


class PlainRun:
    """Plain events of a world, in order; one for each world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._item = _item_of(world)
        self._opened: dict[str, _Taking] = {}
        """Holds who takes what, as long as nothing but plain events moves anything."""
        self._moves = -1

    @cached_property
    def _nobody(self) -> Contribution:
        return _item_of(self.world)

    def take(
        self,
        events: Sequence[Event],
        start: int,
        last: date,
        judge: Judge | None = None,
        judged: Container[str] = (),
    ) -> int:
        """Fold events from a place on, up to a day; `judged` are ids of those others speak of.

        Return the place of the first that is not plain or later.
        """
        world, item, opened = self.world, self._item, self._still_open()
        view, keeps = world.prepared.layout.lasting_view, world.keeps
        who, until, same, today = "", date.min, date.min, date.min
        place = start
        for event in map(events.__getitem__, range(start, len(events))):
            day = event.date
            if event.subject != who or day > until:
                taking = self._taking(opened, event, last)
                if taking is None:
                    break
                who, until, today = event.subject, taking.until, date.min
                sums, same = taking.sums, taking.same
                item.state, table, came = taking.state, taking.table, taking.came
                known, is_numbered = table.known, table.is_numbered
                note, write = taking.rows.events.append, taking.rows.came.append
            said = event.said
            try:
                asked = known.get(
                    (event.indicator, event.quantity)
                    if said is None
                    else (event.indicator, event.quantity, id(said))
                ) or table.asked(world, event, judge)
            except TypeError:  # a value that is not of its type
                break
            if asked is None or (judged and event.id in judged):
                break
            place += 1
            points, drive, basin, brought = asked
            if day != today:
                item.day = item.since = today = day
                if day > same:  # other windows
                    sums, same = view(item.state.frames, day)
                    opened[who].sums, opened[who].same = sums, same
            if is_numbered:
                item.number = world.next_number()
            if basin is None:
                if keeps:
                    _let_in(world, item.state, event, asked)
                    last = min((last, *world.ends[:1]))
                    until = min(until, last)
                else:
                    self._at_once(sums, event, asked)
                continue
            if drive is not None:
                points, cuts = drive(sums, item, points)
                brought = (brought[0], cuts, points) if cuts else brought
            came[basin] += points
            note(event)
            write(brought)
        self._note(place - start)
        return place

    def _still_open(self) -> dict[str, "_Taking"]:
        if self.world.moves != self._moves:
            self._opened.clear()
        return self._opened

    def _note(self, count: int) -> None:
        """Note that so many were taken, and let what waits go on."""
        world = self.world
        world.prepared.taken += count
        world.moves += count
        self._moves = world.moves
        if world.prepared.waits:
            for taking in self._opened.values():
                self._end(taking)
            self._opened.clear()

    def _taking(self, opened: dict[str, "_Taking"], event: Event, last: date) -> "_Taking | None":
        """Find or begin what the subject of an event takes; None where it takes nothing plain."""
        world, day, who = self.world, event.date, event.subject
        if day > last:
            return None
        known = opened.get(who)
        if known is not None:
            if day <= known.until:
                return known
            self._end(known)
            del opened[who]
        state = world.states.get(who)
        if state is None or state.holds:
            return None
        table, until = plain_grants(world, state, day)
        sums, same = _UNASKED
        if not world.keeps:
            sums, same = world.prepared.layout.lasting_view(state.frames, day)
        came: list[Exact] = [0] * len(table.basins)
        rows = PlainRows(state, sums if came else [], self._nobody)
        opened[who] = found = _Taking(state, table, min(until, last), sums, same, came, rows)
        return found

    def _end(self, taking: "_Taking") -> None:
        """Let what a subject took go on into its ledgers."""
        state, rows = taking.state, taking.rows
        if rows.events:
            self._item.state = state
            taking.table.basins.drain(taking.came, state, taking.sums, self._item)
            self.world.rows.append(rows)

    def _at_once(self, sums: DayFrames, event: Event, asked: Asked) -> None:
        """Let an event bring what it brings before the next."""
        item, (points, _, _, (said, _, _)) = self._item, asked
        accounts = item.state.accounts
        granted, cuts, ledgers = said.rest.run(sums, item, points)
        for ledger, amount in ledgers:
            accounts[ledger].inner += amount
        accounts["total"].inner = total = accounts["total"].inner + granted
        told = said.steps + cuts if said.steps else cuts
        head, counted = said.plain.head, Outcome.COUNTED
        self.world.rows.append((event, head, counted, points, told, granted, ledgers, total, None))


@dataclass(slots=True)
class _Taking:
    """Holds what one subject takes in a row: until when, by which sums, and the rows of it."""

    state: SubjectState
    table: PlainGrants
    until: date
    sums: DayFrames
    same: date
    """The last day that has the same sums."""
    came: list[Exact]
    rows: PlainRows
    """The events that wait."""


def _item_of(world: World) -> Contribution:
    """Make a contribution of nobody, by which stages know the day of an event."""
    nobody = SubjectState("", world.period(world.today), None, world.prepared.layout)  # type: ignore[arg-type]  # nothing is asked of it
    source = Source(moment(world.today, ""), None)
    route = Route((), (), {}, 0)
    return Contribution(source, nobody, route, "added", world.today, world.today, 0)


def _let_in(world: World, state: SubjectState, event: Event, asked: Asked) -> None:
    """Let a plain event in as any other: something may still end what it brings."""
    points, _, _, ((plain, _, steps, quantity, _), _, _) = asked
    grant, builder = plain.grant, EntryBuilder([*steps])
    if plain.adds_up:
        world.added_up.clear()
        points = plain.worth(world, event, builder)[0] or 0
    assert isinstance(grant.lasts, str)
    world.today = event.date
    source = source_of(world, event, grant, points, grant.lasts, plain.ends[event.date])
    source.quantity, source.grown = quantity, points
    count_in(world, state, source, builder)
    world.write(event, Outcome.COUNTED, points, builder)

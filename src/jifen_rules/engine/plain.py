"""Plain events in a row: the same stages as for any other, without what only others need.

One piece: what makes a grant plain and what drives it are read beside each other.

A grant is plain where its asked points go by what the event says alone: they are worked out once
for all events that say the same. Where nothing may end a single contribution, the stages that
`stages` prepared are driven at once; else the event is let in as any other is. This words no rule
of its own.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple, TypeAlias

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
    Post,
    Rate,
    Steps,
    Value,
)
from ..trace.entry import Outcome, Step
from .answers import holds
from .effects import validity_of
from .events import count_in, not_stated, source_of
from .frames import DayFrames
from .fusing import Driven, Driver, chained, fused
from .routes import Route
from .rows import Cut, Ledgers, RowHead
from .stages import Stage
from .state import Account, Contribution, EntryBuilder, Side, Source, SubjectState, Unfit, side_of
from .unfit import find_unfit
from .value import amount_of, ask, round_asked
from .world import World

Judge: TypeAlias = Callable[[Event], Outcome | None]
"""Why an event does not count; None where it counts."""

_OF_DAY = frozenset(
    {"month", "day", "weekday", "class", "subject", "headcount", "days_in", "year", "date"}
)
_MAX_KNOWN = 1 << 14


class _Way(NamedTuple):
    """How points of a side go: through the trunk, then into ledgers.

    There is no ledger where all of it enters the total.
    """

    side: Side
    drive: Driver
    branches: tuple[tuple[str, Post, Driver], ...]


class _Asked(NamedTuple):
    """What an event asks: points (None where it is not plain), what is said, for how much."""

    points: Exact | None
    steps: tuple[Cut | Step, ...]
    quantity: Exact
    way: _Way


class PlainGrant:
    """A grant whose events all go the same way, for subjects of one kind and class."""

    __slots__ = (
        "adds_up",
        "ends",
        "enters_ledgers",
        "grant",
        "head",
        "is_numbered",
        "known",
        "ways",
    )

    def __init__(
        self, plan: Plan, grant: Grant, head: RowHead, route: Route, *, fuses: bool
    ) -> None:
        self.grant, self.head = grant, head
        lasts = grant.lasts if isinstance(grant.lasts, str) else ""  # else it is not plain
        self.adds_up = isinstance(grant.value, Rate | Steps) and grant.value.window is not None
        """Whether what an event asks goes by the amount of those before it."""
        driver = fused if fuses else chained
        trunk, branches = route.trunk, route.branches
        self.is_numbered = any(
            stage.tells_events_apart
            for several in (trunk, *(branch.limits for branch in branches))
            for stage in several
        )
        """Whether a limit must know which event reaches it."""
        if [(post.ledger, post.part, post.side) for post in grant.posts] == [("total", 1, None)]:
            trunk, branches = (*trunk, *branches[0].limits), ()  # its limits are further stages

        def way(side: Side) -> _Way:
            enters = [branch for branch in branches if branch.post.side in (None, side)]
            limits = [(b.ledger, b.post, driver(_driven(b.limits, side))) for b in enters]
            return _Way(side, driver(_driven(trunk, side)), tuple(limits))

        self.enters_ledgers = bool(branches)
        self.ways = Remembered[Side, _Way](way)
        self.known: dict[object, _Asked] = {}
        """What events ask, by quantity and what else they say."""
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

    def asked(self, world: World, event: Event, judge: Judge | None, key: object) -> _Asked:
        """Work out what an event asks, once for all that say the same."""
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
        if len(self.known) >= _MAX_KNOWN:
            self.known.clear()
        way = self.ways[side_of(found or 0)]
        known = self.known[key] = _Asked(found, tuple(builder.steps), quantity, way)
        return known


def _driven(stages: tuple[Stage, ...], side: Side) -> Driven:
    """Return the stages that may change points of a side, each limit on that side unasked."""
    found = []
    for stage in stages:
        cap, pieces = stage.cap, stage.pieces
        if cap is not None and cap.kind not in ("net", "times"):
            pieces = pieces if cap.kind == side else ()
        if pieces:
            found.append((stage, pieces, cap is not None))
    return tuple(found)


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
    """Whether an event always asks for what its amount adds to that of its window."""
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
    """Whether a formula asks for nothing but what an event says."""
    if formula is None:
        return True
    others = _OF_DAY | plan.nodes | set(plan.ladders) | set(plan.ledgers) | set(plan.subject_fields)
    return not formula.calls and not formula.names & others


def plain_grants(
    world: World, state: SubjectState, day: date
) -> tuple[Mapping[str, PlainGrant], date]:
    """Find the grants that are plain for a subject, by indicator, and until when they are."""
    spell = world.roster.spell(state.subject, day)
    if spell is None:
        return {}, date.min
    key = (spell.kind, spell.classes, tuple(state.accounts))
    known: dict[object, dict[str, PlainGrant]] = world.prepared.plan(world.number).plains
    found = known.get(key)
    if found is None:
        words = spell.classes | {spell.kind}
        found = known[key] = dict(_plain_grants(world, state, words))
    return found, spell.until


def _plain_grants(
    world: World, state: SubjectState, words: frozenset[str]
) -> Iterator[tuple[str, PlainGrant]]:
    plan, retention, keeps = world.plan, world.retention, world.keeps
    if plan.after_events:
        return
    asked = {name for name, _ in retention.granted} | {c.arguments[0] for c in retention.rows}
    if not keeps:  # where contributions are kept, occurrences are noted with them
        asked |= {name for name, _ in retention.questions} | retention.latest
    for name, grant in plan.grants.items():
        kinds = grant.kinds or ((world.versions.first.kind,),)
        fits = all(words & set(group) for group in kinds)
        is_asked = bool(asked & (grant.nodes | {"any", "added", "deducted"}))
        holds_all = all(post.ledger in state.accounts for post in grant.posts)
        if fits and holds_all and not is_asked and is_plain(plan, grant, keeps=keeps):
            route = world.routes.of(grant.path, grant.posts)
            yield name, PlainGrant(plan, grant, world.head(name), route, fuses=world.prepared.fuses)


class PlainRun:
    """Plain events of a world, in order; one for each world."""

    def __init__(
        self, world: World, judge: Judge | None, judged: Container[str] = frozenset()
    ) -> None:
        """`judged` are ids of events of which others speak."""
        self.world, self._judge, self._judged = world, judge, judged
        nobody = SubjectState("", world.period(world.today), None, world.prepared.layout)  # type: ignore[arg-type]  # nothing is asked of it
        source = Source(moment(world.today, ""), None)
        self._item = Contribution(
            source, nobody, Route((), (), {}, 0), "added", world.today, world.today, 0
        )

    def take(self, events: Sequence[Event], start: int, last: date) -> int:
        """Fold events from a place on, up to a day.

        Return the place of the first that is not plain or later.
        """
        world, item, judged, keeps = self.world, self._item, self._judged, self.world.keeps
        write, judge, counted = world.rows.append, self._judge, Outcome.COUNTED
        who, until, same, today = "", date.min, date.min, date.min
        state, layout = item.state, world.prepared.layout
        plains: Mapping[str, PlainGrant] = {}
        account, sums = Account(0, 0), DayFrames()
        place = start
        for event in islice(events, start, None):
            day = event.date
            if event.subject != who or day > until:
                known = world.states.get(event.subject)
                if day > last or known is None or known.holds:
                    break
                who, state = event.subject, known
                plains, until = plain_grants(world, state, day)
                until, same, today = min(until, last), date.min, date.min
                account, item.state = state.accounts["total"], state
            plain = plains.get(event.indicator)
            if plain is None:
                break
            said = event.said
            key = event.quantity if said is None else (event.quantity, *said.items())
            try:
                asked, steps, quantity, way = plain.known.get(key) or plain.asked(
                    world, event, judge, key
                )
            except TypeError:  # a value that is not of its type
                break
            if asked is None or (judged and event.id in judged):
                break
            place += 1
            if keeps:
                _let_in(world, state, plain, event, asked, steps, quantity)
                last = min((last, *world.ends[:1]))
                until = min(until, last)
                continue
            if day != today:
                item.day = item.since = today = day
                if day > same:  # other windows
                    sums, same = layout.view(state.frames, day, day), layout.until(day)
            if plain.is_numbered:
                item.number = world.next_number()
            item.side, drive, branches = way
            granted, told = drive(sums, item, asked)
            ledgers: Ledgers = ()
            if plain.enters_ledgers:
                granted, told, ledgers = _branch_out(state, sums, item, branches, granted, told)
            account.inner += granted
            write(
                (
                    event,
                    plain.head,
                    counted,
                    asked,
                    steps + told if steps else told,
                    granted,
                    ledgers,
                    account.inner,
                    None,
                )
            )
        world.moves += place - start
        return place


def _branch_out(
    state: SubjectState,
    sums: DayFrames,
    item: Contribution,
    branches: tuple[tuple[str, Post, Driver], ...],
    x: Exact,
    cuts: tuple[Cut, ...],
) -> tuple[Exact, tuple[Cut, ...], Ledgers]:
    """Enter each ledger that points go to.

    Return what the total gets, which the caller enters.
    """
    granted: Exact = 0
    ledgers: Ledgers = ()
    for ledger, post, drive in branches if x else ():
        y, more = drive(sums, item, x if post.part == 1 else post.part * x)
        cuts += more
        if ledger == "total":
            granted = y
        elif y:
            state.accounts[ledger].inner += y
            ledgers = tuple(sorted((*ledgers, (ledger, y))))
    return granted, cuts, ledgers


def _let_in(
    world: World,
    state: SubjectState,
    plain: PlainGrant,
    event: Event,
    asked: Exact,
    steps: tuple[Cut | Step, ...],
    quantity: Exact,
) -> None:
    """Let a plain event in as any other: something may still end what it brings."""
    grant, builder = plain.grant, EntryBuilder([*steps])
    if plain.adds_up:
        asked = plain.worth(world, event, builder)[0] or 0
    assert isinstance(grant.lasts, str)
    world.today = event.date
    source = source_of(world, event, grant, asked, grant.lasts, plain.ends[event.date])
    source.quantity, source.grown = quantity, asked
    count_in(world, state, source, builder)
    world.write(event, Outcome.COUNTED, asked, builder)

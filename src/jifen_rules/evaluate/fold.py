"""The fold: events and boundaries of a group in order, one entry for each event and payee."""

from collections.abc import Sequence
from datetime import date, timedelta
from heapq import heappop, heappush

from ..entry import Entry, Outcome, Score
from ..event import Event
from ..plan import Brought, Grant, Plan
from ..roster import Roster
from ..terms import Exact, Period, Window
from . import combine
from .consequences import apply, end_of, release, repair, take_back
from .inputs import Stretch, holds, is_for, recipients
from .ladders import judge, rights
from .limits import enter, move, rooms, show
from .rewards import redeem
from .state import Account, Draft, Offer, State, Unfit, World, note
from .value import ask, base_of


def evaluate_group(
    plan: Plan, subjects: Sequence[str], events: Sequence[Event], roster: Roster, as_of: date
) -> tuple[list[Entry], list[Score]]:
    """Settle subjects tied by flows: events sorted by (date, time, id), all admitted.

    Gives the entries in the order they were written and one score for each subject and
    period up to `as_of`.
    """
    fold = _Fold(World(plan, roster, as_of))
    fold.run(subjects, events)
    return fold.world.entries, fold.world.scores


class _Fold:
    """One run over the events and boundaries of a group."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.expiries: list[tuple[date, str, str]] = []
        """Last day, subject and event of what was granted for a stated time."""

    def run(self, subjects: Sequence[str], events: Sequence[Event]) -> None:
        """Fold the events, and each boundary after the events of its day."""
        world = self.world
        starts = sorted((self._start(subject, events), subject) for subject in subjects)
        queue = list(reversed(events))
        today = min([day for day, _ in starts] + [event.date for event in events[:1]], default=None)
        while today is not None and today <= world.as_of:
            while starts and starts[0][0] <= today:
                day, subject = starts.pop(0)
                self._open(subject, world.period(day), None)
            boundary = self._next_boundary(today)
            if starts and starts[0][0] <= boundary:
                boundary = min(boundary, starts[0][0] - timedelta(days=1))
            while queue and queue[-1].date <= boundary:
                self._event(queue.pop())
                boundary = max(today, min(boundary, self._next_end(today)))
            self._close(boundary)
            today = boundary + timedelta(days=1)
        for state in world.states.values():
            if state.period.end >= world.as_of:
                self._score(state, final=state.period.end == world.as_of)

    def _start(self, subject: str, events: Sequence[Event]) -> date:
        """The first day of a subject: on the roster, or of the first event it has part in."""
        world = self.world
        since = world.roster.since(subject)
        if since is not None:
            return max(since, world.plan.version)
        days = [e.date for e in events if subject in (e.subject, e.to)]
        return min(days, default=world.as_of)

    def _next_end(self, today: date) -> date:
        """The next day on which something ends that was given a stated time."""
        ends = self.world.ends
        while ends and ends[0] < today:
            heappop(ends)
        return ends[0] if ends else date.max

    def _next_boundary(self, today: date) -> date:
        plan, world = self.world.plan, self.world
        ends = [world.period(today).end, world.as_of, self._next_end(today)]
        windows = [grant.standing for grant in plan.grants.values() if grant.standing]
        windows += [ladder.window for ladder in plan.ladders.values()]
        ends += [w.last_day(today) for w in windows if w.name not in ("period", "ever", "length")]
        return min(ends)

    # --- periods -----------------------------------------------------------------------------

    def _open(self, subject: str, period: Period, old: State | None) -> None:
        """Begin a period: the base, what is carried, what is held down still."""
        world = self.world
        state = State(subject, period) if old is None else old
        carried = {name: account.shown for name, account in state.accounts.items()}
        state.period, state.unstated = period, set()
        state.figures, state.weighed, state.gates = {}, {}, {}
        world.states[subject] = state
        day = Event(id="", date=period.start, subject=subject)
        for name, ledger in world.plan.ledgers.items():
            base: Exact | None = 0
            if old is None or not ledger.carries:
                base = base_of(world, ledger.base, subject, day)
            if base is None:
                state.unstated.add("base")
            base = base or 0
            state.accounts[name] = Account(base, [base for _ in ledger.limits], base, base)
        if old is not None:
            self._carry(state, carried, day)

    def _carry(self, state: State, carried: dict[str, Exact], day: Event) -> None:
        world, draft = self.world, Draft()
        held = [hold for hold in state.holds if hold.end is None or hold.end >= day.date]
        state.holds = []
        for name, ledger in world.plan.ledgers.items():
            outlasting, ended = self._outlasting(state, name)
            amount = carried[name] - ended if ledger.carries else outlasting
            if not ledger.stated:
                state.unstated.add("at_period_end")
            if amount:
                enter(world, state, name, amount, draft)
        if draft.granted:
            world.write(day, Outcome.CARRIED, 0, draft, standing=True)
        state.holds = held
        state.grades = [g for g in state.grades if g.end is None or g.end >= day.date]
        draft = Draft()
        for hold in held:
            account = state.accounts.get(hold.effect.target)
            hold.before = {"inner": account.inner} if account else {}
            if account is not None:
                show(state, hold.effect.target, draft)
                draft.steps.append(note("veto", hold.effect.mark, hold.effect.target))
        if any(draft.granted.values()):
            world.write(day, Outcome.HELD, 0, draft, standing=True)

    def _outlasting(self, state: State, ledger: str) -> tuple[Exact, Exact]:
        """What by its own stated validity counts on, and what ended with the period before."""
        outlasting: Exact = 0
        ended: Exact = 0
        for offer in state.offers.values():
            if offer.grant.lasts == "period" or not offer.counted or offer.repaired:
                continue
            if offer.ends is None or offer.ends >= state.period.start:
                outlasting += offer.brought.get(ledger, 0)
            elif offer.ends == state.period.start - timedelta(days=1):
                ended += offer.brought.get(ledger, 0)
        return outlasting, ended

    def _close(self, last: date) -> None:
        """What the end of a day brings, to all before the next: expiry, ends, awards, tiers."""
        while self.expiries and self.expiries[0][0] <= last:
            _, subject, name = heappop(self.expiries)
            self._expire(self.world.states[subject], name, last)
        states = [state for _, state in sorted(self.world.states.items())]
        for phase in (self._end, self._award_all, self._decide, self._turn, self._begin):
            for state in states:
                phase(state, last)

    def _end(self, state: State, last: date) -> None:
        """Release what was held until this day; what ends with the period goes with it."""
        if last == state.period.end:
            return
        draft = Draft()
        ended = [hold for hold in state.holds if hold.end == last]
        release(self.world, state, ended, last, draft)
        if draft.others or any(draft.granted.values()):
            day = Event(id="", date=last, subject=state.subject)
            target = ended[-1].effect.mark.id
            self.world.write(day, Outcome.RELEASED, 0, draft, indicator=target, standing=True)

    def _award_all(self, state: State, last: date) -> None:
        for grant in self.world.plan.grants.values():
            if grant.standing is not None and _ends(grant.standing, last, state.period):
                self._award(state, grant, last)

    def _decide(self, state: State, last: date) -> None:
        for key, ladder in self.world.plan.ladders.items():
            if _ends(ladder.window, last, state.period):
                state.decided[key] = judge(self.world, state, ladder, final=True)

    def _turn(self, state: State, last: date) -> None:
        """End the period on its last day and open the next, or drop the grades that ran out."""
        world, plan = self.world, self.world.plan
        if last < state.period.end:
            state.grades = [g for g in state.grades if g.end is None or g.end > last]
        elif last < world.as_of:
            self._score(state, final=True)
            self._open(state.subject, plan.period.next(state.period, plan.version), state)

    def _begin(self, state: State, last: date) -> None:
        if state.period.start > last:
            self._bring_tiers(state)

    def _bring_tiers(self, state: State) -> None:
        """Points that the levels decided on the last day bring belong to the new period."""
        world = self.world
        for key, ladder in world.plan.ladders.items():
            standing = state.decided.get(key)
            for rung in ladder.rungs:
                if standing is None or rung.name != standing.level or not rung.effects:
                    continue
                draft, brings = Draft(), False
                day = Event(id="", date=state.period.start, subject=state.subject)
                for effect in rung.effects:
                    apply(world, state, effect, day, draft)
                    brings = brings or isinstance(effect, Brought)
                if brings:
                    world.write(day, Outcome.TIER, 0, draft, indicator=rung.mark.id, standing=True)

    def _expire(self, state: State, name: str, last: date) -> None:
        offer = state.offers[name]
        if offer.ends is None or not offer.counted or offer.repaired:
            return
        if not state.period.start <= offer.ends < state.period.end:
            return  # it ended with its period
        draft = Draft()
        take_back(self.world, state, offer, draft)
        day = Event(id=name, date=last, subject=state.subject)
        self.world.write(
            day, Outcome.EXPIRED, 0, draft, indicator=offer.grant.mark.id, standing=True
        )

    def _award(self, state: State, grant: Grant, last: date) -> None:
        """A standing fact: granted at the end of each stretch through which it held."""
        assert grant.standing is not None
        first = state.period.start
        if grant.standing.name not in ("period", "length"):
            first = _first_day(grant.standing, last)
        name = f"@{grant.mark.id}@{last}"
        event = Event(id=name, date=last, subject=state.subject, indicator=grant.mark.id)
        if is_for(self.world, grant, state.subject, last):
            self._grant(event, grant, (first, last))

    # --- one event -----------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        if event.repairs:
            repair(self.world, event)
        elif event.indicator in self.world.plan.rewards:
            redeem(self.world, event)
        else:
            self._grant(event, self.world.plan.grants[event.indicator], None)

    def _grant(self, event: Event, grant: Grant, stretch: Stretch | None) -> None:
        """Value, combine, limit, weigh, post: the way of one event, or of an award."""
        world, draft = self.world, Draft()
        standing = stretch is not None
        draft.steps += [
            note("not_stated", mark, mark.basis)
            for mark in grant.unstated
            if mark.basis != "within" or event.declared_on is not None
        ]
        if not holds(world, grant.when, event, stretch):
            if not standing:
                world.write(event, Outcome.CONDITION_NOT_MET, 0, Draft())
            return
        try:
            value = ask(world, grant, event, draft)
        except Unfit as unfit:
            world.write(event, unfit.outcome, 0, Draft(), standing=standing)
            return
        paid = recipients(world, grant.posts, event)
        if any(not subjects for subjects in paid.values()):
            world.write(event, Outcome.MISSING_VALUE, 0, Draft(), standing=standing)
            return
        offer = Offer(event, grant, value, paid)
        for subjects in paid.values():
            draft.steps.append(note("to", grant.mark, ", ".join(subjects)))
        state = world.states.get(event.subject)
        if state is None:
            move(world, offer, True, draft)
        else:
            self._count(state, offer, draft)
            for effect in grant.effects:
                apply(world, state, effect, event, draft)
        outcome = Outcome.AWARDED if standing else Outcome.COUNTED
        world.write(event, outcome, value, draft, standing=standing)

    def _count(self, state: State, offer: Offer, draft: Draft) -> None:
        world, event, grant = self.world, offer.event, offer.grant
        state.offers[event.id] = offer
        state.history.append((event.date, grant, offer.value))
        if grant.lasts not in ("period", "until_repaired", "period_after_repair", "ever"):
            offer.ends = end_of(world, grant.lasts, event.date)
            if offer.ends is not None:
                heappush(self.expiries, (offer.ends, state.subject, event.id))
                world.ends_on(offer.ends)
        changes, decided = combine.enter(world, state, offer)
        if decided is not None:
            net = sum((o.value if enters else -o.value for o, enters in changes), 0)
            draft.steps.append(world.step("combine", decided.mark, offer.value, net))
        elif not changes and offer.value:
            matter = next(h for h in state.holds if h.matter == event.matter and h.matter)
            draft.steps.append(world.step("veto", matter.effect.mark, offer.value, 0))
        for moved, enters in changes:
            move(world, moved, enters, draft)

    def _score(self, state: State, *, final: bool) -> None:
        world, plan = self.world, self.world.plan
        day = min(state.period.end, world.as_of)
        tiers = {}
        for key, ladder in plan.ladders.items():
            ended = final and key in state.decided
            tiers[key] = state.decided[key] if ended else judge(world, state, ladder, final=False)
        accounts = {k: world.decimal(account.shown) for k, account in state.accounts.items()}
        world.scores.append(
            Score(
                subject=state.subject, period=state.period,
                base=world.decimal(state.accounts["total"].base), total=accounts.pop("total"),
                categories={k: world.decimal(state.figures.get(k, 0)) for k in plan.categories},
                weighed={k: world.decimal(state.weighed.get(k, 0)) for k in plan.categories},
                ledgers=accounts, tiers=tiers, rooms=rooms(world, state, day),
                rights=rights(world, state), unstated=tuple(sorted(state.unstated)),
            )
        )  # fmt: skip


def _ends(window: Window, last: date, period: Period) -> bool:
    if window.name == "period":
        return period.end == last
    return window.name not in ("ever", "length") and window.last_day(last) == last


def _first_day(window: Window, last: date) -> date:
    day = last
    while window.key(day - timedelta(days=1)) == window.key(last):
        day -= timedelta(days=1)
    return day

"""The fold: events and boundaries of a group in order, one entry for each event and payee."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from heapq import heappop, heappush
from itertools import groupby

from ..entry import Entry, Outcome, Score
from ..event import Event, moment
from ..plan import Grant, Ledger, Post, Reward, Rule, Rung, Start, Versions, Weigh, Wiped
from ..roster import Roster
from ..terms import Calendar, Exact, Period, Window, exact, plain, window_start
from . import combine
from .consequences import apply, end_of, release, repair, revoke, take_back
from .demands import Demands, demands_of
from .forget import forget
from .inputs import Stretch, evaluate, figure_of, holds, is_for, parts_of, unanswered
from .ladders import decide, entitled, has_right, judge, rights
from .limits import enter, move, rebase, rebase_sums, rooms, show, through, total, wipe
from .rewards import redeem
from .rules import after_event, at_end, begin
from .state import WHOLE, Account, Draft, Offer, State, Trip, Unfit, Way, World, note, side_of
from .value import ask, base_of, escalate, lasts_of


class Fold:
    """One run over the events and boundaries of subjects that flows tie together.

    `begin` every subject, `take` events in the order of their keys, `advance` the day; what
    they bring is in `entries`, in the order it was written. A day's boundary is closed only
    once a later day is reached, since more events of the day may come.
    """

    def __init__(
        self, versions: Versions, roster: Roster, as_of: date, workdays: Calendar | None = None,
        demands: Demands | None = None,
    ) -> None:  # fmt: skip
        """What the versions ask for is worked out here where it is not given."""
        demands = demands_of(versions) if demands is None else demands
        self.world = World(versions, roster, as_of, demands, workdays)
        self._starts: list[tuple[date, str]] = []
        self.today: date | None = None
        """The day after the last boundary that was closed."""
        self._boundary: date | None = None

    @property
    def entries(self) -> list[Entry]:
        """Every entry so far; whoever takes them away leaves the list empty."""
        return self.world.entries

    def begin(self, subject: str, day: date) -> None:
        """Say from which day on a subject has figures; before anything later is taken."""
        heappush(self._starts, (day, subject))

    def take(self, event: Event) -> None:
        """Fold one admitted event, which no later one may precede."""
        self._reach(event.date)
        self._open_started(event.date)
        self._event(event)
        today, boundary = self.today, self._boundary
        assert today is not None and boundary is not None
        self._boundary = max(today, min(boundary, self._next_end(today)))

    def reach(self, day: date) -> date:
        """Come to a day, before any event of it; gives the next day whose end brings something."""
        self._reach(day)
        self._open_started(day)
        if self._boundary is None:
            self._boundary = self._next_boundary(day)
        return min(self._boundary, self._next_end(day))

    def is_due(self, day: date) -> bool:
        """Whether the end of some day before this one, or a beginning, was not looked at yet."""
        started = bool(self._starts) and self._starts[0][0] <= day
        return self.today is None or self._boundary is None or self._boundary < day or started

    def advance(self, last: date) -> None:
        """Close every boundary up to and including a day."""
        self._reach(min(last, self.world.as_of) + timedelta(days=1))

    def finish(self) -> list[Score]:
        """Close what is left up to the last day, and give the scores of every period."""
        world = self.world
        self.advance(world.as_of)
        world.rankings.clear()
        for state in world.states.values():
            if state.period.end >= world.as_of:
                self._score(state, final=state.period.end == world.as_of)
        return world.scores

    @property
    def due(self) -> date:
        """The next day whose end brings something; the last of all if none does."""
        world, started = self.world, self._starts[:1]
        if self.today is None:
            return started[0][0] if started else date.max
        if self.today > world.as_of:
            return date.max
        boundary = self._boundary or self._next_boundary(self.today)
        return max(self.today, min(boundary, self._next_end(self.today)))

    def remembers(self, subject: str, name: str) -> bool:
        """Whether it is still known what an event brought its subject."""
        state = self.world.states.get(subject)
        return state is not None and name in state.offers

    def forget(self, before: date) -> None:
        """Let go of what no event from a day on, nor any boundary, can ask for."""
        forget(self.world, before)

    def join(self, other: "Fold") -> None:
        """Take over the subjects of another fold, from now on tied to these.

        Both are first brought to one day; entries of the other stay its own.
        """
        days = [fold.today for fold in (self, other) if fold.today is not None]
        for fold in (self, other) if days else ():
            fold._reach(max(days))
        self._starts = sorted(self._starts + other._starts)
        self._boundary = None
        self.world.take_over(other.world)

    def _reach(self, day: date) -> None:
        """Close every boundary before a day, and open who begins until then."""
        world = self.world
        if self.today is None:
            self.today = min([start for start, _ in self._starts[:1]] + [day])
            world.plan = world.versions.on(self.today)
        while self.today <= world.as_of:
            if self._boundary is None:
                self._boundary = self._next_boundary(self.today)
            if self._boundary >= day:
                return
            self._open_started(self._boundary)
            boundary = max(self.today, min(self._boundary, self._next_end(self.today)))
            self._close(boundary)
            self.today, self._boundary = boundary + timedelta(days=1), None

    def _open_started(self, day: date) -> None:
        while self._starts and self._starts[0][0] <= day:
            first, subject = heappop(self._starts)
            self._open(subject, self.world.period(first), None, first)

    def _next_end(self, today: date) -> date:
        """The next day on which something ends that was given a stated time."""
        ends = self.world.ends
        while ends and ends[0] < today:
            heappop(ends)
        return ends[0] if ends else date.max

    def _next_boundary(self, today: date) -> date:
        world = self.world
        ends = [world.period(today).end, world.as_of, self._next_end(today)]
        later = (version.version for version in world.versions.plans if version.version > today)
        ends += [start - timedelta(days=1) for start in later][:1]
        ends += [window.last_day(today) for window in world.plan.windows]
        return min(ends)

    # --- periods -----------------------------------------------------------------------------

    def _open(self, subject: str, period: Period, old: State | None, first: date) -> None:
        """Begin a period: the base, what is carried, what is held down still."""
        world = self.world
        state = State(subject, period) if old is None else old
        carried = self._to_carry(state) if old is not None else {}
        state.period, state.unstated = period, set()
        state.figures, state.weighed, state.gates = {}, {}, {}
        state.holds = [h for h in state.holds if h.end is None or h.end >= period.start]
        world.states[subject] = state
        day = moment(first, subject)
        for name, ledger in world.plan.ledgers.items():
            self._start_ledger(state, name, ledger, day, goes_on=old is not None)
        for start in world.plan.starts:
            self._start_category(state, start, day)
        if old is not None:
            self._carry(state, carried, day)

    def _start_ledger(
        self, state: State, name: str, ledger: Ledger, day: Event, *, goes_on: bool = False
    ) -> None:
        if ledger.formula is not None or not self._has(ledger, state.subject, day.date):
            return
        base: Exact | None = 0
        if not goes_on or not ledger.carries:
            base = base_of(self.world, ledger.base, state.subject, day)
        if base is None:
            state.unstated.add("base")
        base = base or 0
        state.accounts[name] = Account(base, [base for _ in ledger.limits], base, base)

    def _has(self, ledger: Ledger, subject: str, day: date) -> bool:
        return not ledger.kinds or self.world.roster.fits(subject, ledger.kinds, day)

    def _start_category(self, state: State, start: Start, day: Event) -> None:
        """The base of a category starts its sums, and those of all around it; it is no grant."""
        world, roster = self.world, self.world.roster
        base = base_of(world, start.value, state.subject, day)
        if not base or not roster.fits(state.subject, (world.plan.kind,), day.date):
            state.unstated |= {"base"} if base is None else set()
            return
        way = Way(f"@{day.date}", day.date, "added", (Post("", "total", Fraction(1), None),))
        nets = tuple(s for s in start.path if isinstance(s, Weigh) or s.kind == "net")
        let = through(world, state, way, nets, base, Draft())
        account = state.accounts["total"]
        account.base, account.inner = account.base + let, account.inner + let
        account.sums, account.shown = [s + let for s in account.sums], account.shown + let

    def _carry(self, state: State, carried: dict[str, Exact], day: Event) -> None:
        world, draft = self.world, Draft()
        held, state.holds = state.holds, []
        for name in state.accounts:
            ledger = world.plan.ledgers[name]
            outlasting, ended = self._outlasting(state, name)
            amount = carried.get(name, 0) - ended if ledger.carries else outlasting
            if ledger.carried is not None:
                amount = carried[f"{name}="]
            if not ledger.stated:
                state.unstated.add("at_period_end")
            if amount:
                enter(world, state, name, amount, draft)
            if ledger.lasts is not None:
                state.accounts[name].carried = max(amount, 0)
                end = end_of(world, str(ledger.lasts), day.date)
                world.expires_on(end, state.subject, f"@{name}")
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

    def _to_carry(self, state: State) -> dict[str, Exact]:
        """What each ledger shows at the end of a period, and what a formula makes of it."""
        world = self.world
        found = {name: account.shown for name, account in state.accounts.items()}
        asking = moment(state.period.end, state.subject)
        for name in state.accounts:
            formula = world.plan.ledgers[name].carried
            if formula is not None:
                amount = exact(Fraction(evaluate(world, formula, asking)) * world.plan.scale)
                found[f"{name}="] = amount
        return found

    def _outlasting(self, state: State, ledger: str) -> tuple[Exact, Exact]:
        """What by its own stated validity counts on, and what ended with the period before."""
        outlasting: Exact = 0
        ended: Exact = 0
        for offer in self._brought_to(state):
            if offer.lasts == "period" or not offer.counted:
                continue
            brought = total(
                t.brought.get(ledger, 0) for t in offer.trips if t.subject == state.subject
            )
            if offer.ends is None or offer.ends >= state.period.start:
                outlasting += brought
            elif offer.ends == state.period.start - timedelta(days=1):
                ended += brought
        return outlasting, ended

    def _brought_to(self, state: State) -> Iterator[Offer]:
        """Its own offers, and those of others that pay it."""
        yield from state.offers.values()
        yield from state.received

    def _close(self, last: date) -> None:
        """What the end of a day brings, to all before the next: expiry, ends, awards, tiers."""
        world = self.world
        while world.expiries and world.expiries[0][0] <= last:
            _, subject, name = heappop(world.expiries)
            self._expire(world.states[subject], name, last)
        if self._only_awards(last):
            self._award_all(last)
            return
        states = [state for _, state in sorted(world.states.items())]
        for state in states:
            self._end(state, last)
        self._award_all(last)
        for state in states:
            self._part(state, last)
        world.rankings.clear()
        for ladder in world.plan.ladders.values():
            for state in states:
                if ends(ladder.window, last, state.period):
                    decide(world, state, ladder, last)
        beginning = at_end(world, states, self._rules(last), last)
        world.rankings.clear()
        for state in states:
            self._finish(state, last)
        if last == world.as_of:
            return
        reached = [pair for state in states for pair in self._reached(state, last)]
        self._renew(last + timedelta(days=1))
        for state in states:
            self._turn(state, last)
        for state, rung in reached:
            self._bring(state, rung, last + timedelta(days=1))
        for rule, state in beginning:
            begin(world, rule, state, last + timedelta(days=1))

    def _only_awards(self, last: date) -> bool:
        """Whether nobody's figures are looked at, and nothing ends, at the end of a day: it may bring awards at most."""
        world = self.world
        period = world.period(last)
        begins = world.versions.starting(last + timedelta(days=1)) is not None
        ending = bool(world.ends) and world.ends[0] <= last
        if begins or ending or last in (period.end, world.as_of):
            return False
        return not any(ends(window, last, period) for window in world.plan.deciding)

    def _renew(self, day: date) -> None:
        """Put the version in force that begins on a day; every limit goes on from where it was."""
        world, old = self.world, self.world.plan
        new = world.versions.starting(day)
        if new is None:
            return
        world.plan = new
        rebase_sums(world.pots, world.over, old, new)
        for state in world.states.values():
            rebase(state, old, new)
            asking = moment(day, state.subject)
            for name, ledger in new.ledgers.items():
                if name not in state.accounts and ledger.formula is None:
                    self._start_ledger(state, name, ledger, asking)

    def _rules(self, last: date) -> list[Rule]:
        period = self.world.period(last)
        rules = self.world.plan.rules
        return [r for r in rules if r.window.name != "event" and ends(r.window, last, period)]

    def _part(self, state: State, last: date) -> None:
        """Note the figures that formulas ask for at the ends of windows."""
        for name, window in self.world.plan.parts:
            if ends(window, last, state.period):
                figure = figure_of(self.world, state.subject, name, last)
                state.parts.setdefault((name, str(window)), []).append((last, figure))

    def _end(self, state: State, last: date) -> None:
        """Release what was held until this day; what ends with the period goes with it."""
        if last == state.period.end:
            return
        draft = Draft()
        ended = [hold for hold in state.holds if hold.end == last]
        release(self.world, state, ended, last, draft)
        if draft.others or any(draft.granted.values()):
            day = moment(last, state.subject)
            target = ended[-1].effect.mark.id
            self.world.write(day, Outcome.RELEASED, 0, draft, indicator=target, standing=True)

    def _award_all(self, last: date) -> None:
        """What is awarded for states held through stretches that end on a day."""
        world = self.world
        period = world.period(last)
        due = [
            (grant, _first_of(grant.standing, last, period))
            for grant in world.plan.standing
            if grant.standing is not None and ends(grant.standing, last, period)
        ]
        for subject in sorted(world.states) if due else ():
            for grant, first in due:
                self._award(subject, grant, (first, last))

    def _finish(self, state: State, last: date) -> None:
        """Write the score of a period, and what rights it gives, before anything new begins."""
        world = self.world
        for reward in world.plan.rewards.values():
            if reward.window is not None and ends(reward.window, last, state.period):
                self._entitle(state, reward, last)
        if state.period.end == last < world.as_of:
            self._score(state, final=True)

    def _entitle(self, state: State, reward: Reward, last: date) -> None:
        world = self.world
        if has_right(world, state, reward, last):
            right, draft = entitled(world, state, reward, last), Draft()
            given = right.gives if right.amount is None else plain(right.amount)
            draft.steps.append(note("gives", reward.mark, given))
            day = moment(last, state.subject)
            world.write(day, Outcome.ENTITLED, 0, draft, indicator=reward.mark.id, standing=True)

    def _turn(self, state: State, last: date) -> None:
        """End the period on its last day and open the next, or drop the grades that ran out."""
        if last < state.period.end:
            state.grades = [g for g in state.grades if g.end is None or g.end > last]
        else:
            first = last + timedelta(days=1)
            self._open(state.subject, self.world.period(first), state, first)

    def _reached(self, state: State, last: date) -> Iterator[tuple[State, Rung]]:
        """The levels decided on the last day that bring something to the new window."""
        for key, ladder in self.world.plan.ladders.items():
            if ends(ladder.window, last, state.period):
                level = state.decided[key].level
                yield from ((state, r) for r in ladder.rungs if r.name == level and r.effects)

    def _bring(self, state: State, rung: Rung, day: date) -> None:
        draft = Draft()
        name = f"@{rung.mark.id}@{day}"
        event = moment(day, state.subject, name)
        for effect in rung.effects:
            apply(self.world, state, effect, event, draft)
        self.world.write(event, Outcome.TIER, 0, draft, indicator=rung.mark.id, standing=True)

    def _expire(self, state: State, name: str, last: date) -> None:
        if name.startswith("@") and name[1:] in state.accounts:
            self._expire_carried(state, name[1:], last)
            return
        offer = state.offers.get(name)  # what was taken back may be forgotten by now
        if offer is None or offer.ends is None or offer.ends > last or not offer.counted:
            return
        if not state.period.start <= offer.ends < state.period.end:
            return  # it ended with its period
        draft = Draft()
        take_back(self.world, state, offer, draft)
        day = moment(last, state.subject, name)
        self.world.write(
            day, Outcome.EXPIRED, 0, draft, indicator=offer.grant.mark.id, standing=True
        )

    def _expire_carried(self, state: State, ledger: str, last: date) -> None:
        account, draft = state.accounts[ledger], Draft()
        amount = min(account.carried, max(account.inner, 0))
        account.carried = 0
        if amount:
            enter(self.world, state, ledger, -amount, draft)
            day = moment(last, state.subject)
            self.world.write(day, Outcome.EXPIRED, 0, draft, indicator=ledger, standing=True)

    def _award(self, subject: str, grant: Grant, stretch: Stretch) -> None:
        """A standing fact: granted at the end of each stretch through which it held."""
        world, last = self.world, stretch[1]
        if not is_for(world.roster, grant.kinds or ((world.plan.kind,),), subject, last):
            return
        if holds(world, grant.when, moment(last, subject, indicator=grant.mark.id), stretch):
            event = moment(last, subject, f"@{grant.mark.id}@{last}", grant.mark.id)
            self._grant(event, grant, stretch)

    # --- one event -----------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        world, before = self.world, len(self.world.entries)
        if event.repairs:
            repair(world, event)
        elif event.revokes:
            revoke(world, event)
        elif event.indicator in world.plan.rewards:
            redeem(world, event)
        else:
            self._grant(event, world.plan.grants[event.indicator], None)
        after_event(world, [entry.subject for entry in world.entries[before:]], event)

    def _grant(self, event: Event, grant: Grant, stretch: Stretch | None) -> None:
        """Value, escalate, combine, limit, weigh, post: the way of one event, or of an award."""
        world, standing = self.world, stretch is not None
        if not standing and not holds(world, grant.when, event):
            world.write(event, Outcome.CONDITION_NOT_MET, 0, Draft())
            return
        draft = Draft([
            note("not_stated", mark, mark.basis)
            for mark in grant.unstated
            if mark.basis != "within" or event.declared_on is not None
        ])  # fmt: skip
        state = world.states.get(event.subject)
        try:
            value = ask(world, grant, event, draft)
        except Unfit as unfit:
            world.write(event, unfit.outcome, 0, Draft(), standing=standing)
            return
        if grant.others and unanswered(world, grant.others, event):
            world.write(event, Outcome.MISSING_VALUE, 0, Draft(), standing=standing)
            return
        warned = False
        if state is not None:
            value, warned = escalate(world, state, grant, event, value, draft)
        offer = Offer(event, grant, value, lasts_of(grant, event, value), self._trips(event, grant))
        paid = [trip for trip in offer.trips if trip.posts[0].account]
        for _, group in groupby(paid, key=lambda trip: trip.posts):
            draft.steps.append(note("to", grant.mark, ", ".join(t.subject for t in group)))
        if state is None:
            move(world, offer, value, side_of(value), draft)
        else:
            self._count(state, offer, draft)
            for effect in () if warned else grant.effects:
                apply(world, state, effect, event, draft)
        outcome = Outcome.AWARDED if standing else Outcome.COUNTED
        world.write(event, outcome, value, draft, standing=standing)

    def _trips(self, event: Event, grant: Grant) -> tuple[Trip, ...]:
        """Whom an event pays: the subject itself first, then others by their part."""
        trips = [Trip(event.subject, grant.own, WHOLE)] if grant.own else []
        if grant.others:
            found = parts_of(self.world, grant.others, event)
            trips += [Trip(subject, (post,), part) for post, subject, part in found]
        return tuple(trips)

    def _count(self, state: State, offer: Offer, draft: Draft) -> None:
        world, event = self.world, offer.event
        state.offers[event.id] = offer
        state.history.append((event.date, offer.grant, offer.value))
        for trip in offer.trips:
            if trip.subject != state.subject and trip.subject in world.states:
                world.states[trip.subject].received.append(offer)
        if offer.lasts != "period":
            offer.ends = end_of(world, offer.lasts, event.date)
            world.expires_on(offer.ends, state.subject, event.id)
        if isinstance(offer.grant.value, Wiped):
            offer.counted = True
            for trip in offer.trips:
                for post in trip.posts if trip.subject == state.subject else ():
                    trip.brought[post.ledger] = wipe(state, post.ledger, draft)
            return
        changes, decided = combine.enter(world, state, offer)
        if decided is not None:
            net = total(amount for _, amount, _ in changes)
            if net != offer.value:
                draft.steps.append(world.step("combine", decided.mark, offer.value, net))
        elif not changes and offer.value:
            matter = next(h for h in state.holds if h.matter == event.matter and h.matter)
            draft.steps.append(world.step("veto", matter.effect.mark, offer.value, 0))
        for moved, amount, side in changes:
            move(world, moved, amount, side, draft)

    def _score(self, state: State, *, final: bool) -> None:
        world, plan = self.world, self.world.plan
        day = min(state.period.end, world.as_of)
        tiers, categories = {}, world.versions.categories_by(day)
        for key, ladder in plan.ladders.items():
            ended = final or ends(ladder.window, day, state.period)
            ended = ended and key in state.decided
            tiers[key] = (
                state.decided[key] if ended else judge(world, state, ladder, day, final=False)
            )
        accounts = {k: world.decimal(account.shown) for k, account in state.accounts.items()}
        world.scores.append(
            Score(
                subject=state.subject, period=state.period,
                base=world.decimal(state.accounts["total"].base), total=accounts.pop("total"),
                categories={k: world.decimal(state.figures.get(k, 0)) for k in categories},
                weighed={k: world.decimal(state.weighed.get(k, 0)) for k in categories},
                ledgers=accounts | self._derived(state, day), tiers=tiers,
                rooms=rooms(world, state, day), rights=rights(world, state),
                unstated=tuple(sorted(state.unstated)),
                kind=world.roster.kind(state.subject),
            )
        )  # fmt: skip

    def _derived(self, state: State, day: date) -> dict[str, Decimal]:
        world = self.world
        return {
            name: world.decimal(figure_of(world, state.subject, name, day))
            for name, ledger in world.plan.ledgers.items()
            if ledger.formula is not None and self._has(ledger, state.subject, day)
        }


def _first_of(window: Window, last: date, period: Period) -> date:
    """The first day of the stretch of a standing fact."""
    if window.name in ("period", "length"):
        return period.start
    return window_start(window.name, window.key(last))


def ends(window: Window, last: date, period: Period) -> bool:
    """Whether a window ends on a day."""
    if window.name == "period":
        return period.end == last
    return window.name not in ("ever", "length") and window.last_day(last) == last

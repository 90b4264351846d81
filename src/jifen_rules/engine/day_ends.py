"""The end of a day, and what it brings before the next: awards, tiers, rights, periods."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from heapq import heappop

from ..core.terms import Period, Window, plain, window_start
from ..inputs.event import moment
from ..plan import RewardPlan, RulePlan, Rung
from ..trace.entry import Outcome
from .answers import figure_of
from .bases import start_ledger
from .closing import close_all, run_out
from .contributions import end
from .effects import apply
from .events import award
from .holds import Hold
from .ladders import decide, entitled, has_right
from .limits_of_rewards import take, times_of, used
from .payouts import share_back
from .periods import open_next
from .rebasing import begin_bounds, rebase, rebase_sums
from .releases import Released, release_together
from .rows import is_refused
from .rules import after_awards, at_end, at_opening, begin, take_turn
from .scoring import judge_now, score_period
from .state import Contribution, EntryBuilder, Source, SubjectState
from .steps import note
from .undoing import ends_step, finish
from .world import World


def close(world: World, last: date) -> None:
    """Bring what the end of a day brings, to all before the next."""
    world.today = last
    only_awards = _only_awards(world, last)
    states = [state for _, state in sorted(world.states.items())]
    states = [state for state in states if not _has_left(world, state, last)]
    beginning: list[tuple[RulePlan, SubjectState]] = []
    for start in _starts(world, last):
        _award_all(world, start, last)
        if not only_awards:
            beginning += _end_windows(world, states, start, last)
    if only_awards and not _is_ending(world, last):  # an award may bring what ends with its day
        return
    world.rankings.clear()
    for state in states if last == world.as_of else ():
        if world.keeps or state.grades:  # else nothing ends after it
            judge_now(world, state)
    _expire_all(world, last)
    _release_all(world, states, last)
    if last == world.as_of:
        return
    for state in states:
        if state.period.end == last:
            score_period(world, state)
    _open_next(world, states, beginning, last)


def _starts(world: World, last: date) -> list[date]:
    """Return the first days of the windows that end on a day, short windows before long."""
    period = world.period(last)
    windows = (window for window in world.plan.ending if window.ends(last, period))
    return sorted({_first_of(window, last, period) for window in windows}, reverse=True)


def _end_windows(
    world: World, states: list[SubjectState], start: date, last: date
) -> list[tuple[RulePlan, SubjectState]]:
    """End the windows of one stretch, once their awards are given.

    Return what begins the day after.
    """

    def is_of(window: Window) -> bool:
        period = world.period(last)
        return window.ends(last, period) and _first_of(window, last, period) == start

    for state in states:
        _note_parts(world, state, is_of, last)
    world.rankings.clear()
    for ladder in world.plan.ladders.values():
        for state in states if is_of(ladder.window) else ():
            decide(world, state, ladder, last)
    world.moves += 1
    rules = [r for r in world.plan.rules if r.window.name != "event" and is_of(r.window)]
    beginning = at_end(world, states, rules, last)
    world.rankings.clear()
    rewards = [r for r in world.plan.rewards.values() if r.window is not None and is_of(r.window)]
    for state in states:
        for reward in rewards:
            _entitle(world, state, reward, last)
    return beginning


def _open_next(
    world: World,
    states: list[SubjectState],
    beginning: list[tuple[RulePlan, SubjectState]],
    last: date,
) -> None:
    """Begin the day after: a version, periods, and what tiers and rules decided for them."""
    first = last + timedelta(days=1)
    reached = [*_reached(world, states, last)]
    old = world.plan
    if old.period_of(last).end == last:
        going = (state for state in states if state.period.end == last)
        run_out(world, [s for s in going if world.roster.is_member(s.subject, first)], last)
    _renew(world, first)
    opening = [state for state in states if _turn(world, state, last)]
    if old.period_of(last).end == last:
        close_all(world, [*opening, *world.shadows.values()], last)
    for state, rung in reached:
        if world.roster.is_member(state.subject, first):
            _bring(world, state, rung, first)
    for rule, state in beginning:
        if world.roster.is_member(state.subject, first):
            begin(world, rule, state, first)
    if opening and world.plan.after_events:
        at_opening(world, opening, first)


def _has_left(world: World, state: SubjectState, last: date) -> bool:
    """Tell whether a subject has left the roster; its last period's score is written then."""
    if world.roster.is_member(state.subject, last):
        state.has_left = False
        return False
    if state.period.end == last and not state.has_left:
        state.has_left = True
        score_period(world, state)
    return True


def _only_awards(world: World, last: date) -> bool:
    """Tell whether a day's end asks for nobody's figures and ends nothing: only awards may come."""
    begins = world.versions.starting(last + timedelta(days=1)) is not None
    if begins or _is_ending(world, last) or last in (world.period(last).end, world.as_of):
        return False
    return not world.plan.day(last).decides


def _is_ending(world: World, last: date) -> bool:
    return bool(world.ends) and world.ends[0] <= last


def _renew(world: World, day: date) -> None:
    """Put the version in force that begins on a day; every limit goes on from where it was."""
    old = world.plan
    new = world.versions.starting(day)
    if new is None:
        return
    world.put_in_force(world.versions.plans.index(new))
    begin_bounds(world, old, new, day)
    rebase_sums(world, world.pots, world.pots_over, old, new, day)
    for state in world.states.values():
        rebase(world, state, old, new, day)
        asking = moment(day, state.subject)
        for name, ledger in new.ledgers.items():
            if name not in state.accounts and ledger.formula is None:
                start_ledger(world, state, name, ledger, asking)


def _note_parts(
    world: World, state: SubjectState, is_of: Callable[[Window], bool], last: date
) -> None:
    """Note the figures that formulas ask for at the ends of windows."""
    for name, window in world.plan.parts:
        if is_of(window):
            figure = figure_of(world, state.subject, name, last)
            state.parts.setdefault((name, str(window)), []).append((last, figure))


def _release_all(world: World, states: list[SubjectState], last: date) -> None:
    """End what was held or graded until this day, of all together.

    What comes back is shared then. What ends with the period goes with it.
    """
    released: list[Released] = []
    for state in states:
        if last == state.period.end:
            continue
        state.grades.end_before(last + timedelta(days=1))
        ended = [hold for hold in state.holds if hold.end == last]
        if ended:
            released.append((state, ended, EntryBuilder()))
    release_together(world, released)
    for state, ended, builder in released:
        if builder.moves:
            _write_released(world, state, ended, builder, last)
    for state, ended, builder in released:
        shares = EntryBuilder()
        share_back(world, state, shares)
        if shares.others and not builder.moves:  # it gives, though all of its own adds up to 0
            _write_released(world, state, ended, builder, last)
        for other, mine in sorted(shares.others.items()):
            if world.roster.is_member(other, last):
                _write_released(world, state, ended, mine, last, other)


def _write_released(
    world: World,
    state: SubjectState,
    ended: list[Hold],
    builder: EntryBuilder,
    last: date,
    other: str = "",
) -> None:
    """Write what came back to a subject, or what another one got of that."""
    builder.steps += [note("ends", hold.effect.mark, hold.event) for hold in ended]
    outcome = Outcome.RECEIVED if other else Outcome.RELEASED
    target, day = ended[-1].effect.mark.id, moment(last, state.subject)
    world.write(day, outcome, 0, builder, indicator=target, subject=other, standing=True)


def _award_all(world: World, start: date, last: date) -> None:
    """Award what is for states held through a stretch."""
    period = world.period(last)
    grants = world.plan.day(last).awards
    of_it = (g for g in grants if g.standing and _first_of(g.standing, last, period) == start)
    due = [(grant, (start, last)) for grant in of_it]
    for subject in sorted(world.states) if due else ():
        if world.roster.is_member(subject, last):
            for grant, stretch in due:
                world.touched.clear()
                said = len(world.rows)
                award(world, subject, grant, stretch)
                is_granted = said < len(world.rows) and not is_refused(world.rows[said])
                if world.plan.after_events and is_granted:
                    touched = [s for name, s in world.states.items() if name in world.touched]
                    after_awards(world, touched, last)


def _entitle(world: World, state: SubjectState, reward: RewardPlan, last: date) -> None:
    """Write a right that is worked out at the end of a window."""
    times = (used(world, state, cap, last)[0] >= (cap.high or 0) for cap in times_of(reward))
    if has_right(world, state, reward, last) and not any(times):
        right, builder = entitled(world, state, reward, last, ends=True), EntryBuilder()
        name = f"@{reward.mark.id}@{last}"
        take(world, state, reward, moment(last, state.subject, name), Fraction(right.amount or 0))
        given = right.gives if right.amount is None else plain(right.amount)
        builder.steps.append(note("gives", reward.mark, given))
        day = moment(last, state.subject)
        world.write(day, Outcome.ENTITLED, 0, builder, indicator=reward.mark.id, standing=True)


def _turn(world: World, state: SubjectState, last: date) -> bool:
    """End the period on its last day and open the next; gives whether it did."""
    first = last + timedelta(days=1)
    if last < state.period.end or not world.roster.is_member(state.subject, first):
        return False
    open_next(world, state, world.period(first), first)
    return True


def _reached(
    world: World, states: list[SubjectState], last: date
) -> Iterator[tuple[SubjectState, Rung]]:
    """Return the levels of the last day that bring something, of short windows before long."""
    period, ladders = world.period(last), world.plan.ladders.items()
    ending = [(key, ladder) for key, ladder in ladders if ladder.window.ends(last, period)]
    ending.sort(key=lambda pair: _first_of(pair[1].window, last, period), reverse=True)
    for key, ladder in ending:
        for state in states:
            for rung in ladder.rungs:
                is_it = rung.name == state.decided[key].level
                if is_it and rung.effects and _is_due(world, state, rung, last):
                    yield state, rung


def _is_due(world: World, state: SubjectState, rung: Rung, last: date) -> bool:
    """Whether what a level brings follows now: at most once in a stated stretch."""
    return rung.once is None or take_turn(world, state, f"level {rung.mark.id}", rung.once, last)


def _bring(world: World, state: SubjectState, rung: Rung, day: date) -> None:
    builder = EntryBuilder()
    name = f"@{rung.mark.id}@{day}"
    source = Source(moment(day, state.subject, name), None)
    for effect in rung.effects:
        apply(world, state, effect, source, builder)
    world.write(source.event, Outcome.TIER, 0, builder, indicator=rung.mark.id, standing=True)


# --- expiry --------------------------------------------------------------------------------------


def _expire_all(world: World, last: date) -> None:
    """End what has a stated validity until this day; what ends with a period goes with it."""
    while world.expiries and world.expiries[0][0] <= last:
        day, subject, _, what = heappop(world.expiries)
        state = world.known(subject)
        if state is None:
            continue
        if day < last or what.ends != day or last == world.period(last).end:
            continue
        if isinstance(what, Source) or world.roster.is_member(subject, last):
            _expire(world, state, what, last)  # others may still have something of who has left


def _expire(world: World, state: SubjectState, what: Source | Contribution, last: date) -> None:
    builder = EntryBuilder()
    if isinstance(what, Source):
        if what.ended in ("run_out", "revoked", "closed"):
            return
        source, counted = what, any(c.in_force and not c.is_extra for c in what.contributions)
        finish(
            world, state, what, builder, lambda c: not c.is_extra and c.ends == last, unspent=True
        )
        what.ended = "run_out"
        named = what.grant.mark.id if what.grant is not None else ""
    else:
        source, counted = what.source, what.in_force
        end(world, what, builder.of(state.subject, what.state.subject), unspent=True)
        named = source.event.indicator
    if counted or builder.moves:
        for mine in (builder, *builder.others.values()):
            mine.steps.append(ends_step(source, named))
        day = moment(last, state.subject, source.event.id)
        if world.roster.is_member(state.subject, last):
            world.write(day, Outcome.EXPIRED, 0, builder, indicator=named, standing=True)
            return
        for other, mine in sorted(builder.others.items()):  # who has left has no entry any more
            world.write(
                day, Outcome.EXPIRED, 0, mine, indicator=named, subject=other, standing=True
            )


def _first_of(window: Window, last: date, period: Period) -> date:
    """Return the first day of the stretch that a window ends."""
    if window.name in ("period", "length"):
        return period.start
    return window_start(window.name, window.key(last))

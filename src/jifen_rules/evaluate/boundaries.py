"""The end of a day, and what it brings to all before the next: expiry, ends, awards, tiers, periods, versions."""

from collections.abc import Iterator
from datetime import date, timedelta
from heapq import heappop

from ..entry import Outcome
from ..event import moment
from ..plan import Grant, Reward, Rule, Rung
from ..terms import Period, plain, window_start
from .consequences import apply, release, take_back
from .events import award
from .inputs import figure_of
from .ladders import decide, entitled, has_right
from .limits import enter
from .periods import open_period, start_ledger
from .rebasing import rebase, rebase_sums
from .rules import at_end, begin
from .scoring import score_period
from .state import Draft, State, World, note


def close(world: World, last: date) -> None:
    """What the end of a day brings, to all before the next: expiry, ends, awards, tiers."""
    while world.expiries and world.expiries[0][0] <= last:
        _, subject, name = heappop(world.expiries)
        _expire(world, world.states[subject], name, last)
    if _only_awards(world, last):
        _award_all(world, last)
        return
    states = [state for _, state in sorted(world.states.items())]
    for state in states:
        _end(world, state, last)
    _award_all(world, last)
    for state in states:
        _part(world, state, last)
    world.rankings.clear()
    for ladder in world.plan.ladders.values():
        for state in states:
            if ladder.window.ends(last, state.period):
                decide(world, state, ladder, last)
    beginning = at_end(world, states, _rules(world, last), last)
    world.rankings.clear()
    for state in states:
        _finish(world, state, last)
    if last == world.as_of:
        return
    reached = [pair for state in states for pair in _reached(world, state, last)]
    _renew(world, last + timedelta(days=1))
    for state in states:
        _turn(world, state, last)
    for state, rung in reached:
        _bring(world, state, rung, last + timedelta(days=1))
    for rule, state in beginning:
        begin(world, rule, state, last + timedelta(days=1))


def _only_awards(world: World, last: date) -> bool:
    """Whether nobody's figures are looked at, and nothing ends, at the end of a day: it may bring awards at most."""
    begins = world.versions.starting(last + timedelta(days=1)) is not None
    ending = bool(world.ends) and world.ends[0] <= last
    if begins or ending or last in (world.period(last).end, world.as_of):
        return False
    return not world.plan.day(last).decides


def _renew(world: World, day: date) -> None:
    """Put the version in force that begins on a day; every limit goes on from where it was."""
    old = world.plan
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
                start_ledger(world, state, name, ledger, asking)


def _rules(world: World, last: date) -> list[Rule]:
    period = world.period(last)
    rules = world.plan.rules
    return [r for r in rules if r.window.name != "event" and r.window.ends(last, period)]


def _part(world: World, state: State, last: date) -> None:
    """Note the figures that formulas ask for at the ends of windows."""
    for name, window in world.plan.parts:
        if window.ends(last, state.period):
            figure = figure_of(world, state.subject, name, last)
            state.parts.setdefault((name, str(window)), []).append((last, figure))


def _end(world: World, state: State, last: date) -> None:
    """Release what was held until this day; what ends with the period goes with it."""
    ended = [hold for hold in state.holds if hold.end == last]
    if last == state.period.end or not ended:
        return
    draft = Draft()
    release(world, state, ended, last, draft)
    if draft.others or any(draft.granted.values()):
        day = moment(last, state.subject)
        target = ended[-1].effect.mark.id
        world.write(day, Outcome.RELEASED, 0, draft, indicator=target, standing=True)


def _award_all(world: World, last: date) -> None:
    """What is awarded for states held through stretches that end on a day."""
    period = world.period(last)
    due = [(grant, (_first_of(grant, last, period), last)) for grant in world.plan.day(last).awards]
    for subject in sorted(world.states) if due else ():
        for grant, stretch in due:
            award(world, subject, grant, stretch)


def _finish(world: World, state: State, last: date) -> None:
    """Write the score of a period, and what rights it gives, before anything new begins."""
    for reward in world.plan.rewards.values():
        if reward.window is not None and reward.window.ends(last, state.period):
            _entitle(world, state, reward, last)
    if state.period.end == last < world.as_of:
        score_period(world, state, final=True)


def _entitle(world: World, state: State, reward: Reward, last: date) -> None:
    if has_right(world, state, reward, last):
        right, draft = entitled(world, state, reward, last), Draft()
        given = right.gives if right.amount is None else plain(right.amount)
        draft.steps.append(note("gives", reward.mark, given))
        day = moment(last, state.subject)
        world.write(day, Outcome.ENTITLED, 0, draft, indicator=reward.mark.id, standing=True)


def _turn(world: World, state: State, last: date) -> None:
    """End the period on its last day and open the next, or drop the grades that ran out."""
    if last < state.period.end:
        state.grades = [g for g in state.grades if g.end is None or g.end > last]
    else:
        first = last + timedelta(days=1)
        open_period(world, state.subject, world.period(first), state, first)


def _reached(world: World, state: State, last: date) -> Iterator[tuple[State, Rung]]:
    """The levels decided on the last day that bring something to the new window."""
    for key, ladder in world.plan.ladders.items():
        if ladder.window.ends(last, state.period):
            level = state.decided[key].level
            yield from ((state, r) for r in ladder.rungs if r.name == level and r.effects)


def _bring(world: World, state: State, rung: Rung, day: date) -> None:
    draft = Draft()
    name = f"@{rung.mark.id}@{day}"
    event = moment(day, state.subject, name)
    for effect in rung.effects:
        apply(world, state, effect, event, draft)
    world.write(event, Outcome.TIER, 0, draft, indicator=rung.mark.id, standing=True)


def _expire(world: World, state: State, name: str, last: date) -> None:
    if name.startswith("@") and name[1:] in state.accounts:
        _expire_carried(world, state, name[1:], last)
        return
    offer = state.offers.get(name)  # what was taken back may be forgotten by now
    if offer is None or offer.ends is None or offer.ends > last or not offer.counted:
        return
    if not state.period.start <= offer.ends < state.period.end:
        return  # it ended with its period
    draft = Draft()
    take_back(world, state, offer, draft)
    day = moment(last, state.subject, name)
    world.write(day, Outcome.EXPIRED, 0, draft, indicator=offer.grant.mark.id, standing=True)


def _expire_carried(world: World, state: State, ledger: str, last: date) -> None:
    account, draft = state.accounts[ledger], Draft()
    amount = min(account.carried, max(account.inner, 0))
    account.carried = 0
    if amount:
        enter(world, state, ledger, -amount, draft)
        day = moment(last, state.subject)
        world.write(day, Outcome.EXPIRED, 0, draft, indicator=ledger, standing=True)


def _first_of(grant: Grant, last: date, period: Period) -> date:
    """The first day of the stretch of a standing fact."""
    window = grant.standing
    if window is None or window.name in ("period", "length"):
        return period.start
    return window_start(window.name, window.key(last))

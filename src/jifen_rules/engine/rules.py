"""Rules: when something holds at the end of a window, or turns true after an event, then.

Rules of one moment see the figures as they were before any of them.
"""

from collections.abc import Iterable
from datetime import date

from ..core.terms import Window
from ..inputs.event import Event, lean_event, moment
from ..plan import Graded, Held, RulePlan
from ..trace.entry import AT_OPENING, Outcome
from .answers import holds
from .effects import apply
from .state import EntryBuilder, Source, SubjectState
from .world import World


def after_event(world: World, subjects: Iterable[str], event: Event) -> None:
    """Look at the rules for each subject an event touched; a condition acts when it turns true."""
    states = (world.states.get(subject) for subject in sorted(set(subjects)))
    for rule, state in _turning_true(world, [s for s in states if s is not None], event.date):
        _act(world, rule, state, event.date, event)


def at_opening(world: World, states: Iterable[SubjectState], day: date) -> None:
    """Look at the rules of each event when a period opens, as after an event."""
    for rule, state in _turning_true(world, states, day):
        _act(world, rule, state, day, opening=True)


def after_awards(world: World, states: Iterable[SubjectState], day: date) -> None:
    """Look at the rules of each event once the awards of a day's end are given."""
    for rule, state in _turning_true(world, states, day):
        _act(world, rule, state, day, at_once=True)


def _turning_true(
    world: World, states: Iterable[SubjectState], day: date
) -> list[tuple[RulePlan, SubjectState]]:
    """Find the rules that turn true, in the order of the scheme, each with its subjects in turn."""
    found: list[tuple[RulePlan, SubjectState]] = []
    every = tuple(states)
    for rule in world.plan.after_events:
        for state in every:
            holding = _holds(world, rule, state, day)
            turns = holding and rule.mark.id not in state.true_rules
            if turns and _may_act(world, rule, state, day):
                found.append((rule, state))
            (state.true_rules.add if holding else state.true_rules.discard)(rule.mark.id)
    return found


def at_end(
    world: World, states: Iterable[SubjectState], rules: Iterable[RulePlan], last: date
) -> list[tuple[RulePlan, SubjectState]]:
    """Let the rules whose window ends act on all for whom they hold.

    Points and actions are of this day; what holds down or grades begins with the next one, and
    is given back to the caller.
    """
    every = tuple(states)
    holding = [
        (r, s)
        for r in rules
        for s in every
        if _holds(world, r, s, last) and _may_act(world, r, s, last)
    ]
    for rule, state in holding:
        _act(world, rule, state, last)
    return [(r, s) for r, s in holding if any(isinstance(e, Held | Graded) for e in r.effects)]


def begin(world: World, rule: RulePlan, state: SubjectState, day: date) -> None:
    """Let what holds down or grades begin on the day after a window."""
    builder = EntryBuilder()
    event = moment(day, state.subject, f"@{rule.mark.id}@{day}")
    for effect in rule.effects:
        if isinstance(effect, Held | Graded):
            apply(world, state, effect, Source(event, None), builder)
    world.write(event, Outcome.HELD, 0, builder, indicator=rule.mark.id, standing=True)


def _holds(world: World, rule: RulePlan, state: SubjectState, day: date) -> bool:
    kinds = rule.kinds or (world.plan.kind,)
    asking = moment(day, state.subject)
    return world.roster.fits(state.subject, kinds, day) and holds(world, rule.when, asking)


def _may_act(world: World, rule: RulePlan, state: SubjectState, day: date) -> bool:
    """Whether a rule that acts once in a stretch has not acted in this one; it has, from now on."""
    return rule.once is None or take_turn(world, state, rule.mark.id, rule.once, day)


def take_turn(world: World, state: SubjectState, name: str, stretch: Window, day: date) -> bool:
    """Use up the one time in a stretch; False if it was used up before."""
    if stretch.name == "length":
        since = state.acted.get(name)
        if since is not None and since >= stretch.first_day_back(day).toordinal():
            return False
        state.acted[name] = day.toordinal()
        return True
    key = world.key(stretch, day)
    number = key if isinstance(key, int) else key.toordinal()
    if state.acted.get(name) == number:
        return False
    state.acted[name] = number
    return True


def _act(
    world: World,
    rule: RulePlan,
    state: SubjectState,
    day: date,
    cause: Event | None = None,
    *,
    opening: bool = False,
    at_once: bool = False,
) -> None:
    builder = EntryBuilder()
    name = f"@{rule.mark.id}@{day}" if cause is None else cause.id
    time = {"time": cause.time} if cause is not None and cause.time else None
    event = lean_event(name, day, state.subject, rule.mark.id, None, time)
    at_once = at_once or cause is not None or opening
    now = [effect for effect in rule.effects if at_once or not isinstance(effect, Held | Graded)]
    acting = moment(day, state.subject, f"@{rule.mark.id}@{day}", rule.mark.id)  # its cause may end
    for effect in now:
        apply(world, state, effect, Source(acting, None), builder)
    if now:
        inputs = AT_OPENING if opening else {}
        world.write(event, Outcome.RULE, 0, builder, standing=cause is None, inputs=inputs)

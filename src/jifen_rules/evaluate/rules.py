"""Rules: when something holds at the end of a window, or turns true after an event, then.

Rules of one moment see the figures as they were before any of them.
"""

from collections.abc import Iterable
from datetime import date

from ..entry import Outcome
from ..event import Event, moment
from ..plan import Graded, Held, Rule
from .consequences import apply
from .inputs import holds
from .state import Draft, State, World


def after_event(world: World, subjects: Iterable[str], event: Event) -> None:
    """Look at the rules for each subject an event touched; a condition acts when it turns true."""
    rules = world.plan.after_events
    found: list[tuple[Rule, State]] = []
    for subject in sorted(set(subjects)):
        state = world.states.get(subject)
        if state is None:
            continue
        for rule in rules:
            holding = _holds(world, rule, state, event.date)
            if holding and rule.mark.id not in state.true_rules:
                found.append((rule, state))
            (state.true_rules.add if holding else state.true_rules.discard)(rule.mark.id)
    for rule, state in found:
        _act(world, rule, state, event.date, event.id)


def at_end(
    world: World, states: Iterable[State], rules: Iterable[Rule], last: date
) -> list[tuple[Rule, State]]:
    """Let the rules whose window ends act on all for whom they hold.

    Points and actions are of this day; what holds down or grades begins with the next one, and
    is given back to the caller.
    """
    every = tuple(states)
    holding = [(r, s) for r in rules for s in every if _holds(world, r, s, last)]
    for rule, state in holding:
        _act(world, rule, state, last, "")
    return [(r, s) for r, s in holding if any(isinstance(e, Held | Graded) for e in r.effects)]


def begin(world: World, rule: Rule, state: State, day: date) -> None:
    """Let what holds down or grades begin on the day after a window."""
    draft = Draft()
    event = moment(day, state.subject, f"@{rule.mark.id}@{day}")
    for effect in rule.effects:
        if isinstance(effect, Held | Graded):
            apply(world, state, effect, event, draft)
    world.write(event, Outcome.HELD, 0, draft, indicator=rule.mark.id, standing=True)


def _holds(world: World, rule: Rule, state: State, day: date) -> bool:
    kinds = rule.kinds or (world.plan.kind,)
    asking = moment(day, state.subject)
    return world.roster.fits(state.subject, kinds, day) and holds(world, rule.when, asking)


def _act(world: World, rule: Rule, state: State, day: date, cause: str) -> None:
    draft = Draft()
    name = cause or f"@{rule.mark.id}@{day}"
    event = moment(day, state.subject, name, rule.mark.id)
    now = [effect for effect in rule.effects if cause or not isinstance(effect, Held | Graded)]
    for effect in now:
        apply(world, state, effect, event, draft)
    if now:
        world.write(event, Outcome.RULE, 0, draft, standing=not cause, inputs={})

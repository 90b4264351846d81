"""A period of one subject begins: its base, what is carried, what is held down still.

Knows when a version brings new ledgers; refuses to know when a period ends.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from ..entry import Outcome
from ..event import Event, moment
from ..plan import Ledger, Post, Start, Weigh
from ..terms import Exact, Period, exact
from .consequences import end_of
from .inputs import evaluate
from .limits import enter, show, through, total
from .state import Account, Draft, Offer, State, Way, World, note
from .value import base_of


def open_period(world: World, subject: str, period: Period, old: State | None, first: date) -> None:
    """Begin a period: the base, what is carried, what is held down still."""
    state = State(subject, period) if old is None else old
    carried = _to_carry(world, state) if old is not None else {}
    state.period, state.unstated = period, set()
    state.figures, state.weighed, state.gates = {}, {}, {}
    state.holds = [h for h in state.holds if h.end is None or h.end >= period.start]
    world.states[subject] = state
    day = moment(first, subject)
    for name, ledger in world.plan.ledgers.items():
        start_ledger(world, state, name, ledger, day, goes_on=old is not None)
    for start in world.plan.starts:
        _start_category(world, state, start, day)
    if old is not None:
        _carry(world, state, carried, day)


def start_ledger(
    world: World, state: State, name: str, ledger: Ledger, day: Event, *, goes_on: bool = False
) -> None:
    """Give a ledger what it starts from, to those who have it; one that is carried goes on."""
    if ledger.formula is not None or not has_ledger(world, ledger, state.subject, day.date):
        return
    base: Exact | None = 0
    if not goes_on or not ledger.carries:
        base = base_of(world, ledger.base, state.subject, day)
    if base is None:
        state.unstated.add("base")
    base = base or 0
    state.accounts[name] = Account(base, [base for _ in ledger.limits], base, base)


def has_ledger(world: World, ledger: Ledger, subject: str, day: date) -> bool:
    """Whether a ledger is for a subject on a day."""
    return not ledger.kinds or world.roster.fits(subject, ledger.kinds, day)


def _start_category(world: World, state: State, start: Start, day: Event) -> None:
    """The base of a category starts its sums, and those of all around it; it is no grant."""
    roster = world.roster
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


def _carry(world: World, state: State, carried: dict[str, Exact], day: Event) -> None:
    draft = Draft()
    held, state.holds = state.holds, []
    for name in state.accounts:
        ledger = world.plan.ledgers[name]
        outlasting, ended = _outlasting(world, state, name)
        amount = carried.get(name, 0) - ended if ledger.carries else outlasting
        if ledger.carried is not None:
            amount = carried[f"{name}="]
        if not ledger.stated:
            state.unstated.add("at_period_end")
        if amount:
            enter(world, state, name, amount, draft)
        if ledger.lasts is not None:
            state.accounts[name].carried = max(amount, 0)
            end = end_of(world.plan, str(ledger.lasts), day.date)
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


def _to_carry(world: World, state: State) -> dict[str, Exact]:
    """What each ledger shows at the end of a period, and what a formula makes of it."""
    found = {name: account.shown for name, account in state.accounts.items()}
    asking = moment(state.period.end, state.subject)
    for name in state.accounts:
        formula = world.plan.ledgers[name].carried
        if formula is not None:
            amount = exact(Fraction(evaluate(world, formula, asking)) * world.plan.scale)
            found[f"{name}="] = amount
    return found


def _outlasting(world: World, state: State, ledger: str) -> tuple[Exact, Exact]:
    """What by its own stated validity counts on, and what ended with the period before."""
    outlasting: Exact = 0
    ended: Exact = 0
    for offer in _brought_to(world, state):
        if offer.lasts == "period" or not offer.counted:
            continue
        brought = total(t.brought.get(ledger, 0) for t in offer.trips if t.subject == state.subject)
        if offer.ends is None or offer.ends >= state.period.start:
            outlasting += brought
        elif offer.ends == state.period.start - timedelta(days=1):
            ended += brought
    return outlasting, ended


def _brought_to(world: World, state: State) -> Iterator[Offer]:
    """Its own offers, and those of others that pay it."""
    yield from state.offers.values()
    yield from state.received

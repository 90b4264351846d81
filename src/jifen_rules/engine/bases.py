"""The base that a ledger or a category of one subject starts from when a period opens."""

from datetime import date

from ..core.terms import Exact
from ..inputs.event import Event
from ..plan import Cap, LedgerPlan, Post, Start, Weigh
from .contributions import create, enter
from .effects import set_limits
from .state import Account, EntryBuilder, Source, SubjectState, side_of
from .value import base_of
from .world import World


def start_ledger(
    world: World, state: SubjectState, name: str, ledger: LedgerPlan, day: Event
) -> None:
    """Give a ledger what it starts from, to those who have it."""
    if ledger.formula is not None or not has_ledger(world, ledger, state.subject, day.date):
        return
    base: Exact | None = 0
    if world.roster.fits(state.subject, ledger.starters, day.date):
        base = base_of(world, ledger.base, state.subject, day)
    if base is None:
        state.unstated.add("base")
    if not ledger.stated:
        state.unstated.add("at_period_end")
    base = base or 0
    state.accounts[name] = Account(base, base)
    set_limits(world, state, name, base, day.date)


def has_ledger(world: World, ledger: LedgerPlan, subject: str, day: date) -> bool:
    """Whether a ledger is for a subject on a day."""
    return not ledger.kinds or world.roster.fits(subject, ledger.kinds, day)


def start_category(world: World, state: SubjectState, start: Start, day: Event) -> None:
    """Let the base of a category start its sums, and those of all around it; it is no grant."""
    base = category_base(world, start, state, day)
    if not base:
        state.unstated |= {"base"} if base is None else set()
        return
    route = world.routes.of(path_of(start), (Post("", "total", 1, None),))
    item = create(world, Source(day, None), state, route, side_of(base), day.date)
    item.is_base = True
    builder = EntryBuilder()
    enter(world, item, base, builder)
    item.base = builder.granted.get("total", 0)
    state.accounts["total"].base += item.base


def path_of(start: Start) -> tuple[Cap | Weigh, ...]:
    """Tell by which way a base comes: net limits of the period, as it stands in no other window."""
    return tuple(
        part
        for part in start.path
        if isinstance(part, Weigh) or (part.kind == "net" and part.window.name == "period")
    )


def category_base(world: World, start: Start, state: SubjectState, day: Event) -> Exact | None:
    """Return the base of a category for a subject.

    0 for whom the category is not, None where it is not stated.
    """
    kinds = start.kinds or ((world.plan.kind,),)
    if not all(world.roster.fits(state.subject, words, day.date) for words in kinds):
        return 0
    return base_of(world, start.value, state.subject, day)

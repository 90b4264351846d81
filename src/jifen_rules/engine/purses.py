"""What can be spent of each ledger of a subject: what ends first comes first, then the oldest.

A purse is made when something is first bought, and kept up to date by whoever lets points in. It
may hold what is gone by now, or stood elsewhere in the order; whoever takes from it looks. What
takes back a deduct, as the newest of an average may, is nothing to spend.
"""

from datetime import date
from heapq import heapify, heappop, heappush

from ..core.terms import Exact
from .state import Contribution, Source, SubjectState
from .world import World


def put(world: World, item: Contribution, ledger: str) -> None:
    """Note that there is more of a contribution to spend, or that it ends on another day."""
    purse = item.state.purses.get((ledger, world.number))
    if purse is not None and not item.is_base:
        heappush(purse, (_last_day(world, item, ledger), item.number))


def draw(
    world: World, state: SubjectState, ledger: str, points: Exact
) -> list[tuple[Contribution, Exact]]:
    """Take points that are spent; return the parts."""
    found: list[tuple[Contribution, Exact]] = []
    purse = _purse(world, state, ledger)
    while purse and points > 0:
        day, number = purse[0]
        item = state.contributions.get(number)
        left = 0 if item is None else item.got(ledger) - item.spent.get(ledger, 0)
        if item is None or left <= 0:
            heappop(purse)
        elif (last := _last_day(world, item, ledger)) != day:
            heappop(purse)
            heappush(purse, (last, number))
        else:
            part = min(left, points)
            item.spent = {**item.spent, ledger: item.spent.get(ledger, 0) + part}
            found.append((item, part))
            points -= part
    return found


def _purse(world: World, state: SubjectState, ledger: str) -> list[tuple[date, int]]:
    found = state.purses.get((ledger, world.number))
    if found is None:
        items = state.contributions.values()
        adds = (item for item in items if item.side == "added" and not item.is_base)
        several = (item for item in adds if item.got(ledger) > 0)
        found = [(_last_day(world, item, ledger), item.number) for item in several]
        heapify(found)
        state.purses[ledger, world.number] = found
    return found


def _last_day(world: World, item: Contribution, ledger: str) -> date:
    """Return when points end: with the period, unless they have an end or the ledger carries."""
    stays = world.plan.ledgers[ledger].carries or item.lasts != "period"
    return item.ends or (date.max if stays else item.state.period.end)


def paid_out(source: Source, ledger: str, last: date | None = None) -> Exact:
    """Work out how much of a price was paid from what has run out since, or does on a last day.

    Just the rest of it was taken; it is worked out once.
    """
    over = [paid for paid in source.spent if paid[1] == ledger and _has_run_out(paid[0], last)]
    source.spent = tuple(paid for paid in source.spent if paid not in over)
    return sum((part for _, _, part in over), 0)


def _has_run_out(item: Contribution, last: date | None) -> bool:
    """Tell whether a contribution has run out, or does so on a period's last day."""
    runs_out = item.in_force and item.ends is not None and last is not None and item.ends <= last
    return item.ran_out or runs_out

"""Redemptions, which spend points, and rights, which are worked out from them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from jifen_rules import Event, Outcome
from jifen_rules.core.terms import UNKNOWN, exact, parse_number
from jifen_rules.scheme.model import Reward

from . import holding, moving, periods, rules
from .asking import Asker, Missing, Undecided
from .contributions import Contribution
from .limits import ZERO
from .reading import Version, bound_of, known
from .routes import payees_of, shared
from .values import Refusal, value_of

if TYPE_CHECKING:
    from .village import Effects, Village


@dataclass(eq=False)
class Redemption:
    """A purchase that was made."""

    event: Event
    reward: str
    subject: str
    times: Fraction
    spendings: list[Contribution]
    amount: Fraction = ZERO
    is_undone: bool = False
    is_repaired: bool = False


STRANGE = (Outcome.UNKNOWN_SUBJECT, Outcome.NOT_FOR_SUBJECT)
"""Refusals of one for whom a reward is not."""


def is_redemption(village: "Village", event: Event) -> bool:
    version = village.versions.on(event.date)
    return version is not None and event.indicator in version.rewards


def prices_of(reward: Reward) -> list[tuple[Fraction, str]]:
    """What is paid from which ledgers; nothing where it costs nothing or is not stated."""
    spends: Any = known(reward.spends)
    if spends is None:
        return []
    found = []
    for text in (spends,) if isinstance(spends, str) else spends:
        number, _, ledger = text.partition(" ")
        ledger = ledger.strip()
        ledger = "total" if ledger in ("", "total", "总分") else ledger
        found.append((Fraction(parse_number(number)), ledger))
    return found


def redeem(village: "Village", event: Event) -> None:
    """Take one redemption, or refuse it."""
    version = village.versions.on(event.date)
    assert version is not None
    reward = version.rewards[event.indicator]
    refusal = _refused(village, event, reward, version)
    if refusal is not None:
        village.write(event.subject, event.id, refusal)
        if refusal not in STRANGE and village.admission.standing_of(event) is None:
            village.book(event.subject)
        return
    quantity = Fraction(1) if event.quantity is None else Fraction(event.quantity)
    village.book(event.subject)
    effects: Effects = {event.subject: {}}
    spendings = []
    for price, ledger in prices_of(reward):
        if not price:
            continue
        source = moving.Source(version, event.date, event=event.id, what=reward.key)
        whole = {ledger: Fraction(1)}
        spending = moving.make(village, source, event.subject, -price * quantity, whole)
        spending.inner, spending.is_spending = (), True
        moving.put(effects, event.subject, village.books[event.subject].enter(spending))
        village.spendings[spending] = _paid_from(village, spending, ledger)
        spendings.append(spending)
    bought = Redemption(event, reward.key, event.subject, quantity, spendings)
    village.redeemed.append(bought)
    amount = amount_of(village, reward, asker_of(village, event, version))
    if isinstance(amount, Fraction):
        bought.amount = amount
        if reward.to:
            village.shares[event.id] = share_out(village, reward, version, event, amount)
    village.write(event.subject, event.id, Outcome.REDEEMED, effects[event.subject])
    for other in sorted(village.shares.get(event.id, {})):
        if other != event.subject:
            village.write(other, event.id, Outcome.RECEIVED)
            moving.put(effects, other, {})
    rules.after_event(village, effects, event)


def _paid_from(
    village: "Village", spending: Contribution, ledger: str
) -> dict[Contribution, Fraction]:
    """Out of what a price is paid: of what ends first, then of the oldest."""
    book = village.books[spending.subject]
    left, paid = -spending.amount, {}
    unheld = book.hidden_of(ledger)  # a veto that gives all back gives what was never held

    def ends(one: Contribution) -> tuple[date, int]:
        return periods.last_day_in(village, one, ledger) or date.max, one.number

    for one in sorted((o for o in book.live if o.side == "added" and ledger in o.outer), key=ends):
        part = min(left, unheld.get(one, ZERO) - one.spent.get(ledger, ZERO))
        if part > 0 and ledger not in one.gone and not one.parked.get(ledger):
            one.spent[ledger] = one.spent.get(ledger, ZERO) + part
            paid[one] = part
            left -= part
    return paid


def undo(village: "Village", bought: Redemption) -> "Effects":
    """Take a redemption back: the price returns, and what it was paid from has it again."""
    bought.is_undone = True
    effects: Effects = {}
    for spending in bought.spendings:
        if spending.ended:
            continue
        for one, part in village.spendings.pop(spending, {}).items():
            (ledger,) = spending.outer
            one.spent[ledger] -= part
        for who, moves in moving.end(village, spending, takes_spent=True).items():
            moving.put(effects, who, moves)
    return effects


def redemption_of(village: "Village", event: Event, name: str) -> Redemption | None:
    """The redemption that an event names."""
    if not village.incoming.follows(event, name):
        return None
    standing = village.incoming.standing_for(name)
    return next((r for r in village.redeemed if r.event.id == standing), None)


def asker_of(village: "Village", event: Event, version: Version) -> Asker:
    quantity = None if event.quantity is None else Fraction(event.quantity)
    if quantity is None and prices_of(version.rewards[event.indicator]):
        quantity = Fraction(1)
    return Asker(village, version, event.subject, event.date, event, quantity, event.indicator)


def _refused(village: "Village", event: Event, reward: Reward, version: Version) -> Outcome | None:
    """The first reason against a redemption."""
    first = refused_before_its_standing(village, event) or village.admission.standing_of(event)
    if first is not None:
        return first
    quantity = Fraction(1) if event.quantity is None else Fraction(event.quantity)
    prices = prices_of(reward)
    if reward.spends is UNKNOWN:
        return Outcome.UNKNOWN_VALUE
    try:
        if not asker_of(village, event, version).holds(reward.when):
            return Outcome.CONDITION_NOT_MET
    except Missing:
        return Outcome.MISSING_VALUE
    except Undecided:
        return Outcome.REFUSED
    if prices and (quantity <= 0 or quantity.denominator != 1):
        return Outcome.REFUSED
    if holding.is_barred(village, event.subject, "rewards", reward.key):
        return Outcome.REFUSED
    for price, ledger in prices:
        if passes_floor(village, event.subject, version, ledger, price * quantity):
            return Outcome.REFUSED
    return Outcome.REFUSED if _over_caps(village, event, reward, quantity) else None


def refused_before_its_standing(village: "Village", event: Event) -> Outcome | None:
    """Find the first reason against a redemption, before what others say of it and `as_of`."""
    version = village.versions.on(event.date)
    assert version is not None
    reward = version.rewards[event.indicator]
    if not village.roster.is_member(event.subject, event.date):
        return Outcome.UNKNOWN_SUBJECT
    today, village.day = village.day, event.date
    try:
        if not village.fits(event.subject, reward.for_, version):
            return Outcome.NOT_FOR_SUBJECT
        amount_of(village, reward, asker_of(village, event, version))
    except Missing:
        return Outcome.MISSING_VALUE
    finally:
        village.day = today
    is_below = event.quantity is not None and event.quantity < 0 and not prices_of(reward)
    return Outcome.OUT_OF_RANGE if is_below else None


def passes_floor(
    village: "Village", subject: str, version: Version, ledger: str, price: Fraction
) -> bool:
    """Whether a price would take a ledger below its floor."""
    holder = version.scheme if ledger == "total" else version.ledgers.get(ledger)
    floor = known(getattr(holder, "floor", None))
    least = None if floor is None else bound_of(floor)
    return least is not None and village.book(subject).figure(ledger) - price < least


def _over_caps(village: "Village", event: Event, reward: Reward, quantity: Fraction) -> bool:
    """Whether a redemption would pass what the reward allows in some window."""
    price = sum((price for price, _ in prices_of(reward)), ZERO)
    for cap in reward.caps:
        window: Any = known(cap.per)
        bound = bound_of(cap.at_most)
        if window is None or bound is None:
            continue
        before = [
            one
            for one in village.redeemed
            if one.reward == reward.key
            and one.subject == event.subject
            and not one.is_undone
            and window.name != "event"
            and village.same_window(window, one.event.date, event.date)
        ]
        units = sum((one.times for one in before), quantity)
        if cap.at_most.kind == "times":
            used = Fraction(len(before) + 1)
        elif cap.at_most.kind == "quantity":
            used = units
        elif cap.at_most.kind == "balance":
            ledger = cap.at_most.unit
            parts = {name: part for part, name in prices_of(reward)}
            used = units * parts.get(ledger, ZERO)
            spent = (units - quantity) * parts.get(ledger, ZERO)
            bound = bound / 100 * (village.book(event.subject).figure(ledger) + spent)
        else:
            used = units * (price or 1)
        if used > bound:
            return True
    return False


def amount_of(village: "Village", reward: Reward, asker: Asker) -> Fraction | str | None:
    """What a reward gives: words, or an amount; None where it is not stated."""
    gives = reward.gives
    if gives is UNKNOWN:
        return None
    if isinstance(gives, str):
        return gives
    by = asker.figure(reward.by) if reward.by else asker.quantity
    amount = value_of(gives, asker, by)
    if reward.round is not None and not reward.to:
        amount = Fraction(reward.round.apply(exact(amount)))
    for cap in reward.caps:
        bound = bound_of(cap.at_most)
        if cap.at_most.kind in ("quantity", "added") and bound is not None:
            amount = min(amount, bound)
    return amount


def share_out(
    village: "Village", reward: Reward, version: Version, event: Event, amount: Fraction
) -> dict[str, Fraction]:
    """Who gets how much of an amount that is shared out."""
    payees = payees_of(reward.to, version, event.subject, event.to, event.date, village)

    def figure(who: str, name: str) -> Fraction:
        return village.book(who).figure(name)

    found: dict[str, Fraction] = {}
    for who, _, part in shared(payees, amount, reward.round, figure):
        found[who] = found.get(who, ZERO) + part
    return found


# --- rights ---------------------------------------------------------------------------------------


def right_of(village: "Village", reward: Reward, subject: str) -> Fraction | str | None:
    """What a subject has a right to by a reward that costs nothing, now."""
    version = village.versions.standing(village.day)
    if not village.is_present(subject) or not village.fits(subject, reward.for_, version):
        return None
    if holding.is_barred(village, subject, "rewards", reward.key):
        return None
    asker = Asker(village, version, subject, village.day)
    try:
        if not asker.holds(reward.when):
            return None
        return amount_of(village, reward, asker)
    except (Missing, Undecided, Refusal):
        return None


def rights_at(village: "Village", rewards: list[Reward]) -> None:
    """Work the rights of some rewards out at the end of their window."""
    for reward in rewards:
        if reward.spends is not None:
            continue
        for subject in sorted(village.books):
            found = right_of(village, reward, subject)
            rights = village.rights.setdefault(subject, {})
            rights.pop(reward.key, None)
            if found is not None:
                rights[reward.key] = found
            if reward.per is not None and found is not None:
                village.write(subject, None, Outcome.ENTITLED)

"""Bringing and ending contributions: here, and what flows from them to others."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from jifen_rules.core.rounding import Rounding

from .book import Key, Moves, add
from .combining import Fact
from .contributions import Contribution, Side
from .limits import ZERO, Stage
from .reading import Item, Version
from .routes import (
    Payee,
    border,
    border_stages,
    item_stages,
    ledger_stages,
    of_side,
    scheme_stages,
    shared,
)

if TYPE_CHECKING:
    from .village import Effects, Village


Rooms = dict[str, dict[Key, Fraction]]
"""By subject, the room at each cap that what has ended took."""


def at_border(village: "Village", subject: str, figure: str) -> Contribution:
    """What stands for a held figure that shows another value than 0."""
    version = village.versions.standing(village.day)
    inner, outer = border_stages(version, figure, village.period_days(village.day))
    label = village.book(subject).label
    return Contribution(
        village.next_number(), subject, village.day, label, "", ZERO, inner, outer, what=figure
    )


def put(effects: "Effects", subject: str, moves: Moves) -> None:
    """Add what a subject gets to what one thing brings."""
    add(effects.setdefault(subject, {}), moves)


class Source:
    """What brings points: its place in the scheme, its day, and how long they last."""

    def __init__(
        self,
        version: Version,
        day: date,
        *,
        item: Item | None = None,
        event: str = "",
        what: str = "",
        matter: str = "",
        rounding: Rounding | None = None,
        ends_on: date | None = None,
        until_repaired: bool = False,
        own_validity: bool = False,
        name: str = "",
    ) -> None:
        self.version, self.day, self.item, self.event = version, day, item, event
        self.what, self.matter, self.rounding, self.name = what, matter, rounding, name
        self.ends_on, self.until_repaired, self.own_validity = ends_on, until_repaired, own_validity

    def stages(self, days: int) -> tuple[Stage, ...]:
        """The way up to where the ledgers part: of an indicator, or of the scheme alone."""
        if self.item is None:
            own = [border(f"matter {self.matter}")] if self.matter else []
            return (*own, *scheme_stages(self.version, days))
        return item_stages(self.item, self.matter, days)


def make(
    village: "Village",
    source: Source,
    subject: str,
    amount: Fraction,
    ledgers: dict[str, Fraction],
    side: Side = "",
) -> Contribution:
    """A contribution for a subject, to ledgers with their shares; not yet brought.

    Its side goes by its sign.
    """
    book = village.book(subject)
    outer = {
        ledger: (part, ledger_stages(source.version, ledger)) for ledger, part in ledgers.items()
    }
    return Contribution(
        village.next_number(),
        subject,
        source.day,
        book.label,
        side or ("deducted" if amount < 0 else "added"),
        amount,
        source.stages(village.period_days(village.day)),
        outer,
        event=source.event,
        item=source.item.key if source.item else "",
        what=source.what,
        matter=source.matter,
        ends_on=source.ends_on,
        until_repaired=source.until_repaired,
        own_validity=source.own_validity,
    )


def bring(
    village: "Village",
    source: Source,
    subject: str,
    amount: Fraction,
    payees: Sequence[Payee],
    rooms: "Rooms | None" = None,
    only: set[str] | None = None,
) -> tuple[list[Contribution], "Effects"]:
    """Bring points of a subject to all who get them; `only` to some.

    The contributions, and what each subject gets.
    """
    effects: Effects = {}
    is_gone = only is not None and subject not in only and any(payee.is_own for payee in payees)
    if not amount or is_gone:  # a share of nothing is nothing
        return [], effects
    side = "deducted" if amount < 0 else "added"
    able = of_side(payees, side)
    own = [p for p in able if p.is_own]
    others = [p for p in able if not p.is_own and not p.is_nobody]
    if own and not village.is_present(subject):
        return [], effects  # nothing is appended for who has left
    made: list[Contribution] = []
    giver: Contribution | None = None
    given = amount
    if own:
        shares = _own_shares(able, amount, source.rounding)
        giver = make(village, source, subject, amount, shares)
        made.append(giver)
        moves = village.book(subject).enter(giver, _rooms_for(rooms, subject))
        put(effects, subject, moves)
        own_part = giver.granted  # another's part in these moves is not shared
        given = own_part.get("total", next(iter(own_part.values()), ZERO))
    if giver is not None and village.book(subject).is_on_hold(giver):
        giver.pending = (source, able)  # it is shared once that ends
    if others and (given or giver is None):
        _flow(village, source, able, giver, subject, given, made, effects, rooms, only)
    return made, effects


def _rooms_for(rooms: Rooms | None, subject: str) -> dict[Key, Fraction] | None:
    return None if rooms is None else rooms.get(subject, {})


def _own_shares(
    payees: Sequence[Payee], amount: Fraction, rounding: Rounding | None
) -> dict[str, Fraction]:
    """The share of each own ledger; what is left over after others is worked out as they are."""
    shares: dict[str, Fraction] = {}
    for payee in payees:
        if payee.is_own:
            part = Fraction(payee.share.part)
            if payee.share.share == "rest":
                part = 1 - sum((Fraction(p.share.part) for p in payees if p is not payee), ZERO)
            shares.setdefault(payee.ledger, part)
    return shares


def _flow(
    village: "Village",
    source: Source,
    payees: Sequence[Payee],
    giver: Contribution | None,
    subject: str,
    given: Fraction,
    made: list[Contribution],
    effects: "Effects",
    rooms: Rooms | None = None,
    only: set[str] | None = None,
) -> None:
    """Pay others their shares, each under their own limits."""
    reached = {(subject, ledger) for ledger in (giver.outer if giver else ())}
    others = [payee for payee in payees if not payee.is_own]

    def figure(who: str, name: str) -> Fraction:
        return village.book(who).figure(name)

    for who, ledgers, part in _due(others, given, source, figure, reached):
        if not (village.is_present(who, source.day) and village.is_present(who)):
            continue
        if only is not None and who not in only:
            continue
        child = make(village, source, who, part, dict.fromkeys(ledgers, Fraction(1)))
        child.giver = giver
        if giver is not None:
            giver.flows.append(child)
        elif part:
            made.append(child)
        if part:
            put(effects, who, village.book(who).enter(child, _rooms_for(rooms, who)))


def _due(
    others: Sequence[Payee], given: Fraction, source: Source, figure: Any, reached: Any
) -> list[tuple[str, tuple[str, ...], Fraction]]:
    """Who else gets how much: one event brings each of them once.

    As much for several ledgers comes as one contribution, as it does to the giver.
    """
    due: dict[str, dict[str, Fraction]] = {}
    for who, ledger, part in shared(others, given, source.rounding, figure, reached):
        theirs = due.setdefault(who, {})
        theirs[ledger] = theirs.get(ledger, ZERO) + part
    found = []
    for who, theirs in due.items():
        if len({*theirs.values()}) == 1:
            found.append((who, tuple(theirs), next(iter(theirs.values()))))
        else:
            found += [(who, (ledger,), part) for ledger, part in theirs.items()]
    return found


def let_run_on(village: "Village", who: Contribution, window: Any) -> None:
    """Let it last to the end of the window in which its wrong was put right."""
    for one in (who, *who.flows):
        one.ends_on = village.versions.end_of(window, village.day)


def share_late(village: "Village", giver: Contribution, moves: Moves, effects: "Effects") -> None:
    """Share what is given back and could not be shared when it came."""
    if giver.pending is None or (giver.flows and not giver.is_unshared):
        return
    source, payees = giver.pending
    if giver.is_unshared:
        fact = next(fact for fact in village.facts if giver in fact.brought)
        giver.is_unshared = False
        _share_more(village, fact, giver.side, payees, giver, effects)
        return
    given = moves.get("total", next(iter(moves.values()), ZERO))
    if given:
        _flow(village, source, payees, giver, giver.subject, given, [], effects)


def end(village: "Village", who: Contribution, *, takes_spent: bool = False) -> "Effects":
    """End a contribution and what flowed from it."""
    effects: Effects = {}
    for one in (who, *who.flows):
        if one.ended or not village.is_present(one.subject):
            continue
        if not takes_spent:
            free_spent(village, one)
        put(effects, one.subject, village.book(one.subject).end(one, takes_spent=takes_spent))
    return effects


def free_spent(village: "Village", who: Contribution) -> None:
    """What is spent of one that ends has been paid out of it: less of the spending goes on."""
    for spending, parts in village.spendings.items():
        spent = parts.pop(who, ZERO)
        (ledger,) = spending.outer
        stands = who.carried.get(ledger, who.granted.get(ledger, ZERO))
        spending.settled += min(spent, max(stands, ZERO))


def take_back(village: "Village", who: Contribution) -> "Effects":
    """Take back what flowed from a contribution, then itself: its value has passed to another.

    Who came first to a pot is the last to leave it.
    """
    effects: Effects = {}
    for one in (*reversed(who.flows), who):
        if not one.ended and one.amount and village.is_present(one.subject):
            put(effects, one.subject, village.book(one.subject).take_back(one))
    return effects


# --- facts and their groups -----------------------------------------------------------------------


def source_of(fact: Fact) -> Source:
    """The source that an admitted event is."""
    return Source(
        fact.item.version,
        fact.day,
        item=fact.item,
        event=fact.event.id,
        what=fact.item.key,
        matter=fact.matter,
        rounding=fact.item.indicator.round,
        ends_on=fact.ends_on,
        until_repaired=fact.until_repaired,
        own_validity=fact.own_validity,
    )


def regroup(
    village: "Village", subject: str, *, is_end: bool = False, takes_spent: bool = False
) -> "Effects":
    """Work out anew which facts of a subject stand, and grant the change."""
    effects: Effects = {}
    facts = village.facts_of(subject)
    standing = village.grouping.standing(facts)
    grown = _parts_of(village.grouping.averaged, standing)
    for fact in grown:
        standing.pop(fact, None)
    for fact in facts:
        if fact in standing and is_end and _is_carried(village, fact):
            if _is_more(fact, standing[fact]):  # it takes room of what has ended
                continue
            merge_into(effects, _change_carried(village, fact, standing[fact]))
    for fact in facts if is_end else ():
        if _has_ended(fact) and _is_more(fact, standing.get(fact, ZERO)):
            fact.value = standing[fact]  # but it brings nothing more
    leaving = [
        f for f in facts if f not in grown and f.value is not None and standing.get(f) != f.value
    ]
    coming = [f for f in facts if f in standing and standing[f] != f.value]
    rising = [fact for fact in leaving if is_end and _rises(fact, standing.get(fact, ZERO))]
    leaving = [fact for fact in leaving if fact not in rising]
    rooms: Rooms | None = {} if is_end and leaving else None
    stays: dict[Fact, tuple[Fraction, Rooms, set[str]]] = {}
    for fact in leaving:
        if rooms is not None and fact in standing:
            stays[fact] = fact.value or ZERO, _rooms_of(village, fact, {}), _has(fact)
        elif rooms is not None:
            _rooms_of(village, fact, rooms)
        for one in fact.brought if is_end else reversed(fact.brought):
            change = (
                end(village, one, takes_spent=takes_spent) if is_end else take_back(village, one)
            )
            fact.credit += change.get(subject, {}).get("total", ZERO)
            for who, moves in change.items():
                put(effects, who, moves)
        fact.value, fact.brought, fact.parts = None, [], {}
    for fact in coming:
        room, value, only = rooms, standing[fact], None
        if fact in rising:  # it stays, and what comes to it takes the room of what has ended
            merge_into(effects, _change(village, fact, value, rooms))
            continue
        if rooms is not None and fact in stays:
            before, own, there = stays[fact]
            room = _risen(own, rooms, abs(standing[fact]) - abs(before))
            only = there if there else None
            if _has_ended(fact) and before * standing[fact] > 0:  # it brings nothing more
                value = ZERO
        made, change = bring(village, source_of(fact), subject, value, fact.payees, room, only)
        fact.value, fact.brought = standing[fact], made
        fact.credit += change.get(subject, {}).get("total", ZERO)
        for who, moves in change.items():
            put(effects, who, moves)
    for fact, parts in grown.items():
        for who, moves in _grow(village, fact, parts).items():
            put(effects, who, moves)
    return effects


def _is_carried(village: "Village", fact: Fact) -> bool:
    """Whether what an event brought goes on from an earlier period, or in other ledgers alone."""
    label = village.book(fact.subject).label
    there = [one for one in fact.brought if not one.ended]
    return bool(there) and all(one.period != label or one.left_inside for one in there)


def _has(fact: Fact) -> set[str]:
    """Who has something of what an event brought."""
    return {one.subject for own in fact.brought for one in (own, *own.flows) if not one.ended}


def _rises(fact: Fact, value: Fraction) -> bool:
    """Whether an event that is there comes to be worth more, on its own side."""
    is_there = any(not one.ended for one in fact.brought) and not _has_ended(fact)
    return is_there and _is_more(fact, value)


def _has_ended(fact: Fact) -> bool:
    """Whether a wipe or a veto has ended what an event brought, though not the event."""
    return fact.wiped or fact.taken


def _is_more(fact: Fact, value: Fraction) -> bool:
    old = fact.value or ZERO
    return value * old > 0 and abs(value) > abs(old)


def _change_carried(village: "Village", fact: Fact, value: Fraction) -> "Effects":
    """Let what goes on of an event be worth more, or less: it stands in no category any more."""
    old = fact.value or ZERO
    return {} if value == old or value * old < 0 else _change(village, fact, value, None)


def _change(village: "Village", fact: Fact, value: Fraction, rooms: Rooms | None) -> "Effects":
    """Let what an event brought, and others have of it, be worth more, or less."""
    effects: Effects = {}
    old = fact.value or ZERO
    side: Side = "deducted" if min(value, old) < 0 else "added"
    fact.parts, fact.value = {side: value}, value
    _bring_more(village, fact, side, value - old, effects, rooms, to_all=False)
    fact.credit += effects.get(fact.subject, {}).get("total", ZERO)
    fact.parts = {}
    return effects


def merge_into(effects: "Effects", more: "Effects") -> None:
    for who, moves in more.items():
        put(effects, who, moves)


def _rooms_of(village: "Village", fact: Fact, rooms: Rooms) -> Rooms:
    """Add the room that an event took at each cap, here and with others."""
    for one in [flow for own in fact.brought for flow in (own, *own.flows)]:
        if not one.ended:
            theirs = rooms.setdefault(one.subject, {})
            for key, room in village.book(one.subject).rooms_of(one).items():
                theirs[key] = theirs.get(key, ZERO) + room
    return rooms


def _risen(own: Rooms, ended: Rooms, rise: Fraction) -> Rooms:
    """The room of an event whose value changes: its own, and its rise out of what has ended.

    At a cap that this did not pass it rises freely.
    """
    found = {who: dict(rooms) for who, rooms in own.items()}
    for who, rooms in found.items():
        for key in rooms.keys() - ended.get(who, {}).keys():
            is_of_cap = isinstance(key[0], str)  # not of a window there
            rooms[key] += max(rise, ZERO) if is_of_cap else ZERO
    for who, rooms in ended.items():
        for key, room in rooms.items():
            theirs = found.setdefault(who, {})
            theirs[key] = theirs.get(key, ZERO) + (min(room, rise) if rise > 0 else ZERO)
    return found


def _parts_of(
    groups: Sequence[Sequence[Fact]], standing: dict[Fact, Fraction]
) -> dict[Fact, dict[Side, Fraction]]:
    """By how much each event of an average has changed it: the newest takes up what is new."""
    found: dict[Fact, dict[Side, Fraction]] = {}
    for group in groups:
        *others, last = group
        joint = standing.get(last, ZERO)
        found |= {fact: fact.parts for fact in others}
        whole: dict[Side, Fraction] = {"added": max(joint, ZERO), "deducted": min(joint, ZERO)}
        if joint >= 0:  # first what goes back
            whole = dict(reversed(whole.items()))
        found[last] = {
            side: amount - sum((fact.parts.get(side, ZERO) for fact in others), ZERO)
            for side, amount in whole.items()
        }
    return found


def _grow(village: "Village", fact: Fact, parts: dict[Side, Fraction]) -> "Effects":
    """Let what an event brings change by what comes to its parts of an average."""
    effects: Effects = {}
    for side, amount in parts.items():
        delta = amount - fact.parts.get(side, ZERO)
        fact.parts = {**fact.parts, side: amount}
        if delta:
            _bring_more(village, fact, side, delta, effects)
    fact.value = sum(parts.values(), ZERO)
    fact.credit += effects.get(fact.subject, {}).get("total", ZERO)
    return effects


def _bring_more(
    village: "Village",
    fact: Fact,
    side: Side,
    delta: Fraction,
    effects: "Effects",
    rooms: Rooms | None = None,
    *,
    to_all: bool = True,
) -> None:
    """Bring more or less of an event on a side.

    To its own subject, and to each other what its share then lacks; `to_all`, also to those for
    whom what they had of it has ended.
    """
    source, able = source_of(fact), of_side(fact.payees, side)
    giver: Contribution | None = None
    if any(payee.is_own for payee in able):
        shares = _own_shares(able, delta, source.rounding)
        place = shares, fact.brought, _rooms_for(rooms, fact.subject)
        giver = _more(village, source, fact.subject, side, delta, *place, effects)
        giver.pending = (source, able)
        book = village.book(fact.subject)
        held = any(book.is_on_hold(one) for one in fact.brought if not one.ended)
        giver.is_unshared = held and any(fact.parts.values())
        if giver.is_unshared:
            return
    _share_more(village, fact, side, able, giver, effects, rooms, to_all=to_all)


def _share_more(
    village: "Village",
    fact: Fact,
    side: Side,
    able: Sequence[Payee],
    giver: Contribution | None,
    effects: "Effects",
    rooms: Rooms | None = None,
    *,
    to_all: bool = True,
) -> None:
    """Let each other have what its share of an event that is worth more or less lacks."""
    source = source_of(fact)
    others = [payee for payee in able if not payee.is_own and not payee.is_nobody]
    given, reached = sum(fact.parts.values(), ZERO), set[tuple[str, str]]()
    if giver is not None:
        reached = {(fact.subject, ledger) for ledger in giver.outer}
        first = next(iter(giver.outer)) if "total" not in giver.outer else "total"
        there = [one for one in fact.brought if not one.ended]
        given = sum((one.carried.get(first, one.granted.get(first, ZERO)) for one in there), ZERO)
    flows = giver.flows if giver is not None else fact.brought

    def figure(who: str, name: str) -> Fraction:
        return village.book(who).figure(name)

    for who, ledgers, part in _due(others, given, source, figure, reached):
        paid = [one for one in _flows(fact) if one.subject == who and {*one.outer} == {*ledgers}]
        lacks = part - sum((one.amount for one in paid), ZERO)
        if not to_all and paid and all(one.ended for one in paid):
            continue  # it has ended there, and brings nothing more
        if lacks and village.is_present(who, source.day) and village.is_present(who):
            whole = dict.fromkeys(ledgers, Fraction(1))
            place = whole, flows, _rooms_for(rooms, who)
            child = _more(village, source, who, side, lacks, *place, effects)
            child.giver = giver


def _flows(fact: Fact) -> list[Contribution]:
    """What an event brought to others."""
    if any(payee.is_own for payee in fact.payees):
        return [one for giver in fact.brought for one in giver.flows]
    return fact.brought


def _more(
    village: "Village",
    source: Source,
    subject: str,
    side: Side,
    delta: Fraction,
    ledgers: dict[str, Fraction],
    there: list[Contribution],
    rooms: dict[Key, Fraction] | None,
    effects: "Effects",
) -> Contribution:
    """Let what is there for a subject on a side bring more or less; if nothing is, it comes."""
    book = village.book(subject)
    for one in there:
        if (one.subject, one.side, {*one.outer}) == (subject, side, {*ledgers}) and not one.ended:
            one.amount += delta
            put(effects, subject, book.more(one, delta, rooms))
            return one
    one = make(village, source, subject, delta, ledgers, side)
    there.append(one)
    put(effects, subject, book.enter(one, rooms, is_average=True))
    return one


def end_fact(village: "Village", fact: Fact, *, takes_spent: bool = False) -> "Effects":
    """End what an event brought by its value."""
    fact.in_force = False
    return regroup(village, fact.subject, is_end=True, takes_spent=takes_spent)

"""Wipes: every contribution in a ledger ends, and its base."""

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from . import moving
from .contributions import Contribution
from .limits import ZERO
from .stages import Moves, add

if TYPE_CHECKING:
    from .village import Village


def wipe(village: "Village", subject: str, ledger: str) -> Moves:
    """End every contribution in a ledger, and its base; the figure is 0, or its floor above it."""
    book = village.book(subject)
    before, moves = book.figure(ledger), Moves()
    book.leaving = [one for one in book.live if ledger == "total" and ledger in one.outer]
    for one in sorted(book.live, key=lambda one: one.side == "added"):  # else a floor loses of it
        is_over = one.clears in book.bases.get(ledger, ())  # the base has ended already
        if ledger in one.outer and ledger not in one.gone and not is_over:
            add(moves, book.end(one, takes_spent=True, only=ledger))  # others may come up elsewhere
            village.spendings.pop(one, None)
    book.leaving = []
    for fact in village.facts:  # of others too, whose points came here alone
        if fact.in_force and fact.brought and all(one.ended for one in fact.brought):
            fact.wiped = True
    inside = book.hidden_of(ledger)
    version = village.versions.standing(village.day)
    source = moving.Source(version, village.day, what="clear")
    cleaner = moving.make(village, source, subject, ZERO, {ledger: Fraction(1)})
    cleaner.side = ""  # it is no add that a veto could hold
    stages = cleaner.outer[ledger][1]
    for one in book.bases.get(ledger, ()):
        clear_base(village, one)
    for place in ("added", "later_added") if ledger == "total" else ():
        book.inside.pop((place, book.label), None)  # nor does what a rounding left of an add stand
        book.outside.pop((place, book.label), None)
    rest = sum(book.hidden_of(ledger).values(), ZERO)
    low = next((s.low for s in stages if s.kind == "net" and s.low is not None), None)
    goal = max(ZERO, low) if low is not None else ZERO
    if rest != goal and inside is not None:
        book.push_ledger(cleaner, ledger, goal - rest, stages)
    return moves | {ledger: book.figure(ledger) - before}


def clear_base(village: "Village", one: Contribution) -> None:
    """End what a base brought, by its opposite, which goes on where the rest goes on."""
    book = village.books[one.subject]
    if any(other.clears is one for other in book.live):
        return
    opposite = replace(
        one,
        number=village.next_number(),
        amount=-one.amount,
        carried={},
        granted={},
        clears=one,
        gone=set(),
        parked={},
        spent={},
        flows=[],
    )
    book.enter(opposite)

"""The price of a redemption, by ledger, as the scheme states it."""

from collections.abc import Mapping
from fractions import Fraction

from ..core.terms import Unknown, parse_number
from ..core.vocabulary import ACCOUNTS, english
from ..scheme.model import Reward
from ..trace.entry import Entry


def prices_of(reward: Reward) -> Mapping[str, Fraction] | None:
    """Return the price of one unit of a reward; empty if it is free, None if unknown."""
    spends = reward.spends
    if spends is None:
        return {}
    if isinstance(spends, Unknown):
        return None
    found: dict[str, Fraction] = {}
    for price in spends:
        number, _, word = price.strip().partition(" ")
        try:
            found[english(ACCOUNTS, word.strip()) or "total"] = Fraction(parse_number(number))
        except ValueError:
            return None
    return found


def redeemed_times(entry: Entry) -> Fraction:
    """Return how many units of a reward a line redeems."""
    return Fraction(parse_number(entry.inputs.get("quantity", "1")))

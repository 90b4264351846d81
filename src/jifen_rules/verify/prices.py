"""What a redemption costs, by ledger, as the scheme says it."""

from collections.abc import Mapping
from fractions import Fraction

from ..core.terms import Unknown, parse_number
from ..core.vocabulary import ACCOUNTS, english
from ..scheme.model import Reward
from ..trace.entry import Entry


def prices_of(reward: Reward) -> Mapping[str, Fraction] | None:
    """Read what one of a reward costs; nothing where it is free, None where nobody knows."""
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
    """How many of a reward a line redeems."""
    return Fraction(parse_number(entry.inputs.get("quantity", "1")))

"""The price of a point in money, where the text of a reward states it."""

import re
from fractions import Fraction
from typing import Final

from ..scheme.model import Reward

_YUAN: Final = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*元")
_PRICE: Final = re.compile(r"\s*(\d{1,12}(?:\.\d{1,6})?)\b")


def reward_value(reward: Reward) -> Fraction | None:
    """Return how many 元 one point buys: `5元香皂` for 10 points is 1/2.

    None where the text does not say it.
    """
    if not isinstance(reward.gives, str) or not isinstance(reward.spends, tuple):
        return None
    yuan, price = _YUAN.search(reward.gives), _PRICE.match(reward.spends[0])
    if len(reward.spends) > 1 or yuan is None or price is None or not Fraction(price[1]):
        return None
    return Fraction(yuan[1]) / Fraction(price[1])
